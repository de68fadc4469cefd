"""Source: mtproto/description

Calls over real sockets: framings, order, resumption, bounds of a connection.
"""

import asyncio
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from tests.net.served import SECRET, nearest, served

from chappe import tl
from chappe.mtproto.client import Push
from chappe.tl import functions as f
from chappe.tl import service as s
from chappe.tl import types as t

PING = f.help.GetNearestDc()
FRAMINGS: list[dict[str, Any]] = [
    {"framing": "abridged"},
    {"framing": "intermediate"},
    {"framing": "padded"},
    {"framing": "full"},
    {"framing": "abridged", "obfuscated": True},
    {"framing": "intermediate", "obfuscated": True},
    {"framing": "padded", "obfuscated": True, "secret": b"\xdd" + SECRET},
    {"framing": "intermediate", "obfuscated": True, "secret": SECRET},
]


def held(number: int) -> Any:
    """A call that is answered when the test says so."""
    return f.help.GetAppConfig(hash=number)


@pytest.mark.parametrize("framing", FRAMINGS, ids=lambda wish: " ".join(map(str, wish.values()))[:32])
@pytest.mark.parametrize("scheme", ["pad", "old"])
async def test_key_exchange_and_a_call_in_every_framing(framing: dict[str, Any], scheme: str) -> None:
    async with served() as house:
        alice = await house.caller(**framing).comes()
        await alice.agrees_on_a_key(scheme)
        assert (await alice.calls(PING)).country == "1"
        assert len(house.keys.kept) == 1
        assert house.calls.asked[0].ip == "127.0.0.1"
        alice.leaves()


async def test_a_session_goes_on_with_a_new_socket_and_gets_what_it_missed() -> None:
    async with served() as house:
        alice = await house.caller().comes()
        await alice.agrees_on_a_key()
        assert (await alice.calls(PING)).country == "1"
        asked = alice.asks(held(1))
        while "1" not in house.calls.held:
            await asyncio.sleep(0.01)
        session = alice.leaves()
        await asyncio.sleep(0.05)
        house.calls.asked[0].session.push(tl.encode(t.UpdatesTooLong(), tl.NEWEST), house.hub.clock.now())
        house.calls.held["1"].set_result(nearest(7))
        again = await house.caller("full").comes()
        again.line.resume(session, house.hub.clock.now())
        assert (await again.answer(asked)).country == "7"
        pushed = await again.hears(lambda event: isinstance(event, Push) and type(event.value) is t.UpdatesTooLong)
        assert pushed
        assert len(house.calls.asked) == 2, "the call was executed once"


async def test_an_unknown_key_hears_404_and_a_known_one_is_read_from_the_store() -> None:
    async with served() as house:
        alice = await house.caller().comes()
        session = await alice.agrees_on_a_key()
        await alice.calls(PING)
        alice.leaves()
        house.hub.server.keys.clear()
        again = await house.caller().comes()
        again.line.resume(session, house.hub.clock.now())
        assert (await again.calls(PING)).country == "2"
        again.leaves()
        house.hub.server.keys.clear()
        house.keys.kept.clear()
        third = await house.caller().comes()
        third.line.resume(session, house.hub.clock.now())
        third.asks(PING)
        error = await third.hears(lambda event: type(event).__name__ == "TransportError")
        assert error.code == 404  # type: ignore[union-attr]
        await third.is_cut_off()


async def test_a_call_waits_for_the_one_it_comes_after() -> None:
    async with served() as house:
        alice = await house.caller().comes()
        await alice.agrees_on_a_key()
        first = alice.asks(held(1))
        second = alice.asks(f.InvokeAfterMsg(msg_id=first, query=f.contacts.ResolveUsername(username="bob")))
        third = alice.asks(f.InvokeAfterMsgs(msg_ids=[first, second], query=PING))
        while "1" not in house.calls.held:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert len(house.calls.asked) == 1
        house.calls.held["1"].set_result(nearest(7))
        assert (await alice.answer(second)).country == "bob"
        assert (await alice.answer(third)).country == "3"


async def test_what_comes_after_a_failed_call_fails() -> None:
    async with served() as house:
        alice = await house.caller().comes()
        await alice.agrees_on_a_key()
        first = alice.asks(f.help.GetInviteText())
        second = await alice.calls(f.InvokeAfterMsg(msg_id=first, query=PING))
        assert (second.error_code, second.error_message) == (400, "MSG_WAIT_FAILED")


async def test_a_bug_of_ours_is_answered_and_the_connection_lives(caplog: pytest.LogCaptureFixture) -> None:
    async with served() as house:
        alice = await house.caller().comes()
        await alice.agrees_on_a_key()
        assert (await alice.calls(f.help.GetConfig())).error_code == 500
        assert "a bug of ours" in caplog.text
        assert (await alice.calls(PING)).country == "2"


async def test_calls_above_the_limit_of_a_connection_wait_their_turn() -> None:
    async with served(calls_per_connection=4) as house:
        alice = await house.caller().comes()
        await alice.agrees_on_a_key()
        asked = [alice.asks(held(number)) for number in range(20)]
        while len(house.calls.held) < 4:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert len(house.calls.held) == 4
        bob = await house.caller().comes()
        await bob.agrees_on_a_key()
        assert isinstance(await bob.calls(PING), t.NearestDc), "others are not affected"
        for number in range(20):
            while str(number) not in house.calls.held:
                await asyncio.sleep(0.001)
            house.calls.held[str(number)].set_result(nearest(number))
        assert [(await alice.answer(msg_id)).country for msg_id in asked] == [str(number) for number in range(20)]
        assert house.calls.most_at_once <= 5


async def test_calls_that_wait_their_turn_run_though_the_socket_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chappe.net.hub.SWEEP_EVERY_S", 0.1)
    async with served(calls_per_connection=1) as house:
        # What nobody acknowledges is soon sent again: a socket that is not read from is known to be gone by that alone.
        house.hub.server.limits = replace(house.hub.server.limits, resend_after_s=0.2)
        alice = await house.caller().comes()
        await alice.agrees_on_a_key()
        await alice.calls(PING)
        asked = [alice.line.send(query, house.hub.clock.now()) for query in (held(1), PING, PING)]
        alice.writes()
        while "1" not in house.calls.held:
            await asyncio.sleep(0.01)
        session = alice.leaves()
        while house.hub.connections:
            await asyncio.sleep(0.01)
        house.calls.held["1"].set_result(nearest(7))
        again = await house.caller().comes()
        again.line.resume(session, house.hub.clock.now())
        assert [(await again.answer(msg_id)).country for msg_id in asked] == ["7", "3", "4"]
        assert len(house.calls.asked) == 4, "each call was executed once"


async def test_calls_above_the_limit_of_the_server_are_told_to_wait() -> None:
    async with served(calls_at_once=2, calls_per_connection=10) as house:
        alice = await house.caller().comes()
        await alice.agrees_on_a_key()
        waiting = [alice.asks(held(number)) for number in range(2)]
        while len(house.calls.held) < 2:
            await asyncio.sleep(0.01)
        assert (await alice.calls(PING)).error_message == "FLOOD_WAIT_3"
        for future in house.calls.held.values():
            future.set_result(nearest(1))
        assert (await alice.answer(waiting[1])).country == "1"
        assert isinstance(await alice.calls(PING), t.NearestDc)


async def test_calls_that_wait_for_an_earlier_one_keep_nobody_out() -> None:
    """Anybody could else fill the server with calls that come after one that never comes."""
    async with served(calls_at_once=2, calls_per_connection=10) as house:
        alice, bob = await house.caller().comes(), await house.caller().comes()
        await alice.agrees_on_a_key()
        await bob.agrees_on_a_key()
        first = alice.asks(held(1))
        while "1" not in house.calls.held:
            await asyncio.sleep(0.01)
        after = [alice.asks(f.InvokeAfterMsg(msg_id=first, query=PING)) for _ in range(5)]
        while len(house.hub.running) + house.hub.counts["calls_refused"] < 6:
            await asyncio.sleep(0.01)
        assert isinstance(await bob.calls(PING), t.NearestDc)
        house.calls.held["1"].set_result(nearest(7))
        told = [await alice.answer(msg_id) for msg_id in after]
        # Their turn may come for more of them at once than run at once.
        assert {type(one) for one in told} <= {t.NearestDc, s.RpcError} and isinstance(told[0], t.NearestDc)


async def test_who_does_not_read_is_cut_off_and_finds_the_session_again() -> None:
    async with served(write_buffer_bytes=1 << 20) as house:
        alice = await house.caller().comes()
        await alice.agrees_on_a_key()
        await alice.calls(PING)
        alice.reader._transport.pause_reading()  # type: ignore[attr-defined]
        session = house.calls.asked[0].session
        bodies = 0
        while house.hub.connections and bodies < 400:
            session.push(b"\x00" * 65536, house.hub.clock.now())
            bodies += 1
            await asyncio.sleep(0)
        assert not house.hub.connections
        assert house.hub.counts["connections_not_reading"] == 1
        assert not house.calls.gone


async def test_idle_connections_are_closed_and_busy_ones_stay() -> None:
    async with served() as house:
        alice, bob = await house.caller().comes(), await house.caller().comes()
        await alice.agrees_on_a_key()
        await bob.agrees_on_a_key()
        waiting = bob.asks(held(1))
        while "1" not in house.calls.held:
            await asyncio.sleep(0.01)
        for connection in list(house.hub.connections.values()):
            connection.swept(house.hub.clock.monotonic() + 61)
        await alice.is_cut_off()
        house.calls.held["1"].set_result(nearest(7))
        assert (await bob.answer(waiting)).country == "7"


async def test_a_connection_that_never_has_a_session_is_closed() -> None:
    async with served(handshake_timeout_s=5.0) as house:
        aimless = await house.caller().comes()
        aimless.writer.write(b"\xef")
        alice = await house.caller().comes()
        await alice.agrees_on_a_key()
        await alice.calls(PING)
        for connection in list(house.hub.connections.values()):
            connection.swept(house.hub.clock.monotonic() + 16)
        await aimless.is_cut_off()
        assert isinstance(await alice.calls(PING), t.NearestDc)


async def test_a_hundred_hostile_connections_leave_others_served_and_no_trace() -> None:
    chance = Random(7)
    openings = [b"\xef", b"\xee" * 4, b"\xdd" * 4, b"\xef\x7f\xff\xff\xff", b"\xee\xee\xee\xee\xff\xff\xff\xff", b""]
    async with served() as house:
        alice = await house.caller().comes()
        await alice.agrees_on_a_key()
        hostile = [await house.caller().comes() for _ in range(100)]
        for number, guest in enumerate(hostile):
            guest.writer.write(openings[number % len(openings)] + chance.randbytes(chance.randrange(2000)))
        for _ in range(20):
            assert isinstance(await alice.calls(PING), t.NearestDc)
        for guest in hostile:
            guest.writer.close()
        while len(house.hub.connections) > 1:
            await asyncio.sleep(0.01)
        assert house.gate.door.open == 1
        assert not house.hub.running


async def test_a_revoked_key_is_cut_off_and_its_sessions_are_gone() -> None:
    async with served() as house:
        alice = await house.caller().comes()
        session = await alice.agrees_on_a_key()
        await alice.calls(PING)
        house.keys.kept.clear()
        house.hub.key_gone(session.key.id)
        await alice.is_cut_off()
        assert house.calls.gone == [house.calls.asked[0].session]


async def test_a_client_destroys_its_key() -> None:
    async with served() as house:
        alice = await house.caller().comes()
        await alice.agrees_on_a_key()
        await alice.calls(PING)
        alice.line.send_service(s.DestroyAuthKey(), house.hub.clock.now())
        await alice.hears(lambda event: isinstance(event, Push) and type(event.value) is s.DestroyAuthKeyOk)
        await alice.is_cut_off()
        assert not house.keys.kept


async def test_stopping_answers_what_is_under_way() -> None:
    async with served(stop_timeout_s=120.0) as house:
        alice = await house.caller().comes()
        await alice.agrees_on_a_key()
        asked = alice.asks(held(1))
        while "1" not in house.calls.held:
            await asyncio.sleep(0.01)
        stopping = asyncio.create_task(house.gate.close())
        await asyncio.sleep(0.05)
        house.calls.held["1"].set_result(nearest(7))
        assert (await alice.answer(asked)).country == "7"
        await stopping
        await alice.is_cut_off()
