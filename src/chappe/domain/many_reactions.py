"""Messages of rooms with many reactions: the row holds the newest ones, tables hold all and count them.

Source: api/reactions
A row with fewer than KEPT reactions holds them all. So neither a reaction nor a page costs more where many react.
"""

from collections.abc import Sequence

import msgspec

from chappe.base.ids import PeerId, UserId
from chappe.domain.records import REACTIONS_KEPT, Message, Reaction
from chappe.store import Reader, Tx
from chappe.store.queries import reactions as rows

EMPTIED = 500
"""Reactions to deleted messages that go in one act."""


def _kept(reactions: Sequence[Reaction]) -> list[rows.Kept]:
    return [(r.user_id, r.emoji, r.date, r.custom, r.big, r.shown_as) for r in reactions]


def _of(kept: Sequence[rows.Kept]) -> tuple[Reaction, ...]:
    return tuple(
        Reaction(user, sign, date, custom, big, shown_as=shown) for user, sign, date, custom, big, shown in kept
    )


def changed(tx: Tx, message: Message, user: UserId, made: tuple[Reaction, ...]) -> Message:
    """The message with the person's reactions as they are now; those that its row does not hold are in the tables."""
    room, number = message.owner_id, message.id
    before = tuple(r for r in message.reactions if r.user_id == user)
    others = tuple(r for r in message.reactions if r.user_id != user)
    if not message.tally:
        after = (*others, *made)
        if len(after) <= REACTIONS_KEPT:
            return msgspec.structs.replace(message, reactions=after)
        rows.add(tx, room, number, _kept(message.reactions))
    else:
        before = _of(rows.of_person(tx, room, number, user))
    rows.remove(tx, room, number, _kept(before))
    rows.add(tx, room, number, _kept(made))
    after = (*others, *made)[-REACTIONS_KEPT:]
    if len(after) < REACTIONS_KEPT:
        unread = {r.user_id for r in after if r.unread}
        newest = _of(rows.newest(tx, room, number, REACTIONS_KEPT))[::-1]
        after = tuple(msgspec.structs.replace(r, unread=r.user_id in unread) for r in newest)
    tally = tuple((sign, custom, n) for _, sign, custom, n in rows.counts(tx, room, (number,)))
    if sum(n for _, _, n in tally) <= REACTIONS_KEPT:
        rows.bury(tx, room, (number,))
        rows.empty(tx, room, number, REACTIONS_KEPT + 1)
        tally = ()
    return msgspec.structs.replace(message, reactions=after, tally=tally)


def of_viewer(rx: Reader, viewer: UserId, found: Sequence[Message]) -> dict[tuple[PeerId, int], tuple[Reaction, ...]]:
    """How the viewer reacted to those of the messages whose rows do not hold everybody's reactions."""
    return {
        (m.owner_id, m.id): _of(rows.of_person(rx, m.owner_id, m.id, viewer)) for m in found if m.tally
    }  # fmt: skip


def page(rx: Reader, message: Message, sign: str | None, skip: int, limit: int) -> tuple[list[Reaction], int]:
    """(a page of the reactions, or of those with one sign; how many there are).

    Source: method/messages.getMessageReactionsList
    """
    if not message.tally:
        fitting = [r for r in message.reactions if sign is None or r.emoji == sign]
        return fitting[skip : skip + limit], len(fitting)
    count = sum(n for one, _, n in message.tally if sign is None or one == sign)
    return list(_of(rows.newest(rx, message.owner_id, message.id, limit, skip, sign))), count


def by_day(rx: Reader, message: Message, day_s: int) -> list[tuple[str, int, int]]:
    """(sign, day, how many)."""
    if message.tally:
        return rows.by_day(rx, message.owner_id, message.id, day_s)
    return [(r.emoji, r.date // day_s, 1) for r in message.reactions]


def gone(tx: Tx, room_id: PeerId, found: Sequence[Message]) -> None:
    """The messages were deleted; what was kept of their reactions goes by and by."""
    many = [m.id for m in found if m.tally]
    if many:
        rows.bury(tx, room_id, many)


def next_grave(rx: Reader) -> tuple[int, int] | None:
    """Reactions that wait to go."""
    return rows.next_grave(rx)


def empty(tx: Tx, grave: tuple[int, int]) -> None:
    """Some of them are gone."""
    rows.empty(tx, *grave, EMPTIED)
