"""Runs in the worker alone: videos with PyAV."""

import importlib
import math
import pkgutil
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

import av
from PIL import Image

from chappe.base.errors import Invalid
from chappe.media import images
from chappe.media.limits import MAX_PIXELS, MAX_SIDES
from chappe.media.results import VideoResult
from chappe.media.sniff import DEMUXERS

PROBE = {"probesize": "8000000", "analyzeduration": "10000000", "max_streams": "16", "enable_drefs": "0"}
FRAME_PACKETS = 400
"""How many packets may pass before the first picture."""
MEASURE_PACKETS = 500_000
MAX_DURATION_S = 7 * 86_400.0

av.logging.set_level(None)


def warm_up() -> None:
    """Every part of PyAV is loaded: it loads most of them when a stream of their kind first comes."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if module.name not in ("av.__main__", "av.datasets"):
            importlib.import_module(module.name)


def video(file: BinaryIO, mime_type: str) -> VideoResult:
    """What the video is, with a thumbnail of its first picture.

    Errors: media_invalid without a picture stream or a picture in it; anything raised means the file is no video.
    """
    with opened(file, mime_type) as container:
        stream = _picture_stream(container)
        frame = _first_frame(container, stream)
        image, (width, height) = _shown(frame)
        has_audio = bool(container.streams.audio)
        silent_clip = mime_type == "video/mp4" and not has_audio
        return VideoResult(
            mime_type=mime_type,
            duration_s=duration(container, stream),
            width=width,
            height=height,
            has_audio=has_audio,
            is_animation=mime_type == "image/gif" or silent_clip,
            codecs=codec_names(container),
            thumb=images.thumb(image),
            stripped=images.stripped(image),
        )


def two_pictures(file: BinaryIO, mime_type: str, box: int) -> list[Image.Image]:
    """The first picture and the one in the middle, within the box; the first alone where nothing else can be reached.

    Errors: as `video`.
    """
    with opened(file, mime_type) as container:
        stream = _picture_stream(container)
        found = [_shown(_first_frame(container, stream), box)[0]]
        middle = duration(container, stream) / 2
        try:
            container.seek(int(middle * 1_000_000), backward=True)
            found.append(_shown(_frame_at(container, stream, middle), box)[0])
        except (av.FFmpegError, Invalid):
            return found
        return found


def opened(file: BinaryIO, mime_type: str) -> Any:
    """The container, read by the one demuxer of its type, unable to open anything else.

    Errors: media_invalid when the type is no sound or video.
    """
    demuxer = DEMUXERS.get(mime_type)
    if demuxer is None:
        raise Invalid("media_invalid", cause="format")
    return av.open(file, "r", format=demuxer, options=PROBE, metadata_errors="replace", io_open=_refuse_open)


def duration(container: Any, stream: Any) -> float:
    """Seconds the file plays; counted from its packets when it does not say."""
    if container.duration and container.duration > 0:
        seconds = container.duration / 1_000_000
    elif stream.duration and stream.time_base:
        seconds = float(stream.duration * stream.time_base)
    else:
        seconds = _measured(container, stream)
    return min(max(seconds, 0.0), MAX_DURATION_S) if math.isfinite(seconds) else 0.0


def codec_names(container: Any) -> tuple[str, ...]:
    """Names of the streams' codecs, in order; streams we have no decoder for are left out."""
    known = (getattr(stream, "codec_context", None) for stream in container.streams)
    return tuple(context.name for context in known if context is not None)


def _refuse_open(*_arguments: object) -> NoReturn:
    """A file that wants to open another file gets nothing."""
    raise Invalid("media_invalid", cause="format")


def _picture_stream(container: Any) -> Any:
    """The first moving picture; its decoder is bounded before it starts."""
    for stream in container.streams.video:
        if stream.disposition & av.stream.Disposition.attached_pic:
            continue
        context = stream.codec_context
        require_size(context.width, context.height)
        context.thread_count = 1
        context.options = {"max_pixels": str(MAX_PIXELS)}
        return stream
    raise Invalid("media_invalid", cause="format")


def require_size(width: int, height: int) -> None:
    """The picture is small enough to be decoded.

    Errors: media_invalid.
    """
    if width * height > MAX_PIXELS or width + height > MAX_SIDES:
        raise Invalid("media_invalid", cause="size")


def _first_frame(container: Any, stream: Any) -> Any:
    """The first picture that decodes."""
    for packet in _first(container.demux(stream), FRAME_PACKETS):
        for frame in packet.decode():
            require_size(frame.width, frame.height)
            return frame
    raise Invalid("media_invalid", cause="format")


def _frame_at(container: Any, stream: Any, second: float) -> Any:
    """The picture shown at that second, or the last before it that decodes."""
    last = None
    for packet in _first(container.demux(stream), FRAME_PACKETS):
        for frame in packet.decode():
            require_size(frame.width, frame.height)
            last = frame
            if frame.time is None or frame.time >= second:
                return frame
    if last is None:
        raise Invalid("media_invalid", cause="format")
    return last


def _first(items: Iterator[Any], count: int) -> Iterator[Any]:
    """At most `count` of the items."""
    for _number, item in zip(range(count), items, strict=False):
        yield item


def _shown(frame: Any, box: int = 2 * images.THUMB) -> tuple[Image.Image, tuple[int, int]]:
    """The picture the right way up, small, and the size a player shows it in."""
    width, height = images.within((frame.width, frame.height), box)
    image: Image.Image = frame.to_image(width=width, height=height, threads=1)
    turn = round(frame.rotation / 90) % 4 * 90
    if turn:
        image = image.rotate(turn, expand=True)
    size = (frame.width, frame.height)
    return image, (size[1], size[0]) if turn in (90, 270) else size


def _measured(container: Any, stream: Any) -> float:
    """Where the last packet ends, without decoding any."""
    container.seek(0)
    last = 0
    for packet in _first(container.demux(stream), MEASURE_PACKETS):
        if packet.pts is not None:
            last = max(last, packet.pts + (packet.duration or 0))
    return float(last * stream.time_base) if stream.time_base else 0.0
