"""messages.forwardMessages. Source: method/messages.forwardMessages"""

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, is_channel
from chappe.domain import access, forwarding
from chappe.domain.forwarding import Manner
from chappe.domain.messages import Sent
from chappe.rpc import inputs, replies
from chappe.rpc.context import Call, method
from chappe.rpc.results import sent_updates
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.forwardMessages")
async def forward_messages(call: Call, q: f.messages.ForwardMessages) -> t.TypeUpdates:
    """The messages stand in the other dialog, in the given order; albums stay together.

    Source: method/messages.forwardMessages
    Errors: PEER_ID_INVALID, MESSAGE_IDS_EMPTY, RANDOM_ID_INVALID, MESSAGE_ID_INVALID, CHAT_FORWARDS_RESTRICTED,
    USER_IS_BLOCKED, YOU_BLOCKED_USER, INPUT_USER_DEACTIVATED, VOICE_MESSAGES_FORBIDDEN, SCHEDULE_DATE_INVALID,
    SLOWMODE_MULTI_MSGS_DISABLED.
    """
    _require_form(q)
    inputs.for_all_to_see(q)
    from_peer, to_peer = await inputs.peer(call, q.from_peer), await inputs.peer(call, q.to_peer)
    date = inputs.schedule_date(q.schedule_date)
    manner = Manner(
        bool(q.silent), bool(q.drop_author), bool(q.drop_media_captions), bool(q.noforwards),
        await replies.answered(call, to_peer, q.reply_to or _topic(to_peer, q.top_msg_id)), q.effect or 0,
        date, await inputs.speaker(call, to_peer, q.send_as), inputs.repeat(q.schedule_repeat_period, date),
    )  # fmt: skip
    wanted = list(zip(q.id, q.random_id, strict=True))
    fresh = [new_number(call) for _ in wanted]
    origin = call.device.auth_key_id

    def act(tx: Tx) -> list[Sent]:
        source = access.require_read(tx, call.user_id, from_peer)
        target = access.require_write(tx, call.user_id, to_peer)
        return forwarding.forward(tx, source, target, wanted, manner, fresh, origin, call.services.gate)

    sent = await call.write(act)
    return await sent_updates(call, [one.entry for one in sent])


def _topic(peer: PeerId, top_msg_id: int | None) -> t.InputReplyToMessage | None:
    """The topic of a forum that the messages go to, as a reply to it."""
    if not top_msg_id or not is_channel(peer):
        return None
    return t.InputReplyToMessage(reply_to_msg_id=top_msg_id, top_msg_id=top_msg_id)


def _require_form(q: f.messages.ForwardMessages) -> None:
    if not q.id:
        raise Invalid("message_ids_empty")
    if len(q.id) != len(q.random_id) or len(set(q.random_id)) != len(q.random_id):
        raise Invalid("random_id_invalid")
    if len(q.id) > forwarding.AT_ONCE:
        raise Invalid("limit_invalid")


def new_number(call: Call) -> int:
    """A number for an album. Shape: positive, 63 bits."""
    return int.from_bytes(call.services.entropy(8), "big") >> 1 or 1
