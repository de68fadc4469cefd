"""What a new message answers, in its own chat or in another. Source: api/threads"""

from chappe.base.ids import PeerId
from chappe.domain import access, replies
from chappe.domain.content import ReplyTo
from chappe.rpc import inputs
from chappe.rpc.context import Call
from chappe.store import Reader
from chappe.tl import types as t


async def answered(call: Call, target: PeerId, value: t.TypeInputReplyTo | None) -> ReplyTo | None:
    """What a message to the target answers.

    Errors: REPLY_TO_INVALID, QUOTE_TEXT_INVALID; for another chat PEER_ID_INVALID, MESSAGE_ID_INVALID,
    CHAT_FORWARDS_RESTRICTED and whatever forbids to read there.
    """
    if not isinstance(value, t.InputReplyToMessage) or value.reply_to_peer_id is None:
        return inputs.reply_to(call, value)
    elsewhere = await inputs.peer(call, value.reply_to_peer_id)
    reply = inputs.reply_to(call, value.replace(reply_to_peer_id=None))
    if elsewhere == target or reply is None:
        return reply
    top_id = value.top_msg_id or 0

    def query(rx: Reader) -> ReplyTo:
        return replies.elsewhere(rx, access.require_read(rx, call.user_id, elsewhere), target, reply, top_id)

    return await call.read(query)
