"""A server with a public channel, made by real calls, and a visitor without an account."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.kit.mmdb import write_table
from tests.kit.rooms import Hall, hall, says
from tests.kit.stage import Person, Stage, raised
from tests.talk.test_files import picture, upload
from tests.web.conftest import POLICY, SITE

from chappe import web
from chappe.domain import territory_profiles
from chappe.domain.places import Table
from chappe.media import MediaProcess
from chappe.safety import Desk
from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t
from chappe.transparency import Ledger

SITES = "https://chat.example.org:8443/"


class Press:
    """A stage and the pages over its store; `visitor` has no account."""

    def __init__(self, stage: Stage, app: web.ASGIApp) -> None:
        self.stage = stage
        self.app = app
        self.log: Ledger

    def visitor(self, language: str = "en", address: str = "127.0.0.1") -> httpx.AsyncClient:
        """A browser of nobody in particular."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 5000), raise_app_exceptions=True)
        headers = {"accept-language": language}
        base = "http://localhost:8443" if address == "127.0.0.1" else "https://chat.example.org:8443"
        return httpx.AsyncClient(transport=transport, base_url=base, headers=headers)

    async def channel(self, owner: Person, name: str, title: str = "The News", about: str = "") -> Hall:
        """A public channel."""
        made = await hall(self.stage, owner, title=title, broadcast=True)
        await owner.calls(f.channels.UpdateUsername(channel=made.to(owner), username=name))
        if about:
            await owner.calls(f.messages.EditChatAbout(peer=made.peer(owner), about=about))
        return made

    async def group(self, owner: Person, name: str, title: str = "The Square", about: str = "") -> Hall:
        """A public group."""
        made = await hall(self.stage, owner, title=title)
        await owner.calls(f.channels.UpdateUsername(channel=made.to(owner), username=name))
        if about:
            await owner.calls(f.messages.EditChatAbout(peer=made.peer(owner), about=about))
        return made

    async def discussed(self, owner: Person, channel: Hall) -> Hall:
        """The group in which the channel is discussed."""
        group = await hall(self.stage, owner, title="Talk")
        link = f.channels.SetDiscussionGroup(broadcast=channel.to(owner), group=group.to(owner))
        assert await owner.calls(link)
        return group

    async def uploaded(self, owner: Person, data: bytes) -> t.InputFile:
        """The bytes are uploaded."""
        return await upload(owner, next(self.stage.numbers), data)

    async def photo(self, owner: Person, to: Hall, text: str = "", **more: Any) -> t.Message:
        """A photo stands in the room."""
        number = next(self.stage.numbers)
        file = await upload(owner, number, picture(1200, 800), name="p.jpg")
        return await self.media(owner, to, t.InputMediaUploadedPhoto(file=file), text, **more)

    async def file(
        self, owner: Person, to: Hall, data: bytes, name: str, mime: str, *attributes: Any, text: str = ""
    ) -> t.Message:
        """A document stands in the room; it is what its sender says it is."""
        number = next(self.stage.numbers)
        sent = await upload(owner, number, data, name=name)
        media = t.InputMediaUploadedDocument(
            file=sent, mime_type=mime, attributes=[*attributes, t.DocumentAttributeFilename(file_name=name)]
        )
        return await self.media(owner, to, media, text)

    async def media(self, owner: Person, to: Hall, media: Any, text: str = "", **more: Any) -> t.Message:
        """What is sent stands in the room."""
        number = next(self.stage.numbers)
        call = f.messages.SendMedia(peer=to.peer(owner), media=media, message=text, random_id=number, **more)
        told = await owner.calls(call)
        found: t.Message = next(u.message for u in told.updates if hasattr(u, "message"))
        return found




@asynccontextmanager
async def opening(folder: Path, **facts: object) -> AsyncIterator[Press]:
    """A stage with the real media process, and the pages over it."""
    async with raised(folder) as stage, MediaProcess(folder / "decode") as media:
        shelf = FileStore(folder, stage.clock)
        stage.services.blobs, stage.services.media = shelf, media

        (folder / "keys").mkdir(exist_ok=True)
        ledger = Ledger(stage.store, stage.clock, stage.services.entropy, folder, "chat.example.org:8443/log")

        async def ready() -> bool:
            return True

        inside = web.Inside(
            metrics=lambda: b"",
            ready=ready,
            metrics_nets=(ip_network("127.0.0.0/8"),),
            desk=web.Desk(stage.store, stage.clock, stage.services.entropy),
            invites=web.Invites(stage.store, stage.clock, stage.services.entropy, POLICY, False),
            people=web.People(stage.store, stage.clock, stage.services.entropy, POLICY),
            recoveries=web.Recoveries(stage.store, stage.clock, stage.services.entropy, POLICY, 72, "https://localhost/"),
            rooms=web.PublicRooms(stage.store, shelf, stage.clock, Table(write_table(folder / "countries.mmdb"))),
            lands=web.Lands(stage.store, stage.clock, territory_profiles.shipped(), stage.wrapper, SITES),
            terms=web.load_terms(None),
            client=dict,
            notices=web.NoticeDesk(
                stage.store, shelf, stage.clock, stage.services.entropy,
                Desk(stage.wrapper, "https://chat.example.org:8443/", mails=True), media,
            ),
            log=ledger,
        )
        press = Press(stage, web.make_app(replace(SITE, **facts), inside, 4096))  # type: ignore[arg-type]
        press.log = ledger
        yield press
        ledger.folder.unlock()


@pytest.fixture
async def press(tmp_path: Path) -> AsyncIterator[Press]:
    """The pages over a stage with nobody on it yet."""
    async with opening(tmp_path) as made:
        yield made


@pytest.fixture
async def alice(press: Press) -> Person:
    """Who writes the news."""
    return await press.stage.person("alice")


@pytest.fixture
async def bob(press: Press) -> Person:
    """Who comments on it."""
    return await press.stage.person("bob")


__all__ = ["Hall", "Press", "alice", "bob", "opening", "press", "says"]
