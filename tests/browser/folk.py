"""People whose client is ours over the wire: they fill a server, and talk to those who sit at a browser."""

import itertools
from typing import Any

from tests.kit.wire_client import WireClient

from chappe.mtproto import RsaPublicKey
from chappe.tl import functions as f
from chappe.tl import types as t

PART = 256 * 1024
FAR = 2_000_000_000
SERVICE = 777_000


class Folk:
    """A person, signed up, with the access hashes of whoever and whatever they came across."""

    _ids = itertools.count(1)

    def __init__(self, wire: WireClient, phone: str, name: str, last_name: str = "") -> None:
        self.wire = wire
        self.phone = phone
        self.name = name
        self.last_name = last_name
        self.heard: list[Any] = []
        self._users: dict[int, int] = {}
        self._rooms: dict[int, int] = {}
        wire.hears = self._hears

    @classmethod
    async def comes(cls, port: int, key: RsaPublicKey, phone: str, name: str, last_name: str = "") -> "Folk":
        """Signed in, with a new account if the number has none. Shape: 99966X…, code XXXXX."""
        wire = await WireClient(port, key).connects()
        folk = cls(wire, phone, name, last_name)
        await wire.signs_up(phone, name)
        if last_name:
            await folk.calls(f.account.UpdateProfile(first_name=name, last_name=last_name))
        return folk

    @property
    def id(self) -> int:
        """The account's number."""
        assert self.wire.user is not None
        return self.wire.user.id

    async def calls(self, query: Any) -> Any:
        """The server's answer; who is in it is known afterwards."""
        answer = await self.wire.calls(query)
        self._learns(answer)
        return answer

    # --- who and where ------------------------------------------------------------------------------------------

    async def meets(self, *others: "Folk") -> None:
        """They are among the contacts."""
        cards = [
            t.InputPhoneContact(client_id=i, phone="+" + one.phone, first_name=one.name, last_name=one.last_name)
            for i, one in enumerate(others)
        ]
        await self.calls(f.contacts.ImportContacts(contacts=cards))

    def user(self, other: "Folk | int") -> t.InputUser:
        """How this person's client names another."""
        number = other if isinstance(other, int) else other.id
        return t.InputUser(user_id=number, access_hash=self._users[number])

    def to(self, other: "Folk | int") -> t.InputPeerUser:
        """The chat with another."""
        named = self.user(other)
        return t.InputPeerUser(user_id=named.user_id, access_hash=named.access_hash)

    async def finds(self, username: str) -> Any:
        """The room or person of this name, as a peer."""
        found = await self.calls(f.contacts.ResolveUsername(username=username))
        if isinstance(found.peer, t.PeerUser):
            return self.to(found.peer.user_id)
        return self.room(found.peer.channel_id)

    def channel(self, number: int) -> t.InputChannel:
        """How this person's client names a channel or supergroup."""
        return t.InputChannel(channel_id=number, access_hash=self._rooms[number])

    @property
    def rooms(self) -> tuple[int, ...]:
        """The channels and supergroups they came across."""
        return tuple(self._rooms)

    def room(self, number: int) -> t.InputPeerChannel:
        """The chat in a channel or supergroup."""
        return t.InputPeerChannel(channel_id=number, access_hash=self._rooms[number])

    async def founds(
        self, title: str, about: str = "", *others: "Folk", broadcast: bool = False, username: str = "",
        photo: bytes = b"", forum: bool = False,
    ) -> int:  # fmt: skip
        """The number of a new channel or supergroup."""
        made = await self.calls(f.channels.CreateChannel(
            title=title, about=about, broadcast=broadcast, megagroup=not broadcast, forum=forum
        ))  # fmt: skip
        number: int = made.chats[0].id
        if username:
            await self.calls(f.channels.UpdateUsername(channel=self.channel(number), username=username))
        if photo:
            chosen = t.InputChatUploadedPhoto(file=await self.uploads(photo, "photo.jpg"))
            await self.calls(f.channels.EditPhoto(channel=self.channel(number), photo=chosen))
        if others:
            users = [self.user(other) for other in others]
            await self.calls(f.channels.InviteToChannel(channel=self.channel(number), users=users))
        return number

    # --- what they say ------------------------------------------------------------------------------------------

    async def says(self, to: Any, text: str, *, answers: int = 0, **more: Any) -> t.Message:
        """A message is there."""
        if answers:
            more["reply_to"] = t.InputReplyToMessage(reply_to_msg_id=answers)
        said = f.messages.SendMessage(peer=to, message=text, random_id=self._number(), **more)
        return self._posted(await self.calls(said), text)

    async def shows(self, to: Any, *pictures: bytes, caption: str = "") -> t.Message:
        """A photo is there, or an album of them."""
        if len(pictures) == 1:
            photo = t.InputMediaUploadedPhoto(file=await self.uploads(pictures[0], "photo.jpg"))
            return await self._sends(to, photo, caption)
        items = []
        for number, picture in enumerate(pictures):
            made = t.InputMediaUploadedPhoto(file=await self.uploads(picture, "photo.jpg"))
            kept = (await self.calls(f.messages.UploadMedia(peer=to, media=made))).photo
            media = t.InputMediaPhoto(id=t.InputPhoto(
                id=kept.id, access_hash=kept.access_hash, file_reference=kept.file_reference
            ))  # fmt: skip
            said = "" if number else caption
            items.append(t.InputSingleMedia(media=media, random_id=self._number(), message=said))
        return self._posted(await self.calls(f.messages.SendMultiMedia(peer=to, multi_media=items)), caption)

    async def speaks(self, to: Any, sound: bytes, waveform: bytes, seconds: int) -> t.Message:
        """A voice message is there."""
        said = t.DocumentAttributeAudio(duration=seconds, voice=True, waveform=waveform)
        file = await self.uploads(sound, "voice.ogg")
        return await self._sends(to, t.InputMediaUploadedDocument(file=file, mime_type="audio/ogg", attributes=[said]))

    async def hands(self, to: Any, data: bytes, name: str, kind: str, caption: str = "") -> t.Message:
        """A file is there."""
        named = [t.DocumentAttributeFilename(file_name=name)]
        file = await self.uploads(data, name)
        media = t.InputMediaUploadedDocument(file=file, mime_type=kind, attributes=named, force_file=True)
        return await self._sends(to, media, caption)

    async def asks(self, to: Any, question: str, *answers: str, **how: Any) -> t.Message:
        """A poll is there."""
        words = [t.TextWithEntities(text=text, entities=[]) for text in (question, *answers)]
        options = [t.PollAnswer(text=one, option=bytes([place])) for place, one in enumerate(words[1:])]
        poll = t.Poll(id=0, question=words[0], answers=options, hash=0, **how)
        return await self._sends(to, t.InputMediaPoll(poll=poll))

    async def votes(self, to: Any, message: int, place: int) -> None:
        """The answer at this place has this person's vote."""
        await self.calls(f.messages.SendVote(peer=to, msg_id=message, options=[bytes([place])]))

    async def reacts(self, to: Any, message: int, sign: str) -> None:
        """The message bears the sign."""
        chosen = [t.ReactionEmoji(emoticon=sign)]
        await self.calls(f.messages.SendReaction(peer=to, msg_id=message, reaction=chosen))

    async def history(self, to: Any, limit: int = 20) -> list[Any]:
        """The newest messages, newest first."""
        asked = {"offset_id": 0, "offset_date": 0, "add_offset": 0, "max_id": 0, "min_id": 0, "hash": 0}
        found: list[Any] = (await self.calls(f.messages.GetHistory(peer=to, limit=limit, **asked))).messages
        return found

    async def latest_partner(self) -> int:
        """The account with whom they talked last."""
        asked = f.messages.GetDialogs(offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=10, hash=0)
        peers = [one.peer for one in (await self.calls(asked)).dialogs]
        return next(one.user_id for one in peers if isinstance(one, t.PeerUser) and one.user_id != SERVICE)

    async def reads(self, to: Any) -> None:
        """Everything in the chat is read."""
        if isinstance(to, t.InputPeerChannel):
            await self.calls(f.channels.ReadHistory(channel=self.channel(to.channel_id), max_id=FAR))
        else:
            await self.calls(f.messages.ReadHistory(peer=to, max_id=FAR))

    async def uploads(self, data: bytes, name: str) -> t.InputFile:
        """The file is on the server."""
        number = self._number()
        parts = [data[at : at + PART] for at in range(0, len(data), PART)]
        for place, part in enumerate(parts):
            await self.calls(f.upload.SaveFilePart(file_id=number, file_part=place, bytes=part))
        return t.InputFile(id=number, parts=len(parts), name=name, md5_checksum="")

    def leaves(self) -> None:
        """The line is cut."""
        self.wire.cuts()

    async def _sends(self, to: Any, media: Any, caption: str = "") -> t.Message:
        said = f.messages.SendMedia(peer=to, media=media, message=caption, random_id=self._number())
        return self._posted(await self.calls(said), caption)

    def _posted(self, answer: Any, text: str) -> t.Message:
        if isinstance(answer, t.UpdateShortSentMessage):
            peer = t.PeerUser(user_id=0)
            return t.Message(id=answer.id, peer_id=peer, date=answer.date, message=text, out=True)
        found: t.Message = next(u.message for u in answer.updates if isinstance(getattr(u, "message", None), t.Message))
        return found

    def _number(self) -> int:
        return (self.id << 24) + next(self._ids)

    def _hears(self, update: Any) -> None:
        self.heard.append(update)
        self._learns(update)

    def _learns(self, answer: Any) -> None:
        answer = getattr(answer, "updates", answer) if not isinstance(answer, t.Updates) else answer
        for user in getattr(answer, "users", ()) or ():
            if isinstance(user, t.User) and user.access_hash and not user.min:
                self._users[user.id] = user.access_hash
        for chat in getattr(answer, "chats", ()) or ():
            if getattr(chat, "access_hash", 0) and not getattr(chat, "min", False):
                self._rooms[chat.id] = chat.access_hash
