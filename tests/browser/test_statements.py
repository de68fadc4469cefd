"""Source: dsa/17(3), dsa/20

Whoever is hit by a decision opens the link in the statement, in a real browser, and objects with one key; somebody else
decides, and the page says so. axe-core finds no barrier, on a phone, in the dark, in French, turned round.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from tests.browser.conftest import Arrives
from tests.browser.folk import SERVICE, Folk
from tests.browser.looks import DARK, LIGHT, PHONE, RTL, Look
from tests.browser.test_notices import tabs
from tests.kit.server_process import ServerProcess, serving

from chappe.base.ids import channel_peer
from chappe.tl import functions as f
from chappe.tl import types as t


@pytest_asyncio.fixture(loop_scope="session")
async def staffed(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server with a console, whose parts may be played."""
    async with serving(tmp_path / "data", tls="auto", console_port=0) as server:
        yield server
        assert server.troubles() == []


class Staff:
    """Somebody at the console."""

    def __init__(self, server: ServerProcess, part: str) -> None:
        self.origin = server.ready["links"]["console"].rstrip("/")
        self.part = part
        self.console = httpx.AsyncClient(base_url=self.origin, headers={"origin": self.origin}, verify=False)

    async def does(self, deed: str, **facts: str) -> None:
        """The deed is done by its form."""
        if not self.console.cookies:
            assert (await self.console.post("/play", data={"part": self.part})).status_code == 303
        answer = await self.console.post(f"/do/{deed}", data=facts)
        assert answer.status_code == 303 and "refusal" not in answer.headers["location"], answer.headers


@pytest.mark.parametrize("look", [LIGHT, DARK.says("fr"), PHONE.says("fr"), RTL], ids=str)
async def test_a_complaint_from_the_link_in_a_statement(
    arrives: Arrives, staffed: ServerProcess, look: Look
) -> None:
    french = look.language == "fr"
    alice = await Folk.comes(staffed.port, staffed.key, "9996631001", "Alice")
    room = await alice.founds("Odd things", "", broadcast=True, username="odd_things")
    post = await alice.says(alice.room(room), "Cheap weapons here, by post.")
    await Staff(staffed, "moderator").does(
        "decide_at_once", measure="remove", items=f"message:{channel_peer(room)}:{post.id}", basis="terms",
        clause="4.1", why="It offers what must not be sold.", category="UNSAFE_AND_PROHIBITED_PRODUCTS",
        facts="The post offers weapons.",
    )  # fmt: skip
    asked = f.messages.GetDialogs(offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=10, hash=0)
    await alice.calls(asked)
    said = next(m.message for m in await alice.history(alice.to(SERVICE)) if "/statement/" in m.message)
    found = re.search(r"/statement/[0-9a-f]{32}", said)
    assert found, said
    person = await arrives("alice", look, at=staffed)
    await person.goes(found[0])
    await person.sees("It offers what must not be sold.")
    await person.finds_no_barrier()
    await tabs(person, person.page.locator("#said"))
    await person.page.keyboard.type("It was <b>a quotation</b>.")
    await tabs(person, person.page.locator("#objecting button"))
    await person.page.keyboard.press("Enter")
    await person.sees("It was <b>a quotation</b>.")
    await person.sees(re.compile("Elle attend une personne" if french else "It waits for somebody who did not"))
    await person.finds_no_barrier()
    async with person.page.expect_download() as waiting:
        await person.page.locator("dd a[download]").first.click()
    assert re.fullmatch(r"entry-\d+\.(promise|tlog-proof)", (await waiting.value).suggested_filename)
    await Staff(staffed, "appeals").does(
        "judge", complaint_id="1", outcome="reversed", reasons="It was a quotation indeed."
    )  # fmt: skip
    await person.page.reload()
    await person.sees("It was a quotation indeed.")
    await person.sees(re.compile("La décision est retirée" if french else "The decision was taken back"))
    await person.finds_no_barrier()
    await person.goes(f"/@odd_things/{post.id}")
    await person.sees("Cheap weapons here, by post.")
    alice.leaves()
