"""Source: requirements/territory-profiles, requirements/leave. Pages of countries, and what is seen from where."""

import re
from dataclasses import replace
from typing import Any

import pytest
from tests.kit.clock import FakeClock
from tests.kit.mmdb import ENGLAND, FRANCE, NOWHERE
from tests.kit.moderation import decide, somebody
from tests.kit.stage import Person
from tests.talk.test_leaving import told
from tests.web.conftest import sent_from
from tests.web.press import Press, alice, press

from chappe.domain import leaving, territories, territory_profiles, territory_versions
from chappe.domain.rulings import Item, Measure
from chappe.store import Tx
from chappe.web.language import load_texts

__all__ = ["alice", "press"]
NOW_IN_PROFILES = 1_795_000_000


async def leaves(press: Press, *steps: str, country: str = "FR") -> None:
    def act(tx: Tx) -> None:
        for step in steps:
            leaving.go(tx, "operator:1", country, step, "A new law.")

    await press.stage.writes(act)


async def test_every_profile_is_a_page_and_data(press: Press) -> None:
    async with press.visitor() as visitor:
        page = await visitor.get("/territories")
        for name in ("European Union", "France", "Everywhere else"):
            assert name in page.text
        said = (await visitor.get("/territories/profiles/fr/2.json")).json()
        assert (said["territory"], said["version"], said["parent"]) == ("fr", 2, "eu")
        assert {one["what"]: one["days"] for one in said["retention"]}["connection"] == 365
        page = await visitor.get("/territories/profiles/eu/2")
        assert "lapsed on 3 April 2026" in page.text and "SHA-256" in page.text
        page = await visitor.get("/territories/profiles/eu/1/2")
        assert "<del>Regulation (EU) 2021/1232 would have allowed it" in page.text
        for missing in ("profiles/fr/9", "profiles/zz", "profiles/fr/1/9", "ZZ", "ZZ.json", "profiles/zz/1.json"):
            assert (await visitor.get(f"/territories/{missing}")).status_code == 404, missing
    async with press.visitor("fr") as visitor:
        page = await visitor.get("/territories/FR")
        assert "Combien de temps" in page.text and "Ce serveur y est offert comme partout." in page.text


async def test_how_a_country_stands(press: Press) -> None:
    await leaves(press, "notice", "closed_to_new")
    async with press.visitor() as visitor:
        page = await visitor.get("/territories/FR")
        assert "being left" in page.text and "A new law." in page.text and 'aria-current="step"' in page.text
        said = (await visitor.get("/territories/FR.json")).json()
        assert (said["status"], said["step"], len(said["history"])) == ("leaving", "closed_to_new", 2)
        listed = (await visitor.get("/territories.json")).json()
        assert [one["territory"] for one in listed["countries"]] == ["FR"]
        moved = await visitor.get("/territories?country=DE")
        assert moved.headers["location"] == "/territories/DE"
        assert "Take your data along" in (await visitor.get("/export")).text


async def test_few_people_are_not_counted_in_public(press: Press) -> None:
    for number in range(1, 4):
        someone = await press.stage.person(f"p{number}")
        await press.stage.writes(lambda tx, one=someone.id: territories.declare(tx, one, "FR"))  # type: ignore[misc]
        if number == 2:
            await leaves(press, "notice")
    await leaves(press, "closed_to_new")
    async with press.visitor() as visitor:
        page, said = await visitor.get("/territories/FR"), (await visitor.get("/territories/FR.json")).json()
    assert [one["people"] for one in said["history"]] == [3, None], "as in the reports: fewer than three are not said"
    assert page.text.count("people were there") == 1


async def test_hidden_in_a_country_is_hidden_there_and_only_there(press: Press, alice: Person) -> None:
    news = await press.channel(alice, "the_news")
    said = await news.says(alice, "a chestnut stood there")

    def act(tx: Tx) -> None:
        item = Item("message", news.marked, said.id)
        decide(tx, somebody(tx), item, measure=Measure("hide", ("FR",)))

    await press.stage.writes(act)
    for address, sees in ((FRANCE, False), (ENGLAND, True), (NOWHERE, False)):
        async with press.visitor(address=address) as visitor:
            for place in ("/@the_news", f"/@the_news/{said.id}", "/@the_news/feed.xml"):
                assert ("chestnut" in (await visitor.get(place)).text) == sees, (address, place)
            found = await visitor.get("/@the_news?q=chestnut")
            assert ("stood there" in found.text) == sees, address


async def test_where_it_is_closed_public_pages_say_so(press: Press, alice: Person) -> None:
    await press.channel(alice, "the_news")
    await leaves(press, "notice", "closed_to_new", "export", "read_only", "closed")
    async with press.visitor(address=FRANCE) as visitor:
        page = await visitor.get("/@the_news")
        assert (page.status_code, "Closed in your country" in page.text) == (451, True)
        assert 'rel="blocked-by"' in page.headers["link"]
        for place in ("/territories/FR", "/export", "/terms", "/"):
            assert (await visitor.get(place)).status_code == 200, place
    for address in (ENGLAND, NOWHERE):
        async with press.visitor(address=address) as visitor:
            assert (await visitor.get("/@the_news")).status_code == 200
    await leaves(press, "open")
    async with press.visitor(address=FRANCE) as visitor:
        assert (await visitor.get("/@the_news")).status_code == 200


async def test_where_all_is_closed_public_pages_say_so_to_everybody(press: Press, alice: Person) -> None:
    await press.channel(alice, "the_news")
    await leaves(press, "notice", "closed_to_new", "export", "read_only", "closed", country="ALL")
    for address in (FRANCE, ENGLAND, NOWHERE):
        async with press.visitor(address=address) as visitor:
            page = await visitor.get("/@the_news")
            assert (page.status_code, "This server is closed" in page.text) == (410, True)
            assert "link" not in page.headers
    async with press.visitor("fr") as visitor:
        page = await visitor.get("/territories/ALL")
        assert "Tout le service" in page.text and "Ce serveur est fermé, pour tous." in page.text
        assert "Tout le service" in (await visitor.get("/territories")).text
        assert (await visitor.get("/territories/ALL.json")).json()["status"] == "left"
    await leaves(press, "open", country="ALL")
    async with press.visitor() as visitor:
        assert (await visitor.get("/@the_news")).status_code == 200


async def test_a_person_says_where_they_are(press: Press, alice: Person) -> None:
    async with press.visitor() as visitor:
        asked = await visitor.post("/territories/me", data={"who": alice.phone})
        nobody = await visitor.post("/territories/me", data={"who": "nobody_at_all"})
        assert asked.text == nobody.text
        link = re.search(r"/territories/me/\S+", (await told(alice))[0])
        assert link is not None
        page = await visitor.get(link[0])
        assert "Nothing says where you are" in page.text and page.headers["cache-control"] == "no-store"
        page = await visitor.post(link[0], data={"country": "FR"}, headers=sent_from(page))
        assert "<strong>France</strong>" in page.text and "You said so." in page.text
        assert await press.stage.reads(lambda rx: territories.of(rx, alice.id)) == "FR"
        assert "Nothing says" in (await visitor.post(link[0], data={"country": ""})).text
        assert (await visitor.post(link[0], data={"country": "ZZ"})).status_code == 404
        assert (await visitor.get(link[0][:-2] + "AA")).status_code == 404
        press.stage.clock.moves(3601)
        assert (await visitor.get(link[0])).status_code == 404
        for _ in range(25):
            last = await visitor.post("/territories/me", data={"who": alice.phone})
        assert last.status_code == 429
    assert len(await told(alice)) == 3


def test_words_are_there_for_all_that_profiles_say() -> None:
    book = territory_profiles.shipped()
    profiles = [one for versions in book.versions.values() for one in versions]
    for texts in load_texts().values():
        for key in {f"land_kept_{one.what}" for p in profiles for one in p.retention} | {
            f"land_category_{one.category}" for p in profiles for one in p.categories
        } | {f"land_from_{one.counted_from}" for p in profiles for one in p.retention}:
            assert texts.all[key]


PUBLISHED = {
    "default 1": "fdde8cecf68ce2d268f32d7f096cff03c3b9933cb910adecf484337ca54f1a2f",
    "eu 1": "a5a497ddd0ee85f52dfc843bbf4e2265cf7f6b6a24726351551cc7bc52d8e990",
    "eu 2": "a5117a51fe1f0c6a7899458a754d7ce4a52e39bce43ad329a9636705eb31d3a1",
    "eu 3": "59748db519c094fa6beeacb9d9d10ca1996b7843f799f4d2afa1fb6b17564dbd",
    "fr 1": "aed6592494ae2b06b54badddf0f16c530394b1e81f3a779c49271e9ad16710b2",
    "fr 2": "9d3a2c5fee77f6ad1c22b884b91e72c41283b9808ed852a5dfd7ee2ab56c701b",
}
"""Of the versions that servers have published: another digest, and these would not start."""


def test_what_was_published_says_the_same_for_ever() -> None:
    book = territory_profiles.shipped()
    found = {f"{name} {one.version}": one for name, versions in book.versions.items() for one in versions}
    assert {key: territory_versions.digest(found[key]).hex() for key in PUBLISHED} == PUBLISHED


def test_the_newest_profiles_speak_both_languages() -> None:
    for versions in territory_profiles.shipped().versions.values():
        newest = territory_profiles.as_data(versions[-1])
        spoken = [newest["note_in"], *_all(newest, ("basis_in", "note_in", "holds", "act"))]
        assert all(set(words) == {"en", "fr"} and words["en"] != words["fr"] for words in spoken)
        entries = sum(len(newest[key]) for key in ("retention", "categories", "deadlines", "scanning", "sanctions"))
        assert len(_all(newest, ("basis_in",))) == entries + ("secrecy" in newest)


def _all(said: Any, keys: tuple[str, ...]) -> list[dict[str, str]]:
    if isinstance(said, tuple | list):
        return [one for part in said for one in _all(part, keys)]
    if not isinstance(said, dict):
        return []
    found = [value for key, value in said.items() if key in keys]
    return found + [one for value in said.values() for one in _all(value, keys)]


@pytest.mark.parametrize(("lang", "here", "elsewhere"), [
    ("fr", "directive 2002/58/CE : confidentialité", "of Directive"),
    ("en", "of Directive 2002/58/EC: confidentiality", "de la directive"),
])  # fmt: skip
async def test_legal_bases_are_in_the_readers_language(press: Press, lang: str, here: str, elsewhere: str) -> None:
    press.stage.clock.moves(1_796_000_000 - int(press.stage.clock.now()))
    async with press.visitor(lang) as visitor:
        page = (await visitor.get("/territories/FR")).text
        assert here in page and elsewhere not in page
        page = (await visitor.get("/territories/profiles/fr")).text
        assert ("L. 34-1, II bis, 1°, du code" if lang == "fr" else "L34-1 II bis 1° of the code") in page


def test_profiles_are_found_by_country_and_day() -> None:
    book = territory_profiles.shipped()
    assert [one.territory for one in book.chain("FR", NOW_IN_PROFILES)] == ["fr", "eu", "default"]
    assert [one.territory for one in book.chain("DE", NOW_IN_PROFILES)] == ["eu", "default"]
    assert [one.territory for one in book.chain("", NOW_IN_PROFILES)] == ["default"]
    before = int(FakeClock().now())
    assert book.current("eu", before).version == 1 and book.current("eu", NOW_IN_PROFILES).version == 3
    assert book.deadline("FR", "tco_removal", before) is not None
    assert book.deadline("FR", "epoc", before) is None and book.deadline("DE", "epoc", NOW_IN_PROFILES) is not None
    assert set(book.versions["eu"][-1].countries) == territory_profiles.EU


@pytest.mark.parametrize("broken", [
    'since = "never"', "version = 0", 'countries = ["fr"]',
    '[[retention]]\nwhat = "all"\ndays = 1\nfrom = "deletion"\nbasis = "x"',
    '[[retention]]\nwhat = "messages"\ndays = 1\nfrom = "deletion"\nbasis = " "',
    '[[scanning]]\nsurface = "closed"\nkind = "words"\non = true\nsince = "2026-01-01"\nbasis = "x"',
])  # fmt: skip
def test_profiles_that_are_none(broken: str) -> None:
    lines = {"territory": '"fr"', "version": "1", "since": '"2026-01-01"', "names": '{en = "France"}'}
    key = broken.partition(" =")[0]
    text = "\n".join(f"{name} = {value}" for name, value in lines.items() if name != key) + "\n" + broken + "\n"
    with pytest.raises(territory_profiles.ProfileError):
        territory_profiles.read("fr", text)


def test_a_version_is_another_when_it_says_something_else() -> None:
    first = territory_profiles.shipped().versions["fr"][0]
    assert territory_profiles.difference(first, first) == ()
    rows = territory_profiles.difference(first, replace(first, note="Else."))
    assert [row[0] for row in rows] == ["note"]
