"""Pyrofork: an older layer, plain abridged over TCP, its address given by the client's connection factory."""

from typing import Any

from pyrogram import errors, raw, types
from pyrogram.connection import Connection
from pyrogram_talker import Client, PyrogramTalker, make_settings, message_facts
from talking import Facts, run


class PyroforkTalker(PyrogramTalker):
    def make_client(self) -> Any:
        port = self.port

        class Local(Connection):
            def __init__(self, *rest: Any, **named: Any) -> None:
                super().__init__(*rest, **named)
                self.address = ("127.0.0.1", port)

        client = Client(**make_settings(self))
        client.connection_factory = Local
        return client

    async def sign_up(self, phone: str, code: str, first_name: str) -> Facts:
        self.new_session()
        client = self.make_client()
        await client.connect()
        sent = await client.send_code(phone)
        try:
            await client.sign_in(phone, sent.phone_code_hash, code)
        except errors.PhoneNumberUnoccupied:
            request = raw.functions.auth.SignUp(
                phone_number=phone, phone_code_hash=sent.phone_code_hash, first_name=first_name, last_name=""
            )
            done = await client.invoke(request)
            await client.storage.user_id(done.user.id)
            await client.storage.is_bot(False)
        await client.disconnect()
        await self.connect()
        return await self.me()

    async def sign_in(self, phone: str, code: str, password: str = "") -> Facts:
        self.new_session()
        client = self.make_client()
        await client.connect()
        sent = await client.send_code(phone)
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
        return message_facts(await self.client.send_message(peer, text, reply_to_message_id=reply_to))


run(PyroforkTalker)
