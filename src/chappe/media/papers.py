"""Runs in the worker alone: what an attachment says, as text, bounded in pages and characters.

Source: requirements/legal-intake
Nothing in a document runs here, nothing it links to is loaded; scripts and files within it are told of by name alone.
"""

import importlib
import io
import json
import logging
import pkgutil
from collections.abc import Mapping
from typing import Any, BinaryIO

from chappe.media import cms, letters, markup
from chappe.media.results import PaperResult, SealResult

PAGES, TEXT, FIELDS = 100, 200_000, 500
PLAIN_BYTES = 1 << 20
ACTIVE = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/RichMedia")
BLANK = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>endobj\n"
    b"4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    b"5 0 obj<</Length 29>>stream\nBT /F 9 Tf (warm) Tj ET      \nendstream endobj\ntrailer<</Root 1 0 R/Size 6>>\n"
    b"startxref\n0\n%%EOF\n"
)


def acts() -> Mapping[str, Any]:
    """Every act with its libraries loaded and tried once."""
    letters.warm_up()
    cms.warm_up()
    _warm_up()
    return {"letter": letters.letter, "paper": paper, "seal": seal}


def paper(file: BinaryIO | None, _text: str) -> PaperResult:
    """What the document says, as far as it is text."""
    assert file is not None
    head = file.read(1024)
    file.seek(0)
    if b"%PDF-" in head:
        return _pdf(file)
    data = file.read(PLAIN_BYTES + 1)
    if markup.looks_so(head):
        found = markup.looked_at(data, cut=len(data) > PLAIN_BYTES)
        return PaperResult(kind="xml", active=found.dtd, whole=found.whole, root=found.root, fields=found.fields)
    if len(data) > PLAIN_BYTES or b"\x00" in data[:4096]:
        return PaperResult(kind="other")
    try:
        said = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return PaperResult(kind="other")
    return PaperResult(kind="json" if _is_json(said) else "text", text=said[:TEXT])


def seal(file: BinaryIO | None, made: str) -> SealResult:
    """Whether the detached signature, in base64, is over this file."""
    assert file is not None
    return cms.checked(letters.unwrapped(made), file.read())[1]


def _pdf(file: BinaryIO) -> PaperResult:
    from pypdf import PdfReader

    reader = PdfReader(file, strict=False)
    if reader.is_encrypted:
        return PaperResult(kind="pdf", encrypted=True)
    count = len(reader.pages)
    said: list[str] = []
    length = 0
    for no in range(min(count, PAGES)):
        text = reader.pages[no].extract_text()
        said.append(text[: TEXT - length])
        length += len(said[-1])
        if length >= TEXT:
            break
    return PaperResult(
        kind="pdf", pages=count, text="\n".join(said), fields=tuple(_form(reader)), active=_active(file),
        whole=count <= PAGES and length < TEXT,
    )  # fmt: skip


def _form(reader: Any) -> list[tuple[str, str]]:
    """Fields of a form that were filled in."""
    found = reader.get_fields() or {}
    filled = [(str(name), str(one.get("/V", "") or "")) for name, one in list(found.items())[:FIELDS]]
    return [(name[:200], value[:20_000]) for name, value in filled if value and not value.startswith("/Off")]


def _active(file: BinaryIO) -> bool:
    file.seek(0)
    data = file.read()
    return any(word.encode() in data for word in ACTIVE)


def _is_json(said: str) -> bool:
    if not said.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(said), dict)
    except (ValueError, RecursionError):
        return False


def _warm_up() -> None:
    """All of the library is loaded: nothing can be read from disk later."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would quote people's files
    for found in pkgutil.walk_packages(pypdf.__path__, "pypdf."):
        try:
            importlib.import_module(found.name)
        except ImportError:
            continue  # for libraries that are not there
    if _pdf(io.BytesIO(BLANK)).pages != 1 or not markup.looked_at(b'<?xml version="1.0"?><a/>', cut=False).whole:
        raise RuntimeError("documents cannot be read here")
