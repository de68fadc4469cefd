"""Letters are delivered at least once, tried again with longer and longer waits, and leave nothing readable."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.kit.clock import FakeClock
from tests.outbound.conftest import Pigeon, failure, post, scramble

from chappe.domain import outbox
from chappe.outbound import ConsoleChannel, Parcel, Runner
from chappe.store import Store, open_postgres, open_sqlite


def runner(store: Store, clock: FakeClock, pigeon: Pigeon, **options: object) -> Runner:
    return Runner(store, clock, [pigeon], scramble, **options)


async def counts(store: Store) -> dict[str, int]:
    found = await store.read(outbox.counts)
    return {state: number for (_kind, state), number in found.items()}


async def test_a_letter_is_delivered_once_and_erased(store: Store, clock: FakeClock, pigeon: Pigeon) -> None:
    number = await post(store)
    run = runner(store, clock, pigeon)
    assert await run.step() == 1
    assert pigeon.carried == [
        Parcel(number, "bob@example.org", outbox.Message("code 12345", "Your code"), int(clock.now()))
    ]
    assert await run.step() == 0
    assert await counts(store) == {"delivered": 1}
    assert await store.read(lambda rx: rx.all("SELECT payload FROM outbox")) == [(None,)]


async def test_the_database_never_holds_the_code_in_clear(tmp_path: Path, clock: FakeClock) -> None:
    store = open_sqlite(tmp_path / "chappe.db", clock)
    await post(store, text="code 98765")
    await store.close()
    for file in tmp_path.iterdir():
        assert b"98765" not in file.read_bytes()


async def test_failures_are_tried_again_with_longer_waits(store: Store, clock: FakeClock, pigeon: Pigeon) -> None:
    await post(store)
    run = runner(store, clock, pigeon)
    pigeon.failures = [failure() for _number in range(4)]
    waits = []
    for _try in range(4):
        assert await run.step() == 1
        due = await store.read(outbox.next_due)
        assert due is not None
        waits.append(due - clock.now())
        clock.moves(due - 1 - clock.now())
        assert await run.step() == 0
        clock.moves(1)
    assert waits == [5, 15, 45, 135]
    assert await run.step() == 1
    assert len(pigeon.carried) == 1


async def test_the_other_side_may_ask_for_a_longer_wait(store: Store, clock: FakeClock, pigeon: Pigeon) -> None:
    await post(store)
    pigeon.failures = [failure("http_429", wait_s=600)]
    await runner(store, clock, pigeon).step()
    assert await store.read(outbox.next_due) == clock.now() + 600


async def test_a_final_failure_and_the_tenth_give_up(store: Store, clock: FakeClock, pigeon: Pigeon) -> None:
    run = runner(store, clock, pigeon, rate=outbox.Rate(count=100))
    await post(store, "carol@example.org")
    pigeon.failures = [failure("smtp_550", final=True)]
    await run.step()
    assert await counts(store) == {"given_up": 1}
    await post(store)
    pigeon.failures = [failure() for _number in range(10)]
    for _try in range(10):
        assert await run.step() == 1
        clock.moves((await store.read(outbox.next_due) or clock.now()) - clock.now())
    assert await counts(store) == {"given_up": 2}
    assert await store.read(lambda rx: rx.all("SELECT payload FROM outbox")) == [(None,), (None,)]


async def test_an_expired_letter_is_not_sent(store: Store, clock: FakeClock, pigeon: Pigeon) -> None:
    run = runner(store, clock, pigeon)
    await post(store, expires=int(clock.now()) + 60)
    clock.moves(60)
    assert await run.step() == 0
    assert await counts(store) == {"given_up": 1}
    await post(store, expires=int(clock.now()) + 3)
    pigeon.failures = [failure()]
    await run.step()
    assert await counts(store) == {"given_up": 2}
    assert pigeon.carried == []


async def test_letters_survive_a_restart_and_a_death_in_delivery(
    opener: Callable[[], Store], clock: FakeClock, pigeon: Pigeon
) -> None:
    first = opener()
    await post(first)
    taken = await first.write(outbox.take_due)
    assert [letter.tries for letter in taken] == [1]
    await first.close()

    second = opener()
    run = runner(second, clock, pigeon)
    assert await run.step() == 0
    clock.moves(outbox.LEASE_S)
    assert await run.step() == 1
    assert len(pigeon.carried) == 1
    await second.close()


async def test_one_address_gets_so_many_in_an_hour(store: Store, clock: FakeClock, pigeon: Pigeon) -> None:
    run = runner(store, clock, pigeon, rate=outbox.Rate(count=3, window_s=3600))
    for _number in range(5):
        await post(store)
    await post(store, "carol@example.org")
    start = clock.now()
    assert await run.step() == 4
    assert await run.step() == 0
    assert await store.read(outbox.next_due) == start + 3600
    clock.moves(3600)
    assert await run.step() == 2
    assert await counts(store) == {"delivered": 6}


async def test_two_runners_do_not_take_the_same_letter(store: Store, clock: FakeClock, pigeon: Pigeon) -> None:
    for number in range(20):
        await post(store, f"bob{number}@example.org")
    runs = [runner(store, clock, pigeon) for _number in range(2)]
    taken = await asyncio.gather(*(run.step() for run in runs))
    assert sum(taken) == 20
    assert len({parcel.outbox_id for parcel in pigeon.carried}) == len(pigeon.carried) == 20


async def test_two_processes_do_not_take_the_same_letter(postgres_dsn: str, clock: FakeClock, pigeon: Pigeon) -> None:
    stores = [open_postgres(postgres_dsn, clock) for _number in range(2)]
    for number in range(20):
        await post(stores[number % 2], f"bob{number}@example.org")
    for _round in range(3):
        await asyncio.gather(*(runner(store, clock, pigeon).step() for store in stores))
    assert len({parcel.outbox_id for parcel in pigeon.carried}) == len(pigeon.carried) == 20
    for store in stores:
        await store.close()


async def test_a_late_failure_does_not_disturb_a_later_try(store: Store, clock: FakeClock, pigeon: Pigeon) -> None:
    await post(store)
    (old,) = await store.write(outbox.take_due)
    clock.moves(outbox.LEASE_S)
    (new,) = await store.write(outbox.take_due)
    due = await store.read(outbox.next_due)
    await store.write(lambda tx: outbox.mark_failed(tx, old, "timeout"))
    assert await store.read(outbox.next_due) == due
    await store.write(lambda tx: outbox.mark_done(tx, new))
    assert await counts(store) == {"delivered": 1}


async def test_what_has_ended_is_forgotten_after_a_day(store: Store, clock: FakeClock, pigeon: Pigeon) -> None:
    run = runner(store, clock, pigeon)
    await post(store)
    await run.step()
    clock.moves(outbox.KEPT_S + 1)
    await run.step()
    assert await counts(store) == {}


async def test_a_letter_that_was_undone_is_not_sent(store: Store, clock: FakeClock, pigeon: Pigeon) -> None:
    class Oops(Exception):
        pass

    def act(tx: object) -> None:
        outbox.enqueue(tx, "mail", "bob@example.org", b"x")
        raise Oops

    with pytest.raises(Oops):
        await store.write(act)
    assert await runner(store, clock, pigeon).step() == 0


async def test_nothing_of_a_letter_reaches_the_log(
    store: Store, clock: FakeClock, pigeon: Pigeon, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    run = runner(store, clock, pigeon)
    for error in (failure(), ValueError("code 12345 for bob@example.org"), failure(final=True)):
        pigeon.failures = [error]
        await post(store)
        await run.step()
        clock.moves(10_000)
    await store.write(lambda tx: outbox.enqueue(tx, "mail", "bob@example.org", b"not sealed by us"))
    await run.step()
    assert "unreachable" in caplog.text
    assert "ValueError" in caplog.text
    assert "12345" not in caplog.text
    assert "bob@" not in caplog.text


async def test_a_queued_letter_wakes_the_runner(store: Store, clock: FakeClock, pigeon: Pigeon) -> None:
    run = runner(store, clock, pigeon)
    run.listen()
    task = asyncio.create_task(run.run())
    try:
        for number in range(3):
            await post(store)
            async with asyncio.timeout(120):
                while len(pigeon.carried) <= number:
                    await asyncio.sleep(0.005)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_stopped_runner_leaves_its_letter_to_the_next(store: Store, clock: FakeClock) -> None:
    class Slow(Pigeon):
        async def deliver(self, parcel: Parcel) -> None:
            self.carried.append(parcel)
            await asyncio.sleep(60)

    slow, quick = Slow(), Pigeon()
    await post(store)
    task = asyncio.create_task(runner(store, clock, slow).run())
    while not slow.carried:
        await asyncio.sleep(0.005)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.write(lambda tx: None)  # behind the look for more letters that may have been on its way to the writer
    clock.moves(outbox.LEASE_S)
    assert await runner(store, clock, quick).step() == 1
    assert len(quick.carried) == 1


async def test_the_console_shows_codes_through_what_it_was_given(store: Store, clock: FakeClock) -> None:
    lines: list[str] = []
    payload = outbox.pack(outbox.Message("Login code:\n12345"), scramble)
    await store.write(lambda tx: outbox.enqueue(tx, "console", "+49151", payload))
    assert await Runner(store, clock, [ConsoleChannel(lines.append)], scramble).step() == 1
    assert lines == ["to +49151: Login code: 12345"]


async def test_a_letter_without_a_channel_waits(store: Store, clock: FakeClock) -> None:
    await post(store)
    assert await Runner(store, clock, [], scramble).step() == 1
    assert await counts(store) == {"waiting": 1}
