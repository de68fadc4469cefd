"""Source of decoders: one function a form, made for its own fields, filling an object of the canonical class."""

import struct
from collections.abc import Callable, Mapping
from typing import Any

from chappe.base.errors import ProtocolError
from chappe.tl.encoding import FALSE, NUMBERS, PLAIN_NUMBERS, STRINGS, TRUE, is_bare
from chappe.tl.table import Field, Form
from chappe.tl.values import Encoded

Decoder = Callable[[bytes, int, int], tuple[Any, int]]

MAX_ITEMS = 1 << 17
WORD = struct.Struct("<I").unpack_from
_BOOL = {TRUE: True, FALSE: False}


def long_length(data: bytes, at: int) -> int:
    """The length of a string whose first byte is 254. Errors: ProtocolError for 255 and past the end."""
    if data[at] != 254 or at + 4 > len(data):
        raise ProtocolError("string length")
    return int.from_bytes(data[at + 1 : at + 4], "little")


def vector_length(data: bytes, at: int, item_bytes: int) -> int:
    """How many items follow a boxed vector's head at `at`, once it is sure that so many can follow."""
    if data[at : at + 4] != b"\x15\xc4\xb5\x1c":
        raise ProtocolError("vector expected")
    return bare_length(data, at + 4, item_bytes)


def bare_length(data: bytes, at: int, item_bytes: int) -> int:
    """As vector_length, for a vector without its id."""
    count: int = WORD(data, at)[0]
    if count > MAX_ITEMS or count * item_bytes > len(data) - at:
        raise ProtocolError("vector too long")
    return count


def too_deep() -> None:
    raise ProtocolError("nested too deep")


_SPACE: dict[str, Any] = {
    "new": object.__new__,
    "W": WORD,
    "B": _BOOL,
    "U": struct.unpack_from,
    "long_length": long_length,
    "vector_length": vector_length,
    "bare_length": bare_length,
    "too_deep": too_deep,
    "Encoded": Encoded,
}


class DecoderSource:
    """Collects the lines of one decoder `decode(d, p, k)` → (value, position behind it).

    Shape: d is the whole buffer, p the position behind the constructor id, k how many levels may still follow.
    `C` is the class made; `U_<n>` are tables of decoders by id, one for each union in `unions`; `missing` gives the
    values of fields this form lacks, `dropped` names fields the class lacks.
    """

    def __init__(self, form: Form, missing: Mapping[str, str], dropped: frozenset[str]) -> None:
        self.space = dict(_SPACE)
        self.unions: dict[str, str] = {}
        self.bare_items: set[str] = set()
        self._dropped = dropped
        self._lines: list[str] = []
        self._run: list[tuple[Field, str]] = []
        self._vectors = 0
        for field in form.fields:
            self._add(field)
        self._flush()
        self._lines += [f"o.{name} = {value}" for name, value in missing.items()]

    @property
    def text(self) -> str:
        head = ["if not k: too_deep()", "k -= 1"] if self.unions or self.bare_items else []
        return "def decode(d, p, k):\n " + "\n ".join([*head, "o = new(C)", *self._lines, "return o, p"])

    def _target(self, field: Field) -> str:
        return f"x_{field.name}" if field.name in self._dropped else f"o.{field.name}"

    def _add(self, field: Field) -> None:
        target = self._target(field)
        if field.kind == "#":
            self._run.append((field, field.name))
        elif field.kind == "true" or (field.flags is None and field.kind in NUMBERS):
            self._run.append((field, target))
        elif field.flags is None:
            self._flush()
            self._value(field.kind, target, "")
        else:
            self._flush()
            self._lines.append(f"if {field.flags} & {1 << field.bit}:")
            self._value(field.kind, target, " ")
            self._lines.append(f"else: {target} = None")

    def _flush(self) -> None:
        """Read the waiting numbers in one go, then set the true flags that hung between them."""
        numbers = [(field, target) for field, target in self._run if field.kind != "true"]
        if numbers:
            codes = "".join(NUMBERS[field.kind] for field, _ in numbers)
            shape = struct.Struct("<" + codes)
            self.space[f"S_{codes}"] = shape.unpack_from
            self._lines.append(f"{', '.join(target for _, target in numbers)}, = S_{codes}(d, p); p += {shape.size}")
            self._lines += [f"{target} = B[{target}]" for field, target in numbers if field.kind == "Bool"]
        for field, target in self._run:
            if field.kind == "true" and field.name not in self._dropped:
                self._lines.append(f"{target} = ({field.flags} & {1 << field.bit}) != 0")
        self._run = []

    def _value(self, kind: str, target: str, indent: str) -> None:
        if kind in NUMBERS:
            self._number(kind, target, indent)
        elif kind in STRINGS:
            self._string(kind, target, indent)
        elif kind[:7] in ("Vector<", "vector<"):
            self._vector(kind, target, indent)
        elif kind == "Object":  # an rpc_result holds what only the caller can tell, to the end of the message
            self._lines.append(f"{indent}{target} = Encoded(d[p:]); p = len(d)")
        else:
            table = self.unions.setdefault(kind, f"U_{len(self.unions)}")
            self._lines.append(f"{indent}{target}, p = {table}[d[p:p + 4]](d, p + 4, k)")

    def _number(self, kind: str, target: str, indent: str) -> None:
        shape = struct.Struct("<" + NUMBERS[kind])
        self.space[f"S_{NUMBERS[kind]}"] = shape.unpack_from
        read = f"S_{NUMBERS[kind]}(d, p)[0]"
        self._lines.append(f"{indent}{target} = {f'B[{read}]' if kind == 'Bool' else read}; p += {shape.size}")

    def _string(self, kind: str, target: str, indent: str) -> None:
        suffix = ".decode()" if kind == "string" else ""
        self._lines += [
            f"{indent}n = d[p]",
            f"{indent}if n < 254: {target} = d[p + 1:p + 1 + n]{suffix}; p += n + 4 & -4",
            f"{indent}else: n = long_length(d, p); {target} = d[p + 4:p + 4 + n]{suffix}; p += n + 7 & -4",
        ]

    def _vector(self, kind: str, target: str, indent: str) -> None:
        item = kind[7:-1]
        self._vectors += 1
        one, items = f"y{self._vectors}", f"a{self._vectors}"
        size = struct.calcsize("<" + NUMBERS[item]) if item in NUMBERS else 4
        read, head = ("vector_length", 8) if kind[0] == "V" else ("bare_length", 4)
        self._lines.append(f"{indent}n = {read}(d, p, {size}); p += {head}")
        if item in PLAIN_NUMBERS:
            code = PLAIN_NUMBERS[item]
            self._lines.append(f"{indent}{target} = list(U(f'<{{n}}{code}', d, p)); p += n * {size}")
            return
        self._lines += [f"{indent}{items} = []", f"{indent}for _ in range(n):"]
        if is_bare(item):
            self.bare_items.add(item)
            self._lines.append(f"{indent} {one}, p = bare_{item}(d, p, k)")
        else:
            self._value(item, one, indent + " ")
        self._lines += [f"{indent} {items}.append({one})", f"{indent}{target} = {items}"]
