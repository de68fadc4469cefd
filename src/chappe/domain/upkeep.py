"""What expires is cleared away, in small acts that never hold up a message.

Source: api/updates, mtproto/auth_key
"""

from dataclasses import dataclass

from chappe.domain.updates import TOO_LONG
from chappe.store import Reader, Tx
from chappe.store.queries import devices, upkeep

REMEMBER_SENDS_S = 48 * 3600
"""How long a repeated random_id is recognised."""
KEEP_STATES_S = 30 * 86_400
"""How long a change without pts is kept for devices that are away."""
BATCH = 500
LOOKED_AT = 1000
"""Rows looked at in one read, and forgotten at most in one act."""
STEP = 1_000_000
"""Further than any client can be ahead of a backup."""


SendKey = tuple[int, int, int]
StateKey = tuple[int, int]
FIRST = -(2**63)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a walk through the random ids and the state changes has come; None for a table that is done."""

    send: SendKey | None = (FIRST, FIRST, FIRST)
    state: StateKey | None = (FIRST, FIRST)


@dataclass(frozen=True, slots=True)
class Step:
    """The rows of one step that may go, and where the walk goes on; None at its end."""

    sends: list[SendKey]
    states: list[StateKey]
    onward: Reached | None


def step(rx: Reader, now: int, reached: Reached) -> Step:
    """The next rows of both tables, as many as a short read may look at; found outside the writing transaction.

    Neither table has an index by date: it would cost every message more than this walk costs in a day.
    """
    sends: list[SendKey] = []
    states: list[StateKey] = []
    send, state = reached.send, reached.state
    if send is not None:
        sends = upkeep.old_sends(rx, send, now - REMEMBER_SENDS_S, LOOKED_AT)
        send = upkeep.sends_on(rx, send, LOOKED_AT)
    if state is not None:
        states = upkeep.old_states(rx, state, now - KEEP_STATES_S, LOOKED_AT)
        state = upkeep.states_on(rx, state, LOOKED_AT)
    return Step(sends, states, Reached(send, state) if send or state else None)


def forget(tx: Tx, sends: list[SendKey], states: list[StateKey]) -> None:
    """These random ids and state changes are remembered no more."""
    upkeep.forget_sends(tx, sends)
    upkeep.forget_states(tx, states)


def clear(tx: Tx) -> int:
    """Every expired code, token and counter is gone, and a batch of expired keys; how many of those."""
    upkeep.forget_expired(tx, tx.now)
    return devices.remove_expired(tx, tx.now, BATCH)


def cut_logs(tx: Tx, above: int) -> int:
    """Logs of a few boxes reach less far back, to where a difference may; the owner to go on above, 0 at the end."""
    found = upkeep.long_logs(tx, 2 * TOO_LONG, above, 1)
    for owner_id, pts, floor in found:
        upkeep.cut_log(tx, owner_id, min(pts - TOO_LONG, floor + 5 * BATCH))
    unfinished = [owner_id - 1 for owner_id, pts, floor in found if floor + 5 * BATCH < pts - TOO_LONG]
    return unfinished[0] if unfinished else found[-1][0] if found else 0


def begin_anew(tx: Tx) -> None:
    """No client's pts is understood any more, and no message id it may have seen is given again.

    Source: api/updates
    For a database that was taken back to an earlier state: a client ahead of its box would take what is new for known.
    """
    upkeep.raise_boxes(tx, STEP, STEP)
