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

from chappe import tl
from chappe.base.errors import Refusal
from chappe.base.ids import CHANNEL_MARK, UserId, is_channel
from chappe.domain import peers
from chappe.domain import updates as u
from chappe.domain.rooms import Moved
from chappe.rpc.audience import Audience
from chappe.rpc.context import Device, Services
from chappe.rpc.devices import Devices
from chappe.rpc.results import chats_by_id, look_up
from chappe.rpc.room_push import room_updates
from chappe.rpc.states import state_update
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.messages import short_view
from chappe.rpc.views.updates import entry_update, fact_update, passing_update, people_of_entries
from chappe.rpc.views.users import user_view
from chappe.store import Reader
from chappe.tl import types as t

log = logging.getLogger("chappe.rpc.push")

Note = u.Entry | u.StateNote

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
        self._waiting: dict[int, deque[Note | Moved]] = {}
        self._lost: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def committed(self, notes: list[object]) -> None:
        """Each note goes to the devices of its owner; called on the loop after the commit."""
        for note in notes:
            if isinstance(note, Moved):
                self._moved(note)
            elif isinstance(note, Note) and self._heard(note):
                self._take(note)
            elif isinstance(note, u.StateNote) and isinstance(note.state, u.LoginToken):
                self._login_token(note.state.auth_key_id)

    def _heard(self, note: Note) -> bool:
        """True if somebody connected is concerned, and not by their own call alone."""
        if is_channel(note.owner_id):
            return note.owner_id in self._waiting or self.audience.listens(note.owner_id)
        return any([device.auth_key_id != note.origin for device in self._devices.of_user(note.owner_id)])

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

    def _take(self, note: Note) -> None:
        waiting = self._waiting.get(note.owner_id)
        if waiting is not None:
            if len(waiting) < QUEUED:
                waiting.append(note)
            else:
                self._lost.add(note.owner_id)
            return
        update = None if is_channel(note.owner_id) else self._at_once(note)
        if update is not None:
            self._send(note.owner_id, note.origin, update)
            return
        self._waiting[note.owner_id] = deque((note,))
        task = asyncio.ensure_future(self._drain(note.owner_id))
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
                    await (self._tell_room(lot) if is_channel(first.owner_id) else self._tell_person(lot))
                except Refusal as refusal:
                    log.warning("a change could not be pushed: %s", refusal.reason)
                    self._too_long(lot[-1])
                except Exception:
                    log.exception("a change could not be pushed")
                    self._too_long(lot[-1])
                for _ in lot:
                    waiting.popleft()
                if owner_id in self._lost:
                    self._lost.discard(owner_id)
                    self._give_up(lot[-1], waiting)
        finally:
            del self._waiting[owner_id]
            self._lost.discard(owner_id)

    def _give_up(self, note: Note, waiting: "deque[Note | Moved]") -> None:
        """Too much waits: devices are told to read the difference instead."""
        for one in waiting:
            if isinstance(one, Moved):
                self.audience.moved(one)
        waiting.clear()
        self._too_long(note)

    def _too_long(self, note: Note) -> None:
        if not is_channel(note.owner_id):
            self._send(note.owner_id, 0, t.UpdatesTooLong())
            return
        hint = t.UpdateChannelTooLong(channel_id=-note.owner_id - CHANNEL_MARK)
        update = t.Updates(updates=[hint], users=[], chats=[], date=note.date, seq=0)
        for device in self.audience.of_room(note.owner_id):
            for session in device.sessions:
                session.push(_encode(update, device.layer), self._services.clock.now())

    async def _tell_room(self, lot: Sequence[Note]) -> None:
        """The changes of a room are in the hands of every session of its members but the origins'.

        Other work has its turn between two handfuls of devices: who posted is answered before the last has heard it.
        """
        services = self._services
        seen = Viewer(0, services.access, services.now(), services.dc_id, lot[0].owner_id)
        made = await services.store.read(lambda rx: [(room_updates(rx, note, seen), note.origin) for note in lot])
        told = [(updates, origin) for updates, origin in made if updates is not None]
        apart = {user for updates, _ in told for user in updates.special}
        origins = {origin for _, origin in told}
        bodies: dict[tuple[int, UserId | None, int], bytes] = {}
        devices = list(self.audience.of_room(lot[0].owner_id))
        for start in range(0, len(devices), HANDFUL):
            clock = services.clock.now()
            for device in devices[start : start + HANDFUL]:
                whom = device.user_id if device.user_id in apart else None
                key = (device.layer, whom, device.auth_key_id if device.auth_key_id in origins else 0)
                body = bodies.get(key)
                if body is None:
                    news = [updates.to(whom) for updates, origin in told if origin != device.auth_key_id]
                    body = bodies[key] = _encode(_joined(news), device.layer) if news else b""
                if body:
                    for session in device.sessions:
                        session.push(body, clock)
            await asyncio.sleep(0)

    def _at_once(self, note: Note) -> t.TypeUpdates | None:
        """The form that needs no look into the store, None when there is none that all devices take well."""
        update = _short(note)
        full = isinstance(update, t.UpdateShortMessage) and any(map(_reads_again, self._devices.of_user(note.owner_id)))
        return None if full else update

    async def _tell_person(self, lot: Sequence[Note]) -> None:
        """The changes are in the hands of the person's sessions, with the people and rooms they speak of."""
        services = self._services
        now, owner = services.now(), UserId(lot[0].owner_id)
        viewer = Viewer(owner, services.access, now, services.dc_id)
        short = [self._at_once(note) for note in lot]
        full = [note for note, update in zip(lot, short, strict=True) if update is None]

        def query(rx: Reader) -> list[t.Updates | None]:
            look_up(rx, viewer, [n.message for n in full if isinstance(n, u.Entry) and n.message is not None])
            told = [_told(rx, note, viewer) for note in full]
            ids = {one for _, some in told for one in some}
            cards = peers.cards(rx, owner, ids, now)
            users: dict[int, t.TypeUser] = {card.id: user_view(card, viewer) for card in cards}
            chats = chats_by_id(rx, viewer, ids)
            return [
                None if update is None else t.Updates(
                    updates=[update], users=[users[one] for one in some if one in users],
                    chats=[chats[one] for one in some if one in chats], date=note.date, seq=0,
                )
                for note, (update, some) in zip(full, told, strict=True)
            ]  # fmt: skip

        rendered = iter(await services.store.read(query) if full else ())
        told = [(note, update or next(rendered)) for note, update in zip(lot, short, strict=True)]
        for (origin, whole), some in groupby(told, lambda one: (one[0].origin, isinstance(one[1], t.Updates))):
            news = [updates for _, updates in some if updates is not None]
            for updates in [_joined(news)] if whole else news:  # type: ignore[arg-type]
                self._send(owner, origin, updates)

    def _send(self, owner_id: int, origin: int, updates: t.TypeUpdates) -> None:
        """The update is in the hands of every session of the owner but the origin's."""
        now = self._services.clock.now()
        bodies: dict[int, bytes] = {}
        for device in self._devices.of_user(owner_id):
            if device.auth_key_id == origin:
                continue
            body = bodies.get(device.layer)
            if body is None:
                body = bodies[device.layer] = _encode(updates, device.layer)
            for session in device.sessions:
                session.push(body, now)


def _notes(waiting: "deque[Note | Moved]") -> Iterator[Note]:
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
        if not isinstance(note.state, u.Passing):
            return None
        return t.UpdateShort(update=passing_update(note.state), date=note.date)
    if note.fact is not None:
        update = fact_update(note.fact, {"pts": note.pts, "pts_count": note.pts_count})
        return t.Updates(updates=[update], users=[], chats=[], date=note.date, seq=0)
    if note.known and not note.edited and note.message is not None:
        return short_view(note.message, note.pts, note.pts_count)
    return None
