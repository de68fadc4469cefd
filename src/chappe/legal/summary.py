"""The readable page of a package: what was named, what it matched, which files there are, how to check them.

Source: requirements/legal-packages
Shape: PDF, A4. The data themselves are in JSON; identity and connections are printed too, since they fit on paper.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from chappe.legal import disclosure_words as words

PRINTED = 400
"""Records printed at most; the files have all."""


@cache
def _fonts() -> TTFont:
    plain = TTFont("Vera", "Vera.ttf")
    pdfmetrics.registerFont(plain)
    pdfmetrics.registerFont(TTFont("VeraBd", "VeraBd.ttf"))
    return plain


def printed(manifest: Mapping[str, Any], shown: Sequence[Mapping[str, Any]], language: str) -> bytes:
    """The page of the manifest. Shape: shown are records of identity and connections, as plain JSON."""
    _fonts()
    said = words.of(language)
    out = BytesIO()
    page = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=18 * mm, invariant=1,
        title=said["title"].format(number=manifest["case"]), lang=language[:2].lower(),
    )  # fmt: skip
    page.build(_parts(manifest, shown, language, said))
    return out.getvalue()


def _parts(
    manifest: Mapping[str, Any], shown: Sequence[Mapping[str, Any]], language: str, said: Mapping[str, str]
) -> list[Flowable]:
    authority = manifest["authority"]
    parts: list[Flowable] = [_heading(said["title"].format(number=manifest["case"]), 15)]
    parts.append(_text(said["made"].format(
        date=words.moment(manifest["made"]), authority=authority["name"], country=authority["country"],
        reference=manifest["reference"] or "–",
    )))  # fmt: skip
    parts.append(_text(said["two"]))
    parts.append(_heading(said["matched"]))
    for target in manifest["targets"]:
        parts.append(_text(f"{said['target'].format(no=target['no'])}: {target['kind']} {target['text']}"))
        lines = [f"{one['key']}: {words.matched(language, one['how'], one['facts'])}" for one in target["matches"]]
        parts += [_text(f"– {line}") for line in lines or [said["nothing"]]]
    parts.append(_heading(said["files"]))
    for one in manifest["pieces"]:
        time = said["no_time"]
        if one["until"]:
            time = said["time"].format(since=words.moment(one["since"]), until=words.moment(one["until"]))
        parts.append(_text(said["records"].format(
            name=one["name"], category=said[one["category"]], key=one["key"], time=time, count=one["records"]
        )))  # fmt: skip
    for record in shown[:PRINTED]:
        parts.append(_text(" · ".join(f"{key}: {_value(key, value)}" for key, value in record.items()), 8))
    parts.append(_heading(said["limits"]))
    parts.append(_text(said["limits_text"]))
    parts.append(_heading(said["check"]))
    parts.append(_text(said["check_text"].format(key=manifest["signed_by"], link=manifest["key_published"])))
    parts.append(_text(said["unprintable"], 8))
    return parts


def _value(key: str, value: Any) -> str:
    is_date = key in ("first_seen", "last_seen", "signed_up", "ended") and isinstance(value, int)
    return words.moment(value) if is_date else str(value)


def _heading(text: str, size: float = 11) -> Flowable:
    style = ParagraphStyle(f"h{size}", fontName="VeraBd", fontSize=size, leading=size * 1.4, spaceBefore=size * 0.8)
    return Paragraph(_safe(text), style)


def _text(text: str, size: float = 9) -> Flowable:
    if not text:
        return Spacer(1, 2 * mm)
    style = ParagraphStyle(f"t{size}", fontName="Vera", fontSize=size, leading=size * 1.45, alignment=TA_LEFT)
    return Paragraph(_safe(text), style)


def _safe(text: str) -> str:
    """The text with letters that the font lacks as their number, and nothing in it that means anything to the page."""
    known = _fonts().face.charToGlyph
    return escape("".join(c if c == " " or ord(c) in known else f"U+{ord(c):04X}." for c in text))
