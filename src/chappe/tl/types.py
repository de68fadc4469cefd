"""The classes of the API's types, made when first used; `types.pyi` lists them."""

from typing import Any

from chappe.tl.lazy import Names

_names = Names("T")


def __getattr__(name: str) -> Any:
    made = globals()[name] = getattr(_names, name)
    return made


def __dir__() -> list[str]:
    return dir(_names)
