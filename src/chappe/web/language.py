"""Which language a visitor reads, and the texts in it."""

import tomllib
from collections.abc import Mapping
from functools import cache
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

    def __getitem__(self, key: str) -> str:
        """The same for a key that is put together in a template."""
        return self.all[key]

    def __getattr__(self, key: str) -> str:
        try:
            return self.all[key]
        except KeyError:
            raise AttributeError(f"no text {key} in {self.language}") from None


@cache
def load_texts(rooms: tuple[str, ...] = ("chappe.web",)) -> Mapping[str, Texts]:
    """The texts of these rooms, by language: every file of its folder there, and the one that is named after it."""
    out = {}
    for code in LANGUAGES:
        merged: dict[str, str] = {}
        for room in rooms:
            merged |= _of_room(room, code)
        out[code] = Texts(code, merged)
    return out


@cache
def _of_room(room: str, code: str) -> dict[str, str]:
    root = resources.files(room) / "texts"
    files = sorted((root / code).iterdir(), key=lambda place: place.name)
    found: dict[str, str] = {}
    for file in [one for one in (root / f"{code}.toml", *files) if one.is_file()]:
        found |= tomllib.loads(file.read_text("utf-8"))
    return found


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
