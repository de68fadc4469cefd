"""What was committed reaches the devices that are connected, in the order of each box.

Source: api/updates
Every entry is rendered once a layer and handed to the sessions; who is away reads the box later.
An entry that needs a look into the store (names of people) makes later ones of the same box wait for it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from chappe import tl
from chappe.base.errors import Refusal
from chappe.base.ids import CHANNEL_MARK, UserId, is_channel
from chappe.domain import peers
from chappe.domain import updates as u
from chappe.domain.rooms import Moved
from chappe.domain.sealed import Sealed, Unsure
from chappe.rpc.audience import Audience
from chappe.rpc.context import Device, Services, SessionPort, Spoken
from chappe.rpc.devices import Devices
from chappe.rpc.results import chats_by_id, look_up
from chappe.rpc.room_push import room_updates
from chappe.rpc.states import state_update
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.messages import short_view
from chappe.rpc.views.secret import fact_update as secret_update
from chappe.rpc.views.updates import entry_update, fact_update, passing_update, people_of_entries
from chappe.rpc.views.users import user_view
from chappe.store import Reader
from chappe.tl import types as t

log = logging.getLogger("chappe.rpc.push")

Note = u.Entry | u.StateNote


class Told(NamedTuple):
    """A note that waits to be told, and the session whose call it came from, where its device has several."""

    note: Note
    by: SessionPort | None

    @property
    def only(self) -> int:
        """The one device concerned, 0 for all."""
        return self.note.only if isinstance(self.note, u.StateNote) else 0

    def concerns(self, device: Device) -> bool:
        """True if the device is to hear of the note."""
        return self.only in (0, device.auth_key_id)

    def mine(self, device: Device, session: SessionPort) -> bool:
        """True for the session whose own call answers with the change; where none is named, for all of its device."""
        return device.auth_key_id == self.note.origin and (self.by is None or self.by is session)

TOGETHER = 16
"""Notes of one box rendered in one go and told in one update."""
HANDFUL = 100
"""Devices of a room served before other work has its turn."""
QUEUED = 1000
"""Notes of one box that wait to be rendered; beyond, its devices are told to read the difference."""


class Push:
    """Hears of every commit of this process and tells the sessions."""

    def __init__(self, services: Services, devices: Devices) -> None:
        self._services = services
        self._devices = devices
        self.audience = Audience(services.store, devices)
        self._waiting: dict[int, deque[Told | Moved]] = {}
        self._lost: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def listen(self) -> None:
        """From now on each note goes to the devices of its owner, on the loop after its commit."""
        self._services.store.on_commit(self.committed, u.Entry, u.StateNote, Moved, Spoken)

    def committed(self, notes: Sequence[Note | Moved | Spoken]) -> None:
        """Whoever is connected and concerned is told of the notes of a commit."""
        by: SessionPort | None = None
        for note in notes:
            if isinstance(note, Spoken):
                by = note.session
            elif isinstance(note, Moved):
                self._moved(note)
            elif self._heard(told := Told(note, by)):
                self._take(told)
            elif isinstance(note, u.StateNote) and isinstance(note.state, u.LoginToken):
                self._login_token(note.state.auth_key_id)

    def _heard(self, told: Told) -> bool:
        """True if somebody connected is concerned, and not by their own call alone."""
        owner, origin = told.note.owner_id, told.note.origin
        if is_channel(owner):
            return owner in self._waiting or self.audience.listens(owner)
        # A device whose session is known to be one of several has others to tell.
        only = told.only
        return any([
            only in (0, device.auth_key_id) and (device.auth_key_id != origin or told.by is not None)
            for device in self._devices.of_user(owner)
        ])  # fmt: skip

    def _moved(self, note: Moved) -> None:
        """Who comes hears what follows, who goes what came before: the note waits its turn among the room's own."""
        waiting = self._waiting.get(note.room_id)
        if waiting is None:
            self.audience.moved(note)
        else:
            waiting.append(note)

    def _login_token(self, auth_key_id: int) -> None:
        """The device that shows a QR code, nobody's yet, hears that it was scanned. Source: api/qr-login"""
        device = self._devices.known(auth_key_id)
        if device is None:
            return
        body = tl.encode(t.UpdateShort(update=t.UpdateLoginToken(), date=self._services.now()), device.layer)
        for session in device.sessions:
            session.push(body, self._services.clock.now())

    def under_way(self) -> set["asyncio.Task[None]"]:
        """Boxes whose notes are being rendered."""
        return set(self._tasks)

    def _take(self, told: Told) -> None:
        owner = told.note.owner_id
        waiting = self._waiting.get(owner)
        if waiting is not None:
            if len(waiting) < QUEUED:
                waiting.append(told)
            else:
                self._lost.add(owner)
            return
        update = None if is_channel(owner) else self._at_once(told.note)
        if update is not None:
            self._send(owner, update, told)
            return
        self._waiting[owner] = deque((told,))
        task = asyncio.ensure_future(self._drain(owner))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, owner_id: int) -> None:
        """The waiting notes of one box are rendered in their order, those that wait together at once."""
        waiting = self._waiting[owner_id]
        try:
            while waiting:
                first = waiting[0]
                if isinstance(first, Moved):
                    self.audience.moved(first)
                    waiting.popleft()
                    continue
                lot = list(islice(_notes(waiting), TOGETHER))
                try:
                    await (self._tell_room(lot) if is_channel(lot[0].note.owner_id) else self._tell_person(lot))
                except Refusal as refusal:
                    log.warning("a change could not be pushed: %s", refusal.reason)
                    self._too_long(lot[-1].note)
                except Exception:
                    log.exception("a change could not be pushed")
                    self._too_long(lot[-1].note)
                for _ in lot:
                    waiting.popleft()
                if owner_id in self._lost:
                    self._lost.discard(owner_id)
                    self._give_up(lot[-1].note, waiting)
        finally:
            del self._waiting[owner_id]
            self._lost.discard(owner_id)

    def _give_up(self, note: Note, waiting: "deque[Told | Moved]") -> None:
        """Too much waits: devices are told to read the difference instead."""
        for one in waiting:
            if isinstance(one, Moved):
                self.audience.moved(one)
        waiting.clear()
        self._too_long(note)

    def _too_long(self, note: Note) -> None:
        if not is_channel(note.owner_id):
            self._send(note.owner_id, t.UpdatesTooLong())
            return
        hint = t.UpdateChannelTooLong(channel_id=-note.owner_id - CHANNEL_MARK)
        update = t.Updates(updates=[hint], users=[], chats=[], date=note.date, seq=0)
        for device in self.audience.of_room(note.owner_id):
            for session in device.sessions:
                session.push(_encode(update, device.layer), self._services.clock.now())

    async def _tell_room(self, lot: Sequence[Told]) -> None:
        """The changes of a room are in the hands of every session of its members but those that made them.

        Other work has its turn between two handfuls of devices: who posted is answered before the last has heard it.
        """
        services = self._services
        room = lot[0].note.owner_id
        seen = Viewer(0, services.access, services.now(), services.dc_id, room)
        made = await services.store.read(lambda rx: [(room_updates(rx, told.note, seen), told) for told in lot])
        news = [(updates, told) for updates, told in made if updates is not None]
        apart = {user for updates, _ in news for user in updates.special}
        origins = {told.note.origin for _, told in news}
        bodies: dict[tuple[int, UserId | None], bytes] = {}
        devices = list(self.audience.of_room(room))
        for start in range(0, len(devices), HANDFUL):
            clock = services.clock.now()
            for device in devices[start : start + HANDFUL]:
                whom = device.user_id if device.user_id in apart else None
                if device.auth_key_id in origins:
                    for session in device.sessions:
                        others = [updates.to(whom) for updates, told in news if not told.mine(device, session)]
                        if others:
                            session.push(_encode(_joined(others), device.layer), clock)
                    continue
                key = (device.layer, whom)
                body = bodies.get(key)
                if body is None:
                    whole = _joined([updates.to(whom) for updates, _ in news])
                    body = bodies[key] = _encode(whole, device.layer) if whole.updates else b""
                for session in device.sessions if body else ():
                    session.push(body, clock)
            await asyncio.sleep(0)

    def _at_once(self, note: Note) -> t.TypeUpdates | None:
        """The form that needs no look into the store, None when there is none that all devices take well."""
        if isinstance(note, u.StateNote) and isinstance(note.state, Sealed):
            viewer = Viewer(note.owner_id, self._services.access, note.date, self._services.dc_id)
            return t.UpdateShort(update=secret_update(note.state, viewer), date=note.date)
        if isinstance(note, u.StateNote) and isinstance(note.state, Unsure):
            return t.UpdatesTooLong()
        update = _short(note)
        full = isinstance(update, t.UpdateShortMessage) and any(map(_reads_again, self._devices.of_user(note.owner_id)))
        return None if full else update

    async def _tell_person(self, lot: Sequence[Told]) -> None:
        """The changes are in the hands of the person's sessions, with the people and rooms they speak of."""
        services = self._services
        now, owner = services.now(), UserId(lot[0].note.owner_id)
        viewer = Viewer(owner, services.access, now, services.dc_id)
        short = [self._at_once(told.note) for told in lot]
        full = [told.note for told, update in zip(lot, short, strict=True) if update is None]

        def query(rx: Reader) -> list[t.Updates | None]:
            look_up(rx, viewer, [n.message for n in full if isinstance(n, u.Entry) and n.message is not None])
            made = [_told(rx, note, viewer) for note in full]
            ids = {one for _, some in made for one in some}
            cards = peers.cards(rx, owner, ids, now)
            users: dict[int, t.TypeUser] = {card.id: user_view(card, viewer) for card in cards}
            chats = chats_by_id(rx, viewer, ids)
            return [
                None if update is None else t.Updates(
                    updates=[update], users=[users[one] for one in some if one in users],
                    chats=[chats[one] for one in some if one in chats], date=note.date, seq=0,
                )
                for note, (update, some) in zip(full, made, strict=True)
            ]  # fmt: skip

        rendered = iter(await services.store.read(query) if full else ())
        ready = [(told, update or next(rendered)) for told, update in zip(lot, short, strict=True)]
        for (*_, whole), some in groupby(ready, _together):
            group = [(told, updates) for told, updates in some if updates is not None]
            news = [updates for _, updates in group]
            for updates in [_joined(news)] if whole else news:  # type: ignore[arg-type]
                self._send(owner, updates, group[0][0])

    def _send(self, owner_id: int, updates: t.TypeUpdates, told: Told | None = None) -> None:
        """The update is in the hands of every session of the owner but the one it came from."""
        now = self._services.clock.now()
        bodies: dict[int, bytes] = {}
        for device in self._devices.of_user(owner_id):
            if told is not None and not told.concerns(device):
                continue
            sessions = [one for one in device.sessions if told is None or not told.mine(device, one)]
            if not sessions:
                continue
            body = bodies.get(device.layer)
            if body is None:
                body = bodies[device.layer] = _encode(updates, device.layer)
            for session in sessions:
                session.push(body, now)


def _together(one: tuple[Told, t.TypeUpdates | None]) -> tuple[int, int, int, bool]:
    """What may be told in one update: changes that came from one session, or from nobody connected, in full form."""
    told, updates = one
    return told.note.origin, id(told.by), told.only, isinstance(updates, t.Updates)


def _notes(waiting: "deque[Told | Moved]") -> Iterator[Told]:
    """Those before somebody comes or goes."""
    for one in waiting:
        if isinstance(one, Moved):
            return
        yield one


def _joined(news: Sequence[t.Updates]) -> t.Updates:
    """Several updates as one, in their order; the people and rooms they share are named once."""
    if len(news) == 1:
        return news[0]
    users = {one.id: one for part in news for one in part.users}
    chats = {(type(one), one.id): one for part in news for one in part.chats}
    updates = [one for part in news for one in part.updates]
    return news[-1].replace(updates=updates, users=list(users.values()), chats=list(chats.values()))


def _told(rx: Reader, note: Note, viewer: Viewer) -> tuple[t.TypeUpdate | None, Collection[int]]:
    """The update of a note, None when it has become moot, and the ids of whom it speaks of."""
    if isinstance(note, u.Entry):
        return entry_update(note, viewer), people_of_entries((note,))
    assert not isinstance(note.state, u.Passing)
    viewer.device = note.only
    return state_update(rx, note.state, viewer)


def _encode(updates: t.TypeUpdates, layer: int) -> bytes:
    """The update in a layer; what the layer lacks becomes a hint to read the difference, never a gap."""
    try:
        return tl.encode(updates, layer)
    except tl.Lacking:
        return tl.encode(t.UpdatesTooLong(), layer)


def _reads_again(device: Device) -> bool:
    # COMPAT Kurigram, Pyrofork: they answer a short message by reading the difference and hand on all that is in it,
    # so that each word of a burst would be told many times.
    return device.init is not None and device.init.app_version.startswith("Pyrogram")


def _short(note: Note) -> t.TypeUpdates | None:
    """The form that needs no look into the store, None when there is none."""
    if isinstance(note, u.StateNote):
        if not isinstance(note.state, u.Passing) or isinstance(note.state, Sealed | Unsure):
            return None
        return t.UpdateShort(update=passing_update(note.state), date=note.date)
    if note.fact is not None:
        update = fact_update(note.fact, {"pts": note.pts, "pts_count": note.pts_count})
        return t.Updates(updates=[update], users=[], chats=[], date=note.date, seq=0)
    if note.known and not note.edited and note.message is not None:
        return short_view(note.message, note.pts, note.pts_count)
    return None
