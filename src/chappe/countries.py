"""Joins what differs from country to country: profiles, where addresses are, leaving, lists of sanctions."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import maxminddb

from chappe import jobs
from chappe.base import Refusal
from chappe.base.clock import Clock
from chappe.config import Config
from chappe.datadir import DataDirError
from chappe.domain import leaving, territory_profiles, territory_versions
from chappe.domain.places import NOWHERE, Places, Table
from chappe.domain.territory_profiles import Book, ProfileError
from chappe.store import Reader, Store

log = logging.getLogger("chappe.countries")
HOURLY_S = 3600.0
RUNBOOK_S = 5.0
Stays = Callable[[Reader, str], tuple[int, int]]
"""(open orders, holds) that concern a country: what leaving it does not touch."""
Act = Callable[[dict[str, Any]], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Countries:
    """What is known of countries."""

    book: Book
    table: Table | None = None

    @property
    def places(self) -> Places:
        """Which country an address is in."""
        return self.table or NOWHERE


def opened(config: Config) -> Countries:
    """Profiles and table, as configured. Errors: DataDirError."""
    try:
        book = territory_profiles.load(Path(config.profiles_dir) if config.profiles_dir else None)
    except (ProfileError, OSError) as error:
        raise DataDirError(f"profiles_dir: {error}") from error
    try:
        table = Table(Path(config.country_table)) if config.country_table else None
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        raise DataDirError(f"country_table: {error}") from error
    return Countries(book, table)


async def publish(found: Countries, store: Store) -> None:
    """Every profile is published as it is. Errors: DataDirError if one was changed without a new number."""
    try:
        for one in await store.write(partial(territory_versions.publish, book=found.book)):
            log.info("territory profile %s is in use", one)
    except Refusal as refusal:
        if refusal.reason != "territory_profile_changed":
            raise
        what = refusal.facts.get("what", "")
        said = f"profiles: {what} was published and says something else now; give it a new number"
        raise DataDirError(said) from refusal


def start(found: Countries, store: Store, clock: Clock, site: str, running: jobs.Tasks) -> None:
    """Steps of leaving are taken when they are due; a newer table of countries is taken up."""
    runbook = jobs.Leaving(site)
    store.on_commit(runbook.notes)
    running.start("leaving countries", partial(runbook.run, store, clock), RUNBOOK_S)

    async def renew() -> None:
        if found.table is not None:
            found.table.renew()

    running.start("table of countries", renew, HOURLY_S)


def acts(store: Store, stays: Stays) -> Mapping[str, Act]:
    """What the command `leave` may ask of a server."""

    async def shown(facts: dict[str, Any]) -> object:
        territory = str(facts.get("territory", ""))

        def query(rx: Reader) -> dict[str, Any]:
            found = leaving.preview(rx, territory, *stays(rx, territory))
            return {
                "preview": asdict(found), "state": asdict(leaving.state(rx, territory)),
                "now": rx.now, "status": leaving.state(rx, territory).status,
                "history": [asdict(one) for one in leaving.history(rx, territory)],
            }  # fmt: skip

        return await store.read(query)

    async def left(facts: dict[str, Any]) -> object:
        territory, part = str(facts.get("territory", "")), str(facts.get("part", ""))
        note, plan = str(facts.get("note", "")), {str(k): int(v) for k, v in dict(facts.get("plan", {})).items()}
        actor = "server:command"
        match part:
            case "begin":
                state = await store.write(lambda tx: leaving.begin(tx, actor, territory, plan, note))
            case "plan":
                state = await store.write(lambda tx: leaving.replan(tx, actor, territory, plan, note))
            case "mark":
                word = str(facts.get("mark", ""))
                state = await store.write(lambda tx: leaving.mark(tx, actor, territory, word, note))
            case _:
                state = await store.write(lambda tx: leaving.go(tx, actor, territory, part, note))
        return asdict(state)

    async def every(facts: dict[str, Any]) -> object:
        return [asdict(one) | {"status": one.status} for one in await store.read(leaving.states)]

    return {"territory": shown, "leave": left, "territories": every}
