"""What countries are called, in many languages."""

import importlib.util
from functools import cache
from pathlib import Path

import phonenumbers

EXAMPLE = "XX"
"""A country that is none, of the codes that no country will ever have: for demonstrations and drills."""
_OWN = {
    EXAMPLE: {"en": "Example", "fr": "Exemple"},
    "ALL": {"en": "The whole service", "fr": "Tout le service"},
}
"""What is no country, and stands among them: one for drills, and every one together."""


@cache
def names_by_region() -> dict[str, dict[str, str]]:
    """Region → language → name of the country.

    Read from its one file: importing it the usual way loads every place name of the world, 100 MB and half a second.
    """
    path = Path(phonenumbers.__file__).parent / "geodata" / "locale.py"
    spec = importlib.util.spec_from_file_location("phonenumbers.geodata.locale", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, dict[str, str]] = module.LOCALE_DATA
    return found


def named(region: str, language: str) -> str | None:
    """The country's name in the language. Shape: `*xx` in the data stands for the name in language xx."""
    names = _OWN.get(region) or names_by_region().get(region, {})
    name = names.get(language, "")
    return names.get(name[1:]) if name.startswith("*") else name or None


def shown(region: str, language: str) -> str:
    """The country's name in the language, else in English, else its code."""
    return named(region, language) or named(region, "en") or region
