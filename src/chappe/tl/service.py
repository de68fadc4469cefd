"""The classes of MTProto's service messages, made when first used; `service.pyi` lists them."""

from typing import Any

from chappe.tl.lazy import Names

_names = Names("SG")


def __getattr__(name: str) -> Any:
    made = globals()[name] = getattr(_names, name)
    return made


def __dir__() -> list[str]:
    return dir(_names)
