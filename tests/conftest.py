"""Which tests are slow besides those that say so themselves, and how that is measured; no property is timed.

`make check` leaves slow tests out. `tests/slow.txt` names those that cost much CPU; `make slow` measures them anew.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from chappe import tl

settings.register_profile("house", deadline=None)
settings.load_profile("house")

BETWEEN = frozenset(tl.LAYERS[1:-1])
SERVERS = frozenset({"postgres_dsn", "postgres_server"})
SLOW = Path(__file__).with_name("slow.txt")
SLOW_S, SLOW_TOGETHER_S = 0.2, 0.5
"""CPU of one test, and of all that share its function, from which on it is slow."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--write-slow` writes the list of slow tests, of a run in one process."""
    parser.addoption("--write-slow", action="store_true")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on PostgreSQL is slow, since each worker starts a server of its own; so are layers between the ends."""
    measured = frozenset(SLOW.read_text(encoding="utf-8").split())
    for item in items:
        asked = SERVERS.intersection(getattr(item, "fixturenames", ()))
        given = getattr(item, "callspec", None)
        params = given.params if given is not None else {}
        listed = _function(item) in measured and not item.config.getoption("--write-slow")
        if asked or listed or "postgres" in params.values() or params.get("layer") in BETWEEN:
            item.add_marker(pytest.mark.slow)


_spent: defaultdict[str, list[float]] = defaultdict(list)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """What a test costs, its fixtures and processes that ended with it included."""
    before = _cpu_s()
    result = yield
    _spent[_function(item)].append(_cpu_s() - before)
    return result


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The list is written when it was asked for."""
    if session.config.getoption("--write-slow"):
        slow = [name for name, each in _spent.items() if max(each) >= SLOW_S or sum(each) >= SLOW_TOGETHER_S]
        SLOW.write_text("".join(f"{name}\n" for name in sorted(slow)), encoding="utf-8")


def _function(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _cpu_s() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
