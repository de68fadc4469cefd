"""How a command asks the server, or does without one."""

import asyncio
import os
from typing import Any

from chappe import app, control, copying, countries, recovery
from chappe.config import Config
from chappe.datadir import DataDirError, open_data_dir, require_whole
from chappe.facts import page_links
from chappe.legal.staying import stays


def ask(config: Config, **facts: Any) -> Any:
    """The answer of the running server, else of the database itself, opened for this one question.

    Errors: Refusal; DataDirError, MigrationError, OSError.
    """
    return asyncio.run(_ask(config, facts))


async def _ask(config: Config, facts: dict[str, Any]) -> object:
    answer = await control.ask(config.data, facts)
    if answer is not None:
        return answer
    if not (config.data / "keys").is_dir():
        raise DataDirError(f"{config.data} is no data folder; name the server's with --data or CHAPPE_DATA")
    require_whole(config.data, own_database=not config.database)
    clock = app.SystemClock()
    database = app.choose_store(config, open_data_dir(config.data, os.urandom), clock)
    try:
        hands = control.Hands(database, os.urandom, page_links(config))
        hands.acts |= app.signal_hands(config, database, clock).acts
        hands.acts |= countries.acts(database, stays)
        hands.acts |= copying.acts(database, copying.exporter(config.server_name))
        hands.acts |= recovery.RecoveryHands(database, config.data).acts
        return await hands.do(facts)
    finally:
        await database.close()
