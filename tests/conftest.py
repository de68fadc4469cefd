"""Which tests are slow besides those that say so themselves; no property is timed."""

import pytest
from hypothesis import settings

from chappe import tl

settings.register_profile("house", deadline=None)
settings.load_profile("house")

BETWEEN = frozenset(tl.LAYERS[1:-1])
SERVERS = frozenset({"postgres_dsn", "postgres_server"})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on PostgreSQL is slow, since each worker starts a server of its own; so are layers between the ends."""
    for item in items:
        asked = SERVERS.intersection(getattr(item, "fixturenames", ()))
        given = getattr(item, "callspec", None)
        params = given.params if given is not None else {}
        if asked or "postgres" in params.values() or params.get("layer") in BETWEEN:
            item.add_marker(pytest.mark.slow)
