"""Many pages at once ring together: one call tells of all, and each is taken or goes on by itself.

Source: requirements/on-call
"""

import re

import pytest
from tests.oncall.conftest import Watch

from chappe.base.errors import Conflict
from chappe.domain import calling, drills, oncall


async def flood(watch: Watch, count: int, first: int = 1) -> list[int]:
    """As many pages, one a second."""
    found = []
    for number in range(first, first + count):
        found.append(await watch.pages("order_late", f"order:{number}", f"L-2026-{number}"))
        await watch.passes(1)
    return found


async def rings(watch: Watch, pages: list[int]) -> dict[tuple[str, str], list[int]]:
    """(who, way) → at which seconds they were rung, however many pages a ring spoke of."""
    found: dict[tuple[str, str], set[int]] = {}
    for page_id in pages:
        for one in await watch.calls(page_id):
            found.setdefault((one.name or "listed", one.way), set()).add(one.date)
    start = min(min(dates) for dates in found.values())
    return {key: sorted(date - start for date in dates) for key, dates in found.items()}


@pytest.mark.slow
async def test_a_flood_is_one_ring_with_its_number_and_list(watch: Watch) -> None:
    pages = await flood(watch, 30)
    await watch.passes(42)
    found = await rings(watch, pages)
    assert found["alice", "chat"] == [0], "the first page, before there was a flood"
    assert found["alice", "mail"][0] == 15
    assert found["alice", "sms"][0] == 30 and found["alice", "voice"][0] == 45
    assert found["bob", "chat"][0] == 70, "and the ladder goes on as for one"
    dates = [date for (name, _), one in found.items() if name == "alice" for date in one]
    assert min(b - a for a, b in zip(sorted(dates), sorted(dates)[1:], strict=False)) >= calling.NEXT_WAY_S
    letters = await watch.letters()
    first = next(text for kind, _, text in letters if kind == "page_mail")
    assert first.startswith("15 pages ring\n")
    assert f"\n{pages[14]}. The time of an order is running out · L-2026-15\n" in first
    voice = next(text for kind, _, text in letters if kind == "voice")
    assert "30 pages ring. 30 × The time of an order is running out." in voice
    sms = next(text for kind, _, text in letters if kind == "page_sms")
    assert "30 pages ring" in sms and len(sms) <= 300
    bobs = (await watch.reads("bob"))[0]
    assert "30 appels sonnent" in bobs and "… et 10 de plus" in bobs and f"\n{pages[19]}. " in bobs
    assert all([await watch.calls(page_id) for page_id in pages]), "of each somebody was told"


async def test_a_link_takes_what_its_ring_spoke_of_and_nothing_else(watch: Watch) -> None:
    pages = await flood(watch, 10)
    await watch.passes(5)
    (letter,) = await watch.letters()
    late = await watch.pages(subject="order:99")
    token = re.search(r"https://chat.example/on-call/(\w+)", letter[2])
    assert token
    spoken, _, way = await watch.stage.reads(lambda rx: oncall.by_token(rx, token[1]))
    assert ([one.page_id for one in spoken], way) == (pages, "mail")
    await watch.does(oncall.acknowledge, pages[3], "operator:2", "console")
    taken = await watch.does(oncall.take_by_token, token[1])
    assert [one.page_id for one in taken] == [one for one in pages if one != pages[3]]
    assert {(await watch.page(one)).acked_by for one in pages} == {"operator:1", "operator:2"}
    assert not (await watch.page(late)).acked_at, "nobody took what they were not told of"
    assert (await watch.reads("alice"))[0].startswith("You took 9 pages (")
    with pytest.raises(Conflict, match="oncall_page_taken"):
        await watch.does(oncall.take_by_token, token[1])
    await watch.passes(15)
    assert [one[:2] for one in await watch.told(late)] == [("alice", "chat")], "and the other one rings on"


async def test_a_page_that_is_taken_alone_takes_no_letter_from_the_others(watch: Watch) -> None:
    first, second, third = await flood(watch, 3)
    await watch.passes(12)
    await watch.does(oncall.acknowledge, first, "operator:2", "console")
    ((_, _, text),) = await watch.letters()
    assert "3 pages ring" in text, "the mail still waited, and goes out for the others"
    await watch.passes(15)
    assert [way for _, way, _ in await watch.told(first)] == ["chat", "mail"]
    assert len(await watch.told(second)) > 1 and len(await watch.told(third)) > 1, "each goes on by itself"
    for one in (second, third):
        await watch.does(oncall.acknowledge, one, "operator:2", "console")
    assert await watch.letters() == [], "when the last is taken what still waits is taken back"


async def test_a_word_in_the_chat_takes_the_ring_and_a_number_one_page(watch: Watch) -> None:
    (first,) = await flood(watch, 1)
    await watch.does(oncall.acknowledge, first, "operator:2", "console")
    await watch.passes(20)
    pages = [await watch.does(oncall.page, "emergency", f"order:{number}", "") for number in range(20, 24)]
    await watch.looks()
    assert "4 pages ring" in (await watch.reads("alice"))[0]
    await watch.says("alice", f"ok {pages[2]}")
    assert [bool((await watch.page(one)).acked_at) for one in pages] == [False, False, True, False]
    assert "3 pages still wait" in (await watch.reads("alice"))[0]
    await watch.says("alice", "no")
    assert (await watch.reads("alice"))[0] == "3 pages: the next person is called."
    await watch.looks()
    assert "3 appels sonnent" in (await watch.reads("bob"))[0], "at once"
    await watch.says("bob", "oui")
    assert {(await watch.page(one)).acked_by for one in pages} == {"operator:1", "operator:2"}
    assert await watch.stage.reads(oncall.open_pages) == []


async def test_who_is_rung_for_one_hears_of_the_next_at_once_where_the_first_was_taken(watch: Watch) -> None:
    first = await watch.pages()
    await watch.passes(3)
    await watch.says("alice", "ok")
    second = await watch.pages(subject="order:2")
    assert await watch.told(first) == await watch.told(second) == [("alice", "chat", 0)]


async def test_a_drill_and_a_test_ring_for_themselves(watch: Watch) -> None:
    drill = (await watch.does(drills.begin_now, watch.staff["alice"])).page_id
    test = await watch.does(oncall.test, 1)
    real = await watch.pages()
    for one in (drill, test, real):
        assert ("alice", "chat", 0) in await watch.told(one), "none waits for another"
    assert not any("pages ring" in text for text in await watch.reads("alice"))
    await watch.says("alice", f"ok {real}")
    assert not (await watch.page(drill)).acked_at, "what is in earnest is taken with nothing else"


@pytest.mark.slow
async def test_a_flood_that_a_killed_server_left_rings_on(watch: Watch) -> None:
    pages = [await watch.does(oncall.page, "removal", f"order:{number}", "") for number in range(60)]
    watch.restarts()
    await watch.looks()
    watch.stage.clock.moves(-86_400)
    watch.restarts()
    await watch.passes(72)
    told = [await watch.told(one) for one in pages]
    assert all(("bob", "chat") in [each[:2] for each in one] for one in told)
    assert len(await watch.reads("alice")) < 8
