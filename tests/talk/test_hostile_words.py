"""Source: api/errors. Words that want to be more than words are refused by name, or kept and given back as they are."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.kit.rooms import Hall, hall, says
from tests.kit.stage import Person, RpcFailure, Stage
from tests.talk.test_files import shelf

from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["shelf"]

WORDS = {
    "markup": '<script>alert("x")</script><img src=x onerror=1>&lt;b&gt;\'"',
    "entities": "&#x202e;&amp;%00%0d%0aSet-Cookie: a=b",
    "turned": "\u202eelif.exe\u2066\u2067x\u2069\u200f",
    "zalgo": "Z" + "\u0301\u0316\u0489" * 40 + "algo",
    "long word": "w" * 10_000,
    "long zalgo": ("a" + "\u0300" * 9) * 1000,
    "zero": "a\x00b",
    "controls": "a\x1b[31m\r\n\x07b",
    "outside": "\U0010ffff\ufffe\ufeff😀" * 3,
    "queries": "%_'\"\\;-- DROP TABLE rooms",
    "blank": "\u3164\u2800\u200b",
}
Sets = Callable[[Person, Hall, str], Awaitable[Any]]


async def _title(alice: Person, room: Hall, words: str) -> Any:
    await alice.calls(f.channels.EditTitle(channel=room.to(alice), title=words))
    return (await alice.calls(f.channels.GetChannels(id=[room.to(alice)]))).chats[0].title


async def _about(alice: Person, room: Hall, words: str) -> Any:
    await alice.calls(f.messages.EditChatAbout(peer=room.peer(alice), about=words))
    return (await alice.calls(f.channels.GetFullChannel(channel=room.to(alice)))).full_chat.about


async def _group(alice: Person, room: Hall, words: str) -> Any:
    made = await alice.calls(f.messages.CreateChat(users=[t.InputUserSelf()], title=words))
    return made.updates.chats[0].title


async def _channel(alice: Person, room: Hall, words: str) -> Any:
    made = await alice.calls(f.channels.CreateChannel(title=words, about="", broadcast=True))
    return made.chats[0].title


async def _link(alice: Person, room: Hall, words: str) -> Any:
    return (await alice.calls(f.messages.ExportChatInvite(peer=room.peer(alice), title=words))).title


async def _rank(alice: Person, room: Hall, words: str) -> Any:
    await alice.calls(f.messages.EditChatParticipantRank(
        peer=room.peer(alice), participant=t.InputPeerSelf(), rank=words
    ))  # fmt: skip
    ask = f.channels.GetParticipant(channel=room.to(alice), participant=t.InputPeerSelf())
    return (await alice.calls(ask)).participant.rank


async def _topic(alice: Person, room: Hall, words: str) -> Any:
    number = next(alice.stage.numbers)
    made = await alice.calls(f.messages.CreateForumTopic(peer=room.peer(alice), title=words, random_id=number))
    topic = next(u.message.id for u in made.updates if isinstance(u, t.UpdateNewChannelMessage))
    found = await alice.calls(f.messages.GetForumTopicsByID(peer=room.peer(alice), topics=[topic]))
    return found.topics[0].title


async def _message(alice: Person, room: Hall, words: str) -> Any:
    return (await room.says(alice, words)).message


async def _poll(alice: Person, room: Hall, words: str) -> Any:
    said = t.TextWithEntities(text=words, entities=[])
    answers = [t.PollAnswer(text=t.TextWithEntities(text=x, entities=[]), option=x.encode()) for x in "yn"]
    media = t.InputMediaPoll(poll=t.Poll(id=0, hash=0, question=said, answers=answers))
    number = next(alice.stage.numbers)
    sent = await alice.calls(f.messages.SendMedia(peer=room.peer(alice), media=media, message="", random_id=number))
    return next(u.message.media.poll.question.text for u in sent.updates if hasattr(u, "message"))


async def _answer(alice: Person, room: Hall, words: str) -> Any:
    texts = [t.TextWithEntities(text=one, entities=[]) for one in (words, "other")]
    answers = [t.PollAnswer(text=one, option=bytes([place])) for place, one in enumerate(texts)]
    media = t.InputMediaPoll(poll=t.Poll(id=0, hash=0, question=texts[1], answers=answers))
    number = next(alice.stage.numbers)
    sent = await alice.calls(f.messages.SendMedia(peer=room.peer(alice), media=media, message="", random_id=number))
    return next(u.message.media.poll.answers[0].text.text for u in sent.updates if hasattr(u, "message"))


async def _added(alice: Person, room: Hall, words: str) -> Any:
    texts = [t.TextWithEntities(text=one, entities=[]) for one in ("tea", "water", words)]
    answers = [t.PollAnswer(text=one, option=bytes([place])) for place, one in enumerate(texts[:2])]
    poll = t.Poll(id=0, hash=0, question=texts[0], answers=answers, public_voters=True, open_answers=True)
    number = next(alice.stage.numbers)
    sent = await alice.calls(f.messages.SendMedia(
        peer=room.peer(alice), media=t.InputMediaPoll(poll=poll), message="", random_id=number
    ))  # fmt: skip
    asked = next(u.message.id for u in sent.updates if hasattr(u, "message"))
    add = f.messages.AddPollAnswer(peer=room.peer(alice), msg_id=asked, answer=t.InputPollAnswer(text=texts[2]))
    return next(u.message.action.answer.text.text for u in (await alice.calls(add)).updates if hasattr(u, "message"))


async def _list(alice: Person, room: Hall, title: str, task: str) -> t.TodoList:
    said = [t.TextWithEntities(text=one, entities=[]) for one in (title, task)]
    todo = t.TodoList(title=said[0], list=[t.TodoItem(id=1, title=said[1])])
    number = next(alice.stage.numbers)
    sent = await alice.calls(f.messages.SendMedia(
        peer=room.peer(alice), media=t.InputMediaTodo(todo=todo), message="", random_id=number
    ))  # fmt: skip
    kept: t.TodoList = next(u.message.media.todo for u in sent.updates if hasattr(u, "message"))
    return kept


async def _list_title(alice: Person, room: Hall, words: str) -> Any:
    return (await _list(alice, room, words, "soup")).title.text


async def _task(alice: Person, room: Hall, words: str) -> Any:
    return (await _list(alice, room, "Dinner", words)).list[0].title.text


async def _file(alice: Person, words: str, caption: str) -> t.Message:
    number = next(alice.stage.numbers)
    await alice.calls(f.upload.SaveFilePart(file_id=number, file_part=0, bytes=b"plain words"))
    media = t.InputMediaUploadedDocument(
        file=t.InputFile(id=number, parts=1, name=words, md5_checksum=""), mime_type="text/plain",
        attributes=[t.DocumentAttributeFilename(file_name=words)],
    )  # fmt: skip
    sent = await alice.calls(f.messages.SendMedia(
        peer=t.InputPeerSelf(), media=media, message=caption, random_id=number
    ))  # fmt: skip
    found: t.Message = next(u.message for u in sent.updates if hasattr(u, "message"))
    return found


async def _file_name(alice: Person, room: Hall, words: str) -> Any:
    document = (await _file(alice, words, "")).media.document
    return next(a.file_name for a in document.attributes if isinstance(a, t.DocumentAttributeFilename))


async def _caption(alice: Person, room: Hall, words: str) -> Any:
    return (await _file(alice, "notes.txt", words)).message


async def _public_name(alice: Person, room: Hall, words: str) -> Any:
    await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username=words))
    return words


SETTERS: tuple[Sets, ...] = (
    _title, _about, _group, _channel, _link, _rank, _topic, _message, _poll, _answer, _added, _list_title, _task,
    _file_name, _caption, _public_name,
)  # fmt: skip


@pytest.mark.parametrize("setter", SETTERS, ids=lambda one: one.__name__.strip("_"))
async def test_words_are_kept_or_refused(stage: Stage, shelf: FileStore, alice: Person, setter: Sets) -> None:
    room = await hall(stage, alice)
    await alice.calls(f.channels.ToggleForum(channel=room.to(alice), enabled=True, tabs=False))
    for name, words in WORDS.items():
        try:
            kept = await setter(alice, room, words)
        except RpcFailure as refusal:
            assert refusal.code == 400 and refusal.message.isupper(), (name, refusal)
            continue
        # What is too long is cut; nothing is put into it, and what ends it is not shown.
        kept = kept.replace("\ufffd", "\0")  # what PostgreSQL keeps of a zero
        assert kept and (words.strip().startswith(kept) or kept == words), (name, kept[:80])


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
async def test_questions_find_nothing_by_force(stage: Stage, alice: Person, bob: Person, words: str) -> None:
    room = await hall(stage, alice, bob)
    await says(alice, room.peer(alice), "nothing to see")
    found = await bob.calls(f.messages.Search(
        peer=room.peer(bob), q=words, filter=t.InputMessagesFilterEmpty(), min_date=0, max_date=0, offset_id=0,
        add_offset=0, limit=10, max_id=0, min_id=0, hash=0,
    ))  # fmt: skip
    assert found.messages == []
    people = await bob.calls(f.channels.GetParticipants(
        channel=room.to(bob), filter=t.ChannelParticipantsSearch(q=words), offset=0, limit=10, hash=0
    ))  # fmt: skip
    assert people.participants == [] or not words.strip()
    await bob.calls(f.contacts.Search(q=words[:200], limit=10))
    await alice.calls(f.channels.GetAdminLog(channel=room.to(alice), q=words, max_id=0, min_id=0, limit=10))
