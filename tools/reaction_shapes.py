"""The reactions as shapes on a square of 512 units: few flat colours, one dark outline, nothing but curves.

A drawing is a tuple of shapes, lowest first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import cos, pi, radians, sin

Point = tuple[float, float]
INK, GOLD, PALE, CORAL, TEAL, SKY, CREAM = (
    "#1b2a49",
    "#f6b93b",
    "#ffd978",
    "#e5533d",
    "#2a9d8f",
    "#5aa9e6",
    "#fff6e0",
)
EDGE = 14.0
ROUND = 0.5523
"""How long the handles of a quarter circle are."""


@dataclass(frozen=True, slots=True)
class Knot:
    """A point of a path, with the handles of the curves that come in and leave."""

    at: Point
    coming: Point
    leaving: Point


@dataclass(frozen=True, slots=True)
class Shape:
    """A path, filled, outlined or both. Shape: colours `#rrggbb` or empty."""

    knots: tuple[Knot, ...]
    fill: str = ""
    stroke: str = ""
    width: float = EDGE
    closed: bool = True


Drawing = tuple[Shape, ...]


# Ways to make a shape


def lines(
    points: Sequence[Point], fill: str = "", stroke: str = INK, width: float = EDGE, closed: bool = True
) -> Shape:
    """Straight from point to point."""
    return Shape(tuple(Knot(p, p, p) for p in points), fill, stroke, width, closed)


def smooth(
    points: Sequence[Point], fill: str = "", stroke: str = INK, width: float = EDGE, closed: bool = True
) -> Shape:
    """One soft curve through the points."""
    knots, last = [], len(points) - 1
    for i, (x, y) in enumerate(points):
        before = points[i - 1] if closed or i else points[0]
        after = points[(i + 1) % len(points)] if closed or i < last else points[last]
        dx, dy = (after[0] - before[0]) / 6, (after[1] - before[1]) / 6
        knots.append(Knot((x, y), (x - dx, y - dy), (x + dx, y + dy)))
    return Shape(tuple(knots), fill, stroke, width, closed)


def curve(*points: Point, stroke: str = INK, width: float = EDGE) -> Shape:
    """An open soft line."""
    return smooth(points, "", stroke, width, closed=False)


def oval(x: float, y: float, rx: float, ry: float, fill: str = "", stroke: str = INK, width: float = EDGE) -> Shape:
    """An ellipse about (x, y)."""
    a, b = rx * ROUND, ry * ROUND
    knots = (
        Knot((x, y - ry), (x - a, y - ry), (x + a, y - ry)),
        Knot((x + rx, y), (x + rx, y - b), (x + rx, y + b)),
        Knot((x, y + ry), (x + a, y + ry), (x - a, y + ry)),
        Knot((x - rx, y), (x - rx, y + b), (x - rx, y - b)),
    )
    return Shape(knots, fill, stroke, width)


def box(x: float, y: float, w: float, h: float, r: float, fill: str, stroke: str = INK, width: float = EDGE) -> Shape:
    """A rectangle with round corners; (x, y) is its upper left."""
    s, t, k = x + w, y + h, r * (1 - ROUND)
    corners = (
        ((x, y + r), (x, y + k), (x + k, y), (x + r, y)),
        ((s - r, y), (s - k, y), (s, y + k), (s, y + r)),
        ((s, t - r), (s, t - k), (s - k, t), (s - r, t)),
        ((x + r, t), (x + k, t), (x, t - k), (x, t - r)),
    )
    knots = [knot for a, out, into, b in corners for knot in (Knot(a, a, out), Knot(b, into, b))]
    return Shape(tuple(knots), fill, stroke, width)


def drawn(
    start: Point, *curves: tuple[Point, Point, Point], fill: str, stroke: str = INK, width: float = EDGE
) -> Shape:
    """A closed path of cubic curves: each two handles and an end; the last ends where the first began."""
    ends = [start, *(end for _, _, end in curves[:-1])]
    knots = [Knot(end, curves[i - 1][1], curves[i][0]) for i, end in enumerate(ends)]
    return Shape(tuple(knots), fill, stroke, width)


def turned(shapes: Sequence[Shape], degrees: float, about: Point = (256, 256)) -> Drawing:
    """The shapes, turned clockwise."""
    c, s = cos(radians(degrees)), sin(radians(degrees))

    def turn(p: Point) -> Point:
        x, y = p[0] - about[0], p[1] - about[1]
        return about[0] + x * c - y * s, about[1] + x * s + y * c

    return _changed(shapes, turn)


def moved(shapes: Sequence[Shape], dx: float, dy: float, scale: float = 1.0) -> Drawing:
    """The shapes, made larger about the middle and then moved."""
    return _changed(shapes, lambda p: (256 + (p[0] - 256) * scale + dx, 256 + (p[1] - 256) * scale + dy))


def mirrored(shapes: Sequence[Shape]) -> Drawing:
    """Left is right."""
    return _changed(shapes, lambda p: (512 - p[0], p[1]))


def upturned(shapes: Sequence[Shape]) -> Drawing:
    """Above is below."""
    return _changed(shapes, lambda p: (p[0], 512 - p[1]))


def _changed(shapes: Sequence[Shape], move: Callable[[Point], Point]) -> Drawing:
    return tuple(
        replace(s, knots=tuple(Knot(move(k.at), move(k.coming), move(k.leaving)) for k in s.knots)) for s in shapes
    )


# Parts


def face(*features: Shape, fill: str = GOLD) -> Drawing:
    return (oval(256, 256, 206, 206, fill), *features)


def eyes(y: float = 215, rx: float = 22, ry: float = 32, apart: float = 75) -> Drawing:
    return tuple(oval(256 + side * apart, y, rx, ry, INK, "") for side in (-1, 1))


def heart(x: float, y: float, size: float, fill: str = CORAL, width: float = EDGE) -> Shape:
    """A heart as wide as `size`, about (x, y)."""

    def at(u: float, v: float) -> Point:
        return x + u * size / 2, y + v * size / 2

    left = (at(-0.25, -1.05), at(-1.05, -1.0), at(-1.0, -0.25)), (at(-0.96, 0.3), at(-0.3, 0.6), at(0, 0.92))
    right = (at(0.3, 0.6), at(0.96, 0.3), at(1.0, -0.25)), (at(1.05, -1.0), at(0.25, -1.05), at(0, -0.5))
    return drawn(at(0, -0.5), *left, *right, fill=fill, width=width)


def tear(x: float, y: float, size: float) -> Shape:
    return drawn(
        (x, y - size),
        ((x + size * 0.25, y - size * 0.4), (x + size * 0.65, y), (x + size * 0.6, y + size * 0.35)),
        ((x + size * 0.5, y + size), (x - size * 0.5, y + size), (x - size * 0.6, y + size * 0.35)),
        ((x - size * 0.65, y), (x - size * 0.25, y - size * 0.4), (x, y - size)),
        fill=SKY,
        width=10,
    )


def star(x: float, y: float, size: float, fill: str) -> Shape:
    rays = [(i * pi / 5, size * (0.45 if i % 2 else 1)) for i in range(10)]
    return lines([(x + sin(angle) * r, y - cos(angle) * r) for angle, r in rays], fill, width=10)


def spark(x: float, y: float, degrees: float, near: float, far: float, color: str = INK) -> Shape:
    """A short stroke that points away from (x, y)."""
    dx, dy = sin(radians(degrees)), -cos(radians(degrees))
    ends = ((x + dx * near, y + dy * near), (x + dx * far, y + dy * far))
    return lines(ends, "", color, 16, closed=False)


# The drawings

THUMB: Drawing = (
    box(62, 236, 92, 208, 26, TEAL),
    drawn(
        (140, 262),
        ((200, 250), (246, 190), (254, 120)),
        ((258, 78), (272, 62), (300, 64)),
        ((346, 70), (352, 122), (326, 220)),
        ((420, 216), (440, 240), (430, 300)),
        ((430, 400), (400, 440), (330, 440)),
        ((250, 440), (200, 436), (140, 418)),
        ((140, 380), (140, 300), (140, 262)),
        fill=GOLD,
    ),
    *(box(300, 216 + 56 * i, 152 - 12 * (i > 1) - 14 * (i > 2), 58, 28, PALE) for i in range(4)),
)

HAND: Drawing = (
    box(150, 150, 56, 190, 28, GOLD),
    box(202, 96, 56, 230, 28, GOLD),
    box(254, 90, 56, 230, 28, GOLD),
    box(306, 124, 54, 200, 27, GOLD),
    drawn(
        (150, 300),
        ((150, 262), (200, 262), (256, 262)),
        ((330, 262), (360, 262), (360, 300)),
        ((366, 300), (400, 232), (430, 240)),
        ((462, 250), (444, 300), (420, 340)),
        ((390, 410), (350, 446), (262, 446)),
        ((180, 446), (150, 400), (150, 300)),
        fill=GOLD,
    ),
)

FLAME: Drawing = (
    drawn(
        (256, 470),
        ((130, 470), (92, 380), (104, 300)),
        ((112, 240), (150, 220), (160, 160)),
        ((196, 190), (206, 220), (206, 244)),
        ((240, 190), (240, 110), (214, 44)),
        ((320, 70), (352, 150), (350, 222)),
        ((366, 212), (374, 196), (376, 180)),
        ((420, 240), (424, 300), (412, 348)),
        ((398, 430), (340, 470), (256, 470)),
        fill=CORAL,
    ),
    drawn(
        (260, 446),
        ((196, 446), (170, 400), (178, 350)),
        ((186, 310), (240, 290), (250, 220)),
        ((300, 260), (340, 310), (340, 366)),
        ((340, 410), (312, 446), (260, 446)),
        fill=GOLD,
        stroke="",
    ),
)

GRIN: Drawing = (
    drawn(
        (130, 268),
        ((200, 292), (312, 292), (382, 268)),
        ((380, 360), (330, 404), (256, 404)),
        ((182, 404), (132, 360), (130, 268)),
        fill=CREAM,
    ),
    curve((142, 330), (256, 348), (370, 330), width=9),
    *(lines(((x, 284), (x, 396)), width=9, closed=False) for x in (200, 256, 312)),
)

PALM: Drawing = (
    drawn(
        (250, 70),
        ((222, 66), (206, 84), (200, 116)),
        ((190, 190), (150, 260), (110, 310)),
        ((86, 340), (92, 372), (118, 398)),
        ((140, 420), (166, 430), (190, 410)),
        ((224, 380), (250, 330), (250, 270)),
        ((250, 200), (250, 120), (250, 70)),
        fill=GOLD,
    ),
    turned((box(52, 372, 150, 74, 18, TEAL),), 44, (128, 410))[0],
)

SIGNS: dict[str, Drawing] = {
    "👍": THUMB,
    "👎": upturned(THUMB),
    "❤": (heart(256, 262, 400), curve((128, 196), (142, 160), (176, 146), stroke=CREAM, width=20)),
    "🔥": FLAME,
    "🥰": face(
        *(curve((256 + s * 110, 224), (256 + s * 78, 196), (256 + s * 46, 224), width=16) for s in (-1, 1)),
        curve((180, 300), (256, 356), (332, 300), width=16),
        heart(104, 366, 110, width=11),
        heart(420, 340, 120, width=11),
        heart(372, 92, 104, width=11),
    ),
    "👏": (
        *turned(moved(mirrored(HAND), -34, 26, 0.95), -24),
        *turned(moved(HAND, 40, 36, 0.95), -8),
        *(spark(250, 200, d, 140, 182) for d in (-46, -26, -6)),
    ),
    "😁": face(
        *(curve((256 + s * 116, 216), (256 + s * 80, 176), (256 + s * 44, 216), width=18) for s in (-1, 1)), *GRIN
    ),
    "🤔": face(
        *eyes(206, 20, 28),
        curve((140, 150), (176, 128), (216, 136), width=16),
        curve((300, 128), (340, 112), (380, 138), width=16),
        curve((210, 312), (256, 296), (310, 306), width=16),
        drawn(
            (150, 470),
            ((120, 430), (110, 380), (140, 370)),
            ((160, 364), (166, 380), (172, 396)),
            ((220, 372), (270, 346), (290, 344)),
            ((316, 346), (314, 372), (296, 382)),
            ((320, 400), (300, 470), (240, 486)),
            ((200, 494), (170, 490), (150, 470)),
            fill=PALE,
        ),
    ),
    "🤯": (
        *(spark(256, 220, d, 176, 220, CORAL) for d in (-66, -44, 44, 66)),
        drawn(
            (210, 190),
            ((214, 150), (190, 140), (150, 140)),
            ((96, 136), (110, 60), (176, 72)),
            ((196, 22), (316, 22), (336, 72)),
            ((402, 60), (416, 136), (362, 140)),
            ((322, 140), (298, 150), (302, 190)),
            ((272, 200), (240, 200), (210, 190)),
            fill=CORAL,
        ),
        drawn(
            (62, 262),
            ((110, 200), (150, 230), (190, 206)),
            ((220, 190), (250, 220), (290, 200)),
            ((330, 190), (400, 200), (450, 262)),
            ((462, 400), (370, 474), (256, 474)),
            ((142, 474), (50, 400), (62, 262)),
            fill=GOLD,
        ),
        *(oval(256 + s * 78, 296, 36, 36, CREAM, width=11) for s in (-1, 1)),
        *eyes(296, 12, 12, 78),
        oval(256, 396, 34, 42, INK, ""),
    ),
    "😱": face(
        *(oval(256 + s * 78, 196, 44, 48, CREAM, width=11) for s in (-1, 1)),
        *eyes(200, 13, 14, 78),
        oval(256, 352, 44, 68, INK, ""),
        *(curve((256 + s * 120, 118), (256 + s * 84, 104), (256 + s * 54, 122), width=13) for s in (-1, 1)),
        *(turned((box(256 + s * 178 - 34, 296, 68, 170, 34, PALE),), s * 14, (256 + s * 178, 380))[0] for s in (-1, 1)),
        fill=SKY,
    ),
    "😢": face(
        *eyes(226, 22, 30),
        curve((140, 172), (174, 150), (214, 158), width=16),
        curve((298, 158), (338, 150), (372, 172), width=16),
        curve((196, 356), (256, 318), (316, 356), width=18),
        tear(164, 336, 62),
    ),
    "🎉": (
        drawn(
            (60, 456),
            ((100, 350), (140, 240), (172, 176)),
            ((220, 220), (300, 300), (340, 342)),
            ((260, 384), (150, 424), (60, 456)),
            fill=TEAL,
        ),
        curve((136, 286), (180, 340), (232, 384), stroke=CREAM, width=18),
        curve((100, 366), (124, 396), (152, 416), stroke=CREAM, width=18),
        turned((oval(256, 258, 118, 44, CORAL),), 45)[0],
        curve((300, 210), (340, 170), (316, 126), (356, 88), stroke=SKY, width=18),
        curve((330, 268), (372, 250), (400, 284), (448, 262), stroke=CORAL, width=18),
        star(420, 150, 48, GOLD),
        star(228, 86, 34, GOLD),
        oval(426, 366, 20, 20, SKY, width=10),
        oval(300, 60, 18, 18, CORAL, width=10),
        oval(456, 60, 16, 16, TEAL, width=10),
    ),
    "🙏": (*(spark(256, 250, d, 210, 244) for d in (-40, -18, 18, 40)), *moved((*PALM, *mirrored(PALM)), 0, 30, 0.95)),
    "👌": (
        turned((box(268, 60, 58, 230, 29, GOLD),), 4)[0],
        turned((box(330, 84, 56, 220, 28, GOLD),), 12)[0],
        turned((box(384, 140, 50, 190, 25, GOLD),), 22)[0],
        drawn(
            (190, 320),
            ((240, 260), (300, 262), (372, 270)),
            ((410, 290), (400, 360), (360, 420)),
            ((330, 460), (250, 470), (210, 440)),
            ((180, 410), (170, 360), (190, 320)),
            fill=GOLD,
        ),
        oval(170, 250, 92, 92, "", GOLD, 58),
        oval(170, 250, 121, 121),
        oval(170, 250, 63, 63),
        curve((246, 330), (290, 330), (316, 362), width=12),
    ),
    "💯": (
        lines(((84, 140), (124, 112), (112, 300)), "", CORAL, 44, closed=False),
        *(turned((oval(x, 206, 56, 92, "", CORAL, 42),), 6, (x, 206))[0] for x in (226, 388)),
        curve((70, 392), (220, 352), (440, 348), stroke=CORAL, width=30),
        curve((130, 450), (240, 420), (390, 416), stroke=CORAL, width=30),
    ),
    "🤝": moved(
        (
            turned((box(10, 196, 120, 130, 22, TEAL),), 8, (70, 260))[0],
            turned((box(382, 196, 120, 130, 22, CORAL),), -8, (442, 260))[0],
            drawn(
                (122, 214),
                ((170, 190), (210, 190), (250, 206)),
                ((330, 240), (380, 290), (372, 330)),
                ((366, 356), (340, 360), (322, 344)),
                ((320, 376), (290, 388), (268, 368)),
                ((262, 396), (226, 398), (212, 372)),
                ((180, 384), (160, 356), (122, 322)),
                ((116, 290), (116, 250), (122, 214)),
                fill=PALE,
            ),
            drawn(
                (390, 210),
                ((340, 180), (290, 184), (256, 200)),
                ((220, 220), (196, 240), (196, 262)),
                ((202, 290), (240, 284), (262, 262)),
                ((300, 270), (340, 310), (352, 334)),
                ((370, 330), (386, 324), (394, 316)),
                ((398, 280), (396, 240), (390, 210)),
                fill=GOLD,
            ),
            curve((268, 308), (300, 330), (322, 344), width=11),
            curve((220, 324), (250, 346), (268, 368), width=11),
        ),
        0,
        0,
        0.94,
    ),
    "⚡": (lines(((300, 36), (110, 290), (238, 290), (196, 478), (404, 204), (272, 204)), GOLD),),
    "💔": (
        heart(256, 262, 400),
        lines(((262, 150), (216, 226), (292, 274), (236, 330), (262, 442)), "", CREAM, 26, closed=False),
    ),
    "👀": (
        *(oval(256 + s * 104, 256, 86, 128, CREAM) for s in (-1, 1)),
        *(oval(256 + s * 104 - 30, 270, 40, 56, INK, "") for s in (-1, 1)),
        *(oval(256 + s * 104 - 44, 248, 14, 18, CREAM, "") for s in (-1, 1)),
    ),
    "😍": face(
        *(heart(256 + s * 88, 206, 130, width=11) for s in (-1, 1)),
        drawn(
            (160, 304),
            ((220, 324), (292, 324), (352, 304)),
            ((346, 370), (310, 400), (256, 400)),
            ((202, 400), (166, 370), (160, 304)),
            fill=CREAM,
        ),
    ),
}


def burst() -> list[tuple[Shape, Point, Point]]:
    """The effect: (spark about the origin, where it starts, where it ends)."""
    out = []
    for number in range(12):
        angle = number * pi / 6
        far = 225 if number % 2 else 180
        shape = oval(0, 0, 15, 15, (GOLD, CORAL, TEAL, SKY)[number % 4], "")
        start, end = (256 + cos(angle) * 70, 256 + sin(angle) * 70), (256 + cos(angle) * far, 256 + sin(angle) * far)
        out.append((shape, start, end))
    return out


def file_stem(sign: str) -> str:
    """The name of a reaction's files: its code points."""
    return "-".join(f"{ord(letter):x}" for letter in sign)
