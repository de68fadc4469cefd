"""What the categories and keywords are called, in French and English, and the order in which menus offer them.

Source: dsa/24(5)
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from chappe.domain import categories
from chappe.domain.categories import KEYWORDS, OTHER

LANGUAGES = ("en", "fr")


def language(lang_code: str) -> str:
    """The language of ours nearest to the code."""
    return lang_code[:2].lower() if lang_code[:2].lower() in LANGUAGES else LANGUAGES[0]


@cache
def _titles(lang: str) -> Mapping[str, Mapping[str, str]]:
    text = resources.files("chappe.safety").joinpath("titles", f"{lang}.toml").read_text("utf-8")
    read = tomllib.loads(text)
    common = {name: read.pop(name) for name in ("menu", "other")}
    return {"": common, **read}


def menu_title(lang_code: str) -> str:
    """The question above the categories."""
    return _titles(language(lang_code))[""]["menu"]


def title(category: str, lang_code: str) -> str:
    """What the category is called."""
    return _titles(language(lang_code))[category]["title"]


def keyword_title(category: str, keyword: str, lang_code: str) -> str:
    """What the keyword is called; empty for none."""
    found = _titles(language(lang_code))
    if keyword == OTHER:
        return found[category].get("other", found[""]["other"])
    return found[category][keyword] if keyword else ""


def in_words(category: str, keyword: str, lang_code: str) -> str:
    """Both in one line."""
    named = keyword_title(category, keyword, lang_code)
    colon = " : " if language(lang_code) == "fr" else ": "
    return f"{title(category, lang_code)}{colon}{named}" if named else title(category, lang_code)


def category_menu(lang_code: str) -> list[tuple[str, str]]:
    """(category, what it is called), in the order of a menu."""
    return [(code, said["title"]) for code, said in _titles(language(lang_code)).items() if code]


def keyword_menu(category: str, lang_code: str) -> list[tuple[str, str]]:
    """(keyword, what it is called) of a category, the open one last; none where the category is not divided."""
    if not KEYWORDS[category]:
        return []
    said = _titles(language(lang_code))[category]
    keywords = [(code, words) for code, words in said.items() if code not in ("title", "other")]
    return [*keywords, (OTHER, keyword_title(category, OTHER, lang_code))]


def needs_words(category: str, keyword: str) -> bool:
    """True where a notice without an explanation says too little to act on. Source: dsa/16(2)

    Child abuse and spam are told by what is reported.
    """
    return not categories.is_child_abuse(keyword) and (category, keyword) != (categories.TERMS_ONLY, OTHER)
