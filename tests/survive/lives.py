"""People who do more than talk: they edit, delete for both, react, read, and send photos and albums, under load.

Each life keeps to messages of its own, so what must be true at the end is known: the last thing the server agreed to.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image
from tests.kit.mailbox import signs_of
from tests.kit.stage import RpcFailure
from tests.kit.wire_client import Cut
from tests.survive.people import AGAIN_S, Person

from chappe.tl import functions as f
from chappe.tl import types as t

SIGNS = ("👍", "🔥", "🎉", "👀")
ALBUM = 3
LIVES = 3
"""Things that one person does at once."""


@dataclass(eq=False)
class Work:
    """One message or album. Shape: `ids` are its numbers in the sender's box; `text` is what it says last."""

    to: Person
    text: str
    ids: list[int]
    album: bool = False
    deleted: bool = False


@dataclass(eq=False)
class Life:
    """What one person does, one thing after the other, and what the server agreed to."""

    person: Person
    number: int
    works: list[Work] = field(default_factory=list)
    signs: dict[int, str] = field(default_factory=dict)
    """Reactions, by the message's number in the person's own box."""
    read: dict[str, int] = field(default_factory=dict)
    """How far the person has read whom."""
    deeds: Counter[str] = field(default_factory=Counter)
    again: int = 0

    @property
    def chance(self) -> random.Random:
        """The person's own dice."""
        return self.person.chance

    async def goes_on(self, stop: asyncio.Event) -> None:
        """One thing after the other until told to stop; the first of a person's lives sends pictures too."""
        pictures = self.number == 0
        while not stop.is_set():
            other = self.chance.choice(self.person.friends)
            await self._says(other, pictures)
            dice = self.chance.random()
            if dice < 0.35:
                await self._edits()
            if dice > 0.7:
                await self._deletes()
            if 0.2 < dice < 0.6:
                await self._reacts(other)
            if dice < 0.3 or dice > 0.9:
                await self._reads(other)

    # --- deeds ----------------------------------------------------------------------------------------------------

    async def _says(self, other: Person, pictures: bool) -> None:
        text = f"{self.person.name} {self.number} to {other.name} {len(self.works)}"
        # The first two things of a life with pictures are a photo and an album, so that none has neither.
        dice = ((0.0, 0.2)[len(self.works)] if len(self.works) < 2 else self.chance.random()) if pictures else 1.0
        peer = self.person.peers[other.name]
        query: Any
        if dice < 0.15:
            query = f.messages.SendMedia(
                peer=peer, media=await self._photo(), message=text, random_id=self._number()
            )
        elif dice < 0.25:
            query = f.messages.SendMultiMedia(peer=peer, multi_media=[
                t.InputSingleMedia(media=await self._kept_photo(peer), random_id=self._number(), message=f"{text} {n}")
                for n in range(ALBUM)
            ])  # fmt: skip
        else:
            query = f.messages.SendMessage(peer=peer, message=text, random_id=self._number())
        answer = await self._insists(query, text)
        album = isinstance(query, f.messages.SendMultiMedia)
        self.works.append(Work(other, text, _ids(answer), album))
        self.deeds["albums" if album else "photos" if isinstance(query, f.messages.SendMedia) else "texts"] += 1

    async def _edits(self) -> None:
        work = self.chance.choice(self.works)
        if work.deleted or work.album:
            return
        text = f"{work.text}, edited"
        query = f.messages.EditMessage(peer=self.person.peers[work.to.name], id=work.ids[0], message=text)
        await self._insists(query, agreed="MESSAGE_NOT_MODIFIED")
        work.text = text
        self.deeds["edits"] += 1

    async def _deletes(self) -> None:
        work = self.chance.choice(self.works)
        if work.deleted:
            return
        await self._insists(f.messages.DeleteMessages(revoke=True, id=work.ids))
        work.deleted = True
        self.deeds["deletions"] += 1

    async def _reacts(self, other: Person) -> None:
        """To something of the other's; the message may be gone before the reaction is there."""
        box = self.person.mailbox
        mine = {one for work in self.works for one in work.ids}
        theirs = [one for one, text in box.texts.items() if text.startswith(other.name) and one not in mine]
        if not theirs:
            return
        message_id, sign = self.chance.choice(theirs[-50:]), self.chance.choice(SIGNS)
        if message_id % LIVES != self.number:
            return  # the person's other lives react to those
        reaction = [t.ReactionEmoji(emoticon=sign)]
        query = f.messages.SendReaction(peer=self.person.peers[other.name], msg_id=message_id, reaction=reaction)
        answer = await self._insists(query, agreed="MESSAGE_NOT_MODIFIED", moot="MESSAGE_ID_INVALID")
        if answer is not None:
            self.signs[message_id] = sign
            self.deeds["reactions"] += 1

    async def _reads(self, other: Person) -> None:
        max_id = max(self.person.mailbox.texts, default=0)
        await self._insists(f.messages.ReadHistory(peer=self.person.peers[other.name], max_id=max_id))
        self.read[other.name] = max(max_id, self.read.get(other.name, 0))
        self.deeds["read marks"] += 1

    # --- the way there --------------------------------------------------------------------------------------------

    async def _insists(self, query: Any, text: str = "", agreed: str = "", moot: str = "") -> Any:
        """The answer, however often it had to be asked for; None when it has become moot."""
        tries = 0
        while True:
            if not self.person.client.connected:
                await asyncio.sleep(AGAIN_S)
                continue
            tries += 1
            self.again += tries > 1
            try:
                answer = await self.person.client.calls(query, 20)
            except (Cut, TimeoutError):
                await asyncio.sleep(AGAIN_S)
                continue
            except RpcFailure as failure:
                if failure.message == moot:
                    return None
                if failure.message == agreed:
                    return True
                self.person.refusals.append(f"{type(query).NAME}: {failure} after {tries} tries")
                await asyncio.sleep(AGAIN_S)
                continue
            self._takes(answer, text)
            return answer

    def _takes(self, answer: Any, text: str) -> None:
        """What an answer says of the box, the client knows."""
        moved = isinstance(answer, t.messages.AffectedMessages) and answer.pts_count > 0
        if isinstance(answer, t.Updates | t.UpdateShortSentMessage):
            moved = not self.person.mailbox.takes(answer, text)
        if moved:
            self.person.wants_difference()

    async def _photo(self) -> t.InputMediaUploadedPhoto:
        file_id = self._number()
        data = picture(self.chance.randrange(1 << 24))
        await self._insists(f.upload.SaveFilePart(file_id=file_id, file_part=0, bytes=data))
        return t.InputMediaUploadedPhoto(file=t.InputFile(id=file_id, parts=1, name="p.jpg", md5_checksum=""))

    async def _kept_photo(self, peer: t.InputPeerUser) -> t.InputMediaPhoto:
        while True:
            media = await self._photo()
            kept = await self._insists(
                f.messages.UploadMedia(peer=peer, media=media), moot="FILE_PART_0_MISSING"
            )
            if kept is not None:  # the parts of an upload whose answer was lost are gone: another one
                photo = kept.photo
                return t.InputMediaPhoto(
                    id=t.InputPhoto(id=photo.id, access_hash=photo.access_hash, file_reference=photo.file_reference)
                )

    def _number(self) -> int:
        return self.chance.getrandbits(62) or 1


def picture(colour: int) -> bytes:
    """A small photo, one of millions."""
    made = BytesIO()
    Image.new("RGB", (64, 48), (colour >> 16, colour >> 8 & 255, colour & 255)).save(made, "JPEG")
    return made.getvalue()


def _ids(answer: Any) -> list[int]:
    if isinstance(answer, t.UpdateShortSentMessage):
        return [answer.id]
    return [one.id for one in answer.updates if isinstance(one, t.UpdateMessageID)]


# --- the reckoning ----------------------------------------------------------------------------------------------------


async def reckon_lives(lives: list[Life]) -> Counter[str]:
    """Everything agreed to is so at both ends, once, and in the client's own picture of the box; the deeds counted.

    Errors: AssertionError that says what was lost, doubled, brought back or unread again.
    """
    people = list(dict.fromkeys(life.person for life in lives))
    await asyncio.gather(*(person.has_all() for person in people))
    books = {(one, other): await one.history(other) for one in people for other in one.friends}
    for person in people:
        await person.asks_once_more()
        assert not person.mailbox.faults, f"{person.name}: {person.mailbox.faults[:5]}"
        assert not person.refusals, person.refusals[:5]
        _check_picture(person, books)
        for other in person.friends:
            _check_pair(person, other, books)
        await _check_read(person, books, [life for life in lives if life.person is person])
    for life in lives:
        _check_works(life, books)
        _check_signs(life, books)
    for life in lives[:2]:
        await _check_photos(life, books)
    return sum((life.deeds for life in lives), Counter())


Books = dict[tuple[Person, Person], list[t.Message]]


def _check_picture(person: Person, books: Books) -> None:
    """Snapshot and changes together are the later snapshot."""
    box = {m.id: m for (owner, _), page in books.items() if owner is person for m in page}
    told = person.mailbox.texts
    assert not (box.keys() - told.keys()), f"{person.name} was not told of {len(box.keys() - told.keys())} messages"
    ghosts = sorted(told.keys() - box.keys())
    assert not ghosts, f"{person.name} still sees {len(ghosts)} messages that are gone, as {ghosts[0]}"
    wrong = [one for one, m in box.items() if told[one] != m.message]
    assert not wrong, f"{person.name} sees {told[wrong[0]]!r} where {box[wrong[0]].message!r} stands"
    assert not box.keys() & person.mailbox.gone, f"{person.name} was told that what stands there is gone"
    signs = {one: signs_of(m.reactions) for one, m in box.items()}
    apart = [one for one, said in signs.items() if person.mailbox.signs.get(one, {}) != said]
    assert not apart, (
        f"{person.name} sees {person.mailbox.signs.get(apart[0])} under {apart[0]}, there is {signs[apart[0]]}; "
        f"{len(apart)} so"
    )


def _check_pair(person: Person, other: Person, books: Books) -> None:
    """Both sides hold the same messages, each once."""
    here = Counter(m.message for m in books[person, other] if m.out)
    there = Counter(m.message for m in books[other, person] if not m.out)
    apart = sorted((here - there) + (there - here))
    assert not apart, f"{person.name} and {other.name} differ in {len(apart)} messages, as {apart[0]!r}"
    doubled = [text for text, times in here.items() if times > 1]
    assert not doubled, f"{len(doubled)} messages stand twice, as {doubled[0]!r}"


def _check_works(life: Life, books: Books) -> None:
    for work in life.works:
        mine = {m.id: m for m in books[life.person, work.to]}
        standing = [mine[one] for one in work.ids if one in mine]
        theirs = [m for m in books[work.to, life.person] if m.message.startswith(work.text.partition(",")[0] + ",")
                  or m.message == work.text or (work.album and m.message.startswith(work.text + " "))]  # fmt: skip
        if work.deleted:
            assert not standing and not theirs, f"{work.text!r} was deleted and is there"
            continue
        assert len(standing) == len(work.ids), f"{work.text!r} is lost"
        if work.album:
            assert len(work.ids) == ALBUM == len(theirs), f"{work.text!r} is no whole album"
            assert len({m.grouped_id for m in standing}) == len({m.grouped_id for m in theirs}) == 1
            assert all(isinstance(m.media, t.MessageMediaPhoto) for m in [*standing, *theirs])
        else:
            assert [standing[0].message] == [m.message for m in theirs] == [work.text]


def _check_signs(life: Life, books: Books) -> None:
    mine = {m.id: m for (owner, _), page in books.items() if owner is life.person for m in page}
    for message_id, sign in life.signs.items():
        if message_id in mine:
            found = signs_of(mine[message_id].reactions).get(life.person.id)
            assert found == sign, f"{life.person.name} reacted with {sign}, there is {found}"
    for other in life.person.friends:
        here = {m.message: signs_of(m.reactions) for m in books[life.person, other]}
        assert here == {m.message: signs_of(m.reactions) for m in books[other, life.person]}


async def _check_read(person: Person, books: Books, lives: list[Life]) -> None:
    peers = [t.InputDialogPeer(peer=person.peers[other.name]) for other in person.friends]
    found = await person.client.calls(f.messages.GetPeerDialogs(peers=peers))
    dialogs = {d.peer.user_id: d for d in found.dialogs}
    for other in person.friends:
        if other.id not in dialogs:
            continue
        inbox = dialogs[other.id].read_inbox_max_id
        agreed = max(life.read.get(other.name, 0) for life in lives)
        incoming = [m for m in books[person, other] if not m.out]
        last = max((m.id for m in incoming if m.id <= agreed), default=0)
        assert inbox >= last, f"{person.name} had read {other.name} to {last}, now to {inbox}"
        assert person.mailbox.read.get((other.id, "inbox"), 0) <= inbox
        unread = sum(m.id > inbox for m in incoming)
        assert dialogs[other.id].unread_count == unread, f"{dialogs[other.id].unread_count} unread, not {unread}"
        texts = {m.message for m in incoming if m.id <= last}
        read = max((m.id for m in books[other, person] if m.out and m.message in texts), default=0)
        shown = await other.client.calls(
            f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=other.peers[person.name])])
        )
        assert shown.dialogs[0].read_outbox_max_id >= read, f"{other.name} does not see that {person.name} read"


async def _check_photos(life: Life, books: Books) -> None:
    """A few of the photos can be fetched, by both."""
    for work in [one for one in life.works if not one.deleted][-40:]:
        for one, other in ((life.person, work.to), (work.to, life.person)):
            for m in books[one, other]:
                if m.message == work.text and isinstance(m.media, t.MessageMediaPhoto):
                    photo = m.media.photo
                    place = t.InputPhotoFileLocation(
                        id=photo.id, access_hash=photo.access_hash, file_reference=photo.file_reference,
                        thumb_size=photo.sizes[-1].type,
                    )  # fmt: skip
                    got = await one.client.calls(f.upload.GetFile(location=place, offset=0, limit=1 << 20))
                    assert Image.open(BytesIO(got.bytes)).size == (64, 48)
