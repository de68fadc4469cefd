"""Migrations: from nothing, from every released state, and the refusals."""

from dataclasses import replace

import pytest
from tests.store.conftest import TABLES

from chappe.store import MigrationError
from chappe.store.migrate import Migration, migrate, shipped

SECOND = Migration(2, "0002_more.sql", "ALTER TABLE things ADD COLUMN colour TEXT; CREATE TABLE more (id INTEGER);")
BROKEN = Migration(2, "0002_more.sql", "CREATE TABLE more (id INTEGER); INSERT INTO nowhere VALUES (1);")


async def applied(store):
    return await store.read(lambda rx: rx.all("SELECT number, name, sha256, date FROM migrations ORDER BY number"))


async def test_the_shipped_ones_apply_to_an_empty_database(opener):
    store = opener(*shipped())
    assert [number for number, *_ in await applied(store)] == [migration.number for migration in shipped()]
    await store.close()


async def test_each_released_state_is_brought_up_to_date(opener):
    for released in range(1, len(shipped()) + 1):
        store = opener(*shipped()[:released])
        assert len(await applied(store)) == released
        await store.close()


async def test_reopening_applies_only_what_is_new(opener, clock):
    first = opener(TABLES)
    await first.write(lambda tx: tx.run("INSERT INTO things (id) VALUES (1)"))
    before = await applied(first)
    await first.close()
    clock.moves(1000)
    second = opener(TABLES, SECOND)
    after = await applied(second)
    assert after[:1] == before == [(1, TABLES.name, TABLES.sha256, 1_750_000_000)]
    assert after[1][3] == 1_750_001_000
    assert await second.read(lambda rx: rx.one("SELECT id, name, colour FROM things")) == (1, "a;b", None)
    await second.close()


@pytest.mark.parametrize(
    ("migrations", "complaint"),
    [
        ((replace(TABLES, sql=TABLES.sql + " "), SECOND), "was changed"),
        ((TABLES,), "does not know"),
        ((TABLES, SECOND, replace(SECOND, name="0002_other.sql")), "number of its own"),
    ],
)
async def test_a_strange_history_is_refused(opener, migrations, complaint):
    await opener(TABLES, SECOND).close()
    with pytest.raises(MigrationError, match=complaint):
        opener(*migrations)
    await opener(TABLES, SECOND).close()


async def test_a_late_comer_is_refused(opener):
    await opener(TABLES, replace(SECOND, number=3)).close()
    with pytest.raises(MigrationError, match="too late"):
        opener(TABLES, SECOND, replace(SECOND, number=3))


async def test_a_broken_one_leaves_no_trace(opener):
    await opener(TABLES).close()
    with pytest.raises(Exception, match="nowhere"):
        opener(TABLES, BROKEN)
    store = opener(TABLES, SECOND)
    assert len(await applied(store)) == 2
    await store.close()


def test_shipped_numbers_rise():
    assert [migration.number for migration in shipped()] == sorted({migration.number for migration in shipped()})
    assert callable(migrate)
