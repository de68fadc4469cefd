"""What may be noticed, found with the eyes of who files: the only maker of `Located`.

Source: dsa/16(2)
What the notifier may not see is answered like what does not exist.
"""

from collections.abc import Iterable, Sequence

from chappe.base.errors import NotFound, Refusal
from chappe.base.ids import PeerId, UserId
from chappe.domain import (
    access,
    accounts,
    content,
    files,
    history,
    many_reactions,
    peers,
    posts,
    privacy,
    rooms,
    updates,
)
from chappe.domain.access import STRANGER, Grant
from chappe.domain.content import Document, MediaDocument, MediaPhoto, MediaWebPage, Photo, Text
from chappe.domain.history import Offsets
from chappe.domain.records import Message
from chappe.domain.rooms import Room
from chappe.domain.rulings import Item
from chappe.safety.records import CLOSED, PUBLIC, Evidence, Kept, Located
from chappe.store import Reader

LATEST = 5
"""Messages that a report of a whole chat brings at most."""


def messages(rx: Reader, grant: Grant, ids: Sequence[int], by: PeerId | None = None) -> tuple[Located, ...]:
    """The messages of the dialog, one item each; all shown as this one's, if one is given.

    Errors: NotFound message_id_invalid if one cannot be seen.
    """
    wanted = list(dict.fromkeys(ids))
    found: dict[int, Message] = {m.id: m for m in updates.messages_by_id(rx, grant.box, wanted) if _visible(grant, m)}
    if any(one not in found or by not in (None, found[one].from_id) for one in wanted):
        raise NotFound("message_id_invalid")
    return tuple(_message(rx, grant.room, found[one]) for one in wanted)


def account(rx: Reader, viewer: UserId, user_id: UserId, latest: int = 0) -> Located:
    """A person's account, with so many of the newest messages they wrote to the viewer.

    Errors: NotFound user_id_invalid.
    """
    cards = peers.cards(rx, viewer, (user_id,), rx.now)
    if not cards:
        raise NotFound("user_id_invalid")
    card, known = cards[0], accounts.get(rx, user_id)
    about = known.about if privacy.permits(rx, user_id, "About", viewer) else ""
    name = f"{known.first_name} {known.last_name}".strip()
    shown = Evidence(
        "account", known.date, user_id, name, about, username=known.username, peer_id=user_id,
        files=_photo(card.photo),
    )  # fmt: skip
    said = _latest(rx, viewer, user_id, latest) if latest else ()
    surface = PUBLIC if known.username else CLOSED
    return Located(Item("account", user_id), user_id, surface=surface, evidence=(shown, *said))


def room(rx: Reader, grant: Grant) -> Located:
    """The room itself: its name, description and photo."""
    assert grant.room is not None
    return _room(grant.room)


def profile_photo(rx: Reader, grant: Grant, photo_id: int) -> Located:
    """One of the photos of a person or room, the newest for 0. Errors: NotFound photo_id_invalid."""
    photos = files.profile_photos(rx, UserId(grant.peer)) if _shows_photos(rx, grant) else []
    found = next((one for one in photos if photo_id in (0, one.file_id)), None)
    if found is None:
        raise NotFound("photo_id_invalid")
    kept = _photo(found)
    author = grant.peer if grant.room is None else grant.room.creator_id
    shown = Evidence("profile_photo", found.date, author, peer_id=grant.peer, files=kept)
    return Located(
        Item("profile_photo", grant.peer, extra=str(found.file_id)), author, 0 if grant.room is None else grant.room.id,
        _surface(grant.room), grant.room.member_count if grant.room else 1, kept[0].sha256, (shown,),
    )  # fmt: skip


def reaction(rx: Reader, grant: Grant, message_id: int, user_id: UserId) -> Located:
    """A person's reaction to a message. Errors: NotFound message_id_invalid, user_id_invalid."""
    below = messages(rx, grant, (message_id,))[0]
    message = updates.messages_by_id(rx, grant.box, (message_id,))[0]
    theirs = many_reactions.of_viewer(rx, user_id, (message,)).get((message.owner_id, message.id), message.reactions)
    found = next((one for one in theirs if one.user_id == user_id), None)
    if found is None:
        raise NotFound("user_id_invalid")
    item = Item("reaction", below.item.peer_id, below.item.message_id, extra=str(user_id))
    shown = Evidence(
        "reaction", found.date, user_id, _name(rx, user_id), found.emoji, message_id=message_id, peer_id=grant.peer
    )
    return Located(item, user_id, below.room_id, below.surface, below.reach, evidence=(shown, *below.evidence))


def named(rx: Reader, item: Item) -> Located:
    """What somebody named without proving that they may see it, as on a form or by a signal.

    Shape: what strangers may read is kept as evidence; of what is closed to them only that it was named. Nothing is
    refused: what does not exist is still an item, so that no notice is lost.
    """
    try:
        return _named(rx, item)
    except Refusal:
        return Located(item, sha256=item.sha256)


def _named(rx: Reader, item: Item) -> Located:
    peer = PeerId(item.peer_id)
    if peer > 0 and item.kind == "account":
        return account(rx, STRANGER, UserId(peer))
    if peer >= 0:
        return Located(item, UserId(max(peer, 0)), sha256=item.sha256)
    found = rooms.find(rx, peer)
    if item.kind == "room":
        return _room(found) if found.username else Located(item, found.creator_id, found.id)
    if item.kind == "message" and _open_to_all(found):
        return messages(rx, Grant(STRANGER, peer, room=found, me=rooms.Member(STRANGER, rooms.Status.NOBODY)),
                        (item.message_id,))[0]  # fmt: skip
    return Located(item, 0, found.id, _surface(found), found.member_count, item.sha256)


def _open_to_all(room: Room) -> bool:
    """True if who has no account reads what is said there."""
    return bool(room.username) and not room.deleted and room.own_box


def _visible(grant: Grant, message: Message) -> bool:
    return message.peer_id == grant.peer and message.id > grant.floor and isinstance(message.content, Text)


def _message(rx: Reader, room: Room | None, message: Message) -> Located:
    author, kept = _author(message), _files(message.content)
    item = Item("message", message.owner_id, message.id)
    if room is not None and not room.own_box:
        item = _authors_copy(rx, message) or item
    reach = max(message.views, room.member_count) if room is not None else 1
    return Located(
        item, author, room.id if room is not None else 0, _surface(room), reach, kept[0].sha256 if kept else "",
        (_said(rx, room, message, author, kept),),
    )  # fmt: skip


def _said(
    rx: Reader, room: Room | None, message: Message, author: int, kept: tuple[Kept, ...]
) -> Evidence:
    text = message.content.message if isinstance(message.content, Text) else ""
    return Evidence(
        "message", message.date, author, _name(rx, author), text, room.title if room else "",
        room.username if room else "", message.edit_date, message.id, message.peer_id, content.pack(message.content),
        kept,
    )  # fmt: skip


def _authors_copy(rx: Reader, message: Message) -> Item | None:
    """In a basic group everybody has a copy: the author's is the item, so that duplicates are known."""
    for copy in posts.copies(rx, message):
        if int(copy.owner_id) == int(copy.from_id):
            return Item("message", copy.owner_id, copy.id)
    return None


def _author(message: Message) -> int:
    """Who wrote the message, also where the room speaks in their place."""
    if message.from_id > 0:
        return message.from_id
    return message.content.author_id if isinstance(message.content, Text) else 0


def _latest(rx: Reader, viewer: UserId, user_id: UserId, most: int) -> Iterable[Evidence]:
    grant = access.require_read(rx, viewer, PeerId(user_id))
    page = history.history(rx, grant, Offsets(limit=4 * most)).messages
    theirs = [m for m in page if int(m.from_id) == user_id and isinstance(m.content, Text)][:most]
    return tuple(_said(rx, None, m, user_id, _files(m.content)) for m in theirs)


def _room(room: Room) -> Located:
    shown = Evidence(
        "room", room.date, room.creator_id, text=room.about, title=room.title, username=room.username,
        peer_id=room.id, files=_photo(room.photo),
    )  # fmt: skip
    return Located(
        Item("room", room.id), room.creator_id, room.id, _surface(room), room.member_count, evidence=(shown,)
    )  # fmt: skip


def _surface(room: Room | None) -> str:
    """Whether what is said there reaches anybody who looks. Source: dsa/16"""
    return PUBLIC if room is not None and room.own_box and room.username else CLOSED


def _shows_photos(rx: Reader, grant: Grant) -> bool:
    if grant.room is not None:
        return True
    cards = peers.cards(rx, grant.viewer, (grant.peer,), rx.now)
    return bool(cards) and cards[0].photo is not None


def _name(rx: Reader, user_id: int) -> str:
    """Somebody's name as it is now."""
    if user_id <= 0:
        return ""
    known = accounts.get(rx, UserId(user_id))
    return f"{known.first_name} {known.last_name}".strip()


def _files(said: content.Content) -> tuple[Kept, ...]:
    """The files of a message, the largest rendering first."""
    match said.media if isinstance(said, Text) else said.photo:
        case MediaPhoto(photo=photo):
            return _photo(photo)
        case Photo() as shown:
            return _photo(shown)
        case MediaDocument(document=document):
            return _document(document)
        case MediaWebPage(page=page):
            return _photo(page.photo)
        case _:
            return ()


def _photo(photo: Photo | None) -> tuple[Kept, ...]:
    if photo is None:
        return ()
    largest = photo.sizes[-1]
    return (
        Kept("photo", photo.file_id, largest.sha256.hex(), "image/jpeg", largest.size_bytes, largest.w, largest.h),
    )  # fmt: skip


def _document(document: Document) -> tuple[Kept, ...]:
    whole = Kept("document", document.file_id, document.sha256.hex(), document.mime_type, document.size_bytes)
    thumbs = [Kept("thumb", document.file_id, one.sha256.hex(), "image/jpeg", one.size_bytes, one.w, one.h)
              for one in document.thumbs[-1:]]  # fmt: skip
    return (whole, *thumbs)
