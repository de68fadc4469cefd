"""Source: mtproto/serialize. Whatever the bytes, decoding ends in a value or in a ProtocolError, soon and in bounds."""

import struct
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.wire.samples import Sampler

from chappe import tl
from chappe.base.errors import ProtocolError
from chappe.tl import functions as f
from chappe.tl import service as s
from chappe.tl import table
from chappe.tl import types as t

IDS = [form.id for kind in "TFSG" for name in table.names(kind) for form in table.forms(kind, name)]
WORDS = st.one_of(
    st.sampled_from(IDS).map(lambda id_: struct.pack("<I", id_)),
    st.sampled_from(["15c4b51c", "a1cf7230", "ffffffff", "00000000", "feffff7f"]).map(bytes.fromhex),
    st.binary(min_size=4, max_size=4),
)


def anything(data: bytes) -> None:
    with suppress(ProtocolError):
        tl.decode(data)
    with suppress(ProtocolError):
        tl.split_container(data)
    with suppress(ProtocolError):
        tl.decode_result(f.users.GetUsers, data)
    with suppress(ProtocolError):
        tl.unpack(data)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    anything(data)


@settings(deadline=None, max_examples=300)
@given(st.lists(WORDS, max_size=40).map(b"".join))
def test_any_words_of_the_schema(data: bytes) -> None:
    anything(data)


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_real_call_with_bytes_changed(data: st.DataObject) -> None:
    sampler = Sampler(data.draw(st.sampled_from(tl.LAYERS)), data.draw(st.integers(0, 50)))
    name = data.draw(st.sampled_from(tl.function_names(sampler.layer)))
    form = table.form_in("F", name, sampler.layer)
    assert form is not None
    body = bytearray(tl.encode(sampler.value(form), sampler.layer))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    anything(bytes(body[: data.draw(st.integers(0, len(body)))]))
    anything(bytes(body))


def nested(levels: int) -> bytes:
    """textBold(textBold(… textEmpty))."""
    bold = struct.pack("<I", t.TextBold.ID)
    return bold * levels + struct.pack("<I", t.TextEmpty.ID)


def test_depth_is_bounded() -> None:
    assert tl.decode(nested(20)).NAME == "textBold"
    for levels in (40, 1000, 200_000):
        with pytest.raises(ProtocolError, match="deep"):
            tl.decode(nested(levels))


def test_vectors_promise_no_more_than_follows() -> None:
    head = struct.pack("<I", s.MsgsAck.ID)
    for count in (3, 2**16, 2**31 - 1, 2**32 - 1):
        with pytest.raises(ProtocolError):
            tl.decode(head + struct.pack("<II", 0x1CB5C415, count) + bytes(16))


def bomb(size: int, levels: int = 1) -> bytes:
    body = struct.pack("<I", s.MsgsStateInfo.ID) + bytes(size)
    for _ in range(levels):
        packed = zlib.compress(body, 9)
        head = bytes([len(packed)]) if len(packed) < 254 else struct.pack("<I", len(packed) << 8 | 254)
        body = bytes.fromhex("a1cf7230") + head + packed + bytes(-(len(head) + len(packed)) % 4)
    return body


@pytest.mark.parametrize(
    ("size", "levels"), [(17 << 20, 1), pytest.param(256 << 20, 1, marks=pytest.mark.slow), (1 << 20, 3), (1 << 10, 30)]
)
def test_packed_bombs_are_refused_in_bounded_memory(size: int, levels: int) -> None:
    data = bomb(size, levels)
    tracemalloc.start()
    with pytest.raises(ProtocolError):
        tl.decode(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 48 << 20


def test_a_member_of_another_union_is_refused() -> None:
    query = tl.encode(f.messages.SendMessage(peer=t.PeerUser(user_id=1), message="", random_id=0))  # type: ignore[arg-type]
    with pytest.raises(ProtocolError, match="InputPeer"):
        tl.decode(query)


def test_text_that_is_not_text_is_refused() -> None:
    good = tl.encode(f.contacts.ResolveUsername(username="alice"))
    with pytest.raises(ProtocolError):
        tl.decode(good.replace(b"alice", b"al\xffce"))
