"""Forwards: messages of one dialog told again in another.

Source: method/messages.forwardMessages, api/forward
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import (
    enforcement,
    media_kinds,
    posts,
    privacy,
    room_bots,
    room_counts,
    scheduling,
    sending,
    updates,
)
from chappe.domain.access import Grant
from chappe.domain.content import Forward, MediaDocument, MediaPhoto, ReplyTo, Text
from chappe.domain.gate import OPEN, Gate
from chappe.domain.messages import Outgoing, Sent
from chappe.domain.records import Message
from chappe.domain.rooms import Flag
from chappe.store import Reader, Tx
from chappe.store.queries import people
from chappe.store.queries import posts as post_rows

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Manner:
    """How messages are told again."""

    silent: bool = False
    drop_author: bool = False
    drop_captions: bool = False
    noforwards: bool = False
    reply_to: ReplyTo | None = None
    effect: int = 0
    schedule_date: int = 0
    send_as: int = 0
    repeat_s: int = 0


def forward(
    tx: Tx,
    source: Grant,
    target: Grant,
    wanted: Sequence[tuple[int, int]],
    manner: Manner,
    fresh_groups: Sequence[int],
    origin: int = 0,
    gate: Gate = OPEN,
) -> list[Sent]:
    """The messages stand in the target dialog, in the given order; those that are gone are left out.

    Source: method/messages.forwardMessages
    Shape: wanted = (id in the source dialog, random_id); fresh_groups has a new grouped_id for each message.
    After: as messages.send, for each.
    Errors: Invalid message_id_invalid, chat_forwards_restricted, slowmode_multi_msgs_disabled; NotAllowed
    voice_messages_forbidden.
    """
    assert target.may_write
    at_once = not scheduling.is_later(manner.schedule_date, tx.now)
    if len(wanted) > 1 and at_once and posts.is_slowed(target):
        raise Invalid("slowmode_multi_msgs_disabled")
    found = _found(tx, source, [i for i, _ in wanted])
    if source.room is not None and Flag.NOFORWARDS in source.room.flags:
        raise Invalid("chat_forwards_restricted")
    _require_forwardable(tx, found.values())
    albums = dict.fromkeys(m.grouped_id for m in found.values() if m.grouped_id)
    groups = dict(zip(albums, fresh_groups, strict=False))
    _count(tx, source, found)
    headers: dict[PeerId, Forward] = {}
    sent = []
    for message_id, random_id in wanted:
        message = found.get(message_id)
        if message is not None:
            content = _told_again(tx, message, source, target, manner, headers)
            outgoing = Outgoing(
                content, random_id, groups.get(message.grouped_id, 0), schedule_date=manner.schedule_date,
                send_as=PeerId(manner.send_as), repeat_s=manner.repeat_s,
            )
            sent.append(sending.send(tx, target, outgoing, origin, gate))
    return sent


def origin_of(rx: Reader, message: Message, source: Grant, target: PeerId) -> Forward:
    """Where the message came from, as somebody told of it in the target chat may know it.

    Errors: Invalid message_id_invalid, chat_forwards_restricted.
    """
    if not isinstance(message.content, Text):
        raise Invalid("message_id_invalid")
    if source.room is not None and Flag.NOFORWARDS in source.room.flags:
        raise Invalid("chat_forwards_restricted")
    _require_forwardable(rx, (message,))
    header = _header(rx, message, source, Grant(source.viewer, target), {})
    return msgspec.structs.replace(header, saved_from_peer=0, saved_from_msg_id=0)


def _found(rx: Reader, source: Grant, ids: Sequence[int]) -> dict[int, Message]:
    near = room_bots.heard(rx, source, updates.messages_by_id(rx, source.box, ids))
    found = {m.id: m for m in near if m.peer_id == source.peer and m.id > source.floor}
    if not any(isinstance(m.content, Text) for m in found.values()):
        raise Invalid("message_id_invalid")
    return {i: m for i, m in found.items() if isinstance(m.content, Text)}


def _count(tx: Tx, source: Grant, found: dict[int, Message]) -> None:
    """Posts of a channel know how often they were forwarded."""
    if source.room is not None and source.room.broadcast:
        post_rows.add_counts(tx, [(source.peer, i, 0, 1) for i in found])
        room_counts.shared(tx, source.peer, sorted(found))


def _require_forwardable(rx: Reader, found: Iterable[Message]) -> None:
    """None of the messages is protected, vanishes, or is kept from somebody by a decision that a copy would escape."""
    for message in found:
        assert isinstance(message.content, Text)
        vanishes = media_kinds.vanishes_s(message.content) > 0
        if message.content.noforwards or vanishes or (message.held and enforcement.confines(rx, message)):
            raise Invalid("chat_forwards_restricted")


def _told_again(
    rx: Reader, message: Message, source: Grant, target: Grant, manner: Manner, headers: dict[PeerId, Forward]
) -> Text:
    """The content as it goes out anew."""
    before = message.content
    assert isinstance(before, Text)
    drop = manner.drop_captions and isinstance(before.media, MediaPhoto | MediaDocument)
    return Text(
        "" if drop else before.message,
        () if drop else before.entities,
        before.media,
        manner.reply_to,
        None if manner.drop_author or manner.drop_captions else _header(rx, message, source, target, headers),
        manner.silent,
        manner.noforwards,
        before.invert_media,
        effect=manner.effect,
    )


def _header(
    rx: Reader, message: Message, source: Grant, target: Grant, headers: dict[PeerId, Forward]
) -> Forward:
    """Where the message came from; in saved messages also which one it was."""
    assert isinstance(message.content, Text)
    header = message.content.fwd_from
    if header is None:
        author = message.from_id
        if author <= 0:
            return _saved(_of_room(message), message, source, target)
        if author not in headers:
            headers[author] = _authored(rx, author, source.viewer, target.peer)
        header = headers[author]
        header = msgspec.structs.replace(header, date=message.date)
    return _saved(header, message, source, target)


def _of_room(message: Message) -> Forward:
    """What a channel or an anonymous administrator said was said by the room."""
    assert isinstance(message.content, Text)
    post = 0 if message.from_id else message.id
    return Forward(
        message.date, from_id=message.owner_id, channel_post=post, post_author=message.content.post_author
    )


def _saved(header: Forward, message: Message, source: Grant, target: Grant) -> Forward:
    """The header, in saved messages with the chat that the message was kept from."""
    if target.peer == PeerId(target.viewer):
        return msgspec.structs.replace(header, saved_from_peer=source.peer, saved_from_msg_id=message.id)
    return msgspec.structs.replace(header, saved_from_peer=0, saved_from_msg_id=0)


def _authored(rx: Reader, author: PeerId, viewer: UserId, target: PeerId) -> Forward:
    """The author as the header may name them: by link, or by name alone. Source: api/privacy#forwards"""
    asking = UserId(max(0, target)) if author == PeerId(viewer) else viewer
    if privacy.permits(rx, UserId(author), "Forwards", asking):
        return Forward(0, from_id=author)
    rows = people.accounts(rx, (author,))
    name = f"{rows[0][2]} {rows[0][3]}".strip() if rows else ""
    return Forward(0, from_name=name or "Deleted Account")
