"""Source: method/messages.getWebPagePreview. A link gets its card: while writing, and under the sent message."""

import asyncio
from dataclasses import dataclass

import pytest
from tests.kit.stage import Person, Stage
from tests.talk.test_scheduled import falls_due

from chappe import tl
from chappe.base.errors import Invalid
from chappe.rpc.messages.previews import Cards
from chappe.tl import functions as f
from chappe.tl import types as t


@dataclass
class Page:
    url: str
    display_url: str = "example.org"
    type: str = "article"
    site_name: str = "Example"
    title: str = "A title"
    description: str = "What it is about"
    picture: bytes | None = None


class Web:
    """Knows one page, and how often it was asked."""

    asked = 0

    async def preview(self, url: str) -> Page:
        self.asked += 1
        if "example.org" not in url:
            raise Invalid("webpage_media_empty")
        return Page(url)


def spins(stage: Stage) -> Web:
    """The server fetches cards from now on."""
    web = Web()
    stage.services.cards = Cards(stage.services, web)
    return web


async def rests(stage: Stage) -> None:
    """Fetches under way are over."""
    assert stage.services.cards is not None
    while tasks := stage.services.cards.under_way():
        await asyncio.wait(tasks)
    await stage.settles()


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_card_comes_under_the_message(stage: Stage, layer: int) -> None:
    web = spins(stage)
    alice, bob = await stage.people("alice", "bob", layer=layer)
    before = await alice.calls(f.messages.GetWebPagePreview(message="look at example.org/a"))
    media = getattr(before, "media", before)  # layers up to 223 answer with the media itself
    assert media.webpage.title == "A title"
    await alice.says(bob, "look at example.org/a")
    await rests(stage)
    assert web.asked == 1
    for person in (alice, bob):
        message = person.receives(t.UpdateEditMessage).message
        assert (message.media.webpage.site_name, message.edit_date) == ("Example", None)

    await alice.calls(f.messages.EditMessage(peer=alice.sees(bob), id=1, message="never mind"))
    assert bob.receives(t.UpdateEditMessage).message.media is None


async def test_what_was_put_off_gets_its_card_when_it_is_sent(stage: Stage, alice: Person, bob: Person) -> None:
    web, later = spins(stage), int(stage.clock.now()) + 3600
    for number, unwanted in ((1, False), (2, True)):
        await alice.calls(f.messages.SendMessage(
            peer=alice.sees(bob), message=f"example.org/{number}", random_id=number, schedule_date=later,
            no_webpage=unwanted,
        ))  # fmt: skip
    assert web.asked == 0
    stage.clock.moves(3601)
    await falls_due(stage)
    await rests(stage)
    edited = [one.message for one in bob.hears() if isinstance(one, t.UpdateEditMessage)]
    assert [one.message for one in edited] == ["example.org/1"] and edited[0].media.webpage.title == "A title"
    assert web.asked == 1


async def test_no_card_when_not_wanted_or_not_to_be_had(stage: Stage) -> None:
    alice, bob = await stage.people("alice", "bob")
    none = await alice.calls(f.messages.GetWebPagePreview(message="example.org"))
    assert isinstance(none.media, t.MessageMediaEmpty), "a server that fetches nothing"
    web = spins(stage)
    await alice.calls(f.messages.SendMessage(
        peer=alice.sees(bob), message="example.org", random_id=1, no_webpage=True
    ))  # fmt: skip
    assert web.asked == 0
    await alice.says(bob, "see nothing.test.com")
    await rests(stage)
    bob.hears()
    shown = await bob.calls(f.messages.GetMessages(id=[t.InputMessageID(id=2)]))
    assert web.asked == 1 and shown.messages[0].media is None


async def test_a_card_that_was_chosen_goes_with_the_message(stage: Stage, alice: Person, bob: Person) -> None:
    """As clients send a text when somebody said which link, how large and where the card shall be."""
    web = spins(stage)
    chosen = t.InputMediaWebPage(force_large_media=True, url="https://example.org/b")
    send = f.messages.SendMedia(
        peer=alice.sees(bob), media=chosen, message="a.test.com " + "x" * 2000, random_id=1, invert_media=True
    )
    await alice.calls(send)
    await rests(stage)
    message = bob.receives(t.UpdateNewMessage).message
    assert (message.media.manual, message.media.force_large_media, message.invert_media) == (True, True, True)
    assert message.media.webpage.url == "https://example.org/b" and web.asked == 1 and not bob.hears()

    nowhere = t.InputMediaWebPage(url="https://nowhere.test.com")
    assert await alice.fails(send.replace(media=nowhere, random_id=2)) == "400 WEBPAGE_NOT_FOUND"
    assert await alice.fails(send.replace(media=chosen.replace(url=""), random_id=3)) == "400 WEBPAGE_URL_INVALID"
    assert await alice.fails(send.replace(message=" ", random_id=4)) == "400 MESSAGE_EMPTY"
    await alice.calls(send.replace(media=nowhere.replace(optional=True), message="all the same", random_id=5))
    plain = bob.receives(t.UpdateNewMessage).message
    assert (plain.message, plain.media) == ("all the same", None)

    await alice.calls(f.messages.EditMessage(
        peer=alice.sees(bob), id=1, message="shorter", media=chosen.replace(url="https://example.org/c")
    ))  # fmt: skip
    edited = bob.receives(t.UpdateEditMessage).message
    assert (edited.message, edited.media.webpage.url) == ("shorter", "https://example.org/c")
