"""Cases: opened by notices and signals, seen to by one person at a time, decided, told, closed, opened again.

Source: dsa/16(3), dsa/16(6)
Every act takes a `Moderator`; child-abuse cases exist for who holds the role child_safety alone.
"""

from collections.abc import Sequence

from chappe.domain.access import Moderator
from chappe.domain.rulings import Decision, Item, Ruling
from chappe.safety.records import Act, Case, Evidence, Located
from chappe.store import Reader, Tx

CLAIM_S = 1800
"""A claim lasts so long after the last act of its holder."""


def open_for(
    tx: Tx, items: Sequence[Located], source: str, category: str, keyword: str = "", lang: str = "", actor: str = "",
    *, flagged: bool = False, precise: bool = False,
) -> list[Case]:  # fmt: skip
    """Each item is in exactly one open case: the one it was in, or a new one for all the others together.

    Shape: source is one of `rulings.SOURCES`; one case for each item in the order of the items.
    After: journal case_opened for a new case.
    """
    raise NotImplementedError


def get(rx: Reader, moderator: Moderator, case_id: int) -> Case:
    """The case. Errors: NotFound operator_case_unknown, also for who may not see it."""
    raise NotImplementedError


def items(rx: Reader, moderator: Moderator, case_id: int) -> list[Item]:
    """What the case is about."""
    raise NotImplementedError


def claim(tx: Tx, moderator: Moderator, case_id: int) -> Case:
    """The case is the moderator's for half an hour after their last act on it.

    Errors: Conflict operator_case_claimed when it is somebody else's; operator_case_not_open.
    After: journal case_claimed.
    """
    raise NotImplementedError


def release(tx: Tx, moderator: Moderator, case_id: int) -> Case:
    """The case is nobody's again; a lead may take one from another. After: journal case_released."""
    raise NotImplementedError


def note(tx: Tx, moderator: Moderator, case_id: int, text: str) -> Case:
    """A note stands in the case, whoever holds it. Errors: Invalid operator_note_invalid. After: journal case_noted."""
    raise NotImplementedError


def evidence(tx: Tx, moderator: Moderator, case_id: int) -> list[tuple[str, Evidence]]:
    """(item key, what it was at intake), oldest first; that the moderator read it stands in the journal.

    After: journal evidence_read.
    """
    raise NotImplementedError


def sort(tx: Tx, moderator: Moderator, case_id: int, category: str, keyword: str) -> Case:
    """The case is of another category, and where it waits follows from that.

    Errors: as `claim`; Invalid operator_category_invalid. After: journal case_sorted.
    """
    raise NotImplementedError


def decide(tx: Tx, moderator: Moderator, case_id: int, ruling: Ruling) -> Decision:
    """The ruling holds and the case is decided by it; whoever noticed will be told.

    Shape: the ruling's case_id and source are set here. More than one ruling may be made in one case while it is
    claimed: the first decides it.
    Errors: as `claim` and `decisions.decide`. After: journal case_decided and what the decision writes.
    """
    raise NotImplementedError


def dismiss(tx: Tx, moderator: Moderator, case_id: int, outcome: str, reason: str) -> Case:
    """The case is decided without a measure; whoever noticed will be told.

    Shape: outcome is no_action, unfounded (manifestly) or gone; reason is for colleagues and the journal's readers.
    Errors: as `claim`; Invalid operator_outcome_invalid; NotAllowed operator_role_needed. After: journal case_decided.
    """
    raise NotImplementedError


def reopen(tx: Tx, moderator: Moderator, case_id: int, reason: str) -> Case:
    """A decided case waits again, as after a complaint; its measures stand until they are undone.

    Errors: Conflict operator_case_open when it is open, or a newer case has one of its items.
    After: journal case_reopened.
    """
    raise NotImplementedError


def related(rx: Reader, moderator: Moderator, case_id: int, limit: int = 20) -> list[tuple[str, Case]]:
    """(why, case) of others about the same item, hash, author or room, newest first; why is one of these words."""
    raise NotImplementedError


def history(rx: Reader, moderator: Moderator, case_id: int) -> list[Act]:
    """What happened to the case, notes among it, oldest first."""
    raise NotImplementedError


def about_person(rx: Reader, moderator: Moderator, user_id: int, limit: int = 50) -> list[Case]:
    """Cases about what a person wrote or is, newest first."""
    raise NotImplementedError


def about_room(rx: Reader, moderator: Moderator, room_id: int, limit: int = 50) -> list[Case]:
    """Cases about a room or what stands in it, newest first."""
    raise NotImplementedError
