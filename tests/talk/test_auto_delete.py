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
