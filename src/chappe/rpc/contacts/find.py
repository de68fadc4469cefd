"""contacts.search and resolving of names and numbers. Source: api/search, method/contacts.resolveUsername"""

from functools import partial

from chappe.base.errors import NotFound
from chappe.base.ids import CHANNEL_MARK
from chappe.domain import contacts, phones, room_names
from chappe.domain.records import UserCard
from chappe.rpc.context import Call, method
from chappe.rpc.messages.search import QUESTION_LENGTH
from chappe.rpc.results import chats, users, viewer
from chappe.rpc.views.peers import peer_view
from chappe.rpc.views.users import user_view
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t


@method("contacts.search")
async def search(call: Call, q: f.contacts.Search) -> t.contacts.Found:
    """People and rooms by name or username: those the caller knows, then others.

    Source: method/contacts.search
    Errors: SEARCH_QUERY_EMPTY.
    """
    mine, others = await _people(call, q)
    seen = viewer(call)
    question = q.q[:QUESTION_LENGTH]
    my_rooms, rooms = await call.read(lambda rx: room_names.search(rx, call.user_id, question, q.limit))
    if q.broadcasts:
        mine, others = [], []
    if q.bots:
        my_rooms, rooms = [], []
        mine, others = [one for one in mine if one.bot], [one for one in others if one.bot]
    around = await chats(call, [*my_rooms, *rooms])
    if q.broadcasts:
        shown = {-chat.id - CHANNEL_MARK for chat in around if isinstance(chat, t.Channel) and chat.broadcast}
        my_rooms, rooms = [i for i in my_rooms if i in shown], [i for i in rooms if i in shown]
    return t.contacts.Found(
        my_results=[peer_view(i) for i in [*(card.id for card in mine), *my_rooms]],
        results=[peer_view(i) for i in [*(card.id for card in others), *rooms]],
        chats=around,
        users=[user_view(card, seen) for card in [*mine, *others]],
    )


async def _people(call: Call, q: f.contacts.Search) -> tuple[list[UserCard], list[UserCard]]:
    """Those the caller knows, and others; a part at a time, so that who knows thousands holds nobody up."""
    wanted, now, owner = contacts.words_of(q.q[:QUESTION_LENGTH]), call.now(), call.user_id
    known = await call.read(lambda rx: contacts.near(rx, owner))
    fits: list[int] = []
    for start in range(0, len(known), contacts.PART):
        part = known[start : start + contacts.PART]
        fits += await call.read(partial(contacts.fitting, owner=owner, ids=part, wanted=wanted))
        if len(fits) >= contacts.SEARCHED:
            break

    def query(rx: Reader) -> tuple[list[UserCard], list[UserCard]]:
        return contacts.search(rx, owner, known, fits, wanted, q.limit, now)

    return await call.read(query)


@method("contacts.resolveUsername")
async def resolve_username(call: Call, q: f.contacts.ResolveUsername) -> t.contacts.ResolvedPeer:
    """Who holds the username.

    Source: method/contacts.resolveUsername
    Errors: USERNAME_INVALID, USERNAME_NOT_OCCUPIED.
    """
    peer = await call.read(lambda rx: contacts.resolve_username(rx, q.username))
    return t.contacts.ResolvedPeer(
        peer=peer_view(peer), chats=await chats(call, (peer,)), users=await users(call, (peer,))
    )


@method("contacts.resolvePhone")
async def resolve_phone(call: Call, q: f.contacts.ResolvePhone) -> t.contacts.ResolvedPeer:
    """Who holds the number, if they let the caller find them by it.

    Source: method/contacts.resolvePhone
    Errors: PHONE_NOT_OCCUPIED, FLOOD_WAIT_X.
    """
    phone = phones.normalise(q.phone, test_mode=call.services.limits.test_mode)
    if call.services.limits.limited:
        await call.write(lambda tx: contacts.take_lookups(tx, call.user_id, 1))
    found = await call.read(lambda rx: contacts.visible_by_phone(rx, call.user_id, phone))
    if found is None:
        raise NotFound("phone_not_occupied")
    return t.contacts.ResolvedPeer(peer=peer_view(found), chats=[], users=await users(call, (found,)))
