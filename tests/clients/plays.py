"""The plays, written for any two clients: alice and bob are told apart only by what they do."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from tests.clients.stage import Actor, Message, StageError

WHILE_AWAY = 130
BURST = 40
PASSWORD = "correct horse ¡ batería"
RESETS = ("telethon", "tdjson")
"""Clients that can ask for a forgotten password to be taken away."""
SLICES = 1_050
"""More than one answer of updates.getDifference holds."""

TELL_NO_MISSED_CHANGE = {"telethon"}
"""Telethon skips the numbered changes of a difference, so it tells its user of missed messages only."""


def meet(alice: Actor, bob: Actor) -> None:
    """Each has the other among the contacts, and nothing that happened before counts."""
    alice.meets(bob)
    bob.meets(alice)
    alice.forgets_events()
    bob.forgets_events()


def sign_in_again(alice: Actor) -> None:
    """Source: method/auth.logOut, method/auth.signIn. The account is the same afterwards, its words still there."""
    said = alice.says(alice, "a note to myself")
    assert alice.does("log_out")
    assert alice.signs_in() == alice.id
    top = alice.does("history", peer=alice.id, limit=1)[0]
    assert (top["id"], top["text"]) == (said["id"], "a note to myself")


def sign_in_with_password(alice: Actor) -> None:
    """Source: method/account.updatePasswordSettings, method/auth.checkPassword, method/account.resetPassword.

    The code alone opens nothing, and a forgotten password does not go at once.
    """
    alice.does("set_password", password=PASSWORD)
    assert alice.does("log_out")
    with pytest.raises(StageError, match=r"(?i)password"):
        alice.signs_in(password=PASSWORD + "!")
    assert alice.signs_in(password=PASSWORD) == alice.id
    if alice.kind.client in RESETS:
        assert alice.does("forget_password") == {"waits": True, "refused": True, "kept": True}
    alice.does("remove_password", password=PASSWORD)
    assert alice.does("log_out")
    assert alice.signs_in() == alice.id


def talk(alice: Actor, bob: Actor, props: Path) -> None:
    """Source: method/messages.sendMessage, method/messages.sendMedia, method/upload.getFile."""
    meet(alice, bob)
    first = _text(alice, bob, "Bonjour Bob, ça va ? 👋🏽")
    second = _text(bob, alice, "Oui, et toi ?", reply_to=first["id"])
    assert alice.does("history", peer=bob.id, limit=1)[0]["reply_to"] is not None
    _photo(alice, bob, props / "photo.jpg")
    _file(bob, alice, props / "report.bin")
    _agree(alice, bob, ["Bonjour Bob, ça va ? 👋🏽", "Oui, et toi ?", "a photo", ""])
    _read(alice, second)
    _edit_and_delete(alice, bob)


def miss(alice: Actor, bob: Actor, props: Path) -> None:
    """Source: method/updates.getDifference. Bob finds what he missed exactly once, in order, and goes on from there."""
    meet(alice, bob)
    kept, gone = (_text(alice, bob, text) for text in ("before", "to be taken back"))
    bob.does("leave")
    alice.does("edit", peer=bob.id, id=kept["theirs"], text="before, mended")
    alice.does("delete", peer=bob.id, ids=[gone["theirs"]])
    missed = [f"while you were away {number}" for number in range(WHILE_AWAY)]
    for text in missed:
        alice.says(bob, text)
    alice.does("send_photo", peer=bob.id, path=str(props / "photo.jpg"), caption="and a photo")
    bob.does("come_back")
    news = bob.hears_from(alice.id, at_least=len(missed) + 1)
    assert [message["text"] for message in news] == [*missed, "and a photo"]
    assert len({message["id"] for message in news}) == len(news)
    assert news[-1]["media"] == "photo"
    if bob.kind.client not in TELL_NO_MISSED_CHANGE:
        mended = bob.hears_that(lambda event: event["id"] == kept["id"], "edited")
        assert [event["text"] for event in mended] == ["before, mended"]
        taken = bob.hears_that(lambda event: gone["id"] in event["ids"], "deleted")
        assert [event["ids"] for event in taken] == [[gone["id"]]]
    words = bob.does("history", peer=alice.id, limit=len(missed) + 2)
    assert [message["text"] for message in reversed(words)] == ["before, mended", *missed, "and a photo"]
    _text(alice, bob, "welcome back")
    _text(bob, alice, "thank you")
    bob.does("leave")
    bob.does("come_back")
    assert [event for event in bob.hears(at_least=0) if event["peer"] == alice.id] == []


def miss_slices(alice: Actor, bob: Actor) -> None:
    """Source: method/updates.getDifference. What bob missed comes in slices; he finds all of it, once and in order."""
    meet(alice, bob)
    _text(alice, bob, "before")  # Pyrofork asks for what it missed only after it has heard something
    bob.does("leave")
    words = [f"missed {number}" for number in range(SLICES)]
    for start in range(0, SLICES, BURST):
        alice.does("send_texts", peer=bob.id, texts=words[start : start + BURST])
    bob.does("come_back")
    assert [message["text"] for message in bob.hears_from(alice.id, at_least=SLICES)] == words


def burst(alice: Actor, bob: Actor) -> None:
    """Source: api/updates. Bob is there while alice writes as fast as she can; he hears each word once, in order."""
    meet(alice, bob)
    words = [f"quick {number}" for number in range(BURST)]
    alice.does("send_texts", peer=bob.id, texts=words)
    assert [message["text"] for message in bob.hears_from(alice.id, at_least=len(words))] == words


def exchange(alice: Actor, bob: Actor, path: Path) -> None:
    """Source: method/upload.saveBigFilePart. A file above 10 MB goes either way, in parts that carry no checksum."""
    meet(alice, bob)
    _file(alice, bob, path)
    _file(bob, alice, path)


def react(alice: Actor, bob: Actor) -> None:
    """Source: method/messages.sendReaction. Each sees what the other thinks of a message."""
    meet(alice, bob)
    got = _text(alice, bob, "shall we?")
    bob.does("react", peer=alice.id, id=got["id"], sign="👍")
    [heard, *_] = alice.hears_that(lambda event: bool(event["signs"]), "reacted")
    assert heard == {"kind": "reacted", "id": got["theirs"], "signs": ["👍"]}
    alice.does("react", peer=bob.id, id=got["theirs"], sign="🎉")
    both = bob.hears_that(lambda event: "🎉" in event["signs"], "reacted")[-1]
    assert (both["id"], sorted(both["signs"])) == (got["id"], ["🎉", "👍"])


def _text(sender: Actor, receiver: Actor, text: str, reply_to: int | None = None) -> Message:
    """The message as the receiver got it, once; `theirs` is its id on the sender's side."""
    sent = sender.says(receiver, text, reply_to)
    assert (sent["text"], sent["out"], sent["peer"]) == (text, True, receiver.id)
    got = _heard(sender, receiver)
    assert (got["text"], got["sender"], got["out"]) == (text, sender.id, False)
    return {**got, "theirs": sent["id"]}


def _heard(sender: Actor, receiver: Actor) -> Message:
    """The one message that the sender wrote to the receiver; the server may have told them something besides."""
    found: Message = _only(receiver.hears_from(sender.id))
    return found


def _photo(sender: Actor, receiver: Actor, path: Path) -> None:
    sent = sender.does("send_photo", peer=receiver.id, path=str(path), caption="a photo")
    got = _heard(sender, receiver)
    assert (sent["media"], got["media"], got["text"]) == ("photo", "photo", "a photo")
    theirs = sender.does("download", peer=receiver.id, id=sent["id"])
    ours = receiver.does("download", peer=sender.id, id=got["id"])
    assert ours == theirs
    assert ours["size"] == got["size"]


def _file(sender: Actor, receiver: Actor, path: Path) -> None:
    sent = sender.does("send_file", peer=receiver.id, path=str(path))
    got = _heard(sender, receiver)
    data = path.read_bytes()
    assert (sent["media"], got["media"], got["size"]) == ("document", "document", len(data))
    ours = receiver.does("download", peer=sender.id, id=got["id"])
    assert ours == {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def _agree(alice: Actor, bob: Actor, texts: list[str]) -> None:
    """Both see the same words in the same order, and each other's dialog with the last of them on top."""
    for one, other in ((alice, bob), (bob, alice)):
        history = one.does("history", peer=other.id, limit=len(texts))
        assert [message["text"] for message in reversed(history)] == texts
        dialog = _only([dialog for dialog in one.does("dialogs") if dialog["peer"] == other.id])
        assert dialog["top"]["id"] == history[0]["id"]
        assert dialog["unread"] >= 1


def _read(alice: Actor, last: Message) -> None:
    """What alice reads, bob is told of, up to the message she read."""
    top = alice.does("history", peer=last["sender"], limit=1)[0]
    alice.does("read", peer=last["sender"], max_id=top["id"])
    dialog = _only([dialog for dialog in alice.does("dialogs") if dialog["peer"] == last["sender"]])
    assert dialog["unread"] == 0


def _edit_and_delete(alice: Actor, bob: Actor) -> None:
    got = _text(alice, bob, "a slip")
    alice.does("edit", peer=bob.id, id=got["theirs"], text="mended")
    edited = _only(bob.hears_that(lambda event: event["id"] == got["id"], "edited"))
    assert edited["text"] == "mended"
    bob.does("read", peer=alice.id, max_id=got["id"])
    assert alice.hears_that(lambda event: event["max_id"] == got["theirs"], "read")
    alice.does("delete", peer=bob.id, ids=[got["theirs"]])
    assert _only(bob.hears_that(lambda event: got["id"] in event["ids"], "deleted"))["ids"] == [got["id"]]


def _only(things: list[Any]) -> Any:
    assert len(things) == 1, things
    return things[0]
