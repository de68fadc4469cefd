"""Who is told of a new message by web push, and what the notification says.

Source: api/push-updates
Read from the stream of events, outside of hot acts: a person is told of what others wrote to them or in their rooms, as
their notification settings say, on devices that are not connected, unless they have read it elsewhere.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from chappe.base.ids import CHANNEL_MARK, PeerId, UserId, is_channel, is_chat
from chappe.domain import access, account_measures, dialogs, media_kinds, notifications, outbox, peers, rooms, updates
from chappe.domain.content import Text
from chappe.domain.leaving import CLOSED
from chappe.domain.notifications import Settings
from chappe.domain.outbox import Seal
from chappe.domain.push_tokens import WEB_PUSH
from chappe.domain.records import Message
from chappe.domain.rooms import Room
from chappe.domain.updates import SHARD
from chappe.store import Reader, Tx
from chappe.store.queries import pushes as rows
from chappe.store.queries import rooms as room_rows
from chappe.store.queries import search as event_rows

KIND = "web_push"
LOT = 200
"""Events looked at together."""
GROUP_MEMBERS = 200
MANY_MEMBERS = 500
"""Above, it is asked which of those to be told are members, not which members are to be told."""
TEXT_LENGTH = 200
"""Characters of a message that are shown: a payload has less than four kilobytes."""
OLD_S = 3600
"""A message so old is not announced any more: the server was down."""
LIFE_S = 6 * 3600
"""A device that nobody could reach for so long is not told."""
WAITING = 20
"""Notifications that wait for one device; what comes beyond them it sees when it opens the client."""
_MEDIA = {
    "photo": "PHOTO", "video": "VIDEO", "voice": "AUDIO", "round_video": "ROUND", "audio": "DOC", "document": "DOC",
    "animation": "GIF", "gif": "GIF", "sticker": "STICKER", "contact": "CONTACT", "geo": "GEO", "poll": "POLL",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Push:
    """One notification for one device. Shape: token as the device registered it; text is JSON for its worker."""

    owner_id: UserId
    auth_key_id: int
    token: str
    text: str


@dataclass(frozen=True, slots=True)
class Lot:
    """What some events lead to; `last` is the number of the last, `whole` says that no more wait behind it."""

    last: int
    pushes: tuple[Push, ...]
    whole: bool


def waiting(rx: Reader, now: int, present: Callable[[int], bool]) -> Lot | None:
    """The next events and who is told of them; None when there are none. `present` knows connected devices."""
    at, newest = rows.position(rx, SHARD), event_rows.newest(rx, SHARD)
    if at is None or (newest > at and not rows.any_token(rx, WEB_PUSH)):
        return Lot(newest, (), True)
    events = event_rows.events_after(rx, SHARD, at, LOT)
    if not events:
        return None
    found: list[Push] = []
    for _, kind, box_id, message_id, other_box_id, other_id in events:
        if kind == "message":
            for owner, copy in _places(rx, box_id, message_id, other_box_id, other_id):
                found += _of_message(rx, owner, copy, now, present)
    return Lot(events[-1][0], tuple(found), len(events) < LOT)


def enqueue(tx: Tx, lot: Lot, seal: Seal) -> None:
    """The notifications wait to be delivered, and their events are done with."""
    for push in lot.pushes:
        address = f"{push.owner_id}:{push.auth_key_id}"
        if rows.waiting(tx, KIND, address) < WAITING:
            payload = outbox.pack(outbox.Message(push.text, push.token), seal)
            outbox.enqueue(tx, KIND, address, payload, expires=tx.now + LIFE_S)
    rows.set_position(tx, SHARD, lot.last)


def _places(rx: Reader, box_id: int, message_id: int, other_box_id: int, other_id: int) -> list[tuple[PeerId, int]]:
    """(box, id) of each copy of a message that somebody else than its author may hear of."""
    if other_box_id > 0:
        return [(PeerId(other_box_id), other_id)]
    if other_box_id < 0:
        members = [user for user in room_rows.member_ids(rx, other_box_id, GROUP_MEMBERS) if user != box_id]
        held = [(user, room_rows.copies(rx, user, other_box_id, other_id)) for user in _told(rx, members)]
        return [(PeerId(user), copy) for user, copy in held if copy is not None]
    return [(PeerId(box_id), message_id)]


def _told(rx: Reader, ids: Sequence[int]) -> set[int]:
    """Those of the people who have a device to be woken."""
    return {row[0] for row in rows.of_people(rx, WEB_PUSH, ids)} if ids else set()


def _of_message(
    rx: Reader, box: PeerId, message_id: int, now: int, present: Callable[[int], bool]
) -> Iterable[Push]:
    """The notifications of one message, in a person's box or in that of a room."""
    found = updates.messages_by_id(rx, box, (message_id,))
    if not found or found[0].out or now - found[0].date > OLD_S or not isinstance(found[0].content, Text):
        return
    if found[0].held:
        return
    message = found[0]
    room = rooms.find(rx, message.peer_id) if message.peer_id < 0 else None
    people = _listeners(rx, room, message) if room is not None and room.own_box else [UserId(box)]
    devices: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for owner, auth_key_id, token in rows.of_people(rx, WEB_PUSH, people) if people else ():
        if not present(auth_key_id):
            devices[owner].append((auth_key_id, token))
    for owner, known in devices.items():
        standing = account_measures.standing(rx, owner)
        shut = standing.suspended or standing.away.step == CLOSED
        shut = shut or (room is not None and access.closed(rx, room, UserId(owner)))
        text = None if shut else _text(rx, UserId(owner), message, room, now)
        if text is not None:
            yield from (Push(UserId(owner), auth_key_id, token, text) for auth_key_id, token in known)


def _listeners(rx: Reader, room: Room, message: Message) -> list[UserId]:
    """The members of a room with its own box who are to be told, but the author."""
    if room.member_count <= MANY_MEMBERS:
        inside = room_rows.member_ids(rx, room.id, MANY_MEMBERS)
    else:
        owners = rows.owners(rx, WEB_PUSH)
        parts = (owners[start : start + MANY_MEMBERS] for start in range(0, len(owners), MANY_MEMBERS))
        members = (rooms.member_of_row(row) for part in parts for row in room_rows.some_members(rx, room.id, part))
        inside = [member.user_id for member in members if member.inside]
    assert isinstance(message.content, Text)
    own = {message.from_id, message.content.author_id}
    return [UserId(user) for user in inside if user not in own]


def _text(rx: Reader, owner: UserId, message: Message, room: Room | None, now: int) -> str | None:
    """What the device shows; None when the person does not want to hear of it, or has read it."""
    content, peer = message.content, message.peer_id
    assert isinstance(content, Text)
    (dialog,) = dialogs.of_peers(rx, PeerId(owner), (peer,)) or (None,)
    if dialog is not None and dialog.read_inbox_max_id >= message.id:
        return None
    mentioned = room is not None and owner in content.mentions
    # Who is named is told as by a private word of whoever named them.
    settings = _settings(rx, owner, message.from_id if mentioned else peer, None if mentioned else room)
    if settings.mute_until is not None and settings.mute_until > now:
        return None
    ids = {message.from_id} - {PeerId(0)}
    cards = {card.id: card for card in peers.cards(rx, owner, [i for i in ids if i > 0], now)}
    card = cards.get(UserId(message.from_id))
    author = f"{card.first_name} {card.last_name}".strip() if card is not None else (room.title if room else "")
    facts = _facts(message, room, author, settings.show_previews is not False)
    silent = content.silent or bool(settings.silent)
    facts |= {"user_id": str(owner), "mute": "1" if silent else "0", "date": message.date}
    return msgspec.json.encode(facts).decode()


def _settings(rx: Reader, owner: UserId, peer: PeerId, room: Room | None) -> Settings:
    """How the person wants to be told, what is not set for the chat by what is set for all of its kind."""
    near = notifications.of_scope(rx, PeerId(owner), notifications.peer_scope(peer))
    if peer > 0:
        scope = notifications.USERS
    else:
        scope = notifications.BROADCASTS if room is not None and room.broadcast else notifications.CHATS
    wide = notifications.of_scope(rx, PeerId(owner), scope)
    names = Settings.__struct_fields__
    return Settings(**{n: getattr(near, n) if getattr(near, n) is not None else getattr(wide, n) for n in names})


def _facts(message: Message, room: Room | None, author: str, previews: bool) -> dict[str, object]:
    """The notification as web clients of Telegram take it: a key and its words, and the same made up for showing."""
    content = message.content
    assert isinstance(content, Text)
    kind = _MEDIA.get(media_kinds.kind_of(content), "") if content.media is not None else ""
    words = content.message[:TEXT_LENGTH]
    what = "NOTEXT" if not previews else kind or ("TEXT" if words else "NOTEXT")
    whose = "CHANNEL_MESSAGE" if room and room.broadcast else "CHAT_MESSAGE" if room else "MESSAGE"
    args = [author] if room is None or room.broadcast else [author, room.title]
    shown = words if previews else ""
    if what == "TEXT":
        args.append(words)
    title = author if room is None or room.broadcast else room.title
    described = f"{author}: {shown}" if shown and room and not room.broadcast else shown
    custom = {"msg_id": str(message.id), "from_id": str(message.from_id), **_peer(message.peer_id)}
    return {"loc_key": f"{whose}_{what}", "loc_args": args, "title": title, "description": described, "custom": custom}


def _peer(peer: PeerId) -> dict[str, str]:
    if is_channel(peer):
        return {"channel_id": str(-peer - CHANNEL_MARK)}
    return {"chat_id": str(-peer)} if is_chat(peer) else {}
