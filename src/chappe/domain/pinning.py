"""Pinned messages of a dialog: on both sides, or on one's own alone.

Source: method/messages.updatePinnedMessage, api/pin
"""

from collections.abc import Sequence

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import sending, updates
from chappe.domain.access import Grant
from chappe.domain.content import ReplyTo, Service, Text
from chappe.domain.messages import Outgoing
from chappe.domain.reading import Affected
from chappe.domain.updates import Entry, Pinned, commit_fact
from chappe.store import Tx
from chappe.store.queries import messages as rows

AT_ONCE = 100


def pin(
    tx: Tx, grant: Grant, message_id: int, *, unpin: bool, one_side: bool, silent: bool, origin: int = 0
) -> list[Entry]:
    """The message is pinned, or not any more; the caller's entries.

    Source: method/messages.updatePinnedMessage
    After: one pinned fact in each box; a service message when it was pinned for both.
    Errors: Invalid message_id_invalid, chat_not_modified.
    """
    owner, peer = PeerId(grant.viewer), grant.peer
    found = updates.messages_by_id(tx, owner, (message_id,))
    if not found or found[0].peer_id != peer or not isinstance(found[0].content, Text):
        raise Invalid("message_id_invalid")
    message = found[0]
    both = peer != owner and not one_side and message.twin_id != 0
    theirs = _set(tx, peer, owner, (message.twin_id,), not unpin) if both else None
    mine = _set(tx, owner, peer, (message_id,), not unpin, origin)
    if mine is None and theirs is None:
        raise Invalid("chat_not_modified")
    entries = [mine] if mine else []
    if both and not unpin:
        note = Service("PinMessage", reply_to=ReplyTo(message_id), silent=silent)
        entries.append(sending.send(tx, grant, Outgoing(note, 0), origin).entry)
    return entries


def _set(tx: Tx, owner: PeerId, peer: PeerId, ids: Sequence[int], on: bool, origin: int = 0) -> Entry | None:
    """The messages of the box are pinned, or not; None when they were so before or are gone."""
    changed = sorted(m.id for m in updates.messages_by_id(tx, owner, ids) if m.pinned != on)
    if not changed:
        return None
    rows.set_pinned(tx, owner, changed, int(on))
    return commit_fact(tx, owner, Pinned(peer, tuple(changed), on), len(changed), origin)


def unpin_all(tx: Tx, grant: Grant, origin: int = 0) -> Affected:
    """No message of the dialog is pinned on either side, as far as one act reaches.

    Source: method/messages.unpinAllMessages
    """
    owner, peer = PeerId(grant.viewer), grant.peer
    found = rows.pinned(tx, owner, peer, AT_ONCE + 1)
    now, left = found[:AT_ONCE], len(found) - AT_ONCE
    if peer != owner:
        _set(tx, peer, owner, [twin for _, twin in now if twin], False)
    return Affected.of(tx, owner, _set(tx, owner, peer, [i for i, _ in now], False, origin), max(0, left))
