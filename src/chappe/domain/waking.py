"""Devices that are away are woken for their secret chats: that something came, not what, nor from whom.

Source: api/push-updates
The push service of a browser belongs to somebody else: it is not told who speaks with whom in secret.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from chappe.base.ids import UserId
from chappe.domain import account_measures, outbox
from chappe.domain.outbox import Seal
from chappe.domain.push_tokens import WEB_PUSH
from chappe.domain.pushing import KIND, LIFE_S, LOT, OLD_S, WAITING
from chappe.store import Reader, Tx
from chappe.store.queries import pushes as rows
from chappe.store.queries import secret


@dataclass(frozen=True, slots=True)
class Wake:
    """One device that something waits for. Shape: text is JSON for its worker, empty if it need not be woken."""

    owner_id: UserId
    auth_key_id: int
    chat_id: int
    token: str
    text: str


def waiting(rx: Reader, now: int, present: Callable[[int], bool]) -> list[Wake]:
    """The next devices for which something came. `present` knows those that are connected."""
    return [_wake(rx, *row, now=now, present=present) for row in secret.wakes(rx, WEB_PUSH, LOT)]


def enqueue(tx: Tx, wakes: Sequence[Wake], seal: Seal) -> None:
    """The notifications wait to be delivered."""
    for wake in wakes:
        secret.remove_wake(tx, wake.owner_id, wake.auth_key_id, wake.chat_id)
        address = f"{wake.owner_id}:{wake.auth_key_id}"
        if wake.text and rows.waiting(tx, KIND, address) < WAITING:
            payload = outbox.pack(outbox.Message(wake.text, wake.token), seal)
            outbox.enqueue(tx, KIND, address, payload, expires=tx.now + LIFE_S)


def _wake(
    rx: Reader, owner: int, key: int, chat_id: int, kind: str, date: int, token: str | None, *, now: int,
    present: Callable[[int], bool],
) -> Wake:  # fmt: skip
    text = ""
    if token and now - date <= OLD_S and not present(key) and not account_measures.standing(rx, owner).suspended:
        facts = {
            "loc_key": kind, "loc_args": [], "title": "", "description": "", "user_id": str(owner), "date": date,
            "mute": "0", "custom": {"encryption_id": str(chat_id)},
        }  # fmt: skip
        text = msgspec.json.encode(facts).decode()
    return Wake(UserId(owner), key, chat_id, token or "", text)
