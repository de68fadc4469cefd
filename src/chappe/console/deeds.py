"""Deeds: what can be done in the console, each one function, for pages and for programs alike.

A deed takes what it works with, the operator and a record of what was asked, and gives a record. Its address in the
API, its words in the OpenAPI document and its form on the pages all come from that one function.
"""

import inspect
import re
import typing
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from chappe.base import Invalid
from chappe.console.inside import Inside
from chappe.domain.operators import Operator

Run = Callable[[Inside, Operator, Any], Awaitable[Any]]
HIGHEST = 2**62
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
METHODS = ("GET", "POST", "DELETE")


class Nothing(msgspec.Struct, frozen=True):
    """Asks nothing, or says no more than that it was done."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that can be done. Shape: path has its fields in braces; to is the page that shows what came of it."""

    name: str
    method: str
    path: str
    to: str
    asks: Any
    gives: Any
    run: Run
    summary: str

    async def do(self, inside: Inside, me: Operator, facts: Mapping[str, Any]) -> Any:
        """The deed was done. Shape: facts as they came in an address, a form or JSON. Errors: Invalid asked_wrongly."""
        return await self.run(inside, me, asked(self.asks, facts))


class Deeds:
    """All deeds, by name."""

    def __init__(self) -> None:
        self.all: dict[str, Deed] = {}

    def deed(self, method: str, path: str, to: str = "") -> Callable[[Run], Run]:
        """Marks the function that does it."""

        def marked(run: Run) -> Run:
            hints = typing.get_type_hints(run)
            said = (inspect.getdoc(run) or "").partition("\n")[0]
            name = run.__name__
            assert name not in self.all and method in METHODS and said, name
            asks = hints[list(inspect.signature(run).parameters)[2]]
            self.all[name] = Deed(name, method, path, to, asks, hints["return"], run, said)
            return run

        return marked


def asked(kind: Any, facts: Mapping[str, Any]) -> Any:
    """The record of what was asked; texts become numbers where numbers belong.

    Errors: Invalid asked_wrongly, with what is wrong.
    """
    try:
        record = msgspec.convert({key: one for key, one in facts.items() if one is not None}, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid("asked_wrongly", what=str(error)) from error
    for name in record.__struct_fields__:
        value = getattr(record, name)
        for one in value if isinstance(value, tuple) else (value,):
            if not _storable(one):
                raise Invalid("asked_wrongly", what=f"{name}: too large, or with a sign that no text has")
    return record


def _storable(value: object) -> bool:
    """True for what any database holds: numbers of 62 bits, texts without NUL and half characters."""
    if isinstance(value, int):
        return abs(value) < HIGHEST
    return not isinstance(value, str) or not _NO_TEXT.search(value)


def of_form(kind: Any, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The facts of a form: an empty field says nothing, boxes of one name and words between commas are a list."""
    lists = {name for name, hint in typing.get_type_hints(kind).items() if typing.get_origin(hint) is tuple}
    facts: dict[str, Any] = {}
    for name, value in pairs:
        if name in lists:
            facts.setdefault(name, []).extend(word for part in value.split(",") if (word := part.strip()))
        elif value:
            facts[name] = "true" if value == "on" else value
    return facts
