"""Runs in the worker alone: sound files with PyAV."""

from array import array
from itertools import pairwise
from typing import Any, BinaryIO

import av

from chappe.base.errors import Invalid
from chappe.media import films, images
from chappe.media.results import AudioResult, Size

WAVE_SAMPLES = 100
RATE = 8000
STEP = 80
"""One peak for each 10 ms."""
MAX_PEAKS = 360_000
"""An hour; a longer voice note shows the wave of its first hour."""
QUIET = 2500
TAG_CHARACTERS = 256
COVER_BYTES = 8 << 20


def audio(file: BinaryIO, mime_type: str) -> AudioResult:
    """What the sound file is; a voice note gets its waveform.

    Source: constructor/documentAttributeAudio
    Errors: media_invalid without a sound stream; anything raised means the file is no sound.
    """
    with films.opened(file, mime_type) as container:
        stream = next(iter(container.streams.audio), None)
        if stream is None:
            raise Invalid("media_invalid", cause="format")
        tags = {key.lower(): value for key, value in (container.metadata | stream.metadata).items()}
        cover = _cover(container)
        is_voice = mime_type == "audio/ogg" and stream.codec_context.name in ("opus", "libopus")
        seconds = films.duration(container, stream)
        return AudioResult(
            mime_type=mime_type,
            duration_s=seconds,
            title=_tag(tags, "title"),
            performer=_tag(tags, "artist") or _tag(tags, "performer"),
            is_voice_opus=is_voice,
            waveform=packed(levels(_peaks(container, stream))) if is_voice else b"",
            cover=cover,
        )


def levels(peaks: "array[int]") -> list[int]:
    """A hundred heights from 0 to 31, loud passages cut so that quiet ones show."""
    count = len(peaks)
    if not count:
        return [0] * WAVE_SAMPLES
    edges = [index * count // WAVE_SAMPLES for index in range(WAVE_SAMPLES + 1)]
    tops = [max(peaks[low : max(high, low + 1)]) for low, high in pairwise(edges)]
    ceiling = max(QUIET, sum(tops) * 9 // (5 * WAVE_SAMPLES))
    return [min(31, top * 31 // ceiling) for top in tops]


def packed(values: list[int]) -> bytes:
    """Values of 5 bits one after another, lowest bit first.

    Source: constructor/documentAttributeAudio
    Shape: 100 values in 63 bytes.
    """
    whole = 0
    for index, value in enumerate(values):
        whole |= value << (5 * index)
    return whole.to_bytes((5 * len(values) + 7) // 8, "little")


def _peaks(container: Any, stream: Any) -> "array[int]":
    """The loudest sample of each 10 ms; what comes after a break in the file is left out."""
    container.seek(0)
    stream.codec_context.thread_count = 1
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    peaks = array("l")
    try:
        for packet in container.demux(stream):
            for frame in packet.decode():
                for piece in resampler.resample(frame):
                    _add_peaks(peaks, piece)
            if len(peaks) >= MAX_PEAKS:
                break
    except av.FFmpegError:
        if not peaks:
            raise
    return peaks


def _add_peaks(peaks: "array[int]", piece: Any) -> None:
    """The piece's peaks are appended."""
    samples = memoryview(bytes(piece.planes[0])[: piece.samples * 2]).cast("h")
    for start in range(0, len(samples), STEP):
        part = samples[start : start + STEP]
        peaks.append(max(max(part), -min(part)))


def _cover(container: Any) -> Size | None:
    """The picture in the tags, if there is one."""
    for stream in container.streams.video:
        if stream.disposition & av.stream.Disposition.attached_pic:
            packet = next(iter(container.demux(stream)), None)
            data = bytes(packet) if packet is not None and packet.size <= COVER_BYTES else b""
            container.seek(0)
            return images.cover(data) if data else None
    return None


def _tag(tags: dict[str, str], name: str) -> str:
    """The tag's text in one line of bounded length."""
    text = "".join(character if character.isprintable() else " " for character in tags.get(name, ""))
    return " ".join(text.split())[:TAG_CHARACTERS]
