"""The generated table of constructors, read once, parsed no further than a caller asks."""

import keyword
import pkgutil
from functools import cache
from typing import NamedTuple

_FILE = "schema.tsv"


class Field(NamedTuple):
    """One field of a constructor, by its Python name. Shape: `flags` and `bit` say which flag it hangs on, if any."""

    name: str
    kind: str
    flags: str | None
    bit: int

    @property
    def item(self) -> str | None:
        """What a vector holds; None for all other kinds."""
        return self.kind[7:-1] if self.kind[:7] in ("Vector<", "vector<") else None


class Form:
    """One form a constructor has had. Shape: kind T type, F function, S service type, G service function."""

    __slots__ = ("_fields", "id", "kind", "mask", "name", "result", "text")

    def __init__(self, kind: str, name: str, id_: int, mask: int, result: str, text: str) -> None:
        self.kind, self.name, self.id, self.mask, self.result, self.text = kind, name, id_, mask, result, text
        self._fields: tuple[Field, ...] | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, the flags words (kind `#`) among them."""
        if self._fields is None:
            self._fields = tuple(_field(part) for part in self.text.split())
        return self._fields

    @property
    def function(self) -> bool:
        return self.kind in "FG"

    @property
    def service(self) -> bool:
        return self.kind in "SG"

    @property
    def newest_layer(self) -> int:
        """The newest layer that has this form; 0 for service forms."""
        return LAYERS[self.mask.bit_length() - 1] if self.mask else 0

    def has(self, layer_index: int) -> bool:
        """This is the form of its constructor in the layer of that index; service forms are of every layer."""
        return not self.mask or bool(self.mask >> layer_index & 1)


def python_name(name: str) -> str:
    """The TL name of a field, with an underscore behind it where Python reserves the word (`from_`)."""
    return name + "_" if keyword.iskeyword(name) else name


def _field(text: str) -> Field:
    name, _, kind = text.partition(":")
    name = python_name(name)
    condition, mark, conditional = kind.partition("?")
    if not mark:
        return Field(name, kind, None, 0)
    flags, _, bit = condition.partition(".")
    return Field(name, conditional, flags, int(bit))


def _load() -> tuple[tuple[int, ...], dict[str, list[str]], dict[int, str]]:
    data = pkgutil.get_data(__package__, _FILE)
    if data is None:
        raise RuntimeError(f"{_FILE} is missing from the package")
    first, *lines = data.decode().splitlines()
    by_name: dict[str, list[str]] = {}
    by_id: dict[int, str] = {}
    for line in lines:
        kind, name, id_, _ = line.split("\t", 3)
        by_name.setdefault(kind + name, []).append(line)
        by_id.setdefault(int(id_, 16), line)
    return tuple(int(layer) for layer in first.partition("Layers:")[2].split()), by_name, by_id


LAYERS, _BY_NAME, _BY_ID = _load()
NEWEST = LAYERS[-1]
INDEX = {layer: index for index, layer in enumerate(LAYERS)}
_forms: dict[str, Form] = {}


def _form(line: str) -> Form:
    form = _forms.get(line)
    if form is None:
        kind, name, id_, mask, result, text = line.split("\t")
        form = _forms[line] = Form(kind, name, int(id_, 16), int(mask, 16), result, text)
    return form


def forms(kind: str, name: str) -> tuple[Form, ...]:
    """All forms of one constructor, the newest first; none if there is no such name."""
    return tuple(_form(line) for line in _BY_NAME.get(kind + name, ()))


def by_id(id_: int) -> Form | None:
    """The newest form with this id, of whatever layer."""
    line = _BY_ID.get(id_)
    return None if line is None else _form(line)


def form_in(kind: str, name: str, layer: int) -> Form | None:
    """The form of a constructor in a layer; None if that layer lacks it."""
    index = INDEX[layer]
    return next((form for form in forms(kind, name) if form.has(index)), None)


def names(kind: str) -> tuple[str, ...]:
    """Every name of a kind, of any layer, sorted."""
    return tuple(key[1:] for key in _BY_NAME if key[0] == kind)


def union(result: str) -> tuple[str, ...]:
    """Names of the constructors of a boxed type, of any layer; api types before service types."""
    return tuple(_members().get(result, ()))


@cache
def _members() -> dict[str, dict[str, None]]:
    """Names of constructors, in the table's order, by the boxed type any of their forms has."""
    found: dict[str, dict[str, None]] = {}
    for key, lines in _BY_NAME.items():
        if key[0] in "TS":
            for line in lines:
                found.setdefault(line.split("\t", 5)[4], {})[key[1:]] = None
    return found
