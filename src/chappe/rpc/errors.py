"""Refusals as Telegram's wire errors: one table, from schema/errors.csv.

Source: api/errors
A reason is the snake_case of the error's name; TooMany answers FLOOD_WAIT_X or the reason's own name with its wait.
"""

import csv
from functools import cache
from importlib import resources

from chappe.base.errors import NotAllowed, NotFound, Refusal, Restricted, TooMany

_BY_CLASS = ((NotFound, 400), (NotAllowed, 403), (Restricted, 403), (TooMany, 420))


@cache
def table() -> dict[str, int]:
    """Error name → code, for every error that Chappe may answer."""
    text = resources.files("chappe.rpc").joinpath("errors.csv").read_text("utf-8")
    return {row["name"]: int(row["code"]) for row in csv.DictReader(text.splitlines())}


def wire_error(refusal: Refusal) -> tuple[int, str]:
    """(code, message) of an rpc_error. Shape: 420 FLOOD_WAIT_30; 500 is never a refusal's code.

    A refusal may bear a code of its own, where methods differ in that.
    """
    name = refusal.reason.upper()
    if "part" in refusal.facts:
        return table()[name], name.replace("_X_", f"_{refusal.facts['part']}_")
    if isinstance(refusal, TooMany):
        stem = name.removesuffix("_X")
        code = table().get(f"{stem}_X", 420)
        return code, f"{stem}_{refusal.wait_s}"
    if "length" in refusal.facts:
        return table()[name], f"{name.removesuffix('X')}{refusal.facts['length']}"
    if isinstance(own := refusal.facts.get("code"), int):
        return own, name
    if "dc" in refusal.facts:
        return 303, f"{name}_{refusal.facts['dc']}"
    if name in table():
        return table()[name], name
    return next((code for kind, code in _BY_CLASS if isinstance(refusal, kind)), 400), name
