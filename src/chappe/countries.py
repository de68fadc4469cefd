"""Joins what differs from country to country: profiles, where addresses are, leaving, lists of sanctions."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import maxminddb

from chappe import jobs
from chappe.base import Invalid, Refusal
from chappe.base.clock import Clock
from chappe.config import Config
from chappe.datadir import DataDirError
from chappe.domain import home_country, leaving, territory_profiles, territory_versions
from chappe.domain.leaving import State
from chappe.domain.places import NOWHERE, Places, Table
from chappe.domain.territory_profiles import Book, ProfileError
from chappe.safety import sanctions
from chappe.store import Reader, Store, Tx

log = logging.getLogger("chappe.countries")
HOURLY_S = 3600.0
RUNBOOK_S = 5.0
LOWEST = -(2**62)
Stays = Callable[[Reader, str], tuple[int, int]]
"""(open orders, holds) that concern a country: what leaving it does not touch."""
Facts = dict[str, Any]
Act = Callable[[Facts], Awaitable[object]]
COMMAND = "server:command"


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


async def publish(found: Countries, store: Store, home: str = "") -> None:
    """Every profile is published as it is, and the server's own country is known. Errors: DataDirError if a profile
    was changed without a new number."""
    await store.write(partial(home_country.lay_down, country=home))
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
    running.start("leaving countries", partial(runbook.run, store, clock), RUNBOOK_S)

    async def renew() -> None:
        if found.table is not None:
            found.table.renew()

    running.start("table of countries", renew, HOURLY_S)
    running.start("lists of sanctions", partial(compare, store), HOURLY_S)


async def compare(store: Store) -> None:
    """Every public room is compared with every list of sanctions; one that cannot be made a case holds no other up."""
    if not await store.read(sanctions.lists):
        return
    above, failed = LOWEST, 0
    while above:
        looked = await store.read(partial(sanctions.look, above=above))
        for room_id in looked.rooms:
            try:
                await store.write(partial(sanctions.open_case, room_id=room_id))
            except Exception:  # whatever is wrong with one room; it is tried again in an hour
                failed += 1
                log.exception("room %d meets a list of sanctions and could not be made a case", room_id)
        above = looked.last
    if not failed:
        await store.write(sanctions.compared)


def acts(store: Store, stays: Stays) -> Mapping[str, Act]:
    """What the commands `leave` and `sanctions` may ask of a server."""
    hands = _Hands(store, stays)
    return {
        "territory": hands.territory, "leave": hands.leave, "territories": hands.territories,
        "sanctions": hands.sanctions, "sanctions_add": hands.sanctions_add, "sanctions_remove": hands.sanctions_remove,
    }  # fmt: skip


class _Hands:
    """The acts, over one store."""

    def __init__(self, store: Store, stays: Stays) -> None:
        self._store = store
        self._stays = stays

    async def territories(self, facts: Facts) -> object:
        """Every country of which something was ever said."""
        return [asdict(one) | {"status": one.status} for one in await self._store.read(leaving.states)]

    async def territory(self, facts: Facts) -> object:
        """How a country stands, and what leaving it would touch."""
        territory = str(facts.get("territory", ""))

        def query(rx: Reader) -> Facts:
            found, state = leaving.preview(rx, territory, *self._stays(rx, territory)), leaving.state(rx, territory)
            history = [asdict(one) for one in leaving.history(rx, territory)]
            return {
                "preview": asdict(found), "state": asdict(state), "now": rx.now, "status": state.status,
                "history": history,
            }  # fmt: skip

        return await self._store.read(query)

    async def leave(self, facts: Facts) -> object:
        """A step is taken, or back. Shape: part is begin, plan, mark or a step."""
        territory, part = str(facts.get("territory", "")), str(facts.get("part", ""))
        note, plan = str(facts.get("note", "")), {str(k): int(v) for k, v in dict(facts.get("plan", {})).items()}
        word = str(facts.get("mark", ""))
        steps: Mapping[str, Callable[[Tx], State]] = {
            "begin": lambda tx: leaving.begin(tx, COMMAND, territory, plan, note),
            "plan": lambda tx: leaving.replan(tx, COMMAND, territory, plan, note),
            "mark": lambda tx: leaving.mark(tx, COMMAND, territory, word, note),
        }
        taken = steps.get(part, lambda tx: leaving.go(tx, COMMAND, territory, part, note))
        return asdict(await self._store.write(taken))

    async def sanctions(self, facts: Facts) -> object:
        """Every list."""
        return [asdict(one) for one in await self._store.read(sanctions.lists)]

    async def sanctions_add(self, facts: Facts) -> object:
        """The list of the file at `path` stands under its `name`, and public rooms were compared with it.

        Errors: Invalid operator_sanctions_file, operator_sanctions_name.
        """
        try:
            data = Path(str(facts.get("path", ""))).read_bytes()
        except OSError as error:
            raise Invalid("operator_sanctions_file") from error
        found = await asyncio.to_thread(sanctions.read, data)
        made = await sanctions.add(self._store, str(facts.get("name", "")), found, COMMAND)
        await compare(self._store)
        return asdict(made)

    async def sanctions_remove(self, facts: Facts) -> object:
        """The list of this `name` is compared no more. Errors: NotFound operator_sanctions_unknown."""
        await self._store.write(lambda tx: sanctions.remove(tx, str(facts.get("name", "")), COMMAND))
        return {}
