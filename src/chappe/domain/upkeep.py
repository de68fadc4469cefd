"""What expires is cleared away, in small acts that never hold up a message.

Source: api/updates, mtproto/auth_key
"""

from chappe.domain.updates import TOO_LONG
from chappe.store import Reader, Tx
from chappe.store.queries import devices, upkeep

REMEMBER_SENDS_S = 48 * 3600
"""How long a repeated random_id is recognised."""
KEEP_STATES_S = 30 * 86_400
"""How long a change without pts is kept for devices that are away."""
BATCH = 500
STEP = 1_000_000
"""Further than any client can be ahead of a backup."""


def due(rx: Reader, now: int) -> tuple[list[tuple[int, int, int]], list[tuple[int, int]]]:
    """(sends, states) that may go now, a batch of each; found outside the writing transaction."""
    return upkeep.old_sends(rx, now - REMEMBER_SENDS_S, BATCH), upkeep.old_states(rx, now - KEEP_STATES_S, BATCH)


def clear(tx: Tx, sends: list[tuple[int, int, int]], states: list[tuple[int, int]]) -> int:
    """The given rows are gone, and every expired key, code and counter; how many rows of the batches were due."""
    upkeep.forget_sends(tx, sends)
    upkeep.forget_states(tx, states)
    upkeep.forget_expired(tx, tx.now)
    return len(sends) + len(states) + devices.remove_expired(tx, tx.now, BATCH)


def cut_logs(tx: Tx, above: int) -> int:
    """Logs of a few boxes reach no further back than a difference may; the owner to go on from, 0 at the end."""
    found = upkeep.long_logs(tx, 2 * TOO_LONG, above, 10)
    for owner_id, pts, floor in found:
        upkeep.cut_log(tx, owner_id, min(pts - TOO_LONG, floor + 10 * BATCH))
    return found[-1][0] if found else 0


def begin_anew(tx: Tx) -> None:
    """No client's pts is understood any more, and no message id it may have seen is given again.

    Source: api/updates
    For a database that was taken back to an earlier state: a client ahead of its box would take what is new for known.
    """
    upkeep.raise_boxes(tx, STEP, STEP)
