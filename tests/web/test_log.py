"""The log as it is served: what the format says, to anybody, for ever. Source: tlog/tiles"""

import gzip
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh
from tests.transparency.logbook import NOTICE, ORIGIN
from tests.web.conftest import SITE

from chappe.domain import journal
from chappe.store import Store, Tx
from chappe.transparency import Ledger, Tile, growth, note, tree
from chappe.transparency.files import unbundled
from chappe.web.log import log_routes, tile_of
from chappe.web.page import Pages


class Shelf:
    """A log that is served."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self.store = store
        self.ledger = ledger
        app = Starlette(routes=log_routes(Pages(SITE), ledger))
        self.get = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.example.org").get

    async def acts(self, count: int) -> None:
        def act(tx: Tx) -> None:
            for _ in range(count):
                journal.record(tx, "invite_used", "user:7", "user:7", NOTICE)

        await self.store.write(act)
        while await self.ledger._sequencer.step():
            pass


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    clock = FakeClock()
    store = open_fresh(tmp_path / "chappe.sqlite", clock)
    (tmp_path / "keys").mkdir()
    ledger = Ledger(store, clock, os.urandom, tmp_path, ORIGIN)
    yield Shelf(store, ledger)
    ledger.folder.unlock()
    await store.close()


async def test_a_stranger_can_follow_it(shelf: Shelf) -> None:
    await shelf.acts(600)
    keys = [note.verifier(line) for line in (await shelf.get("/log/key")).text.splitlines()]
    answer = await shelf.get("/log/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    head = growth.head_of(ORIGIN, note.opened(answer.text, keys)[0])
    tiles = {}
    for level in (0, 1):
        count = head.size >> (8 * level)
        for n in range(-(-count // 256)):
            tile = Tile(level, n, min(256, count - n * 256))
            tiles[tile] = (await shelf.get(f"/log/{tile.path}")).content
    assert tree.root_of(head.size, tree.hashes_of_tiles(head.size, tiles.__getitem__)) == head.root
    leaves = unbundled((await shelf.get("/log/tile/entries/002.p/88")).content)
    assert b"".join(map(tree.leaf_hash, leaves)) == tiles[Tile(0, 2, 88)]


async def test_tiles_never_change(shelf: Shelf) -> None:
    await shelf.acts(10)
    before = await shelf.get("/log/tile/0/000.p/10")
    assert "immutable" in before.headers["cache-control"]
    await shelf.acts(600)
    assert (await shelf.get("/log/tile/0/000.p/10")).content == before.content
    assert (await shelf.get("/log/tile/entries/000.p/7")).status_code == 200


async def test_entries_are_packed_for_who_takes_that(shelf: Shelf) -> None:
    await shelf.acts(10)
    answer = await shelf.get("/log/tile/entries/000.p/10", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    plain = await shelf.get("/log/tile/entries/000.p/10", headers={"accept-encoding": "identity"})
    assert plain.content == answer.content
    assert len(gzip.compress(plain.content)) < len(plain.content)


@pytest.mark.parametrize(
    "path",
    [
        "0/001", "0/000", "0/000.p/11", "1/000.p/1", "64/000", "00/000", "0/000.p/0", "0/000.p/256", "0/0",
        "0/x000/000", "entries/000", "entries/000.p/11", "-1/000.p/1", "0/000.p/", "0/" + "x001/" * 40 + "000",
        "../../keys/log.keys", "0/%2e%2e/%2e%2e/id",
    ],
)  # fmt: skip
async def test_what_is_no_tile_or_not_covered(shelf: Shelf, path: str) -> None:
    await shelf.acts(10)
    assert (await shelf.get(f"/log/tile/{path}")).status_code == 404


@pytest.mark.parametrize("tile", [Tile(0, 0, 1), Tile(3, 999, 256), Tile(-1, 1000, 7), Tile(63, 1234067, 255)])
def test_names_are_read_as_they_are_written(tile: Tile) -> None:
    assert tile_of(tile.path.removeprefix("tile/")) == tile


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_page_says_how_to_check_it(shelf: Shelf, language: str) -> None:
    await shelf.acts(3)
    page = (await shelf.get("/log/", headers={"accept-language": language})).text
    assert "chappe-verify" in page
    assert str(shelf.ledger.keys.verifiers[0]).replace("+", "&#43;") in page.replace("+", "&#43;")
    assert "<dd>3</dd>" in page
    assert "chappe-verify https://chat.example.org:8443/log/" in page
    here = await shelf.get("http://localhost:8443/log/")
    assert "chappe-verify http://localhost:8443/log/" in here.text, "who sits here need not know our authority"
