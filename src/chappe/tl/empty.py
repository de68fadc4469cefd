"""Which layer a client gets, what a layer knows, and the empty value of a type."""

from chappe.tl import layers, table, values
from chappe.tl.values import TLObject

_DEPTH = 6
_PREFERRED = {
    "Updates": "updates",  # the smaller updatesTooLong would ask the client for its difference
    "messages.ChatInviteJoinResult": "messages.chatInviteJoinResultOk",  # the one that old layers know as Updates
}


def served_layer(announced: int) -> int | None:
    """The layer in which to answer a client: its own, or the newest if it announces a newer one; else None."""
    if announced > table.NEWEST:
        return table.NEWEST
    return announced if announced in table.INDEX else None


def lacks(value: TLObject | type[TLObject], layer: int) -> bool:
    """The layer knows neither this constructor nor an equal one; a stand-in or nothing would be sent."""
    form = value.FORM
    if layer <= layers.DOWN.get(form.name, (0,))[0]:
        return False
    return table.form_in(form.kind, form.name, layer) is None


def empty(result: str) -> object:
    """The smallest value of a result type: no items, zeros, no optional fields; False for Bool.

    Errors: LookupError if every constructor of the type needs a value that has no empty form.
    """
    if result.startswith("Vector<"):
        return []
    if result in ("Bool", "true"):
        return False
    return _smallest(result, _DEPTH)


def _smallest(result: str, depth: int) -> TLObject:
    if depth:
        for name in sorted(table.union(result), key=lambda name: _rank(result, name)):
            cls = values.class_of("T", name)
            if cls is None or not table.form_in("T", name, table.NEWEST):
                continue
            try:
                return cls(**{field.name: _fill(field.kind, depth) for field in _required(name)})
            except LookupError:
                continue
    raise LookupError(f"no empty {result}")


def _rank(result: str, name: str) -> tuple[bool, bool, int, str]:
    """What makes the better empty value: preferred, known to the oldest layer, needing little."""
    young = table.form_in("T", name, table.LAYERS[0]) is None
    return name != _PREFERRED.get(result), young, _needs(name), name


def _required(name: str) -> list[table.Field]:
    form = table.forms("T", name)[0]
    return [field for field in form.fields if field.flags is None and field.kind != "#"]


def _needs(name: str) -> int:
    """How much must be made up: boxed fields weigh most; a form that says "not modified" is no answer."""
    if name.endswith("NotModified"):
        return 1000
    return sum(10 if field.kind not in _PLAIN and not field.item else 1 for field in _required(name))


_PLAIN = frozenset({"int", "long", "double", "string", "bytes", "Bool"})


def _fill(kind: str, depth: int) -> object:
    if kind in _PLAIN or kind.startswith("Vector<"):
        return values.zero(kind)
    return _smallest(kind, depth - 1)
