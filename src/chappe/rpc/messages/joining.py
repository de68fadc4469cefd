"""Coming into a room by a link, and letting people in. Source: api/invites"""

from collections.abc import Sequence

from chappe.base.errors import Conflict, Invalid
from chappe.base.ids import UserId
from chappe.domain import invite_links, join_requests, members, rooms
from chappe.domain.access import Grant
from chappe.domain.room_records import Importer, InviteLink
from chappe.domain.rooms import Member, Room
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages.invite_links import hash_of, in_room
from chappe.rpc.results import users, viewer
from chappe.rpc.rooms import room_result
from chappe.rpc.views.invite_links import importer_view
from chappe.rpc.views.media import photo_view
from chappe.rpc.views.rooms import room_view
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t

PEEK_S = 3600
"""How long a client may count on reading a public room it was led to."""
SHOWN = 5
"""Members shown to who holds a link."""
ANSWERED = 20
"""Acts of answering that one call makes; each answers up to a hundred."""


@method("messages.checkChatInvite")
async def check_chat_invite(call: Call, q: f.messages.CheckChatInvite) -> t.TypeChatInvite:
    """What the link leads to.

    Source: method/messages.checkChatInvite
    Errors: INVITE_HASH_EMPTY, INVITE_HASH_INVALID, INVITE_HASH_EXPIRED.
    """
    now, hash_, seen = call.now(), hash_of(q.hash), viewer(call)

    def query(rx: Reader) -> tuple[Room, InviteLink, Member, list[UserId]]:
        room, link = invite_links.behind(rx, hash_, now, call.user_id)
        return room, link, rooms.member(rx, room.id, call.user_id), members.shown_to_guests(rx, room, SHOWN)

    room, link, me, some = await call.read(query)
    if me.inside:
        return t.ChatInviteAlready(chat=room_view(room, me, seen))
    asks = join_requests.needed(room, link)
    if room.username and not asks:
        return t.ChatInvitePeek(chat=room_view(room, me, seen), expires=now + PEEK_S)
    return t.ChatInvite(
        channel=room.own_box,
        broadcast=room.broadcast,
        public=bool(room.username),
        megagroup=room.own_box and not room.broadcast,
        request_needed=asks,
        title=room.title,
        about=room.about or None,
        photo=photo_view(room.photo, seen.within(room.id)) if room.photo else t.PhotoEmpty(id=0),
        participants_count=room.member_count,
        participants=await users(call, some) or None,
        color=0,
    )


@method("messages.importChatInvite")
async def import_chat_invite(
    call: Call, q: f.messages.ImportChatInvite
) -> t.messages.ChatInviteJoinResultOk:
    """The caller is in the room, or has asked to be let in, which is answered with an error of that name.

    Source: method/messages.importChatInvite
    Errors: INVITE_HASH_EMPTY, INVITE_HASH_INVALID, INVITE_HASH_EXPIRED, INVITE_REQUEST_SENT,
    USER_ALREADY_PARTICIPANT, USERS_TOO_MUCH.
    """
    hash_, origin = hash_of(q.hash), call.device.auth_key_id

    def act(tx: Tx) -> tuple[Room, list[Entry]] | None:
        room, link = invite_links.behind(tx, hash_, tx.now, call.user_id)
        if rooms.member(tx, room.id, call.user_id).inside:
            raise Conflict("user_already_participant")
        if join_requests.needed(room, link):
            join_requests.ask(tx, room, call.user_id, hash_)
            return None
        return invite_links.import_(tx, call.user_id, hash_, origin, call.services.gate)

    done = await call.write(act)
    if done is None:
        # The request is committed; the error tells the client of it.
        raise Invalid("invite_request_sent")
    room, entries = done
    return t.messages.ChatInviteJoinResultOk(updates=await room_result(call, room.id, entries))


@method("messages.getChatInviteImporters")
async def get_chat_invite_importers(
    call: Call, q: f.messages.GetChatInviteImporters
) -> t.messages.ChatInviteImporters:
    """Who came by a link, or waits to be let in, newest first.

    Source: method/messages.getChatInviteImporters
    Errors: CHAT_ADMIN_REQUIRED, INVITE_HASH_EXPIRED, SEARCH_WITH_LINK_NOT_SUPPORTED.
    """
    if q.q and q.link:
        raise Invalid("search_with_link_not_supported")
    hash_ = hash_of(q.link) if q.link else None
    offset = q.offset_user.user_id if isinstance(q.offset_user, t.InputUser) else 2**62
    before = (q.offset_date or 2**31 - 1, offset if q.offset_date else 2**62)

    def act(tx: Tx, grant: Grant, room: Room) -> tuple[list[Importer], int]:
        return invite_links.importers(tx, grant, room, hash_, bool(q.requested), before, q.limit)

    found, count = await in_room(call, q.peer, act)
    people = await users(call, {i for one in found for i in (one.user_id, one.approved_by) if i})
    if q.q:
        wanted = {p.id for p in people if isinstance(p, t.User) and _named(p, q.q)}
        found = [one for one in found if one.user_id in wanted]
    return t.messages.ChatInviteImporters(
        count=len(found) if q.q else count, importers=[importer_view(one) for one in found], users=people
    )


def _named(person: t.User, question: str) -> bool:
    name = f"{person.first_name or ''} {person.last_name or ''} {person.username or ''}".casefold()
    return question.strip().casefold() in name


@method("messages.hideChatJoinRequest")
async def hide_chat_join_request(call: Call, q: f.messages.HideChatJoinRequest) -> t.Updates:
    """The person is let in, or their request is put aside.

    Source: method/messages.hideChatJoinRequest
    Errors: CHAT_ADMIN_REQUIRED, HIDE_REQUESTER_MISSING, USERS_TOO_MUCH.
    """
    user, origin, approved = await inputs.user(call, q.user_id), call.device.auth_key_id, bool(q.approved)

    def act(tx: Tx, grant: Grant, room: Room) -> tuple[Room, Sequence[Entry]]:
        return room, join_requests.answer(tx, grant, room, user, approved=approved, origin=origin)

    room, entries = await in_room(call, q.peer, act)
    return await room_result(call, room.id, entries, {user})


@method("messages.hideAllChatJoinRequests")
async def hide_all_chat_join_requests(call: Call, q: f.messages.HideAllChatJoinRequests) -> t.Updates:
    """Everybody who waits, by one link or by any, is let in or put aside.

    Source: method/messages.hideAllChatJoinRequests
    Errors: CHAT_ADMIN_REQUIRED, USERS_TOO_MUCH.
    """
    hash_, origin, approved = (hash_of(q.link) if q.link else None), call.device.auth_key_id, bool(q.approved)
    told: list[Entry] = []

    def act(tx: Tx, grant: Grant, room: Room) -> tuple[Room, list[Entry], bool]:
        return room, *join_requests.answer_all(tx, grant, room, hash_, approved=approved, origin=origin)

    for _ in range(ANSWERED):
        room, entries, more = await in_room(call, q.peer, act)
        told += entries
        if not more:
            break
    return await room_result(call, room.id, told)
