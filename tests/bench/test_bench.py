"""The bench itself: its modules import, a slice runs, and its floor program leaves the rows that the server leaves."""

import importlib
import pkgutil
import sqlite3
from pathlib import Path

import pytest
from bench.__main__ import main
from bench.drive import Client
from bench.figures import Run, floor, stage, talked
from bench.floor import FIRST_USER, Rows
from bench.gate import RULES, rules
from bench.machine import Cores
from bench.people import text_of
from bench.report import Figure, Report
from bench.stock import Filler, Stocked, add_accounts

import bench
from chappe.base.ids import PeerId, UserId
from chappe.domain import content, indexing, messages
from chappe.domain.access import Grant
from chappe.domain.messages import Outgoing
from chappe.store.queries import boxes

QUIET = {"sqlite_sequence", "sqlite_stat1"}


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Rows of each table."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name: connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for (name,) in names}


@pytest.mark.parametrize("module", [m.name for m in pkgutil.iter_modules(bench.__path__, "bench.")])
def test_every_module_imports(module: str) -> None:
    importlib.import_module(module)


def test_the_floor_leaves_the_same_rows_as_a_send(tmp_path: Path) -> None:
    filler = Filler(tmp_path / "data")
    for n in range(2):
        boxes.open_box(filler.tx, FIRST_USER + n)
    empty = counts(filler.connection)
    said = content.Text(text_of(1))
    grant = Grant(UserId(FIRST_USER), PeerId(FIRST_USER + 1), may_write=True)

    rows = Rows(filler.connection)
    _, mine, _, theirs = rows.send(FIRST_USER, FIRST_USER + 1, said, 1, filler.tx.now)
    rows.index(((FIRST_USER, mine), (FIRST_USER + 1, theirs)), said.message)
    rows.end_lot()
    rows.end_lot()
    after_floor = counts(filler.connection)
    filler.connection.execute("DELETE FROM events")

    messages.send(filler.tx, grant, Outgoing(said, 2))
    lot = indexing.waiting(filler.tx)
    assert lot is not None
    for portion in lot.portions:
        indexing.index(filler.tx, portion)
    after_send = counts(filler.connection)
    for table in after_floor.keys() - QUIET - {"events", "event_readers", "dialogs"}:
        assert after_send[table] - after_floor[table] == after_floor[table] - empty[table], table


async def test_people_of_a_stock_know_each_other(tmp_path: Path) -> None:
    stock = Stocked(tmp_path / "data", [])
    add_accounts(stock, 4)
    assert [person.peer_id for person in stock.people[:2]] == [stock.people[1].user_id, stock.people[0].user_id]


@pytest.mark.slow
def test_a_slice_runs(tmp_path: Path) -> None:
    run = Run(tmp_path, Cores(), Report(), slice_s=0.5)
    with stage(run, 2) as on:
        found = talked(on, pairs=2, seconds=0.5)
        assert found["acked"] == found["delivered"] > 0
        assert found["batch"] >= 0.5
    assert floor(run, found["batch"], 50) > 0


def test_the_rules_that_the_gate_is_measured_with_are_rules() -> None:
    assert len(rules(10).rules) == RULES + 1


def test_a_name_that_is_no_figure_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["messages", "speed"])
    assert "no such figure: speed" in capsys.readouterr().err


def test_a_figure_knows_whether_it_met_its_bar() -> None:
    assert Figure("a", "ms", [1.0, 3.0, 9.0], 3.0).verdict == "ok"
    assert Figure("a", "1/s", [1.0], 2.0, at_least=True).verdict == "missed"
    assert Figure("a", "1/s", [1.0]).verdict == ""


def test_a_client_that_fails_says_so() -> None:
    with Client(Cores()) as client, pytest.raises(RuntimeError, match="NoSuchProcess"):
        client.does("talk", pairs=1)
