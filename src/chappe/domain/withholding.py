"""A message's words are taken away and put back: in its box stands a mark meanwhile, with the id and pts it had.

Source: dsa/17
Reactions, pins, threads and counts stay as they are and go on. Several decisions may withhold one message: what it said
comes back with the last of them.
"""

from collections.abc import Iterable, Sequence

import msgspec

from chappe.base.ids import PeerId
from chappe.domain import content as contents
from chappe.domain import editing, media_kinds, posts, threads, updates
from chappe.domain.content import Service, Text
from chappe.domain.enforcement import WITHHELD, is_mark, marked
from chappe.domain.records import Message
from chappe.domain.updates import SHARD
from chappe.store import Reader, Tx
from chappe.store.queries import boxes
from chappe.store.queries import enforcement as rows

GONE, CHANGED = "gone", "changed"


def copies(rx: Reader, message: Message) -> list[Message]:
    """Every place where the message stands: the other side's box, members' boxes, the group that discusses the post."""
    return [*posts.copies(rx, message), *threads.mirrors(rx, (message,))]


def withhold(tx: Tx, found: Iterable[Message], decision_id: int) -> None:
    """The messages say nothing but the mark, for this decision and maybe for others.

    After: one edit in each box that showed the words.
    """
    for m in sorted(found, key=lambda m: (m.owner_id, m.id)):
        rows.hold(tx, m.owner_id, m.id, decision_id)
        if m.held & WITHHELD:
            continue
        rows.keep(tx, m.owner_id, m.id, m.date, media_kinds.index_of(m.content), contents.pack(m.content))
        content = m.content
        after = marked(content if isinstance(content, Text) else _worded(content))
        shown = msgspec.structs.replace(editing.put_content(tx, m, after, m.edit_date), held=m.held | WITHHELD)
        rows.set_held(tx, m.owner_id, m.id, shown.held)
        updates.commit_edit(tx, shown)


def _worded(event: Service) -> Text:
    """An event as far as a text can stand in its place."""
    return Text("", reply_to=event.reply_to, silent=event.silent, ttl_period=event.ttl_period)


def deleted(tx: Tx, owner_id: PeerId, found: Iterable[Message]) -> None:
    """Those of the messages whose words are withheld are deleted: their words are kept for a time, and then erased."""
    ids = [m.id for m in found if m.held & WITHHELD]
    if ids:
        rows.mark_gone(tx, owner_id, ids)


def forgettable(rx: Reader, before: int, limit: int) -> list[tuple[int, int]]:
    """(owner_id, message_id) of messages that were deleted before the date and whose words are still kept."""
    return rows.gone(rx, before, limit)


def forget(tx: Tx, places: Sequence[tuple[int, int]]) -> None:
    """Nothing is left of what the deleted messages said."""
    rows.forget(tx, places)


def restore(tx: Tx, owner_id: PeerId, message_id: int, decision_id: int) -> str:
    """The decision withholds the message no more; it says what it said if no other does.

    Shape: '' or why it does not: `gone`, the message was deleted; `changed`, it says something else by now.
    After: one edit in the box.
    """
    if rows.let_go(tx, owner_id, message_id, decision_id):
        return ""
    blob = rows.kept(tx, owner_id, message_id)
    rows.drop(tx, owner_id, message_id)
    found = updates.messages_by_id(tx, owner_id, (message_id,))
    if not found or blob is None:
        return GONE
    before = found[0]
    rows.set_held(tx, owner_id, message_id, before.held & ~WITHHELD)
    if not is_mark(before):
        return CHANGED
    shown = editing.put_content(tx, before, contents.unpack(blob), before.edit_date)
    boxes.append_event(tx, SHARD, tx.now, "edit", owner_id, message_id, 0, 0)
    updates.commit_edit(tx, msgspec.structs.replace(shown, held=before.held & ~WITHHELD))
    return ""

