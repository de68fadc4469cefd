"""Administrators who are not shown: what they do in a group, the group does, for everybody but administrators.

Source: api/rights
What is kept with a deed (a reaction, a vote) says as whom it was done, so it stays so when the right is taken away;
what is looked up (who promoted, who opened a topic) is hidden as long as the person is.
"""

from collections.abc import Collection
from dataclasses import replace

from chappe.base.ids import PeerId, UserId
from chappe.domain import rights, rooms, speakers
from chappe.domain.rooms import Member, Room, Status
from chappe.store import Reader
from chappe.store.queries import rooms as rows

ANONYMOUS = rights.admin("anonymous")


def shown_as(rx: Reader, room: Room, me: Member) -> int:
    """The room or channel that is named for what the person does besides writing; 0 when they are named themselves."""
    if not room.own_box or room.broadcast:
        return 0
    return min(0, speakers.chosen(rx, room, me, PeerId(0)))


def hidden_from(rx: Reader, room: Room, viewer: UserId) -> frozenset[UserId]:
    """The administrators of the group whom the viewer must not know as such, unless they are one themselves."""
    if not room.own_box or room.broadcast or rooms.member(rx, room.id, viewer).status >= Status.ADMIN:
        return frozenset()
    return frozenset(UserId(one) for one in rows.with_right(rx, room.id, ANONYMOUS))


def is_hidden(rx: Reader, room: Room, user: UserId) -> bool:
    """True for an administrator who is not shown."""
    return room.own_box and not room.broadcast and user in rows.with_right(rx, room.id, ANONYMOUS)


def masked(member: Member, hidden: Collection[UserId]) -> Member:
    """The member without who brought, promoted or restricted them, where that is not to be known."""
    if member.inviter_id not in hidden and member.by_id not in hidden:
        return member
    return replace(
        member, inviter_id=0 if member.inviter_id in hidden else member.inviter_id,
        by_id=0 if member.by_id in hidden else member.by_id,
    )  # fmt: skip
