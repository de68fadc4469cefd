"""Source: requirements/public-pages

A stranger reads a channel in a real browser: on a phone, in the dark, turned round, in French; nothing runs, nothing
is too wide, and axe-core finds no barrier.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.browser.conftest import Arrives
from tests.browser.folk import Folk
from tests.browser.looks import DARK, LIGHT, PHONE, RTL, Look
from tests.browser.town import CHANNEL, GROUP, POSTS, settle
from tests.kit.server_process import ServerProcess

LOOKS = (LIGHT, DARK.says("fr"), PHONE, RTL)
HOSTILE = "<img src=x onerror=document.title='ran'>\u202e" + "Z" + "\u0301" * 200 + "W" * 3000
SEEN = "document.querySelector('.media img').naturalWidth > 0"


async def test_a_stranger_reads_a_channel(arrives: Arrives, fresh: ServerProcess) -> None:
    town = await settle(fresh)
    alice = town.alice
    hostile = await alice.founds("Odd <b>things</b> \u202eturned", HOSTILE[:200], broadcast=True, username="odd_things")
    odd = await alice.says(alice.room(hostile), HOSTILE)
    for name, kind, data in (
        ("page.html", "text/html", b"<script>document.title='ran'</script>"),
        ("a.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload=\"alert(1)\"/>"),
    ):
        await alice.hands(alice.room(hostile), data, name, kind)
    history = await alice.history(alice.room(town.channel))
    first = next(m.id for m in history if getattr(m, "message", "") == POSTS[0])
    for look in LOOKS:
        await _reads(arrives, fresh, look, first, odd.id)
    await _shares(arrives, fresh, first)
    await _is_handed_files(arrives, fresh, alice)


async def _reads(arrives: Arrives, server: ServerProcess, look: Look, first: int, odd: int) -> None:
    bob = await arrives("bob", look, at=server)
    for path in (
        f"/@{CHANNEL}", f"/@{CHANNEL}/{first}", f"/@{CHANNEL}?q=tower", f"/@{GROUP}", "/channels", "/hashtag/openday",
        "/@odd_things", f"/@odd_things/{odd}", f"/@odd_things/{odd}?embed=1",
    ):  # fmt: skip
        await bob.goes(path)
        await bob.finds_no_barrier()
        assert await bob.page.title() != "ran", path
    await bob.goes(f"/{CHANNEL}/{first}")
    assert bob.page.url.endswith(f"/@{CHANNEL}/{first}")
    await bob.page.wait_for_function(SEEN)
    await bob.sees("Nine minutes! That beats the mail coach.")


async def _shares(arrives: Arrives, server: ServerProcess, first: int) -> None:
    """Without a script: a search, another language, the way back; a card on another page."""
    bob = await arrives("bob", LIGHT, at=server, java_script_enabled=False)
    await bob.goes(f"/@{CHANNEL}")
    await bob.page.get_by_role("searchbox").fill("telescope")
    await bob.page.keyboard.press("Enter")
    await bob.sees(POSTS[2][:40])
    await bob.page.get_by_role("link", name="Français").click()
    await bob.sees("Publications avec")
    assert "q=telescope" in bob.page.url
    await bob.goes(f"/@{CHANNEL}/{first}")
    await bob.sees("2 commentaires")
    await bob.page.locator("summary", has_text="Partager").click()
    shown = await bob.page.get_by_label("Pour l'afficher sur une autre page").input_value()
    assert f'/@{CHANNEL}/{first}?embed=1"' in shown


async def _is_handed_files(arrives: Arrives, server: ServerProcess, alice: Folk) -> None:
    """What could run comes as a download."""
    carol = await arrives("carol", LIGHT, at=server)
    await carol.goes("/@odd_things")
    for name in ("page.html", "a.svg"):
        async with carol.page.expect_download() as waiting:
            await carol.page.get_by_role("link", name=name).click()
        assert (await waiting.value).suggested_filename == name
        assert await carol.page.title() != "ran"


@asynccontextmanager
async def served(body: str) -> AsyncIterator[str]:
    """The address of a page of another site on this machine."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()

    site = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with site:
        yield f"http://localhost:{site.sockets[0].getsockname()[1]}/"


@pytest.mark.parametrize("look", [LIGHT, PHONE], ids=lambda look: look.name)
async def test_a_card_on_another_page(arrives: Arrives, fresh: ServerProcess, look: Look) -> None:
    town = await settle(fresh, 8)
    history = await town.alice.history(town.alice.room(town.channel))
    first = next(m.id for m in history if getattr(m, "message", "") == POSTS[0])
    bob = await arrives("bob", look, at=fresh)
    bob.watch.expects(r"another host: http://localhost:\d+/", "frame-ancestors", "ERR_BLOCKED_BY_RESPONSE", "favicon")
    frame = f'<iframe width="400" height="500" src="{bob.base}%s"></iframe>'
    for path, framed in ((f"/@{CHANNEL}/{first}?embed=1", True), (f"/@{CHANNEL}/{first}", False)):
        async with served(frame % path) as elsewhere:
            await bob.page.goto(elsewhere)
            inside = bob.page.frame_locator("iframe").locator(".post")
            if framed:
                await inside.wait_for()
            else:
                await bob.page.wait_for_load_state("networkidle")
                assert await inside.count() == 0
