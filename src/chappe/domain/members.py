"""Who is in a room: joining, inviting, leaving, rights and restrictions. Membership stands on both sides.

Source: api/rights, api/channel
"""

from collections.abc import Collection

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import access, anonymity, member_names, privacy, rights, room_bots, room_log, rooms, words
from chappe.domain.access import BOT_FATHER, SERVICE_USER
from chappe.domain.anonymity import ANONYMOUS as ANONYMOUS
from chappe.domain.gate import OPEN, Gate
from chappe.domain.room_records import Logged
from chappe.domain.rooms import GROUP, GROUP_MEMBERS, MEMBERS, Flag, Member, Moved, Room, Status
from chappe.domain.updates import RoomChanged, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import people
from chappe.store.queries import posts as post_rows
from chappe.store.queries import rooms as rows

RANK_LENGTH = 16
PAGE = 200
LOOKED_AT = 2000
"""Members with the longest word of a question who are looked at."""
ADMINS = 50
"""Administrators of one room at most."""


def enter(tx: Tx, room: Room, user: UserId, inviter: UserId | None = None) -> None:
    """The person is in the room.

    Errors: Invalid user_already_participant, users_too_much, chat_full; NotAllowed user_kicked.
    """
    before = rooms.member(tx, room.id, user)
    if before.inside:
        raise Conflict("user_already_participant")
    if room.member_count >= (GROUP_MEMBERS if room.kind == GROUP else MEMBERS) and not room.broadcast:
        raise Invalid("users_too_much")
    status = Status.CREATOR if room.creator_id == user else Status.MEMBER
    kept = before.banned if before.restrictions(tx.now) and before.status != Status.BANNED else 0
    rows.put_member(
        tx, room.id, user, status, 0, kept, before.until if kept else 0, "", inviter or user, before.by_id, tx.now
    )
    rows.count_members(tx, room.id, 1)
    rows.enter(tx, user, room.id, tx.now)
    member_names.known(tx, room.id, user)
    if room.own_box:
        rows.set_since(tx, room.id, user, room.top_message)
        rows.line(tx, user, room.id, tx.now, room.top_message)
    tx.announce(Moved(user, room.id, inside=True))
    commit_state(tx, PeerId(user), RoomChanged(room.id))


def leave(tx: Tx, room: Room, user: UserId, *, banned_by: UserId | None = None, until: int = 0) -> None:
    """The person is not in the room any more; with `banned_by` they cannot come back before `until`.

    Errors: Invalid user_not_participant.
    """
    before = rooms.member(tx, room.id, user)
    status = Status.BANNED if banned_by else Status.LEFT
    if not before.inside and status != Status.BANNED:
        raise NotFound("user_not_participant")
    bits = rights.VIEW if banned_by else before.banned
    rows.put_member(
        tx, room.id, user, status, 0, bits, until if banned_by else before.until, "", before.inviter_id,
        banned_by or before.by_id, tx.now,
    )  # fmt: skip
    if before.inside:
        rows.count_members(tx, room.id, -1)
        rows.leave(tx, user, room.id)
        member_names.forgotten(tx, room.id, user)
        room_bots.went(tx, room, user)
        if room.own_box:
            rows.drop_line(tx, user, room.id)
            post_rows.all_looked_at(tx, user, room.id)
        tx.announce(Moved(user, room.id, inside=False))
        if not banned_by:
            room_log.write(tx, room, user, "leave", "ParticipantLeave")
            rows.note_left(tx, user, room.id, tx.now)
    commit_state(tx, PeerId(user), RoomChanged(room.id))


def require_invitable(rx: Reader, inviter: UserId, user: UserId) -> None:
    """The person lets the inviter bring them into rooms.

    Source: api/privacy
    Errors: NotFound user_id_invalid; NotAllowed user_privacy_restricted, user_is_blocked.
    """
    if user in (SERVICE_USER, BOT_FATHER) or people.exists(rx, user) != 0:
        raise NotFound("user_id_invalid")
    if people.has_blocked(rx, user, inviter):
        raise NotAllowed("user_privacy_restricted")
    if not privacy.permits(rx, user, "ChatInvite", inviter):
        raise NotAllowed("user_privacy_restricted")


def invite(
    tx: Tx, room: Room, inviter: UserId, user: UserId, gate: Gate = OPEN, *, as_admin: bool = False
) -> None:  # fmt: skip
    """The person, or the bot, is in the room because the inviter brought them.

    Source: method/channels.inviteToChannel, method/messages.addChatUser
    Errors: as `enter`, `require_invitable` and `room_bots.require_invitable`; NotAllowed chat_admin_required,
    user_kicked.
    """
    require_may_invite(rooms.member(tx, room.id, inviter), room, tx.now)
    require_invitable(tx, inviter, user)
    bot = room_bots.require_invitable(tx, room, user, as_admin=as_admin)
    before = rooms.member(tx, room.id, user)
    if before.status == Status.BANNED:
        raise NotAllowed("user_kicked")
    if not before.inside:
        gate.invite(tx, room, inviter, user)
    enter(tx, room, user, inviter)
    if bot:
        room_bots.came(tx, room, user)
    room_log.invited(tx, room, inviter, user)


def require_may_invite(me: Member, room: Room, now: int) -> None:
    """The person may bring others into the room. Errors: NotAllowed chat_admin_required, channel_private."""
    rooms.require_free(room, me, "invite_users", now)


def join(tx: Tx, room: Room, user: UserId, gate: Gate = OPEN) -> None:
    """The person came into a public room by themselves.

    Source: method/channels.joinChannel
    Errors: NotAllowed channel_private, user_banned_in_channel; Invalid invite_request_sent when approval is needed.
    """
    rooms.require_open(room)
    before = rooms.member(tx, room.id, user)
    if before.status == Status.BANNED:
        raise NotAllowed("channel_private")
    if not (room.username or before.inside or access.discusses(tx, room, user)):
        raise NotAllowed("channel_private")
    if not before.inside:
        gate.join(tx, room, user)
    enter(tx, room, user)
    room_log.write(tx, room, user, "join", "ParticipantJoin")


def set_admin(
    tx: Tx, room: Room, actor: UserId, user: UserId, bits: int, rank: str
) -> tuple[Member, Member]:
    """The person has these administrator's rights, none when 0; (before, after).

    Source: method/channels.editAdmin
    Errors: NotAllowed chat_admin_required, right_forbidden, user_creator; Invalid admin_rank_invalid, admins_too_much.
    """
    me = rooms.member(tx, room.id, actor)
    rooms.require_right(room, me, "add_admins")
    before = rooms.member(tx, room.id, user)
    if before.status == Status.CREATOR and user != actor:
        raise NotAllowed("user_creator")
    own = me.admin_rights | (ANONYMOUS if me.status == Status.CREATOR else 0)
    if bits & ~own:
        raise NotAllowed("right_forbidden")
    _require_mine(me, before)
    if len(rank) > RANK_LENGTH:
        raise Invalid("admin_rank_invalid")
    if not before.inside:
        if not bits:
            raise NotFound("user_not_participant")
        invite(tx, room, actor, user, as_admin=True)
        before = rooms.member(tx, room.id, user)
    if bits and before.status < Status.ADMIN and rows.count_status(tx, room.id, (2, 3)) >= ADMINS:
        raise Invalid("admins_too_much")
    status = before.status if before.status == Status.CREATOR else Status.ADMIN if bits else Status.MEMBER
    # Whom the room restricts stays so: only an administrator's rights are given and taken here.
    kept, until = (0, 0) if bits else (before.banned, before.until)
    rows.put_member(
        tx, room.id, user, status, bits, kept, until, rank if bits else "", before.inviter_id, actor if bits else 0,
        before.date,
    )  # fmt: skip
    after = rooms.member(tx, room.id, user)
    commit_state(tx, PeerId(user), RoomChanged(room.id))
    room_log.promoted(tx, room, actor, before, after)
    return before, after


def set_rank(tx: Tx, room: Room, actor: UserId, user: UserId, rank: str) -> None:
    """The member's name is followed by these words: one's own rank, or another's for who manages ranks.

    Source: api/rights
    Errors: NotAllowed chat_admin_required, user_creator; NotFound user_not_participant; Invalid admin_rank_invalid.
    """
    me, them = rooms.member(tx, room.id, actor), rooms.member(tx, room.id, user)
    if user != actor:
        rooms.require_right(room, me, "manage_ranks")
        _require_mine(me, them)
    elif me.status < Status.ADMIN:
        rooms.require_free(room, me, "edit_rank", tx.now)
    if not them.inside:
        raise NotFound("user_not_participant")
    if them.status == Status.CREATOR and user != actor:
        raise NotAllowed("user_creator")
    if len(rank) > RANK_LENGTH:
        raise Invalid("admin_rank_invalid")
    rows.put_member(
        tx, room.id, user, them.status, them.rights, them.banned, them.until, rank, them.inviter_id, them.by_id,
        them.date,
    )  # fmt: skip
    commit_state(tx, PeerId(user), RoomChanged(room.id))
    room_log.write(tx, room, actor, "edit_rank", "ParticipantEditRank", Logged((user, them.rank, rank)))


def _require_mine(me: Member, them: Member) -> None:
    """An administrator may only be changed by the creator or by who made them one. Errors: NotAllowed."""
    if them.status == Status.ADMIN and me.status != Status.CREATOR and them.by_id not in (0, me.user_id):
        raise NotAllowed("chat_admin_required")


def restrict_member(
    tx: Tx, room: Room, actor: UserId, user: UserId, bits: int, until: int
) -> tuple[Member, Member]:
    """The room's own administrators forbid the person this; the bit of viewing bans them; (before, after).

    Source: method/channels.editBanned
    Shape: until within 30 seconds or beyond 366 days counts as for ever.
    Errors: NotAllowed chat_admin_required, user_admin_invalid.
    """
    me = rooms.member(tx, room.id, actor)
    rooms.require_right(room, me, "ban_users")
    before = rooms.member(tx, room.id, user)
    if user == actor or before.status == Status.CREATOR:
        raise NotAllowed("user_admin_invalid")
    _require_mine(me, before)
    if until - tx.now < 30 or until - tx.now > 366 * 86_400:
        until = 0
    if bits & rights.VIEW:
        leave(tx, room, user, banned_by=actor, until=until)
    else:
        if before.status == Status.BANNED:
            status = Status.LEFT
        else:
            status = Status.MEMBER if before.inside else before.status
        rows.put_member(
            tx, room.id, user, status, 0, bits, until if bits else 0, "", before.inviter_id, actor if bits else 0,
            before.date or tx.now,
        )  # fmt: skip
        commit_state(tx, PeerId(user), RoomChanged(room.id))
    after = rooms.member(tx, room.id, user)
    room_log.restricted(tx, room, actor, before, after)
    return before, after


def hand_over(tx: Tx, room: Room, actor: UserId, user: UserId) -> None:
    """The person is the creator now, the former one an administrator with every right.

    Source: method/channels.editCreator
    Errors: NotAllowed chat_admin_required; NotFound user_not_participant.
    """
    me, them = rooms.member(tx, room.id, actor), rooms.member(tx, room.id, user)
    if me.status != Status.CREATOR:
        raise NotAllowed("chat_admin_required")
    if not them.inside or user == actor or any(bot.id == user for bot in room_bots.of_room(tx, room)):
        raise NotFound("user_not_participant")
    rows.put_member(tx, room.id, user, Status.CREATOR, 0, 0, 0, them.rank, them.inviter_id, 0, them.date)
    rows.put_member(tx, room.id, actor, Status.ADMIN, rights.CREATOR, 0, 0, me.rank, me.inviter_id, user, me.date)
    rows.set_field(tx, room.id, "creator_id", user)
    for one in (actor, user):
        commit_state(tx, PeerId(one), RoomChanged(room.id))
    for before in (them, me):
        room_log.promoted(tx, room, actor, before, rooms.member(tx, room.id, before.user_id))


FILTERS: dict[str, tuple[Status, ...]] = {
    "Recent": (Status.MEMBER, Status.ADMIN, Status.CREATOR),
    "Admins": (Status.ADMIN, Status.CREATOR),
    "Kicked": (Status.BANNED,),
    "Contacts": (Status.MEMBER, Status.ADMIN, Status.CREATOR),
    "Mentions": (Status.MEMBER, Status.ADMIN, Status.CREATOR),
}


def listed(
    rx: Reader, room: Room, me: Member, name: str, question: str, offset: int, limit: int
) -> tuple[list[Member], int]:
    """(a page of the people under a filter, how many there are); members are never read whole.

    Source: method/channels.getParticipants
    Shape: name is TL's without `channelParticipants`. Errors: NotAllowed chat_admin_required, channel_private.
    """
    require_may_list(room, me, name)
    offset, limit = max(0, min(offset, 10_000)), max(1, min(limit, PAGE))
    if name == "Banned":
        found = [rooms.member_of_row(row) for row in rows.restricted(rx, room.id, offset, limit)]
        return found, offset + len(found) + (len(found) == limit)
    hidden = anonymity.hidden_from(rx, room, me.user_id)
    if name in ("Search", "Contacts", "Mentions") and question.strip():
        found, count = _searched(rx, room, question, offset, limit, hidden)
        return [anonymity.masked(one, hidden) for one in found], count
    if name == "Bots":
        there = rows.some_members(rx, room.id, [bot.id for bot in room_bots.of_room(rx, room)] or [0])
        return [rooms.member_of_row(row) for row in there][offset : offset + limit], len(there)
    statuses = FILTERS.get(name, FILTERS["Recent"])
    unseen = ANONYMOUS if hidden else 0
    found = [rooms.member_of_row(row) for row in rows.members(rx, room.id, statuses, offset, limit, unseen)]
    found = [anonymity.masked(one, hidden) for one in found]
    if statuses == FILTERS["Recent"]:
        return found, room.member_count
    return found, rows.count_status(rx, room.id, statuses) - (len(hidden) if name == "Admins" else 0)


def require_may_list(room: Room, me: Member, name: str) -> None:
    """The person may see the list. Errors: NotAllowed chat_admin_required, channel_private."""
    rooms.require_open(room)
    if me.status == Status.BANNED or not (me.inside or room.username):
        raise NotAllowed("channel_private")
    if me.status >= Status.ADMIN:
        return
    hidden = Flag.HIDDEN_MEMBERS in room.flags and name != "Admins"
    if room.broadcast or hidden or name in ("Kicked", "Banned"):
        raise NotAllowed("chat_admin_required")


def shown(rx: Reader, room: Room, me: Member, user: UserId) -> Member:
    """What the person is to the room, for a viewer who may read there.

    Source: method/channels.getParticipant
    Errors: NotFound user_not_participant; NotAllowed chat_admin_required in a channel, and about hidden members.
    """
    found = rooms.member(rx, room.id, user)
    if user != me.user_id and me.status < Status.ADMIN:
        open_ = Flag.HIDDEN_MEMBERS not in room.flags or found.status >= Status.ADMIN
        if room.broadcast or not open_:
            raise NotAllowed("chat_admin_required")
        if not found.inside or found.rights & ANONYMOUS:
            raise NotFound("user_not_participant")
    if found.status == Status.NOBODY:
        raise NotFound("user_not_participant")
    return anonymity.masked(found, anonymity.hidden_from(rx, room, me.user_id))


def _searched(
    rx: Reader, room: Room, question: str, offset: int, limit: int, hidden: Collection[UserId]
) -> tuple[list[Member], int]:
    asked = words.asked(question)
    if not asked:
        return [], 0
    asked.sort(key=len, reverse=True)
    ids = rows.named(rx, room.id, asked[0], LOOKED_AT)
    for word in asked[1:]:
        ids = rows.named_among(rx, room.id, word, ids) if ids else []
    seen = sorted(set(ids) - set(hidden))
    page = seen[offset : offset + limit]
    return [rooms.member_of_row(row) for row in rows.some_members(rx, room.id, page)] if page else [], len(seen)


def shown_to_guests(rx: Reader, room: Room, limit: int) -> list[UserId]:
    """A few members, for who holds a link into a group that does not hide them."""
    if room.broadcast or Flag.HIDDEN_MEMBERS in room.flags:
        return []
    return [UserId(row[0]) for row in rows.members(rx, room.id, (3, 2, 1), 0, limit, ANONYMOUS)]


def of_group(rx: Reader, room: Room) -> list[Member]:
    """Everybody in a basic group."""
    inside = (Status.MEMBER, Status.ADMIN, Status.CREATOR)
    return [rooms.member_of_row(row) for row in rows.members(rx, room.id, inside, 0, GROUP_MEMBERS)]


def rooms_of(rx: Reader, user: UserId) -> list[PeerId]:
    """The rooms the person is in."""
    return [PeerId(i) for i in rows.rooms_of(rx, user)]


def changed_since(rx: Reader, user: UserId, date: int) -> list[tuple[PeerId, int]]:
    """(room, where its box stands) of the person's rooms in which something happened at the date or later."""
    return [(PeerId(room), pts) for room, pts in rows.changed_since(rx, user, date)]


def left_by(rx: Reader, user: UserId) -> list[PeerId]:
    """Supergroups and channels the person left, the last first. Source: method/channels.getLeftChannels"""
    ids = rows.left_by(rx, user)
    alive = {room.id for room in rooms.some(rx, ids) if room.own_box and not room.deleted}
    return [PeerId(i) for i in ids if i in alive]


def common(rx: Reader, viewer: UserId, other: UserId) -> list[PeerId]:
    """The groups both are in, but where the viewer must not know that of the other.

    Source: method/messages.getCommonChats
    """
    both = rooms.some(rx, set(rows.rooms_of(rx, viewer)) & set(rows.rooms_of(rx, other)))
    found = [room for room in both if not (room.broadcast or room.deleted or room.migrated_to)]
    ids = [room.id for room in found]
    mine, theirs = (
        {row[0]: rooms.member_of_row(row[1:]) for row in rows.one_in(rx, ids, one)} for one in (viewer, other)
    )
    return [room.id for room in found if viewer == other or _lets_know(room, mine[room.id], theirs[room.id])]


def _lets_know(room: Room, me: Member, them: Member) -> bool:
    """True if the one may know that the other is in the room."""
    if me.status >= Status.ADMIN:
        return True
    if them.status >= Status.ADMIN:
        return not them.rights & ANONYMOUS
    return Flag.HIDDEN_MEMBERS not in room.flags
