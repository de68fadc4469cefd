"""Requests to be let into a room, and the administrators' answers.

Source: api/invites#join-requests
"""

from chappe.base.errors import Conflict, Invalid
from chappe.base.ids import UserId
from chappe.domain import invite_links, members, posts, room_log, rooms
from chappe.domain.access import Grant
from chappe.domain.room_records import Importer, InviteLink, Logged
from chappe.domain.rooms import Flag, Room, Status
from chappe.domain.updates import Entry
from chappe.store import Reader, Tx
from chappe.store.queries import invite_links as rows
from chappe.store.queries import people

ABOUT_LENGTH = 70


def needed(room: Room, link: InviteLink | None) -> bool:
    """True if who comes by the link, or without one, must be let in."""
    if link is None:
        return Flag.JOIN_REQUEST in room.flags
    return link.request_needed or Flag.LINKS_ASK in room.flags


def ask(tx: Tx, room: Room, user: UserId, hash_: str) -> None:
    """The person asks to be let in. Shape: hash_ '' for a public room.

    Source: method/messages.importChatInvite, method/channels.joinChannel
    Errors: Conflict user_already_participant; Invalid invite_hash_expired for who is banned.
    """
    me = rooms.member(tx, room.id, user)
    if me.inside:
        raise Conflict("user_already_participant")
    if me.status == Status.BANNED:
        raise Invalid("invite_hash_expired" if hash_ else "channel_private")
    if rows.request(tx, room.id, user) is not None:
        return
    account = people.accounts(tx, (user,))
    rows.put_importer(tx, room.id, hash_, user, 1, 0, str(account[0][5])[:ABOUT_LENGTH] if account else "")
    rows.count_requests(tx, room.id, hash_, 1)
    invite_links.tell_administrators(tx, room)


def answer(tx: Tx, grant: Grant, room: Room, user: UserId, *, approved: bool, origin: int = 0) -> list[Entry]:
    """The person is in the room, or their request is put aside.

    Source: method/messages.hideChatJoinRequest
    Errors: NotAllowed chat_admin_required; Invalid hide_requester_missing, users_too_much.
    """
    invite_links.require_maker(grant, room)
    told = _answered(tx, grant, room, user, approved=approved, origin=origin)
    invite_links.tell_administrators(tx, room)
    return told


def forget(tx: Tx, room: Room, user: UserId) -> None:
    """The person, who was banned, does not ask to be let in any more."""
    row = rows.request(tx, room.id, user)
    if row is None:
        return
    asked = invite_links.importer_of_row(row)
    rows.drop_request(tx, room.id, asked.hash, user)
    rows.count_requests(tx, room.id, asked.hash, -1)
    invite_links.tell_administrators(tx, room)


def answer_all(
    tx: Tx, grant: Grant, room: Room, hash_: str | None, *, approved: bool, origin: int = 0
) -> tuple[list[Entry], bool]:
    """(events told, True if there are more) for requests by one link, by any when None.

    Source: method/messages.hideAllChatJoinRequests
    """
    found, count = invite_links.importers(
        tx, grant, room, hash_, True, (2**31 - 1, 2**62), invite_links.AT_ONCE
    )
    told: list[Entry] = []
    for one in found:
        told += _answered(tx, grant, rooms.find(tx, room.id), one.user_id, approved=approved, origin=origin)
    if found:
        invite_links.tell_administrators(tx, room)
    return told, count > len(found)


def _answered(tx: Tx, grant: Grant, room: Room, user: UserId, *, approved: bool, origin: int) -> list[Entry]:
    asked = _open(tx, room, user)
    rows.drop_request(tx, room.id, asked.hash, user)
    rows.count_requests(tx, room.id, asked.hash, -1)
    me = rooms.member(tx, room.id, user)
    if not approved or me.inside or people.exists(tx, user) != 0:
        return []
    link = rows.link(tx, room.id, asked.hash) if asked.hash else None
    members.enter(tx, room, user, grant.viewer)
    rows.put_importer(tx, room.id, asked.hash, user, 0, grant.viewer, asked.about)
    links = (invite_links.of_row(link),) if link else ()
    room_log.write(
        tx, room, user, "join", "ParticipantJoinByRequest", Logged((grant.viewer,), links=links)
    )
    if room.broadcast:
        return []
    entry = posts.tell(tx, rooms.find(tx, room.id), user, "ChatJoinedByRequest", origin if room.own_box else 0)
    return [entry] if room.own_box else []


def _open(rx: Reader, room: Room, user: UserId) -> Importer:
    row = rows.request(rx, room.id, user)
    if row is None:
        raise Invalid("hide_requester_missing")
    return invite_links.importer_of_row(row)
