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

left: `limit`, `freeze`, `suspend` of accounts and `stop_bot` are another's to build, in `domain/account_measures.py`:
`apply(tx, decision, item) -> bytes` (what undoing needs), `lift(tx, decision, item, before) -> str` ('' or why not
all could be put back); `accounts.held` bit 2 says that `enforcements` has rows under `account:<id>`, and
`enforcement.of_account(rx, user_id)` reads them. Until then these measures are refused as decision_measure_invalid.
"""

from collections.abc import Sequence

from chappe.domain.access import Moderator
from chappe.domain.rulings import Clash as Clash
from chappe.domain.rulings import Decision as Decision
from chappe.domain.rulings import Ground as Ground
from chappe.domain.rulings import Item as Item
from chappe.domain.rulings import Measure as Measure
from chappe.domain.rulings import Preview as Preview
from chappe.domain.rulings import Ruling as Ruling
from chappe.domain.rulings import Undone as Undone
from chappe.store import Reader, Tx


def decide(tx: Tx, moderator: Moderator, ruling: Ruling) -> Decision:
    """The ruling holds: decision, enforcement, statements and journal stand in this transaction.

    Errors: Conflict decision_stands when an item is already under this measure; NotFound decision_item_unknown;
    Invalid decision_item_invalid, decision_measure_invalid, decision_territory_invalid, decision_ground_invalid,
    decision_category_invalid, decision_source_invalid, decision_facts_invalid; NotAllowed decision_role_needed.
    After: journal decision_made; edits in the boxes concerned; a statement in the service chat of each person hit.
    """
    raise NotImplementedError


def undo(tx: Tx, moderator: Moderator, decision_id: int, reason: str) -> Undone:
    """The decision holds no more; people see what they saw, but for what others changed meanwhile.

    Errors: NotFound decision_unknown; Conflict decision_not_in_force; NotAllowed decision_role_needed.
    After: journal decision_undone; a word to each person who had a statement.
    """
    raise NotImplementedError


def preview(rx: Reader, measure: Measure, items: Sequence[Item]) -> Preview:
    """What a decision over the items would touch."""
    raise NotImplementedError


def find(rx: Reader, decision_id: int) -> Decision:
    """The decision. Errors: NotFound decision_unknown."""
    raise NotImplementedError


def items_of(rx: Reader, decision_id: int, after: int = 0, limit: int = 100) -> list[tuple[Item, str]]:
    """(item, its state: waiting, held, gone, lifted, changed) of the decision, from after that number on."""
    raise NotImplementedError


def about(rx: Reader, item: Item) -> list[Decision]:
    """Every decision about the item, newest first."""
    raise NotImplementedError


def about_person(rx: Reader, user_id: int, limit: int = 100) -> list[Decision]:
    """Decisions that hit the person: about the account, or about what they wrote; newest first."""
    raise NotImplementedError


def follow_up(tx: Tx) -> bool:
    """The next batch of what decisions still have to do is done; False when nothing was left."""
    raise NotImplementedError


def lapse(tx: Tx) -> int:
    """Decisions whose time is over hold no more; how many that were."""
    raise NotImplementedError
