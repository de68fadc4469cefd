"""Props made on the spot: landscapes, a voice, hostile files. The same number gives the same bytes."""

import io
import math
import random
from array import array
from itertools import pairwise

import av
from PIL import Image, ImageDraw, ImageFilter, ImageOps

SKIES = (
    ((255, 214, 165), (86, 118, 173)), ((190, 222, 240), (64, 112, 176)), ((255, 190, 150), (120, 72, 128)),
    ((214, 236, 224), (48, 120, 132)), ((250, 232, 190), (184, 110, 84)), ((40, 52, 92), (14, 18, 44)),
)  # fmt: skip
HILLS = ((74, 104, 92), (58, 84, 88), (120, 92, 96), (70, 110, 84), (110, 84, 62), (30, 40, 66))
WAVE_RATE = 48_000


def landscape(number: int, width: int = 1280, height: int = 853) -> bytes:
    """A JPEG of hills at some time of day, with a telegraph tower on one of them."""
    chance = random.Random(number)
    low, high = SKIES[number % len(SKIES)]
    picture = ImageOps.colorize(Image.linear_gradient("L").resize((width, height)), high, low)
    pen = ImageDraw.Draw(picture)
    sun = (chance.uniform(0.15, 0.85) * width, chance.uniform(0.15, 0.45) * height, height * 0.07)
    pen.ellipse((sun[0] - sun[2], sun[1] - sun[2], sun[0] + sun[2], sun[1] + sun[2]), fill=(255, 246, 220))
    picture = picture.filter(ImageFilter.GaussianBlur(2))
    pen = ImageDraw.Draw(picture)
    base = HILLS[number % len(HILLS)]
    for row in range(5):
        top = height * (0.45 + row * 0.11)
        waves = [(chance.uniform(1, 4), chance.uniform(0, 6.3), chance.uniform(10, 46)) for _ in range(3)]
        line = [
            (x, top + sum(size * math.sin(x / width * 6.3 * rate + shift) for rate, shift, size in waves))
            for x in range(0, width + 8, 8)
        ]
        shade = 1.35 - row * 0.22
        pen.polygon([*line, (width, height), (0, height)], fill=tuple(min(255, int(c * shade)) for c in base))
        if row == 2:
            _tower(pen, line[len(line) * (3 + number % 4) // 8], height * 0.16)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _tower(pen: ImageDraw.ImageDraw, foot: tuple[float, float], size: float) -> None:
    x, y = foot
    ink = (28, 30, 40)
    pen.rectangle((x - size / 7, y - size / 2, x + size / 7, y + 8), fill=ink)
    arms = [(x, y - size / 2), (x, y - size), (x - size / 2.6, y - size * 1.12), (x - size / 2.6, y - size * 0.8)]
    right = [(x, y - size), (x + size / 2.6, y - size * 0.88), (x + size / 1.8, y - size * 1.2)]
    for one in (arms, right):
        for start, end in pairwise(one):
            pen.line((*start, *end), fill=ink, width=max(3, int(size / 16)))


def portrait(number: int, size: int = 400) -> bytes:
    """A JPEG for a person or a room: a corner of a landscape."""
    picture = Image.open(io.BytesIO(landscape(number, 900, 600)))
    side = picture.height
    left = (picture.width - side) // 2
    out = io.BytesIO()
    picture.crop((left, 0, left + side, side)).resize((size, size)).save(out, "JPEG", quality=88)
    return out.getvalue()


def voice(seconds: int = 6) -> tuple[bytes, bytes]:
    """An Ogg file with Opus in it, and its waveform as messages carry it (5 bits a bar)."""
    times = [place / WAVE_RATE for place in range(seconds * WAVE_RATE)]
    loud = [0.15 + 0.85 * abs(math.sin(at * 2.1) * math.sin(at * 5.3 + 1)) for at in times]
    tone = (math.sin(2 * math.pi * (180 + 60 * math.sin(at * 3)) * at) for at in times)
    wave = array("h", (int(one * size * 16_000) for one, size in zip(tone, loud, strict=True)))
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as file:
        stream = file.add_stream("libopus", rate=WAVE_RATE, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(wave))
        frame.planes[0].update(wave.tobytes())
        frame.sample_rate = WAVE_RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)
    bars = [int(31 * loud[i * len(loud) // 100]) for i in range(100)]
    packed = sum(bar << (5 * place) for place, bar in enumerate(bars))
    return out.getvalue(), packed.to_bytes(63, "little")


def film(seconds: int, width: int = 640, height: int = 360, *, grain: int = 60) -> bytes:
    """An MP4 that is big rather than beautiful, its index at the end. Shape: grain is how much of it packs badly."""
    file = io.BytesIO()
    chance = random.Random(seconds)
    with av.open(file, "w", format="mp4") as container:
        picture = container.add_stream("libx264", rate=12, options={"preset": "ultrafast", "crf": "8", "g": "12"})
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        sound = container.add_stream("aac", rate=WAVE_RATE, layout="mono")
        noise = [Image.frombytes("L", (width, height), chance.randbytes(width * height)) for _ in range(7)]
        flat = Image.new("L", (width, height), 128)
        for number in range(seconds * 12):
            shown = Image.blend(flat, noise[number % 7], grain / 100)
            container.mux(picture.encode(av.VideoFrame.from_image(shown.convert("RGB"))))
        for number in range(seconds * WAVE_RATE // 1024):
            quiet = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            quiet.planes[0].update(bytes(4096))
            quiet.sample_rate, quiet.pts = WAVE_RATE, number * 1024
            container.mux(sound.encode(quiet))
        for stream in (picture, sound):
            container.mux(stream.encode(None))
    return file.getvalue()
