"""Mail to a real SMTP server and SMS to a real webhook, both on loopback."""

import asyncio
import base64
import contextlib
import email
import email.policy
import hashlib
import hmac
import ipaddress
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.kit.clock import FakeClock

from chappe.domain.outbox import Message
from chappe.outbound import MailChannel, MailRoute, Parcel, SmsChannel, Undelivered, signature

PARCEL = Parcel(7, "bob@example.org", Message("Dein Code: 12345 äöü\n.\nEnde", "Login\ncode"), 1_700_000_000)


@dataclass
class PostOffice:
    """An SMTP server as small as can be, told what to answer."""

    tls: ssl.SSLContext | None = None
    answers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    login: tuple[str, str] | None = None
    mails: list[tuple[str, str, bytes]] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    port: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            if not self.silent:
                await self._serve(reader, writer)
            await reader.read()
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = rcpt = ""
        secure = writer.get_extra_info("ssl_object") is not None
        writer.write(self.answers.get("HELLO", "220 here\r\n").encode())
        while line := (await reader.readline()).decode().strip():
            word = line[:4].upper()
            answer = self.answers.get(word, "250 fine\r\n")
            if word == "EHLO":
                offers = ["250-here", "250-AUTH PLAIN"] + (["250-STARTTLS"] if self.tls and not secure else [])
                answer = "\r\n".join([*offers, "250 8BITMIME", ""])
            elif word == "STAR":
                writer.write(b"220 go\r\n")
                await writer.start_tls(self.tls)
                secure = True
                continue
            elif word == "AUTH":
                given = tuple(base64.b64decode(line.split()[2]).decode().split("\0")[1:])
                answer = "235 welcome\r\n" if given == self.login else "535 no\r\n"
            elif word == "MAIL":
                sender = line
            elif word == "RCPT":
                rcpt = line
            elif word == "DATA" and word not in self.answers:
                writer.write(b"354 go\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append((sender, rcpt, body[:-3].replace(b"\r\n..", b"\r\n.")))
                self.secured.append(secure)
            writer.write(answer.encode())
            if word == "QUIT":
                return

    @contextlib.asynccontextmanager
    async def opened(self, wrapped: bool = False) -> AsyncIterator["PostOffice"]:
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0, ssl=self.tls if wrapped else None)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for writer in self._open:
                writer.close()
            await asyncio.sleep(0.01)

    def route(self, security: str, name: str | None = None, word: str | None = None) -> MailRoute:
        return MailRoute("127.0.0.1", self.port, security, "Chappe <codes@chappe.example>", name, word)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a trusting client's side of one certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    paper = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    path: Path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + paper.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))


@pytest.mark.parametrize("security", ["starttls", "tls", "plain"])
async def test_mail_arrives(papers: tuple[ssl.SSLContext, ssl.SSLContext], security: str) -> None:
    theirs, ours = papers
    office = PostOffice(tls=theirs if security != "plain" else None, login=("chappe", "wörd"))
    async with office.opened(wrapped=security == "tls"):
        login = ("chappe", "wörd") if security != "plain" else (None, None)
        await MailChannel(office.route(security, *login), tls=ours if security != "plain" else None).deliver(PARCEL)
    ((sender, rcpt, body),) = office.mails
    assert "<codes@chappe.example>" in sender
    assert "<bob@example.org>" in rcpt
    assert office.secured == [security != "plain"]
    mail = email.message_from_bytes(body, policy=email.policy.default)
    assert mail["Subject"] == "Login code"
    assert mail["To"] == "bob@example.org"
    assert mail["Message-ID"] == "<7.1700000000@chappe.example>"
    assert mail["Date"] == "Tue, 14 Nov 2023 22:13:20 +0000"
    assert mail.get_content().splitlines() == ["Dein Code: 12345 äöü", ".", "Ende"]


@pytest.mark.parametrize("fails", [False, True], ids=["printed", "not printable"])
async def test_a_letter_brings_its_print(fails: bool) -> None:
    def printed(paper: bytes) -> bytes:
        if fails:
            raise ValueError("no such sign")
        return b"%PDF-1.4 " + paper

    message = Message("As text.", "Answer", paper=b"body", paper_name="L-2026-1-3.pdf")
    async with PostOffice().opened() as office:
        await MailChannel(office.route("plain"), printed=printed).deliver(Parcel(7, "bob@example.org", message, 1))
    mail = email.message_from_bytes(office.mails[0][2], policy=email.policy.default)
    text = mail.get_body(("plain",))
    assert text is not None and text.get_content().strip() == "As text.", "a letter goes out in any case"
    found = [(one.get_filename(), one.get_content_type(), one.get_content()) for one in mail.iter_attachments()]
    assert found == ([] if fails else [("L-2026-1-3.pdf", "application/pdf", b"%PDF-1.4 body")])


async def test_no_mail_goes_out_in_clear_unless_told_so() -> None:
    async with PostOffice().opened() as office:
        with pytest.raises(Undelivered) as failure:
            await MailChannel(office.route("starttls")).deliver(PARCEL)
    assert (failure.value.failure, failure.value.final) == ("no_encryption", False)
    assert office.mails == []


async def test_an_unknown_certificate_is_not_trusted(papers: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    async with PostOffice(tls=papers[0]).opened(wrapped=True) as office:
        with pytest.raises(Undelivered) as failure:
            await MailChannel(office.route("tls")).deliver(PARCEL)
    assert not failure.value.final
    assert office.mails == []


@pytest.mark.parametrize(
    ("word", "answer", "failure", "final"),
    [
        ("RCPT", "550 no such user\r\n", "recipient_refused_550", True),
        ("RCPT", "450 busy\r\n", "recipient_refused_450", False),
        ("MAIL", "550 not you\r\n", "smtp_550", False),
        ("DATA", "554 spam\r\n", "smtp_554", True),
        ("DATA", "451 later\r\n", "smtp_451", False),
        ("HELLO", "554 go away\r\n", "smtp_554", False),
    ],
)
async def test_what_a_refusal_means(word: str, answer: str, failure: str, final: bool) -> None:
    async with PostOffice(answers={word: answer}).opened() as office:
        with pytest.raises(Undelivered) as caught:
            await MailChannel(office.route("plain")).deliver(PARCEL)
    assert (caught.value.failure, caught.value.final) == (failure, final)


async def test_a_wrong_password_is_the_operators_to_mend(papers: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    async with PostOffice(tls=papers[0], login=("chappe", "word")).opened() as office:
        with pytest.raises(Undelivered) as failure:
            await MailChannel(office.route("starttls", "chappe", "wrong"), tls=papers[1]).deliver(PARCEL)
    assert (failure.value.failure, failure.value.final) == ("login_refused", False)


async def test_a_silent_server_is_left() -> None:
    async with PostOffice(silent=True).opened() as office:
        with pytest.raises(Undelivered) as failure:
            await MailChannel(office.route("plain"), timeout_s=0.1).deliver(PARCEL)
    assert failure.value.failure == "timeout"
    with pytest.raises(Undelivered) as failure:
        await MailChannel(office.route("plain"), timeout_s=60).deliver(PARCEL)
    assert failure.value.failure == "unreachable"


@pytest.mark.parametrize(
    "address", ["", "bob", "bob@a@b", "bob@example.org\r\nRCPT TO:<eve@example.org>", "a@b,c@d", "bob <a@b>"]
)
async def test_an_address_that_is_none_is_given_up(address: str) -> None:
    with pytest.raises(Undelivered) as failure:
        await MailChannel(MailRoute("127.0.0.1", 1, "plain", "a@b")).deliver(Parcel(1, address, PARCEL.message, 0))
    assert (failure.value.failure, failure.value.final) == ("address_invalid", True)


def test_a_route_is_read_from_a_url() -> None:
    assert MailRoute.parse("smtp://me:p%40ss@mail.example", "a@b") == MailRoute(
        "mail.example", 587, "starttls", "a@b", "me", "p@ss"
    )
    assert MailRoute.parse("smtps://mail.example:4650", "a@b").port == 4650
    assert MailRoute.parse("smtp+plain://localhost", "a@b").security == "plain"
    for url in ("http://mail.example", "smtp://", "mail.example"):
        with pytest.raises(ValueError, match="mail server"):
            MailRoute.parse(url, "a@b")


@contextlib.asynccontextmanager
async def webhook(answer: bytes, delay_s: float = 0) -> AsyncIterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A webhook that gives one answer to all requests, and what it got."""
    got: list[tuple[dict[str, str], bytes]] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head)}
            got.append((headers, await reader.readexactly(int(headers["content-length"]))))
            await asyncio.sleep(delay_s)
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/sms", got
    finally:
        server.close()
        await asyncio.sleep(delay_s)


def http_answer(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Length: 0", "Connection: close", *headers, "", ""]).encode()


async def test_an_sms_is_a_signed_request() -> None:
    clock = FakeClock()
    async with webhook(http_answer("202 Accepted")) as (url, got):
        channel = SmsChannel(url, b"secret", clock)
        await channel.deliver(Parcel(9, "+4915112345", Message("Code: 12345"), 5))
        await channel.close()
    ((headers, body),) = got
    assert json.loads(body) == {"id": 9, "phone": "+4915112345", "text": "Code: 12345"}
    date, code = (part.partition("=")[2] for part in headers["x-chappe-signature"].split(","))
    assert int(date) == int(clock.now())
    assert code == hmac.new(b"secret", date.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["x-chappe-signature"] == signature(b"secret", int(date), body)
    assert headers["idempotency-key"] == "9.5"
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("answer", "failure", "final", "wait_s"),
    [
        (http_answer("500 Oops"), "http_500", False, 0),
        (http_answer("429 Slow", "Retry-After: 120"), "http_429", False, 120),
        (http_answer("503 Later", "Retry-After: 999999"), "http_503", False, 3600),
        (http_answer("400 Bad"), "http_400", True, 0),
        (http_answer("404 None"), "http_404", False, 0),
        (http_answer("302 There", "Location: http://127.0.0.1:1/"), "http_302", False, 0),
        (b"\x00\x01", "unreachable", False, 0),
    ],
)
async def test_what_an_answer_means(answer: bytes, failure: str, final: bool, wait_s: int) -> None:
    async with webhook(answer) as (url, got):
        channel = SmsChannel(url, b"secret", FakeClock())
        with pytest.raises(Undelivered) as caught:
            await channel.deliver(PARCEL)
        await channel.close()
    assert (caught.value.failure, caught.value.final, caught.value.wait_s) == (failure, final, wait_s)
    assert len(got) == 1


async def test_a_webhook_that_does_not_answer() -> None:
    async with webhook(http_answer("200 OK"), delay_s=0.3) as (url, _got):
        channel = SmsChannel(url, b"secret", FakeClock(), timeout_s=0.1)
        with pytest.raises(Undelivered, match="timeout"):
            await channel.deliver(PARCEL)
        await channel.close()
    channel = SmsChannel("http://127.0.0.1:1/", b"secret", FakeClock())
    with pytest.raises(Undelivered, match="unreachable"):
        await channel.deliver(PARCEL)
    await channel.close()
