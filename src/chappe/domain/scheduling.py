"""Messages to be sent later: put aside, changed, sent when their date comes, or when a person is online.

Source: api/scheduled-messages
They wait in their author's box, those for a channel in the channel's, where every administrator who posts sees them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from chappe.base.errors import Invalid, NotAllowed, Refusal, TooMany
from chappe.base.ids import MsgId, PeerId, UserId
from chappe.domain import access, account_measures, drafts, media_kinds, messages, peers, posts, rooms, speakers
from chappe.domain import content as contents
from chappe.domain.access import SERVICE_USER, Grant
from chappe.domain.content import Content, Entity, Media, Text
from chappe.domain.messages import Outgoing, Sent
from chappe.domain.records import Message
from chappe.domain.updates import Entry, Scheduled, Unscheduled, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import rooms as room_rows
from chappe.store.queries import scheduled as rows

UNTIL_ONLINE = 0x7FFFFFFE
"""The date of messages that wait for a person to be online."""
LONGEST_S = 366 * 86_400
SOON_S = 10
"""A date nearer than this is now."""
MOST = 100
"""Messages that may wait for one peer."""
AT_ONCE = 50
KEPT_BACK_S = 86_400
"""So long a message waits anew that a decision of the platform keeps from being sent."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits. Shape: `message` as it is shown, its date the one it waits for."""

    message: Message
    author: UserId
    random_id: int


def shelf(grant: Grant) -> PeerId:
    """Whose box the viewer's messages for the peer wait in."""
    return grant.peer if grant.room is not None and grant.room.broadcast else PeerId(grant.viewer)


def of_row(row: tuple[Any, ...]) -> Waiting:
    """The record of a row in the order of `rows.COLUMNS`."""
    owner, id_, peer, author, date, edit_date, random_id, grouped_id, blob = row
    from_id = PeerId(0) if owner < 0 else PeerId(author)
    message = Message(
        owner, MsgId(id_), peer, from_id, True, date, 0, contents.unpack(blob), edit_date, grouped_id=grouped_id
    )
    return Waiting(message, author, random_id)


def is_later(date: int, now: int) -> bool:
    """True if a message with this date has to wait."""
    return date > now + SOON_S


def require_date(rx: Reader, grant: Grant, date: int, now: int) -> None:
    """A message may wait for this.

    Errors: Invalid schedule_date_invalid, schedule_date_too_late; NotAllowed schedule_status_private.
    """
    if date == UNTIL_ONLINE:
        if grant.peer <= 0 or grant.peer in (PeerId(grant.viewer), PeerId(SERVICE_USER)):
            raise Invalid("schedule_date_invalid")
        cards = peers.cards(rx, grant.viewer, (grant.peer,), now)
        if not cards or cards[0].status not in ("online", "offline"):
            raise NotAllowed("schedule_status_private")
    elif date > now + LONGEST_S:
        raise Invalid("schedule_date_too_late")


def put_aside(tx: Tx, grant: Grant, outgoing: Outgoing, origin: int = 0) -> Sent:
    """The message waits for its date.

    Source: method/messages.sendMessage
    After: one state for each of the people who see it wait.
    Errors: as `require_date` and sending at once; Invalid schedule_too_much.
    """
    assert grant.may_write
    require_date(tx, grant, outgoing.schedule_date, tx.now)
    owner = shelf(grant)
    if outgoing.random_id and (earlier := rows.repeated(tx, owner, grant.peer, outgoing.random_id)) is not None:
        return Sent(_entry(tx, of_row(earlier).message, outgoing.random_id), repeated=True)
    if grant.room is not None and grant.me is not None:
        posts.require_post(replace(grant.room, slow_mode_s=0), grant.me, outgoing.content, tx.now)
        if outgoing.send_as:
            speakers.chosen(tx, grant.room, grant.me, outgoing.send_as)
    if rows.count(tx, owner, grant.peer) >= MOST:
        raise Invalid("schedule_too_much")
    content, id_ = _waiting(outgoing), rows.take_id(tx, owner)
    rows.insert(
        tx, owner, id_, grant.peer, grant.viewer, outgoing.schedule_date, outgoing.random_id, outgoing.grouped_id,
        media_kinds.index_of(content)[2], contents.pack(content),
    )  # fmt: skip
    _tell(tx, grant, Scheduled(grant.peer, id_), origin)
    if outgoing.clear_draft:
        drafts.save(tx, PeerId(grant.viewer), grant.peer, None, origin)
    found = rows.one(tx, owner, id_)
    assert found is not None
    return Sent(_entry(tx, of_row(found).message, outgoing.random_id))


def _waiting(outgoing: Outgoing) -> Content:
    """The content as it waits, knowing what the sender wished of its sending."""
    content = outgoing.content
    return content if not isinstance(content, Text) else msgspec.structs.replace(
        content, from_scheduled=True, send_as=outgoing.send_as, repeat_s=outgoing.repeat_s
    )  # fmt: skip


def _going(message: Message) -> Outgoing:
    """The message as it goes out."""
    content = message.content
    if not isinstance(content, Text):
        return Outgoing(content, 0, message.grouped_id)
    said = msgspec.structs.replace(content, send_as=0, repeat_s=0)
    return Outgoing(said, 0, message.grouped_id, send_as=PeerId(content.send_as))


def _entry(tx: Tx, message: Message, random_id: int) -> Entry:
    return Entry(message.owner_id, 0, 0, tx.now, message, random_id=random_id, scheduled=True)


def _tell(tx: Tx, grant: Grant, state: Scheduled | Unscheduled, origin: int) -> None:
    """Those who see the message wait will hear."""
    for user in _seeing(tx, shelf(grant)):
        commit_state(tx, PeerId(user), state, origin if user == grant.viewer else 0)


def _seeing(rx: Reader, owner: PeerId) -> Iterable[int]:
    if owner > 0:
        return (owner,)
    found = room_rows.members(rx, owner, (rooms.Status.CREATOR, rooms.Status.ADMIN), 0, 50)
    return [m.user_id for m in map(rooms.member_of_row, found) if m.may("post_messages")]


def _require_seeing(grant: Grant) -> None:
    """The viewer sees what waits for the peer. Errors: NotAllowed chat_admin_required in a channel."""
    if grant.room is not None and grant.room.broadcast:
        assert grant.me is not None
        rooms.require_right(grant.room, grant.me, "post_messages")


def listed(rx: Reader, grant: Grant) -> list[Message]:
    """What waits for the peer, the latest first. Source: method/messages.getScheduledHistory"""
    _require_seeing(grant)
    return [of_row(row).message for row in rows.of_peer(rx, shelf(grant), grant.peer)]


def some(rx: Reader, grant: Grant, ids: Sequence[int]) -> list[Message]:
    """Those of the messages that wait for the peer. Source: method/messages.getScheduledMessages"""
    wanted = set(ids)
    return [m for m in listed(rx, grant) if m.id in wanted]


def any_for(rx: Reader, grant: Grant) -> bool:
    """True if something that the viewer sees waits for the peer."""
    return rows.count(rx, shelf(grant), grant.peer) > 0


def _find(rx: Reader, grant: Grant, id_: int) -> Waiting:
    """Errors: Invalid message_id_invalid."""
    _require_seeing(grant)
    row = rows.one(rx, shelf(grant), id_)
    if row is None or row[2] != grant.peer:
        raise Invalid("message_id_invalid")
    return of_row(row)


def delete(tx: Tx, grant: Grant, ids: Sequence[int], origin: int = 0) -> list[int]:
    """Those of the messages that waited do not any more, unsent. Source: method/messages.deleteScheduledMessages"""
    gone = [m.id for m in some(tx, grant, ids)]
    rows.delete(tx, shelf(grant), gone)
    if gone:
        _tell(tx, grant, Unscheduled(grant.peer, tuple(gone)), origin)
    return list(gone)


@dataclass(frozen=True, slots=True)
class Change:
    """What shall be different about a waiting message; None leaves a part as it is."""

    message: str | None = None
    entities: tuple[Entity, ...] = ()
    media: Media | None = None
    date: int | None = None
    repeat_s: int | None = None


def edit(tx: Tx, grant: Grant, id_: int, change: Change, origin: int = 0) -> Entry:
    """The waiting message is as wished.

    Source: method/messages.editMessage
    Errors: Invalid message_id_invalid, message_not_modified, message_empty, message_too_long; as `require_date`.
    """
    waiting = _find(tx, grant, id_)
    before = waiting.message.content
    if not isinstance(before, Text) or waiting.author != grant.viewer:
        raise NotAllowed("message_author_required")
    after, date = before, waiting.message.date if change.date is None else change.date
    if change.date is not None:
        if not is_later(date, tx.now):
            raise Invalid("schedule_date_invalid")
        require_date(tx, grant, date, tx.now)
    if change.message is not None:
        after = msgspec.structs.replace(after, message=change.message, entities=change.entities)
    if change.media is not None:
        after = msgspec.structs.replace(after, media=change.media)
    if change.repeat_s is not None:
        after = msgspec.structs.replace(after, repeat_s=change.repeat_s)
    if after.media is None or after.message:
        captioned = after.media is not None and not isinstance(after.media, contents.MediaWebPage)
        limit = messages.CAPTION_LENGTH if captioned else messages.MESSAGE_LENGTH
        messages.require_text(after.message, after.entities, limit)
    if after == before and date == waiting.message.date:
        raise Invalid("message_not_modified")
    rows.change(tx, shelf(grant), id_, date, tx.now, media_kinds.index_of(after)[2], contents.pack(after))
    _tell(tx, grant, Scheduled(grant.peer, id_), origin)
    return _entry(tx, _find(tx, grant, id_).message, 0)


def take(tx: Tx, grant: Grant, ids: Sequence[int]) -> list[tuple[int, Outgoing]]:
    """(id, the message as it goes out), for those of the ids that waited; they do not wait any more.

    Source: method/messages.sendScheduledMessages
    Errors: Invalid message_id_invalid when none of them waited.
    """
    found = sorted(some(tx, grant, ids), key=lambda m: m.id)
    if not found:
        raise Invalid("message_id_invalid")
    rows.delete(tx, shelf(grant), [m.id for m in found])
    return [(m.id, _going(m)) for m in found]


def put_back(tx: Tx, grant: Grant, id_: int) -> None:
    """A message that is to be said again and again, and is about to be said, waits for its next date as well.

    Source: api/scheduled-messages#repeated
    """
    row = rows.one(tx, shelf(grant), id_)
    if row is None:
        return
    waiting = of_row(row).message
    if not isinstance(waiting.content, Text) or not waiting.content.repeat_s:
        return
    past = max(0, tx.now - waiting.date) // waiting.content.repeat_s
    date, next_id = waiting.date + (past + 1) * waiting.content.repeat_s, rows.take_id(tx, waiting.owner_id)
    rows.insert(
        tx, waiting.owner_id, next_id, grant.peer, grant.viewer, date, 0, waiting.grouped_id,
        media_kinds.index_of(waiting.content)[2], contents.pack(waiting.content),
    )  # fmt: skip
    _tell(tx, grant, Scheduled(grant.peer, next_id), 0)


def told_sent(tx: Tx, grant: Grant, sent: Sequence[tuple[int, int]], origin: int = 0) -> None:
    """Those who saw the messages wait will hear that they were sent. Shape: pairs of the old and the new id."""
    _tell(tx, grant, Unscheduled(grant.peer, tuple(i for i, _ in sent), tuple(i for _, i in sent)), origin)


def due(rx: Reader, now: int) -> list[tuple[int, int]]:
    """(owner, id) of messages whose date has come, the earliest first."""
    return rows.due(rx, now, AT_ONCE)


def grant_of(tx: Tx, owner: int, id_: int) -> Grant | None:
    """The author's right to send the message now, None when it does not wait. Errors: as sending."""
    row = rows.one(tx, owner, id_)
    if row is None or row[4] > tx.now:
        return None
    return access.require_write(tx, row[3], row[2])


def refused(tx: Tx, owner: int, id_: int, refusal: Refusal) -> None:
    """The message could not be sent: it waits for the time a slow mode names, or is given up.

    Where a decision of the platform keeps it back it waits a day longer each time: the decision may be undone, and
    then whoever wrote it finds it waiting.
    """
    row = rows.one(tx, owner, id_)
    if row is None:
        return
    if isinstance(refusal, TooMany):
        rows.postpone(tx, owner, id_, tx.now + max(1, refusal.wait_s))
        return
    if _kept_back(tx, PeerId(row[2]), UserId(row[3])):
        rows.postpone(tx, owner, id_, tx.now + KEPT_BACK_S)
        return
    rows.delete(tx, owner, (id_,))
    for user in _seeing(tx, PeerId(owner)):
        commit_state(tx, PeerId(user), Unscheduled(row[2], (id_,)))


def _kept_back(rx: Reader, peer: PeerId, author: UserId) -> bool:
    """True if a decision removed the room, or holds for the author."""
    if peer < 0 and rooms.find(rx, peer).held & rooms.REMOVED:
        return True
    now = account_measures.standing(rx, author)
    return bool(now.suspended or now.frozen_since or now.limits)


def came_online(tx: Tx, user: UserId) -> None:
    """What waited for the person to be online is due."""
    rows.awaiting(tx, user, UNTIL_ONLINE, tx.now)
