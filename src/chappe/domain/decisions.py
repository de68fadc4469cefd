"""Decisions of the platform: the only way anything is restricted, and each can be undone.

Source: dsa/17
One transaction writes the decision, what enforces it, the statement of reasons and the journal. What lies in many
boxes follows in batches (`follow_up`), which are resumed wherever they were interrupted. How it holds:

- A message that is removed stays in its box with a mark in the place of what it said (`domain.withholding`): there is
  nothing left to show, whoever reads. What it said is in `withheld`, and undoing puts it back.
- Media removed by their hash: their files are held, so that nobody fetches, sends or uploads them, and each message
  that carries one is withheld.
- A room that is removed is one that is deleted, to everybody who looks; nothing of it is gone.
- Labels, age gates and territories change how things are shown (`domain.enforcement`), told by a bit of the row.

- Accounts that are limited, frozen or suspended are asked about at every call (`domain.account_measures`); nothing of
  them is changed. A bot that is stopped is out and let in by no token; what it wrote stays, and who owns it is told.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.base.ids import UserId
from chappe.domain import effects, journal, statements
from chappe.domain.access import Moderator
from chappe.domain.categories import CHILD_ABUSE
from chappe.domain.decision_rows import of_row, to_row
from chappe.domain.effects import Subject
from chappe.domain.journal import Public
from chappe.domain.operators import APPEALS, CHILD_SAFETY, DESK, MODERATOR
from chappe.domain.ruling_rules import require_ruling
from chappe.domain.rulings import Clash as Clash
from chappe.domain.rulings import Decision as Decision
from chappe.domain.rulings import Ground as Ground
from chappe.domain.rulings import Item as Item
from chappe.domain.rulings import Measure as Measure
from chappe.domain.rulings import Preview as Preview
from chappe.domain.rulings import Ruling as Ruling
from chappe.domain.rulings import Undone as Undone
from chappe.store import Reader, Row, Tx
from chappe.store.queries import decisions as rows
from chappe.store.queries import people as people_rows

AT_ONCE = 16
"""Items, or copies, that one transaction treats; the others follow."""
SAMPLE = 20
ORDER = "order"
IN_FORCE, UNDONE, ENDED = "in_force", "undone", "ended"
WAITING, HELD, LIFTED, GONE = "waiting", "held", "lifted", "gone"

_encode = msgspec.msgpack.Encoder().encode
_item = msgspec.msgpack.Decoder(Item)


def decide(tx: Tx, moderator: Moderator, ruling: Ruling, instead_of: int = 0) -> Decision:
    """The ruling holds: decision, enforcement, statements and journal stand in this transaction.

    Source: dsa/17(1)
    Shape: instead_of is a decision that the moderator took back just now: whoever may do that says what replaces it.
    Errors: Conflict decision_stands when an item is already under this measure; NotFound decision_item_unknown;
    Invalid decision_item_invalid, decision_measure_invalid, decision_territory_invalid, decision_ground_invalid,
    decision_category_invalid, decision_source_invalid, decision_facts_invalid, decision_words_invalid,
    decision_automation_invalid;
    NotAllowed decision_role_needed.
    After: journal decision_made; edits in the boxes concerned; a statement in the service chat of each person hit.
    """
    require_ruling(ruling, tx.now)
    _require_decider(tx, moderator, ruling, instead_of)
    if moderator.machine and ruling.automated_decision == "none":
        raise Invalid("decision_automation_invalid")
    decision_id = people_rows.take_id(tx, "decision", 1)
    rows.insert(tx, to_row(decision_id, tx.now, moderator, ruling))
    first = [effects.subject(tx, item, ruling.measure.kind) for item in ruling.items[:AT_ONCE]]
    _enforce(tx, decision_id, ruling, first)
    _keep_items(tx, decision_id, ruling, first)
    if ruling.quiet:
        rows.set_quiet(tx, decision_id, True)
    for found in first:
        effects.apply(tx, decision_id, ruling.measure, found)
    copies_left, people = _spread(tx, decision_id, ruling.items[:AT_ONCE], ruling.measure)
    if copies_left or len(ruling.items) > AT_ONCE:
        rows.follow(tx, decision_id, 0, tx.now)
    rows.set_journal_no(tx, decision_id, _record_made(tx, decision_id, moderator, ruling))
    decision = find(tx, decision_id)
    hit = [*people, *(person for found in first for person in found.people)]
    if not ruling.quiet:
        statements.make(tx, decision, hit, ruling.seed, ruling.site)
    return decision


def speak(tx: Tx, moderator: Moderator, decision_id: int, seed: bytes) -> int:
    """A quiet decision is one no more: everybody it hits has their statement; how many these are, 0 if it was not.

    Source: dsa/9(5), tco/11
    Errors: NotFound decision_unknown. After: the leaf of the decision is opened; a message in the box of each.
    """
    decision = find(tx, decision_id)
    if not rows.is_quiet(tx, decision_id):
        return 0
    rows.set_quiet(tx, decision_id, False)
    journal.open_sealed(tx, decision.journal_no, moderator.actor)
    people = [UserId(one) for one in rows.people_of(tx, decision_id)]
    statements.make(tx, decision, people, seed, rows.site(tx, decision_id))
    if decision.state != IN_FORCE:
        statements.tell_undone(tx, decision, ended=decision.state == ENDED)
    return len(people)


def _require_decider(rx: Reader, moderator: Moderator, ruling: Ruling, instead_of: int) -> None:
    """Orders are carried out by the desk, also of what only trained eyes see: nobody looks at it for that."""
    needed = DESK if ruling.source == ORDER else CHILD_SAFETY if CHILD_ABUSE & set(ruling.keywords) else MODERATOR
    may = {needed, MODERATOR} if needed == DESK else {needed}
    if instead_of and needed != DESK:
        before = find(rx, instead_of)
        if (before.state, before.undone_by, before.undone_date) == (UNDONE, moderator.actor, rx.now):
            may.add(APPEALS)
    if not moderator.machine and not moderator.roles & may:
        raise NotAllowed("decision_role_needed", role=needed)


def _enforce(tx: Tx, decision_id: int, ruling: Ruling, first: Sequence[Subject]) -> None:
    """Every item is under the measure by this decision, and none was before."""
    m = ruling.measure
    slot, where = _slot(decision_id, ruling), " ".join(m.territories)
    values = (m.kind, slot, decision_id, tx.now, m.until, where, m.detail, ruling.ground.basis)
    keys = {key for found in first for key in found.keys} | {item.key for item in ruling.items}
    wanted = sorted(keys)
    for start in range(0, len(wanted), 100):
        part = wanted[start : start + 100]
        missing = set(part) - rows.enforce(tx, part, values)
        if missing:
            stands = rows.taken(tx, sorted(missing), m.kind)
            raise Conflict("decision_stands", items=sorted(missing), decisions=sorted(set(stands.values())))


def _slot(decision_id: int, ruling: Ruling | Decision) -> str:
    """Orders stand beside each other and beside what we decided ourselves: undoing one leaves the others."""
    return str(decision_id) if ruling.source == ORDER and ruling.measure.kind == "hide" else ""


def _keep_items(tx: Tx, decision_id: int, ruling: Ruling, first: Sequence[Subject]) -> None:
    hit = [found.people[0] if found.people else 0 for found in first]
    states = [HELD] * len(first)
    more = len(ruling.items) - len(first)
    rows.add_items(tx, [
        (decision_id, no, item.key, _encode(item), person, state, None)
        for no, (item, person, state) in enumerate(
            zip(ruling.items, hit + [0] * more, states + [WAITING] * more, strict=True), 1
        )
    ])  # fmt: skip


def _spread(
    tx: Tx, decision_id: int, items: Iterable[Item], measure: Measure
) -> tuple[bool, list[UserId]]:
    """Some copies of the media among the items say it no more; (whether there are others, whose these were)."""
    people: list[UserId] = []
    for item in items:
        if item.kind == "media" and measure.kind == "remove":
            some, whole = effects.spread(tx, decision_id, item, AT_ONCE)
            people += some
            if not whole:
                return True, people
    return False, people


def _record_made(tx: Tx, decision_id: int, moderator: Moderator, ruling: Ruling) -> int:
    public = Public(
        "decision", country=ruling.measure.territories[0] if len(ruling.measure.territories) == 1 else "",
        category=ruling.category, keyword=next(iter(ruling.keywords), ""), ground=ruling.ground.basis,
        automation=ruling.automated_decision, outcome=ruling.measure.kind, item=ruling.items[0].kind,
        source=ruling.source, hours=ruling.hours, items=len(ruling.items), sealed=ruling.quiet,
    )  # fmt: skip
    return journal.record(
        tx, "decision_made", moderator.actor, f"decision:{decision_id}", public, items=len(ruling.items),
        first=ruling.items[0].key, case_id=ruling.case_id,
    )  # fmt: skip


def undo(tx: Tx, moderator: Moderator, decision_id: int, reason: str) -> Undone:
    """The decision holds no more; people see what they saw, but for what others changed meanwhile.

    Source: dsa/20(4)
    Errors: NotFound decision_unknown; Conflict decision_not_in_force; NotAllowed decision_role_needed.
    After: journal decision_undone; a word to each person who had a statement.
    """
    decision = require_undoable(tx, moderator, decision_id)
    _end(tx, decision, UNDONE, moderator.actor, reason)
    return undone(tx, decision_id)


def require_undoable(rx: Reader, moderator: Moderator, decision_id: int) -> Decision:
    """The decision, which the moderator may take back. Errors: as `undo`."""
    decision = find(rx, decision_id)
    may = undoers(decision.source, decision.keywords)
    if not moderator.machine and not moderator.roles & set(may):
        raise NotAllowed("decision_role_needed", role=may[0])
    if decision.state != IN_FORCE:
        raise Conflict("decision_not_in_force")
    return decision


def undoers(source: str, keywords: Iterable[str]) -> tuple[str, ...]:
    """Roles that take such a decision back: the desk's what an authority ordered, the trained's what they alone see."""
    if source == ORDER:
        return (DESK,)
    return (MODERATOR if CHILD_ABUSE.isdisjoint(keywords) else CHILD_SAFETY, APPEALS)


def undone(rx: Reader, decision_id: int) -> Undone:
    """What the undoing of the decision did so far. Errors: NotFound decision_unknown."""
    clashes = tuple(Clash(_item.decode(blob), what) for blob, what in rows.clashes(rx, decision_id))
    decision = find(rx, decision_id)
    return Undone(decision, clashes, decision.pending)


def _end(tx: Tx, decision: Decision, state: str, actor: str, reason: str) -> None:
    """Nothing is enforced by the decision any more; what it changed in many boxes follows."""
    decision_id = decision.decision_id
    rows.release(tx, decision_id)
    rows.end(tx, decision_id, state, tx.now, actor, reason)
    public = Public(
        "undo", category=decision.category, keyword=next(iter(decision.keywords), ""), ground=decision.ground.basis,
        outcome=state,
        item=_items(tx, decision_id, 0, 1)[0][1].kind, source=decision.source,
    )  # fmt: skip
    kind = "decision_undone" if state == UNDONE else "decision_ended"
    journal.record(tx, kind, actor, f"decision:{decision_id}", public, made=decision.journal_no)
    statements.tell_undone(tx, decision, ended=state == ENDED)
    rows.follow(tx, decision_id, 1, tx.now)
    _lift_some(tx, decision, 0)


def _lift_some(tx: Tx, decision: Decision, position: int) -> None:
    """The next items of an ended decision are free again, then the messages it still withholds."""
    decision_id = decision.decision_id
    batch = _items(tx, decision_id, position, AT_ONCE)
    for no, item, state, person in batch:
        what = effects.lift(tx, decision.measure, item) if state == HELD else ""
        rows.set_item(tx, decision_id, no, GONE if what else LIFTED, None, person)
        if what:
            rows.add_clash(tx, decision_id, item.key, _encode(item), what)
    if len(batch) == AT_ONCE:
        rows.advance(tx, decision_id, batch[-1][0])
        return
    left, whole = effects.free_some(tx, decision_id, AT_ONCE)
    for item, what in left:
        rows.add_clash(tx, decision_id, item.key, _encode(item), what)
    if whole:
        rows.done(tx, decision_id)
    elif batch:
        rows.advance(tx, decision_id, batch[-1][0])


def _items(rx: Reader, decision_id: int, after: int, limit: int) -> list[tuple[int, Item, str, int]]:
    found = rows.items(rx, decision_id, after, limit)
    return [(no, _item.decode(blob), state, person) for no, blob, state, _, person in found]


def follows(rx: Reader) -> bool:
    """True if decisions have more to do."""
    return rows.next_followup(rx) is not None


def follow_up(tx: Tx, seed: bytes) -> bool:
    """The next batch of what decisions still have to do is done; False when nothing was left.

    Shape: seed: 16 random bytes at least, for the statements of people who are found only now.
    """
    waiting = rows.next_followup(tx)
    if waiting is None:
        return False
    decision_id, undoing, position = waiting
    decision = find(tx, decision_id)
    if undoing:
        _lift_some(tx, decision, position)
    else:
        _hold_some(tx, decision, position, seed)
    return True


def _hold_some(tx: Tx, decision: Decision, position: int, seed: bytes) -> None:
    """The decision holds for its next items, or for more copies of the media it has come to."""
    decision_id = decision.decision_id
    batch = _items(tx, decision_id, position, AT_ONCE)
    people: list[UserId] = []
    reached = position
    for no, item, state, _ in batch:
        if state == WAITING:
            people += _hold(tx, decision, no, item)
        more, some = _spread(tx, decision_id, (item,), decision.measure)
        people += some
        if more:
            break
        reached = no
    if people and not rows.is_quiet(tx, decision_id):
        statements.make(tx, decision, people, seed, rows.site(tx, decision_id))
    if len(batch) < AT_ONCE and (not batch or reached == batch[-1][0]):
        rows.done(tx, decision_id)
    else:
        rows.advance(tx, decision_id, reached)


def _hold(tx: Tx, decision: Decision, no: int, item: Item) -> Sequence[UserId]:
    """The decision holds for an item that waited; whom that hits."""
    try:
        found = effects.subject(tx, item, decision.measure.kind)
    except NotFound:
        rows.set_item(tx, decision.decision_id, no, GONE, None, 0)
        return ()
    m = decision.measure
    where, basis = " ".join(m.territories), decision.ground.basis
    slot = _slot(decision.decision_id, decision)
    values = (m.kind, slot, decision.decision_id, decision.date, m.until, where, m.detail, basis)
    rows.enforce(tx, sorted(found.keys), values)
    effects.apply(tx, decision.decision_id, m, found)
    rows.set_item(tx, decision.decision_id, no, HELD, None, found.people[0] if found.people else 0)
    return found.people


def lapse(tx: Tx) -> int:
    """Decisions whose time is over hold no more; how many that were. After: journal decision_ended for each."""
    over = rows.over(tx, tx.now, AT_ONCE)
    for decision_id in over:
        _end(tx, find(tx, decision_id), ENDED, "server", "")
    return len(over)


def next_lapse(rx: Reader) -> int | None:
    """When the next decision's time is over."""
    return rows.next_end(rx)


def preview(rx: Reader, measure: Measure, items: Sequence[Item]) -> Preview:
    """What a decision over the items would touch."""
    taken = set[str]()
    keys = sorted({item.key for item in items})
    for start in range(0, len(keys), 500):
        taken |= rows.taken(rx, keys[start : start + 500], measure.kind).keys()
    people: set[int] = set()
    unknown = []
    for item in items:
        try:
            people |= set(effects.subject(rx, item).people)
        except NotFound:
            unknown.append(item)
    return Preview(
        len(items), len(people), tuple(items[:SAMPLE]), tuple(item for item in items if item.key in taken),
        tuple(unknown), tuple(Counter(statements.language(rx, UserId(one)) for one in people).most_common()),
    )  # fmt: skip


def find(rx: Reader, decision_id: int) -> Decision:
    """The decision. Errors: NotFound decision_unknown."""
    row = rows.one(rx, decision_id)
    if row is None:
        raise NotFound("decision_unknown")
    return _of_row(rx, row)


def _of_row(rx: Reader, row: Row) -> Decision:
    return of_row(row, rows.count_items(rx, row[0]), pending=rows.followup_of(rx, row[0]))


def items_of(rx: Reader, decision_id: int, after: int = 0, limit: int = 100) -> list[tuple[Item, str]]:
    """(item, its state: waiting, held, gone, lifted) of the decision, from after that number on."""
    return [(item, state) for _, item, state, _ in _items(rx, decision_id, after, limit)]


def count_since(rx: Reader, date: int, most: int = 10_000) -> int:
    """How many decisions were made since then, at most so many."""
    return rows.count_since(rx, date, most)


def latest(rx: Reader, below: int = 2**62, limit: int = 50) -> list[Decision]:
    """Every decision below that number, newest first."""
    newest = min(below - 1, rows.newest_id(rx))
    return [_of_row(rx, row) for row in rows.some(rx, range(newest, max(newest - limit, 0), -1))] if newest > 0 else []


def standing(rx: Reader, item: Item) -> list[Decision]:
    """The decisions that hold for the item now, newest first."""
    found = [one for one in about(rx, item) if one.state == IN_FORCE]
    return [one for one in found if not rows.is_spared(rx, one.decision_id, item.key)]


def about(rx: Reader, item: Item) -> list[Decision]:
    """Every decision about the item, newest first."""
    ids = rows.of_key(rx, item.key)
    return [_of_row(rx, row) for row in rows.some(rx, ids)] if ids else []


def of_case(rx: Reader, case_id: int) -> list[Decision]:
    """The decisions taken in a case, newest first."""
    return [_of_row(rx, row) for row in rows.of_case(rx, case_id)]


def about_person(rx: Reader, user_id: int, limit: int = 100) -> list[Decision]:
    """Decisions that hit the person: about the account, or about what they wrote; newest first."""
    ids = rows.of_person(rx, user_id, limit)
    return [_of_row(rx, row) for row in rows.some(rx, ids)] if ids else []
