"""Telethon: every transport it ships but HTTP. Sign-up is a raw call, since its own method only raises."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import telethon_bots
import telethon_files
import telethon_rooms
import telethon_takeout
from talking import Facts, Talker, run
from telethon import TelegramClient, connection, errors, events, functions, types
from telethon.crypto import rsa

TRANSPORTS = {
    "full": connection.ConnectionTcpFull,
    "abridged": connection.ConnectionTcpAbridged,
    "intermediate": connection.ConnectionTcpIntermediate,
    "obfuscated": connection.ConnectionTcpObfuscated,
    "mtproxy": connection.ConnectionTcpMTProxyIntermediate,
    "mtproxy-dd": connection.ConnectionTcpMTProxyRandomizedIntermediate,
}
DC = 2
PATIENCE = 30
"""How often it tries anew; its own five are over after half a minute, and a slow machine may be away for longer."""


class TelethonTalker(telethon_bots.Bots, telethon_takeout.Takeout, telethon_rooms.Rooms, Talker):
    def __init__(self, settings: Facts) -> None:
        super().__init__(settings)
        rsa.add_key(self.pem, old=False)
        self.client: Any = None

    async def connect(self) -> None:
        """Open the present session and take up where it left off."""
        proxied = self.transport.startswith("mtproxy")
        self.client = TelegramClient(
            self.session(),
            api_id=1,
            api_hash="chappe",
            connection=TRANSPORTS[self.transport],
            proxy=("127.0.0.1", self.port, self.secret) if proxied else None,
            catch_up=True,
            sequential_updates=True,
            receive_updates=True,
            connection_retries=PATIENCE,
        )
        if not self.client.session.auth_key:
            self.client.session.set_dc(DC, "127.0.0.1", self.port)
        self.client.add_event_handler(self._new, events.NewMessage())
        self.client.add_event_handler(self._edited, events.MessageEdited())
        self.client.add_event_handler(self._deleted, events.MessageDeleted())
        self.client.add_event_handler(self._read, events.MessageRead())
        self.client.add_event_handler(self.pressed, events.CallbackQuery())
        self.client.add_event_handler(self._reacted, events.Raw(types.UpdateMessageReactions))
        await self.client.connect()

    async def sign_up(self, phone: str, code: str, first_name: str) -> Facts:
        self.new_session()
        await self.connect()
        sent = await self.client.send_code_request(phone)
        try:
            await self.client.sign_in(phone, code)
        except errors.PhoneNumberUnoccupiedError:
            await self.client(functions.auth.SignUpRequest(phone, sent.phone_code_hash, first_name, ""))
        await self.leave()
        await self.connect()
        return await self.me()

    async def sign_in(self, phone: str, code: str, password: str = "") -> Facts:
        self.new_session()
        await self.connect()
        await self.client.send_code_request(phone)
        try:
            await self.client.sign_in(phone, code)
        except errors.SessionPasswordNeededError:
            await self.client.sign_in(password=password)
        return await self.me()

    async def set_password(self, password: str) -> None:
        await self.client.edit_2fa(new_password=password)

    async def remove_password(self, password: str) -> None:
        await self.client.edit_2fa(current_password=password)

    async def forget_password(self) -> Facts:
        """What comes of a wish to reset it, of declining that, and of wishing again."""
        asked = await self.client(functions.account.ResetPasswordRequest())
        stated = await self.client(functions.account.GetPasswordRequest())
        await self.client(functions.account.DeclinePasswordResetRequest())
        again = await self.client(functions.account.ResetPasswordRequest())
        kept = await self.client(functions.account.GetPasswordRequest())
        return {"waits": asked.until_date == stated.pending_reset_date, "refused": hasattr(again, "retry_date"),
                "kept": kept.has_password and kept.pending_reset_date is None}  # fmt: skip

    async def me(self) -> Facts:
        user = await self.client.get_me()
        return {"id": user.id, "phone": user.phone, "first_name": user.first_name}

    async def add_contact(self, phone: str, first_name: str) -> int:
        contact = types.InputPhoneContact(client_id=1, phone=phone, first_name=first_name, last_name="")
        done = await self.client(functions.contacts.ImportContactsRequest([contact]))
        return int(done.imported[0].user_id)

    async def send_text(self, peer: int, text: str, reply_to: int | None = None) -> Facts:
        return _message(await self.client.send_message(peer, text, reply_to=reply_to, parse_mode=None))

    async def send_texts(self, peer: int, texts: list[str]) -> None:
        """All at once, as a program would that does not wait for the answers."""
        await asyncio.gather(*(self.client.send_message(peer, text, parse_mode=None) for text in texts))

    async def send_file(self, peer: int, path: str) -> Facts:
        return _message(await self.client.send_file(peer, path, force_document=True))

    async def send_photo(self, peer: int, path: str, caption: str) -> Facts:
        return _message(await self.client.send_file(peer, path, caption=caption))

    async def download(self, peer: int, id: int) -> Facts:
        message = await self.client.get_messages(peer, ids=id)
        data = await self.client.download_media(message, file=bytes)
        return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    async def save_parts(self, path: str, file_id: int, first: int, last: int) -> None:
        """These parts of the file are on the server, by two connections."""
        async with telethon_files.lines(self.client, ("127.0.0.1", self.port), 2) as senders:
            await telethon_files.save_parts(self.client, senders, Path(path), file_id, first, last)

    async def send_saved(self, peer: int, name: str, file_id: int, parts: int) -> Facts:
        """A message with the file whose parts are all on the server."""
        file = types.InputFileBig(file_id, parts, name)
        return _message(await self.client.send_file(peer, file, force_document=True))

    async def upload(self, path: str) -> None:
        """The file is on the server; nobody was told of it."""
        self.uploaded = await self.client.upload_file(path)

    async def send_uploaded(self, peer: int) -> Facts:
        return _message(await self.client.send_file(peer, self.uploaded, force_document=True))

    async def remember_file(self, peer: int, id: int) -> None:
        """All that names the file is kept here."""
        self.remembered = await self.client.get_messages(peer, ids=id)

    async def fetch_remembered(self) -> Facts:
        data = await self.client.download_media(self.remembered.document, file=bytes)
        return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    async def fetch(self, peer: int, id: int) -> Facts:
        """The file of the message, by two connections, each half of it."""
        message = await self.client.get_messages(peer, ids=id)
        target = self.folder / "fetched"
        async with telethon_files.lines(self.client, ("127.0.0.1", self.port), 2) as senders:
            digest = await telethon_files.fetch(self.client, senders, message.document, target)
        size = target.stat().st_size
        target.unlink()
        return {"sha256": digest, "size": size}

    async def fetch_stretch(self, peer: int, id: int, offset: int, size: int) -> str:
        """A stretch of the file, in hex."""
        message = await self.client.get_messages(peer, ids=id)
        data = b""
        async for piece in self.client.iter_download(message.document, offset=offset, request_size=4096):
            data += piece
            if len(data) >= size:
                break
        return data[:size].hex()

    async def edit(self, peer: int, id: int, text: str) -> Facts:
        return _message(await self.client.edit_message(peer, id, text))

    async def delete(self, peer: int, ids: list[int]) -> None:
        await self.client.delete_messages(peer, ids, revoke=True)

    async def read(self, peer: int, max_id: int) -> None:
        await self.client.send_read_acknowledge(peer, max_id=max_id)

    async def react(self, peer: int, id: int, sign: str) -> None:
        chosen = [types.ReactionEmoji(sign)]
        await self.client(functions.messages.SendReactionRequest(peer, id, reaction=chosen))

    async def dialogs(self) -> list[Facts]:
        found = await self.client.get_dialogs()
        return [{"peer": d.id, "unread": d.unread_count, "top": _message(d.message)} for d in found]

    async def history(self, peer: int, limit: int) -> list[Facts]:
        return [_message(message) for message in await self.client.get_messages(peer, limit=limit)]

    async def leave(self) -> None:
        await self.client.disconnect()

    async def come_back(self) -> None:
        await self.connect()

    async def log_out(self) -> bool:
        return bool(await self.client.log_out())

    def facts(self, message: Any) -> Facts:
        return _message(message)

    async def _new(self, event: Any) -> None:
        self.happened({"kind": "own" if event.message.out else "new", **_message(event.message)})

    async def _edited(self, event: Any) -> None:
        self.happened({"kind": "edited", **_message(event.message)})

    async def _deleted(self, event: Any) -> None:
        self.happened({"kind": "deleted", "ids": event.deleted_ids})

    async def _read(self, event: Any) -> None:
        if event.outbox:
            self.happened({"kind": "read", "peer": event.chat_id, "max_id": event.max_id})

    async def _reacted(self, update: Any) -> None:
        signs = [result.reaction.emoticon for result in update.reactions.results]
        self.happened({"kind": "reacted", "id": update.msg_id, "signs": signs})


def _message(message: Any) -> Facts:
    return {
        "id": message.id,
        "peer": message.chat_id,
        "sender": message.sender_id,
        "out": bool(message.out),
        "text": message.message or "",
        "media": "photo" if message.photo else "document" if message.document else None,
        "size": message.file.size if message.file else None,
        "reply_to": message.reply_to_msg_id,
    }


run(TelethonTalker)
