"""What a measure does to an item, and how that is taken back; `decisions` alone calls this.

Source: dsa/17(1)
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from chappe.base.errors import NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import account_measures, enforcement, held_photos, room_editing, rooms, updates, withholding
from chappe.domain.content import Text
from chappe.domain.enforcement import NOTED, WITHHELD
from chappe.domain.media_kinds import index_of
from chappe.domain.records import Message
from chappe.domain.rulings import Item, Measure
from chappe.domain.updates import UserChanged
from chappe.store import Reader, Tx
from chappe.store.queries import bots as bot_rows
from chappe.store.queries import enforcement as rows
from chappe.store.queries import people as people_rows

ALLOWED: dict[str, frozenset[str]] = {
    "remove": frozenset({"message", "media", "profile_photo"}),
    "label": frozenset({"message", "room", "account"}),
    "age_gate": frozenset({"message", "room"}),
    "hide": frozenset({"message", "room", "account"}),
    "hide_room": frozenset({"room"}),
    "remove_room": frozenset({"room"}),
    "limit": frozenset({"account"}),
    "freeze": frozenset({"account"}),
    "suspend": frozenset({"account"}),
    "stop_bot": frozenset({"account"}),
}
"""Measure → kinds of items it can be taken against."""
STOP_BOT = "stop_bot"


@dataclass(frozen=True, slots=True)
class Subject:
    """An item as it was found. Shape: keys: every place where it stands; people: whom a decision about it hits."""

    item: Item
    keys: tuple[str, ...]
    people: tuple[UserId, ...]
    messages: tuple[Message, ...] = ()


def subject(rx: Reader, item: Item, measure: str = "") -> Subject:
    """The item, as it is. Errors: NotFound decision_item_unknown, also for a person who is to be stopped as a bot."""
    match item.kind:
        case "message":
            found = updates.messages_by_id(rx, PeerId(item.peer_id), (item.message_id,))
            if not found:
                raise NotFound("decision_item_unknown", item=item.key)
            all_of_it = withholding.copies(rx, found[0])
            keys = tuple(enforcement.message_key(m.owner_id, m.id) for m in all_of_it)
            return Subject(item, keys, authors(rx, found[0]), tuple(all_of_it))
        case "room":
            try:
                room = rooms.find(rx, PeerId(item.peer_id))
            except NotFound:
                raise NotFound("decision_item_unknown", item=item.key) from None
            return Subject(item, (item.key,), _living(rx, (room.creator_id,)))
        case "account":
            if rows.live(rx, item.peer_id) is None or (measure == STOP_BOT and not _is_owned_bot(rx, item.peer_id)):
                raise NotFound("decision_item_unknown", item=item.key)
            return Subject(item, (item.key,), _living(rx, (item.peer_id,)))
        case "profile_photo":
            held_photos.require(rx, item)
            owner = item.peer_id if item.peer_id > 0 else rooms.find(rx, PeerId(item.peer_id)).creator_id
            return Subject(item, (item.key,), _living(rx, (owner,)))
        case _:
            return Subject(item, (item.key,), ())


def authors(rx: Reader, message: Message) -> tuple[UserId, ...]:
    """Whose message it is: who wrote it, and for a channel's post also whose channel it is."""
    ids: list[int] = [message.from_id] if message.from_id > 0 else []
    if isinstance(message.content, Text) and message.content.author_id:
        ids.append(message.content.author_id)
    if message.owner_id < 0 and message.from_id <= 0:
        ids.append(rooms.find(rx, message.owner_id).creator_id)
    return _living(rx, ids)


def _is_owned_bot(rx: Reader, user_id: int) -> bool:
    """True if a person answers for the account."""
    return bool(bot_rows.people_of(rx, (user_id,)).get(user_id))


def _living(rx: Reader, ids: Iterable[int]) -> tuple[UserId, ...]:
    """The people concerned: for a bot, who answers for it; whoever has left is not told."""
    ids = tuple(dict.fromkeys(ids))
    people = bot_rows.people_of(rx, ids) if ids else {}
    ids = [people.get(one, one) for one in ids]
    return tuple(UserId(one) for one in dict.fromkeys(ids) if people_rows.exists(rx, one) == 0)


def apply(tx: Tx, decision_id: int, measure: Measure, found: Subject) -> None:
    """The measure holds for the item, as far as it is one thing; copies of media follow."""
    match measure.kind, found.item.kind:
        case "remove", "message":
            withholding.withhold(tx, found.messages, decision_id)
        case "remove", "media":
            rows.hold_files(tx, bytes.fromhex(found.item.sha256))
        case "remove", "profile_photo":
            held_photos.take_off(tx, found.item)
        case "remove_room", _:
            _close(tx, PeerId(found.item.peer_id))
        case _, "message":
            for m in found.messages:
                rows.note_for(tx, m.owner_id, m.id, decision_id)
            _note_messages(tx, found.messages, on=True)
        case _:
            _note(tx, found.item, on=True)


def lift(tx: Tx, measure: Measure, item: Item) -> str:
    """The measure holds for the item no more; '' or what others changed meanwhile.

    Messages are put back by `free_some`, wherever they stand.
    """
    match measure.kind, item.kind:
        case "remove", "media":
            _free(tx, bytes.fromhex(item.sha256))
        case "remove", "profile_photo":
            return held_photos.put_back(tx, item)
        case "remove_room", _:
            return _open(tx, PeerId(item.peer_id))
        case "remove", _:
            pass
        case _, "message":
            pass
        case _:
            _note(tx, item, on=False)
    return ""


def free_some(tx: Tx, decision_id: int, most: int) -> tuple[list[tuple[Item, str]], bool]:
    """Some more messages are free of the ended decision; (those it left as they are and why, whether that was all)."""
    left: list[tuple[Item, str]] = []
    withheld = rows.held_by(tx, decision_id, most)
    for owner_id, message_id in withheld:
        what = withholding.restore(tx, PeerId(owner_id), message_id, decision_id)
        left += [(Item("message", owner_id, message_id), what)] * bool(what)
    noted = rows.noted_by(tx, decision_id, most - len(withheld)) if len(withheld) < most else []
    for owner_id, message_id in noted:
        rows.unnote_for(tx, owner_id, message_id, decision_id)
        found = updates.messages_by_id(tx, PeerId(owner_id), (message_id,))
        _note_messages(tx, found, on=False)
        left += [(Item("message", owner_id, message_id), withholding.GONE)] * (not found)
    return left, len(withheld) + len(noted) < most


def free(tx: Tx, decision_id: int, messages: Iterable[Message]) -> list[tuple[Item, str]]:
    """These messages are free of a decision that holds for others; those it left as they are, and why."""
    left: list[tuple[Item, str]] = []
    for m in sorted(messages, key=lambda m: (m.owner_id, m.id)):
        if rows.withholds(tx, m.owner_id, m.id, decision_id):
            what = withholding.restore(tx, m.owner_id, m.id, decision_id)
            left += [(Item("message", m.owner_id, m.id), what)] * bool(what)
        rows.unnote_for(tx, m.owner_id, m.id, decision_id)
        shown = updates.messages_by_id(tx, m.owner_id, (m.id,))
        if m.held & NOTED:
            _note_messages(tx, shown, on=False)
        _give_out(tx, decision_id, shown)
    return left


def _give_out(tx: Tx, decision_id: int, messages: Iterable[Message]) -> None:
    """The files of these messages are given out again, but those that hold what another decision removed."""
    for m in messages:
        _, file_id, _ = index_of(m.content)
        keys = [f"media:{blob.hex()}" for blob in rows.blobs_of(tx, file_id)] if file_id else []
        holds = {hold.decision_id for some in enforcement.of_keys(tx, keys).values() for hold in some}
        if not m.held & WITHHELD and holds == {decision_id}:
            rows.hold_file(tx, file_id, 0)


def _still_noted(tx: Tx, key: str) -> bool:
    return any(hold.measure not in ("remove", "remove_room") for hold in enforcement.of_keys(tx, (key,)).get(key, ()))


def _note_messages(tx: Tx, found: Iterable[Message], *, on: bool) -> None:
    """Readers of the messages ask what is in force for them, or need not any more; those connected see them anew."""
    for m in sorted(found, key=lambda m: (m.owner_id, m.id)):
        noted = on or _still_noted(tx, enforcement.message_key(m.owner_id, m.id))
        held = m.held | NOTED if noted else m.held & ~NOTED
        rows.set_held(tx, m.owner_id, m.id, held)
        updates.commit_edit(tx, msgspec.structs.replace(m, held=held))


def _note(tx: Tx, item: Item, *, on: bool) -> None:
    noted = NOTED if on or _still_noted(tx, item.key) else 0
    if item.kind == "room":
        room = rooms.find(tx, PeerId(item.peer_id))
        rows.set_room_held(tx, room.id, room.held & ~NOTED | noted)
        room_editing.changed(tx, room)
        return
    row = rows.live(tx, item.peer_id)
    if row is not None:
        rows.set_account_held(tx, item.peer_id, row[0] & ~NOTED | noted)
        updates.commit_state(tx, PeerId(item.peer_id), UserChanged(item.peer_id))
        account_measures.changed(tx, UserId(item.peer_id))


def _close(tx: Tx, room_id: PeerId) -> None:
    """To everybody who looks the room is one that was deleted; nothing of it is gone."""
    room = rooms.find(tx, room_id)
    rows.set_room_held(tx, room_id, room.held | WITHHELD)
    room_editing.changed(tx, room)


def _open(tx: Tx, room_id: PeerId) -> str:
    room = rooms.find(tx, room_id)
    rows.set_room_held(tx, room_id, room.held & ~WITHHELD)
    room_editing.changed(tx, rooms.find(tx, room_id))
    return ""


def _free(tx: Tx, sha256: bytes) -> None:
    """Files with the blob are given out again, but those that hold another one still removed."""
    rows.free_files(tx, sha256)
    rows.keep_photos_held(tx, sha256)
    for other in rows.neighbours(tx, sha256):
        if rows.any_of(tx, (f"media:{other.hex()}",), "remove"):
            rows.hold_files(tx, other)


def spread(tx: Tx, decision_id: int, item: Item, most: int) -> tuple[list[UserId], bool]:
    """Some more messages that carry the media say it no more; (whose they were, whether that was all)."""
    digest = bytes.fromhex(item.sha256)
    places = rows.showing(tx, digest, most) or rows.showing_withheld(tx, digest, decision_id, most)
    people: dict[UserId, None] = {}
    for owner_id, message_id in places:
        found = updates.messages_by_id(tx, PeerId(owner_id), (message_id,))
        for message in found:
            people |= dict.fromkeys(authors(tx, message))
        withholding.withhold(tx, found, decision_id)
        if not found:
            rows.hold(tx, owner_id, message_id, decision_id)
    return list(people), not places


