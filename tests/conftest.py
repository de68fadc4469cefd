"""Which tests are slow besides those that say so themselves, how that is measured, and which are begun first; no
property is timed.

`make check` leaves slow tests out. `tests/slow.txt` names those that cost much CPU; `make slow` measures them anew.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from chappe import tl

settings.register_profile("house", deadline=None)
settings.load_profile("house")

BETWEEN = frozenset(tl.LAYERS[1:-1])
SERVERS = frozenset({"postgres_dsn", "postgres_server"})
HERE = Path(__file__).parent
SLOW = HERE / "slow.txt"
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
        listed = _function(item) in measured and not item.config.getoption("--write-slow")
        if listed or _on_postgres(item) or _params(item).get("layer") in BETWEEN:
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(trylast=True, specname="pytest_collection_modifyitems")
def pytest_begins_with_what_takes_long(items: list[pytest.Item]) -> None:
    """Where there are several workers."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = _dealt(items, workers)


def _dealt(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """The tests in queues, one behind the other as `--dist worksteal` cuts them: who is done takes from the tails.

    At the heads lies what has servers, browsers or clients that live as long as their worker: browsers in two queues
    where there are four, the real clients, which wait, in another, killed servers and PostgreSQL in the last.
    """
    heads: list[list[pytest.Item]] = [[] for _ in range(workers)]
    browsers, rest = max(1, min(2, workers - 2)), []
    for _, group in groupby(items, key=lambda item: item.path):
        file = list(group)
        match file[0].path.relative_to(HERE).parts[0]:
            case "browser":
                min(heads[:browsers], key=len).extend(file)
            case "clients":
                heads[min(browsers, workers - 1)].extend(file)
            case "survive":
                heads[-1].extend(file)
            case _:
                heads[-1].extend(one for one in file if _on_postgres(one))
                rest += [one for one in file if not _on_postgres(one)]
    dealt: list[pytest.Item] = []
    for place, head in enumerate(heads):
        whole = (len(items) - len(dealt)) // (workers - place)
        more = max(0, whole - len(head))
        dealt += head + rest[:more]
        del rest[:more]
    return dealt


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


def _on_postgres(item: pytest.Item) -> bool:
    asked = SERVERS.intersection(getattr(item, "fixturenames", ()))
    return bool(asked) or "postgres" in _params(item).values()


def _params(item: pytest.Item) -> dict[str, Any]:
    given = getattr(item, "callspec", None)
    return given.params if given is not None else {}


def _function(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _cpu_s() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
