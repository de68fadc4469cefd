"""How Telethon makes bots and is one."""

import re
from typing import Any

from talking import Facts
from telethon import Button, functions

TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{35}")


class Bots:
    """A part of the talker; `client`, `connect` and the session come from the whole."""

    client: Any

    async def make_bot(self, username: str) -> str:
        """The token of a new bot, as a person gets it."""
        async with self.client.conversation("BotFather", timeout=20) as talk:
            for text in ("/newbot", "A bot", username):
                await talk.send_message(text)
                answer = await talk.get_response()
        found = TOKEN.search(answer.message)
        assert found is not None, answer.message
        return found[0]

    async def be_bot(self, token: str) -> Facts:
        """The client speaks for the bot from now on."""
        self.new_session()  # type: ignore[attr-defined]
        await self.connect()  # type: ignore[attr-defined]
        await self.client.start(bot_token=token)
        me = await self.client.get_me()
        return {"id": me.id, "bot": me.bot, "username": me.username}

    async def start_bot(self, username: str, word: str, peer: int = 0) -> int:
        """The bot has been started by its link, in the room if there is one; its id."""
        bot = await self.client.get_input_entity(username)
        await self.client(functions.messages.StartBotRequest(bot=bot, peer=peer or bot, start_param=word))
        return int(bot.user_id)

    async def offer(self, peer: int, text: str) -> int:
        """A message with a button; whoever presses it is told what they chose."""
        sent = await self.client.send_message(peer, text, buttons=[[Button.inline("Yes", b"yes")]])
        return int(sent.id)

    async def pressed(self, event: Any) -> None:
        await event.answer(f"you chose {event.data.decode()}", alert=True)

    async def press(self, peer: int, id: int) -> Facts:
        """What the bot answers to the first button of the message."""
        message = await self.client.get_messages(peer, ids=id)
        answer = await message.click(0)
        return {"message": answer.message, "alert": answer.alert}

    async def about(self, peer: int) -> Facts:
        """What the profile of the bot says."""
        found = await self.client(functions.users.GetFullUserRequest(peer))
        info = found.full_user.bot_info
        return {"about": found.full_user.about or "", "description": (info and info.description) or ""}
