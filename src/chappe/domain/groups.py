"""Basic groups: who is in them and what they may do, the end of one, and its becoming a supergroup.

Source: api/channel#basic-groups, api/channel#migration
"""

from chappe.base.errors import Conflict, NotAllowed, NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import members, posts, rights, room_bots, rooms, updates
from chappe.domain.access import Grant
from chappe.domain.rooms import SUPERGROUP, Flag, Member, Room, Status
from chappe.domain.updates import Entry, GroupChanged, RoomChanged
from chappe.store import Tx
from chappe.store.queries import rooms as rows

ADMIN = rights.admin("change_info", "delete_messages", "ban_users", "invite_users", "pin_messages", "manage_call")
"""What an administrator of a basic group may do."""


def tell(tx: Tx, room: Room, *, of_rights: bool = False) -> None:
    """Every member hears who is in the group now, or what they may do there."""
    for user in rows.member_ids(tx, room.id, rooms.GROUP_MEMBERS):
        updates.commit_state(tx, PeerId(user), GroupChanged(room.id, of_rights))


def remove(tx: Tx, grant: Grant, room: Room, user: UserId, origin: int = 0) -> Entry:
    """The person is not in the group any more; an event that they still hear says so.

    Source: method/messages.deleteChatUser
    Errors: NotFound user_not_participant; NotAllowed chat_admin_required.
    """
    me, them = grant.me, rooms.member(tx, room.id, user)
    assert me is not None
    rooms.require_open(room)
    if not them.inside:
        raise NotFound("user_not_participant")
    if user != grant.viewer and not _may_remove(me, them):
        raise NotAllowed("chat_admin_required")
    entry = posts.tell(tx, room, grant.viewer, "ChatDeleteUser", origin, user_id=user)
    members.leave(tx, room, user)
    tell(tx, room)
    return entry


def _may_remove(me: Member, them: Member) -> bool:
    if them.status == Status.CREATOR or me.status == Status.CREATOR:
        return me.status == Status.CREATOR
    return them.status == Status.MEMBER and (me.may("ban_users") or them.inviter_id == me.user_id)


def set_admin(tx: Tx, grant: Grant, room: Room, user: UserId, on: bool) -> None:
    """The member is an administrator of the group, or an ordinary member.

    Source: method/messages.editChatAdmin
    Errors: NotFound user_not_participant; NotAllowed chat_admin_required; Conflict chat_not_modified.
    """
    require_creator(grant, room)
    them = rooms.member(tx, room.id, user)
    if not them.inside or user == grant.viewer:
        raise NotFound("user_not_participant")
    if (them.status == Status.ADMIN) == on:
        raise Conflict("chat_not_modified")
    status, bits, by = (Status.ADMIN, ADMIN, grant.viewer) if on else (Status.MEMBER, 0, 0)
    rows.put_member(tx, room.id, user, status, bits, 0, 0, "", them.inviter_id, by, them.date)
    rows.count_members(tx, room.id, 0)
    updates.commit_state(tx, PeerId(user), RoomChanged(room.id))
    tell(tx, room)


def require_creator(grant: Grant, room: Room) -> None:
    """The viewer made the group, which still lives. Errors: NotAllowed chat_admin_required."""
    rooms.require_open(room)
    if grant.me is None or grant.me.status != Status.CREATOR:
        raise NotAllowed("chat_admin_required")


def end(tx: Tx, grant: Grant, room: Room) -> None:
    """Nobody is in the group any more; everyone keeps what was said. Source: method/messages.deleteChat

    Errors: NotAllowed chat_admin_required.
    """
    require_creator(grant, room)
    for member in members.of_group(tx, room):
        members.leave(tx, room, member.user_id)
    rows.set_field(tx, room.id, "deleted", 1)


def migrate(tx: Tx, grant: Grant, room: Room, origin: int = 0) -> tuple[Room, list[Entry]]:
    """The group is a supergroup with the same people, whose newcomers do not see what came before.

    Source: method/messages.migrateChat
    After: an event in each member's box, a box for the supergroup with an event in it.
    Errors: NotAllowed chat_admin_required.
    """
    require_creator(grant, room)
    made = rooms.create(tx, grant.viewer, SUPERGROUP, room.title, room.about, Flag.HIDDEN_HISTORY)
    rows.take_over(tx, made.id, room.id)
    bots = {bot.id for bot in room_bots.of_room(tx, room)}
    for member in members.of_group(tx, room):
        if member.status != Status.CREATOR:
            members.enter(tx, made, member.user_id, UserId(member.inviter_id))
            if member.user_id in bots:
                room_bots.came(tx, made, member.user_id)
        if member.status == Status.ADMIN:
            rows.put_member(
                tx, made.id, member.user_id, Status.ADMIN, member.rights, 0, 0, "", member.inviter_id, grant.viewer,
                tx.now,
            )  # fmt: skip
    left = posts.tell(tx, room, grant.viewer, "ChatMigrateTo", origin, channel_id=made.bare_id)
    rows.set_field(tx, room.id, "migrated_to", made.id)
    fresh = rooms.find(tx, made.id)
    came = posts.tell(tx, fresh, grant.viewer, "ChannelMigrateFrom", origin, title=room.title, chat_id=room.bare_id)
    return fresh, [left, came]
