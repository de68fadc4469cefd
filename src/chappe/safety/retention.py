"""What was kept for a case goes when nobody can object to its outcome any more.

Source: dsa/20
Evidence, the files it shows, the words of notices and complaints, what came with them, their links and the addresses of
who wrote them are erased; numbers and codes stay, for reports. So go the words of removed messages that their authors
deleted since.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from chappe.domain import journal, withholding
from chappe.store import Store, Tx
from chappe.store.safety import cases as rows
from chappe.store.safety import notices as notice_rows
from chappe.store.safety import retention as belongings

KEPT_S = 400 * 86_400
"""After the decision: six months to complain, six for a body outside of court, and a month."""
AT_ONCE = 100


def erasing(store: Store) -> Callable[[], Awaitable[None]]:
    """Work that erases what was kept long enough."""

    async def erase() -> None:
        for query, act in (
            (rows.erasable, erase_evidence),
            (notice_rows.erasable, erase_words),
            (notice_rows.forgettable, forget_people),
            (belongings.complaints, erase_complaints),
            (withholding.forgettable, erase_withheld),
        ):
            while found := await store.read(lambda rx, asked=query: asked(rx, rx.now - KEPT_S, AT_ONCE)):  # type: ignore[misc]
                await store.write(partial(act, numbers=found))

    return erase


def erase_evidence(tx: Tx, numbers: list[int]) -> None:
    """Nothing is left of what the items of the cases were. After: journal evidence_erased."""
    for case_id in numbers:
        rows.erase(tx, case_id)
        journal.record(tx, "evidence_erased", "server", f"case:{case_id}")


def erase_words(tx: Tx, numbers: list[int]) -> None:
    """Nothing is left of what was said in the notices or came with them, and their links lead nowhere.

    After: journal salt_erased for each: nobody can prove any more which leaf of the log a notice is.
    """
    for no in belongings.entries_of_notices(tx, numbers):
        journal.erase_salt(tx, no, "server")
    belongings.erase_belongings(tx, numbers)
    notice_rows.erase(tx, numbers)


def erase_complaints(tx: Tx, numbers: list[int]) -> None:
    """Nothing is left of what was said in the complaints. After: journal salt_erased for each."""
    for no in belongings.entries_of_complaints(tx, numbers):
        journal.erase_salt(tx, no, "server")
    belongings.erase_complaints(tx, numbers)


def erase_withheld(tx: Tx, numbers: list[tuple[int, int]]) -> None:
    """Nothing is left of messages that a decision removed and their authors deleted since."""
    withholding.forget(tx, numbers)


def forget_people(tx: Tx, numbers: list[int]) -> None:
    """Nothing is left by which the notifiers could be written to."""
    notice_rows.forget(tx, numbers)
