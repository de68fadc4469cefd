"""Plays in groups, supergroups and channels, written for any clients: who runs the room, and who comes to it."""

import itertools
import time
from pathlib import Path
from typing import Any

import pytest
from tests.clients.plays import meet
from tests.clients.stage import EVENT_S, Actor, Message, StageError

PASSWORD = "a password ¡ of her own"
MISSED = 1_050
BURST = 50
DAY_S = 86_400
KEEPS = "tdjson"
"""The client that answers from what it keeps, and reads anew meanwhile."""
_names = itertools.count(1)


def fresh(what: str) -> str:
    """A title or public name that no other play has."""
    return f"{what}{next(_names):04d}"


def opened(alice: Actor, *others: Actor, kind: str = "supergroup") -> int:
    """A room of alice's which the others came into by her link; nobody has anything left to hear."""
    room = int(alice.does("found", kind=kind, title=fresh("Garden ")))
    link = alice.does("make_link", peer=room)["link"]
    for one in others:
        alice.meets(one)
        assert one.does("join_link", link=link) == room
    for one in (alice, *others):
        one.forgets_events()
    return room


def refused(actor: Actor, command: str, **facts: Any) -> str:
    """What the client says of the refusal, the first line."""
    with pytest.raises(StageError) as caught:
        actor.does(command, **facts)
    return str(caught.value).splitlines()[1]


def refused_soon(actor: Actor, command: str, **facts: Any) -> None:
    """The same, once the client has noticed that things have changed."""
    deadline = time.monotonic() + EVENT_S
    while True:
        try:
            actor.does(command, **facts)
        except StageError:
            return
        assert time.monotonic() < deadline, f"{actor} may {command} still"
        time.sleep(0.2)


def may_soon(actor: Actor, command: str, **facts: Any) -> Any:
    """The answer; TDLib, which judges by itself what one may do, gives it as soon as it has heard of the change."""
    deadline = time.monotonic() + (EVENT_S if actor.kind.client == KEEPS else 0)
    while True:
        try:
            return actor.does(command, **facts)
        except StageError:
            if time.monotonic() >= deadline:
                raise
        time.sleep(0.2)


def shows(actor: Actor, command: str, wanted: Any, *, at_once: bool | None = None, **facts: Any) -> None:
    """The client shows this (these facts of it); TDLib, which keeps what it read, as soon as it heard of the change."""
    patient = actor.kind.client == KEEPS if at_once is None else not at_once
    deadline = time.monotonic() + (EVENT_S if patient else 0)
    while True:
        found = actor.does(command, **facts)
        if isinstance(wanted, dict):
            found = {name: found[name] for name in wanted}
        if found == wanted or time.monotonic() >= deadline:
            break
        time.sleep(0.2)
    assert found == wanted


def is_in(actor: Actor, room: int, *, here: bool = True) -> None:
    """The room is among those the client shows, or is not, as `shows`."""
    deadline = time.monotonic() + (EVENT_S if actor.kind.client == KEEPS else 0)
    while (room in (found := actor.does("rooms"))) != here and time.monotonic() < deadline:
        time.sleep(0.2)
    assert (room in found) == here


def hears_text(actor: Actor, room: int, text: str) -> Message:
    """The one message that was pushed to the actor from the room."""
    found = actor.hears_from(room)
    assert [(m["peer"], m["text"]) for m in found] == [(room, text)]
    return found[0]


def found_and_enter(alice: Actor, bob: Actor, carol: Actor) -> None:
    """Source: method/messages.createChat, method/channels.createChannel, api/invites. Three rooms, three ways in."""
    meet(alice, bob)
    group = alice.does("found", kind="group", title="Kitchen", people=[bob.id])
    shows(alice, "page", {"members": 2}, peer=group)
    alice.does("send_text", peer=group, text="hello, kitchen")
    hears_text(bob, group, "hello, kitchen")
    bob.does("send_text", peer=group, text="hello, alice")
    hears_text(alice, group, "hello, alice")
    for kind in ("supergroup", "channel"):
        room = alice.does("found", kind=kind, title="Garden", about="what grows")
        made = alice.does("make_link", peer=room, title="for friends", expires_s=DAY_S, limit=1)
        assert (made["title"], made["limit"], made["expires"]) == ("for friends", 1, True)
        assert carol.does("peek", link=made["link"]) == "Garden"
        assert bob.does("join_link", link=made["link"]) == room
        refused(carol, "join_link", link=made["link"])
        assert alice.does("link_state", peer=room, link=made["link"])["used"] == 1
        shows(alice, "page", {"title": "Garden", "about": "what grows", "members": 2}, peer=room)
        bob.forgets_events()
        alice.does("send_text", peer=room, text="it rains")
        hears_text(bob, room, "it rains")
        bob.does("quit_room", peer=room)
        assert [m["id"] for m in alice.does("members", peer=room)] == [alice.id]


def ask_to_enter(alice: Actor, bob: Actor, carol: Actor) -> None:
    """Source: api/invites#join-requests. Who asks is let in or not; a link that was taken back leads nowhere."""
    room = opened(alice)
    made = alice.does("make_link", peer=room, request=True)
    assert made["request"]
    for one in (bob, carol):
        assert one.does("join_link", link=made["link"]) == 0
    assert sorted(alice.does("waiting", peer=room)) == sorted((bob.id, carol.id))
    alice.does("answer", peer=room, user=bob.id, approved=True)
    alice.does("answer", peer=room, user=carol.id, approved=False)
    is_in(bob, room)
    is_in(carol, room, here=False)
    assert alice.does("waiting", peer=room) == []
    alice.does("revoke_link", peer=room, link=made["link"])
    refused(carol, "join_link", link=made["link"])


def keep_order(alice: Actor, bob: Actor, carol: Actor) -> None:
    """Source: api/rights. Restricted, kicked, banned for a time, pardoned; seen by the other side at once."""
    room = opened(alice, bob, carol)
    link = alice.does("make_link", peer=room)["link"]
    alice.does("bar", peer=room, user=bob.id, forbid=["send_messages"], for_s=DAY_S)
    refused(bob, "send_text", peer=room, text="may I?")
    assert [m["id"] for m in alice.does("members", peer=room, kind="restricted")] == [bob.id]
    alice.does("bar", peer=room, user=bob.id, forbid=[])
    bob.does("send_text", peer=room, text="thank you")
    hears_text(alice, room, "thank you")
    alice.does("kick", peer=room, user=carol.id)
    assert carol.does("join_link", link=link) == room
    alice.does("bar", peer=room, user=carol.id, forbid=["view_messages"], for_s=DAY_S)
    refused(carol, "send_text", peer=room, text="may I?")
    refused(carol, "join_link", link=link)
    assert [m["id"] for m in alice.does("members", peer=room, kind="banned")] == [carol.id]
    shows(alice, "page", {"members": 2}, peer=room)
    alice.does("bar", peer=room, user=carol.id, forbid=[])
    assert carol.does("join_link", link=link) == room
    alice.does("default_rights", peer=room, forbid=["send_messages"])
    refused(bob, "send_text", peer=room, text="and now?")
    alice.does("default_rights", peer=room, forbid=[])
    alice.does("slow_mode", peer=room, seconds=900)
    carol.does("send_text", peer=room, text="one")
    refused(carol, "send_text", peer=room, text="two")
    shows(alice, "page", {"slow_mode": 900}, peer=room)


def share_the_work(alice: Actor, bob: Actor, carol: Actor) -> None:
    """Source: method/channels.editAdmin. Rights and rank; an anonymous administrator speaks as the group."""
    room = opened(alice, bob, carol)
    alice.does("promote", peer=room, user=bob.id, rights=["delete_messages", "ban_users"], rank="gardener")
    found = {m["id"]: m for m in carol.does("members", peer=room, kind="admins")}
    assert (found[bob.id]["status"], found[bob.id]["rank"]) == ("admin", "gardener")
    assert found[alice.id]["status"] == "creator"
    carol.does("send_text", peer=room, text="a weed")
    weed = hears_text(bob, room, "a weed")
    may_soon(bob, "delete", peer=room, ids=[weed["id"]])
    assert carol.hears_that(lambda event: event["ids"] == [weed["id"]], "deleted")
    may_soon(bob, "bar", peer=room, user=carol.id, forbid=["send_messages"])
    refused(carol, "send_text", peer=room, text="why?")
    bob.does("bar", peer=room, user=carol.id, forbid=[])
    refused(bob, "promote", peer=room, user=carol.id, rights=["ban_users"], rank="")
    carol.forgets_events()
    alice.does("promote", peer=room, user=bob.id, rights=["delete_messages", "anonymous"], rank="ghost")
    bob.does("send_text", peer=room, text="who am I?")
    heard = hears_text(carol, room, "who am I?")
    assert heard["sender"] == room
    assert carol.does("post", peer=room, id=heard["id"])["author"] == "ghost"
    assert bob.id not in [m["id"] for m in carol.does("members", peer=room)]
    alice.does("demote", peer=room, user=bob.id)
    kept = carol.does("send_text", peer=room, text="a rose")["id"]
    hears_text(bob, room, "a rose")
    refused(bob, "delete", peer=room, ids=[kept])
    assert {"ParticipantToggleAdmin", "ParticipantToggleBan", "DeleteMessage"} <= set(alice.does("log", peer=room))


def publish(alice: Actor, bob: Actor, carol: Actor) -> None:
    """Source: api/channel, api/discussion. Posts with names, views, forwards; a discussion with comments."""
    channel, group = opened(alice, bob, kind="channel"), opened(alice, bob)
    name = fresh("weather")
    alice.does("name_room", peer=channel, name=name)
    alice.does("signatures", peer=channel, on=True)
    alice.does("link_rooms", channel=channel, group=group)
    assert carol.does("join_name", name=name) == channel
    refused(bob, "send_text", peer=channel, text="me too")
    for one in (bob, carol):
        one.forgets_events()
    sent = alice.does("send_text", peer=channel, text="it rains")
    assert hears_text(carol, channel, "it rains")["sender"] == channel
    heard = bob.hears_that(lambda event: event["peer"] in (channel, group), at_least=2)
    assert {(m["peer"], m["text"]) for m in heard} == {(channel, "it rains"), (group, "it rains")}
    shown = carol.does("post", peer=channel, id=sent["id"])
    assert (shown["author"], shown["comments"]) == (alice.name, 0)
    for one in (bob, carol):
        one.does("counts", peer=channel, ids=[sent["id"]])
    carol.does("forward", source=channel, ids=[sent["id"]], peer=carol.id)
    seen = [{"views": 3, "forwards": 1}]
    shows(carol, "counts", seen, at_once=bob.kind.client != KEEPS, peer=channel, ids=[sent["id"]])
    alice.forgets_events()
    bob.does("comment", peer=channel, id=sent["id"], text="good for the garden")
    assert alice.hears_words("good for the garden")
    carol.does("comment", peer=channel, id=sent["id"], text="but not for me")
    assert carol.does("comments", peer=channel, id=sent["id"]) == ["good for the garden", "but not for me"]
    assert carol.does("post", peer=channel, id=sent["id"])["comments"] == 2
    shows(alice, "page", {"username": name, "linked": group, "members": 3}, peer=channel)


def divide(alice: Actor, bob: Actor) -> None:
    """Source: api/forum. Topics side by side, each with its own messages."""
    room = opened(alice, bob)
    alice.does("forum", peer=room)
    plans = alice.does("make_topic", peer=room, title="Plans")
    tools = may_soon(bob, "make_topic", peer=room, title="Tools")
    for one in (alice, bob):
        one.forgets_events()
    bob.does("send_text", peer=room, text="a spade", reply_to=tools)
    hears_text(alice, room, "a spade")
    alice.does("send_text", peer=room, text="a pond", reply_to=plans)
    alice.does("send_text", peer=room, text="to everybody")
    assert bob.does("topic_history", peer=room, topic=tools) == ["a spade"]
    assert bob.does("topic_history", peer=room, topic=plans) == ["a pond"]
    assert alice.does("topics", peer=room) == ["General", "Plans", "Tools"]


def vote(alice: Actor, bob: Actor) -> None:
    """Source: api/poll. A poll is voted in, a quiz shows what was right, a stopped one takes no votes."""
    room = opened(alice, bob)
    asked = alice.does("poll", peer=room, question="Tea?", options=["yes", "no"])
    bob.hears_from(room)
    shows(bob, "results", {"chosen": []}, peer=room, id=asked["id"])
    bob.does("vote", peer=room, id=asked["id"], choice=1)
    shows(bob, "results", {"total": 1, "voters": {"0": 0, "1": 1}, "chosen": [1]}, peer=room, id=asked["id"])
    alice.does("stop_poll", peer=room, id=asked["id"])
    shows(bob, "results", {"closed": True}, peer=room, id=asked["id"])
    refused(bob, "vote", peer=room, id=asked["id"], choice=0)
    quiz = alice.does("poll", peer=room, question="2 + 2?", options=["3", "4", "5"], right=1)
    bob.hears_from(room)
    bob.does("vote", peer=room, id=quiz["id"], choice=0)
    shows(bob, "results", {"chosen": [0], "right": [1]}, peer=room, id=quiz["id"])
    refused(bob, "vote", peer=room, id=quiz["id"], choice=1)


def attend(alice: Actor, bob: Actor) -> None:
    """Source: api/reactions, api/mentions, api/pin. Who reacted, who is meant, what is pinned, what is found."""
    meet(alice, bob)
    room = opened(alice, bob)
    alice.does("page", peer=room)  # TDLib is told of reactions at once, and hides them until it has read the room
    said = alice.does("send_text", peer=room, text="shall we plant potatoes?")
    got = hears_text(bob, room, "shall we plant potatoes?")
    bob.does("react", peer=room, id=got["id"], sign="👍")
    assert alice.hears_that(lambda event: bool(event["signs"]), "reacted")[-1]["signs"] == ["👍"]
    assert alice.does("reacted_by", peer=room, id=said["id"]) == [{"id": bob.id, "sign": "👍"}]
    named = alice.does("mention", peer=room, user=bob.id, text="you there")
    hears_text(bob, room, "you there")
    shows(bob, "mentions", [named["id"]], peer=room)
    bob.does("read_mentions", peer=room)
    shows(bob, "mentions", [], peer=room)
    alice.does("pin", peer=room, id=said["id"])
    shows(bob, "pinned", [said["id"]], peer=room)
    assert bob.does("search", peer=room, question="potatoes") == ["shall we plant potatoes?"]
    namesakes = {one.id for one in (alice, bob) if one.name == bob.name}
    assert {m["id"] for m in alice.does("members", peer=room, question=bob.name)} == namesakes
    assert "UpdatePinned" in alice.does("log", peer=room)


def dress(alice: Actor, bob: Actor, props: Path) -> None:
    """Source: method/channels.editPhoto, api/files#albums-grouped-media. Name, words and picture; an album; a plan."""
    room = opened(alice, bob)
    alice.does("rename", peer=room, title="The pond")
    alice.does("describe", peer=room, about="with fish")
    alice.does("picture", peer=room, path=str(props / "photo.jpg"))
    shows(bob, "page", {"title": "The pond", "about": "with fish", "photo": True}, peer=room)
    for one in (alice, bob):
        one.forgets_events()
    sent = alice.does("album", peer=room, paths=[str(props / "photo.jpg")] * 3)
    heard = bob.hears_from(room, at_least=3)
    assert [m["id"] for m in heard] == [m["id"] for m in sent]
    assert {m["media"] for m in heard} == {"photo"}
    theirs = bob.does("download", peer=room, id=heard[0]["id"])
    assert theirs == alice.does("download", peer=room, id=sent[0]["id"])
    later = alice.does("schedule", peer=room, text="in an hour", in_s=3600)
    assert [m["text"] for m in alice.does("scheduled", peer=room)] == ["in an hour"]
    assert [event for event in bob.hears(at_least=0) if event["peer"] == room] == []
    alice.does("send_scheduled", peer=room, ids=[later["id"]])
    hears_text(bob, room, "in an hour")
    shows(alice, "scheduled", [], peer=room)


def grow(alice: Actor, bob: Actor) -> None:
    """Source: api/channel#migration. A group becomes a supergroup; both go on talking in it."""
    meet(alice, bob)
    group = alice.does("found", kind="group", title="Kitchen", people=[bob.id])
    alice.does("send_text", peer=group, text="too small")
    hears_text(bob, group, "too small")
    room = alice.does("migrate", peer=group)
    is_in(bob, room)
    alice.does("send_text", peer=room, text="much better")
    hears_text(bob, room, "much better")
    bob.does("send_text", peer=room, text="indeed")
    hears_text(alice, room, "indeed")
    refused(bob, "send_text", peer=group, text="echo?")


def miss_posts(alice: Actor, bob: Actor) -> None:
    """Source: method/updates.getChannelDifference. What bob missed in a channel comes once, in order."""
    room = opened(alice, bob, kind="channel")
    kept, gone = (alice.does("send_text", peer=room, text=text)["id"] for text in ("before", "to be taken back"))
    bob.hears_from(room, at_least=2)
    bob.does("leave")
    alice.does("edit", peer=room, id=kept, text="before, mended")
    alice.does("delete", peer=room, ids=[gone])
    words = [f"missed {number}" for number in range(MISSED)]
    for start in range(0, MISSED, BURST):
        alice.does("send_texts", peer=room, texts=words[start : start + BURST])
    bob.does("come_back")
    heard = bob.hears_from(room, at_least=MISSED)
    assert [m["text"] for m in heard] == words
    assert bob.does("history", peer=room, limit=1)[0]["text"] == words[-1]
    alice.does("send_text", peer=room, text="welcome back")
    hears_text(bob, room, "welcome back")


def hand_over(alice: Actor, bob: Actor) -> None:
    """Source: method/channels.editCreator, method/channels.deleteChannel. Her password gives the room away."""
    room = opened(alice, bob)
    alice.does("set_password", password=PASSWORD)
    try:
        refused(alice, "hand_over", peer=room, user=bob.id, password=PASSWORD + "!")
        alice.does("hand_over", peer=room, user=bob.id, password=PASSWORD)
    finally:
        alice.does("remove_password", password=PASSWORD)
    found = {m["id"]: m["status"] for m in alice.does("members", peer=room, kind="admins")}
    assert found == {alice.id: "admin", bob.id: "creator"}
    refused(alice, "delete_room", peer=room)
    may_soon(bob, "delete_room", peer=room)
    refused(alice, "send_text", peer=room, text="anybody?")
    is_in(alice, room, here=False)
