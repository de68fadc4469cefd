"""What the server says to a person in the chat with its own account.

Source: api/auth#login-codes
"""

from chappe.base.ids import PeerId, UserId
from chappe.domain import messages
from chappe.domain.access import SERVICE_USER
from chappe.domain.content import Entity, Text, utf16_len
from chappe.domain.updates import SHARD
from chappe.store import Tx
from chappe.store.queries import boxes


def tell(tx: Tx, user_id: UserId, text: str, *bold: str) -> None:
    """The text stands in the person's chat with the server; the given pieces of it stand out."""
    styled = []
    for piece in bold:
        place = text.find(piece)
        if piece and place >= 0:
            styled.append(Entity("Bold", utf16_len(text[:place]), utf16_len(piece)))
    entry = messages.post_in_box(tx, PeerId(SERVICE_USER), PeerId(user_id), Text(text, tuple(styled)))
    assert entry.message is not None
    boxes.append_event(tx, SHARD, tx.now, "message", user_id, entry.message.id, 0, 0)
