"""JSON that has one spelling only, so that its hash means the value. Source: rfc/8785"""

from collections.abc import Mapping

import rfc8785

LARGEST = 2**53 - 1
Value = str | int | bool


def canonical(facts: Mapping[str, Value | Mapping[str, Value]]) -> bytes:
    """The facts in the one spelling; integers that JavaScript would round are written as text."""
    return rfc8785.dumps({name: _safe(value) for name, value in facts.items()})


def _safe(value: Value | Mapping[str, Value]) -> Value | dict[str, Value]:
    if isinstance(value, Mapping):
        return {name: _small(inner) for name, inner in value.items()}
    return _small(value)


def _small(value: Value) -> Value:
    return str(value) if isinstance(value, int) and abs(value) > LARGEST else value
