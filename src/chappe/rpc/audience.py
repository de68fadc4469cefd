"""Who hears a room: the connected people among its members, known without asking the store at every post.

Source: api/updates
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable

from chappe.base.ids import PeerId, UserId
from chappe.domain import members
from chappe.domain.rooms import Moved
from chappe.rpc.context import Device
from chappe.rpc.devices import Devices
from chappe.store import Store


class Audience:
    """The rooms of the people connected to this process."""

    def __init__(self, store: Store, devices: Devices) -> None:
        self._store = store
        self._devices = devices
        self._in_room: defaultdict[PeerId, set[UserId]] = defaultdict(set)
        self._rooms: dict[UserId, set[PeerId]] = {}
        self._coming: dict[UserId, asyncio.Future[None]] = {}
        self._meanwhile: dict[UserId, dict[PeerId, bool]] = {}
        self.hears: Callable[[UserId], bool] = lambda user: True
        """False for who is not to hear rooms now, though they are connected."""

    async def admit(self, user: UserId) -> None:
        """From now on the person hears their rooms; those they enter or leave meanwhile are known by their notes."""
        if user in self._rooms:
            return
        under_way = self._coming.get(user)
        if under_way is None:
            self._meanwhile[user] = {}
            under_way = self._coming[user] = asyncio.ensure_future(self._admit(user))
        await asyncio.shield(under_way)

    async def _admit(self, user: UserId) -> None:
        meanwhile = self._meanwhile[user]
        try:
            found = dict.fromkeys(await self._store.read(lambda rx: members.rooms_of(rx, user)), True) | meanwhile
            mine = self._rooms[user] = {room for room, inside in found.items() if inside}
            for room in mine:
                self._in_room[room].add(user)
        finally:
            del self._meanwhile[user]
            del self._coming[user]

    def moved(self, note: Moved) -> None:
        """Somebody came into a room or left it."""
        if note.user_id in self._meanwhile:
            self._meanwhile[note.user_id][note.room_id] = note.inside
        mine = self._rooms.get(note.user_id)
        if mine is None:
            return
        if note.inside:
            mine.add(note.room_id)
            self._in_room[note.room_id].add(note.user_id)
        else:
            mine.discard(note.room_id)
            self._in_room[note.room_id].discard(note.user_id)

    def listens(self, room: PeerId) -> bool:
        """True if somebody may hear the room."""
        return bool(self._in_room.get(room))

    def of_room(self, room: PeerId) -> Iterable[Device]:
        """Devices of members that want updates; who went is forgotten here."""
        for user in tuple(self._in_room.get(room, ())):
            devices = self._devices.of_user(user)
            if not devices:
                self._forget(user)
            elif self.hears(user):
                yield from devices

    def users(self, room: PeerId) -> list[UserId]:
        """Members who are connected."""
        there = self._in_room.get(room, ())
        return [user for user in there if self._devices.of_user(user) and self.hears(user)]

    def _forget(self, user: UserId) -> None:
        for room in self._rooms.pop(user, ()):
            heard = self._in_room[room]
            heard.discard(user)
            if not heard:
                del self._in_room[room]
