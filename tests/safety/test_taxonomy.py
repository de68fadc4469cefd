"""Source: dsa/24(5). Every code has its words in every language, and a place in the menu."""

import pytest

from chappe.domain.categories import CATEGORIES, KEYWORDS, OTHER, harm, known
from chappe.safety import letters, taxonomy
from chappe.safety.priority import TIME_S


@pytest.mark.parametrize("lang", taxonomy.LANGUAGES)
def test_every_code_has_its_words(lang: str) -> None:
    offered = dict(taxonomy.category_menu(lang))
    assert set(offered) == CATEGORIES and len(set(offered.values())) == len(offered)
    for category, keywords in KEYWORDS.items():
        menu = dict(taxonomy.keyword_menu(category, lang))
        assert set(menu) == ({*keywords, OTHER} if keywords else set())
        assert all(words.strip() and len(words) <= 80 for words in (offered[category], *menu.values()))
        assert len(set(menu.values())) == len(menu)


def test_languages_differ_and_others_read_english() -> None:
    english, french = (dict(taxonomy.category_menu(lang)) for lang in ("en", "fr"))
    same = [code for code in CATEGORIES if english[code] == french[code]]
    assert same == ["VIOLENCE"] and taxonomy.category_menu("de") == taxonomy.category_menu("en")
    assert taxonomy.menu_title("fr-CA") == "Qu’est-ce qui ne va pas ?"


def test_there_are_as_many_codes_as_the_law_names() -> None:
    # The European database counts 69: with OTHER, and with one that the yearly report does not have.
    assert len(CATEGORIES) == 16 and len({word for words in KEYWORDS.values() for word in words}) == 67
    assert known("VIOLENCE", "OTHER") and not known("VIOLENCE", "PHISHING") and not known("NOTHING")


def test_every_harm_has_a_time() -> None:
    found = {harm(category, word) for category, words in KEYWORDS.items() for word in ("", *words)}
    assert found == set(TIME_S)
    assert harm("PROTECTION_OF_MINORS", "CHILD_SEXUAL_ABUSE_MATERIAL") == 5


@pytest.mark.parametrize("lang", ["en", "fr", "de", ""])
def test_every_letter_can_be_written(lang: str) -> None:
    what = ("SCAMS_AND_FRAUD", "PHISHING")
    for found in letters.OUTCOMES:
        said = letters.outcome(lang, 7, what, found, "http://x/notice/1", machine=False)
        assert "{" not in said and "http://x/notice/1" in said
    said = [
        letters.receipt(lang, 7, what, 2, "link"), letters.warned(lang, 9, 10, 30), letters.subject(lang, "warning"),
        letters.limited(lang, 9, 10, 1_750_000_000, "link"), letters.room(lang, "{Garden}", what, "link"),
    ]  # fmt: skip
    assert not any("{" in text.replace("{Garden}", "") for text in said)
