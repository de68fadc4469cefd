"""A letter as a PDF: text that can be searched and read aloud, made the same each time."""

from html import escape
from io import BytesIO
from itertools import zip_longest
from textwrap import wrap

from chappe.legal.letters.body import Added, Block, Body, Heading, Paragraph, written

PIECE_LINES, PIECE_LETTERS = 15, 400
"""A text is printed in pieces of so many lines, since long ones take ever longer; a row must fit on a page."""
ANY_LETTERS = 1 << 20


def as_pdf(body: Body) -> bytes:
    """The letter on A4. Its makers' library takes a while to import: only who prints waits for it."""
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph as Words
    from reportlab.platypus import SimpleDocTemplate, Spacer
    from reportlab.platypus import Table as Grid

    plain = ParagraphStyle("plain", fontName="Helvetica", fontSize=10.5, leading=15, wordWrap="LTR", splitLongWords=1)
    strong = ParagraphStyle("strong", plain, fontName="Helvetica-Bold")
    title = ParagraphStyle("title", strong, fontSize=13, leading=18, spaceBefore=6, spaceAfter=8)
    heading = ParagraphStyle("heading", strong, fontSize=11.5, spaceBefore=10, spaceAfter=4)
    lines = [("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#c9d2da")), ("VALIGN", (0, 0), (-1, -1), "TOP")]

    def shown(block: Block) -> list[object]:
        if isinstance(block, Heading):
            return [Words(_safe(block.text), heading)]
        if isinstance(block, Paragraph | Added):
            return [*(Words(_safe(piece), plain) for piece in _pieces(block.text, ANY_LETTERS)), Spacer(1, 3 * mm)]
        rows = [
            [Words(_safe(label), strong), Words(_safe(value), plain)]
            for row in block.rows for label, value in zip_longest(*map(_pieces, row), fillvalue="")
        ]  # fmt: skip
        return [Grid(rows, colWidths=[55 * mm, 110 * mm], style=lines), Spacer(1, 4 * mm)] if rows else []

    story: list[object] = [Words(_safe("\n".join(body.to)), plain), Spacer(1, 5 * mm), Words(written(body.date), plain)]
    story += [Spacer(1, 4 * mm), Words(_safe(body.title), title)]
    story += [part for block in body.blocks for part in shown(block)]
    story += [Spacer(1, 5 * mm), Words(_safe("\n".join(body.signature)), plain)]
    out = BytesIO()
    SimpleDocTemplate(
        out, pagesize=A4, leftMargin=22 * mm, rightMargin=22 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
        title=body.title, subject=body.number, author=(body.signature or ("",))[0], lang=body.lang, invariant=1,
    ).build(story)  # fmt: skip
    return out.getvalue()


def _pieces(text: str, letters: int = PIECE_LETTERS) -> list[str]:
    """The text in pieces of whole lines; a line that is longer than a piece is cut, at a space where it has one."""
    out: list[list[str]] = [[]]
    for line in (part for whole in _plain(text).split("\n") for part in wrap(whole, letters) or [""]):
        if len(out[-1]) >= PIECE_LINES or sum(map(len, out[-1])) + len(line) > letters:
            out.append([])
        out[-1].append(line)
    return ["\n".join(lines) for lines in out]


def _safe(text: str) -> str:
    """The text for the printer: markup escaped, lines kept."""
    return escape(_plain(text)).replace("\n", "<br/>")


def _plain(text: str) -> str:
    """The text with a sign that the printer's font lacks by its number, so that none is lost."""
    out = []
    for sign in text:
        try:
            sign.encode("cp1252")
            out.append(sign)
        except UnicodeEncodeError:
            out.append(f"[U+{ord(sign):04X}]")
    return "".join(out)
