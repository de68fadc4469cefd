"""What a decision over many holds no more for: for the others it stands as it is, and they hear nothing.

Source: dsa/20(4)
What is spared is an item of the decision, or a message that carries a file of which it removed every copy. The file
itself stays removed: nobody uploads it again, and no other copy comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from chappe.base.errors import Conflict, Invalid, NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import decisions, effects, enforcement, journal, statements, updates, withholding
from chappe.domain.access import Moderator
from chappe.domain.effects import Subject
from chappe.domain.journal import Public
from chappe.domain.rulings import Decision, Item, Undone
from chappe.store import Reader, Tx
from chappe.store.queries import decisions as rows
from chappe.store.queries import enforcement as enforcement_rows

MOST = 100
"""Things that are spared at once."""
SHOWN = 1000
_encode = msgspec.msgpack.Encoder().encode
_item = msgspec.msgpack.Decoder(Item)


@dataclass(frozen=True, slots=True)
class Spared:
    """A thing that a decision holds no more for, since when, by whom and why. Shape: actor as in the journal."""

    item: Item
    date: int
    actor: str
    reason: str


def spare(tx: Tx, moderator: Moderator, decision_id: int, keys: Sequence[str], reason: str) -> Undone:
    """The decision holds no more for these things, and whose they are hear of it; for all else it stands, unsaid.

    Source: dsa/20(4)
    Shape: keys are those of items of the decision, or of messages that carry a file of which it removed every copy.
    Where nothing is left of the decision it is undone.
    Errors: as `decisions.undo`; Invalid decision_item_invalid for none, too many, or a file with all its copies;
    NotFound decision_item_unknown for what the decision does not hold; Conflict decision_pending for a copy, while
    the decision has not come to all of them.
    After: journal decision_spared; a word to each person concerned.
    """
    decision = decisions.require_undoable(tx, moderator, decision_id)
    wanted = list(dict.fromkeys(keys))
    if not 0 < len(wanted) <= MOST:
        raise Invalid("decision_item_invalid")
    named = rows.items_named(tx, decision_id, wanted)
    found = [_item.decode(named[key][1]) if key in named else _copy(tx, decision, key) for key in wanted]
    if any(one.kind == "media" for one in found):
        raise Invalid("decision_item_invalid")
    if any(state not in ("held", "waiting", "gone") for _, _, state, _ in named.values()):
        raise NotFound("decision_item_unknown")
    if len(named) == len(wanted) and not rows.stands_beside(tx, decision_id, wanted):
        return decisions.undo(tx, moderator, decision_id, reason)
    by = (moderator.actor, reason)
    whose: dict[UserId, list[Item]] = {}
    for item in found:
        for person in _free(tx, decision, item, named.get(item.key), by):
            whose.setdefault(person, []).append(item)
    _record(tx, decision, moderator, found)
    for person, items in sorted(whose.items()):
        statements.tell_spared(tx, decision, person, items, rest=not statements.is_spared(tx, decision, person))
    return decisions.undone(tx, decision_id)


def _copy(rx: Reader, decision: Decision, key: str) -> Item:
    """The message that the decision withholds for what it carries. Errors: as `spare`."""
    kind, *rest = key.split(":")
    if kind != "message" or len(rest) != 2 or not all(one.lstrip("-").isdecimal() and len(one) < 19 for one in rest):
        raise NotFound("decision_item_unknown", item=key)
    item = Item("message", int(rest[0]), int(rest[1]))
    if not enforcement_rows.withholds(rx, item.peer_id, item.message_id, decision.decision_id):
        raise NotFound("decision_item_unknown", item=key)
    if decision.pending:
        raise Conflict("decision_pending")
    return item


def _free(
    tx: Tx, decision: Decision, item: Item, row: tuple[int, bytes, str, int] | None, by: tuple[str, str]
) -> Sequence[UserId]:
    """The decision holds no more for the item; whose it is."""
    decision_id = decision.decision_id
    try:
        subject = effects.subject(tx, item, decision.measure.kind)
    except NotFound:
        subject = Subject(item, (item.key,), (UserId(row[3]),) if row and row[3] else ())
    others = _others(tx, decision_id, item, subject)
    rows.release_keys(tx, decision_id, sorted({item.key, *subject.keys} - others))
    if item.kind == "message":
        mine = [m for m in subject.messages if enforcement.message_key(m.owner_id, m.id) not in others]
        left = effects.free(tx, decision_id, mine)
        if not subject.messages:
            withholding.restore(tx, PeerId(item.peer_id), item.message_id, decision_id)
            left = [(item, withholding.GONE)]
    else:
        what = effects.lift(tx, decision.measure, item) if row is None or row[2] == "held" else ""
        left = [(item, what)] * bool(what)
    for place, what in left:
        rows.add_clash(tx, decision_id, place.key, _encode(place), what)
    if row is not None:
        rows.set_item(tx, decision_id, row[0], "lifted", None, row[3])
    for person in subject.people or (0,):
        rows.spare(tx, decision_id, item.key, person, _encode(item), by)
    return subject.people


def _others(rx: Reader, decision_id: int, item: Item, subject: Subject) -> set[str]:
    """Places of the item that are items of the decision themselves, and stay under it."""
    keys = [key for key in subject.keys if key != item.key]
    named = rows.items_named(rx, decision_id, keys) if keys else {}
    return {key for key, row in named.items() if row[2] in ("held", "waiting")}


def _record(tx: Tx, decision: Decision, moderator: Moderator, found: Sequence[Item]) -> None:
    public = Public(
        "undo", category=decision.category, keyword=next(iter(decision.keywords), ""), ground=decision.ground.basis,
        outcome="spared", item=found[0].kind, source=decision.source, items=len(found),
    )  # fmt: skip
    journal.record(
        tx, "decision_spared", moderator.actor, f"decision:{decision.decision_id}", public, made=decision.journal_no,
        first=found[0].key, items=len(found),
    )  # fmt: skip


def spared(rx: Reader, decision_id: int) -> list[Spared]:
    """What the decision holds no more for though it stands, the newest first."""
    found = rows.spared(rx, decision_id, SHOWN)
    return [Spared(_item.decode(blob), date, actor, reason) for blob, date, actor, reason in found]


def theirs(rx: Reader, decision_id: int, person: UserId) -> list[Item]:
    """What the decision holds of the person's: items, and messages that carry a file of which it removed every copy."""
    items = statements.items_of(rx, decision_id, person)
    held = {key for key, row in _named(rx, decision_id, items).items() if row[2] in ("held", "waiting")}
    mine = [item for item in items if item.key in held][:MOST]
    copies = [Item("message", *place) for place in rows.copies_of(rx, decision_id, person, MOST)]
    if not copies or not rows.has_media(rx, decision_id):
        return mine
    beside = {key for item in (*mine, *copies) for key in _beside(rx, item)}
    return mine + [one for one in copies if one.key not in held | beside]


def copies(rx: Reader, decision_id: int, items: Sequence[Item]) -> list[Item]:
    """Those of the items that the decision reaches as copies of a file alone."""
    named = _named(rx, decision_id, items)
    return [item for item in items if item.key not in named]


def _named(rx: Reader, decision_id: int, items: Sequence[Item]) -> dict[str, tuple[int, bytes, str, int]]:
    found: dict[str, tuple[int, bytes, str, int]] = {}
    for start in range(0, len(items), 500):
        found |= rows.items_named(rx, decision_id, [item.key for item in items[start : start + 500]])
    return found


def _beside(rx: Reader, item: Item) -> set[str]:
    """The other places where the message stands: other boxes, the room that discusses it."""
    if item.kind != "message":
        return set()
    messages = updates.messages_by_id(rx, PeerId(item.peer_id), (item.message_id,))
    places = withholding.copies(rx, messages[0]) if messages else []
    return {enforcement.message_key(m.owner_id, m.id) for m in places} - {item.key}
