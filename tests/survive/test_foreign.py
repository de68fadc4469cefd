"""Source: api/peers#access-hash, api/file_reference. What belongs to others is as good as not there.

Bob, who has met nobody, tries every method that takes a person, a chat, a file or a message, and names what alice and
carol have: with alice's hash, with none, with a wrong one. He hears the same as for what never existed, and it is a
refusal; alice's and carol's boxes stay as they were. New methods are tried as soon as they exist.
"""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.kit.stage import Person, RpcFailure, Stage, raised

from chappe import tl
from chappe.base.ids import UserId
from chappe.domain import content, files
from chappe.rpc.dispatch import methods
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import table, values
from chappe.tl import types as t

WRONG = 0x1234567890ABCDEF
NEVER = 5_000_000
PLAIN: dict[str, Any] = {
    "int": 1, "long": 1, "double": 1.0, "string": "x", "bytes": b"x", "Bool": False, "int128": bytes(16),
    "InputPeer": t.InputPeerSelf(), "InputUser": t.InputUserSelf(),
    "InputNotifyPeer": t.InputNotifyUsers(), "InputDialogPeer": t.InputDialogPeer(peer=t.InputPeerSelf()),
    "InputMedia": t.InputMediaGeoPoint(geo_point=t.InputGeoPoint(lat=1.0, long=1.0)),
    "InputMessage": t.InputMessageID(id=1), "MessagesFilter": t.InputMessagesFilterEmpty(),
}  # fmt: skip
PEERS = ("InputPeer", "InputUser", "InputDialogPeer", "InputFolderPeer", "InputNotifyPeer", "InputReplyTo")
FILES = ("InputPhoto", "InputDocument", "InputFileLocation", "InputMedia", "InputSingleMedia")
SILENT = {
    "contacts.deleteContacts": "who is no contact is left out",
    "messages.getPeerDialogs": "unknown peers are left out",
    "messages.setTyping": "typing to nobody is lost",
    "photos.deletePhotos": "what was not there is not deleted",
    "users.getUsers": "unknown people are left out",
    "users.getRequirementsToContact": "unknown people are left out",
    "contacts.editCloseFriends": "unknown people are left out",
}
"""Methods of many things at once that leave out what they do not know; what they say must still be the same."""

NOT_LOOKED_AT = ("offset_peer",)
"""Fields where a stranger means nothing: pages go on from there by date and number."""


class Thing(NamedTuple):
    """Something of others as bob may try to name it."""

    id: int
    hash: int
    reference: bytes = b""


class World:
    """Alice and carol have talked and alice has a photo; bob has nothing."""

    def __init__(self, stage: Stage, people: list[Person]) -> None:
        self.stage = stage
        self.alice, self.bob, self.carol = people
        self.photo, self.document = 0, 0

    async def begins(self) -> None:
        """The others have something to hide."""
        for number in range(40):
            await self.alice.says(self.carol, f"between us {number}")
        self.photo, self.document = await self.stage.writes(lambda tx: _keep_files(tx, self.alice))

    def peers(self) -> list[Thing]:
        """Carol and somebody who never was."""
        known = self.stage.access.hash_for(self.alice.id, self.carol.id)
        return [Thing(one, h) for one in (self.carol.id, NEVER) for h in (known, 0, WRONG)]

    def files(self, file_id: int) -> list[Thing]:
        """Alice's file and one that never was."""
        access, alice = self.stage.access, self.alice.id
        known = access.hash_for(alice, file_id)
        reference = access.file_reference(alice, file_id, self.stage.services.now())
        return [Thing(one, h, r) for one in (file_id, NEVER) for h in (known, WRONG) for r in (reference, b"x" * 16)]

    async def told(self, query: Any) -> str:
        """What bob hears."""
        try:
            answer = repr(await self.bob.calls(query))
        except RpcFailure as failure:
            return str(failure)
        return f"answer {answer}"

    async def boxes(self) -> list[str]:
        """What the others have."""
        out = []
        for one, other in ((self.alice, self.carol), (self.carol, self.alice)):
            history = f.messages.GetHistory(
                peer=one.sees(other), offset_id=0, offset_date=0, add_offset=0, limit=100, max_id=0, min_id=0, hash=0
            )
            out.append(repr((await one.calls(f.updates.GetState())).pts) + repr((await one.calls(history)).messages))
        return out


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A stage with the three of them on it."""
    async with raised(tmp_path) as stage:
        made = World(stage, await stage.people("alice", "bob", "carol"))
        await made.begins()
        yield made


def _keep_files(tx: Tx, alice: Person) -> tuple[int, int]:
    photo = content.Photo(files.take_id(tx), tx.now, (content.PhotoSize("x", 9, 9, 9, bytes(32)),), b"")
    files.keep_photo(tx, UserId(alice.id), photo)
    document = content.Document(files.take_id(tx), tx.now, "text/plain", 9, bytes(32), (), (), b"")
    files.keep_document(tx, UserId(alice.id), document)
    return photo.file_id, document.file_id


def fields(kinds: tuple[str, ...]) -> Iterator[tuple[type[Any], table.Field, str]]:
    """(method, field, kind) of every field of every method that takes one of the kinds, alone or in a vector."""
    for name in sorted(set(methods()) & set(tl.function_names(tl.NEWEST))):
        method = tl.function(name)
        for field in method.FORM.fields:
            kind = field.kind.removeprefix("Vector<").removesuffix(">")
            if kind in kinds:
                yield method, field, kind


def filled(method: type[Any], **given: Any) -> Any:
    """A call with these fields, the others as plain as can be."""
    needed = {
        field.name: plain(field.kind) for field in method.FORM.fields if field.flags is None and field.kind != "#"
    }
    return method(**(needed | given))


def plain(kind: str) -> Any:
    """A value of the kind that nobody could object to."""
    if kind.startswith("Vector<"):
        return [plain(kind[7:-1])]
    if kind in PLAIN:
        return PLAIN[kind]
    classes = [values.class_of("T", name) for name in table.union(kind)]
    return filled(min((one for one in classes if one is not None), key=lambda one: len(one.FIELDS)))


def naming_peers(kind: str, thing: Thing) -> list[Any]:
    """Every way of naming a person or a chat in a value of the kind."""
    ids = {"user_id": thing.id, "access_hash": thing.hash}
    peers: list[Any] = [
        t.InputPeerUser(**ids),
        t.InputPeerChannel(channel_id=thing.id, access_hash=thing.hash),
        t.InputPeerChat(chat_id=thing.id),
        t.InputPeerUserFromMessage(peer=t.InputPeerSelf(), msg_id=40, user_id=thing.id),
        t.InputPeerUserFromMessage(peer=t.InputPeerUser(**ids), msg_id=40, user_id=thing.id),
    ]
    match kind:
        case "InputUser":
            return [
                t.InputUser(**ids),
                t.InputUserFromMessage(peer=t.InputPeerSelf(), msg_id=40, user_id=thing.id),
            ]
        case "InputDialogPeer":
            return [t.InputDialogPeer(peer=one) for one in peers]
        case "InputFolderPeer":
            return [t.InputFolderPeer(peer=one, folder_id=1) for one in peers]
        case "InputNotifyPeer":
            return [t.InputNotifyPeer(peer=one) for one in peers]
        case "InputReplyTo":
            return [t.InputReplyToMessage(reply_to_msg_id=1, reply_to_peer_id=one) for one in peers]
    return peers


def naming_files(kind: str, thing: Thing) -> list[Any]:
    """Every way of naming a file in a value of the kind."""
    facts: dict[str, Any] = {"id": thing.id, "access_hash": thing.hash, "file_reference": thing.reference}
    media: list[Any] = [
        t.InputMediaPhoto(id=t.InputPhoto(**facts)), t.InputMediaDocument(id=t.InputDocument(**facts))
    ]  # fmt: skip
    match kind:
        case "InputPhoto":
            return [t.InputPhoto(**facts)]
        case "InputDocument":
            return [t.InputDocument(**facts)]
        case "InputFileLocation":
            peer = t.InputPeerUser(user_id=thing.id, access_hash=thing.hash)
            return [
                t.InputPhotoFileLocation(**facts, thumb_size="x"),
                t.InputDocumentFileLocation(**facts, thumb_size=""),
                t.InputPeerPhotoFileLocation(peer=peer, photo_id=thing.id),
            ]
        case "InputSingleMedia":
            return [t.InputSingleMedia(media=one, random_id=7, message="") for one in media]
    return media


async def same_for_all(world: World, queries: list[tuple[Any, Thing]]) -> set[str]:
    """What bob hears, with the numbers of the things left out: one thing only, or he learns something."""
    heard: set[str] = set()
    for query, thing in queries:
        said = await world.told(query)
        if said.startswith("answer"):
            said = re.sub(r"\d+", "N", said)  # numbers rise from call to call
        heard.add(re.sub(rf"\b({thing.id}|{thing.hash or 'no hash'})\b", "IT", said))
    return heard


def refused(heard: set[str]) -> bool:
    """True if nothing was answered, and no fault of the server either."""
    return not any(said.startswith(("answer", "5")) for said in heard)


async def test_strangers_are_nobody(world: World) -> None:
    before, tried, wrong = await world.boxes(), 0, []
    for method, field, kind in fields(PEERS):
        for way in range(len(naming_peers(kind, world.peers()[0]))):
            queries = []
            for thing in world.peers():
                value = naming_peers(kind, thing)[way]
                queries.append((filled(method, **{field.name: [value] if "<" in field.kind else value}), thing))
            heard = await same_for_all(world, queries)
            tried += len(queries)
            silent = method.NAME in SILENT or field.name in NOT_LOOKED_AT
            if len(heard) != 1 or (not silent and not refused(heard)):
                wrong.append((method.NAME, field.name, way, sorted(heard)))
    assert not wrong, "\n".join(map(str, wrong))
    assert tried > 500
    assert await world.boxes() == before


async def test_files_of_others_are_no_files(world: World) -> None:
    tried, wrong = 0, []
    for method, field, kind in fields(FILES):
        for file_id in (world.photo, world.document):
            for way in range(len(naming_files(kind, world.files(file_id)[0]))):
                queries = []
                for thing in world.files(file_id):
                    value = naming_files(kind, thing)[way]
                    queries.append((filled(method, **{field.name: [value] if "<" in field.kind else value}), thing))
                heard = await same_for_all(world, queries)
                tried += len(queries)
                if len(heard) != 1 or (method.NAME not in SILENT and not refused(heard)):
                    wrong.append((method.NAME, field.name, way, sorted(heard)))
    assert not wrong, "\n".join(map(str, wrong))
    assert tried > 50


async def test_messages_of_others_are_no_messages(world: World) -> None:
    """A number that alice's box has and bob's has not is like one that no box has."""
    before, tried, wrong = await world.boxes(), 0, []
    for name in sorted(set(methods()) & set(tl.function_names(tl.NEWEST))):
        method = tl.function(name)
        for field in method.FORM.fields:
            if field.name not in ("id", "msg_id", "msg_ids", "ids") or not name.startswith(("messages.", "channels.")):
                continue
            queries = []
            for number in (40, 2**30):
                one: Any = t.InputMessageID(id=number) if "InputMessage" in field.kind else number
                if field.kind.rstrip(">").endswith(("int", "InputMessage", "long")):
                    value = [one] if "<" in field.kind else one
                    queries.append((filled(method, **{field.name: value}), Thing(number, 0)))
            heard = await same_for_all(world, queries)
            tried += len(queries)
            if len(heard) > 1:
                wrong.append((name, field.name, sorted(heard)))
    assert not wrong, "\n".join(map(str, wrong))
    assert tried > 10
    assert await world.boxes() == before
