"""Drafts: what somebody began to write to a peer, the same on all their devices.

Source: api/drafts
"""

import msgspec

from chappe.base.ids import PeerId
from chappe.domain.content import Text
from chappe.domain.updates import Draft, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import dialogs as rows


class Stored(msgspec.Struct, array_like=True, frozen=True):
    """A draft as its row holds it."""

    text: Text
    date: int


_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Stored] = msgspec.msgpack.Decoder(Stored)


def decode(blob: bytes | None) -> tuple[Text | None, int]:
    """(draft, its date) of a row."""
    if not blob:
        return None, 0
    stored = _decoder.decode(blob)
    return stored.text, stored.date


def save(
    tx: Tx, owner: PeerId, peer: PeerId, draft: Text | None, origin: int = 0, topic_id: int = 0
) -> bool:
    """The peer, or one topic of it, has this draft now, or none; True if that is news.

    Source: method/messages.saveDraft
    After: one state in the owner's box.
    """
    before, _ = decode(_kept(tx, owner, peer, topic_id))
    if before == draft:
        return False
    blob = _encode(Stored(draft, tx.now)) if draft else None
    if topic_id:
        rows.set_topic_draft(tx, owner, peer, topic_id, blob)
    else:
        rows.set_draft(tx, owner, peer, blob)
    commit_state(tx, owner, Draft(peer, draft, tx.now, topic_id), origin)
    return True


def _kept(rx: Reader, owner: PeerId, peer: PeerId, topic_id: int) -> bytes | None:
    if topic_id:
        return rows.topic_draft(rx, owner, peer, topic_id)
    row = rows.one(rx, owner, peer)
    return row[-1] if row else None


def in_topics(rx: Reader, owner: PeerId, peer: PeerId) -> dict[int, tuple[Text | None, int]]:
    """Topic → (draft, its date), of one forum."""
    return {topic_id: decode(blob) for _, topic_id, blob in rows.topic_drafts(rx, owner, peer)}


def every(rx: Reader, owner: PeerId) -> list[Draft]:
    """All drafts of the owner. Source: method/messages.getAllDrafts"""
    found = [(PeerId(peer), *decode(blob)) for peer, blob in rows.drafts(rx, owner)]
    in_forums = [Draft(peer, *decode(blob), topic_id) for peer, topic_id, blob in rows.topic_drafts(rx, owner)]
    return [Draft(peer, draft, date) for peer, draft, date in found] + in_forums


def clear(tx: Tx, owner: PeerId, origin: int = 0) -> None:
    """No draft is left. Source: method/messages.clearAllDrafts"""
    for draft in every(tx, owner):
        save(tx, owner, PeerId(draft.peer_id), None, origin, draft.topic_id)
