"""messages.sendMessage. Source: method/messages.sendMessage"""

from chappe.base.ids import PeerId
from chappe.domain import access, messages, sending
from chappe.domain.access import BOT_FATHER
from chappe.domain.content import Text
from chappe.domain.formatting import formatted
from chappe.domain.messages import Outgoing, Sent
from chappe.rpc import inputs, replies
from chappe.rpc.context import Call, method
from chappe.rpc.messages import bot_father, previews
from chappe.rpc.results import sent_updates
from chappe.rpc.views.entities import entities_view
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.sendMessage")
async def send_message(call: Call, q: f.messages.SendMessage) -> t.TypeUpdates:
    """The text is in both boxes, durably.

    Source: method/messages.sendMessage
    Errors: PEER_ID_INVALID, MESSAGE_EMPTY, MESSAGE_TOO_LONG, ENTITY_BOUNDS_INVALID, REPLY_TO_INVALID,
    USER_IS_BLOCKED, YOU_BLOCKED_USER, INPUT_USER_DEACTIVATED, SCHEDULE_DATE_INVALID,
    SCHEDULE_DATE_TOO_LATE, SCHEDULE_STATUS_PRIVATE, SCHEDULE_TOO_MUCH; of bots REPLY_MARKUP_INVALID and its like.
    """
    inputs.for_all_to_see(q)
    schedule_date = inputs.schedule_date(q.schedule_date)
    peer = await inputs.peer(call, q.peer)
    send_as = await inputs.speaker(call, peer, q.send_as)
    repeat_s = inputs.repeat(q.schedule_repeat_period, schedule_date)
    text, entities = formatted(q.message, inputs.entities(call, q.entities))
    messages.require_text(text, entities)
    content = Text(
        text, entities, None, await replies.answered(call, peer, q.reply_to), None, bool(q.silent), bool(q.noforwards),
        bool(q.invert_media), effect=q.effect or 0, no_webpage=bool(q.no_webpage and schedule_date),
        markup=inputs.markup(call, q.reply_markup),
    )  # fmt: skip
    outgoing = Outgoing(
        content, q.random_id, clear_draft=bool(q.clear_draft), schedule_date=schedule_date, send_as=send_as,
        repeat_s=repeat_s,
    )  # fmt: skip
    origin = call.device.auth_key_id

    def act(tx: Tx) -> Sent:
        grant = access.require_write(tx, call.user_id, peer)
        return sending.send(tx, grant, outgoing, origin, call.services.gate)

    sent = await (call.write(act) if peer != PeerId(BOT_FATHER) else bot_father.sent(call, act))
    if not q.no_webpage and not sent.repeated and not sent.entry.scheduled:
        previews.after_send(call, sent.message)
    return await sent_view(call, sent)


async def sent_view(call: Call, sent: Sent) -> t.TypeUpdates:
    """The short answer for a plain text, full updates otherwise. Source: type/updateShortSentMessage"""
    message = sent.message
    content = message.content
    assert isinstance(content, Text)
    known = sent.entry.scheduled or sent.repeated or message.peer_id == message.owner_id
    far = content.reply_to is not None and content.reply_to.origin is not None
    if known or far or message.peer_id < 0 or content.media is not None or content.markup is not None:
        return await sent_updates(call, [sent.entry])
    return t.UpdateShortSentMessage(
        out=True, id=message.id, pts=sent.entry.pts, pts_count=1, date=message.date,
        entities=entities_view(content.entities),
    )  # fmt: skip
