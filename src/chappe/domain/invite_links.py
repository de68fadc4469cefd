"""Invite links: who may make them, what they allow, and how somebody comes in by one.

Source: api/invites
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import PeerId, UserId
from chappe.domain import access, anonymity, members, posts, room_log, rooms
from chappe.domain.access import Grant
from chappe.domain.gate import OPEN, Gate
from chappe.domain.room_records import Importer, InviteLink, Logged
from chappe.domain.rooms import Member, Room, Status
from chappe.domain.updates import Entry, JoinRequests, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import invite_links as rows
from chappe.store.queries import rooms as room_rows

T = TypeVar("T")
TITLE_LENGTH = 32
LONGEST_S = 366 * 86_400
MOST_USES = 99_999
PAGE = 100
AT_ONCE = 100
"""Requests that one act answers."""
FIRST = (2**31 - 1, "\U0010ffff")
"""Before the newest link."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a link shall be; None leaves a part as it is. Shape: expires and usage_limit 0 for none."""

    title: str | None = None
    expires: int | None = None
    usage_limit: int | None = None
    request_needed: bool | None = None


def of_row(row: tuple[Any, ...]) -> InviteLink:
    """The record of a row in the order of `rows.COLUMNS`."""
    return InviteLink(*row[:9], bool(row[9]), bool(row[10]), bool(row[11]), row[12])  # type: ignore[call-arg]


def importer_of_row(row: tuple[Any, ...]) -> Importer:
    """The record of a row in the order of `rows.IMPORTER_COLUMNS`."""
    return Importer(row[0], row[1], bool(row[2]), *row[3:])


def require_maker(grant: Grant, room: Room) -> Member:
    """The viewer may make links into the room. Errors: NotAllowed chat_admin_required, channel_private."""
    assert grant.me is not None
    rooms.require_right(room, grant.me, "invite_users")
    return grant.me


def _require_of(grant: Grant, room: Room, admin: UserId) -> None:
    """The viewer may see and change the administrator's links: only the creator those of others."""
    me = require_maker(grant, room)
    if admin != me.user_id and me.status != Status.CREATOR:
        raise NotAllowed("chat_admin_required")


def _checked(wish: Wish, now: int) -> None:
    """The wish can be met. Errors: Invalid expire_date_invalid, usage_limit_invalid."""
    if wish.expires and not now < wish.expires <= now + LONGEST_S:
        raise Invalid("expire_date_invalid")
    if wish.usage_limit and not 0 < wish.usage_limit <= MOST_USES:
        raise Invalid("usage_limit_invalid")
    if wish.usage_limit and wish.request_needed:
        raise Invalid("usage_limit_invalid")


def export(tx: Tx, grant: Grant, room: Room, wish: Wish, hash_: str) -> InviteLink:
    """A further link of the viewer's leads into the room.

    Source: method/messages.exportChatInvite
    Shape: hash_ is unguessable and new. Errors: NotAllowed chat_admin_required; Invalid expire_date_invalid,
    usage_limit_invalid.
    """
    me = require_maker(grant, room)
    _checked(wish, tx.now)
    rows.insert(
        tx, room.id, hash_, me.user_id, (wish.title or "")[:TITLE_LENGTH], wish.expires or 0, wish.usage_limit or 0,
        int(bool(wish.request_needed)), 0,
    )  # fmt: skip
    return find(tx, room, hash_)


def renew_primary(tx: Tx, grant: Grant, room: Room, hash_: str) -> InviteLink:
    """The viewer's permanent link is a new one; the former leads nowhere.

    Source: method/messages.exportChatInvite
    """
    require_maker(grant, room)
    return _renewed(tx, room, grant.viewer, hash_)


def _renewed(tx: Tx, room: Room, admin: UserId, hash_: str) -> InviteLink:
    before = rows.primary(tx, room.id, admin)
    if before is not None:
        old = of_row(before)
        rows.edit(tx, room.id, old.hash, old.title, old.expires, old.usage_limit, 0, 1)
        room_log.link(tx, room, admin, "Revoke", find(tx, room, old.hash))
    rows.insert(tx, room.id, hash_, admin, "", 0, 0, 0, 1)
    return find(tx, room, hash_)


def primary(rx: Reader, room: Room, admin: UserId) -> InviteLink | None:
    """The administrator's permanent link, if it was made already."""
    row = rows.primary(rx, room.id, admin)
    return of_row(row) if row else None


def ensured_primary(tx: Tx, grant: Grant, room: Room, hash_: str) -> InviteLink:
    """The viewer's permanent link, made now if there was none."""
    require_maker(grant, room)
    return primary(tx, room, grant.viewer) or _renewed(tx, room, grant.viewer, hash_)


def find(rx: Reader, room: Room, hash_: str) -> InviteLink:
    """The room's link. Errors: Invalid invite_hash_expired."""
    row = rows.link(rx, room.id, hash_)
    if row is None:
        raise Invalid("invite_hash_expired")
    return of_row(row)


def own(rx: Reader, grant: Grant, room: Room, hash_: str) -> InviteLink:
    """A link that the viewer may look into. Errors: NotAllowed chat_admin_required; Invalid invite_hash_expired."""
    require_maker(grant, room)
    found = find(rx, room, hash_)
    _require_of(grant, room, found.admin_id)
    return found


def listed(
    rx: Reader, grant: Grant, room: Room, admin: UserId, revoked: bool, before: tuple[int, str], limit: int
) -> tuple[list[InviteLink], int]:
    """(a page of the administrator's links, newest first, how many there are).

    Source: method/messages.getExportedChatInvites
    """
    _require_of(grant, room, admin)
    page = rows.links(rx, room.id, admin, int(revoked), before, max(1, min(limit or PAGE, PAGE)))
    counted = {who: (used, gone) for who, used, gone in rows.counts(rx, room.id)}.get(admin, (0, 0))
    return [of_row(row) for row in page], counted[1 if revoked else 0]


def makers(rx: Reader, grant: Grant, room: Room) -> list[tuple[int, int, int]]:
    """(administrator, links in use, revoked links). Source: method/messages.getAdminsWithInvites

    Errors: NotAllowed chat_admin_required: only the creator sees this.
    """
    if require_maker(grant, room).status != Status.CREATOR:
        raise NotAllowed("chat_admin_required")
    return rows.counts(rx, room.id)


def edit(tx: Tx, grant: Grant, room: Room, hash_: str, wish: Wish) -> InviteLink:
    """The link is as wished.

    Source: method/messages.editExportedChatInvite
    Errors: Invalid chat_invite_permanent, invite_hash_expired, expire_date_invalid, usage_limit_invalid;
    NotAllowed chat_admin_required.
    """
    before = own(tx, grant, room, hash_)
    if before.permanent:
        raise Invalid("chat_invite_permanent")
    if before.revoked:
        raise Invalid("invite_hash_expired")
    asks = _or(wish.request_needed, before.request_needed)
    _checked(replace(wish, request_needed=asks), tx.now)
    rows.edit(
        tx, room.id, hash_, _or(wish.title, before.title)[:TITLE_LENGTH], _or(wish.expires, before.expires),
        0 if asks else _or(wish.usage_limit, before.usage_limit), int(asks), 0,
    )  # fmt: skip
    after = find(tx, room, hash_)
    room_log.link(tx, room, grant.viewer, "Edit", before, after)
    return after


def _or(wish: T | None, before: T) -> T:
    return before if wish is None else wish


def revoke(tx: Tx, grant: Grant, room: Room, hash_: str, fresh: str) -> tuple[InviteLink, InviteLink | None]:
    """(the link, which leads nowhere now; the one that came in place of a permanent one).

    Source: method/messages.editExportedChatInvite
    Errors: Invalid invite_hash_expired; NotAllowed chat_admin_required.
    """
    before = own(tx, grant, room, hash_)
    if before.revoked:
        raise Invalid("invite_hash_expired")
    if before.permanent:
        new = _renewed(tx, room, before.admin_id, fresh)
        return find(tx, room, hash_), new
    rows.edit(
        tx, room.id, hash_, before.title, before.expires, before.usage_limit, int(before.request_needed), 1
    )
    room_log.link(tx, room, grant.viewer, "Revoke", find(tx, room, hash_))
    return find(tx, room, hash_), None


def delete(tx: Tx, grant: Grant, room: Room, hash_: str) -> None:
    """A revoked link is forgotten.

    Source: method/messages.deleteExportedChatInvite
    Errors: Invalid invite_revoked_missing, invite_hash_expired; NotAllowed chat_admin_required.
    """
    found = own(tx, grant, room, hash_)
    if not found.revoked:
        raise Invalid("invite_revoked_missing")
    rows.delete(tx, room.id, [hash_])
    room_log.link(tx, room, grant.viewer, "Delete", found)


def delete_revoked(tx: Tx, grant: Grant, room: Room, admin: UserId) -> None:
    """The administrator's revoked links are forgotten. Source: method/messages.deleteRevokedExportedChatInvites"""
    found, _ = listed(tx, grant, room, admin, True, FIRST, PAGE)
    while found:
        rows.delete(tx, room.id, [one.hash for one in found])
        found, _ = listed(tx, grant, room, admin, True, FIRST, PAGE)


def behind(rx: Reader, hash_: str, now: int, viewer: UserId) -> tuple[Room, InviteLink]:
    """(the room that the link leads into, the link), as somebody sees them who holds it and is not banned there.

    Source: method/messages.checkChatInvite
    Errors: Invalid invite_hash_empty, invite_hash_invalid, invite_hash_expired.
    """
    if not hash_:
        raise Invalid("invite_hash_empty")
    room_id = rows.room_of(rx, hash_)
    if room_id is None:
        raise Invalid("invite_hash_expired" if len(hash_) >= 16 else "invite_hash_invalid")
    room = rooms.find(rx, PeerId(room_id))
    link = find(rx, room, hash_)
    banned = rooms.member(rx, room.id, viewer).status == Status.BANNED
    if access.closed(rx, room, viewer) or room.migrated_to or banned or not link.usable(now):
        raise Invalid("invite_hash_expired")
    return room, link


def import_(
    tx: Tx, user: UserId, hash_: str, origin: int = 0, gate: Gate = OPEN
) -> tuple[Room, list[Entry]]:
    """The person is in the room that the link leads into; (the room, the events told there).

    Source: method/messages.importChatInvite
    After: the use is counted in the same act, so that a limit is never exceeded.
    Errors: as `behind`; Conflict user_already_participant; Invalid users_too_much.
    """
    room, link = behind(tx, hash_, tx.now, user)
    if not rows.take_use(tx, room.id, hash_):
        raise Invalid("invite_hash_expired")
    gate.join(tx, room, user)
    members.enter(tx, room, user, link.admin_id)
    rows.put_importer(tx, room.id, hash_, user, 0, 0, "")
    room_log.write(tx, room, user, "join", "ParticipantJoinByInvite", Logged(links=(link,)))
    if room.broadcast:
        return room, []
    named = user if anonymity.is_hidden(tx, room, link.admin_id) else link.admin_id
    return room, [posts.tell(tx, rooms.find(tx, room.id), user, "ChatJoinedByLink", origin, inviter_id=named)]


def administrators(rx: Reader, room: Room) -> list[UserId]:
    """Those who may let people in."""
    found = room_rows.members(rx, room.id, (Status.CREATOR, Status.ADMIN), 0, members.ADMINS + 1)
    return [m.user_id for m in map(rooms.member_of_row, found) if m.may("invite_users")]


def tell_administrators(tx: Tx, room: Room) -> None:
    """Those who may let people in will hear how many wait."""
    for admin in administrators(tx, room):
        commit_state(tx, PeerId(admin), JoinRequests(room.id))


def importers(
    rx: Reader, grant: Grant, room: Room, hash_: str | None, requested: bool, before: tuple[int, int], limit: int
) -> tuple[list[Importer], int]:
    """(a page of who came by the link, or asks to, newest first; how many there are). Shape: hash_ None means any.

    Source: method/messages.getChatInviteImporters
    """
    require_maker(grant, room)
    if hash_ is not None and not requested:
        own(rx, grant, room, hash_)
    found = rows.importers(rx, room.id, hash_, int(requested), before, max(1, min(limit or PAGE, PAGE)))
    return [importer_of_row(row) for row in found], rows.count_importers(rx, room.id, hash_, int(requested))


def waiting(rx: Reader, room: Room, recent: int) -> tuple[int, Sequence[UserId]]:
    """(how many ask to be let in, the newest of them)."""
    found = rows.importers(rx, room.id, None, 1, (2**31 - 1, 2**62), recent)
    return rows.count_importers(rx, room.id, None, 1), [row[0] for row in found]


def primary_in(rx: Reader, admin: UserId, room_id: PeerId) -> InviteLink | None:
    """The person's permanent link into the room, if they may still make links and there is one."""
    if not rooms.member(rx, room_id, admin).may("invite_users"):
        return None
    return primary(rx, rooms.find(rx, room_id), admin)
