"""Saved messages by the chat they were kept from.

Source: api/saved-messages, method/messages.getSavedDialogs
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain.updates import SavedOrder, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import dialogs
from chappe.store.queries import messages as rows

PINS = 5
_PINNED = "saved_pins"
_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[list[int]] = msgspec.msgpack.Decoder(list[int])


@dataclass(frozen=True, slots=True)
class Part:
    """What was kept from one chat (the owner: what was written there)."""

    peer_id: PeerId
    top_message: int
    pinned: bool


def parts(rx: Reader, owner: PeerId) -> list[Part]:
    """Every part: first the pinned ones in their order, then the others, newest first."""
    pins = _pins(rx, owner)
    found = {peer: Part(PeerId(peer), top, peer in pins) for peer, top in rows.saved_tops(rx, owner)}
    return [found[p] for p in pins if p in found] + [part for part in found.values() if not part.pinned]


def _pins(rx: Reader, owner: PeerId) -> list[int]:
    value = dialogs.preference(rx, owner, _PINNED)
    return _decoder.decode(value) if value else []


def order_pins(tx: Tx, owner: PeerId, order: Sequence[PeerId], origin: int = 0) -> None:
    """Exactly these parts are pinned, in this order.

    Source: method/messages.reorderPinnedSavedDialogs
    Errors: Invalid pinned_too_much.
    """
    chosen = list(dict.fromkeys(order))
    if len(chosen) > PINS:
        raise Invalid("pinned_too_much")
    dialogs.set_preference(tx, owner, _PINNED, _encode(chosen))
    commit_state(tx, owner, SavedOrder(tuple(chosen)), origin)


def pin(tx: Tx, owner: PeerId, peer: PeerId, on: bool, origin: int = 0) -> None:
    """The part is pinned on top, or not any more. Source: method/messages.toggleSavedDialogPin"""
    others = [PeerId(p) for p in _pins(tx, owner) if p != peer]
    order_pins(tx, owner, [peer, *others] if on else others, origin)
