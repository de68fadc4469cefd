"""SMTP as a server speaks it, without sockets: bytes in, events out. For a mail box, never for a relay.

Source: rfc/5321, rfc/1870, rfc/2920, rfc/3207, rfc/6152, rfc/6531, rfc/2034, rfc/5321#4.5.2
A letter is answered by whoever drives this, once it is durable (`answered`); until then nothing further is read.
Only CR LF, dot, CR LF ends a letter, so that what one server takes for the end is what every other took.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

LINE_BYTES = 2048
"""Of a command, with what extensions add."""
FAULTS_MOST = 10
"""Wrong commands before the connection ends."""
LETTERS_MOST = 200
"""Letters of one connection."""
END = b"\r\n.\r\n"
_PATH = re.compile(rb"<([^<>\x00-\x20\x7f]{0,512})>((?: +[^\x00-\x1f\x7f]+)?)\s*")
_SAID = re.compile(rb"[^\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Say:
    """These bytes go out."""

    data: bytes


@dataclass(frozen=True, slots=True)
class StartTls:
    """TLS begins, after what was said is out; the driver then calls `secured`."""


@dataclass(frozen=True, slots=True)
class Hangup:
    """The connection ends, after what was said is out."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that came whole. Shape: data as it was sent, without what the transport put in."""

    helo: str
    sender: str
    recipients: tuple[str, ...]
    data: bytes
    secure: bool


Event = Say | StartTls | Hangup | Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What this box takes. Shape: takes says whether an address is one of ours, given without brackets."""

    name: str
    takes: Callable[[str], bool]
    size_bytes: int = 26_214_400
    recipients: int = 20
    tls: bool = False


@dataclass(slots=True)
class _Envelope:
    sender: str
    recipients: list[str]


class SmtpSession:
    """One connection; `secure` once TLS runs."""

    def __init__(self, rules: Rules, secure: bool = False) -> None:
        self._rules = rules
        self._secure = secure
        self._buffer = bytearray()
        self._helo = ""
        self._envelope: _Envelope | None = None
        self._in_letter = False
        self._scanned = 0
        self._too_large = False
        self._waits = False
        self._closed = False
        self._faults = 0
        self._letters = 0

    @property
    def waits(self) -> bool:
        """True while a letter is with the driver: it should read nothing."""
        return self._waits

    @property
    def in_letter(self) -> bool:
        """True while a letter comes in."""
        return self._in_letter

    @property
    def held_bytes(self) -> int:
        """Bytes that came and are not used up."""
        return len(self._buffer)

    def greet(self) -> list[Event]:
        """The first words."""
        return [_say(220, f"{self._rules.name} ESMTP")]

    def receive(self, data: bytes) -> list[Event]:
        """What follows from these bytes, which may be cut anywhere."""
        if not self._closed:
            self._buffer += data
        return self._go_on()

    def answered(self, code: int, text: str) -> list[Event]:
        """The letter was taken (250), or not now (4xx), or never (5xx)."""
        assert self._waits
        self._waits = False
        events: list[Event] = [_say(code, text)]
        self._letters += 1
        if self._letters >= LETTERS_MOST:
            return [*events, *self._hang_up(421, "4.7.0 Enough for one connection, come again")]
        return events + self._go_on()

    def secured(self) -> list[Event]:
        """TLS runs: what was said before counts no more. Source: rfc/3207#4.2"""
        self._secure = True
        self._reset(helo=True)
        return []

    def end(self, text: str) -> list[Event]:
        """The server ends the connection."""
        return [] if self._closed else self._hang_up(421, text)

    def _go_on(self) -> list[Event]:
        events: list[Event] = []
        while not self._waits and not self._closed:
            step = self._letter() if self._in_letter else self._command()
            if step is None:
                break
            events += step
            if any(isinstance(one, StartTls) for one in step):
                break
        return events

    # The letter

    def _letter(self) -> list[Event] | None:
        """The letter, if its end is there; what is too large is thrown away up to its end."""
        # The line end of DATA itself stands before the first line, so that an empty letter ends at once.
        end = self._buffer.find(END, max(0, self._scanned - len(END)))
        if end < 0:
            self._scanned = len(self._buffer)
            if self._too_large or len(self._buffer) > self._rules.size_bytes + len(END):
                self._too_large = True
                del self._buffer[: -len(END)]
                self._scanned = 0
            return None
        data = bytes(self._buffer[2 : end + 2])
        del self._buffer[: end + len(END)]
        too_large = self._too_large or len(data) > self._rules.size_bytes
        envelope = self._envelope
        self._reset()
        if too_large:
            return [_say(552, "5.3.4 Too large; use the portal")]
        assert envelope is not None
        self._waits = True
        body = (b"\r\n" + data).replace(b"\r\n.", b"\r\n")[2:]
        return [Letter(self._helo, envelope.sender, tuple(envelope.recipients), body, self._secure)]

    # Commands

    def _command(self) -> list[Event] | None:
        end = self._buffer.find(b"\n", 0, LINE_BYTES)
        if end < 0:
            if len(self._buffer) < LINE_BYTES:
                return None
            return self._hang_up(421, "4.7.0 Line too long")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        if not line.endswith(b"\r"):
            return self._fault(500, "5.5.2 Lines end with CR LF")
        verb, _, rest = line[:-1].partition(b" ")
        deed = _DEEDS.get(verb.upper())
        if deed is None:
            return self._fault(500, "5.5.1 Not known here")
        return deed(self, rest)

    def _ehlo(self, rest: bytes) -> list[Event]:
        name = _SAID.sub(b"", rest).strip()[:255].decode()
        if not name:
            return self._fault(501, "5.5.4 Who is there?")
        self._reset()
        self._helo = name
        words = [self._rules.name, f"SIZE {self._rules.size_bytes}", "PIPELINING", "8BITMIME", "SMTPUTF8",
                 "ENHANCEDSTATUSCODES"]  # fmt: skip
        if self._rules.tls and not self._secure:
            words.append("STARTTLS")
        lines = [f"250-{word}\r\n" for word in words[:-1]] + [f"250 {words[-1]}\r\n"]
        return [Say("".join(lines).encode())]

    def _helo_old(self, rest: bytes) -> list[Event]:
        name = _SAID.sub(b"", rest).strip()[:255].decode()
        if not name:
            return self._fault(501, "5.5.4 Who is there?")
        self._reset()
        self._helo = name
        return [_say(250, self._rules.name)]

    def _mail(self, rest: bytes) -> list[Event]:
        if not self._helo:
            return self._fault(503, "5.5.1 EHLO first")
        if self._envelope is not None:
            return self._fault(503, "5.5.1 One letter at a time")
        found = _path(rest, b"FROM:")
        if found is None:
            return self._fault(501, "5.5.4 MAIL FROM:<address>")
        sender, parameters = found
        for name, value in parameters:
            if name == "SIZE" and (not value.isdecimal() or len(value) > 20):
                return self._fault(501, "5.5.4 SIZE is a number")
            if name == "SIZE" and int(value) > self._rules.size_bytes:
                return [_say(552, "5.3.4 Too large; use the portal")]
            if name not in ("SIZE", "BODY", "SMTPUTF8"):
                return self._fault(555, "5.5.4 Parameter not known")
        self._envelope = _Envelope(sender, [])
        return [_say(250, "2.1.0 Ok")]

    def _rcpt(self, rest: bytes) -> list[Event]:
        if self._envelope is None:
            return self._fault(503, "5.5.1 MAIL first")
        found = _path(rest, b"TO:")
        if found is None or not found[0]:
            return self._fault(501, "5.5.4 RCPT TO:<address>")
        if found[1]:
            return self._fault(555, "5.5.4 Parameter not known")
        if not self._rules.takes(found[0]):
            return self._fault(550, "5.1.1 No such address here")
        if len(self._envelope.recipients) >= self._rules.recipients:
            return [_say(452, "4.5.3 Too many recipients")]
        if found[0] not in self._envelope.recipients:
            self._envelope.recipients.append(found[0])
        return [_say(250, "2.1.5 Ok")]

    def _data(self, rest: bytes) -> list[Event]:
        if self._envelope is None or not self._envelope.recipients:
            return self._fault(503, "5.5.1 RCPT first")
        if rest.strip():
            return self._fault(501, "5.5.4 DATA stands alone")
        self._in_letter = True
        self._buffer[:0] = b"\r\n"
        return [_say(354, "End with <CR><LF>.<CR><LF>")]

    def _rset(self, rest: bytes) -> list[Event]:
        self._reset()
        return [_say(250, "2.0.0 Ok")]

    def _noop(self, rest: bytes) -> list[Event]:
        return [_say(250, "2.0.0 Ok")]

    def _vrfy(self, rest: bytes) -> list[Event]:
        return [_say(252, "2.5.0 Send some mail and see")]

    def _help(self, rest: bytes) -> list[Event]:
        return [_say(214, "2.0.0 RFC 5321; this address takes letters of authorities")]

    def _quit(self, rest: bytes) -> list[Event]:
        return self._hang_up(221, "2.0.0 Bye")

    def _starttls(self, rest: bytes) -> list[Event]:
        if self._secure or not self._rules.tls:
            return self._fault(503, "5.5.1 Not now")
        if rest.strip():
            return self._fault(501, "5.5.4 STARTTLS stands alone")
        if self._buffer:  # words slipped in before TLS must not count as said within it
            return self._hang_up(421, "4.7.0 Nothing comes after STARTTLS")
        return [_say(220, "2.0.0 Go ahead"), StartTls()]

    def _reset(self, helo: bool = False) -> None:
        self._envelope = None
        self._in_letter = False
        self._too_large = False
        self._scanned = 0
        if helo:
            self._helo = ""

    def _fault(self, code: int, text: str) -> list[Event]:
        self._faults += 1
        if self._faults >= FAULTS_MOST:
            return [_say(code, text), *self._hang_up(421, "4.7.0 Too many faults")]
        return [_say(code, text)]

    def _hang_up(self, code: int, text: str) -> list[Event]:
        self._closed = True
        self._buffer.clear()
        return [_say(code, text), Hangup()]


def _path(rest: bytes, word: bytes) -> tuple[str, list[tuple[str, str]]] | None:
    """(address, parameters) of MAIL or RCPT; None if it is not written so."""
    if rest[: len(word)].upper() != word:
        return None
    found = _PATH.fullmatch(rest[len(word) :].lstrip(b" "))
    if found is None:
        return None
    try:
        address, said = found[1].decode(), found[2].decode()
    except UnicodeDecodeError:
        return None
    parts = [one.partition("=") for one in said.split()]
    return address, [(name.upper(), value) for name, _, value in parts]


def _say(code: int, text: str) -> Say:
    return Say(f"{code} {text}\r\n".encode())


_DEEDS: dict[bytes, Callable[[SmtpSession, bytes], list[Event]]] = {
    b"EHLO": SmtpSession._ehlo,
    b"HELO": SmtpSession._helo_old,
    b"MAIL": SmtpSession._mail,
    b"RCPT": SmtpSession._rcpt,
    b"DATA": SmtpSession._data,
    b"RSET": SmtpSession._rset,
    b"NOOP": SmtpSession._noop,
    b"VRFY": SmtpSession._vrfy,
    b"HELP": SmtpSession._help,
    b"QUIT": SmtpSession._quit,
    b"STARTTLS": SmtpSession._starttls,
}
