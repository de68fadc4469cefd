"""Bytes to values and back: tables of encoders by class, one a layer, and of decoders by id, one a union."""

import struct
from collections.abc import Callable
from typing import Any

from chappe.base.errors import ProtocolError
from chappe.tl import layers, table, values
from chappe.tl.decoding import Decoder, DecoderSource
from chappe.tl.empty import lacks
from chappe.tl.encoding import FALSE, TRUE, VECTOR, Encoder, EncoderSource, Out
from chappe.tl.envelope import GZIP_PACKED, Allowance, string_at, unpack
from chappe.tl.table import Form
from chappe.tl.values import Encoded, TLObject

MAX_DEPTH = 32
GZIP_LEVELS = 12  # what one gzip_packed costs of the depth: two may lie in each other, not three

_word = struct.Struct("<I")
_PACKED = _word.pack(GZIP_PACKED)
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
        return self._compile(EncoderSource(carrier, {"items": "v"}))

    def _make(self, cls: type[TLObject]) -> Encoder:
        form = cls.FORM
        canonical = form is table.forms(form.kind, form.name)[0]
        last, rule = layers.DOWN.get(form.name, (0, None))
        if rule is not None and canonical and self.layer <= last:
            return self._through(rule)
        own = table.form_in(form.kind, form.name, self.layer)
        if own is not None:
            return self._compile(EncoderSource(own, *self._sources(own, cls), self._left_out(own)))
        if form.result in layers.STAND_INS and not form.function:
            return self._through(layers.STAND_INS[form.result])
        raise Lacking(form.name, self.layer)

    def _through(self, rule: layers.Rule) -> Encoder:
        """An encoder of what the rule makes of the value."""

        def encode(value: Any, out: Out) -> None:
            made = rule(value)
            self[made.__class__](made, out)

        return encode

    def _sources(self, own: Form, cls: type[TLObject]) -> tuple[dict[str, str], dict[str, Any]]:
        """Where the layer's form finds its fields, when it is not just the value's own field of that name."""
        sources: dict[str, str] = {}
        space: dict[str, Any] = {}
        optional = {field.name for field in cls.FORM.fields if field.flags}
        for field in own.fields:
            fill = layers.ONCE_REQUIRED.get((own.name, field.name))
            if field.kind != "#" and field.name not in cls.FIELDS:
                sources[field.name] = "None" if field.kind != "true" else "False"
            elif field.flags is None and field.name in optional and fill is not None:
                space[f"fill_{field.name}"] = fill()
                sources[field.name] = f"(fill_{field.name} if v.{field.name} is None else v.{field.name})"
        return sources, space

    def _left_out(self, own: Form) -> frozenset[str]:
        """Unions of this form's vectors of which this layer may have to leave out members."""
        if self.layer == table.NEWEST:
            return frozenset()
        return layers.LEFT_OUT & {field.item for field in own.fields}

    def _kept(self, items: Any) -> list[Any]:
        return [item for item in items if item.__class__ is Encoded or not lacks(item, self.layer)]

    def _compile(self, source: EncoderSource) -> Encoder:
        space = source.space | {"E": self, "absent": _absent, "kept": self._kept}
        for item in source.bare_items:
            form = _bare_form(item)
            space[f"bare_{item}"] = self._compile(EncoderSource(form, bare=True))
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
        if form is not None and (meant := layers.ALSO.get((self._name, form.name))):
            form = table.forms(form.kind, meant)[0]
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
            found[_PACKED] = _unpacked
        else:
            found = Decoders(lambda form: form.result == result and not form.function, result)
        _unions[result] = found
    return found


_compiled: dict[Form, Decoder] = {}


def _decoder(form: Form) -> Decoder:
    made = _compiled.get(form)
    if made is None:
        made = _compiled[form] = _upgraded(form)
    return made


def _upgraded(form: Form) -> Decoder:
    """The decoder of a form of any layer, to the canonical value."""
    last, rule = layers.UP.get(form.name, (0, None))
    if rule is None or form.newest_layer > last:
        return _compile_decoder(form, values.class_of(form.kind, form.name))
    before = table.form_in(form.kind, form.name, last) or form
    decoder = _compile_decoder(form, values.class_of_form(before))

    def decode(data: bytes, at: int, levels: int) -> tuple[Any, int]:
        value, at = decoder(data, at, levels)
        return rule(value), at

    return decode


def _compile_decoder(form: Form, cls: Any) -> Decoder:
    has = {field.name for field in form.fields}
    lacked = [field for field in cls.FORM.fields if field.kind != "#" and field.name not in has]
    missing = {field.name: _default(form.name, field) for field in lacked}
    source = DecoderSource(form, missing, frozenset(has - set(cls.FIELDS)))
    space = source.space | {"C": cls}
    space |= {name: _union(union) for union, name in source.unions.items()}
    space |= {f"bare_{item}": _decoder(_bare_form(item)) for item in source.bare_items}
    exec(source.text, space)  # noqa: S102 - source made from the generated table only
    decoder: Decoder = space["decode"]
    return decoder


def _default(name: str, field: table.Field) -> str:
    """What a field says in a value decoded from a form that lacks it."""
    if field.kind == "true":
        return "False"
    return "None" if field.flags else repr(layers.NEWLY_REQUIRED[name, field.name])


class _Allowed(bytes):
    """A buffer whose packed objects are charged to an allowance."""

    allowance: Allowance


def _allowed(data: bytes, allowance: Allowance) -> bytes:
    made = _Allowed(data)
    made.allowance = allowance
    return made


def _unpacked(data: bytes, at: int, levels: int) -> tuple[Any, int]:
    """The object inside a gzip_packed."""
    packed, at = string_at(data, at)
    allowance = data.allowance if isinstance(data, _Allowed) else None
    body = unpack(packed, allowance)
    if allowance is not None:
        body = _allowed(body, allowance)
    value, end = _union("Object")[body[:4]](body, 4, max(levels - GZIP_LEVELS, 0))
    if end != len(body):
        raise ProtocolError("bytes behind a packed object")
    return value, at


def decode_at(data: bytes | memoryview, offset: int, allowance: Allowance | None = None) -> tuple[Any, int]:
    """The boxed value at offset, of any layer, as a canonical value, and the position behind it.

    Source: mtproto/serialize. Errors: ProtocolError, whatever the bytes.
    Shape: what is packed inside is charged to the allowance.
    """
    whole = data if data.__class__ is bytes else bytes(data)
    if allowance is not None and whole.find(_PACKED) >= 0:  # `in` is twice as slow: it raises and drops an error
        whole = _allowed(whole, allowance)
    try:
        value, end = _union("Object")[whole[offset : offset + 4]](whole, offset + 4, MAX_DEPTH)
    except _BROKEN as error:
        raise ProtocolError("broken object") from error
    if end > len(whole):
        raise ProtocolError("object is cut")
    return value, end


def decode(data: bytes | memoryview, allowance: Allowance | None = None) -> Any:
    """The boxed value that the whole buffer holds, of any layer, as a canonical value.

    Source: mtproto/serialize. Errors: ProtocolError, whatever the bytes. Shape: allowance as in `decode_at`.
    """
    value, end = decode_at(data, 0, allowance)
    if end != len(data):
        raise ProtocolError("bytes behind the object")
    return value


def decode_result(method: type[TLObject], data: bytes | memoryview) -> Any:
    """The answer to a call of `method`, as a client reads it: an object, a bool or a list.

    Errors: ProtocolError, whatever the bytes.
    """
    if bytes(data[:4]) == _PACKED:
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
