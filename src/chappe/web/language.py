"""Which language a visitor reads, and the texts in it."""

import tomllib
from collections.abc import Mapping
from importlib import resources

from starlette.requests import Request

LANGUAGES = ("en", "fr")
NAMES = {"en": "English", "fr": "Français"}
COOKIE = "lang"


class Texts:
    """The texts of one language; each is an attribute, so that a missing one fails where it is used."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self.all = texts

    def __getattr__(self, key: str) -> str:
        try:
            return self.all[key]
        except KeyError:
            raise AttributeError(f"no text {key} in {self.language}") from None


def load_texts() -> dict[str, Texts]:
    """All texts, by language: every file of the language's folder, and the one that is named after it."""
    root = resources.files("chappe.web") / "texts"
    out = {}
    for code in LANGUAGES:
        files = [root / f"{code}.toml", *sorted((root / code).iterdir(), key=lambda place: place.name)]
        merged: dict[str, str] = {}
        for file in files:
            merged |= tomllib.loads(file.read_text("utf-8"))
        out[code] = Texts(code, merged)
    return out


def of_request(request: Request) -> str:
    """The language of a page: the one in its address, else the one chosen before, else the browser's."""
    for said in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if said in LANGUAGES:
            return said
    return choose(request.headers.get("accept-language", ""))


def choose(accept_language: str) -> str:
    """The language of ours that the header weighs most; English if it names none.

    Source: rfc/9110#12.5.4
    """
    best, best_weight = LANGUAGES[0], 0.0
    for part in accept_language[:256].split(","):
        tag, _, parameter = part.partition(";")
        code = tag.strip().lower().split("-")[0]
        weight = _weight(parameter.strip())
        if code in LANGUAGES and weight > best_weight:
            best, best_weight = code, weight
    return best


def _weight(parameter: str) -> float:
    if not parameter:
        return 1.0
    try:
        return float(parameter.removeprefix("q="))
    except ValueError:
        return 0.0
