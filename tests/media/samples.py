"""Small media files, made when a test asks for them."""

import io
import math
from array import array
from fractions import Fraction
from functools import lru_cache

import av
from PIL import Image

GPS = 0x8825


def picture(width: int, height: int, colour: tuple[int, int, int] = (200, 40, 40)) -> Image.Image:
    """A picture that is not flat, so that it survives scaling recognisably: left half coloured, right half grey."""
    image = Image.new("RGB", (width, height), colour)
    image.paste((90, 90, 90), (width // 2, 0, width, height))
    return image


@lru_cache
def jpeg(width: int, height: int, orientation: int = 1) -> bytes:
    """A JPEG with a camera's name, a place and a comment in it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETCAMERA"
    exif[GPS] = {1: "N", 2: (52.0, 31.0, 12.0)}
    packed = io.BytesIO()
    picture(width, height).save(packed, "JPEG", exif=exif, comment=b"SECRETCOMMENT", quality=90)
    return packed.getvalue()


@lru_cache
def image(kind: str, width: int = 120, height: int = 80, mode: str = "RGB") -> bytes:
    """A picture in a format and a mode."""
    packed = io.BytesIO()
    picture(width, height).convert(mode).save(packed, kind)
    return packed.getvalue()


@lru_cache
def video(seconds: int = 2, sound: bool = True, kind: str = "mp4", codec: str = "libx264") -> bytes:
    """A clip of 10 pictures a second, 160 by 120."""
    packed = io.BytesIO()
    with av.open(packed, "w", format=kind) as out:
        pictures = out.add_stream(codec, rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 160, 120, "yuv420p"
        tones = out.add_stream("libopus" if kind == "webm" else "aac", rate=48000) if sound else None
        for _number in range(10 * seconds):
            out.mux(pictures.encode(av.VideoFrame.from_image(picture(160, 120))))
        out.mux(pictures.encode(None))
        if tones is not None:
            _speak(out, tones, seconds)
    return packed.getvalue()


@lru_cache
def sound(kind: str, codec: str, seconds: int = 2, **tags: str) -> bytes:
    """A tone that grows from silence to its loudest."""
    packed = io.BytesIO()
    with av.open(packed, "w", format=kind) as out:
        out.metadata.update(tags)
        _speak(out, out.add_stream(codec, rate=48000), seconds)
    return packed.getvalue()


@lru_cache
def silence(seconds: int) -> bytes:
    """A voice note in which nobody says anything."""
    packed = io.BytesIO()
    with av.open(packed, "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=48000, options={"compression_level": "0"})
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(bytes(1920))
        frame.sample_rate, frame.time_base = 48000, Fraction(1, 48000)
        for start in range(0, 48000 * seconds, 960):
            frame.pts = start
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return packed.getvalue()


def _speak(out: object, stream: object, seconds: int) -> None:
    step = 960
    total = 48000 * seconds
    for start in range(0, total, step):
        samples = array("h", (int(30000 * at / total * math.sin(at / 12)) for at in range(start, start + step)))
        frame = av.AudioFrame(format="s16", layout="mono", samples=step)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def unpacked(waveform: bytes) -> list[int]:
    """What a client reads from a waveform."""
    whole = int.from_bytes(waveform, "little")
    return [whole >> (5 * index) & 31 for index in range(len(waveform) * 8 // 5)]
