"""What every engine promises: the suite a new engine has to pass."""

import asyncio
import threading

import pytest
from tests.store.conftest import add, fail_after, names

from chappe.base.errors import NotFound, TooMany
from chappe.store import StatementError, StoreUnavailable
from chappe.store.writer import QUEUE_LIMIT


async def test_a_write_is_answered_and_readable(store):
    assert await store.write(add(1)) == 1
    assert await store.read(names) == ["thing 1"]


async def test_values_come_back_as_they_went_in(store):
    rows = [
        (1, "", None, None),
        (2, "Grüße, 世界 🎉 ?% $1 '", b"", 0.5),
        (-(10**12) - 7, "low", bytes(range(256)), -1.0),
        (2**63 - 1, "high", b"\x00?", 1e300),
        (-(2**63), "lowest", b"%s", 0.0),
    ]
    await store.write(lambda tx: tx.many("INSERT INTO things (id, name, data, weight) VALUES (?, ?, ?, ?)", rows))
    found = await store.read(lambda rx: rx.all("SELECT id, name, data, weight FROM things"))
    assert sorted(found) == sorted(rows)
    assert all(isinstance(data, bytes | None) for _, _, data, _ in found)


async def test_placeholders_in_quotes_are_text(store):
    row = await store.read(lambda rx: rx.one("""SELECT '?', 'it''s ?' AS "a?", 5 % 3, ?""", (7,)))
    assert row == ("?", "it's ?", 2, 7)


async def test_aggregates_are_plain_integers(store):
    await asyncio.gather(*(store.write(add(n)) for n in (1, 2, 3)))
    row = await store.read(lambda rx: rx.one("SELECT SUM(id), COUNT(*), MAX(id), COALESCE(SUM(id), 0) FROM things"))
    assert row == (6, 3, 3, 6)
    assert all(type(value) is int for value in row)


async def test_run_tells_the_rows_it_touched(store):
    def act(tx):
        insert = "INSERT INTO things (id, name) VALUES (?, ?) ON CONFLICT (id) DO NOTHING"
        counts = [tx.run(insert, (1, "a")), tx.run(insert, (1, "b")), tx.run(insert, (2, "b"))]
        return [*counts, tx.run("UPDATE things SET weight = ?", (1,)), tx.run("DELETE FROM things WHERE id > ?", (9,))]

    assert await store.write(act) == [1, 0, 1, 2, 0]


async def test_returning_answers_from_one_and_all(store):
    def act(tx):
        upsert = (
            "INSERT INTO things (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name"
            " RETURNING id, name"
        )
        return tx.one(upsert, (1, "a")), tx.one(upsert, (1, "b")), tx.all("UPDATE things SET id = 5 RETURNING id")

    assert await store.write(act) == ((1, "a"), (1, "b"), [(5,)])


async def test_one_is_none_and_all_is_empty_without_rows(store):
    assert await store.read(lambda rx: (rx.one("SELECT id FROM things"), rx.all("SELECT id FROM things"))) == (None, [])


async def test_an_act_sees_what_earlier_acts_of_its_batch_wrote(store):
    def count(tx):
        (total,) = tx.one("SELECT COUNT(*) FROM things")
        return add(total + 1)(tx)

    assert await asyncio.gather(*(store.write(count) for _ in range(40))) == list(range(1, 41))


async def test_acts_run_in_the_order_of_the_calls(store):
    seen = []
    store.on_commit(seen.extend)
    await asyncio.gather(*(store.write(add(n)) for n in range(1200)))
    assert seen == list(range(1200))


async def test_now_is_the_date_of_the_commit(store, clock):
    first = await store.write(lambda tx: tx.now)
    clock.moves(61.7)
    assert (first, await store.write(lambda tx: tx.now)) == (1_750_000_000, 1_750_000_061)


@pytest.mark.parametrize("fails", [range(1), range(19, 20), range(39, 40), range(0, 40, 3), range(40)])
async def test_an_act_that_raises_fails_alone(store, fails):
    told = []
    store.on_commit(told.extend)
    acts = [fail_after(n, NotFound("gone", number=n)) if n in fails else add(n) for n in range(40)]
    answers = await asyncio.gather(*(store.write(act) for act in acts), return_exceptions=True)
    good = [n for n in range(40) if n not in fails]
    assert [answer for answer in answers if isinstance(answer, int)] == good
    assert [error.facts["number"] for error in answers if isinstance(error, NotFound)] == list(fails)
    assert await store.read(names) == [f"thing {n}" for n in good]
    assert told == good


async def test_a_refusal_before_any_write_leaves_the_batch_alone(store):
    runs = []

    def refuse(tx):
        tx.one("SELECT id FROM things WHERE id = ?", (1,))
        tx.announce("never")
        raise NotFound("gone")

    def counted(tx):
        runs.append(1)
        return add(1)(tx)

    told = []
    store.on_commit(told.extend)
    first, second = await asyncio.gather(store.write(counted), store.write(refuse), return_exceptions=True)
    assert (first, second.reason, len(runs), told) == (1, "gone", 1, [1])


async def test_a_database_error_fails_only_its_act(store):
    answers = await asyncio.gather(
        store.write(add(1)), store.write(add(7, "thing 1")), store.write(add(2)), return_exceptions=True
    )
    assert (answers[0], answers[2]) == (1, 2)
    assert isinstance(answers[1], StatementError)
    assert "thing 1" not in str(answers[1])
    assert await store.read(names) == ["thing 1", "thing 2"]


async def test_a_swallowed_database_error_still_fails_its_act(store):
    def swallow(tx):
        tx.run("INSERT INTO pairs (owner_id, id) VALUES (?, ?)", (1, 1))
        try:
            tx.run("INSERT INTO pairs (owner_id, id) VALUES (?, ?)", (1, 1))
        except StatementError:
            return "all is well"
        return "unseen"

    answers = await asyncio.gather(store.write(add(1)), store.write(swallow), return_exceptions=True)
    assert answers[0] == 1
    assert isinstance(answers[1], StatementError)
    assert await store.read(lambda rx: rx.all("SELECT * FROM pairs")) == []


async def test_wrong_sql_fails_its_act_and_its_query(store):
    with pytest.raises(StatementError, match="nothing"):
        await store.write(lambda tx: tx.run("UPDATE nothing SET id = 1"))
    with pytest.raises(StatementError, match="nothing"):
        await store.read(lambda rx: rx.all("SELECT * FROM nothing"))
    assert await store.write(add(1)) == 1
    assert await store.read(names) == ["thing 1"]


async def test_a_query_cannot_write(store):
    with pytest.raises(StatementError, match="read"):
        await store.read(lambda rx: rx.all("INSERT INTO things (id, name) VALUES (1, 'x') RETURNING id"))
    assert await store.read(names) == []


async def test_a_query_reads_one_snapshot(store, elsewhere):
    def query(rx):
        before = names(rx)
        elsewhere("INSERT INTO things (id, name) VALUES (1, 'thing 1')")
        return before, names(rx)

    assert await store.read(query) == ([], [])
    assert await store.read(names) == ["thing 1"]


@pytest.mark.slow
async def test_many_queries_at_once(store):
    await asyncio.gather(*(store.write(add(n)) for n in range(300)))

    def query(rx):
        return len(rx.all("SELECT a.id, b.id FROM things AS a, things AS b")), names(rx)[7]

    assert await asyncio.gather(*(store.read(query) for _ in range(20))) == [(90_000, "thing 7")] * 20


async def test_notes_come_before_answers_on_the_loop(store):
    order = []
    store.on_commit(lambda notes: order.append((notes, threading.current_thread() is threading.main_thread())))
    store.write(add(1)).add_done_callback(lambda _: order.append("answer"))
    await store.write(lambda tx: None)
    assert order == [([1], True), "answer"]


async def test_a_subscriber_hears_the_kinds_of_notes_it_is_for(store):
    words, all_but_words, commits = [], [], []
    store.on_commit(words.append, str)
    store.on_commit(all_but_words.extend, int, float)
    store.on_commit(lambda notes: commits.append(len(notes)))
    for notes in ((1, "a", 2.5, "b"), (2,)):
        await store.write(lambda tx, n=notes: [tx.announce(one) for one in n])
    assert (words, all_but_words, commits) == ([["a", "b"]], [1, 2.5, 2], [4, 1])


async def test_a_failing_subscriber_harms_nobody(store, caplog):
    told = []
    store.on_commit(lambda notes: 1 / 0)
    store.on_commit(told.extend)
    assert await store.write(add(1)) == 1
    assert told == [1]
    assert "subscriber" in caplog.text


async def test_stop_iteration_reaches_the_caller(store):
    with pytest.raises(RuntimeError, match="StopIteration"):
        await store.write(lambda tx: next(iter(())))
    with pytest.raises(RuntimeError, match="StopIteration"):
        await store.read(lambda rx: next(iter(())))
    assert await store.write(add(1)) == 1


async def test_a_caller_who_gave_up_stops_nobody(store):
    gone = store.write(add(1))
    gone.cancel()
    assert await store.write(add(2)) == 2
    assert await store.read(names) == ["thing 1", "thing 2"]


async def test_too_many_waiting_acts_are_refused_at_once(store):
    waiting = [store.write(lambda tx: None) for _ in range(QUEUE_LIMIT)]
    with pytest.raises(TooMany) as refused:
        store.write(add(1))
    assert (refused.value.reason, refused.value.wait_s) == ("server_busy", 1)
    await asyncio.gather(*waiting)
    assert await store.write(add(2)) == 2


async def test_slow_acts_are_named_without_content(store, clock, caplog):
    def slow(tx):
        clock.moves(0.5)
        tx.run("INSERT INTO things (id, name) VALUES (?, ?)", (1, "secret"))

    await store.write(slow)
    assert "slow" in caplog.text
    assert "500 ms" in caplog.text
    assert "secret" not in caplog.text


async def test_close_finishes_what_was_queued(opener):
    store = opener()
    waiting = [store.write(add(n)) for n in range(100)]
    await store.close()
    assert [await future for future in waiting] == list(range(100))
    for refused in (store.write, store.read):
        with pytest.raises(StoreUnavailable) as error:
            refused(names)
        assert error.value.reason == "storage_closed"
    await store.close()
    again = opener()
    assert len(await again.read(names)) == 100
    await again.close()
