"""Source of encoders: one function a constructor and layer, its flags, runs of numbers and vectors unrolled."""

import struct
from collections.abc import Callable, Mapping
from typing import Any

from chappe.tl.table import Field, Form
from chappe.tl.values import zero

Out = list[Any]
Encoder = Callable[[Any, Out], None]

VECTOR, TRUE, FALSE = 0x1CB5C415, 0x997275B5, 0xBC799737
NUMBERS = {"int": "i", "long": "q", "double": "d", "#": "I", "Bool": "I", "int128": "16s", "int256": "32s"}
PLAIN_NUMBERS = {"int": "i", "long": "q", "double": "d"}
STRINGS = ("string", "bytes")

_SPACE: dict[str, Any] = {
    "L": tuple(bytes([n]) for n in range(254)),  # the length byte of a short string
    "Z": (b"\0\0\0", b"\0\0", b"\0", b""),  # the padding, by length & 3
    "W": struct.Struct("<I").pack,
    "P": struct.pack,
}


def is_bare(item: str) -> bool:
    """A vector's item is a constructor written without its id (`future_salt`)."""
    return item.rpartition(".")[2][0].islower() and item not in NUMBERS and item not in STRINGS


class EncoderSource:
    """Collects the lines of one encoder `encode(v, o)`; neighbouring numbers go out in one pack.

    Shape: o is a list that takes pieces of bytes; `E` is the layer's table of encoders by class; `sources` say where
    a field's value comes from when it is not `v.<name>`, with the help of names in `extra`; of vectors of a union in
    `dropping` only what `kept` leaves is written.
    """

    def __init__(
        self,
        form: Form,
        sources: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        dropping: frozenset[str] = frozenset(),
        *,
        bare: bool = False,
    ) -> None:
        self.space = {**_SPACE, **(extra or {})}
        self.bare_items: set[str] = set()
        self._sources, self._dropping = sources or {}, dropping
        self._flags: list[str] = []
        self._lines: list[str] = []
        self._run: list[tuple[str, str]] = [] if bare else [("I", str(form.id))]
        bits = [(field.flags, field.bit) for field in form.fields if field.flags]
        self._shared = {bit for bit in bits if bits.count(bit) > 1}
        self._vectors = 0
        for field in form.fields:
            self._add(field)
        self._flush()

    @property
    def text(self) -> str:
        return "def encode(v, o):\n " + "\n ".join([*self._flags, *self._lines])

    def _add(self, field: Field) -> None:
        if field.kind == "#":
            self._flags.append(f"{field.name} = 0")
            self._run.append(("I", field.name))
        elif field.flags is None:
            self._required(field.kind, self._source(field))
        else:
            self._conditional(field, field.flags)

    def _source(self, field: Field) -> str:
        return self._sources.get(field.name, f"v.{field.name}")

    def _required(self, kind: str, source: str) -> None:
        if kind in NUMBERS:
            self._run.append(_number(kind, source))
        else:
            self._flush()
            self._value(kind, source, "")

    def _conditional(self, field: Field, flags: str) -> None:
        source, mask = self._source(field), 1 << field.bit
        if field.kind == "true":
            self._flags.append(f"if {source}: {flags} |= {mask}")
            return
        local = f"v_{field.name}"
        self._flags += [f"{local} = {source}", f"if {local} is not None: {flags} |= {mask}"]
        self._flush()
        self._lines.append(f"if {flags} & {mask}:")
        if (flags, field.bit) in self._shared:
            self._lines.append(f" if {local} is None: {local} = {_stand_in(field)}")
        self._value(field.kind, local, " ")

    def _flush(self) -> None:
        if self._run:
            self._pack(self._run, "")
            self._run = []

    def _pack(self, run: list[tuple[str, str]], indent: str) -> None:
        codes = "".join(code for code, _ in run)
        self.space[f"S_{codes}"] = struct.Struct("<" + codes).pack
        self._lines.append(f"{indent}o.append(S_{codes}({', '.join(value for _, value in run)}))")

    def _value(self, kind: str, source: str, indent: str) -> None:
        if kind in NUMBERS:
            self._pack([_number(kind, source)], indent)
        elif kind in STRINGS:
            self._string(kind, source, indent)
        elif kind[:7] in ("Vector<", "vector<"):
            self._vector(kind, source, indent)
        else:
            self._lines += [f"{indent}x = {source}", f"{indent}E[x.__class__](x, o)"]

    def _string(self, kind: str, source: str, indent: str) -> None:
        self._lines += [
            f"{indent}b = {source}{'.encode()' if kind == 'string' else ''}",
            f"{indent}n = len(b)",
            f"{indent}if n < 254: o.append(L[n] + b + Z[n & 3])",
            f"{indent}else: o.append(W(n << 8 | 254)); o.append(b); o.append(Z[n - 1 & 3])",
        ]

    def _vector(self, kind: str, source: str, indent: str) -> None:
        item = kind[7:-1]
        self._vectors += 1
        vector, one = f"a{self._vectors}", f"y{self._vectors}"
        self._lines.append(f"{indent}{vector} = {f'kept({source})' if item in self._dropping else source}")
        head = [("I", str(VECTOR))] if kind[0] == "V" else []
        self._pack([*head, ("I", f"len({vector})")], indent)
        if item in PLAIN_NUMBERS:
            code = PLAIN_NUMBERS[item]
            self._lines.append(f"{indent}if {vector}: o.append(P(f'<{{len({vector})}}{code}', *{vector}))")
            return
        self._lines.append(f"{indent}for {one} in {vector}:")
        if is_bare(item):
            self.bare_items.add(item)
            self._lines.append(f"{indent} bare_{item}({one}, o)")
        else:
            self._value(item, one, indent + " ")


def _number(kind: str, source: str) -> tuple[str, str]:
    return NUMBERS[kind], f"{TRUE} if {source} else {FALSE}" if kind == "Bool" else source


def _stand_in(field: Field) -> str:
    """What goes out for a field whose flag is set by its neighbour alone."""
    try:
        return repr(zero(field.kind))
    except LookupError:
        return f"absent({field.name!r})"
