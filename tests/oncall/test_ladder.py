"""People on call are called one way after the other until one takes the page. Source: requirements/on-call"""

import re

import pytest
from tests.oncall.conftest import LAST, Watch

from chappe.base.errors import Conflict, Invalid, NotFound
from chappe.domain import calling, handovers, oncall, outbox, rota
from chappe.domain.oncall import TARGET_S
from chappe.tl import functions as f
from chappe.tl import types as t

SECOND_ROUND_S = 250


async def test_everybody_is_tried_in_order_until_the_page_is_taken(watch: Watch) -> None:
    page_id = await watch.pages()
    await watch.passes(SECOND_ROUND_S)
    told = await watch.told(page_id)
    assert told[:9] == [
        ("alice", "chat", 0), ("alice", "mail", 15), ("alice", "sms", 30), ("alice", "voice", 45),
        ("bob", "chat", 70), ("bob", "mail", 85), ("bob", "sms", 100), ("bob", "voice", 115), ("listed", "mail", 140),
    ]  # fmt: skip
    assert told[9] == ("alice", "chat", 200), "then everybody again"
    assert told[4][2] < TARGET_S, "the second person has time left of the two minutes"


async def test_nobody_is_called_once_it_is_taken(watch: Watch) -> None:
    page_id = await watch.pages()
    await watch.passes(16)
    taken = await watch.does(oncall.acknowledge, page_id, "operator:1", "console")
    assert taken.seconds == 16
    await watch.passes(300)
    assert await watch.told(page_id) == [("alice", "chat", 0), ("alice", "mail", 15)]
    with pytest.raises(Conflict, match="oncall_page_taken"):
        await watch.does(oncall.acknowledge, page_id, "operator:2", "console")


async def test_a_letter_that_waits_is_taken_back_with_the_page(watch: Watch) -> None:
    page_id = await watch.pages()
    await watch.passes(31)
    await watch.does(oncall.acknowledge, page_id, "operator:1", "console")
    assert await watch.letters() == []


async def test_each_way_has_its_words_and_a_link_that_takes_the_page(watch: Watch) -> None:
    page_id = await watch.pages(text="L-2026-1, FR")
    await watch.passes(115)
    letters = await watch.letters()
    assert [(kind, to) for kind, to, _ in letters] == [
        ("page_mail", "alice@example.org"), ("page_sms", "+33611111111"), ("voice", "+33611111111"),
        ("page_mail", "bob@example.org"), ("page_sms", "+33622222222"), ("voice", "+33622222222"),
    ]  # fmt: skip
    assert "danger to life" in letters[0][2]
    assert "L-2026-1, FR" in letters[1][2]
    assert len(letters[4][2]) <= 300
    assert "danger pour la vie" in letters[3][2], "each in their language"
    token = re.search(r"https://chat.example/on-call/(\w+)", letters[4][2])
    assert token
    (page,), operator_id, way = await watch.stage.reads(lambda rx: oncall.by_token(rx, token[1]))
    assert (page.page_id, operator_id, way) == (page_id, watch.staff["bob"].operator_id, "sms")
    await watch.does(oncall.take_by_token, token[1])
    page = await watch.page(page_id)
    assert (page.acked_by, page.acked_how, page.seconds) == ("operator:2", "link", 115)
    assert "bob took it after 115 s" in (await watch.reads("alice"))[0]
    assert "Vous avez pris" in (await watch.reads("bob"))[0]
    with pytest.raises(NotFound):
        await watch.does(oncall.take_by_token, "0" * 30)


async def test_a_word_in_the_chat_takes_it(watch: Watch) -> None:
    page_id = await watch.pages()
    await watch.passes(5)
    await watch.says("alice", "ok, I am on it")
    page = await watch.page(page_id)
    assert (page.acked_by, page.acked_how, page.seconds) == ("operator:1", "chat", 5)
    assert "You took page" in (await watch.reads("alice"))[0]
    await watch.says("alice", "hello?")
    assert (await watch.reads("alice"))[0] == "No page waits for you."


async def test_who_says_no_has_the_next_one_called_at_once(watch: Watch) -> None:
    page_id = await watch.pages()
    await watch.passes(3)
    await watch.says("alice", "No, in a plane")
    await watch.looks()
    assert (await watch.told(page_id))[-1] == ("bob", "chat", 3)
    await watch.passes(60)
    assert [one[0] for one in await watch.told(page_id)].count("alice") == 1, "she is asked last from now on"
    await watch.says("bob", "oui")
    assert (await watch.page(page_id)).acked_by == "operator:2"


async def test_two_pages_are_told_apart_in_the_chat(watch: Watch) -> None:
    first, second = await watch.pages(), await watch.pages(subject="order:2")
    await watch.passes(15)
    await watch.says("alice", f"ok {first}")
    assert (await watch.page(first)).acked_at
    assert not (await watch.page(second)).acked_at
    assert f"Page {second} still waits" in (await watch.reads("alice"))[0]


async def test_the_server_listens_to_nobody_else(watch: Watch) -> None:
    await watch.pages()
    asked = watch.server(watch.people["carol"])
    assert await watch.people["carol"].fails(f.messages.SendMessage(peer=asked, message="ok", random_id=1)) == (
        "403 CHAT_WRITE_FORBIDDEN"
    )


async def test_a_letter_that_does_not_go_out_moves_the_ladder_on(watch: Watch) -> None:
    page_id = await watch.pages()
    await watch.passes(15)
    (letter,) = await watch.stage.writes(lambda tx: outbox.take_due(tx, pages=True))
    await watch.stage.writes(lambda tx: outbox.mark_failed(tx, letter, "unreachable"))
    await watch.looks()
    assert (await watch.told(page_id))[-1] == ("alice", "sms", 15), "no quarter of a minute is lost on a dead server"
    calls = await watch.calls(page_id)
    assert [(one.way, one.state) for one in calls] == [("chat", "delivered"), ("mail", "failed"), ("sms", "waiting")]


async def test_a_clock_that_is_set_holds_no_call_up(watch: Watch) -> None:
    page_id = await watch.pages()
    watch.stage.clock.moves(-7200)
    await watch.passes(1)
    assert len(await watch.calls(page_id)) == 2, "set back by hours"
    watch.stage.clock.moves(86_400)
    await watch.looks()
    assert len(await watch.calls(page_id)) == 3, "set forward by a day: one call, not a day of them"


async def test_another_process_goes_on_where_the_first_was_killed(watch: Watch) -> None:
    page_id = await watch.pages()
    await watch.passes(20)
    watch.restarts()
    await watch.passes(11)
    assert [one[:2] for one in await watch.told(page_id)] == [("alice", "chat"), ("alice", "mail"), ("alice", "sms")]


async def test_a_hand_over_in_the_middle_of_a_page_holds_at_once(watch: Watch) -> None:
    page_id = await watch.pages()
    (shift,) = await watch.stage.reads(rota.on_shift)
    alice, bob = watch.staff["alice"], watch.staff["bob"]
    number = await watch.does(handovers.offer, alice, shift.shift_id, bob.operator_id, "Order L-2026-1 is open")
    assert "Order L-2026-1 is open" in (await watch.reads("bob"))[0]
    await watch.does(handovers.answer, bob, number, True)
    assert [one.name for one in await watch.stage.reads(rota.on_shift)] == ["bob"]
    await watch.passes(16)
    assert (await watch.told(page_id))[1][:2] == ("bob", "chat")
    assert "has taken over" in "".join(await watch.reads("alice"))


async def test_who_has_no_account_here_hears_of_shifts_by_other_ways(watch: Watch) -> None:
    carol, alice, now = watch.staff["carol"], watch.staff["alice"], int(watch.stage.clock.now())
    await watch.does(rota.set_person, carol, carol.operator_id, "", "carol@example.org", "+33633333333")
    (shift,) = await watch.stage.reads(rota.on_shift)
    number = await watch.does(handovers.offer, alice, shift.shift_id, carol.operator_id, "Order L-2026-1 is open")
    await watch.passes(40)
    told = [(kind, to) for kind, to, _ in await watch.letters()]
    assert told == [("page_mail", "carol@example.org"), ("page_sms", "+33633333333")], "and nobody else, and no voice"
    await watch.does(handovers.answer, carol, number, True)
    assert "has taken over" in (await watch.reads("alice"))[0]
    await watch.does(rota.add_shift, alice, carol.operator_id, now + 100, now + 7200, 1)
    watch.stage.clock.moves(60)
    await watch.looks()
    await watch.passes(20)
    assert any("Your shift has begun" in text for kind, to, text in await watch.letters() if to == "+33633333333")
    await watch.passes(60)
    assert await watch.stage.reads(oncall.open_pages) == []


async def test_the_same_matter_is_one_page(watch: Watch) -> None:
    assert await watch.pages() == await watch.pages()
    other = await watch.pages(subject="order:9")
    await watch.does(oncall.acknowledge, other, "operator:1", "console")
    assert await watch.pages(subject="order:9") != other, "what happens again is told again"


async def test_what_lasts_is_told_once_until_it_is_over(watch: Watch) -> None:
    page_id = await watch.pages("log_stopped", "log", "disk", lasting=True)
    await watch.does(oncall.acknowledge, page_id, "operator:1", "console")
    assert await watch.pages("log_stopped", "log", "disk", lasting=True) == page_id
    assert await watch.does(oncall.over, "log_stopped", "log")
    assert "it is over" in (await watch.reads("alice"))[0]
    assert await watch.pages("log_stopped", "log", "disk", lasting=True) != page_id


async def test_what_is_not_urgent_is_said_once(watch: Watch) -> None:
    page_id = await watch.pages("growth_guard", "growth_guard:1", "40 sign-ups", urgent=False)
    await watch.passes(300)
    assert await watch.told(page_id) == [("alice", "chat", 0), ("alice", "mail", 0), ("listed", "mail", 0)]
    assert [to for _, to, _ in await watch.letters()] == ["alice@example.org", LAST]
    assert await watch.stage.reads(oncall.open_pages) == []


async def test_where_nobody_is_on_call_the_settings_hold(watch: Watch) -> None:
    await watch.stage.writes(lambda tx: tx.run("DELETE FROM oncall_people"))
    watch.ways = calling.Ways(
        watch.stage.wrapper.seal, "https://chat.example/", "https://desk.example/", frozenset({"mail", "sms"}),
        ("@alice_at_work", "@nobody_has_this", LAST, "+33600000000"),
    )  # fmt: skip
    watch.restarts()
    page_id = await watch.pages()
    assert await watch.told(page_id) == [("listed", "chat", 0), ("listed", "mail", 0), ("listed", "sms", 0)]
    await watch.passes(60)
    assert len(await watch.calls(page_id)) == 6, "all at once, and again after a minute"


async def test_a_shift_tells_that_it_begins_and_that_nobody_follows(watch: Watch) -> None:
    alice, bob, now = watch.staff["alice"], watch.staff["bob"], int(watch.stage.clock.now())
    await watch.does(rota.add_shift, alice, bob.operator_id, now + 600, now + 8 * 3600 + 600, 1)
    await watch.passes(1)
    watch.stage.clock.moves(600)
    await watch.looks()
    assert "Votre astreinte a commencé" in (await watch.reads("bob"))[0]
    assert any("Nobody is on call" in text for text in await watch.reads("alice"))


async def test_a_thousand_orders_are_no_thousand_mails(watch: Watch) -> None:
    for number in range(120):
        await watch.does(oncall.page, "order", f"order:{number}", f"L-2026-{number}", urgent=False)
        await watch.passes(1)
    await watch.passes(125)
    texts = [text for _, to, text in await watch.letters() if to == "alice@example.org"]
    assert len(texts) == 2, "one at once, the others two minutes later"
    assert "L-2026-0" in texts[0] and "… +" in texts[1]
    assert await watch.stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM pages WHERE due > 0")) == (0,)
    assert (await watch.reads("alice"))[0].startswith("An order has arrived\nL-2026-")


async def test_an_account_that_is_no_person_s_is_not_taken(watch: Watch) -> None:
    alice, me = watch.staff["alice"], watch.staff["alice"].operator_id
    room = (await watch.people["alice"].calls(f.channels.CreateChannel(title="x", about="", broadcast=True))).chats[0]
    peer = t.InputChannel(channel_id=room.id, access_hash=room.access_hash)
    await watch.people["alice"].calls(f.channels.UpdateUsername(channel=peer, username="the_room"))
    for name in ("@the_room", "@nobody_here", "@not a name", "5"):
        with pytest.raises(Invalid, match="oncall_account_nobody" if name == "@the_room" else "oncall_account_unknown"):
            await watch.does(rota.set_person, alice, me, name, "alice@example.org")
    person = await watch.stage.reads(lambda rx: rota.find(rx, me))
    assert person is not None and person.user_id == watch.people["alice"].id, "what was there stands"


async def test_whose_account_it_is_hears_that_pages_come_to_it(watch: Watch) -> None:
    alice, me = watch.staff["alice"], watch.staff["alice"].operator_id
    await watch.does(rota.set_person, alice, me, "@carol_at_work", "alice@example.org")
    (said,) = [text for text in await watch.reads("carol") if "alice, who works for this server" in text]
    assert "If you are not alice" in said
    await watch.does(rota.set_person, alice, me, "@carol_at_work", "other@example.org")
    assert len([text for text in await watch.reads("carol") if "who works for" in text]) == 1, "once"
