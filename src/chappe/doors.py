"""The ways in for authorities, joined: portal, mail, drop; and what makes cases, receipts and first effects of it.

Whatever comes in is durable before it is answered; what follows are rows with a due time, so that any of this may be
killed at any moment.
"""

import asyncio
import dataclasses
import errno
import logging
import socket
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from chappe import jobs, media, net, outbound, portal, rpc, store, transparency
from chappe.config import Config
from chappe.datadir import DataDir
from chappe.domain.outbox import Message
from chappe.facts import legal_addresses, net_host, office, site
from chappe.legal.drops import DropFolder, Drops
from chappe.legal.intake_words import Place
from chappe.legal.letters import as_pdf, unpack
from chappe.legal.post import Post
from chappe.legal.receipts import MAIL, Receipts
from chappe.legal.synthetic_orders import Send, Synthetic
from chappe.net.mail_door import Answer, MailDoor
from chappe.net.smtp import Letter, Rules

log = logging.getLogger("chappe.doors")
LETTER_BYTES = 26_214_400
AGAIN_S = 5.0
PORTAL_CONNECTIONS, PORTAL_CONNECTIONS_EACH = 1000, 64
"""Of authorities at once, and from one address: files for them are kept from the many."""


@dataclass(slots=True)
class Sockets:
    """Listening sockets; none where a door is off."""

    main: list[socket.socket] = field(default_factory=list)
    console: list[socket.socket] = field(default_factory=list)
    portal: list[socket.socket] = field(default_factory=list)
    mail: list[socket.socket] = field(default_factory=list)

    def close(self) -> None:
        """They listen no more."""
        for sock in (*self.main, *self.console, *self.portal, *self.mail):
            sock.close()


@dataclass(slots=True)
class Doors:
    """What takes orders in; `open` lets them come, `close` ends it."""

    papers: media.PaperProcess
    post: Post
    receipts: Receipts
    drops: Drops | None
    testing: Synthetic
    mail: MailDoor | None
    portal: net.SideDoor | None
    _sockets: Sockets

    async def open(self) -> None:
        """Authorities may come."""
        if self.portal is not None:
            self.portal.open(self._sockets.portal)
        if self.mail is not None:
            await self.mail.open(self._sockets.mail)

    async def close(self) -> None:
        """Nothing comes in; what is being kept is kept."""
        if self.portal is not None:
            self.portal.close()
        if self.mail is not None:
            await self.mail.close()

    def start(self, database: store.Store, running: jobs.Tasks) -> None:
        """Letters become cases, cases get their receipts."""
        self.post.listen()
        self.receipts.listen()
        running.start("daily test orders", self.testing.run, AGAIN_S)
        if self.drops is not None:
            running.start("dropped certificates", self.drops.run, AGAIN_S)
        running.start("mail of authorities", self.post.run, AGAIN_S)
        running.start("receipts of orders", self.receipts.run, AGAIN_S)


def bind(config: Config) -> tuple[Config, Sockets]:
    """(the configuration with the ports that were found, the sockets). Errors: OSError if a port asked for is taken."""
    found = Sockets(net.bind(config.host, config.port))
    port = _port(found.main)
    try:
        found.console = _bound("console_port", config.console_host or config.host, config.console_port, port + 1)
        found.portal = _bound("portal_port", config.portal_host or config.host, config.portal_port, port + 2)
        found.mail = _bound("legal_mail_port", config.legal_mail_host or config.host, config.legal_mail_port, port + 3)
    except OSError:
        found.close()
        raise
    return dataclasses.replace(
        config, port=port, console_port=_port(found.console), portal_port=_port(found.portal),
        legal_mail_port=_port(found.mail),
    ), found  # fmt: skip


def _port(sockets: list[socket.socket]) -> int:
    return int(sockets[0].getsockname()[1]) if sockets else -1


def _bound(setting: str, host: str, wanted: int, usual: int) -> list[socket.socket]:
    """Listening sockets of a door besides the main one; another port than the usual one where that is taken.

    Errors: OSError whose `filename` is the setting.
    """
    if wanted < 0:
        return []
    if wanted:
        try:
            return net.bind(host, wanted)
        except OSError as error:
            raise OSError(error.errno, error.strerror, setting) from error
    try:
        return net.bind(host, usual if usual < 65536 else 0)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        found = net.bind(host, 0)
        log.warning("port %d is taken: %s is %d", usual, setting, _port(found))
        return found


def takes(ours: tuple[str, ...], address: str) -> bool:
    """True if the address is one of ours, with or without a tag; `postmaster` too. Source: rfc/5321#4.5.1"""
    said = address.strip().lower()
    name, _, domain = said.rpartition("@")
    plain = f"{name.partition('+')[0]}@{domain}"
    domains = {one.lower().rpartition("@")[2] for one in ours}
    known = {one.lower() for one in ours} | {f"postmaster@{one}" for one in domains} | {"postmaster"}
    return said in known or plain in known


def make(
    config: Config, folder: DataDir, given: rpc.Services, blobs: store.FileStore, ledger: transparency.Ledger,
    tls: net.Tls, limits: net.Limits, sockets: Sockets,
) -> Doors:  # fmt: skip
    """The ways in, not yet open."""
    papers = media.PaperProcess(folder.path / "work" / "paper")
    post = Post(given.store, blobs, given.clock, papers)
    here, ours = office(config, given.wrapper), legal_addresses(config)
    place = Place(
        name=config.server_name, pages=here.links, portal=here.portal,
        address=ours[0] if sockets.mail else "", phone=config.hotline,
    )  # fmt: skip
    receipts = Receipts(given.store, given.clock, ledger.receipt, place, given.wrapper.seal, here.mails)

    async def keep(letter: Letter, host: str) -> Answer:
        kept = await post.keep(
            letter.sender, letter.recipients, letter.data, host, letter.helo, secure=letter.secure
        )
        return Answer(kept.code, kept.text)

    name = ours[0].rpartition("@")[2] or net_host(config)
    rules = Rules(name=name, takes=partial(takes, ours), size_bytes=LETTER_BYTES, tls=True)
    mail = MailDoor(rules, keep, tls.context) if sockets.mail else None
    inside = portal.Inside(
        store=given.store, clock=given.clock, entropy=given.entropy, blobs=blobs, office=here,
        prove=partial(ledger.proof, opened=True), address=place.address, hotline=config.hotline,
        limited=given.limits.limited, trial=config.test_mode, paper=papers.paper,
    )  # fmt: skip
    pages = portal.make_portal(site(config, folder, tls), inside, config.max_http_body_bytes)
    few = dataclasses.replace(
        limits, max_connections=min(PORTAL_CONNECTIONS, limits.max_connections),
        max_connections_per_address=limits.max_connections_per_address or PORTAL_CONNECTIONS_EACH,
    )  # fmt: skip
    side = net.SideDoor(pages, few, tls.context, config.proxy_nets) if sockets.portal else None
    folder_in = DropFolder(Path(config.legal_drop_dir)) if config.legal_drop_dir else None
    drops = Drops(given.store, blobs, given.clock, papers, folder_in) if folder_in is not None else None
    testing = Synthetic(given.store, given.clock, given.entropy, senders(config, tls, folder_in))
    return Doors(papers, post, receipts, drops, testing, mail, side, sockets)


def senders(config: Config, tls: net.Tls, folder: DropFolder | None) -> dict[str, Send]:
    """How a test order is sent by each way that is open: over the network, as strangers send."""
    host = here_host(config)
    ways: dict[str, Send] = {}
    if config.portal_port > 0:
        scheme = "http" if isinstance(tls, net.NoTls) else "https"
        ways["portal"] = partial(post_test, f"{scheme}://{host}:{config.portal_port}/synthetic")
    if config.legal_mail_port > 0:
        ways["mail"] = partial(mail_test, host.strip("[]"), config.legal_mail_port, legal_addresses(config)[0])
    if folder is not None:
        ways["drop"] = partial(drop_test, folder)
    return ways


def here_host(config: Config) -> str:
    """The address by which this machine reaches its own doors."""
    said = config.legal_mail_host or config.host
    return f"[{said}]" if ":" in said and said != "::" else "127.0.0.1" if said in ("", "::", "0.0.0.0") else said


async def post_test(address: str, token: str) -> None:
    """A test order at the portal. Errors: httpx.HTTPError."""
    import httpx  # not above: once a day

    # The certificate is for our name, not for this address; nothing secret but the token, which is then used up.
    async with httpx.AsyncClient(verify=False, timeout=20, trust_env=False) as client:
        (await client.post(address, data={"token": token})).raise_for_status()


async def mail_test(host: str, port: int, address: str, token: str) -> None:
    """A test order by mail. Errors: outbound.Undelivered."""
    route = outbound.MailRoute(host, port, "plain", f"synthetic@{address.rpartition('@')[2]}")
    text = f"Instrument: synthetic\nToken: {token}\n"
    parcel = outbound.Parcel(0, address, Message(text, "Daily test order"), int(token[:7], 16))
    await outbound.MailChannel(route).deliver(parcel)


async def drop_test(folder: DropFolder, token: str) -> None:
    """A test order in the folder. Errors: OSError."""
    said = f"Instrument: synthetic\nToken: {token}\n"
    await asyncio.to_thread(folder.bring, f"synthetic-{token[:8]}.txt", said.encode())


def letter_channel(config: Config) -> list[outbound.Channel]:
    """The way out for letters of the desk."""
    if not config.smtp_url:
        return []
    route = outbound.MailRoute.parse(config.smtp_url, config.smtp_from)
    return [outbound.MailChannel(route, kind=MAIL, printed=printed)]


def printed(paper: bytes) -> bytes:
    """A letter as it is kept, as PDF."""
    return as_pdf(unpack(paper))
