"""Drafts. Source: api/drafts"""

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import access, drafts, messages, threads
from chappe.domain.content import MediaWebPage, ReplyTo, Text, WebPage
from chappe.domain.rooms import Flag
from chappe.rpc import inputs, replies
from chappe.rpc.context import Call, method
from chappe.rpc.messages import previews
from chappe.rpc.results import chats, users, viewer
from chappe.rpc.views.peers import peer_view
from chappe.rpc.views.updates import draft_view
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.saveDraft")
async def save_draft(call: Call, q: f.messages.SaveDraft) -> bool:
    """The draft for the peer is this on all devices; an empty one is none.

    Source: method/messages.saveDraft
    Errors: PEER_ID_INVALID, MESSAGE_TOO_LONG, ENTITY_BOUNDS_INVALID, MEDIA_INVALID, WEBPAGE_URL_INVALID.
    """
    inputs.absent(q.rich_message, "media_invalid")
    card = _card(q.media)
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id
    entities, reply = inputs.entities(call, q.entities), await _reply(call, peer, q.reply_to)
    messages.require_fits(q.message, entities)
    top = q.reply_to.top_msg_id or 0 if isinstance(q.reply_to, t.InputReplyToMessage) else 0
    if reply is not None and not reply.peer_id and reply.msg_id == top:
        reply = None
    draft = None
    if q.message or reply is not None:
        draft = Text(
            q.message, entities, card, reply, invert_media=bool(q.invert_media), effect=q.effect or 0,
            no_webpage=bool(q.no_webpage),
        )  # fmt: skip

    def act(tx: Tx) -> None:
        room = access.require_read(tx, call.user_id, peer).room
        forum = room is not None and Flag.FORUM in room.flags and threads.is_topic(tx, peer, top)
        drafts.save(tx, PeerId(call.user_id), peer, draft, origin, top if forum else 0)

    await call.write(act)
    return True


async def _reply(call: Call, target: PeerId, value: t.TypeInputReplyTo | None) -> ReplyTo | None:
    """What the message will answer, here or in another chat. Errors: as `inputs.reply_to`, PEER_ID_INVALID."""
    reply, elsewhere = await replies.named(call, target, value)
    if reply is None or elsewhere is None:
        return reply
    return msgspec.structs.replace(reply, msg_id=0, peer_id=elsewhere, far_id=reply.msg_id)


def _card(value: t.TypeInputMedia | None) -> MediaWebPage | None:
    """The card that is wished under a text, not fetched yet. Errors: Invalid media_invalid, webpage_url_invalid."""
    if value is None:
        return None
    if not isinstance(value, t.InputMediaWebPage):
        raise Invalid("media_invalid")
    page = WebPage(0, previews.linked(value))
    return MediaWebPage(page, bool(value.force_large_media), bool(value.force_small_media), True)


@method("messages.getAllDrafts")
async def get_all_drafts(call: Call, q: f.messages.GetAllDrafts) -> t.TypeUpdates:
    """All drafts, as the updates that would have told of them. Source: method/messages.getAllDrafts"""
    owner = PeerId(call.user_id)
    found = await call.read(lambda rx: drafts.every(rx, owner))
    told = [
        t.UpdateDraftMessage(
            peer=peer_view(d.peer_id), top_msg_id=d.topic_id or None, draft=draft_view(d.draft, d.date, viewer(call))
        )
        for d in found
    ]  # fmt: skip
    people, around = await users(call, (d.peer_id for d in found)), await chats(call, (d.peer_id for d in found))
    return t.Updates(updates=told, users=people, chats=around, date=call.now(), seq=0)


@method("messages.clearAllDrafts")
async def clear_all_drafts(call: Call, q: f.messages.ClearAllDrafts) -> bool:
    """No draft is left. Source: method/messages.clearAllDrafts"""
    owner, origin = PeerId(call.user_id), call.device.auth_key_id
    await call.write(lambda tx: drafts.clear(tx, owner, origin))
    return True
