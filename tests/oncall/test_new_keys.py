"""Whose passkey others replace is called by all their ways, and nobody else takes that call.

Source: requirements/continuity, requirements/on-call
"""

import pytest
from tests.oncall.conftest import LAST, Watch

from chappe.base.errors import Conflict, NotAllowed, NotFound
from chappe.domain import new_keys, oncall, operators
from chappe.domain.operators import Password

TOKEN = b"token"


async def given(watch: Watch) -> int:
    """Alice, who is owner, and carol gave bob a new key; from when it opens."""
    for name in ("carol", "alice"):
        ready = await watch.does(new_keys.approve, watch.staff[name], watch.staff["bob"].operator_id, TOKEN)
    await watch.looks()
    return int(ready)


async def look(watch: Watch) -> operators.Link:
    now = int(watch.stage.clock.now())
    return await watch.stage.reads(lambda rx: operators.look(rx, TOKEN, now))


async def test_the_person_is_called_by_each_of_their_ways_once(watch: Watch) -> None:
    assert await given(watch) == int(watch.stage.clock.now()) + new_keys.WAIT_S
    (page,) = await watch.stage.reads(oncall.open_pages)
    await watch.passes(50)
    assert [to for _, to, _ in await watch.letters()] == ["bob@example.org", "+33622222222", "+33622222222"]
    await watch.passes(70)
    told = await watch.told(page.page_id)
    assert told == [("bob", "chat", 0), ("bob", "mail", 15), ("bob", "sms", 30), ("bob", "voice", 45)]
    heard = [text for text in await watch.reads("bob") if "demandent une nouvelle clé d’accès à votre nom" in text]
    assert len(heard) == 2 and " UTC" in heard[1], "and that the call is over"
    assert not any("passkey" in text for text in await watch.reads("alice"))
    assert await watch.stage.reads(oncall.open_pages) == []


async def test_nobody_else_takes_the_call(watch: Watch) -> None:
    await given(watch)
    (page,) = await watch.stage.reads(oncall.open_pages)
    for by in ("operator:1", "operator:3", "server"):
        with pytest.raises(NotAllowed, match="oncall_page_own"):
            await watch.does(oncall.acknowledge, page.page_id, by, "console")
    await watch.says("bob", "oui")
    assert (await watch.page(page.page_id)).acked_by == "operator:2"


async def test_after_the_wait_it_opens_and_the_person_hears_of_it_again(watch: Watch) -> None:
    await given(watch)
    with pytest.raises(Conflict, match="operator_link_early"):
        await look(watch)
    with pytest.raises(Conflict, match="operator_link_early"):
        await watch.does(operators.enrol, TOKEN, "", Password(b"x"), [])
    watch.stage.clock.moves(new_keys.WAIT_S)
    assert (await look(watch)).name == "bob"
    await watch.does(operators.enrol, TOKEN, "", Password(b"x"), [])
    await watch.does(new_keys.used, 2)
    await watch.looks()
    assert "ont été remplacées par une nouvelle" in (await watch.reads("bob"))[0]
    with pytest.raises(NotFound):
        await look(watch)


async def test_a_refusal_ends_the_link_and_the_words(watch: Watch) -> None:
    await given(watch)
    alice, bob, carol = (watch.staff[name] for name in ("alice", "bob", "carol"))
    with pytest.raises(NotAllowed, match="operator_own_key"):
        await watch.does(new_keys.refuse, carol, bob.operator_id)
    await watch.does(new_keys.refuse, bob, bob.operator_id)
    with pytest.raises(NotFound):
        await look(watch)
    with pytest.raises(NotFound, match="operator_link_gone"):
        await watch.does(new_keys.refuse, alice, bob.operator_id)
    assert await watch.stage.reads(oncall.open_pages) == []
    assert await watch.does(new_keys.approve, carol, bob.operator_id, b"again") == 0, "one word alone is one word"


async def test_of_who_has_no_way_a_third_person_hears(watch: Watch) -> None:
    carol = watch.staff["carol"].operator_id
    for name in ("bob", "alice"):
        await watch.does(new_keys.approve, watch.staff[name], carol, TOKEN)
    await watch.looks()
    assert (await watch.reads("alice"))[0].startswith("A colleague who is not on call is given a new passkey")
    assert any(to == LAST for _, to, _ in await watch.letters()), "and those of the settings, who gave no word"
