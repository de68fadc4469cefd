"""Sheets as pages to print: the words, what they are, what to do with them, and the sealed keys, in French and English.

Shape: PDF, A4. The sealed keys stand on every sheet alike, as codes to scan and as lines to type.
"""

import binascii
import re
import tomllib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from chappe.recovery.errors import RecoveryError
from chappe.recovery.kits import Sheet

LANGUAGES = ("fr", "en")
MARK = "chappe-keys"
PIECE = 480
"""Characters of one code: a telephone reads it off paper that was folded."""
_LINE, _COLUMNS = 64, 3
_MARGIN = 20 * mm
_WIDTH, _HEIGHT = A4
_INSIDE = _WIDTH - 2 * _MARGIN
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class About:
    """What stands on every sheet. Shape: date as people write it; box is the sealed keys."""

    server: str
    date: str
    generation: int
    box: bytes


def printed(sheet: Sheet, about: About, languages: Sequence[str] = LANGUAGES) -> bytes:
    """The sheet as a PDF: the words and instructions in each language, then the sealed keys."""
    out = BytesIO()
    page = _Page(Canvas(out, A4, pageCompression=1, invariant=1), _footer(sheet, about))
    page.canvas.setTitle(f"Chappe {sheet.no}/{sheet.of}")
    for number, language in enumerate(languages):
        _words_page(page, sheet, about, _texts(language), words=number == 0)
    _sealed_page(page, sheet, about, [_texts(language) for language in languages])
    page.canvas.save()
    return out.getvalue()


def armored(box: bytes) -> str:
    """The sealed keys as lines that can be typed or joined from codes."""
    text = b64encode(box).decode()
    return "".join(f"{text[at : at + _LINE]}\n" for at in range(0, len(text), _LINE))


def pieces(box: bytes) -> list[str]:
    """The sealed keys as the codes say them: a mark with its number, then the characters."""
    text = b64encode(box).decode()
    parts = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
    return [f"{MARK} {no}/{len(parts)} {part}" for no, part in enumerate(parts, 1)]


def typed_box(text: str) -> bytes:
    """The sealed keys out of what was scanned or typed, in any mixture; a file of `age` is taken as it is.

    Errors: RecoveryError: which part is missing.
    """
    found = {int(no): (int(of), part) for no, of, part in re.findall(rf"{MARK} (\d+)/(\d+) ([\w+/=]+)", text)}
    if found:
        whole = max(of for of, _ in found.values())
        missing = [no for no in range(1, whole + 1) if no not in found]
        if missing:
            raise RecoveryError(f"part {missing[0]} of {whole} of the sealed keys is missing")
        text = "".join(found[no][1] for no in range(1, whole + 1))
    try:
        return b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise RecoveryError("a line of the sealed keys is not as it stands on the sheet") from error


class _Page:
    """Writes from the top down; begins a new page where one is full."""

    def __init__(self, canvas: Canvas, footer: str) -> None:
        self.canvas = canvas
        self._footer = footer
        self.top = 0.0
        self.begin()

    def begin(self) -> None:
        """A fresh page."""
        self.top = _HEIGHT - _MARGIN
        self.canvas.setFont("Helvetica", 8)
        self.canvas.setFillGray(0.35)
        self.canvas.drawString(_MARGIN, 10 * mm, self._footer)
        self.canvas.setFillGray(0)

    def end(self) -> None:
        """The page is full."""
        self.canvas.showPage()
        self.begin()

    def text(self, text: str, size: float = 10, font: str = "Helvetica", gap: float = 3) -> None:
        """A paragraph, or several."""
        for paragraph in text.split("\n"):
            for line in simpleSplit(_plain(paragraph), font, size, _INSIDE):
                self.need(size * 1.3)
                self.canvas.setFont(font, size)
                self.top -= size * 1.3
                self.canvas.drawString(_MARGIN, self.top, line)
        self.top -= gap * mm

    def need(self, height: float) -> None:
        """There is so much room below, on this page or the next."""
        if self.top - height < _MARGIN:
            self.end()

    def code(self, text: str, left: float, side: float) -> None:
        """A code to scan, its upper edge at the top."""
        matrix = segno.make(text, error="m", micro=False).matrix
        quiet = 4
        cell = side / (len(matrix) + 2 * quiet)
        for row, cells in enumerate(matrix):
            for column, dark in enumerate(cells):
                if dark:
                    x, y = left + (column + quiet) * cell, self.top - (row + quiet + 1) * cell
                    self.canvas.rect(x, y, cell * 1.02, cell * 1.02, stroke=0, fill=1)


def _words_page(page: _Page, sheet: Sheet, about: About, t: Texts, words: bool) -> None:
    facts = {"no": sheet.no, "of": sheet.of, "needed": sheet.needed}
    page.text(f"{t['title']} · {t['sheet'].format(**facts)}", 18, "Helvetica-Bold", 2)
    page.text(f"{t['server']} {about.server}   ·   {t['keeper']} {sheet.trustee}   ·   {t['made']} {about.date}", 10)
    page.text(t["needed"].format(**facts), 11, "Helvetica-Bold")
    if words:
        page.text(t["words"], 12, "Helvetica-Bold", 1)
        _words(page, sheet.words)
    for topic in ("what", "when", "how", "drill", "lost"):
        page.need(30 * mm)
        page.text(t[f"{topic}_title"], 11, "Helvetica-Bold", 0)
        page.text(t[topic].format(**facts), 9.5)
    page.end()


def _words(page: _Page, words: Sequence[str]) -> None:
    """The words in columns, read downwards, each with its number; and as one code."""
    rows = -(-len(words) // _COLUMNS)
    width, side = 38 * mm, 46 * mm
    for at, word in enumerate(words):
        x, y = _MARGIN + at // rows * width, page.top - (at % rows + 1) * 5.2 * mm
        page.canvas.setFont("Courier", 11)
        page.canvas.drawString(x, y, f"{at + 1:2d}. {word}")
    page.code(" ".join(words), _WIDTH - _MARGIN - side, side)
    page.top -= (rows + 1) * 5.2 * mm + 2 * mm


def _sealed_page(page: _Page, sheet: Sheet, about: About, texts: Sequence[Texts]) -> None:
    for t in texts:
        page.text(t["sealed_title"], 12, "Helvetica-Bold", 0)
        page.text(t["sealed"].format(of=sheet.of, needed=sheet.needed), 9.5)
    side, parts = 62 * mm, pieces(about.box)
    for first in range(0, len(parts), 2):
        page.need(side + 8 * mm)
        for column, part in enumerate(parts[first : first + 2]):
            left = _MARGIN + column * (side + 12 * mm)
            page.code(part, left, side)
            page.canvas.setFont("Helvetica", 9)
            said = texts[0]["part"].format(no=first + column + 1, of=len(parts))
            page.canvas.drawString(left, page.top - side - 3 * mm, said)
        page.top -= side + 8 * mm
    page.text(armored(about.box).rstrip("\n"), 9, "Courier")


def _footer(sheet: Sheet, about: About) -> str:
    return _plain(f"Chappe · {about.server} · {about.date} · kits {about.generation} · {sheet.no}/{sheet.of}")


def _texts(language: str) -> Texts:
    if language not in LANGUAGES:
        raise RecoveryError(f"sheets are written in {' and '.join(LANGUAGES)}, not in {language!r}")
    found = tomllib.loads((files("chappe.recovery") / "texts" / f"{language}.toml").read_text("utf-8"))
    return {name: str(text) for name, text in found.items()}


def _plain(text: str) -> str:
    """What the printed letters can show."""
    return text.encode("cp1252", "replace").decode("cp1252")
