"""Answers that several methods share: the updates of the caller's own act, pages of messages, people."""

from collections.abc import Iterable, Sequence
from functools import partial

from chappe.base.ids import PeerId, UserId, is_channel
from chappe.domain import access, enforcement, mentions, peers, polls, rooms, updates
from chappe.domain.enforcement import NOTED
from chappe.domain.records import Message
from chappe.domain.rooms import Room
from chappe.domain.updates import Entry
from chappe.rpc.context import Call
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.messages import message_view, people_of
from chappe.rpc.views.rooms import room_view
from chappe.rpc.views.updates import entry_update, people_of_entries
from chappe.rpc.views.users import user_view
from chappe.store import Reader
from chappe.tl import types as t

AT_ONCE = 250
"""People looked up and shown in one go; between two goes other calls have their turn."""


def viewer(call: Call) -> Viewer:
    """The caller, for whom media are rendered."""
    seen = Viewer(call.user_id, call.services.access, call.now(), call.services.dc_id)
    seen.site, seen.device = call.services.link_prefix, call.device.auth_key_id
    return seen


async def viewer_of(call: Call, messages: Iterable[Message], around: Sequence[Room] = ()) -> Viewer:
    """The caller, knowing how the polls among the messages stand, and what is in force for messages and rooms."""
    seen, found = viewer(call), list(messages)
    asking = [m for m in found if polls.poll_of(m) is not None]
    if asking:
        seen.polls = await call.read(lambda rx: polls.standings(rx, asking, call.user_id))
    if any([m.held & NOTED or enforcement.tells_of_others(m, seen.site) for m in found]) or any(
        [room.held for room in around]
    ):
        await call.read(lambda rx: look_up(rx, seen, found, around))
    return seen


def people_of_polls(seen: Viewer) -> set[int]:
    """Who voted last, and who added answers, in the polls of a page."""
    return {one for standing in seen.polls.values() for one in standing.people}


def look_up(rx: Reader, seen: Viewer, messages: Iterable[Message], around: Iterable[Room] = ()) -> None:
    """The viewer knows what is in force for the messages and rooms, and where they themselves are."""
    messages = list(messages)
    seen.stale_cards = seen.stale_cards | enforcement.stale_cards(rx, messages, seen.site, seen.user_id)
    seen.empty_quotes = seen.empty_quotes | enforcement.empty_quotes(rx, messages, seen.user_id)
    found = dict(enforcement.of_messages(rx, messages))
    keys = [enforcement.room_key(room.id) for room in around if room.held & NOTED]
    if keys:
        found |= enforcement.of_keys(rx, keys)
    if found:
        seen.holds = {**seen.holds, **found}
        seen.territory = enforcement.territory_of(rx, seen.user_id)


async def users(call: Call, ids: Iterable[int]) -> list[t.TypeUser]:
    """The people of the ids as the caller may see them."""
    wanted, now, seen = sorted(set(ids)), call.now(), viewer(call)
    shown: list[t.TypeUser] = []
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        cards = await call.read(partial(peers.cards, viewer=call.user_id, ids=part, now=now))
        shown += [user_view(card, seen) for card in cards]
    return shown


async def chats(call: Call, ids: Iterable[int]) -> list[t.TypeChat]:
    """The rooms of the ids as the caller may see them."""
    wanted, seen = {i for i in ids if i < 0}, viewer(call)
    if not wanted:
        return []
    return await call.read(lambda rx: chats_in(rx, seen, wanted))


def chats_in(rx: Reader, seen: Viewer, ids: Iterable[int]) -> list[t.TypeChat]:
    """The rooms of the ids as the viewer may see them, from one snapshot."""
    return list(chats_by_id(rx, seen, ids).values())


def chats_by_id(rx: Reader, seen: Viewer, ids: Iterable[int]) -> dict[int, t.TypeChat]:
    """As `chats_in`, by the rooms' marked ids."""
    user, found = UserId(seen.user_id), rooms.some(rx, ids)
    look_up(rx, seen, (), found)
    return {room.id: _room_in(rx, room, user, seen) for room in found}


def _room_in(rx: Reader, room: Room, user: UserId, seen: Viewer) -> t.TypeChat:
    me = rooms.member(rx, room.id, user)
    return room_view(room, me, seen, guest=not me.inside and access.discusses(rx, room, user))


async def sent_updates(call: Call, entries: Sequence[Entry], *, extra: Sequence[t.TypeUpdate] = ()) -> t.Updates:
    """Full updates of the caller's own act: updateMessageID for each random_id, then the entries."""
    seen = await viewer_of(call, [entry.message for entry in entries if entry.message is not None])
    out: list[t.TypeUpdate] = []
    for entry in entries:
        if entry.random_id and entry.message is not None:
            out.append(t.UpdateMessageID(id=entry.message.id, random_id=entry.random_id))
    out += [entry_update(entry, seen) for entry in entries]
    out += extra
    ids = people_of_entries(entries)
    return t.Updates(
        updates=out, users=await users(call, ids), chats=await chats(call, ids), date=call.now(), seq=0
    )


async def messages_page(
    call: Call, found: Sequence[Message], count: int, *, inexact: bool = False, room: PeerId | None = None
) -> t.messages.TypeMessages:
    """A page of messages with the people in it; a slice when there are more. Source: type/messages.Messages

    Shape: `room` is the peer asked for; one with a box of its own has a form of its own.
    """
    seen = await viewer_of(call, found)
    if any(m.owner_id < 0 for m in found):
        found = await call.read(lambda rx: mentions.seen_by(rx, call.user_id, found))
    shown = [message_view(m, seen) for m in found]
    ids = people_of(found) | people_of_polls(seen) | ({room} if room is not None and is_channel(room) else set())
    people, around = await users(call, ids), await chats(call, ids)
    if room is not None and is_channel(room):
        pts = (await call.read(lambda rx: updates.state(rx, room, seen.now))).pts
        return t.messages.ChannelMessages(
            inexact=inexact, pts=pts, count=count, messages=shown, topics=[], chats=around, users=people
        )
    if count <= len(shown) and not inexact:
        return t.messages.Messages(messages=shown, topics=[], chats=around, users=people)
    return t.messages.MessagesSlice(
        inexact=inexact, count=count, messages=shown, topics=[], chats=around, users=people
    )
