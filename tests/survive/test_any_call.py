"""Source: api/errors. Any call that decodes is answered or refused: never with a fault of the server.

Every method that exists is called with values from the edges of what its types can hold, by somebody who is signed
in and by nobody. CHAPPE_ANY_CALLS sets how often each is tried, CHAPPE_ANY_SEED which values are drawn.
"""

import os
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest
from tests.kit import secrets
from tests.kit.stage import Device, RpcFailure, Stage, raised

from chappe import tl
from chappe.base import ProtocolError
from chappe.rpc.dispatch import methods
from chappe.tl import functions as f
from chappe.tl import table, values
from chappe.tl import types as t

TIMES = int(os.environ.get("CHAPPE_ANY_CALLS", "6"))
SEED = int(os.environ.get("CHAPPE_ANY_SEED", SystemRandom().getrandbits(32)))
ENDS_IT = ("auth.logOut", "account.deleteAccount", "auth.resetAuthorizations")
SLOW = ("auth.bindTempAuthKey",)
INTS = (0, 1, 2, 5, 40, 100, 777000, -1, 2**31 - 1, -(2**31), 1_750_000_000)
LONGS = (*INTS, 2**63 - 1, -(2**63), 2**32, 1_000_001, -1_000_000_000_001)
TEXTS = (
    "", " ", "x", "alice", "+9996612", "a" * 70, "b" * 5000, "\x00", "é\U0001f600\u202e", "%_'\"\\;--", "-1", "٣",
    "https://x.y/z",
)  # fmt: skip
PLAIN: dict[str, tuple[Any, ...]] = {
    "int": INTS, "long": LONGS, "string": TEXTS, "Bool": (True, False),
    "double": (0.0, 1.5, -91.0, 1e308, float("inf"), float("nan")),
    "bytes": (b"", b"x", bytes(16), bytes(256), bytes(range(256)), bytes(40)),
    "int128": (bytes(16),), "int256": (bytes(32), bytes(range(32))),
}  # fmt: skip
DEPTH = 4


class Maker:
    """Draws values; knows a little of what exists, so that not everything is refused at once."""

    def __init__(self, chance: Random, known: list[Any]) -> None:
        self.chance = chance
        self.known = known

    def call(self, method: type[Any]) -> Any:
        """A call with values drawn for all its fields."""
        return self._object(method, DEPTH)

    def _object(self, kind: type[Any], depth: int) -> Any:
        drawn: dict[str, Any] = {}
        given: dict[tuple[str | None, int], bool] = {}  # fields of one flag come together
        for field in kind.FORM.fields:
            if field.kind == "#":
                continue
            there = field.flags is None or given.setdefault((field.flags, field.bit), self.chance.random() < 0.35)
            if field.kind == "true":
                drawn[field.name] = there
            elif there:
                drawn[field.name] = self._value(field.kind, depth)
        return kind(**drawn)

    def _value(self, kind: str, depth: int) -> Any:
        pick = self.chance.choice
        if kind in PLAIN:
            return pick(PLAIN[kind])
        if kind in ("!X", "X", "Object"):
            return f.help.GetConfig()
        if kind[:7] in ("Vector<", "vector<"):
            return [self._value(kind[7:-1], depth - 1) for _ in range(pick((0, 1, 1, 3)))]
        fitting = [one for one in self.known if type(one).FORM.result == kind]
        if fitting and self.chance.random() < 0.7:
            return pick(fitting)
        classes = [made for name in table.union(kind) if (made := values.class_of("T", name)) is not None]
        if depth <= 0:
            return self._object(min(classes, key=lambda one: len(one.FIELDS)), depth)
        return self._object(pick(classes), depth - 1)


async def tries(device: Device, query: Any) -> str:
    """The fault of the server, or nothing."""
    try:
        tl.encode(query, device.layer)
    except (ProtocolError, tl.Lacking):
        return ""
    except AttributeError:  # an older layer asks for a field that the newest need not have
        assert device.layer < tl.NEWEST
        return ""
    try:
        await device.calls(query)
    except RpcFailure as failure:
        if failure.code >= 500 and failure.message == "INTERNAL_SERVER_ERROR":
            return f"{query!r}"
    return ""


async def everything(stage: Stage, device: Device, maker: Maker, names: list[str]) -> list[str]:
    """Every method was called so many times; what went wrong."""
    wrong: list[str] = []
    for name in names:
        for _ in range(TIMES):
            said = await tries(device, maker.call(tl.function(name)))
            if said:
                wrong.append(said[:400])
                break
    return wrong


@pytest.mark.parametrize("layer", [tl.LAYERS[0], tl.NEWEST])
async def test_any_call_of_somebody_signed_in(tmp_path: Path, layer: int) -> None:
    print(f"CHAPPE_ANY_SEED={SEED}")
    async with raised(tmp_path) as stage:
        alice, bob = await stage.people("alice", "bob", layer=layer)
        for number in range(5):
            await alice.says(bob, f"one {number}")
            await bob.says(alice, f"two {number}")
        await bob.says(bob, "my own")
        known = [alice.sees(bob), alice.knows(bob), t.InputPeerSelf(), t.InputUserSelf()]
        known += [t.InputDialogPeer(peer=alice.sees(bob)), t.InputMessageID(id=2)]
        known += [secrets.end(alice, await secrets.opened(alice, bob)), t.InputEncryptedFileEmpty()]
        names = sorted(set(methods()) - set(ENDS_IT) - set(SLOW))
        wrong = await everything(stage, alice, Maker(Random(SEED), known), names)
        assert not wrong, "\n".join(wrong)
        # What they share she may have deleted for both.
        await bob.calls(_history(bob, alice))
        assert [one.message for one in (await bob.calls(_history(bob, bob))).messages] == ["my own"]


async def test_any_call_of_nobody(tmp_path: Path) -> None:
    print(f"CHAPPE_ANY_SEED={SEED}")
    async with raised(tmp_path) as stage:
        wrong = await everything(
            stage, await stage.device(), Maker(Random(SEED), []), sorted(set(methods()) - set(SLOW))
        )
        assert not wrong, "\n".join(wrong)


def _history(one: Any, other: Any) -> f.messages.GetHistory:
    return f.messages.GetHistory(
        peer=one.sees(other), offset_id=0, offset_date=0, add_offset=0, limit=9, max_id=0, min_id=0, hash=0
    )
