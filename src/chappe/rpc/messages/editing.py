"""messages.editMessage and getMessageEditData. Source: method/messages.editMessage"""

from chappe.domain import access, editing
from chappe.domain.content import MediaDocument, MediaPhoto, Text
from chappe.domain.editing import Edit
from chappe.domain.formatting import formatted
from chappe.domain.records import Message
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages import polls, previews, scheduled
from chappe.rpc.results import sent_updates
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.editMessage")
async def edit_message(call: Call, q: f.messages.EditMessage) -> t.TypeUpdates:
    """The message says the new text, or shows the new media, on both sides.

    Source: method/messages.editMessage
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, MESSAGE_AUTHOR_REQUIRED, MESSAGE_EDIT_TIME_EXPIRED, TTL_MEDIA_INVALID,
    MESSAGE_NOT_MODIFIED, MESSAGE_EMPTY, MESSAGE_TOO_LONG, MEDIA_CAPTION_TOO_LONG, ENTITY_BOUNDS_INVALID.
    """
    inputs.absent(q.quick_reply_shortcut_id, "message_id_invalid")
    inputs.absent(q.rich_message, "message_empty")
    if q.schedule_date is not None:
        return await scheduled.edit(call, q)
    inputs.absent(getattr(q.media, "ttl_seconds", None) or None, "ttl_media_invalid")  # it may have been looked at
    if isinstance(q.media, t.InputMediaPoll):
        return await polls.stop(call, q)
    peer, now, origin = await inputs.peer(call, q.peer), call.now(), call.device.auth_key_id
    media = None
    if q.media is not None:
        # Nothing is taken in from who may not edit.
        await call.read(lambda rx: editing.require_editable(
            rx, access.require_write(rx, call.user_id, peer), q.id, now
        ))  # fmt: skip
        media = await previews.media_of(call, q.media)
    text, entities = formatted(q.message or "", inputs.entities(call, q.entities))
    change = Edit(
        None if q.message is None else text, entities, media, no_webpage=bool(q.no_webpage),
        invert_media=bool(q.invert_media), markup=inputs.markup(call, q.reply_markup),
        by_bot=call.bot,
    )  # fmt: skip

    def act(tx: Tx) -> Entry:
        return editing.edit(tx, access.require_write(tx, call.user_id, peer), q.id, change, origin)

    entry = await call.write(act)
    if not q.no_webpage and entry.message is not None:
        previews.after_send(call, entry.message)
    return await sent_updates(call, [entry])


@method("messages.getMessageEditData")
async def get_message_edit_data(call: Call, q: f.messages.GetMessageEditData) -> t.messages.MessageEditData:
    """Whether the message is text or a caption, if the caller may edit it.

    Source: method/messages.getMessageEditData
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, MESSAGE_AUTHOR_REQUIRED, MESSAGE_EDIT_TIME_EXPIRED.
    """
    peer, now = await inputs.peer(call, q.peer), call.now()

    def query(rx: Reader) -> Message:
        return editing.require_editable(rx, access.require_read(rx, call.user_id, peer), q.id, now)

    content = (await call.read(query)).content
    captioned = isinstance(content, Text) and isinstance(content.media, MediaPhoto | MediaDocument)
    return t.messages.MessageEditData(caption=captioned)
