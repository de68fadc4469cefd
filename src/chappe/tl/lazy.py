"""Names that become classes when first used: `types.messages.Dialogs`, `functions.auth.SendCode`."""

from functools import reduce
from operator import or_
from typing import Any

from chappe.tl import table, values
from chappe.tl.values import TLObject


class Names:
    """The classes of some kinds of constructor, by Python name, inside one namespace or at the top."""

    def __init__(self, kinds: str, namespace: str = "") -> None:
        self._kinds, self._namespace = kinds, namespace
        self._known: dict[str, tuple[str, str]] = {}
        self._spaces: set[str] = set()
        for kind in kinds:
            for name in table.names(kind):
                space, _, last = name.rpartition(".")
                if space == namespace:
                    self._known.setdefault(values.class_name(last), (kind, name))
                elif not namespace:
                    self._spaces.add(space)

    def __getattr__(self, name: str) -> Any:
        made = self._find(name)
        setattr(self, name, made)
        return made

    def __dir__(self) -> list[str]:
        return sorted([*self._known, *self._spaces])

    def _find(self, name: str) -> object:
        if name in self._known:
            return values.class_of(*self._known[name])
        if name in self._spaces:
            return Names(self._kinds, name)
        if name.startswith("Type") and (found := self._union(name[4:])):
            return found
        raise AttributeError(f"the schema has no {self._namespace + '.' if self._namespace else ''}{name}")

    def _union(self, name: str) -> object:
        """The union of a boxed type's classes, for annotations that are evaluated."""
        classes = [values.class_of(kind, member) for member in table.union(self._result(name)) for kind in "TS"]
        return reduce(or_, (made for made in classes if made is not None)) if any(classes) else None

    def _result(self, name: str) -> str:
        return f"{self._namespace}.{name}" if self._namespace else name


def function(name: str) -> type[TLObject]:
    """The class of a function by its TL name. Errors: LookupError."""
    found = values.class_of("F", name) or values.class_of("G", name)
    if found is None:
        raise LookupError(f"no function {name}")
    return found


def function_names(layer: int) -> tuple[str, ...]:
    """TL names of the functions of a layer, sorted; service functions are not among them."""
    return tuple(name for name in table.names("F") if table.form_in("F", name, layer) is not None)
