"""Plays about what rooms do besides talking: who sees whom, what is kept, how they are found, what they count."""

import time
from typing import Any

from tests.clients.plays import meet
from tests.clients.room_plays import fresh, hears_text, opened, refused, shows
from tests.clients.stage import EVENT_S, Actor

DAY_S = 86_400


def asks(actor: Actor, method: str, **fields: Any) -> Any:
    """The answer to a call that the library has no method for."""
    return actor.does("ask", method=method, fields=fields)


def guard(alice: Actor, bob: Actor, carol: Actor) -> None:
    """Source: method/channels.toggleParticipantsHidden, method/messages.toggleNoForwards. Who sees whom, what stays."""
    meet(alice, carol)
    room = opened(alice, bob)
    asks(alice, "channels.inviteToChannel", channel=room, users=[carol.id])
    assert room in carol.does("rooms")
    assert {m["id"] for m in bob.does("members", peer=room)} == {alice.id, bob.id, carol.id}
    asks(alice, "channels.toggleParticipantsHidden", channel=room, enabled=True)
    refused(bob, "members", peer=room)
    assert len(alice.does("members", peer=room)) == 3
    said = alice.does("send_text", peer=room, text="between us")
    asks(alice, "messages.toggleNoForwards", peer=room, enabled=True)
    refused(bob, "forward", source=room, ids=[said["id"]], peer=bob.id)
    asks(alice, "messages.toggleNoForwards", peer=room, enabled=False)
    bob.does("forward", source=room, ids=[said["id"]], peer=bob.id)
    asks(alice, "messages.setHistoryTTL", peer=room, period=DAY_S)
    full = asks(bob, "channels.getFullChannel", channel=room)["full_chat"]
    assert full["ttl_period"] == DAY_S
    link = asks(bob, "channels.exportMessageLink", channel=room, id=said["id"])["link"]
    assert link.endswith(f"/{said['id']}")
    assert {"ToggleNoForwards", "ChangeHistoryTTL"} <= set(alice.does("log", peer=room))


def be_found(alice: Actor, bob: Actor, carol: Actor) -> None:
    """Source: api/search, api/recommend, api/stats. Channels with the same reader are found by name, tag, likeness."""
    word = fresh("starlings")
    near, other = opened(alice, bob, carol, kind="channel"), opened(alice, carol, kind="channel")
    for place, name in ((near, f"{word}_a"), (other, f"{word}_b")):
        alice.does("name_room", peer=place, name=name)
        alice.does("rename", peer=place, title=name)
    alice.does("send_quietly", peer=near, text=f"at dusk #{word}")
    heard = hears_text(bob, near, f"at dusk #{word}")
    named = {"_": "inputMessageID", "id": heard["id"]}
    assert asks(bob, "channels.getMessages", channel=near, id=[named])["messages"][0]["silent"]
    found = asks(bob, "contacts.search", q=word, limit=10)
    assert {chat["title"] for chat in found["chats"]} >= {f"{word}_a", f"{word}_b"}
    assert _tagged(bob, word) == [f"at dusk #{word}"]
    like = asks(bob, "channels.getChannelRecommendations", channel=near)
    assert f"{word}_b" in {chat["title"] for chat in like["chats"]}
    counted = asks(alice, "stats.getBroadcastStats", channel=near)
    assert counted["followers"]["current"] == 3
    refused(bob, "ask", method="stats.getBroadcastStats", fields={"channel": near})


def _tagged(bob: Actor, tag: str) -> list[str]:
    """What posts with the tag say, once the index has come to them."""
    first = {"offset_rate": 0, "offset_peer": {"_": "inputPeerEmpty"}, "offset_id": 0, "limit": 10}
    deadline = time.monotonic() + EVENT_S
    while True:
        found = asks(bob, "channels.searchPosts", hashtag=tag, **first)["messages"]
        if found or time.monotonic() > deadline:
            return [message["message"] for message in found]
        time.sleep(0.2)


def ask_openly(alice: Actor, bob: Actor) -> None:
    """Source: api/poll. bob adds an answer and votes; alice learns of it, looks, and takes the answer away."""
    room = opened(alice, bob)
    asked = alice.does("open_poll", peer=room, question="Which tree?", options=["oak", "elm"])
    bob.hears_from(room)
    bob.does("add_answer", peer=room, id=asked["id"], text="ash")
    shows(bob, "answers", ["oak", "elm", "ash"], peer=room, id=asked["id"])
    shows(alice, "answers", ["oak", "elm", "ash"], peer=room, id=asked["id"])
    refused(bob, "add_answer", peer=room, id=asked["id"], text="Ash")
    assert alice.does("has_votes", peer=room) == 0
    bob.does("vote", peer=room, id=asked["id"], choice=2)
    shows(bob, "results", {"chosen": [2]}, peer=room, id=asked["id"])
    shows(alice, "has_votes", 1, peer=room)
    alice.does("look_at_votes", peer=room)
    shows(alice, "has_votes", 0, peer=room)
    alice.does("drop_answer", peer=room, id=asked["id"], text="ash")
    shows(bob, "answers", ["oak", "elm"], peer=room, id=asked["id"])
    shows(bob, "results", {"total": 0}, peer=room, id=asked["id"])


def work_it_off(alice: Actor, bob: Actor) -> None:
    """Source: api/todo. A list is ticked off by both, and both see by whom."""
    meet(alice, bob)
    room = opened(alice, bob)
    made = alice.does("checklist", peer=room, title="Dinner", tasks=["soup", "rice"])
    bob.forgets_events()
    bob.does("tick", peer=room, id=made["id"], done=[2], undone=[])
    alice.does("tick", peer=room, id=made["id"], done=[1], undone=[])
    for one in (alice, bob):
        shown = one.does("ticked", peer=room, id=made["id"])
        assert shown == {"tasks": ["soup", "rice"], "done": {"1": alice.id, "2": bob.id}}
    bob.does("tick", peer=room, id=made["id"], done=[], undone=[2])
    assert alice.does("ticked", peer=room, id=made["id"])["done"] == {"1": alice.id}
