"""messages.sendMedia, sendMultiMedia, uploadMedia. Source: method/messages.sendMedia, api/files#albums-grouped-media"""

from collections.abc import Sequence

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import access, messages, sending
from chappe.domain.content import Entity, MediaDocument, MediaPhoto, Text
from chappe.domain.formatting import formatted
from chappe.domain.messages import CAPTION_LENGTH, MESSAGE_LENGTH, Outgoing, Sent
from chappe.rpc import inputs, replies
from chappe.rpc.context import Call, method
from chappe.rpc.incoming import media_of
from chappe.rpc.messages import previews
from chappe.rpc.results import sent_updates, viewer
from chappe.rpc.views.media import media_view
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t

ALBUM = 10
"""Items of one album at most."""


@method("messages.sendMedia")
async def send_media(call: Call, q: f.messages.SendMedia) -> t.TypeUpdates:
    """The media stand in both boxes, durably, with their caption.

    Source: method/messages.sendMedia
    Errors: as messages.sendMessage, MEDIA_EMPTY, MEDIA_INVALID, MEDIA_CAPTION_TOO_LONG, FILE_PART_X_MISSING,
    WEBPAGE_URL_INVALID, WEBPAGE_NOT_FOUND; TTL_MEDIA_INVALID for media that shall vanish where many look.
    """
    inputs.for_all_to_see(q)
    schedule_date = inputs.schedule_date(q.schedule_date)
    peer = await inputs.peer(call, q.peer)
    send_as = await inputs.speaker(call, peer, q.send_as)
    earlier = await _sent_before(call, peer, [q.random_id])
    if earlier:
        return await sent_updates(call, [s.entry for s in earlier])
    carded = isinstance(q.media, t.InputMediaWebPage)
    caption, entities = _caption(call, q.message, q.entities, MESSAGE_LENGTH if carded else CAPTION_LENGTH)
    _require_vanishing(call, peer, [q.media])
    media = await previews.media_of(call, q.media)
    if carded:
        messages.require_text(caption, entities)
    answered = await replies.answered(call, peer, q.reply_to)
    content = Text(
        caption, entities, media, answered, None, bool(q.silent), bool(q.noforwards), bool(q.invert_media),
        effect=q.effect or 0, markup=inputs.markup(call, q.reply_markup),
    )  # fmt: skip
    outgoing = Outgoing(
        content, q.random_id, clear_draft=bool(q.clear_draft), schedule_date=schedule_date, send_as=send_as,
        repeat_s=inputs.repeat(q.schedule_repeat_period, schedule_date),
    )  # fmt: skip
    sent = await _send(call, peer, [outgoing])
    return await sent_updates(call, [s.entry for s in sent])


@method("messages.sendMultiMedia")
async def send_multi_media(call: Call, q: f.messages.SendMultiMedia) -> t.TypeUpdates:
    """The album stands in both boxes, all of it or nothing.

    Source: method/messages.sendMultiMedia
    Errors: as messages.sendMedia, MULTI_MEDIA_TOO_LONG, RANDOM_ID_DUPLICATE.
    """
    inputs.for_all_to_see(q)
    schedule_date = inputs.schedule_date(q.schedule_date)
    items = q.multi_media
    if not items:
        raise Invalid("media_empty")
    if len(items) > ALBUM:
        raise Invalid("multi_media_too_long")
    if len({item.random_id for item in items}) < len(items):
        raise Invalid("random_id_duplicate")
    peer = await inputs.peer(call, q.peer)
    send_as = await inputs.speaker(call, peer, q.send_as)
    _require_vanishing(call, peer, [item.media for item in items])
    earlier = await _sent_before(call, peer, [item.random_id for item in items])
    if earlier:
        return await sent_updates(call, [s.entry for s in earlier])
    grouped_id = int.from_bytes(call.services.entropy(8), "little") >> 1
    outgoing, answered = [], await replies.answered(call, peer, q.reply_to)
    for item in items:
        caption, entities = _caption(call, item.message, item.entities)
        media = await media_of(call, item.media)
        if not isinstance(media, MediaPhoto | MediaDocument):
            raise Invalid("media_invalid")
        content = Text(
            caption, entities, media, answered, None, bool(q.silent), bool(q.noforwards), bool(q.invert_media),
            effect=q.effect or 0,
        )  # fmt: skip
        outgoing.append(Outgoing(
            content, item.random_id, grouped_id, bool(q.clear_draft), schedule_date=schedule_date, send_as=send_as
        ))  # fmt: skip
    sent = await _send(call, peer, outgoing)
    return await sent_updates(call, [s.entry for s in sent])


@method("messages.uploadMedia")
async def upload_media(call: Call, q: f.messages.UploadMedia) -> t.TypeMessageMedia:
    """The media are described and can be sent later by id, as the items of an album are.

    Source: method/messages.uploadMedia
    """
    await inputs.peer(call, q.peer)
    return media_view(await media_of(call, q.media), viewer(call))


def _require_vanishing(call: Call, peer: PeerId, media: Sequence[t.TypeInputMedia]) -> None:
    """Media that shall vanish go to one other person: elsewhere they would stay. Errors: Invalid ttl_media_invalid."""
    if peer <= 0 or peer == PeerId(call.user_id):
        for one in media:
            inputs.absent(getattr(one, "ttl_seconds", None) or None, "ttl_media_invalid")


def _caption(
    call: Call, text: str, values: Sequence[t.TypeMessageEntity] | None, limit: int = CAPTION_LENGTH
) -> tuple[str, tuple[Entity, ...]]:
    """The caption as it is kept, with what it marks."""
    caption, entities = formatted(text, inputs.entities(call, values))
    messages.require_fits(caption, entities, limit)
    return caption, entities


async def _sent_before(call: Call, peer: PeerId, random_ids: Sequence[int]) -> list[Sent]:
    """What all of these were sent as before, if they were; a repeated call finds no upload to make media of.

    Errors: as access.require_write, before anything is taken in.
    """

    def query(rx: Reader) -> list[Sent]:
        grant = access.require_write(rx, call.user_id, peer)
        sender, box = PeerId(grant.viewer), grant.box
        found = [messages.sent_before(rx, sender, random_id, box) if random_id else None for random_id in random_ids]
        return [sent for sent in found if sent is not None] if None not in found else []

    return await call.read(query)


async def _send(call: Call, peer: PeerId, outgoing: Sequence[Outgoing]) -> list[Sent]:
    origin = call.device.auth_key_id

    def act(tx: Tx) -> list[Sent]:
        grant = access.require_write(tx, call.user_id, peer)
        return [sending.send(tx, grant, one, origin, call.services.gate) for one in outgoing]

    return await call.write(act)

