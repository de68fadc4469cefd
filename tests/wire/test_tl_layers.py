"""Source: mtproto/TL-combinators, api/layers. Each form of each layer comes in as a newest value and goes out again."""

import pytest
from tests.wire.samples import Sampler

from chappe import tl
from chappe.base import ProtocolError
from chappe.tl import functions as f
from chappe.tl import table
from chappe.tl import types as t

OLDER = tl.LAYERS[:-1]


def test_the_layers_served() -> None:
    assert tl.LAYERS == (220, 221, 223, 227, 228, 229)
    assert [tl.served_layer(layer) for layer in (219, 220, 222, 226, 229, 230, 400, -1)] == [
        None,
        220,
        None,
        None,
        229,
        229,
        229,
        None,
    ]


@pytest.mark.parametrize("layer", [*(pytest.param(one, marks=pytest.mark.slow) for one in OLDER), tl.NEWEST])
@pytest.mark.parametrize("kind", "TF")
def test_every_constructor_of_a_layer_survives_the_newest(layer: int, kind: str) -> None:
    sampler = Sampler(layer, seed=layer)
    for name in table.names(kind):
        form = table.form_in(kind, name, layer)
        if form is None:
            continue
        sent = tl.encode(sampler.value(form), layer)
        assert int.from_bytes(sent[:4], "little") == form.id, name
        value = tl.decode(sent)
        if layer == tl.NEWEST:
            assert tl.encode(value, layer) == sent, name
        elif not tl.lacks(value, layer):
            again = tl.encode(value, layer)
            assert tl.encode(tl.decode(again), layer) == again, name


@pytest.mark.parametrize("layer", [OLDER[0], *(pytest.param(one, marks=pytest.mark.slow) for one in OLDER[1:])])
def test_every_newest_value_reaches_an_older_layer_or_is_named_lacking(layer: int) -> None:
    sampler = Sampler(tl.NEWEST, seed=7)
    ids = {form.id for name in table.names("T") if (form := table.form_in("T", name, layer)) is not None}
    for name in table.names("T"):
        form = table.form_in("T", name, tl.NEWEST)
        if form is None:
            continue
        value = sampler.value(form)
        try:
            sent = tl.encode(value, layer)
        except tl.Lacking as lacking:
            assert lacking.layer == layer
            continue
        assert int.from_bytes(sent[:4], "little") in ids, name
        tl.decode(sent)


def test_a_peer_may_come_where_a_channel_or_a_user_is_asked_for() -> None:
    for peer, meant in (
        (t.InputPeerChannel(channel_id=5, access_hash=-7), t.InputChannel(channel_id=5, access_hash=-7)),
        (t.InputChannel(channel_id=5, access_hash=-7), t.InputChannel(channel_id=5, access_hash=-7)),
    ):
        assert tl.decode(tl.encode(f.channels.JoinChannel(channel=peer), tl.NEWEST)).channel == meant
    for peer, named in (
        (t.InputPeerUser(user_id=5, access_hash=-7), t.InputUser(user_id=5, access_hash=-7)),
        (t.InputPeerSelf(), t.InputUserSelf()),
    ):
        assert tl.decode(tl.encode(f.users.GetFullUser(id=peer), tl.NEWEST)).id == named
    with pytest.raises(ProtocolError):
        tl.decode(tl.encode(f.channels.JoinChannel(channel=t.InputPeerSelf()), tl.NEWEST))
