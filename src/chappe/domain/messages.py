"""Messages between people: send, read back, fetch. Private dialogs write two boxes, saved messages one.

Source: api/updates, method/messages.sendMessage
"""

from collections.abc import Sequence

import msgspec

from chappe.base.errors import Invalid, NotAllowed, NotFound
from chappe.base.ids import MsgId, PeerId, UserId
from chappe.domain import content as contents
from chappe.domain import dialogs, drafts, enforcement, media_kinds, privacy
from chappe.domain.access import Grant
from chappe.domain.content import Content, ReplyTo, Text
from chappe.domain.gate import OPEN, Gate
from chappe.domain.records import Message
from chappe.domain.updates import SHARD, Entry, messages_by_id
from chappe.store import Reader, Tx
from chappe.store.queries import boxes
from chappe.store.queries import messages as rows

MESSAGE_LENGTH = 4096
"""Characters of a text, in UTF-16 code units. Source: api/config#message-length"""
CAPTION_LENGTH = 1024
QUOTE_LENGTH = 1024
"""Source: api/config#quote-length-max"""
ENTITIES = 100
"""Entities kept of one message."""


class Outgoing(msgspec.Struct, frozen=True):
    """A message on its way in. Shape: random_id any 64 bits, the sender's; 0 means no protection from repeats.

    schedule_date: when it shall be sent, 0 for now; repeat_s: after how long again, 0 for never; send_as: in whose
    name in a room, 0 for the usual one.
    """

    content: Content
    random_id: int
    grouped_id: int = 0
    clear_draft: bool = False
    schedule_date: int = 0
    send_as: PeerId = PeerId(0)
    repeat_s: int = 0


class Sent(msgspec.Struct, frozen=True):
    """What became of a send: the sender's entry; `repeated` when the random_id was seen before."""

    entry: Entry
    repeated: bool = False

    @property
    def message(self) -> Message:
        """The message in the sender's box."""
        assert self.entry.message is not None
        return self.entry.message


def require_text(text: str, entities: Sequence[contents.Entity], limit: int = MESSAGE_LENGTH) -> None:
    """The text fits. Errors: Invalid message_empty, message_too_long, entity_bounds_invalid."""
    if not text.strip():
        raise Invalid("message_empty")
    require_fits(text, entities, limit)


def require_fits(text: str, entities: Sequence[contents.Entity], limit: int = MESSAGE_LENGTH) -> None:
    """The text, which may be blank, fits. Errors: Invalid message_too_long, entity_bounds_invalid."""
    size = contents.utf16_len(text)
    if size > limit:
        raise Invalid("message_too_long" if limit == MESSAGE_LENGTH else "media_caption_too_long")
    for entity in entities:
        if entity.offset < 0 or entity.length <= 0 or entity.offset + entity.length > size:
            raise Invalid("entity_bounds_invalid")


def require_quote(text: str, entities: Sequence[contents.Entity]) -> None:
    """The quote is no longer than one may be. Errors: Invalid quote_text_invalid, entity_bounds_invalid."""
    if contents.utf16_len(text) > QUOTE_LENGTH:
        raise Invalid("quote_text_invalid")
    require_fits(text, entities)


def send(tx: Tx, grant: Grant, outgoing: Outgoing, origin: int = 0, gate: Gate = OPEN) -> Sent:
    """The message stands in the sender's box and, unless it goes to oneself, in the recipient's.

    Source: method/messages.sendMessage
    After: one new_message entry in each box, one event; the same random_id answers with the first message again.
    Errors: NotAllowed voice_messages_forbidden; what the gate says.
    """
    assert grant.may_write
    sender, peer = PeerId(grant.viewer), grant.peer
    earlier = sent_before(tx, sender, outgoing.random_id) if outgoing.random_id else None
    if earlier is not None:
        return earlier
    require_heard(tx, grant, outgoing.content)
    gate.message(tx, grant, outgoing.content)
    if outgoing.content.reply_to is not None:
        outgoing = _with_reply(tx, sender, peer, outgoing)
    if peer == sender:
        mine = _post_alone(tx, sender, outgoing, origin)
    else:
        mine = _post_both(tx, sender, peer, outgoing, origin)
    if outgoing.random_id:
        boxes.remember_send(tx, sender, sender, outgoing.random_id, mine.message.id, tx.now)  # type: ignore[union-attr]
    return Sent(mine)


def sent_before(rx: Reader, sender: PeerId, random_id: int, box: PeerId | None = None) -> Sent | None:
    """What became of an earlier send with the random_id. Errors: Invalid random_id_duplicate if it was deleted since.

    Shape: random_id is not 0; box is a room's that has its own.
    """
    message_id = boxes.sent_before(rx, box or sender, sender, random_id)
    if message_id is None:
        return None
    return Sent(_sent_again(rx, box or sender, MsgId(message_id), random_id), repeated=True)


def require_heard(rx: Reader, grant: Grant, content: Content) -> None:
    """The peer takes voice and round video from the sender, if it is one. Errors: NotAllowed voice_messages_forbidden.

    Source: api/privacy
    """
    if media_kinds.plays(content) and not privacy.permits(rx, UserId(grant.peer), "VoiceMessages", grant.viewer):
        raise NotAllowed("voice_messages_forbidden")


def post_in_box(tx: Tx, sender: PeerId, owner_id: PeerId, content: Content) -> Entry:
    """A message from the sender stands in the owner's box, and only there.

    After: one new_message entry in the owner's box.
    """
    pts, message_id = take(tx, owner_id)
    return store(tx, (Copy(owner_id, pts, message_id, sender, sender, False, 0, Outgoing(content, 0)),))[0]


def _sent_again(rx: Reader, owner_id: PeerId, message_id: MsgId, random_id: int) -> Entry:
    """The entry of a message that a repeated random_id names."""
    found = messages_by_id(rx, owner_id, (message_id,))
    if not found:
        raise Invalid("random_id_duplicate")
    counters = boxes.counters(rx, owner_id)
    assert counters is not None
    return Entry(owner_id, counters[0], 0, found[0].date, message=found[0], random_id=random_id)


def take(tx: Tx, owner_id: PeerId) -> tuple[int, MsgId]:
    """(pts, id) for one message in the box."""
    return take_all(tx, (owner_id,))[owner_id]


def take_all(tx: Tx, owners: Sequence[PeerId]) -> dict[int, tuple[int, MsgId]]:
    """owner → (pts, id) for one message in the box of each. Errors: NotFound peer_id_invalid."""
    taken = boxes.next_messages(tx, owners)
    if len(taken) < len(owners):
        raise NotFound("peer_id_invalid")
    return taken


def _post_alone(tx: Tx, owner: PeerId, outgoing: Outgoing, origin: int) -> Entry:
    """Saved messages: one box."""
    pts, message_id = take(tx, owner)
    boxes.append_event(tx, SHARD, tx.now, "message", owner, message_id, 0, 0)
    rows.add_saved(tx, owner, saved_peer(owner, outgoing.content), message_id)
    return store(tx, (Copy(owner, pts, message_id, owner, owner, True, 0, outgoing, origin),))[0]


def _post_both(tx: Tx, sender: PeerId, peer: PeerId, outgoing: Outgoing, origin: int) -> Entry:
    """A private message: both boxes, the lower owner's first so that two writers never wait for each other."""
    taken = take_all(tx, (sender, peer) if sender < peer else (peer, sender))
    (my_pts, my_id), (their_pts, their_id) = taken[sender], taken[peer]
    boxes.append_event(tx, SHARD, tx.now, "message", sender, my_id, peer, their_id)
    theirs = Outgoing(mirrored(tx, sender, peer, outgoing.content), 0, outgoing.grouped_id)
    _, mine = store(tx, (
        Copy(peer, their_pts, their_id, sender, sender, False, my_id, theirs),
        Copy(sender, my_pts, my_id, peer, sender, True, their_id, outgoing, origin),
    ))  # fmt: skip
    return mine


def _with_reply(tx: Tx, sender: PeerId, peer: PeerId, outgoing: Outgoing) -> Outgoing:
    """What was answered may be gone by now; then only a quote of it is left."""
    reply = outgoing.content.reply_to
    if reply is None or not reply.msg_id or boxes.twin(tx, sender, peer, reply.msg_id) is not None:
        return outgoing
    left = ReplyTo(0, reply.quote_text, reply.quote_entities, reply.quote_offset) if reply.quote_text else None
    return msgspec.structs.replace(outgoing, content=msgspec.structs.replace(outgoing.content, reply_to=left))


def mirrored(tx: Tx, sender: PeerId, peer: PeerId, content: Content) -> Content:
    """The content as the peer's box holds it: a reply points at the peer's own copy."""
    reply = content.reply_to
    if reply is None or not reply.msg_id:
        return content
    twin = boxes.twin(tx, sender, peer, reply.msg_id) or 0
    left = msgspec.structs.replace(reply, msg_id=twin) if twin or reply.quote_text else None
    return msgspec.structs.replace(content, reply_to=left)


class Copy(msgspec.Struct, frozen=True):
    """A message as it comes to stand in one box, with the pts and id it has there."""

    owner_id: PeerId
    pts: int
    id: MsgId
    peer_id: PeerId
    from_id: PeerId
    out: bool
    twin_id: int
    outgoing: Outgoing
    origin: int = 0


def store(tx: Tx, copies: Sequence[Copy]) -> list[Entry]:
    """Copies of one message, each in another box: row with its pts, dialog line, announcement."""
    date = tx.now
    lines = boxes.raise_dialogs(tx, [(c.owner_id, c.peer_id, c.id, date, 0 if c.out else 1) for c in copies])
    texts: list[boxes.TextRow] = []
    media: list[boxes.MediaRow] = []
    entries: list[Entry] = []
    packed: Content | None = None
    for c in copies:
        count, _, ttl_s, _ = lines[c.owner_id]
        m = _as_stored(tx, c, ttl_s)
        if m.content is not packed:  # most copies share what they say
            packed = m.content
            blob, index = contents.pack(packed), media_kinds.index_of(packed)
        texts.append(
            (m.owner_id, m.id, m.peer_id, m.from_id, int(m.out), date, m.twin_id, m.grouped_id, c.pts, len(blob), blob)
        )
        media.append((int(m.media_unread), *index))
        entries.append(Entry(m.owner_id, c.pts, 1, date, m, False, None, c.outgoing.random_id, count > 1, c.origin))
    if any([one[2] for one in media]):
        enforcement.require_given(tx, {one[2] for one in media} - {0})
    boxes.insert_messages(tx, texts, media)
    for c, entry in zip(copies, entries, strict=True):
        tx.announce(entry)
        _, folder_id, _, drafted = lines[c.owner_id]
        if folder_id and not c.out:
            dialogs.unarchive(tx, c.owner_id, c.peer_id)
        if drafted and c.outgoing.clear_draft:
            drafts.save(tx, c.owner_id, c.peer_id, None, c.origin)
    return entries


def _as_stored(tx: Tx, c: Copy, ttl_s: int) -> Message:
    """The message as the box's owner sees it, to be deleted where the dialog says so."""
    content = c.outgoing.content
    if ttl_s:
        content = msgspec.structs.replace(content, ttl_period=ttl_s)
        rows.add_expiring(tx, c.owner_id, tx.now + ttl_s, c.id)
    unread = (media_kinds.plays(content) or media_kinds.vanishes_s(content) > 0) and not (c.out and c.twin_id == 0)
    if c.peer_id < 0 and isinstance(content, Text):
        unread = unread or c.owner_id in content.mentions
    return Message(
        c.owner_id, c.id, c.peer_id, c.from_id, c.out, tx.now, c.twin_id, content,
        0, False, unread, c.outgoing.grouped_id,
    )  # fmt: skip


def saved_peer(owner: PeerId, content: Content) -> int:
    """In saved messages: the chat that a message was kept from, the owner for what was written there."""
    forward = content.fwd_from if isinstance(content, Text) else None
    return (forward.saved_from_peer if forward else 0) or owner
