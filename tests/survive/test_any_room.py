"""Source: api/rights, api/errors. Any call about rooms one is not in: nothing leaks of what they hold or that they are.

The calls are drawn as in `test_any_call`; here the values that are known name real rooms.
"""

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.kit.rooms import Hall, group, hall, says
from tests.kit.stage import Person, RpcFailure, Stage, raised
from tests.survive.test_any_call import ENDS_IT, SEED, SLOW, TIMES, Maker, everything

from chappe import tl
from chappe.base import ProtocolError
from chappe.rpc.dispatch import methods
from chappe.tl import functions as f
from chappe.tl import types as t

SECRET = "Rosebud"
NAMES = sorted(set(methods()) - set(ENDS_IT) - set(SLOW))
NOWHERE = 500_000


def named(room: t.InputChannel, chat_id: int, alice: Person, me: Person) -> list[Any]:
    """How somebody's clients name a supergroup, a basic group, who is in them, and a message."""
    peer = t.InputPeerChannel(channel_id=room.channel_id, access_hash=room.access_hash)
    return [
        room, peer, t.InputPeerChat(chat_id=chat_id), t.InputDialogPeer(peer=peer), me.knows(alice), me.sees(alice),
        t.InputMessageID(id=2), t.InputReplyToMessage(reply_to_msg_id=2),
    ]  # fmt: skip


async def furnished(stage: Stage, alice: Person, carol: Person) -> tuple[Hall, int]:
    """A private supergroup with everything in it, and a basic group; each thing says the secret."""
    room = await hall(stage, alice, carol, title="Shed")
    await alice.calls(f.messages.EditChatAbout(peer=room.peer(alice), about=f"{SECRET} about"))
    said = await room.says(alice, f"{SECRET} said")
    await room.says(carol, f"{SECRET} answered", reply_to=t.InputReplyToMessage(reply_to_msg_id=said.id))
    words = [t.TextWithEntities(text=f"{SECRET} {one}", entities=[]) for one in ("asked", "yes", "no")]
    answers = [t.PollAnswer(text=one, option=bytes([place])) for place, one in enumerate(words[1:])]
    media = t.InputMediaPoll(poll=t.Poll(id=0, hash=0, question=words[0], answers=answers))
    await alice.calls(f.messages.SendMedia(peer=room.peer(alice), media=media, message="", random_id=5))
    await alice.calls(f.messages.ExportChatInvite(peer=room.peer(alice), title=f"{SECRET} link"))
    await alice.calls(f.messages.UpdatePinnedMessage(peer=room.peer(alice), id=said.id))
    await alice.calls(f.channels.ToggleForum(channel=room.to(alice), enabled=True, tabs=False))
    await alice.calls(f.messages.CreateForumTopic(peer=room.peer(alice), title=f"{SECRET} topic", random_id=6))
    kitchen = await group(alice, carol, title=f"{SECRET} kitchen")
    await says(alice, kitchen, f"{SECRET} in the kitchen")
    return room, kitchen.chat_id


async def outcome(person: Person, query: Any) -> str:
    """What the call came to, the number of seconds to wait left out; empty for one that cannot be said."""
    try:
        tl.encode(query, person.layer)
    except (ProtocolError, tl.Lacking):
        return ""
    try:
        return repr(await person.calls(query))
    except RpcFailure as failure:
        return "refused: " + re.sub(r"_\d+", "_X", str(failure))


async def test_a_stranger_learns_nothing(tmp_path: Path) -> None:
    """Even one who holds the right access hashes, as somebody who was there once does."""
    print(f"CHAPPE_ANY_SEED={SEED}")
    async with raised(tmp_path) as stage:
        alice, bob, carol = await stage.people("alice", "bob", "carol")
        room, chat_id = await furnished(stage, alice, carol)
        maker, wrong = Maker(Random(SEED), named(room.to(bob), chat_id, alice, bob)), []
        for name in NAMES:
            for _ in range(TIMES):
                query = maker.call(tl.function(name))
                said = await outcome(bob, query)
                if SECRET in said or said == "refused: 500 INTERNAL_SERVER_ERROR":
                    wrong.append(f"{query!r:.300} → {said:.300}")
                    break
        assert SECRET in repr(await room.history(carol))
        heard = [update for update in bob.hears() if SECRET in repr(update)]
        assert not wrong and not heard, "\n".join([*wrong, *map(repr, heard)])


async def test_a_room_that_is_and_one_that_is_not_answer_alike(tmp_path: Path) -> None:
    """A stranger with a guessed number and no hash is told the same."""
    print(f"CHAPPE_ANY_SEED={SEED}")
    async with raised(tmp_path) as stage:
        alice, bob, carol = await stage.people("alice", "bob", "carol")
        room, chat_id = await furnished(stage, alice, carol)
        there = named(t.InputChannel(channel_id=room.id, access_hash=77), chat_id, alice, bob)
        nowhere = named(t.InputChannel(channel_id=NOWHERE, access_hash=77), NOWHERE, alice, bob)
        wrong = []
        for name in NAMES:
            for number in range(TIMES):
                seed = f"{SEED} {name} {number}"
                pair = [Maker(Random(seed), known).call(tl.function(name)) for known in (there, nowhere)]
                if pair[0] == pair[1]:
                    continue
                said = [await outcome(bob, query) for query in pair]
                again = [await outcome(bob, query) for query in reversed(pair)][::-1]
                told = [one for one in (said, again) if len({s if s.startswith("refused") else "" for s in one}) == 1]
                if not told:
                    wrong.append(f"{pair[0]!r:.300} → {said[0]:.100} | {said[1]:.100}")
        assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("layer", [tl.LAYERS[0], tl.NEWEST])
async def test_any_call_of_who_runs_a_room(tmp_path: Path, layer: int) -> None:
    print(f"CHAPPE_ANY_SEED={SEED}")
    async with raised(tmp_path) as stage:
        alice, carol = await stage.people("alice", "carol", layer=layer)
        room, chat_id = await furnished(stage, alice, carol)
        known = named(room.to(alice), chat_id, carol, alice)
        wrong = await everything(stage, alice, Maker(Random(SEED), known), NAMES)
        assert not wrong, "\n".join(wrong)
