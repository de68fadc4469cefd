"""Somebody far away with another client, Telethon unless said, in a play whose other people sit at browsers."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tests.clients.cast import TELETHON
from tests.clients.island import Island
from tests.clients.stage import Actor, Kind, Message, Server
from tests.kit.server_process import ServerProcess


class _Mainland:
    """Browsers and server live on the machine's own loopback; so do these clients."""

    def enter(self) -> Callable[[], None] | None:
        return None


@dataclass(frozen=True, slots=True)
class _Address:
    port: int
    pem: str
    secret: str


class Far:
    """The words of `tests.clients.stage.Actor`, awaited."""

    def __init__(self, server: ServerProcess, folder: Path, name: str, kind: Kind = TELETHON) -> None:
        pem = (server.data / "mtproto.pub.pem").read_text()
        secret = (server.data / "keys" / "proxy.secret").read_bytes().hex()
        address = cast(Server, _Address(server.port, pem, secret))
        self._actor = Actor(kind, address, cast(Island, _Mainland()), folder / f"{kind}-{os.urandom(3).hex()}")
        self._actor.name = name

    @property
    def name(self) -> str:
        """How others know them."""
        return self._actor.name

    @property
    def phone(self) -> str:
        """Their number, without a plus."""
        return self._actor.phone

    @property
    def id(self) -> int:
        """Their account."""
        return self._actor.id

    async def signs_up(self) -> None:
        """They have an account."""
        await asyncio.to_thread(self._actor.signs_up)

    async def does(self, command: str, **facts: Any) -> Any:
        """The answer of the client to a command of `tests/clients/drivers/talking.py`."""
        return await asyncio.to_thread(lambda: self._actor.does(command, **facts))

    async def knows(self, phone: str, name: str) -> int:
        """The account of this number, among their contacts."""
        return int(await self.does("add_contact", phone="+" + phone.lstrip("+"), first_name=name))

    async def says(self, peer: int, text: str) -> Message:
        """Their message as their client shows it."""
        return cast(Message, await self.does("send_text", peer=peer, text=text))

    async def hears(self, *kinds: str, at_least: int = 1) -> list[Message]:
        """What came since last asked."""
        return await asyncio.to_thread(lambda: self._actor.hears(*kinds, at_least=at_least))

    async def hears_that(self, so: Callable[[Message], bool], kind: str = "new") -> list[Message]:
        """The events of this kind that are so, once there is one."""
        return await asyncio.to_thread(lambda: self._actor.hears_that(so, kind))

    async def hears_words(self, text: str, kind: str = "new") -> Message:
        """The event that says this."""
        return await asyncio.to_thread(lambda: self._actor.hears_words(text, kind))

    async def quits(self) -> None:
        """Their client is closed."""
        await asyncio.to_thread(self._actor.quits)
