"""Answers about rooms that methods of several namespaces share."""

from collections.abc import Callable, Iterable, Sequence

from chappe.base.errors import Refusal
from chappe.base.ids import PeerId, UserId
from chappe.domain import access, members
from chappe.domain.access import Grant
from chappe.domain.gate import OPEN, Gate
from chappe.domain.rooms import Room
from chappe.domain.updates import Entry
from chappe.rpc.context import Call
from chappe.rpc.results import chats, sent_updates, users
from chappe.rpc.views.updates import people_of_entries
from chappe.store import Tx
from chappe.tl import types as t


def fresh_random_id(call: Call) -> int:
    """A random_id for a message that the server thought of by itself."""
    return int.from_bytes(call.services.entropy(8), "little") >> 1 or 1


async def room_act(call: Call, room_id: PeerId, act: Callable[[Tx, Grant, Room], Sequence[Entry]]) -> t.Updates:
    """The updates of an act on a room the caller is in: its entries, the room, the people.

    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE and what the act refuses.
    """

    def whole(tx: Tx) -> Sequence[Entry]:
        grant = access.require_member(tx, call.user_id, room_id)
        assert grant.room is not None
        return act(tx, grant, grant.room)

    entries = await call.write(whole)
    return await room_result(call, room_id, entries)


async def room_result(call: Call, room_id: PeerId, entries: Sequence[Entry], people: Iterable[int] = ()) -> t.Updates:
    """The entries as the caller's own, with the room as it is now."""
    told = await sent_updates(call, entries)
    ids = {*people_of_entries(entries), *people, room_id}
    return told.replace(users=await users(call, ids), chats=await chats(call, ids))


def invite_all(
    tx: Tx, room: Room, actor: UserId, wanted: Iterable[UserId], gate: Gate = OPEN
) -> tuple[list[UserId], list[t.TypeMissingInvitee]]:
    """(those who are in now, those whose privacy or absence stood in the way)."""
    came: list[UserId] = []
    missing: list[t.TypeMissingInvitee] = []
    for user in dict.fromkeys(wanted):
        try:
            members.invite(tx, room, actor, user, gate)
        except Refusal as refusal:
            if refusal.reason in ("user_privacy_restricted", "user_id_invalid", "user_kicked"):
                missing.append(t.MissingInvitee(user_id=user))
            elif refusal.reason != "user_already_participant":
                raise
        else:
            came.append(user)
    return came, missing

