"""Plays in which something ends by itself, is too much, or changes under somebody's hands."""

import re
import time
from pathlib import Path

from tests.clients.plays import meet
from tests.clients.room_plays import hears_text, opened, refused
from tests.clients.stage import EVENT_S, Actor

MUCH = 400
"""Messages that are more than a difference holds on the stage of these plays."""
AT_ONCE = 100
SOON_S = 14
"""A message with a nearer date is sent at once."""
SHORTEST_S = 32
"""A restriction that would end sooner is for ever."""


def miss_too_much(alice: Actor, bob: Actor, *, talked: bool = True) -> None:
    """Source: constructor/updates.differenceTooLong, constructor/updates.channelDifferenceTooLong.

    bob was away for longer than a difference reaches; he finds the end of each conversation and hears what follows.
    Shape: talked: alice wrote as much to him as into the channel.
    """
    meet(alice, bob)
    room = opened(alice, bob, kind="channel")
    alice.says(bob, "before")
    bob.hears_words("before")
    bob.does("leave")
    words = [f"number {number}" for number in range(AT_ONCE)]
    places = {room: room} | ({bob.id: alice.id} if talked else {})
    for place in places:
        for start in range(0, AT_ONCE, AT_ONCE // 2):
            alice.does("send_texts", peer=place, texts=words[start : start + AT_ONCE // 2])
        told = [message["id"] for message in alice.does("history", peer=place, limit=AT_ONCE)][::-1]
        for _ in range(MUCH // AT_ONCE):
            alice.does("forward", source=place, ids=told, peer=place)
        alice.does("send_text", peer=place, text="the last of all")
    bob.does("come_back")
    for place in places.values():
        _finds_last(bob, place, "the last of all")
        shown = bob.does("history", peer=place, limit=AT_ONCE + 1)[::-1]
        assert [message["text"] for message in shown] == [*words, "the last of all"]
    bob.forgets_events()
    for place, heard in {room: room, bob.id: alice.id}.items():
        alice.does("send_text", peer=place, text="welcome back")
        hears_text(bob, heard, "welcome back")


def _finds_last(bob: Actor, place: int, text: str) -> None:
    """The newest message he is shown is this one, soon: TDLib shows what it kept until it has read anew."""
    deadline = time.monotonic() + EVENT_S
    while bob.does("history", peer=place, limit=1)[0]["text"] != text:
        assert time.monotonic() < deadline, f"{bob} does not find the end"
        time.sleep(0.2)


def await_a_date(alice: Actor, bob: Actor) -> None:
    """Source: api/scheduled-messages. What alice wrote for later is said at its time, by itself."""
    room = opened(alice, bob)
    begun = time.monotonic()
    alice.does("schedule", peer=room, text="it is time", in_s=SOON_S)
    assert [message["text"] for message in alice.does("scheduled", peer=room)] == ["it is time"]
    early = [event for event in bob.hears(at_least=0) if event["peer"] == room]
    assert early == [] or time.monotonic() - begun > SOON_S - 2
    assert early or hears_text(bob, room, "it is time")
    assert time.monotonic() - begun > SOON_S - 2
    assert alice.does("scheduled", peer=room) == []
    assert alice.does("history", peer=room, limit=1)[0]["text"] == "it is time"


def outlast(alice: Actor, bob: Actor) -> None:
    """Source: method/channels.editBanned. A restriction and a ban run out; nobody lifts them."""
    quiet, closed = opened(alice, bob), opened(alice, bob)
    link = alice.does("make_link", peer=closed)["link"]
    alice.does("bar", peer=quiet, user=bob.id, forbid=["send_messages"], for_s=SHORTEST_S)
    alice.does("bar", peer=closed, user=bob.id, forbid=["view_messages"], for_s=SHORTEST_S)
    begun = time.monotonic()
    refused(bob, "send_text", peer=quiet, text="may I?")
    refused(bob, "join_link", link=link)
    time.sleep(max(0.0, begun + SHORTEST_S + 3 - time.monotonic()))
    bob.does("send_text", peer=quiet, text="now I may")
    hears_text(alice, quiet, "now I may")
    assert bob.does("join_link", link=link) == closed
    bob.does("send_text", peer=closed, text="here I am")
    hears_text(alice, closed, "here I am")


def keep_an_old_name(alice: Actor, bob: Actor, props: Path) -> None:
    """Source: api/file_reference. Who was put out of a room fetches none of its files, whatever they remember of it."""
    room = opened(alice, bob)
    sent = alice.does("send_file", peer=room, path=str(props / "report.bin"))
    [got] = bob.hears_from(room)
    bob.does("remember_file", peer=room, id=got["id"])
    assert bob.does("fetch_remembered") == alice.does("download", peer=room, id=sent["id"])
    alice.does("bar", peer=room, user=bob.id, forbid=["view_messages"])
    said = refused(bob, "fetch_remembered")
    assert re.search("CHANNEL_PRIVATE|LOCATION_INVALID|FILE_REFERENCE|private|reference|banned", said), said
    alice.does("bar", peer=room, user=bob.id, forbid=[])
    assert bob.does("join_link", link=alice.does("make_link", peer=room)["link"]) == room
    assert bob.does("fetch_remembered")["size"] == sent["size"]


def lose_a_right_midway(alice: Actor, bob: Actor, props: Path) -> None:
    """Source: api/rights. The parts are uploaded, then files are forbidden: the message is refused, words are not."""
    room = opened(alice, bob)
    bob.does("upload", path=str(props / "report.bin"))
    alice.does("bar", peer=room, user=bob.id, forbid=["send_media"], for_s=3600)
    said = refused(bob, "send_uploaded", peer=room)
    assert re.search("SEND_DOCS_FORBIDDEN|SEND_MEDIA_FORBIDDEN|can't send|cannot send|documents|media", said), said
    bob.does("send_text", peer=room, text="then in words")
    hears_text(alice, room, "then in words")
    alice.does("bar", peer=room, user=bob.id, forbid=[])
    bob.does("send_uploaded", peer=room)
    assert alice.hears_from(room)[0]["media"] == "document"


def contend(alice: Actor, bob: Actor, carol: Actor) -> None:
    """Source: api/rights. Two administrators cannot end each other: each is the creator's."""
    room = opened(alice, bob, carol)
    meet(bob, carol)
    for one in (bob, carol):
        alice.does("promote", peer=room, user=one.id, rights=["add_admins", "ban_users", "delete_messages"], rank="")
        one.does("page", peer=room)  # reads what they may do now
    for one, other in ((bob, carol), (carol, bob)):
        refused(one, "demote", peer=room, user=other.id)
        refused(one, "promote", peer=room, user=other.id, rights=["ban_users"], rank="less")
        refused(one, "bar", peer=room, user=other.id, forbid=["view_messages"])
    found = {m["id"]: m["status"] for m in alice.does("members", peer=room, kind="admins")}
    assert found == {alice.id: "creator", bob.id: "admin", carol.id: "admin"}
    alice.does("demote", peer=room, user=carol.id)
    bob.does("bar", peer=room, user=carol.id, forbid=["send_messages"])
    refused(carol, "send_text", peer=room, text="unfair")
