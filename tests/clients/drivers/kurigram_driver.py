"""Kurigram: plain abridged over TCP, its address given by a connection factory."""

from typing import Any

from pyrogram import errors, types
from pyrogram.connection import Connection
from pyrogram_talker import Client, PyrogramTalker, make_settings, message_facts
from talking import Facts, run


class KurigramTalker(PyrogramTalker):
    def make_client(self) -> Any:
        port = self.port

        class Local(Connection):
            def __init__(self, **named: Any) -> None:
                super().__init__(**{**named, "server_address": "127.0.0.1", "port": port})

        return Client(**make_settings(self), connection_factory=Local)

    async def sign_up(self, phone: str, code: str, first_name: str) -> Facts:
        self.new_session()
        client = self.make_client()
        await client.connect()
        sent = await client.send_phone_number_code(phone)
        known = await client.sign_in(phone, sent.phone_code_hash, code)
        if not isinstance(known, types.User):
            await client.sign_up(phone, sent.phone_code_hash, first_name)
        await client.disconnect()
        await self.connect()
        return await self.me()

    async def sign_in(self, phone: str, code: str, password: str = "") -> Facts:
        self.new_session()
        client = self.make_client()
        await client.connect()
        sent = await client.send_phone_number_code(phone)
        try:
            await client.sign_in(phone, sent.phone_code_hash, code)
        except errors.SessionPasswordNeeded:
            await client.check_password(password)
        await client.disconnect()
        await self.connect()
        return await self.me()

    async def add_contact(self, phone: str, first_name: str) -> int:
        done = await self.client.import_contacts([types.InputPhoneContact(phone, first_name)])
        return int(done.imported[0].user_id)

    async def send_text(self, peer: int, text: str, reply_to: int | None = None) -> Facts:
        reply = types.ReplyParameters(message_id=reply_to) if reply_to else None
        return message_facts(await self.client.send_message(peer, text, reply_parameters=reply))


run(KurigramTalker)
