"""Source: method/messages.setHistoryTTL. Messages of a dialog go by themselves, on both sides, after their time."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.jobs import Expiry
from chappe.tl import functions as f
from chappe.tl import types as t

DAY_S = 86400


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_messages_go_after_a_day(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    await alice.says(bob, "stays")
    told = await alice.calls(f.messages.SetHistoryTTL(peer=alice.sees(bob), period=DAY_S))
    assert [type(u) for u in told.updates] == [t.UpdateNewMessage, t.UpdatePeerHistoryTTL]
    heard = bob.hears()
    assert any(isinstance(u, t.UpdatePeerHistoryTTL) and u.ttl_period == DAY_S for u in heard)
    await bob.says(alice, "goes")
    shown = await alice.calls(f.messages.GetMessages(id=[t.InputMessageID(id=3)]))
    assert (shown.messages[0].message, shown.messages[0].ttl_period) == ("goes", DAY_S)
    alice.hears(), bob.hears()

    expiry = Expiry()
    stage.clock.moves(DAY_S - 1)
    await expiry.step(stage.store, int(stage.clock.now()))
    await stage.settles()
    assert not alice.hears() and not bob.hears()
    stage.clock.moves(1)
    await expiry.step(stage.store, int(stage.clock.now()))
    await stage.settles()
    assert alice.receives(t.UpdateDeleteMessages).messages == [3]
    assert bob.receives(t.UpdateDeleteMessages).messages == [3]
    line = await bob.calls(f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=bob.sees(alice))]))
    assert (line.dialogs[0].ttl_period, line.dialogs[0].top_message) == (DAY_S, 2)


async def test_periods_that_are_none(alice: Person, bob: Person) -> None:
    for period in (-1, 5, 400 * DAY_S):
        query = f.messages.SetHistoryTTL(peer=alice.sees(bob), period=period)
        assert await alice.fails(query) == "400 TTL_PERIOD_INVALID"
    assert await alice.fails(f.messages.SetHistoryTTL(peer=alice.sees(bob), period=0)) == "400 CHAT_NOT_MODIFIED"
    assert await alice.calls(f.messages.SetDefaultHistoryTTL(period=7 * DAY_S))
    assert (await alice.calls(f.messages.GetDefaultHistoryTTL())).period == 7 * DAY_S


async def test_dialogs_begun_later_take_the_period_of_who_begins_them(stage: Stage, alice: Person, bob: Person) -> None:
    carol = await stage.person("carol")
    await alice.says(carol, "an old dialog")
    await carol.says(alice, "with two sides")
    await alice.calls(f.messages.SetDefaultHistoryTTL(period=7 * DAY_S))
    await alice.says(carol, "stays for ever")
    assert not await periods(alice, carol)
    alice.hears(), bob.hears()

    await alice.says(bob, "a new dialog", 77)
    assert await periods(alice, bob) == await periods(bob, alice) == {"a new dialog": 7 * DAY_S}
    for person in (alice, bob):
        event = person.receives(t.UpdateNewMessage).message
        action = t.MessageActionSetMessagesTTL(period=7 * DAY_S, auto_setting_from=alice.id)
        assert (event.action, event.from_id.user_id, event.ttl_period) == (action, alice.id, None)
    assert [type(m) for m in await history(bob, alice)] == [t.Message, t.MessageService], "the event stands first"
    await alice.says(bob, "a new dialog", 77)
    await alice.says(bob, "and on")
    assert len(await history(bob, alice)) == 3

    await alice.calls(f.messages.SetHistoryTTL(peer=alice.sees(bob), period=0))
    await alice.says(bob, "for ever after all")
    assert "for ever after all" not in await periods(bob, alice)


async def test_who_answers_a_stranger_brings_their_period(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.calls(f.messages.SetDefaultHistoryTTL(period=DAY_S))
    await bob.says(alice, "hello")
    assert not await periods(alice, bob)
    await alice.says(bob, "who are you?")
    assert await periods(bob, alice) == {"who are you?": DAY_S}
    await alice.says(alice, "a note to myself")
    assert not await periods(alice, alice)


async def test_groups_and_channels_take_it_too(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.calls(f.messages.SetDefaultHistoryTTL(period=DAY_S))
    await alice.says(bob, "so that we know each other")
    for one in (alice, bob):
        one.hears()
    made = await alice.calls(f.messages.CreateChat(users=[alice.knows(bob)], title="Crows"))
    assert len([u for u in made.updates.updates if isinstance(u, t.UpdateNewMessage)]) == 1  # TDLib takes no more
    assert alice.receives(t.UpdateNewMessage).message.action == t.MessageActionSetMessagesTTL(period=DAY_S)
    alice.hears()
    await alice.calls(f.channels.CreateChannel(title="News", about="", broadcast=True))
    assert alice.receives(t.UpdateNewChannelMessage).message.action == t.MessageActionSetMessagesTTL(period=DAY_S)
    alice.hears()
    await alice.calls(f.channels.CreateChannel(title="Archive", about="", megagroup=True, ttl_period=0))
    assert [u for u in alice.hears() if isinstance(u, t.UpdateNewChannelMessage)] == []
    wrong = f.channels.CreateChannel(title="Archive", about="", megagroup=True, ttl_period=7)
    assert await alice.fails(wrong) == "400 TTL_PERIOD_INVALID"


async def history(person: Person, other: Person) -> list[t.TypeMessage]:
    """The dialog, newest first."""
    page = await person.calls(f.messages.GetHistory(
        peer=person.sees(other), offset_id=0, offset_date=0, add_offset=0, limit=50, max_id=0, min_id=0, hash=0
    ))  # fmt: skip
    return list(page.messages)


async def periods(person: Person, other: Person) -> dict[str, int]:
    """How long the messages of the dialog live that do not live for ever."""
    return {m.message: m.ttl_period for m in await history(person, other) if isinstance(m, t.Message) and m.ttl_period}
