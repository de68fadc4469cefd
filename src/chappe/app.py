"""Builds and joins all rooms: the only place that chooses an engine, a clock and a source of chance."""

import dataclasses
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from chappe import console, copying, countries, doors, jobs, media, mtproto, net, rpc, safety, store, transparency, web
from chappe.background import channels, in_background, push_channel, safety_desk
from chappe.base.clock import Clock
from chappe.base.errors import Invalid
from chappe.base.ids import Entropy
from chappe.config import Config
from chappe.control import Control, Hands
from chappe.datadir import DataDir, DataDirError, open_data_dir
from chappe.domain import accounts, auth_keys, bot_father, trial
from chappe.domain.access import Access
from chappe.domain.auth import Policy
from chappe.domain.territory_profiles import Book
from chappe.facts import (
    client_facts,
    console_links,
    goals,
    legal_addresses,
    net_host,
    office,
    page_links,
    passkey_places,
    portal_links,
    site,
    terms,
)
from chappe.legal import pending
from chappe.legal.signing import Signing
from chappe.legal.staying import stays
from chappe.legal.works import Works
from chappe.net import machine
from chappe.recovery import RecoveryHands
from chappe.rpc.context import Limits as RpcLimits
from chappe.safety.hands import SignalHands
from chappe.safety.lookout import Given, Lookout, load_book
from chappe.safety.overdue import overdue
from chappe.safety.rulebook import Rulebook, RuleError

SOON_S = 5.0
CONSOLE_CONNECTIONS, CONSOLE_CONNECTIONS_EACH = 1000, 64
"""Of staff at once, and from one address: files for them are kept from the many."""


class SystemClock:
    """The real clock."""

    now = staticmethod(time.time)
    """Seconds since 1970."""
    monotonic = staticmethod(time.monotonic)
    """Seconds that never go back."""


def since_boot() -> float:
    """Seconds that never go back, also those that the machine slept."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Keys:
    """Auth keys in the store, for `net`."""

    def __init__(self, database: store.Store, wrapper: auth_keys.Wrapper, clock: Clock) -> None:
        self._store = database
        self._wrapper = wrapper
        self._clock = clock

    async def load(self, auth_key_id: int) -> tuple[bytes, int | None] | None:
        """The key and when it ends, or None."""
        now = int(self._clock.now())
        return await self._store.read(lambda rx: auth_keys.find(rx, self._wrapper, auth_key_id, now))

    async def save(self, auth_key_id: int, auth_key: bytes, expires: int | None) -> bool:
        """The key is stored durably; False if another has its id."""
        return await self._store.write(lambda tx: auth_keys.keep(tx, self._wrapper, auth_key_id, auth_key, expires))

    async def drop(self, auth_key_id: int) -> bool:
        """The key is gone, and so is its authorization."""
        return await self._store.write(lambda tx: auth_keys.drop(tx, auth_key_id))


@dataclass(slots=True)
class App:
    """A running server; `start` makes it, `stop` ends it."""

    config: Config
    folder: DataDir
    store: store.Store
    rpc: rpc.Rpc
    gate: net.Gate
    side: net.SideDoor | None
    """Where the console is, if there is one."""
    tls: net.Tls
    first_link: str | None
    control: Control
    work: jobs.Tasks
    workers: "list[media.MediaProcess | media.Previewer | media.HashProcess | media.PaperProcess]"
    ledger: transparency.Ledger
    lookout: Lookout
    doors: doors.Doors
    """The ways in for authorities."""

    async def stop(self) -> None:
        """Nothing is accepted any more, calls under way are answered or left to be asked again, all is closed."""
        await self.control.close()
        if self.side is not None:
            self.side.close()
        await self.doors.close()
        await self.gate.close()
        await self.work.stop()
        self.ledger.close()
        for worker in self.workers:
            await worker.close()
        await self.store.close()

    def links(self) -> dict[str, str]:
        """Where people find the pages: the start page here, and by the name others reach this machine by."""
        there, port = net_host(self.config), self.config.public_port or self.config.port
        links = page_links(self.config)
        secret = self.folder.proxy_secret.hex()
        links["proxy"] = f"tg://proxy?server={there}&port={port}&secret=dd{secret}"
        if self.config.console_port > 0:
            links["console"], links["console_network"] = console_links(self.config)
        if self.config.portal_port > 0:
            links["portal"], links["portal_network"] = portal_links(self.config)
        if self.doors.mail is not None:
            links["legal_mail"] = f"smtp://{legal_addresses(self.config)[0]}:{self.config.legal_mail_port}"
        if isinstance(self.tls, net.OwnTls):
            links["install"] = f"{web.origin('http', there, port)}/install-ca"
        if self.first_link:
            links["operator"] = f"{links['start']}operator/{self.first_link}"
            links["operator_network"] = f"{links['network']}operator/{self.first_link}"
        return links


async def start(config: Config, entropy: Entropy = os.urandom, clock: Clock | None = None) -> App:
    """The server accepts connections; the clock is the real one unless another is handed in.

    Errors: DataDirError, store.StoreUnavailable, MigrationError, OSError (port taken, certificate unreadable).
    """
    clock = clock or SystemClock()
    config, sockets = doors.bind(config)
    lands, folder = countries.opened(config), open_data_dir(config.data, entropy)
    tls = choose_tls(config, folder, clock)
    database = choose_store(config, folder, clock)
    blobs = store.FileStore(folder.path, clock)
    decoder = media.MediaProcess(folder.path / "work" / "decode")
    reader = media.Previewer(folder.path / "work" / "preview")
    try:
        await database.write(prepare)
        await countries.publish(lands, database, config.operator_country)
        given = services(config, folder, database, clock, entropy)
        given.blobs, given.media, given.previews, given.places = blobs, decoder, reader, lands.places
        await rpc.prepare(database, blobs)
        lookout = await lookout_of(config, given, folder, blobs, lands.book)
        calls = rpc.Rpc(given)
        server = mtproto.Server([folder.rsa_key], entropy, [folder.proxy_secret])
        hub = net.Hub(server, Keys(database, given.wrapper, clock), calls, clock, net_limits(config))
        given.bind_temp_key, given.close_key, given.forget_key = binds, hub.signed_out, hub.key_gone
        policy = Policy(given.wrapper, given.outlets, config.test_mode, given.limits.limited, given.gate)
        inside = web.Inside(
            metrics=web.metrics_text(lambda: figures(gate, calls, ledger, lookout)),
            ready=lambda: answers(database),
            metrics_nets=config.metrics_nets,
            desk=(desk := web.Desk(database, clock, entropy)),
            invites=web.Invites(database, clock, entropy, policy, everybody=config.sign_up == "open"),
            people=web.People(database, clock, entropy, policy),
            recoveries=web.Recoveries(
                database, clock, entropy, policy, config.recovery_delay_h, page_links(config)["network"]
            ),
            hotline=web.Hotline(database),
            continuity=web.Continuity(database, clock),
            lands=web.Lands(database, clock, lands.book, given.wrapper, page_links(config)["network"]),
            rooms=web.PublicRooms(database, blobs, clock, lands.places),
            terms=terms(config),
            goals=goals(config),
            notices=web.NoticeDesk(database, blobs, clock, entropy, safety_desk(config, given), decoder),
            client=partial(client_facts, config, folder),
            log=(ledger := log_of(config, folder, database, clock, entropy, tells(config, site(config, folder, tls)))),
        )
        pages = web.make_app(place := site(config, folder, tls), inside, config.max_http_body_bytes)
        side = await side_door(config, given, blobs, place, hub, tls, lookout) if sockets.console else None
        ways_in = doors.make(config, folder, given, blobs, ledger, tls, hub.limits, sockets)
        gate = net.Gate(hub, pages, tls.context, config.proxy_nets)
        first_link = await desk.first_link()
        asking = Control(folder.path, hands_of(config, database, entropy, ledger, lookout))
        await asking.open()
        gate.open(sockets.main)
        if side is not None:
            side.open(sockets.console)
        await ways_in.open()
    except BaseException:
        sockets.close()
        await database.close()
        raise
    work = in_background(lands, config, given, blobs, clock, tls, push_channel(config, folder, given), ledger, lookout)
    ways_in.start(database, work)
    keep_and_hand_over(config, folder, given, blobs, lands, work)
    return App(
        config, folder, database, calls, gate, side, tls, first_link, asking, work,
        [decoder, reader, lookout.hasher, ways_in.papers], ledger, lookout, ways_in,
    )  # fmt: skip


def keep_and_hand_over(
    config: Config, folder: DataDir, given: rpc.Services, blobs: store.FileStore, lands: countries.Countries,
    work: jobs.Tasks,
) -> None:  # fmt: skip
    """What is kept for a time goes when it is over; what two people approved is handed over, and people are told."""
    copying.start(lands.book, given.store, given.clock, work)
    works = Works(given.store, blobs, given.clock, Signing(folder.server_secret), office(config, given.wrapper))
    work.start("disclosures and holds", works.run, SOON_S)


async def side_door(
    config: Config, given: rpc.Services, blobs: store.FileStore, place: web.Site, hub: net.Hub, tls: net.Tls,
    lookout: Lookout,
) -> net.SideDoor:  # fmt: skip
    """The console, not yet open. On a server in earnest nobody plays a part."""
    if not config.test_mode:
        await given.store.write(trial.end)
    hands = RecoveryHands(given.store, config.data)
    inside = console.Inside(
        store=given.store, clock=given.clock, entropy=given.entropy, links=page_links(config)["network"],
        terms=terms(config), blobs=blobs, safety=safety_desk(config, given),
        office=office(config, given.wrapper), trial=config.test_mode,
        rules=lambda: lookout.gate.book.rules.values(), rule_mode=lookout.hands.rule_mode,
        headroom=partial(headroom, hub, lookout), kits_fit=hands.fits, drill=hands.record,
        zone=config.time_zone,
    )  # fmt: skip
    pages = console.make_console(place, inside, config.max_http_body_bytes)
    few = dataclasses.replace(
        hub.limits,
        max_connections=min(CONSOLE_CONNECTIONS, hub.limits.max_connections),
        max_connections_per_address=hub.limits.max_connections_per_address or CONSOLE_CONNECTIONS_EACH,
    )
    return net.SideDoor(pages, few, tls.context, config.proxy_nets)


def headroom(hub: net.Hub, lookout: Lookout) -> Iterable[tuple[str, int, int]]:
    """(name, used, most) of what this machine has to give."""
    now = lookout.headroom()
    yield "connections", len(hub.connections), hub.limits.max_connections
    yield "calls", len(hub.running), hub.limits.calls_at_once
    yield "messages", round(now.highest_s), round(now.ceiling_s)
    yield "disk_mb", (now.disk_whole - now.disk_left) >> 20, now.disk_whole >> 20


def prepare(tx: store.Tx) -> None:
    """What every database of ours holds is there."""
    accounts.prepare(tx)
    bot_father.prepare(tx)
    safety.prepare(tx)


def binds(request: rpc.Request, query: Any, perm_auth_key: bytes) -> bool:
    """True if the owner of the permanent key made this auth.bindTempAuthKey."""
    try:
        mtproto.verify_bind(
            perm_auth_key, request.auth_key_id, request.session_id, query.nonce, query.encrypted_message,
            request.msg_id, query.expires_at,
        )  # fmt: skip
    except Invalid:
        return False
    return True


def choose_store(config: Config, folder: DataDir, clock: Clock) -> store.Store:
    """SQLite in the data folder, or PostgreSQL where the configuration names one."""
    if config.database:
        return store.open_postgres(config.database, clock)
    return store.open_sqlite(folder.database, clock)


def choose_tls(config: Config, folder: DataDir, clock: Clock) -> net.Tls:
    """TLS as configured: given files, the local authority, or none."""
    if config.tls == "off":
        return net.NoTls()
    if config.tls_cert and config.tls == "auto":
        return net.GivenTls(Path(config.tls_cert), Path(config.tls_key), clock)
    return net.OwnTls(folder.tls, [config.public_host, *config.tls_names], clock)


def services(
    config: Config, folder: DataDir, database: store.Store, clock: Clock, entropy: Entropy
) -> rpc.Services:
    """What methods work with."""
    host = net_host(config)
    address = host if machine.is_address(host) else next(iter(machine.addresses()), "127.0.0.1")
    return rpc.Services(
        store=database,
        clock=clock,
        entropy=entropy,
        access=Access(folder.server_secret),
        wrapper=auth_keys.Wrapper(folder.server_secret, entropy),
        outlets=tuple(channel.kind for channel in channels(config, clock)),
        limits=RpcLimits(config.test_mode, config.test_limits, quota_bytes=config.quota_bytes),
        dc_id=config.dc,
        address=(address, config.public_port or config.port),
        link_prefix=page_links(config)["network"],
        server_name=config.server_name,
        passkey_places=passkey_places(config),
        exporter=copying.exporter(config.server_name),
    )


async def lookout_of(
    config: Config, given: rpc.Services, folder: DataDir, blobs: store.FileStore, profiles: Book
) -> Lookout:
    """What looks at public surfaces; where limits hold, its gate speaks before messages. Errors: DataDirError."""
    found = Lookout(
        Given(
            given.store, given.clock, given.entropy, page_links(config)["network"], folder.path,
            config.capacity_messages_s, profiles,
        ),
        rulebook_of(config), media.HashProcess(folder.path / "work" / "hash"), blobs,
    )  # fmt: skip
    await found.choose()
    if given.limits.limited:
        given.gate = found.gate
    return found


def rulebook_of(config: Config) -> Rulebook:
    """The rules of this server. Errors: DataDirError for one that refers to nothing."""
    parts = [(one.version, part) for one in terms(config) for part in one.parts]
    clauses = {f"{clause.number}@{version}" for version, part in parts for clause in part.clauses}
    try:
        return load_book(clauses, Path(config.rules_dir) if config.rules_dir else None)
    except RuleError as error:
        raise DataDirError(f"rules_dir: {error}") from error


def signal_hands(config: Config, database: store.Store, clock: Clock) -> SignalHands:
    """What commands may ask about rules and lists while no server runs."""

    async def nobody() -> None:
        """No server has to hear of it."""

    return SignalHands(database, clock, rulebook_of(config), nobody)


async def answers(database: store.Store) -> bool:
    """True if the database answers."""
    try:
        return await database.read(lambda rx: rx.one("SELECT 1")) is not None
    except store.StoreUnavailable:
        return False


def tells(config: Config, about: web.Site) -> transparency.Announce:
    """Who is told of each daily report."""
    channel = config.report_channel.removeprefix("@")
    return web.announcer(about, channel, config.report_language) if channel else transparency.nobody


def log_of(
    config: Config,
    folder: DataDir,
    database: store.Store,
    clock: Clock,
    entropy: Entropy,
    announce: transparency.Announce,
) -> transparency.Ledger:
    """The log of accountable acts; its name is, for ever, where it is found at first. Errors: DataDirError."""
    origin = page_links(config)["network"].partition("://")[2] + "log"
    try:
        measures = {
            "overdue": overdue, "orders_overdue": pending.overdue, **transparency.RECIPIENTS,
        }  # fmt: skip
        counted = since_boot if isinstance(clock, SystemClock) else clock.monotonic
        return transparency.Ledger(database, clock, entropy, folder.path, origin, measures, announce, counted)
    except transparency.KeysError as error:
        raise DataDirError(str(error)) from error


def hands_of(
    config: Config, database: store.Store, entropy: Entropy, ledger: transparency.Ledger, lookout: Lookout
) -> Hands:
    """What commands may ask of a running server."""
    hands = Hands(database, entropy, page_links(config))
    hands.acts |= lookout.hands.acts
    hands.acts |= RecoveryHands(database, config.data).acts
    hands.acts |= countries.acts(database, stays)
    hands.acts |= copying.acts(database, copying.exporter(config.server_name))
    hands.acts |= {"log": ledger.said, "log_accept_clock": ledger.accept_clock}
    return hands


def figures(
    gate: net.Gate, calls: rpc.Rpc, ledger: transparency.Ledger, lookout: Lookout
) -> Iterable[web.Figure]:
    """What `/metrics` shows of the rooms."""
    hub, door = gate.hub, gate.door
    refused: dict[tuple[str, ...], float] = {(reason,): count for reason, count in door.refused.items()}
    yield web.Figure("connections", "Connections open.", {(): door.open})
    yield web.Figure("connections_accepted", "Connections that came in.", {(): door.accepted}, rises=True)
    yield web.Figure("connections_refused", "Connections turned away.", refused, ("reason",), rises=True)
    yield web.Figure("mtproto_connections", "MTProto connections open.", {(): len(hub.connections)})
    yield web.Figure("sessions", "MTProto sessions held.", {(): hub.server.session_count()})
    yield web.Figure("calls_running", "Calls under way.", {(): len(hub.running)})
    answered: dict[tuple[str, ...], float] = {(name, end): count for (name, end), count in calls.calls.items()}
    yield web.Figure("calls", "Calls answered.", answered, ("method", "outcome"), rises=True)
    events: dict[tuple[str, ...], float] = {(key,): count for key, count in hub.counts.items()}
    yield web.Figure("net_events", "Connections and calls cut short.", events, ("event",), rises=True)
    status = ledger.last_status
    yield from (web.Figure(*one) for one in lookout.figures())
    yield web.Figure("log_leaves", "Leaves in the published log.", {(): status.size}, rises=True)
    yield web.Figure("log_stopped", "1 while the log does not go on.", {(): bool(status.fault)})
    yield web.Figure("report_days_missing", "Days whose report is late.", {(): ledger.reports.behind_days})
    written: dict[tuple[str, ...], float] = {(key,): count for key, count in calls.services.store.counts.items()}
    yield web.Figure("store", "Acts done, and commits that made them durable.", written, ("what",), rises=True)


def net_limits(config: Config) -> net.Limits:
    """The bounds of `net`, as configured and as this machine allows."""
    named = {field.name: getattr(config, field.name) for field in dataclasses.fields(net.Limits)}
    named["max_connections"] = net.connections_allowed(config.max_connections, net.raise_file_limit())
    return net.Limits(**named)
