"""Draw the reactions: a still picture (WebP) and a small animation (TGS: Lottie, gzipped) of each, and one effect.

Usage: python -m tools.draw_reactions     (offline; writes src/chappe/rpc/reactions/)

The drawings are Chappe's own; `tools.reaction_shapes` holds them. Everything is a path of cubic curves on a square of
512 units, so that both forms are the same picture. A TGS has 60 frames a second, at most 3 seconds, no gradients.
"""

import gzip
import io
import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from tools.reaction_shapes import SIGNS, Knot, Point, Shape, burst, file_stem

FOLDER = Path(__file__).resolve().parent.parent / "src" / "chappe" / "rpc" / "reactions"
SIDE = 512
FINE = 3
"""The still picture is drawn this much larger, then made smaller: smooth edges."""
COLORS = 64
STEPS = 12
"""Straight pieces a curve is drawn with."""
FRAMES = 60
EFFECT_FRAMES = 48
MIDDLE = [256, 256, 0]
Json = dict[str, Any]


def main() -> None:
    """After: the folder holds what the shapes say, and no other picture."""
    FOLDER.mkdir(exist_ok=True)
    made = files()
    for old in {path for kind in ("*.webp", "*.tgs") for path in FOLDER.glob(kind)} - {FOLDER / name for name in made}:
        old.unlink()
    for name, data in made.items():
        (FOLDER / name).write_bytes(data)
        print(f"{len(data):6d} {name}")


def files() -> dict[str, bytes]:
    """Name → content of every file."""
    out = {"effect.tgs": packed(effect())}
    for sign, shapes in SIGNS.items():
        out[f"{file_stem(sign)}.webp"] = webp(still(shapes))
        out[f"{file_stem(sign)}.tgs"] = packed(moving(shapes))
    return out


# The still picture


def still(shapes: Sequence[Shape]) -> Image.Image:
    """The shapes, first one lowest, on nothing, in few colours: flat colours are smaller without loss than with."""
    image = Image.new("RGBA", (SIDE * FINE, SIDE * FINE), (0, 0, 0, 0))
    brush = ImageDraw.Draw(image)
    for shape in shapes:
        line = [(x * FINE, y * FINE) for x, y in flat(shape)]
        if shape.fill:
            brush.polygon(line, fill=shape.fill)
        if shape.stroke:
            _stroke(brush, [*line, line[0]] if shape.closed else line, shape.stroke, shape.width * FINE)
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).quantize(COLORS).convert("RGBA")


def _stroke(brush: ImageDraw.ImageDraw, line: list[Point], color: str, width: float) -> None:
    """A line with round ends and joints."""
    brush.line(line, fill=color, width=round(width))
    half = width / 2
    for x, y in line:
        brush.ellipse((x - half, y - half, x + half, y + half), fill=color)


def flat(shape: Shape) -> list[Point]:
    """The path as many short straight pieces."""
    knots = [*shape.knots, shape.knots[0]] if shape.closed else list(shape.knots)
    return [knots[0].at, *(_along(a, b, step / STEPS) for a, b in pairwise(knots) for step in range(1, STEPS + 1))]


def _along(a: Knot, b: Knot, u: float) -> Point:
    """The point of the curve from a to b at the share u of it."""
    v = 1 - u
    weights = (v * v * v, 3 * v * v * u, 3 * v * u * u, u * u * u)
    ends = (a.at, a.leaving, b.coming, b.at)
    x, y = (sum(w * end[axis] for w, end in zip(weights, ends, strict=True)) for axis in (0, 1))
    return x, y


def webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", lossless=True, quality=100, method=6)
    return out.getvalue()


# The animations


def moving(shapes: Sequence[Shape]) -> Json:
    """The picture gives a start: it grows, tilts a little and comes to rest as it was."""
    size = keyed((0, [100, 100, 100]), (10, [84, 84, 100]), (22, [104, 104, 100]), (34, [100, 100, 100]))
    tilt = keyed((0, [0]), (14, [-5]), (26, [6]), (38, [0]))
    place = {"o": fixed(100), "r": tilt, "p": fixed(MIDDLE), "a": fixed(MIDDLE), "s": size}
    return lottie([layer(1, shapes, place, FRAMES)], FRAMES)


def effect() -> Json:
    """Sparks that fly outwards and fade; the same for every reaction."""
    layers = []
    for number, (shape, start, end) in enumerate(burst(), 1):
        place = {
            "o": keyed((0, [0]), (4, [100]), (EFFECT_FRAMES - 16, [100]), (EFFECT_FRAMES - 2, [0])),
            "r": fixed(0),
            "p": keyed((0, [*start, 0]), (EFFECT_FRAMES - 2, [*end, 0])),
            "a": fixed([0, 0, 0]),
            "s": keyed((0, [40, 40, 100]), (16, [100, 100, 100]), (EFFECT_FRAMES - 2, [30, 30, 100])),
        }
        layers.append(layer(number, [shape], place, EFFECT_FRAMES))
    return lottie(layers, EFFECT_FRAMES)


def lottie(layers: list[Json], frames: int) -> Json:
    head = {"tgs": 1, "v": "5.5.2", "fr": 60, "ip": 0, "op": frames, "w": SIDE, "h": SIDE, "nm": "", "ddd": 0}
    return {**head, "assets": [], "layers": layers}


def layer(number: int, shapes: Sequence[Shape], place: Json, frames: int) -> Json:
    """One layer; Lottie has the uppermost shape first."""
    head = {"ddd": 0, "ind": number, "ty": 4, "nm": "", "sr": 1, "ks": place, "ao": 0}
    return {**head, "shapes": [group(s) for s in reversed(shapes)], "ip": 0, "op": frames, "st": 0, "bm": 0}


def group(shape: Shape) -> Json:
    """A path with its colours."""
    knots = shape.knots
    items: list[Json] = [{
        "ty": "sh", "ks": fixed({
            "c": shape.closed, "v": [pair(k.at) for k in knots],
            "i": [pair(apart(k.coming, k.at)) for k in knots], "o": [pair(apart(k.leaving, k.at)) for k in knots],
        }),
    }]  # fmt: skip
    if shape.stroke:
        pen = {"c": fixed(rgb(shape.stroke)), "o": fixed(100), "w": fixed(shape.width), "lc": 2, "lj": 2}
        items.append({"ty": "st", **pen})
    if shape.fill:
        items.append({"ty": "fl", "c": fixed(rgb(shape.fill)), "o": fixed(100), "r": 1})
    rest = {"p": fixed([0, 0]), "a": fixed([0, 0]), "s": fixed([100, 100]), "r": fixed(0), "o": fixed(100)}
    return {"ty": "gr", "it": [*items, {"ty": "tr", **rest}], "nm": ""}


def fixed(value: Any) -> Json:
    return {"a": 0, "k": value}


def keyed(*moments: tuple[int, list[float]]) -> Json:
    """A value that is this at these frames, gently in between."""
    ease = {"i": {"x": 0.6, "y": 1}, "o": {"x": 0.4, "y": 0}}
    keys: list[Json] = [
        {"t": frame, "s": value, "e": after, **ease}
        for (frame, value), (_, after) in pairwise(moments)
    ]
    return {"a": 1, "k": [*keys, {"t": moments[-1][0], "s": moments[-1][1]}]}


def pair(point: Point) -> list[float]:
    return [round(point[0], 1), round(point[1], 1)]


def apart(a: Point, b: Point) -> Point:
    return a[0] - b[0], a[1] - b[1]


def rgb(color: str) -> list[float]:
    return [round(int(color[i : i + 2], 16) / 255, 3) for i in (1, 3, 5)] + [1]


def packed(animation: Json) -> bytes:
    return gzip.compress(json.dumps(animation, separators=(",", ":")).encode(), 9, mtime=0)


if __name__ == "__main__":
    main()
