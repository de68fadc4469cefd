"""Source: constructor/webPage. The picture a page names becomes the card's photo, decoded where it can do no harm."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from tests.kit.stage import Person, Stage

from chappe.jobs import collecting
from chappe.media import MediaProcess, Preview
from chappe.rpc.messages import previews
from chappe.rpc.messages.previews import Cards
from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

DAY_S = 86_400
PNG = b"\x89PNG\r\n\x1a\n"


class Pages:
    """Every page names the same picture; `text` is all it says besides."""

    def __init__(self, picture: bytes | None, text: str) -> None:
        self.picture, self.text = picture, text

    async def preview(self, url: str, /) -> Preview:
        return Preview(url=url, display_url=url, type="article", site_name="", title=self.text, description="",
                       picture=self.picture)  # fmt: skip


@pytest.fixture
async def shelf(stage: Stage, tmp_path: Path) -> AsyncIterator[FileStore]:
    """Blobs on disk and the real media process."""
    store = FileStore(tmp_path, stage.clock)
    async with MediaProcess(tmp_path / "decode") as media:
        stage.services.blobs, stage.services.media = store, media
        yield store


def jpeg(width: int, height: int) -> bytes:
    """A picture of this size."""
    out = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it is 50,000 pixels wide and high."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")
    return PNG + body


async def sends_a_link(stage: Stage, alice: Person, bob: Person, pages: Pages, link: str) -> list[t.Message]:
    """The message as both have it, after its card was fetched."""
    cards = stage.services.cards = Cards(stage.services, pages)
    sent = await alice.says(bob, link)
    while tasks := cards.under_way():
        await asyncio.wait(tasks)
    await stage.settles()
    out = []
    for person, number in ((alice, sent.id), (bob, sent.id)):
        page = await person.calls(f.messages.GetMessages(id=[t.InputMessageID(id=number)]))
        out.append(page.messages[0])
    return out


def place(photo: t.Photo, size: t.PhotoSize) -> t.InputPhotoFileLocation:
    """Where the viewer fetches one size of the photo."""
    return t.InputPhotoFileLocation(
        id=photo.id, access_hash=photo.access_hash, file_reference=photo.file_reference, thumb_size=size.type
    )


async def test_a_card_shows_its_picture(stage: Stage, alice: Person, bob: Person, shelf: FileStore) -> None:
    both = await sends_a_link(stage, alice, bob, Pages(jpeg(900, 500), "A page"), "https://example.org/a")
    for person, message in zip((alice, bob), both, strict=True):
        page = message.media.webpage
        assert isinstance(page.photo, t.Photo) and page.has_large_media
        sizes = {size.type: size for size in page.photo.sizes}
        assert {"i", "m", "x"} <= sizes.keys() and sizes["x"].w == 800
        got = await person.calls(f.upload.GetFile(location=place(page.photo, sizes["x"]), offset=0, limit=1 << 20))
        assert Image.open(BytesIO(got.bytes)).size == (800, 444)
    stranger = await stage.person("mallory")
    taken = f.upload.GetFile(location=place(both[0].media.webpage.photo, sizes["x"]), offset=0, limit=1 << 20)
    assert await stranger.tries(taken)


async def test_the_picture_stays_as_long_as_a_message_shows_it(
    stage: Stage, alice: Person, bob: Person, shelf: FileStore
) -> None:
    both = await sends_a_link(stage, alice, bob, Pages(jpeg(300, 200), "A page"), "https://example.org/a")
    collect = collecting(stage.store, shelf, stage.clock)
    stage.clock.moves(3 * DAY_S)
    await collect()
    assert len(list(shelf.iterate())) == 2
    await alice.calls(f.messages.DeleteMessages(revoke=True, id=[both[0].id]))
    await collect()
    assert not list(shelf.iterate())


@pytest.mark.parametrize(
    "picture",
    [b"no picture at all", jpeg(300, 200)[:-2000], bomb(), PNG, b"GIF89a" * 9],
    ids=["noise", "torn", "bomb", "head", "gif"],
)
async def test_a_hostile_picture_costs_the_card_nothing(
    stage: Stage, alice: Person, bob: Person, shelf: FileStore, picture: bytes
) -> None:
    both = await sends_a_link(stage, alice, bob, Pages(picture, "A page"), "https://example.org/a")
    for message in both:
        assert message.media.webpage.title == "A page"
        photo = message.media.webpage.photo
        assert photo is None or picture[:2] == b"\xff\xd8", "what a torn JPEG still shows may be shown"
    silent = await sends_a_link(stage, alice, bob, Pages(picture, ""), "https://example.org/b")
    assert photo or silent[0].media is None


async def test_pictures_of_an_hour_are_bounded(
    stage: Stage, alice: Person, bob: Person, shelf: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "PICTURES_AN_HOUR", 2)
    stage.services.cards = Cards(stage.services, Pages(jpeg(60, 40), "A page"))
    shown = []
    for number in range(4):
        if number == 3:
            stage.clock.moves(3600)
        answer = await alice.calls(f.messages.GetWebPagePreview(message=f"https://example.org/{number}"))
        shown.append(answer.media.webpage.photo is not None)
    assert shown == [True, True, False, True]
