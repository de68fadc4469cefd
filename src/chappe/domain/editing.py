"""Edits: what a message says changes in every box that holds it.

Source: method/messages.editMessage
"""

from dataclasses import dataclass

import msgspec

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import PeerId
from chappe.domain import (
    account_measures,
    edits,
    enforcement,
    indexing,
    media_kinds,
    messages,
    posts,
    room_log,
    threads,
    updates,
)
from chappe.domain import content as contents
from chappe.domain.access import Grant
from chappe.domain.content import (
    Content,
    Entity,
    Markup,
    Media,
    MediaDocument,
    MediaPhoto,
    MediaTodo,
    MediaWebPage,
    Text,
    WebPage,
)
from chappe.domain.formatting import first_url
from chappe.domain.records import Message
from chappe.domain.updates import SHARD, Entry, commit_edit
from chappe.store import Reader, Tx
from chappe.store.queries import boxes
from chappe.store.queries import enforcement as held_rows
from chappe.store.queries import messages as rows

EDIT_TIME_S = 48 * 3600
"""How long a private message can be edited. Source: api/config#edit-time-limit"""


@dataclass(frozen=True, slots=True)
class Edit:
    """What shall change; None leaves a part as it is. Shape: no_webpage takes a link card away."""

    message: str | None = None
    entities: tuple[Entity, ...] = ()
    media: Media | None = None
    no_webpage: bool = False
    invert_media: bool = False
    markup: Markup | None = None
    by_bot: bool = False
    """True for one whose message has the given keyboard from now on, or none."""


def require_editable(rx: Reader, grant: Grant, message_id: int, now: int) -> Message:
    """The message as long as its author may change it.

    Errors: Invalid message_id_invalid, message_edit_time_expired; NotAllowed message_author_required.
    """
    message = updates.of_dialog(rx, grant.box, grant.peer, message_id, grant.floor)
    if not isinstance(message.content, Text) or message.held & enforcement.WITHHELD:
        raise Invalid("message_id_invalid")
    if message.content.fwd_from is not None or not _may_edit(grant, message, message.content):
        raise NotAllowed("message_author_required")
    if message.date + EDIT_TIME_S < now and not _may_edit_late(grant, message):
        raise Invalid("message_edit_time_expired")
    return message


def _may_edit(grant: Grant, message: Message, content: Text) -> bool:
    """True for the author; in a channel also for administrators who may edit others' posts."""
    room, me = grant.room, grant.me
    if room is None or me is None or not room.own_box:
        return message.out
    mine = grant.viewer in (message.from_id, content.author_id)
    if room.broadcast:
        return me.may("edit_messages") or (mine and me.may("post_messages"))
    return mine


def _may_edit_late(grant: Grant, message: Message) -> bool:
    """True in saved messages, and for administrators whom no time limit holds."""
    if grant.room is None or grant.me is None:
        return message.peer_id == message.owner_id
    return grant.room.own_box and grant.me.may("edit_messages" if grant.room.broadcast else "pin_messages")


def edit(tx: Tx, grant: Grant, message_id: int, change: Edit, origin: int = 0) -> Entry:
    """The message says the new text in both boxes.

    Source: method/messages.editMessage
    After: one edit in each box that holds it, one event.
    Errors: as require_editable; Invalid message_not_modified, message_empty, message_too_long,
    media_caption_too_long, entity_bounds_invalid, media_prev_invalid; NotAllowed voice_messages_forbidden,
    chat_write_forbidden and its like.
    """
    assert grant.may_write
    message = require_editable(tx, grant, message_id, tx.now)
    assert isinstance(message.content, Text)
    after = _changed(message.content, change)
    if after == message.content:
        raise Invalid("message_not_modified")
    account_measures.require_may_say(tx, grant, after, anew=False)
    if grant.room is not None and grant.me is not None:
        posts.require_edit(grant.room, grant.me, message.content, after, tx.now)
    messages.require_heard(tx, grant, after)
    others = posts.copies(tx, message)[1:]
    mine = put_content(tx, message, after, tx.now)
    if grant.room is not None:
        edits.keep(tx, grant.room, message)
        room_log.message(tx, grant.room, grant.viewer, "edit", "EditMessage", message, mine)
    boxes.append_event(
        tx, SHARD, tx.now, "edit", message.owner_id, message.id, message.peer_id if others else 0, message.twin_id
    )
    for twin in others:
        if isinstance(twin.content, Text):
            commit_edit(tx, _put_twin(tx, twin, after, tx.now))
    entry = commit_edit(tx, mine, origin)
    _discussed(tx, mine)
    return entry


def _discussed(tx: Tx, post: Message) -> None:
    """What a channel's post says now, its copy in the discussion group says as well. Source: api/discussion"""
    said = threads.mirror_of(post)
    for mirror in threads.mirrors(tx, (post,)):
        if said is not None and isinstance(mirror.content, Text):
            own = msgspec.structs.replace(said, ttl_period=mirror.content.ttl_period, fwd_from=mirror.content.fwd_from)
            if mirror.held & enforcement.WITHHELD:
                put_aside(tx, mirror, msgspec.structs.replace(own, fwd_from=said.fwd_from), post.edit_date)
                continue
            boxes.append_event(tx, SHARD, tx.now, "edit", mirror.owner_id, mirror.id, 0, 0)
            commit_edit(tx, put_content(tx, mirror, own, post.edit_date))


def put_aside(tx: Tx, mark: Message, content: Content, edit_date: int) -> None:
    """A message whose words a decision withholds will say this when they come back."""
    put_content(tx, mark, mark.content, edit_date)
    held_rows.rewrite(tx, mark.owner_id, mark.id, media_kinds.index_of(content), contents.pack(content))


def _changed(before: Text, change: Edit) -> Text:
    """What the message says after the change."""
    text = before.message if change.message is None else change.message
    entities = before.entities if change.message is None else change.entities
    media = _media_after(before, change, text, entities)
    captioned = media is not None and not isinstance(media, MediaWebPage)
    if text or not captioned:
        limit = messages.CAPTION_LENGTH if captioned else messages.MESSAGE_LENGTH
        messages.require_text(text, entities, limit)
    return msgspec.structs.replace(
        before, message=text, entities=entities, media=media, invert_media=change.invert_media,
        markup=change.markup if change.by_bot else before.markup,
    )  # fmt: skip


def _media_after(before: Text, change: Edit, text: str, entities: tuple[Entity, ...]) -> Media | None:
    """What the message carries after the change; a link card stays as long as its link does."""
    if isinstance(before.media, MediaTodo) and isinstance(change.media, MediaTodo):
        known = {task.id for task in change.media.tasks}
        return msgspec.structs.replace(change.media, ticks=tuple(one for one in before.media.ticks if one.id in known))
    if change.media is not None:
        fits = isinstance(before.media, MediaPhoto | MediaDocument | MediaWebPage | None)
        if not fits or isinstance(change.media, MediaTodo):
            raise Invalid("media_prev_invalid")
        return change.media
    if isinstance(before.media, MediaWebPage):
        same = first_url(text, entities) == first_url(before.message, before.entities)
        return before.media if same and not change.no_webpage else None
    return before.media


def attach_card(tx: Tx, owner: PeerId, message_id: int, url: str, page: WebPage) -> None:
    """The link's card, fetched meanwhile, stands under the message in both boxes, if this still is its first link.

    After: one edit without an edit date in each box that holds the message.
    """
    found = updates.messages_by_id(tx, owner, (message_id,))
    for message in found[:1]:
        for copy in posts.copies(tx, message):
            text = copy.content
            if not isinstance(text, Text) or not isinstance(text.media, MediaWebPage | None):
                continue
            if first_url(text.message, text.entities) != url:
                continue
            card = _card(text.media, page)
            if card != text.media:
                after = put_content(tx, copy, msgspec.structs.replace(text, media=card), copy.edit_date)
                commit_edit(tx, after)
                _discussed(tx, after)


def _card(before: Media | None, page: WebPage) -> MediaWebPage:
    return msgspec.structs.replace(before, page=page) if isinstance(before, MediaWebPage) else MediaWebPage(page)


def _put_twin(tx: Tx, twin: Message, after: Text, edit_date: int) -> Message:
    """The copy says the same; what it answers and how long it lives are its own."""
    assert isinstance(twin.content, Text)
    own = msgspec.structs.replace(after, reply_to=twin.content.reply_to, ttl_period=twin.content.ttl_period)
    return put_content(tx, twin, own, edit_date)


def put_content(tx: Tx, message: Message, content: Content, edit_date: int) -> Message:
    """The row says this; the message as it is now. The log is the caller's."""
    indexing.changed(tx, message, content)
    blob = contents.pack(content)
    rows.set_content(tx, message.owner_id, message.id, edit_date, media_kinds.index_of(content), blob)
    return msgspec.structs.replace(message, content=content, edit_date=edit_date)
