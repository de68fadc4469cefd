"""The room's words in French and English: names of instruments, reasons, states, and what letters say."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

LANGUAGES = ("en", "fr")


def language(said: str) -> str:
    """The language of ours in which somebody is answered. Shape: said as `fr`, `fr-FR`, `EN`."""
    code = said.strip().lower()[:2]
    return code if code in LANGUAGES else "en"


@cache
def texts(code: str) -> Mapping[str, str]:
    """Every text in the language."""
    found: dict[str, str] = {}
    root = resources.files("chappe.legal") / "texts" / code
    for file in sorted(root.iterdir(), key=lambda place: place.name):
        if file.name.endswith(".toml"):
            found |= tomllib.loads(file.read_text("utf-8"))
    return found


def say(lang: str, key: str, **facts: str) -> str:
    """The text, with the facts in it."""
    text = texts(language(lang))[key]
    return text.format(**facts) if facts else text
