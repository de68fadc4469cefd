"""What Kurigram and Pyrofork share: both are Pyrogram's heirs and import as `pyrogram`."""

import base64
import hashlib
from typing import Any

from pyrogram import Client, handlers, raw, types, utils
from pyrogram.crypto import rsa
from pyrogram_rooms import Rooms
from pyrogram_takeout import Takeout
from talking import Facts, Talker

DC = 2


class PyrogramTalker(Takeout, Rooms, Talker):
    def __init__(self, settings: Facts) -> None:
        super().__init__(settings)
        fingerprint, modulus, exponent = parse_key(self.pem)
        rsa.server_public_keys[fingerprint] = rsa.PublicKey(modulus, exponent)
        self.client: Any = None
        self.bot_token: str | None = None

    async def be_bot(self, token: str) -> Facts:
        """The client speaks for the bot from now on."""
        self.new_session()
        self.bot_token = token
        await self.connect()
        me = await self.client.get_me()
        return {"id": me.id, "bot": me.is_bot, "username": me.username}

    async def offer(self, peer: int, text: str) -> int:
        """A message with a button; whoever presses it is told what they chose."""
        rows = [[types.InlineKeyboardButton("Yes", callback_data=b"yes")]]
        sent = await self.client.send_message(peer, text, reply_markup=types.InlineKeyboardMarkup(rows))
        return int(sent.id)

    async def _pressed(self, client: Any, query: Any) -> None:
        await query.answer(f"you chose {query.data}", show_alert=True)

    def make_client(self) -> Any:
        """A client of the present session that dials this server."""
        raise NotImplementedError

    async def sign_up(self, phone: str, code: str, first_name: str) -> Facts:
        raise NotImplementedError

    async def sign_in(self, phone: str, code: str, password: str = "") -> Facts:
        raise NotImplementedError

    async def set_password(self, password: str) -> None:
        await self.client.enable_cloud_password(password)

    async def remove_password(self, password: str) -> None:
        await self.client.remove_cloud_password(password)

    async def connect(self) -> None:
        """Start a signed-in session the normal way: it asks for what it missed by itself."""
        self.client = self.make_client()
        self.client.add_handler(handlers.MessageHandler(self._new))
        self.client.add_handler(handlers.EditedMessageHandler(self._edited))
        self.client.add_handler(handlers.DeletedMessagesHandler(self._deleted))
        self.client.add_handler(handlers.CallbackQueryHandler(self._pressed))
        self.client.add_handler(handlers.RawUpdateHandler(self._raw), 1)
        await self.client.start()

    async def me(self) -> Facts:
        user = await self.client.get_me()
        return {"id": user.id, "phone": user.phone_number, "first_name": user.first_name}

    async def send_text(self, peer: int, text: str, reply_to: int | None = None) -> Facts:
        raise NotImplementedError

    async def send_file(self, peer: int, path: str) -> Facts:
        return message_facts(await self.client.send_document(peer, path, force_document=True))

    async def send_photo(self, peer: int, path: str, caption: str) -> Facts:
        return message_facts(await self.client.send_photo(peer, path, caption=caption))

    async def download(self, peer: int, id: int) -> Facts:
        message = await self.client.get_messages(peer, id)
        data = (await self.client.download_media(message, in_memory=True)).getvalue()
        return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    async def edit(self, peer: int, id: int, text: str) -> Facts:
        return message_facts(await self.client.edit_message_text(peer, id, text))

    async def delete(self, peer: int, ids: list[int]) -> None:
        await self.client.delete_messages(peer, ids, revoke=True)

    async def read(self, peer: int, max_id: int) -> None:
        await self.client.read_chat_history(peer, max_id)

    async def react(self, peer: int, id: int, sign: str) -> None:
        await self.client.send_reaction(peer, id, emoji=sign)

    async def dialogs(self) -> list[Facts]:
        found = [dialog async for dialog in self.client.get_dialogs()]
        return [
            {"peer": d.chat.id, "unread": d.unread_messages_count, "top": message_facts(d.top_message)} for d in found
        ]

    async def history(self, peer: int, limit: int) -> list[Facts]:
        return [message_facts(message) async for message in self.client.get_chat_history(peer, limit)]

    async def leave(self) -> None:
        await self.client.stop()

    async def come_back(self) -> None:
        await self.connect()

    async def log_out(self) -> bool:
        return bool(await self.client.log_out())

    def facts(self, message: Any) -> Facts:
        return message_facts(message)

    async def _new(self, _client: Any, message: Any) -> None:
        said = "own" if message.outgoing else "new"
        self.happened({"kind": "event" if message.service else said, **message_facts(message)})

    async def _edited(self, _client: Any, message: Any) -> None:
        self.happened({"kind": "edited", **message_facts(message)})

    async def _deleted(self, _client: Any, messages: Any) -> None:
        self.happened({"kind": "deleted", "ids": [message.id for message in messages]})

    async def _raw(self, _client: Any, update: Any, _users: Any, _chats: Any) -> None:
        if isinstance(update, raw.types.UpdateReadHistoryOutbox):
            self.happened({"kind": "read", "peer": utils.get_peer_id(update.peer), "max_id": update.max_id})
        elif isinstance(update, raw.types.UpdateMessageReactions):
            signs = [result.reaction.emoticon for result in update.reactions.results]
            self.happened({"kind": "reacted", "id": update.msg_id, "signs": signs})


def message_facts(message: Any) -> Facts:
    media = message.photo or message.document
    return {
        "id": message.id,
        "peer": message.chat.id,
        "sender": (message.from_user or message.sender_chat or message.chat).id,
        "out": bool(message.outgoing),
        "text": message.text or message.caption or "",
        "media": "photo" if message.photo else "document" if message.document else None,
        "size": media.file_size if media else None,
        "reply_to": message.reply_to_message_id,
    }


def parse_key(pem: str) -> tuple[int, int, int]:
    """The signed 64-bit fingerprint, modulus and exponent of a PKCS#1 RSA public key."""
    der = base64.b64decode("".join(line for line in pem.splitlines() if not line.startswith("-")))
    outer = _der(der, 0x30)[0]
    modulus, rest = _der(outer, 0x02)
    exponent, _ = _der(rest, 0x02)
    digest = hashlib.sha1(_tl_bytes(modulus.lstrip(b"\0")) + _tl_bytes(exponent)).digest()
    fingerprint = int.from_bytes(digest[-8:], "little", signed=True)
    return fingerprint, int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")


def _der(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the first DER element and what follows it."""
    if data[0] != tag:
        raise ValueError("not a PKCS#1 public key")
    size, start = data[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
    return data[start : start + size], data[start + size :]


def _tl_bytes(data: bytes) -> bytes:
    head = bytes([len(data)]) if len(data) < 254 else b"\xfe" + len(data).to_bytes(3, "little")
    whole = head + data
    return whole + bytes(-len(whole) % 4)


def make_settings(talker: Any) -> dict[str, Any]:
    """The constructor arguments that both libraries know; `skip_updates=False` asks for what was missed."""
    return {
        "name": talker.session().rsplit("/", 1)[1],
        "workdir": str(talker.folder),
        "api_id": 1,
        "api_hash": "chappe",
        "skip_updates": False,
        "bot_token": talker.bot_token,
    }


__all__ = ["Client", "PyrogramTalker", "make_settings", "message_facts"]
