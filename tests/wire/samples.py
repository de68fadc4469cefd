"""Random values of any form of any layer, for tests that ask whether all of them make it through."""

from collections.abc import Callable
from random import Random
from typing import Any

from chappe.tl import table, values

_TEXTS = ("", "a", "hello", "naïve ☃", "x" * 253, "y" * 254, "z" * 300)
_DEEP = 5
_PLAIN: dict[str, Callable[[Random], Any]] = {
    "int": lambda random: random.randrange(-(2**31), 2**31),
    "long": lambda random: random.randrange(-(2**63), 2**63),
    "double": lambda random: random.choice((0.0, -1.5, 1e300)),
    "string": lambda random: random.choice(_TEXTS),
    "bytes": lambda random: random.randbytes(random.choice((0, 1, 2, 3, 253, 254, 255, 256, 400))),
    "int128": lambda random: random.randbytes(16),
    "int256": lambda random: random.randbytes(32),
    "true": lambda random: True,
    "Bool": lambda random: random.random() < 0.5,
}


class Sampler:
    """Makes values of one layer. Shape: deterministic for a seed; nests at most some levels, then takes leaves."""

    def __init__(self, layer: int, seed: int) -> None:
        self.layer = layer
        self.random = Random(seed)
        self._members: dict[str, list[table.Form]] = {}
        for name in table.names("T"):
            form = table.form_in("T", name, layer)
            if form is not None:
                self._members.setdefault(form.result, []).append(form)

    def value(self, form: table.Form, depth: int = 0) -> Any:
        """A value of a form; optional fields that share a flag are there together."""
        bits: dict[tuple[str, int], bool] = {}
        fields = {}
        for field in form.fields:
            if field.kind == "#":
                continue
            there = True
            if field.flags is not None:
                some = self.random.random() < (0.5 if depth < _DEEP else 0.0)
                there = bits.setdefault((field.flags, field.bit), some)
            fields[field.name] = self._field(field.kind, depth) if there else (False if field.kind == "true" else None)
        return values.class_of_form(form)(**fields)

    def _field(self, kind: str, depth: int) -> Any:
        if kind[:7] in ("Vector<", "vector<"):
            count = self.random.randrange(3) if depth < _DEEP else 0
            return [self._field(kind[7:-1], depth + 1) for _ in range(count)]
        if kind in _PLAIN:
            return _PLAIN[kind](self.random)
        if kind == "!X":
            return values.class_of("F", "help.getConfig")()  # type: ignore[misc]
        return self.value(table.forms("S", kind)[0]) if kind == "future_salt" else self._boxed(kind, depth)

    def _boxed(self, result: str, depth: int) -> Any:
        members = self._members[result]
        if depth >= _DEEP:
            fewest = min(_weight(form) for form in members)
            members = [form for form in members if _weight(form) == fewest]
        return self.value(self.random.choice(members), depth + 1)


def _weight(form: table.Form) -> int:
    """How many boxed values a form cannot do without."""
    return sum(f.flags is None and f.kind not in _PLAIN and f.kind != "#" and not f.item for f in form.fields)
