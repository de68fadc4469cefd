"""Source: requirements/territories. Where a person is: by number, declaration, address; changes are journalled."""

from dataclasses import replace

import pytest
from tests.kit.stage import Person, Stage
from tests.talk.conftest import stage
from tests.talk.test_leaving import Table

from chappe.base.errors import Refusal
from chappe.base.ids import UserId
from chappe.domain import accounts, leaving, territories, territory_profiles, territory_versions
from chappe.domain.territories import ADDRESS, DECLARATION, NUMBER, UNKNOWN, Place
from chappe.domain.territory_profiles import Book
from chappe.safety import sanctions
from chappe.store import Tx
from chappe.tl import functions as f

__all__ = ["stage"]
FRENCH, ENGLISH = "33612345678", "447400123456"


async def entries(stage: Stage, kind: str) -> list[bytes]:
    return [bytes(data) for (data,) in await stage.reads(
        lambda rx: rx.all("SELECT data FROM journal WHERE kind = ? ORDER BY no", (kind,))
    )]  # fmt: skip


async def test_number_before_declaration_before_address(stage: Stage) -> None:
    user = await stage.writes(lambda tx: accounts.create(tx, "88812345678", "Alice", ""))

    async def place() -> tuple[str, str]:
        found: Place = await stage.reads(lambda rx: territories.place(rx, user))
        assert await stage.reads(lambda rx: territories.of(rx, user)) == found.territory
        return found.territory, found.reason

    assert await place() == ("", UNKNOWN)
    await stage.writes(lambda tx: territories.seen_from(tx, user, "DE"))
    assert await place() == ("DE", ADDRESS)
    await stage.writes(lambda tx: territories.declare(tx, user, "BE"))
    assert await place() == ("BE", DECLARATION)
    await stage.writes(lambda tx: territories.seen_from(tx, user, "DE"))
    assert await place() == ("BE", DECLARATION)
    await stage.writes(lambda tx: accounts.change_phone(tx, user, FRENCH))
    assert await place() == ("FR", NUMBER)
    await stage.writes(lambda tx: accounts.change_phone(tx, user, ENGLISH))
    assert await place() == ("GB", NUMBER)
    await stage.writes(lambda tx: accounts.change_phone(tx, user, "88812345679"))
    assert await place() == ("BE", DECLARATION)
    await stage.writes(lambda tx: territories.declare(tx, user, ""))
    assert await place() == ("", UNKNOWN)
    said = await entries(stage, "territory_settled")
    assert len(said) == 6 and not any(FRENCH.encode() in one for one in said)
    with pytest.raises(Refusal, match="territory_invalid"):
        await stage.writes(lambda tx: territories.declare(tx, user, "ZZ"))


async def test_only_the_country_of_an_address_is_kept_and_only_where_needed(stage: Stage) -> None:
    known = await stage.writes(lambda tx: accounts.create(tx, FRENCH, "Alice", ""))
    await stage.writes(lambda tx: territories.seen_from(tx, known, "DE"))
    rows = await stage.reads(lambda rx: rx.all("SELECT * FROM person_territories WHERE owner_id = ?", (known,)))
    assert [row[1:5] for row in rows] == [("FR", NUMBER, "", "")]
    await stage.writes(lambda tx: accounts.delete(tx, known))
    assert await stage.reads(lambda rx: territories.peopled(rx)) == {}


async def test_a_call_settles_who_is_nowhere(stage: Stage) -> None:
    stage.services.places = Table()
    alice: Person = await stage.person("alice")
    alice.ip = "198.51.100.7"
    stage.clock.moves(7 * 3600)
    await alice.calls(f.users.GetUsers(id=[]))
    await stage.writes(lambda tx: None)
    assert await stage.reads(lambda rx: territories.of(rx, alice.id)) == "FR"
    near = await alice.calls(f.help.GetNearestDc())
    assert near.country == "FR"


async def test_those_who_were_here_before_are_settled(stage: Stage) -> None:
    people = [
        await stage.writes(lambda tx, n=n: accounts.create(tx, f"3361234567{n}", "Alice", ""))  # type: ignore[misc]
        for n in range(3)
    ]
    await stage.writes(lambda tx: tx.run("DELETE FROM person_territories"))
    assert await stage.reads(lambda rx: territories.of(rx, people[0])) == "FR"
    assert await stage.writes(lambda tx: territories.settle_some(tx, 0)) == people[-1]
    assert await stage.writes(lambda tx: territories.settle_some(tx, people[-1])) == 0
    assert (await stage.reads(lambda rx: territories.peopled(rx)))["FR"] == 3


async def test_a_published_profile_is_never_another(stage: Stage) -> None:
    book = territory_profiles.shipped()
    new = await stage.writes(lambda tx: territory_versions.publish(tx, book))
    assert "fr 2" in new and len(await entries(stage, "profile_published")) == len(new)
    assert await stage.writes(lambda tx: territory_versions.publish(tx, book)) == []
    *others, last = book.versions["fr"]
    changed = Book({**book.versions, "fr": (*others, replace(last, note="Else."))})
    with pytest.raises(Refusal, match="territory_profile_changed"):
        await stage.writes(lambda tx: territory_versions.publish(tx, changed))
    following = replace(last, version=last.version + 1, since="2030-01-01")
    more = Book({**book.versions, "fr": (*others, last, following)})
    assert await stage.writes(lambda tx: territory_versions.publish(tx, more)) == [f"fr {following.version}"]


async def test_what_is_done_about_countries_stands_in_the_journal(stage: Stage) -> None:
    alice = await stage.writes(lambda tx: accounts.create(tx, FRENCH, "Alice", ""))
    assert alice == UserId(alice)
    now = int(stage.clock.now())

    def act(tx: Tx) -> None:
        leaving.go(tx, "operator:1", "FR", leaving.NOTICE)
        leaving.replan(tx, "operator:1", "FR", {leaving.CLOSED: now + 90 * 86_400})
        leaving.mark(tx, "operator:1", "FR", leaving.BLOCKED)

    await stage.writes(act)
    await sanctions.add(stage.store, "outlets", sanctions.read(b"The Chestnut Post\n"), "operator:1")
    await stage.writes(lambda tx: sanctions.remove(tx, "outlets", "operator:1"))
    for kind in (
        "territory_step", "territory_planned", "territory_marked", "sanctions_list_added", "sanctions_list_removed",
    ):  # fmt: skip
        assert len(await entries(stage, kind)) == 1, kind
    assert await entries(stage, "sanctions_matched") == []
