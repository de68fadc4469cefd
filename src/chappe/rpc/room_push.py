"""A room's change for its members: rendered once for all, and apart for those whom it looks different to.

Source: api/updates, api/min
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from chappe.base.ids import CHANNEL_MARK, PeerId, UserId
from chappe.domain import enforcement, many_reactions, mentions, peers, room_bots, rooms
from chappe.domain import updates as u
from chappe.domain.content import Text
from chappe.domain.enforcement import NOTED
from chappe.domain.records import Message, UserCard
from chappe.domain.sealed import Arrived, SecretRead, SecretTyping, Unsure
from chappe.rpc.results import look_up
from chappe.rpc.states import state_update
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.messages import RECENT, message_reactions_view, people_of
from chappe.rpc.views.peers import peer_view
from chappe.rpc.views.rooms import min_room_view
from chappe.rpc.views.updates import entry_update, typing_view
from chappe.rpc.views.users import min_user_view
from chappe.store import Reader
from chappe.tl import types as t


@dataclass(frozen=True, slots=True)
class RoomUpdates:
    """What everybody is told, and what some are told instead."""

    plain: t.Updates
    special: Mapping[UserId, t.Updates]

    def to(self, whom: UserId | None) -> t.Updates:
        """What this person is told; None stands for everybody else."""
        return self.plain if whom is None else self.special.get(whom, self.plain)


def room_updates(rx: Reader, note: u.Entry | u.StateNote, seen: Viewer) -> RoomUpdates | None:
    """The change of a room as its members hear it, None when it has become moot. Shape: seen is nobody, in the room."""
    if isinstance(note, u.StateNote):
        return _state_updates(rx, note, seen)
    ids = people_of((note.message,)) if note.message is not None else set()
    if note.message is not None and note.message.held & NOTED:
        look_up(rx, seen, (note.message,))
        if any(hold.territories for holds in seen.holds.values() for hold in holds):
            return _read_yourselves(rx, note, seen)
    around = rooms.some(rx, ids | {note.owner_id})
    if any([room.id == note.owner_id and enforcement.is_veiled_anywhere(rx, room) for room in around]):
        return _read_yourselves(rx, note, seen)
    cards = peers.for_many(rx, ids, seen.now)
    if any([card.hidden for card in cards]):  # somewhere
        return _read_yourselves(rx, note, seen)
    envelope = _naming(cards, around, note.date, seen)

    def told(viewer: int) -> t.Updates:
        update = entry_update(note, seen.being(viewer))
        unread = viewer in waiting or (message is not None and mentions.to_play(message, viewer))
        if unread and isinstance(update, t.UpdateNewChannelMessage):
            update = update.replace(message=update.message.replace(media_unread=True))
        return envelope.replace(updates=[update])

    message = note.message
    waiting = message.content.mentions if message is not None and isinstance(message.content, Text) else ()
    special = {UserId(user): told(user) for user in {*_authors(message), *waiting}}
    if message is not None:
        home = next((room for room in around if room.id == note.owner_id), None)
        deaf = room_bots.passed_over(rx, home, message) if home is not None else ()
        special |= dict.fromkeys(deaf, envelope.replace(users=[], chats=[]))
    return RoomUpdates(told(0), special)


def _read_yourselves(rx: Reader, note: u.Entry, seen: Viewer) -> RoomUpdates:
    """Each is to read the difference: what they are shown depends on where they are."""
    hint = t.UpdateChannelTooLong(channel_id=-note.owner_id - CHANNEL_MARK, pts=note.pts)
    return RoomUpdates(_envelope(rx, {note.owner_id}, note.date, seen).replace(updates=[hint]), {})


def _envelope(rx: Reader, ids: set[int], date: int, seen: Viewer) -> t.Updates:
    """No update yet, with the people and rooms that one speaks of."""
    return _naming(peers.for_many(rx, ids, seen.now), rooms.some(rx, ids), date, seen)


def _naming(cards: Sequence[UserCard], around: Sequence[rooms.Room], date: int, seen: Viewer) -> t.Updates:
    people = [min_user_view(card, seen) for card in cards]
    chats = [min_room_view(room, seen) for room in around]
    return t.Updates(updates=[], users=people, chats=chats, date=date, seq=0)


def _state_updates(rx: Reader, note: u.StateNote, seen: Viewer) -> RoomUpdates | None:
    room_id = note.owner_id
    match note.state:
        case u.Typing():
            update: t.TypeUpdate = t.UpdateChannelUserTyping(
                channel_id=-room_id - CHANNEL_MARK, from_id=peer_view(note.state.user_id),
                action=typing_view(note.state), top_msg_id=note.state.top_id or None,
            )  # fmt: skip
            envelope = _envelope(rx, {note.state.user_id}, note.date, seen)
            alone = envelope.replace(updates=[])
            return RoomUpdates(envelope.replace(updates=[update]), {UserId(note.state.user_id): alone})
        case u.Reactions():
            return _reaction_updates(rx, note, note.state, seen)
        case u.Presence() | u.LoginToken() | Arrived() | SecretTyping() | SecretRead() | Unsure():
            return None
        case _:
            shown, ids = state_update(rx, note.state, seen)
            if shown is None:
                return None
            return RoomUpdates(_envelope(rx, ids, note.date, seen).replace(updates=[shown]), {})


def _reaction_updates(rx: Reader, note: u.StateNote, state: u.Reactions, seen: Viewer) -> RoomUpdates | None:
    found = u.messages_by_id(rx, note.owner_id, (state.message_id,))
    if not found:
        return None
    message = found[0]
    envelope = _envelope(rx, {r.peer_id for r in message.reactions[-RECENT:]} | {note.owner_id}, note.date, seen)

    def told(viewer: int) -> t.Updates:
        own = many_reactions.of_viewer(rx, UserId(viewer), found).get((message.owner_id, message.id), ())
        seen_so = msgspec.structs.replace(message, own_reactions=own)
        shown = message_reactions_view(seen_so, viewer) or t.MessageReactions(min=not viewer, results=[])
        update = t.UpdateMessageReactions(peer=peer_view(note.owner_id), msg_id=message.id, reactions=shown)
        return envelope.replace(updates=[update])

    concerned = {*_authors(message), *(r.user_id for r in message.reactions[-1:])}
    return RoomUpdates(told(0), {UserId(user): told(user) for user in concerned})


def _authors(message: Message | None) -> list[PeerId]:
    """Those to whom the message is their own."""
    if message is None:
        return []
    author = message.content.author_id if isinstance(message.content, Text) else 0
    return [PeerId(i) for i in {message.from_id, author} if i > 0]
