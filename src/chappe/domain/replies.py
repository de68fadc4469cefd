"""Answers to what was said in another chat: they carry along where it came from, as a forwarded message does.

Source: api/threads, type/messageReplyHeader
"""

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import forwarding, room_bots, updates
from chappe.domain.access import Grant
from chappe.domain.content import ReplyTo, Text, utf16_len, utf16_slice
from chappe.domain.messages import QUOTE_LENGTH
from chappe.store import Reader


def elsewhere(rx: Reader, source: Grant, target: PeerId, reply: ReplyTo, top_id: int) -> ReplyTo:
    """The reply as it stands in the target chat: what it answers is told, and in a room's own box also which one.

    Shape: reply.msg_id is in the source's box; top_id is the topic of the target it goes to, 0 for none. Without a
    quote the beginning of the text stands for it.
    Errors: Invalid message_id_invalid, chat_forwards_restricted, quote_text_invalid.
    """
    message = updates.of_dialog(rx, source.box, source.peer, reply.msg_id, source.floor)
    if not room_bots.heard(rx, source, (message,)):
        raise Invalid("message_id_invalid")
    origin = forwarding.origin_of(rx, message, source, target)
    known = source.room is not None and source.room.own_box
    made = msgspec.structs.replace(
        reply, msg_id=top_id, peer_id=source.peer if known else 0, far_id=message.id if known else 0, origin=origin,
    )  # fmt: skip
    said = message.content.message if isinstance(message.content, Text) else ""
    if reply.quote_text not in said:
        raise Invalid("quote_text_invalid")
    if reply.quote_text or not said:
        return made
    shown = utf16_slice(said, 0, min(utf16_len(said), QUOTE_LENGTH))
    return msgspec.structs.replace(made, quote_text=shown, whole=True)
