"""Which tests are slow besides those that say so themselves; no property is timed."""

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")

SERVERS = frozenset({"postgres_dsn", "postgres_server"})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on PostgreSQL is slow: each worker starts a server of its own for it."""
    for item in items:
        asked = SERVERS.intersection(getattr(item, "fixturenames", ()))
        given = getattr(item, "callspec", None)
        if asked or (given is not None and "postgres" in given.params.values()):
            item.add_marker(pytest.mark.slow)
