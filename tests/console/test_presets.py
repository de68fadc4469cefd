"""Ready-made rulings: offered where they can be taken, whole, each key once, in terms that are in force.

Source: dsa/17(3)
"""

import time

import msgspec
import pytest

from chappe import web
from chappe.console import presets, rulings
from chappe.console.case_views import CaseView, ItemView
from chappe.domain import effects
from chappe.domain.categories import OF_DECISIONS
from chappe.domain.ruling_rules import require_ruling
from chappe.domain.rulings import Ground, Item, Measure, Ruling, Said

TERMS = web.load_terms(None)
ITEMS = {
    "message": Item("message", -1000000001000, 5),
    "media": Item("media", sha256="a" * 64),
    "account": Item("account", 1000),
    "room": Item("room", -1000000001000),
    "profile_photo": Item("profile_photo", 1000, extra="5"),
}


def case(category: str) -> CaseView:
    """A case of the category."""
    usual = {int: 0, str: "", bool: False}
    known = {name: usual[hint] for name, hint in CaseView.__annotations__.items()}
    return CaseView(**{**known, "category": category})


def views(*kinds: str) -> list[ItemView]:
    """Items of these kinds."""
    found = [ITEMS[kind] for kind in kinds]
    return [ItemView(one.key, one.kind, one.peer_id, one.message_id, one.sha256) for one in found]


@pytest.mark.parametrize("category", sorted(OF_DECISIONS))
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_preset_is_a_ruling_as_it_stands(category: str, lang: str) -> None:
    now = int(time.time())
    for kind, item in ITEMS.items():
        for one in presets.offered(case(category), views(kind), TERMS, lang):
            measure = Measure(one.measure, (), now + one.days * 86400 if one.days else 0, one.detail)
            ground = Ground("terms", one.clause, 1, one.why)
            assert (lang, one.why, one.facts) in one.words
            said = tuple(Said(*words) for words in one.words if words[0] != lang)
            ruling = Ruling((item,), measure, ground, category, bytes(32), facts=one.facts, lang=lang, said=said)
            require_ruling(ruling, now)


def test_what_is_like_nothing_else_of_its_category_falls_under_its_clause() -> None:
    assert presets.clause_for("SCAMS_AND_FRAUD", "OTHER") == presets.clause_for("SCAMS_AND_FRAUD", "") == "3.5"
    assert presets.clause_for("NO_CATEGORY", "OTHER") == "3.8"


def test_a_key_chooses_one_thing() -> None:
    for kinds in (("message",), ("account",), ("room",), ("media", "message"), ("profile_photo",)):
        found = presets.offered(case("VIOLENCE"), views(*kinds), TERMS, "en", views("media"))
        keys = [one.key for one in found]
        removed = "remove" in presets.measures(set(kinds))
        assert [one.items for one in found if one.items] == [(ITEMS["media"].key,)] * removed
        keys += [key for _, key in presets.NO_MEASURE]
        assert len(set(keys)) == len(keys), (kinds, keys)


def test_what_can_be_removed_is_offered_for_removal() -> None:
    for kind in ITEMS:
        offered = {one.measure for one in presets.offered(case("VIOLENCE"), views(kind), TERMS, "en")}
        strongest = {"account": "suspend", "room": "remove_room"}.get(kind, "remove")
        assert (strongest in offered) is (kind in effects.ALLOWED.get(strongest, ())), kind


def test_nothing_is_offered_that_the_terms_do_not_have() -> None:
    assert presets.offered(case("VIOLENCE"), views("message"), (), "en") == []


@pytest.mark.parametrize("kind", sorted(ITEMS))
def test_a_key_names_its_item(kind: str) -> None:
    item = ITEMS[kind]
    assert rulings.item_of(item.key) == item
    assert msgspec.json.encode(views(kind)[0])
