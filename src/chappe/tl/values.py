"""Values: one slotted class a constructor, made when first asked for."""

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from chappe.tl import table
from chappe.tl.table import Field, Form

_ZERO: dict[str, object] = {
    "int": 0,
    "long": 0,
    "double": 0.0,
    "string": "",
    "bytes": b"",
    "Bool": False,
    "true": False,
}


class TLObject:
    """A value of the schema. Equal to another of the same constructor with equal fields; never hashed."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    NAME: ClassVar[str]
    ID: ClassVar[int]
    FIELDS: ClassVar[tuple[str, ...]]
    RESULT: ClassVar[str]
    FORM: ClassVar[Form]

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.FIELDS)

    def __repr__(self) -> str:
        said = ((name, getattr(self, name)) for name in self.FIELDS)
        inner = ", ".join(f"{name}={value!r}" for name, value in said if value is not None and value is not False)
        return f"{self.NAME}({inner})"

    def replace(self, **changes: object) -> Self:
        """A copy with some fields changed; the nested values are shared."""
        fields = {name: getattr(self, name) for name in self.FIELDS}
        if unknown := changes.keys() - fields.keys():
            raise TypeError(f"{self.NAME} has no field {', '.join(sorted(unknown))}")
        return type(self)(**(fields | changes))


class Encoded:
    """A boxed value already encoded, put as it is wherever a boxed value may stand.

    Shape: body starts with the constructor id, length a multiple of 4.
    """

    __slots__ = ("body",)

    def __init__(self, body: bytes) -> None:
        self.body = body

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Encoded) and self.body == other.body

    def __hash__(self) -> int:
        return hash(self.body)

    def __repr__(self) -> str:
        return f"Encoded({self.body[:4].hex()}…, {len(self.body)} bytes)"


def class_name(name: str) -> str:
    """The Python class of a TL name without namespace: `sendMessage` → `SendMessage`, `rpc_result` → `RpcResult`."""
    last = name.rpartition(".")[2]
    made = "".join(part[:1].upper() + part[1:] for part in last.split("_"))
    return made + "_" if made in ("True", "False", "None") else made


def zero(kind: str) -> object:
    """What stands for a primitive nobody gave: 0, empty, False, an empty list. Errors: LookupError for boxed kinds."""
    if kind[:7] in ("Vector<", "vector<"):
        return []
    return _ZERO[kind]


_classes: dict[Form, type[TLObject]] = {}


def class_of(kind: str, name: str) -> type[TLObject] | None:
    """The canonical class of a constructor: its newest form; None if no layer has the name."""
    found = table.forms(kind, name)
    return class_of_form(found[0]) if found else None


def class_of_form(form: Form) -> type[TLObject]:
    """The class of one form; an old form has a class of its own, which only the layer rules handle."""
    made = _classes.get(form)
    if made is None:
        made = _classes[form] = _make(form)
    return made


def _make(form: Form) -> type[TLObject]:
    shown = [field for field in form.fields if field.kind != "#"]
    attributes = tuple(field.name for field in shown)
    body = {
        "__slots__": attributes,
        "__init__": _first,
        "__module__": __package__,
        "NAME": form.name,
        "ID": form.id,
        "FIELDS": attributes,
        "RESULT": form.result,
        "FORM": form,
    }
    return type(class_name(form.name), (TLObject,), body)


def _first(__self: TLObject, /, **given: Any) -> None:
    """The `__init__` of a class that has no object yet: most are only compared with, so their own is made here."""
    made = type(__self)
    space: dict[str, Any] = {}
    exec(_init_source([field for field in made.FORM.fields if field.kind != "#"]), space)  # noqa: S102 - source made from the generated table only
    type.__setattr__(made, "__init__", space["__init__"])
    space["__init__"](__self, **given)


def _init_source(fields: Sequence[Field]) -> str:
    if not fields:
        return "def __init__(__self): pass"
    needed = [field.name for field in fields if field.flags is None]
    given = [f"{field.name}={'False' if field.kind == 'true' else None}" for field in fields if field.flags]
    sets = "\n".join(f" __self.{field.name} = {field.name}" for field in fields)
    return f"def __init__(__self, /, *, {', '.join(needed + given)}):\n{sets}"

