"""The classes of the API's functions, made when first used; `functions.pyi` lists them."""

from typing import Any

from chappe.tl.lazy import Names

_names = Names("F")


def __getattr__(name: str) -> Any:
    made = globals()[name] = getattr(_names, name)
    return made


def __dir__() -> list[str]:
    return dir(_names)
