"""A room's change for its members: rendered once for all, and apart for those whom it looks different to.

Source: api/updates, api/min
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chappe.base.ids import PeerId, UserId
from chappe.domain import peers, posts, rooms
from chappe.domain import updates as u
from chappe.domain.access import Access
from chappe.domain.content import Text
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.messages import people_of
from chappe.rpc.views.rooms import min_room_view
from chappe.rpc.views.updates import entry_update
from chappe.rpc.views.users import min_user_view
from chappe.store import Reader
from chappe.tl import types as t


@dataclass(frozen=True, slots=True)
class RoomUpdates:
    """What everybody is told, and what some are told instead."""

    plain: t.Updates
    special: Mapping[UserId, t.Updates]


def room_updates(rx: Reader, entry: u.Entry, access: Access, now: int) -> RoomUpdates:
    """The entry of a room's box as its members hear it."""
    ids = people_of((entry.message,)) if entry.message is not None else set()
    people = [min_user_view(card) for card in peers.cards(rx, UserId(0), ids, now)]
    around = [min_room_view(room) for room in rooms.some(rx, {*ids, entry.owner_id})]

    def told(viewer: int, *, mentioned: bool = False) -> t.Updates:
        update = entry_update(entry, Viewer(viewer, access, now, entry.owner_id))
        if mentioned and isinstance(update, t.UpdateNewChannelMessage) and isinstance(update.message, t.Message):
            update = update.replace(message=update.message.replace(mentioned=True, media_unread=True))
        return t.Updates(updates=[update], users=people, chats=around, date=entry.date, seq=0)

    special = {UserId(author): told(author) for author in _authors(entry)}
    if entry.message is not None and not entry.edited:
        for user in posts.mentioned(rx, entry.message):
            special[UserId(user)] = told(user, mentioned=True)
    return RoomUpdates(told(0), special)


def _authors(entry: u.Entry) -> list[PeerId]:
    """Those to whom the message is their own."""
    message = entry.message
    if message is None:
        return []
    author = message.content.author_id if isinstance(message.content, Text) else 0
    return [PeerId(i) for i in {message.from_id, author} if i > 0]
