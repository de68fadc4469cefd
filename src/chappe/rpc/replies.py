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
    if value is None:
        return None
    reply, elsewhere = await named(call, target, value)
    if reply is None or elsewhere is None:
        return reply
    top_id = getattr(value, "top_msg_id", None) or 0

    def query(rx: Reader) -> ReplyTo:
        return replies.elsewhere(rx, access.require_read(rx, call.user_id, elsewhere), target, reply, top_id)

    return await call.read(query)


async def named(
    call: Call, target: PeerId, value: t.TypeInputReplyTo | None
) -> tuple[ReplyTo | None, PeerId | None]:
    """What is answered, not looked at yet, and the chat it stands in where that is not the target.

    Errors: as `inputs.reply_to`, PEER_ID_INVALID.
    """
    if not isinstance(value, t.InputReplyToMessage) or value.reply_to_peer_id is None:
        return inputs.reply_to(call, value), None
    elsewhere = await inputs.peer(call, value.reply_to_peer_id)
    return inputs.reply_to(call, value.replace(reply_to_peer_id=None)), None if elsewhere == target else elsewhere
