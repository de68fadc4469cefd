"""The page of the hotline, and the link with which who is called takes a page. Source: requirements/on-call"""

import os
from collections.abc import AsyncIterator

import pytest
from tests.kit.moderation import somebody
from tests.web.conftest import POLICY, Opened, Pages, sent_from

from chappe.domain import calling, drills, oncall, operators, outbox, rota
from chappe.store import Tx

WAYS = calling.Ways(POLICY.wrapper.seal, "https://chat.example.org:8443/", "https://desk/", frozenset({"mail", "sms"}))


@pytest.fixture
async def pages(opened: Opened) -> AsyncIterator[Pages]:
    async with opened() as made:
        yield made


def prepared(tx: Tx) -> None:
    """Alice and bob are on call by mail."""
    for name in ("alice", "bob"):
        me = operators.require(tx, somebody(tx, name, (operators.LEAD,)).operator_id)
        rota.set_person(tx, me, me.operator_id, mail=f"{name}@example.org")


async def paged(pages: Pages) -> tuple[int, str]:
    """(a page, the path of the link that somebody was sent)."""
    await pages.store.write(prepared)
    page_id = await pages.store.write(lambda tx: oncall.page(tx, "removal", "order:1", "L-2026-1"))
    return page_id, await called(pages, page_id)


async def called(pages: Pages, page_id: int) -> str:
    """The path in the next letter."""
    await pages.store.write(lambda tx: calling.call(tx, page_id, WAYS, os.urandom(32)))
    (letter,) = await pages.store.write(lambda tx: outbox.take_due(tx, pages=True))
    text = outbox.unpack(letter.payload, POLICY.wrapper.unseal).text
    return "/on-call/" + text.partition("/on-call/")[2].split()[0]


async def test_the_link_takes_the_page_by_a_button(pages: Pages) -> None:
    page_id, path = await paged(pages)
    async with pages.visitor() as browser:
        shown = await browser.get(path)
        assert "Removal order: one hour" in shown.text
        assert "L-2026-1" in shown.text
        assert shown.headers["cache-control"] == "no-store"
        assert not (await pages.store.read(lambda rx: oncall.require(rx, page_id))).acked_at, "a look takes nothing"
        pages.clock.moves(42)
        done = await browser.post(path, data={"do": "take"}, headers=sent_from(shown))
        assert done.status_code == 200
        assert "Taken by alice after 42 seconds." in done.text
        again = await browser.post(path, data={"do": "take"})
        assert again.status_code == 409


async def test_a_machine_that_reads_to_a_telephone_posts_nothing_but_the_link(pages: Pages) -> None:
    page_id, path = await paged(pages)
    async with pages.visitor() as machine:
        machine.headers.pop("origin", None)
        machine.headers.pop("sec-fetch-site", None)
        assert (await machine.post(path)).status_code == 200
    assert (await pages.store.read(lambda rx: oncall.require(rx, page_id))).acked_by == "operator:1"


async def test_who_cannot_passes_it_on(pages: Pages) -> None:
    page_id, path = await paged(pages)
    async with pages.visitor(language="fr") as browser:
        shown = await browser.post(path, data={"do": "decline"})
        assert "La personne suivante est appelée." in shown.text
    other = await called(pages, page_id)
    async with pages.visitor() as browser:
        assert "Taken by bob" in (await browser.post(other)).text


async def test_a_link_that_was_made_up_opens_nothing(pages: Pages) -> None:
    await paged(pages)
    async with pages.visitor() as browser:
        assert (await browser.get("/on-call/" + "0" * 30)).status_code == 404
        assert (await browser.post("/on-call/" + "0" * 30)).status_code == 404


@pytest.mark.parametrize(("seconds", "outcome", "words"), [(38, "in_time", "in time"), (200, "late", "too late")])
async def test_drills_are_shown_with_how_long_they_took(pages: Pages, seconds: int, outcome: str, words: str) -> None:
    await pages.store.write(prepared)
    one = await pages.store.write(lambda tx: drills.begin_now(tx, operators.require(tx, 1)))
    pages.clock.moves(seconds)
    await pages.store.write(lambda tx: oncall.acknowledge(tx, one.page_id, "operator:2", "console"))
    await pages.store.write(lambda tx: drills.step(tx, bytes(8)))
    async with pages.visitor() as browser:
        assert words in (await browser.get("/hotline")).text
        said = (await browser.get("/hotline.json")).json()
    assert [(one["seconds"], one["outcome"]) for one in said["drills"]] == [(seconds, outcome)]
    assert said["target_seconds"] == 120


async def test_the_number_stands_where_authorities_are_told_to_write(opened: Opened) -> None:
    async with opened(hotline="+33 1 99 00 12 34") as pages, pages.visitor() as browser:
        for path in ("/", "/hotline"):
            assert 'href="tel:+33199001234"' in (await browser.get(path)).text
