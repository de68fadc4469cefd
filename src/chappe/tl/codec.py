"""Bytes to values and back: tables of encoders by class, one a layer, and of decoders by id, one a union."""

import struct
from collections.abc import Callable
from typing import Any

from chappe.base.errors import ProtocolError
from chappe.tl import table, values
from chappe.tl.decoding import Decoder, DecoderSource
from chappe.tl.encoding import FALSE, TRUE, VECTOR, Encoder, EncoderSource, Out
from chappe.tl.envelope import GZIP_PACKED, string_at, unpack
from chappe.tl.table import Form
from chappe.tl.values import Encoded, TLObject

MAX_DEPTH = 32
GZIP_LEVELS = 12  # what one gzip_packed costs of the depth: two may lie in each other, not three

_word = struct.Struct("<I")
_BROKEN = (struct.error, IndexError, KeyError, UnicodeDecodeError)


class Lacking(LookupError):
    """A layer has neither this constructor nor a stand-in for it; `name` and `layer` say which."""

    def __init__(self, name: str, layer: int) -> None:
        super().__init__(f"layer {layer} has no {name}")
        self.name, self.layer = name, layer


# ── encoding ──


class Encoders(dict[type, Encoder]):
    """The encoders of one layer, by class, each made when first needed."""

    def __init__(self, layer: int) -> None:
        super().__init__({Encoded: _put, bool: _put_bool})
        self.layer = layer
        self.results: dict[str, Encoder] = {}

    def __missing__(self, cls: type) -> Encoder:
        if not issubclass(cls, TLObject):
            raise TypeError(f"{cls.__name__} is not a value of the schema")
        made = self[cls] = self._make(cls)
        return made

    def result(self, kind: str) -> Encoder:
        """The encoder of a function's result type, which may be a vector."""
        made = self.results.get(kind)
        if made is None:
            made = self._vector(kind) if kind.startswith("Vector<") else self._boxed
            self.results[kind] = made
        return made

    def _boxed(self, value: Any, out: Out) -> None:
        self[value.__class__](value, out)

    def _vector(self, kind: str) -> Encoder:
        carrier = Form("T", kind, VECTOR, 0, kind, f"items:v{kind[1:]}")
        return self._compile(EncoderSource(carrier, {"items": "v"}, frozenset(), bare=False))

    def _make(self, cls: type[TLObject]) -> Encoder:
        form = cls.FORM
        if form is not table.forms(form.kind, form.name)[0]:
            return self._plain(form)  # made by a layer rule, for just this form
        own = table.form_in(form.kind, form.name, self.layer)
        return self._plain(own if own is not None else form)

    def _plain(self, form: Form) -> Encoder:
        return self._compile(EncoderSource(form, {}, frozenset(), bare=False))

    def _compile(self, source: EncoderSource) -> Encoder:
        space = source.space | {"E": self, "absent": _absent}
        for item in source.bare_items:
            form = _bare_form(item)
            space[f"bare_{item}"] = self._compile(EncoderSource(form, {}, frozenset(), bare=True))
        exec(source.text, space)  # noqa: S102 - source made from the generated table only
        made: Encoder = space["encode"]
        return made


def _put(value: Encoded, out: Out) -> None:
    out.append(value.body)


def _put_bool(value: bool, out: Out) -> None:
    out.append(_word.pack(TRUE if value else FALSE))


def _absent(field: str) -> None:
    raise ValueError(f"{field} is missing, though its neighbour of the same flag is given")


def _bare_form(name: str) -> Form:
    return next(form for kind in "TS" for form in table.forms(kind, name))


_encoders = {layer: Encoders(layer) for layer in table.LAYERS}


def encode(value: TLObject | Encoded | bool, layer: int = table.NEWEST) -> bytes:
    """The value's bytes, boxed, as a client of that layer reads them.

    Errors: Lacking if the layer has neither the constructor nor a stand-in.
    """
    out: Out = []
    _encoders[layer][value.__class__](value, out)
    return b"".join(out)


def encode_result(method: type[TLObject], value: Any, layer: int = table.NEWEST) -> bytes:
    """The answer to a call of `method`: its result type says whether value is an object, a bool or a list.

    Errors: as encode.
    """
    if value.__class__ is Encoded:
        return bytes(value.body)
    out: Out = []
    _encoders[layer].result(method.RESULT)(value, out)
    return b"".join(out)


# ── decoding ──


class Decoders(dict[bytes, Decoder]):
    """The decoders of one union by constructor id, of all layers, each made when first needed."""

    def __init__(self, accepts: Callable[[Form], bool], name: str) -> None:
        super().__init__()
        self._accepts, self._name = accepts, name

    def __missing__(self, key: bytes) -> Decoder:
        form = table.by_id(int.from_bytes(key, "little")) if len(key) == 4 else None
        if form is None or not self._accepts(form):
            raise ProtocolError(f"no {self._name} has id {key[::-1].hex()}")
        made = self[key] = _decoder(form)
        return made


_unions: dict[str, Decoders] = {}


def _union(result: str) -> Decoders:
    found = _unions.get(result)
    if found is None:
        if result in ("Object", "!X"):
            found = Decoders(lambda form: True, "constructor")
            found[_word.pack(GZIP_PACKED)] = _unpacked
        else:
            found = Decoders(lambda form: form.result == result and not form.function, result)
        _unions[result] = found
    return found


_compiled: dict[tuple[str, str, int], Decoder] = {}


def _decoder(form: Form) -> Decoder:
    key = (form.kind, form.name, form.id)
    made = _compiled.get(key)
    if made is None:
        made = _compiled[key] = _compile_decoder(form, values.class_of(form.kind, form.name))
    return made


def _compile_decoder(form: Form, cls: Any) -> Decoder:
    has = {field.name for field in form.fields}
    missing = {field.name: _default(field) for field in cls.FORM.fields if field.kind != "#" and field.name not in has}
    source = DecoderSource(form, missing, frozenset(has - set(cls.FIELDS)))
    space = source.space | {"C": cls}
    space |= {name: _union(union) for union, name in source.unions.items()}
    space |= {f"bare_{item}": _decoder(_bare_form(item)) for item in source.bare_items}
    exec(source.text, space)  # noqa: S102 - source made from the generated table only
    decoder: Decoder = space["decode"]
    return decoder


def _default(field: table.Field) -> str:
    if field.kind == "true":
        return "False"
    return "None" if field.flags else repr(values.zero(field.kind))


def _unpacked(data: bytes, at: int, levels: int) -> tuple[Any, int]:
    """The object inside a gzip_packed."""
    packed, at = string_at(data, at)
    body = unpack(packed)
    value, end = _union("Object")[body[:4]](body, 4, max(levels - GZIP_LEVELS, 0))
    if end != len(body):
        raise ProtocolError("bytes behind a packed object")
    return value, at


def decode_at(data: bytes | memoryview, offset: int) -> tuple[Any, int]:
    """The boxed value at offset, of any layer, as a canonical value, and the position behind it.

    Source: mtproto/serialize. Errors: ProtocolError, whatever the bytes.
    """
    whole = data if data.__class__ is bytes else bytes(data)
    try:
        value, end = _union("Object")[whole[offset : offset + 4]](whole, offset + 4, MAX_DEPTH)
    except _BROKEN as error:
        raise ProtocolError("broken object") from error
    if end > len(whole):
        raise ProtocolError("object is cut")
    return value, end


def decode(data: bytes | memoryview) -> Any:
    """The boxed value that the whole buffer holds, of any layer, as a canonical value.

    Source: mtproto/serialize. Errors: ProtocolError, whatever the bytes.
    """
    value, end = decode_at(data, 0)
    if end != len(data):
        raise ProtocolError("bytes behind the object")
    return value


def decode_result(method: type[TLObject], data: bytes | memoryview) -> Any:
    """The answer to a call of `method`, as a client reads it: an object, a bool or a list.

    Errors: ProtocolError, whatever the bytes.
    """
    if bytes(data[:4]) == _word.pack(GZIP_PACKED):
        packed, _ = string_at(bytes(data), 4)
        data = unpack(packed)
    if not method.RESULT.startswith("Vector<"):
        value = decode(data)
        return {"boolTrue": True, "boolFalse": False}.get(value.NAME, value) if method.RESULT == "Bool" else value
    carrier = _compile_decoder(Form("T", "vector", VECTOR, 0, "", f"items:{method.RESULT}"), _Items)
    try:
        value, end = carrier(bytes(data), 0, MAX_DEPTH)
    except _BROKEN as error:
        raise ProtocolError("broken vector") from error
    if end != len(data):
        raise ProtocolError("vector is cut or too long")
    return value.items


class _Items:
    """Carries the items of a vector that is a result by itself."""

    __slots__ = ("items",)
    items: list[Any]
    FORM = Form("T", "vector", VECTOR, 0, "", "")
    FIELDS = ("items",)
