"""Mail over SMTP, encrypted on the way unless the operator says otherwise in so many words."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

from chappe.outbound.channel import Parcel, Undelivered

log = logging.getLogger("chappe.outbound")
TIMEOUT_S = 15.0
_SCHEMES = {"smtp": ("starttls", 587), "smtps": ("tls", 465), "smtp+plain": ("plain", 25)}
_OURS = (aiosmtplib.SMTPConnectResponseError, aiosmtplib.SMTPHeloError, aiosmtplib.SMTPSenderRefused)
"""Refusals that say nothing of the letter: the operator can mend them while it waits."""


@dataclass(frozen=True, slots=True)
class MailRoute:
    """The server that takes our mail.

    Shape: security is starttls (refused if the server has none), tls or plain.
    """

    host: str
    port: int
    security: str
    sender: str
    username: str | None = None
    password: str | None = None

    @classmethod
    def parse(cls, url: str, sender: str) -> Self:
        """The route a URL names: `smtp://user:password@host:587` (STARTTLS), `smtps://…:465`, `smtp+plain://…:25`.

        Errors: ValueError, without the password in its text.
        """
        parts = urlsplit(url)
        if parts.scheme not in _SCHEMES or not parts.hostname:
            raise ValueError("a mail server is named smtp://, smtps:// or smtp+plain:// and a host")
        if "@" not in sender:
            raise ValueError("mail needs a sender address")
        security, port = _SCHEMES[parts.scheme]
        name, word = parts.username, parts.password
        return cls(
            parts.hostname,
            parts.port or port,
            security,
            sender,
            unquote(name) if name else None,
            unquote(word) if word else None,
        )


class MailChannel:
    """Hands each letter to one SMTP server."""

    def __init__(
        self, route: MailRoute, timeout_s: float = TIMEOUT_S, tls: ssl.SSLContext | None = None, kind: str = "mail",
        printed: Callable[[bytes], bytes] | None = None,
    ) -> None:  # fmt: skip
        """Shape: printed makes a PDF of a message's paper; called on a thread."""
        self._printed = printed
        self.kind = kind
        self._route = route
        self._timeout_s = timeout_s
        self._tls = tls

    async def deliver(self, parcel: Parcel) -> None:
        """The server has accepted the mail.

        Errors: Undelivered; final when the address or the mail was refused for good (5xx), or cannot be written.
        """
        route = self._route
        try:
            mail = self._mail(parcel)
        except (ValueError, UnicodeError) as error:
            raise Undelivered("address_invalid", final=True) from error
        await self._enclose(mail, parcel)
        try:
            await aiosmtplib.send(
                mail,
                hostname=route.host,
                port=route.port,
                username=route.username,
                password=route.password,
                use_tls=route.security == "tls",
                start_tls=route.security == "starttls",
                timeout=self._timeout_s,
                tls_context=self._tls,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _undelivered(error) from None

    async def _enclose(self, mail: EmailMessage, parcel: Parcel) -> None:
        """The paper is in the mail, printed; a mail is not kept back because a page could not be."""
        if not parcel.message.paper or self._printed is None:
            return
        try:
            data = await asyncio.to_thread(self._printed, parcel.message.paper)
        except Exception:
            log.exception("a letter could not be printed: it goes as text alone")
            return
        mail.add_attachment(data, maintype="application", subtype="pdf", filename=parcel.message.paper_name)

    def _mail(self, parcel: Parcel) -> EmailMessage:
        """The mail; the same letter always gets the same Message-ID.

        Errors: ValueError for an address that is none (line ends and the like).
        """
        if parcel.address.count("@") != 1 or not parcel.address.isprintable() or set(parcel.address) & set(" ,;<>"):
            raise ValueError("no mail address")
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._route.sender
        mail["To"] = parcel.address
        mail["Subject"] = " ".join(parcel.message.subject.split())
        mail["Date"] = format_datetime(datetime.fromtimestamp(parcel.date, UTC))
        domain = self._route.sender.rpartition("@")[2].strip(" >")
        mail["Message-ID"] = f"<{parcel.outbox_id}.{parcel.date}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        if parcel.message.reply_to:
            mail["Reply-To"] = parcel.message.reply_to
        mail.set_content(parcel.message.text)
        return mail


def _undelivered(error: Exception) -> Undelivered:
    """What the failure means for the letter."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        code = min((refusal.code for refusal in error.recipients), default=0)
        return Undelivered(f"recipient_refused_{code}", final=500 <= code < 600)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return Undelivered("login_refused")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return Undelivered(f"smtp_{error.code}", final=500 <= error.code < 600 and not isinstance(error, _OURS))
    if isinstance(error, TimeoutError):
        return Undelivered("timeout")
    if isinstance(error, ssl.SSLError) or "STARTTLS" in str(error):
        return Undelivered("no_encryption")
    return Undelivered("unreachable")
