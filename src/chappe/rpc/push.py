"""What was committed reaches the devices that are connected, in the order of each box.

Source: api/updates
Every entry is rendered once a layer and handed to the sessions; who is away reads the box later.
An entry that needs a look into the store (names of people) makes later ones of the same box wait for it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Collection

from chappe import tl
from chappe.base.errors import Refusal
from chappe.base.ids import CHANNEL_MARK, UserId, is_channel
from chappe.domain import peers
from chappe.domain import updates as u
from chappe.domain.rooms import Moved
from chappe.rpc.audience import Audience
from chappe.rpc.context import Device, Services
from chappe.rpc.devices import Devices
from chappe.rpc.results import chats_in
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
            self._deliver(note, update)
            return
        self._waiting[note.owner_id] = deque((note,))
        task = asyncio.ensure_future(self._drain(note.owner_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, owner_id: int) -> None:
        """The waiting notes of one box are rendered one after the other."""
        waiting = self._waiting[owner_id]
        try:
            while waiting:
                note = waiting[0]
                if isinstance(note, Moved):
                    self.audience.moved(note)
                    waiting.popleft()
                    continue
                try:
                    update = None
                    if is_channel(note.owner_id):
                        await self._tell_room(note)
                    else:
                        update = self._at_once(note) or await self._render(note)
                    if update is not None:
                        self._deliver(note, update)
                except Refusal as refusal:
                    log.warning("a change could not be pushed: %s", refusal.reason)
                    self._too_long(note)
                except Exception:
                    log.exception("a change could not be pushed")
                    self._too_long(note)
                waiting.popleft()
                if owner_id in self._lost:
                    self._lost.discard(owner_id)
                    self._give_up(note, waiting)
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

    async def _tell_room(self, note: Note) -> None:
        """The change of a room is in the hands of every session of its members but the origin's."""
        services = self._services
        seen = Viewer(0, services.access, services.now(), services.dc_id, note.owner_id)
        told = await services.store.read(lambda rx: room_updates(rx, note, seen))
        if told is None:
            return
        bodies: dict[tuple[int, UserId | None], bytes] = {}
        clock = services.clock.now()
        for device in self.audience.of_room(note.owner_id):
            if device.auth_key_id == note.origin:
                continue
            whom = device.user_id if device.user_id in told.special else None
            body = bodies.get((device.layer, whom))
            if body is None:
                updates = told.plain if whom is None else told.special[whom]
                body = bodies[device.layer, whom] = _encode(updates, device.layer)
            for session in device.sessions:
                session.push(body, clock)

    def _at_once(self, note: Note) -> t.TypeUpdates | None:
        """The form that needs no look into the store, None when there is none that all devices take well."""
        update = _short(note)
        full = isinstance(update, t.UpdateShortMessage) and any(map(_reads_again, self._devices.of_user(note.owner_id)))
        return None if full else update

    async def _render(self, note: Note) -> t.TypeUpdates | None:
        """The full form of a note, with the people it speaks of."""
        services = self._services
        now = services.now()
        viewer = Viewer(note.owner_id, services.access, now, services.dc_id)

        def query(rx: Reader) -> t.TypeUpdates | None:
            if isinstance(note, u.Entry):
                update: t.TypeUpdate | None = entry_update(note, viewer)
                ids: Collection[int] = people_of_entries((note,))
            else:
                assert not isinstance(note.state, u.Passing)
                update, ids = state_update(rx, note.state, viewer)
            if update is None:
                return None
            owner = UserId(note.owner_id)
            users = [user_view(c, viewer) for c in peers.cards(rx, owner, ids, now)]
            chats = chats_in(rx, viewer, ids)
            return t.Updates(updates=[update], users=users, chats=chats, date=note.date, seq=0)

        return await services.store.read(query)

    def _deliver(self, note: Note, updates: t.TypeUpdates) -> None:
        """The update is in the hands of every session of the owner but the origin's."""
        self._send(note.owner_id, note.origin, updates)

    def _send(self, owner_id: int, origin: int, updates: t.TypeUpdates) -> None:
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
