"""What is there of one person, as plain records of the four categories of data: the one place that reads it out.

Source: evidence/3(9), evidence/3(10), evidence/3(11), evidence/3(12), gdpr/15
For the person's own export, and for what an order reaches: both get what exists, nothing is made up or guessed. Of
secret chats there is nothing to read: with whom and since when is all that is known. Pages are short, so that nobody
waits for a reader.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from chappe.base.errors import NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import accounts, authorizations, connections, content, rooms, secret
from chappe.domain.content import Document, MediaDocument, MediaPhoto, Photo, Text
from chappe.domain.enforcement import WITHHELD
from chappe.domain.records import Message
from chappe.domain.secret import State
from chappe.store import Reader
from chappe.store.queries import enforcement
from chappe.store.queries import personal as rows

SUBSCRIBER, IDENTIFICATION, TRAFFIC, CONTENT = "subscriber", "identification", "traffic", "content"
PAGE = 200
ROOMS = 5000
"""Rooms of which one page asks whether the person wrote there."""
ALWAYS = 2**53
"""A date behind all others."""
FIRST_ROOM = -(2**62)
"""Below the id of every room."""

_photo: msgspec.msgpack.Decoder[Photo] = msgspec.msgpack.Decoder(Photo)


class Blob(msgspec.Struct, frozen=True):
    """A file that a record shows. Shape: sha256 in hex; name without a path."""

    sha256: str
    name: str
    size_bytes: int


class Record(msgspec.Struct, frozen=True):
    """One thing known of a person. Shape: key names it for good; date 0 for what has none; data is plain JSON."""

    key: str
    category: str
    kind: str
    date: int
    data: dict[str, Any]
    files: tuple[Blob, ...] = ()


class Reached(msgspec.Struct, array_like=True, frozen=True):
    """How far a walk through what somebody wrote and was written has come.

    Shape: room 0 for the person's own box, then the rooms by their id; above is the last message read there. Then,
    with spoken, posts in which a room spoke in the person's place, behind that room and message.
    """

    room: int = 0
    above: int = 0
    spoken: bool = False


def subscriber(rx: Reader, user_id: UserId) -> list[Record]:
    """Who the person said they are: number, names, username, mail, day of sign-up; of one who left, what may be kept.

    Source: evidence/3(9)
    """
    try:
        one = accounts.get(rx, user_id)
    except NotFound:
        return []
    if one.deleted:
        left = connections.kept(rx, user_id)
        if left is None:
            return []
        told = {
            "user_id": int(user_id), "phone": left.phone, "first_name": left.first_name, "last_name": left.last_name,
            "username": left.username, "email": left.email, "signed_up": left.made, "ended": left.ended,
        }  # fmt: skip
        return [Record("account", SUBSCRIBER, "ended_account", left.ended, _said(told))]
    password = rows.has_password(rx, user_id)
    told = {
        "user_id": int(user_id), "phone": one.phone, "first_name": one.first_name, "last_name": one.last_name,
        "username": one.username, "email": one.settings.login_email, "recovery_email": password[0] if password else "",
        "signed_up": one.date,
    }  # fmt: skip
    return [Record("account", SUBSCRIBER, "account", one.date, _said(told))]


def identification(rx: Reader, user_id: UserId, since: int = 0, until: int = ALWAYS) -> list[Record]:
    """From which addresses the person's devices were in use, and when, within the times. Source: evidence/3(10)"""
    return [
        Record(
            f"connection:{one.hash}:{one.since}:{one.ip}:{one.port}" if one.port else
            f"connection:{one.hash}:{one.since}:{one.ip}", IDENTIFICATION, "connection", one.since,
            _said({"ip": one.ip, "port": one.port, "first_seen": one.since, "last_seen": one.until}),
        )
        for one in connections.of_person(rx, user_id, since, until)
    ]  # fmt: skip


def standing(rx: Reader, user_id: UserId, since: int = 0, until: int = ALWAYS) -> list[Record]:
    """What of the traffic is no message: devices that are signed in, rooms the person is in, secret chats.

    Source: evidence/3(11)
    """
    found = [
        Record(
            f"device:{one.hash}", TRAFFIC, "device", one.date,
            _said({
                "signed_in": one.date, "last_active": one.active, "model": one.device_model,
                "platform": one.platform, "system": one.system_version, "app": one.app_version,
            }),
        )
        for one in authorizations.of_user(rx, user_id)
    ]  # fmt: skip
    for room_id, date in rows.rooms(rx, user_id):
        found.append(Record(f"room:{room_id}", TRAFFIC, "membership", date, {**_room(rx, room_id), "joined": date}))
    found += _secret_chats(rx, user_id)
    return [one for one in found if since <= one.date <= until]


def _secret_chats(rx: Reader, user_id: UserId) -> list[Record]:
    """With whom and since when, and how much ciphertext waits: the server has neither words nor a key."""
    waiting = secret.waiting_of(rx, PeerId(user_id))
    return [
        Record(
            f"secret_chat:{chat.id}", TRAFFIC, "secret_chat", chat.date,
            {
                "with": f"user:{chat.peer_id}", "asked_by": f"user:{chat.admin_id}", "open": chat.state == State.OPEN,
                "waiting": waiting.get(chat.id, (0, 0))[0], "waiting_bytes": waiting.get(chat.id, (0, 0))[1],
            },
        )
        for chat in secret.of_person(rx, PeerId(user_id))
    ]  # fmt: skip


def profile(rx: Reader, user_id: UserId) -> list[Record]:
    """What the person made beside messages: words about themselves, photos, the address book. Source: evidence/3(12)"""
    try:
        one = accounts.get(rx, user_id)
    except NotFound:
        return []
    said = _said({"about": one.about, "birthday": one.birthday})
    found = [Record("profile", CONTENT, "profile", 0, said)] if said else []
    for date, blob in rows.photos(rx, user_id):
        photo = _photo.decode(blob)
        found.append(Record(f"photo:{photo.file_id}", CONTENT, "profile_photo", date, {}, _files(photo)))
    for user, phone, first, last, date in rows.contacts(rx, user_id):
        told = {"user": f"user:{user}", "phone": phone, "first_name": first, "last_name": last}
        found.append(Record(f"contact:{user}", CONTENT, "contact", date, _said(told)))
    for phone, first, last, date in rows.numbers(rx, user_id):
        told = {"phone": phone, "first_name": first, "last_name": last}
        found.append(Record(f"number:{phone}", CONTENT, "contact", date, _said(told)))
    return found


def messages(rx: Reader, user_id: UserId, reached: Reached) -> tuple[list[Message], Reached | None]:
    """The next page of the person's own box, then of what they wrote in each supergroup and channel, then of what they
    wrote in the name of a room; also in those that they have left, or never were in and commented.

    Shape: (messages, where to go on; None at the end); a page may be empty. What a decision withholds comes as it was
    said.
    """
    if reached.spoken:
        return _spoken(rx, user_id, reached)
    if not reached.room:
        found = [Message.of_row(row) for row in rows.box(rx, user_id, reached.above, PAGE)]
    else:
        found = [Message.of_row(row) for row in rows.written_in(rx, reached.room, user_id, reached.above, PAGE)]
    whole = [_as_said(rx, one) for one in found]
    if len(found) == PAGE:
        return whole, Reached(reached.room, found[-1].id)
    # Rooms have negative ids: the walk goes downwards through them, and looks into each for its author alone.
    seen = rows.wrote_in(rx, user_id, min(reached.room, -(10**12)), ROOMS)
    wrote = next((room for room, has in seen if has), None)
    if wrote is not None:
        return whole, Reached(wrote, 0)
    return whole, (Reached(seen[-1][0], ALWAYS) if len(seen) == ROOMS else Reached(FIRST_ROOM, 0, True))


def _spoken(rx: Reader, user_id: UserId, reached: Reached) -> tuple[list[Message], Reached | None]:
    place = (reached.room, reached.above)
    found = [_as_said(rx, Message.of_row(row)) for row in rows.spoken(rx, user_id, *place, PAGE)]
    last = rows.spoken_up_to(rx, user_id, *place, PAGE)
    return found, (Reached(last[0], last[1], True) if last is not None else None)


def message(rx: Reader, box_id: PeerId, message_id: int) -> Message | None:
    """The message of a box, as it was said."""
    found = rows.box(rx, box_id, message_id - 1, 1)
    one = Message.of_row(found[0]) if found else None
    return _as_said(rx, one) if one is not None and one.id == message_id else None


def traffic_of(one: Message) -> Record:
    """That the message was: when, from whom, where, how large; nothing of what it says. Source: evidence/3(11)"""
    data = _where(one) | {"size_bytes": len(content.pack(one.content)), "what": _what(one)}
    return Record(f"message:{one.owner_id}:{one.id}", TRAFFIC, "message", one.date, data)


def content_of(one: Message) -> Record:
    """The message, with the files it shows. Source: evidence/3(12)"""
    said = one.content
    data = _where(one)
    if isinstance(said, Text):
        data |= _said({"text": said.message, "edited": one.edit_date})
        shown: Photo | Document | None
        shown = said.media.photo if isinstance(said.media, MediaPhoto) else None
        shown = shown or (said.media.document if isinstance(said.media, MediaDocument) else None)
        if said.media is not None and shown is None:
            data["media"] = _plain(said.media)
        files = _files(shown) if shown is not None else ()
        if files:
            data["files"] = [one.name for one in files]
    else:
        data |= {"event": said.action, "values": msgspec.to_builtins(said.values)}
        files = _files(said.photo) if said.photo is not None else ()
    return Record(f"message:{one.owner_id}:{one.id}", CONTENT, "message", one.date, data, files)


def _as_said(rx: Reader, one: Message) -> Message:
    blob = enforcement.kept(rx, one.owner_id, one.id) if one.held & WITHHELD else None
    return one if blob is None else msgspec.structs.replace(one, content=content.unpack(blob))


def _where(one: Message) -> dict[str, Any]:
    author = one.content.author_id if isinstance(one.content, Text) else 0
    chat = one.owner_id if one.owner_id < 0 else one.peer_id
    told = {"id": int(one.id), "date": one.date, "from": named(one.from_id or author), "chat": named(chat),
            "out": one.out}  # fmt: skip
    return told | ({"written_by": named(author)} if author and author != one.from_id else {})


def named(peer_id: int) -> str:
    """A peer in one word: `user:1`, `room:-100…`; empty for nobody."""
    return "" if not peer_id else f"user:{peer_id}" if peer_id > 0 else f"room:{peer_id}"


def _room(rx: Reader, room_id: int) -> dict[str, Any]:
    try:
        room = rooms.find(rx, PeerId(room_id))
    except NotFound:
        return {"room": named(room_id)}
    return _said({"room": named(room_id), "kind": room.kind, "title": room.title, "username": room.username})


def _what(one: Message) -> str:
    said = one.content
    if not isinstance(said, Text):
        return "event"
    return "text" if said.media is None else str(msgspec.to_builtins(said.media)[0])


def _plain(media: object) -> Any:
    """Media that are no file, by the names of their fields."""
    assert isinstance(media, msgspec.Struct)
    fields = {name: getattr(media, name) for name in media.__struct_fields__}
    return {"kind": type(media).__name__.removeprefix("Media").lower(), **_jsonable(fields)}


def _jsonable(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _jsonable({name: getattr(value, name) for name in value.__struct_fields__})
    if isinstance(value, dict):
        return {str(key): _jsonable(one) for key, one in value.items() if one not in ("", (), None, b"")}
    if isinstance(value, tuple | list):
        return [_jsonable(one) for one in value]
    return value.hex() if isinstance(value, bytes) else value


def _files(shown: Photo | Document | None) -> tuple[Blob, ...]:
    return tuple(_blobs(shown)) if shown is not None else ()


def _blobs(shown: Photo | Document) -> Iterator[Blob]:
    if isinstance(shown, Document):
        name = next((one.name for one in shown.attributes if one.kind == "Filename" and one.name), "")
        safe = "".join(c if c.isalnum() or c in "._- " else "_" for c in name)[-80:].strip(". ")
        yield Blob(shown.sha256.hex(), f"{shown.file_id}-{safe}" if safe else str(shown.file_id), shown.size_bytes)
    elif shown.sizes:
        largest = shown.sizes[-1]
        yield Blob(largest.sha256.hex(), f"{shown.file_id}.jpg", largest.size_bytes)


def _said(told: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty."""
    return {key: value for key, value in told.items() if value not in ("", 0, None)}
