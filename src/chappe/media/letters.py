"""Runs in the worker alone: a mail taken apart, bounded in parts, depth and text; what a signature covers comes alone.

Source: rfc/5322, rfc/2045, rfc/8551
Of a signed mail only the signed part is told: what somebody put beside it says nothing. No address is believed here.
"""

import base64
import binascii
import email
import email.utils
import encodings
import html
import importlib
import pkgutil
import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from hashlib import sha256
from typing import BinaryIO

from chappe.media import cms
from chappe.media.results import Enclosure, LetterResult, SealResult

BYTES_MOST = 32 << 20
PARTS, TEXT, LINE, NAME = 60, 200_000, 500, 120
SIGNED = ("application/pkcs7-signature", "application/x-pkcs7-signature")
OPAQUE = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_TAG = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<!--.*?-->", re.S | re.I)
_BREAK = re.compile(r"<(br|/p|/div|/tr|/li|/h[1-6])\b[^>]{0,200}>", re.I)
_ANY = re.compile(r"<[^>]{0,2000}>")


def warm_up() -> None:
    """Everything that reading a mail may load is loaded: nothing can be read from disk later."""
    for found in pkgutil.iter_modules(encodings.__path__):
        try:
            importlib.import_module(f"encodings.{found.name}")
        except ImportError:
            continue  # of other systems
    for name in ("mime.multipart", "mime.text", "quoprimime", "base64mime", "generator", "_header_value_parser"):
        importlib.import_module(f"email.{name}")
    for charset in ("utf-8", "iso-8859-15", "cp1252", "gb18030", "shift_jis", "euc_kr", "big5"):
        b"x".decode(charset)
    plain = b"Subject: =?utf-8?q?x?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"
    _told(plain, None)


def letter(file: BinaryIO | None, _text: str) -> LetterResult:
    """The mail taken apart, its signature checked."""
    assert file is not None
    raw = file.read(BYTES_MOST + 1)
    if len(raw) > BYTES_MOST:
        raise ValueError("too large")
    outer = email.message_from_bytes(raw)
    covered, seal = _signed(raw, outer)
    return _told(raw, seal, covered)


def _told(raw: bytes, seal: SealResult | None, covered: bytes | None = None) -> LetterResult:
    outer = email.message_from_bytes(raw)
    inner = outer if covered is None else email.message_from_bytes(covered)
    texts, enclosed = _parts(inner)
    senders = [one for one in email.utils.getaddresses([_header(outer, "from")]) if one[1]]
    return LetterResult(
        message_id=_header(outer, "message-id"),
        references=tuple((_header(outer, "in-reply-to") + " " + _header(outer, "references", 4000)).split()[:50]),
        sender=senders[0][1][:LINE] if len(senders) == 1 else "",
        sender_name=senders[0][0][:LINE] if len(senders) == 1 else "",
        reply_to=_one_address(outer, "reply-to"),
        subject=_header(outer, "subject"),
        language=_header(outer, "content-language")[:20],
        automatic=_automatic(outer),
        text="\n".join(texts)[:TEXT],
        enclosures=tuple(enclosed),
        seal=seal,
        covered=sha256(covered).hexdigest() if covered is not None else "",
    )


def _signed(raw: bytes, outer: Message) -> tuple[bytes | None, SealResult | None]:
    """(what the signature covers, what is known of the signature) of a signed mail."""
    kind = outer.get_content_type()
    if kind == "multipart/signed" and outer.get_param("protocol") in SIGNED and outer.is_multipart():
        covered = _first_part(raw, str(outer.get_boundary() or ""))
        parts = outer.get_payload()
        last = parts[-1] if isinstance(parts, list) and len(parts) == 2 else None
        made = last.get_payload(decode=True) if isinstance(last, Message) else None
        if covered is None or not isinstance(made, bytes):
            return None, SealResult(state="broken")
        return covered, cms.checked(made, covered)[1]
    if kind in OPAQUE and outer.get_param("smime-type") in ("signed-data", None):
        made = outer.get_payload(decode=True)
        if not isinstance(made, bytes):
            return None, SealResult(state="broken")
        content, seal = cms.checked(made, None)
        return content, seal
    return None, None


def _first_part(raw: bytes, boundary: str) -> bytes | None:
    """The bytes between the first two boundaries, exactly as they were signed. Source: rfc/1847#2.1"""
    if not boundary or not boundary.isascii():
        return None
    mark = b"--" + boundary.encode()
    start = raw.find(b"\r\n" + mark + b"\r\n")
    if start < 0:
        return None
    start += len(mark) + 4
    end = raw.find(b"\r\n" + mark + b"\r\n", start - 2)
    return raw[start:end] if end >= start else None


def _parts(message: Message) -> tuple[list[str], list[Enclosure]]:
    """(texts in order, files) of a mail; HTML as text where nothing plainer says it."""
    texts: list[str] = []
    webs: list[str] = []
    files: list[Enclosure] = []
    for count, part in enumerate(_leaves(message)):
        if count >= PARTS:
            break
        kind = part.get_content_type()
        name = _word(part.get_filename() or "")
        data = _payload(part)
        if not name and kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            (texts if kind == "text/plain" else webs).append(_text(part, data))
        elif data:
            files.append(Enclosure(name or f"part-{count}", kind[:NAME], data))
    return texts or [_plain(one) for one in webs], files


def _leaves(message: Message) -> Iterator[Message]:
    """Parts that hold no others; a mail within a mail is one file."""
    stack = [message]
    seen = 0
    while stack and seen < PARTS * 10:
        one = stack.pop()
        seen += 1
        payload = one.get_payload()
        if isinstance(payload, list) and one.get_content_maintype() == "multipart":
            stack += [sub for sub in reversed(payload) if isinstance(sub, Message)]
        else:
            yield one


def _payload(part: Message) -> bytes:
    held = part.get_payload()
    if isinstance(held, list):
        return b"".join(one.as_bytes() for one in held if isinstance(one, Message))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _text(part: Message, data: bytes) -> str:
    charset = str(part.get_content_charset("utf-8"))[:40]
    try:
        return data.decode(charset, "replace")[:TEXT]
    except (LookupError, UnicodeError):
        return data.decode("utf-8", "replace")[:TEXT]


def _plain(said: str) -> str:
    """HTML as text: nothing is loaded, nothing runs."""
    return html.unescape(_ANY.sub(" ", _BREAK.sub("\n", _TAG.sub(" ", said[:TEXT]))))


def _header(message: Message, name: str, most: int = LINE) -> str:
    """A header as one line of text."""
    raw = str(message.get(name, ""))[: most * 4]
    try:
        pieces = [
            piece.decode(charset or "utf-8", "replace") if isinstance(piece, bytes) else piece
            for piece, charset in decode_header(raw)
        ]
    except (LookupError, ValueError, binascii.Error):
        pieces = [raw]
    return _line("".join(pieces))[:most]


def _one_address(message: Message, name: str) -> str:
    found = [address for _, address in email.utils.getaddresses([_header(message, name)]) if address]
    return found[0][:LINE] if len(found) == 1 else ""


def _automatic(message: Message) -> bool:
    """True for what no person wrote, and what must therefore not be answered by a machine. Source: rfc/3834#2"""
    submitted = _header(message, "auto-submitted").lower()
    report = message.get_content_type() == "multipart/report"
    bulk = _header(message, "precedence").lower() in ("bulk", "list", "junk")
    listed = bool(_header(message, "list-id")) or bool(_header(message, "x-autoreply"))
    return (submitted not in ("", "no")) or report or bulk or listed


def _word(name: str) -> str:
    """A file name that is only a name."""
    return _line(name.replace("\\", "/").rpartition("/")[2])[:NAME]


def _line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def unwrapped(text: str) -> bytes:
    """Bytes as job texts carry them. Errors: binascii.Error."""
    return base64.b64decode(text, validate=True)
