"""Source: api/links. A card that comes late stands under no other text than the one whose link it is."""

import asyncio

import pytest
from tests.kit.stage import Person, Stage

from chappe.media import Preview
from chappe.rpc.messages.previews import Cards
from chappe.tl import functions as f
from chappe.tl import types as t


class Pages:
    """Reads a page, the slow one when it is told to; the title is its address."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    async def preview(self, url: str, /) -> Preview:
        if "slow" in url:
            await self.go_on.wait()
        return Preview(url=url, display_url=url, type="article", site_name="", title=url, description="")


async def card(person: Person, message_id: int) -> str:
    """The title of the card under the message, empty for none."""
    page = await person.calls(f.messages.GetMessages(id=[t.InputMessageID(id=message_id)]))
    media = page.messages[0].media
    return media.webpage.title if media else ""


@pytest.mark.parametrize("after", ["no link any more", "https://fast.example/"])
async def test_an_edited_text_keeps_to_its_own_link(stage: Stage, alice: Person, bob: Person, after: str) -> None:
    pages = Pages()
    cards = stage.services.cards = Cards(stage.services, pages)
    sent = await alice.says(bob, "https://slow.example/")
    await alice.calls(f.messages.EditMessage(peer=alice.sees(bob), id=sent.id, message=after))
    await asyncio.sleep(0)
    pages.go_on.set()
    while tasks := cards.under_way():
        await asyncio.wait(tasks)
    await stage.settles()
    assert await card(alice, sent.id) == await card(bob, 1) == (after if "fast" in after else "")
