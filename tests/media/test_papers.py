"""Source: rfc/5322, rfc/8551, rfc/5652#5.4

Mail, documents and signatures read in the limited process; signatures are made by OpenSSL's own program.
"""

import asyncio
import io
import subprocess
import zlib
from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path

import pytest
import pytest_asyncio
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

from chappe.base.errors import Invalid
from chappe.media import PAPER, LetterResult, PaperProcess
from chappe.media.papers import BLANK

SUBJECT = "/CN=Court of Example"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def papers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PaperProcess]:
    async with PaperProcess(tmp_path_factory.mktemp("paper")) as process:
        yield process


pytestmark = pytest.mark.asyncio(loop_scope="module")


def openssl(folder: Path, *words: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(("openssl", *words), input=stdin, cwd=folder, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate of each kind: rsa, ec, small (1024 bits)."""
    folder = tmp_path_factory.mktemp("keys")
    kinds = {"rsa": ("rsa:2048",), "small": ("rsa:1024",), "ec": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")}
    for name, kind in kinds.items():
        openssl(folder, "req", "-x509", "-newkey", *kind, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem",
                "-subj", SUBJECT, "-days", "30")  # fmt: skip
    return folder


def mail(text: str = "Remove it.\r\n", **more: str) -> bytes:
    """A plain mail."""
    made = EmailMessage(policy=SMTP)
    made["From"] = "Greffe <greffe@court.example>"
    made["To"] = "legal@chat.example.org"
    made["Subject"] = "Injonction n° 7"
    made["Message-ID"] = "<7@court.example>"
    for name, value in more.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


def signed(keys: Path, name: str, body: bytes, *words: str) -> bytes:
    """The mail signed as S/MIME by OpenSSL."""
    made = openssl(keys, "cms", "-sign", "-signer", f"{name}.pem", "-inkey", f"{name}.key", *words, "-from",
                   "Greffe <greffe@court.example>", "-to", "legal@chat.example.org", "-subject", "signed", "-crlfeol",
                   stdin=body)  # fmt: skip
    return made.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


async def test_a_mail_is_taken_apart(papers: PaperProcess) -> None:
    made = EmailMessage(policy=SMTP)
    made["From"] = "Greffe d'Exemple <greffe@court.example>"
    made["Subject"] = "=?iso-8859-1?q?R=E9quisition?="
    made["In-Reply-To"] = "<1@chat.example.org>"
    made.set_content("Bonjour,\nvoici l'ordre n° 7.")
    made.add_attachment(BLANK, maintype="application", subtype="pdf", filename="../../étrange\r\n.pdf")
    found = await papers.letter(made.as_bytes())
    assert (found.sender, found.sender_name) == ("greffe@court.example", "Greffe d'Exemple")
    assert found.subject == "Réquisition" and "voici l'ordre n° 7." in found.text
    (file,) = found.enclosures
    assert file.name.endswith(".pdf") and "/" not in file.name and "\n" not in file.name and file.data == BLANK
    assert found.references == ("<1@chat.example.org>",) and not found.automatic and found.seal is None


@pytest.mark.parametrize(
    "said", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<l.example>"}]
)
async def test_machines_are_known(papers: PaperProcess, said: dict[str, str]) -> None:
    assert (await papers.letter(mail(**said))).automatic
    assert not (await papers.letter(mail(Auto_Submitted="no"))).automatic


async def test_web_pages_are_read_as_text(papers: PaperProcess) -> None:
    page = b"From: a@b\r\nContent-Type: text/html\r\n\r\n<style>x{}</style><p>Remove &amp; answer</p><script>y</script>"
    found = await papers.letter(page)
    assert found.text.split() == ["Remove", "&", "answer"]


@pytest.mark.parametrize("name", ["rsa", "ec"])
@pytest.mark.parametrize("words", [(), ("-md", "sha512"), ("-nodetach",), ("-keyid",)], ids="-".join)
async def test_signed_mail_is_known_by_its_key(
    papers: PaperProcess, keys: Path, name: str, words: tuple[str, ...]
) -> None:
    inner = b"Content-Type: text/plain; charset=utf-8\r\n\r\nReference: 7\r\nRemove it.\r\n"
    found = await papers.letter(signed(keys, name, inner, *words))
    assert found.seal is not None and found.seal.state == "valid", found.seal
    assert "Reference: 7" in found.text and found.seal.subject == "CN=Court of Example" and found.seal.signed_at
    public = openssl(keys, "x509", "-in", f"{name}.pem", "-pubkey", "-noout")
    der = openssl(keys, "pkey", "-pubin", "-outform", "DER", stdin=public)
    assert found.seal.fingerprint == sha256(der).hexdigest()


async def test_pss_is_known(papers: PaperProcess, keys: Path) -> None:
    words = ("-keyopt", "rsa_padding_mode:pss")
    found = await papers.letter(signed(keys, "rsa", b"Content-Type: text/plain\r\n\r\nx\r\n", *words))
    assert found.seal is not None and found.seal.state == "valid"


async def test_what_was_changed_is_broken(papers: PaperProcess, keys: Path) -> None:
    made = signed(keys, "rsa", b"Content-Type: text/plain\r\n\r\nTarget: room 12\r\n")
    for forged in (made.replace(b"room 12", b"room 13"), made.replace(b"text/plain", b"text/html")):
        found = await papers.letter(forged)
        assert found.seal is not None and found.seal.state == "broken"
    weak = await papers.letter(signed(keys, "rsa", b"Content-Type: text/plain\r\n\r\nx\r\n", "-md", "sha1"))
    small = await papers.letter(signed(keys, "small", b"Content-Type: text/plain\r\n\r\nx\r\n"))
    assert [one.seal.state for one in (weak, small) if one.seal] == ["weak", "weak"]


async def test_what_stands_beside_the_signed_part_says_nothing(papers: PaperProcess, keys: Path) -> None:
    made = signed(keys, "rsa", b"Content-Type: text/plain\r\n\r\nTarget: room 12\r\n")
    boundary = made.partition(b'boundary="')[2].partition(b'"')[0]
    other = b"--" + boundary + b"\r\nContent-Type: text/plain\r\n\r\nTarget: everything\r\n"
    head, _, rest = made.partition(b"\r\n--" + boundary + b"\r\n")
    for forged in (made.replace(b"--" + boundary + b"--", other + b"--" + boundary + b"--"),
                   head + b"\r\n" + other + b"--" + boundary + b"\r\n" + rest):  # fmt: skip
        found = await papers.letter(forged)
        assert found.seal is not None
        assert found.seal.state == "broken" or "everything" not in found.text


async def test_a_detached_signature_over_a_file(papers: PaperProcess, keys: Path) -> None:
    made = openssl(keys, "cms", "-sign", "-binary", "-signer", "ec.pem", "-inkey", "ec.key", "-outform", "DER",
                   stdin=b'{"instrument": "epoc"}')  # fmt: skip
    assert (await papers.seal(b'{"instrument": "epoc"}', made)).state == "valid"
    assert (await papers.seal(b'{"instrument": "epoc" }', made)).state == "broken"
    for junk in (b"", b"0\x80", b"\x30\x84\xff\xff\xff\xff", made[:-20], made + b"x" * 20, bytes(30_000)):
        assert (await papers.seal(b"x", junk)).state == "broken"


def document(*lines: str) -> bytes:
    """A PDF that says these lines."""
    said = b" 0 -14 Td ".join(b"(%s) Tj" % line.encode("cp1252") for line in lines)
    drawn = b"BT /F 12 Tf 72 720 Td " + said + b" ET"
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(BLANK)))
    stream = StreamObject()
    stream.set_data(drawn)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


async def test_a_document_says_its_text(papers: PaperProcess) -> None:
    found = await papers.paper(document("Reference: TCO-7", "Target: room 12"))
    assert (found.kind, found.pages, found.encrypted, found.active) == ("pdf", 1, False, False)
    assert "Reference: TCO-7" in found.text and "Target: room 12" in found.text
    assert (await papers.paper(b'{"instrument": "epoc"}')).kind == "json"
    assert (await papers.paper(b"Reference: 7\n")).text == "Reference: 7\n"
    assert (await papers.paper(b"\x00\x01\x02")).kind == "other"


async def test_a_locked_or_living_document_is_told_as_such(papers: PaperProcess) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(document("secret"))))
    writer.encrypt("word")
    out = io.BytesIO()
    writer.write(out)
    assert (await papers.paper(out.getvalue())).encrypted
    script = b"/OpenAction<</S/JavaScript/JS(app.alert)>>/Pages 2 0 R"
    found = await papers.paper(BLANK.replace(b"/Pages 2 0 R", script, 1))
    assert found.active and "warm" in found.text


XML = b'<?xml version="1.0" encoding="UTF-8"?>\n<e:Form xmlns:e="urn:example:e">\n<e:Who>alice</e:Who></e:Form>'
ROOT = "urn:example:e Form"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "' + b"ha" * 1000 + b'">'
    + b"".join(b'<!ENTITY x%d "%s">' % (n, b"&x%d;" % (n - 1) * 10 if n else b"&x;" * 10) for n in range(9))
    + b']><a>&x8;</a>'
)


@pytest.mark.parametrize(
    ("data", "root", "whole", "active"),
    [
        (XML, ROOT, True, False), (b"\xef\xbb\xbf" + XML, ROOT, True, False),
        (XML.decode().replace("UTF-8", "UTF-16").encode("utf-16"), ROOT, True, False),
        (XML[:-9], ROOT, False, False), (b'<?xml version="1.0"?>', "", False, False),
        (b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "", False, True),
        (LAUGHS, "", False, True), (b'<?xml version="1.0"?>' + b"<a>" * 100_000, "a", False, False),
    ],
    ids=["plain", "marked", "utf-16", "half", "empty", "fetch", "laughs", "deep"],
)  # fmt: skip
async def test_xml_is_named_and_nothing_in_it_is_expanded(
    papers: PaperProcess, data: bytes, root: str, whole: bool, active: bool
) -> None:
    found = await papers.paper(data)
    assert (found.kind, found.root, found.whole, found.active, found.text) == ("xml", root, whole, active, "")
    assert found.fields == ((("Who", "alice"),) if whole else ()), "what is broken, or brings a DTD, tells nothing"


def bomb() -> bytes:
    """A page whose content unpacks to four gigabytes."""
    part, times, check = b" " * (1 << 24), 256, 1
    raw = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = raw.compress(part) + raw.flush(zlib.Z_FULL_FLUSH)  # the same for every part
    for _ in range(times):
        check = zlib.adler32(part, check)
    packed = zlib.compress(b"\x78\xda" + block * times + raw.flush() + check.to_bytes(4, "big"), 9)
    stream = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(packed) + packed + b"\nendstream"
    return BLANK.replace(b"<</Length 29>>stream\nBT /F 9 Tf (warm) Tj ET      \nendstream", stream)


def knot() -> bytes:
    """A tree of pages that is its own parent, and thousands of pages."""
    return BLANK.replace(b"/Kids[3 0 R]/Count 1", b"/Kids[" + b"2 0 R " * 3000 + b"]/Count 999999999")


HOSTILE: dict[str, Callable[[], bytes]] = {
    "knot": knot,
    "bomb": bomb,
    "deep": lambda: b"%PDF-1.4\n1 0 obj" + b"[" * 200_000 + b"]" * 200_000 + b"endobj trailer<</Root 1 0 R>>",
    "nested": lambda: BLANK.replace(b"(warm)", b"(" * 100_000),
    "half": lambda: document("x" * 2000)[:-400],
    "zeros": lambda: b"%PDF-1.7" + bytes(3_000_000),
    "self": lambda: (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R/Prev 0>>startxref 9 %%EOF"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
async def test_a_document_built_to_crash_a_parser_harms_nobody(papers: PaperProcess, name: str) -> None:
    began = asyncio.get_running_loop().time()
    try:
        await papers.paper(HOSTILE[name]())
    except Invalid as refusal:
        assert refusal.reason == "media_invalid"
    assert asyncio.get_running_loop().time() - began < PAPER.wall_s + 10
    assert (await papers.paper(document("still here"))).text.strip() == "still here"


MAILS = {
    "deep": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)),
    "wide": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\nX: y\r\n\r\nx\r\n" * 20_000,
    "rfc822": b"Content-Type: message/rfc822\r\n\r\n" * 2000,
    "headers": b"X: y\r\n" * 200_000 + b"\r\nbody",
    "addresses": b"From: " + b"<a@b>," * 100_000 + b"\r\n\r\nx",
    "charset": b"Content-Type: text/plain; charset=nonsense\xff\r\n\r\n\xff\xfe",
    "words": b"Subject: " + b"=?utf-8?q?x?= " * 50_000 + b"\r\n\r\nx",
    "signed": b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b\r\n\r\n--b\r\n--b--',
    "opaque": b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n!!!!",
    "empty": b"",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MAILS)
async def test_a_mail_built_to_crash_a_parser_harms_nobody(papers: PaperProcess, name: str) -> None:
    try:
        found: LetterResult | None = await papers.letter(MAILS[name] + b"\r\n")
    except Invalid:
        found = None
    if name in ("signed", "opaque"):
        assert found is not None and found.seal is not None and found.seal.state == "broken"
    if name == "addresses" and found is not None:
        assert found.sender == "", "of many senders none is one"
    assert (await papers.letter(mail())).sender == "greffe@court.example"
