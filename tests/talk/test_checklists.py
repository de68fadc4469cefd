"""Source: api/todo, method/messages.toggleTodoCompleted. Tasks are ticked off and added, alone or together."""

from typing import Any

import pytest
from tests.kit.rooms import group, hall, history
from tests.kit.stage import Person, Stage
from tests.talk.test_polls import posted, words

from chappe import tl
from chappe.domain import checklists
from chappe.tl import functions as f
from chappe.tl import types as t


def tasks(*texts: str, first: int = 1) -> list[t.TodoItem]:
    return [t.TodoItem(id=first + place, title=words(text)) for place, text in enumerate(texts)]


def sends(to: t.TypeInputPeer, *texts: str, number: int = 1, **how: Any) -> f.messages.SendMedia:
    todo = t.TodoList(title=words("Dinner"), list=tasks(*texts), **how)
    return f.messages.SendMedia(peer=to, media=t.InputMediaTodo(todo=todo), message="", random_id=number)


def ticks(to: t.TypeInputPeer, message_id: int, done: list[int], undone: list[int]) -> f.messages.ToggleTodoCompleted:
    return f.messages.ToggleTodoCompleted(peer=to, msg_id=message_id, completed=done, incompleted=undone)


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_list_is_worked_off_together(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room = await hall(stage, alice, bob)
    how = {"others_can_append": True, "others_can_complete": True}
    made = posted(await alice.calls(sends(room.peer(alice), "soup", "rice", **how)))
    assert [one.title.text for one in made.media.todo.list] == ["soup", "rice"] and made.media.completions is None
    alice.hears()
    edit, event = (await bob.calls(ticks(room.peer(bob), made.id, [2, 9], []))).updates
    me = t.PeerUser(user_id=bob.id)
    assert [(c.id, c.completed_by, c.date) for c in edit.message.media.completions] == [(2, me, int(stage.clock.now()))]
    assert (event.message.action.completed, event.message.reply_to.reply_to_msg_id) == ([2], made.id)
    told = alice.receives(t.UpdateEditChannelMessage).message
    assert ([c.id for c in told.media.completions], told.edit_date) == ([2], None)
    assert await bob.fails(ticks(room.peer(bob), made.id, [2], [1])) == "400 TODO_NOT_MODIFIED"
    more = f.messages.AppendTodoList(peer=room.peer(bob), msg_id=made.id, list=tasks("bread", first=3))
    edit, event = (await bob.calls(more)).updates
    assert [one.id for one in edit.message.media.todo.list] == [1, 2, 3]
    assert [one.title.text for one in event.message.action.list] == ["bread"]
    assert await bob.fails(more) == "400 MEDIA_INVALID"
    _, event = (await alice.calls(ticks(room.peer(alice), made.id, [1], [2]))).updates
    assert (event.message.action.completed, event.message.action.incompleted) == ([1], [2])
    found = next(m for m in (await room.history(bob)).messages if m.id == made.id)
    assert [c.id for c in found.media.completions] == [1]


async def test_some_lists_are_their_authors_alone(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    made = posted(await alice.calls(sends(room.peer(alice), "soup", "rice")))
    more = f.messages.AppendTodoList(peer=room.peer(bob), msg_id=made.id, list=tasks("bread", first=3))
    assert await bob.fails(more) == "403 MESSAGE_AUTHOR_REQUIRED"
    assert await bob.fails(ticks(room.peer(bob), made.id, [1], [])) == "403 MESSAGE_AUTHOR_REQUIRED"
    await alice.calls(ticks(room.peer(alice), made.id, [1, 2], []))
    notes = f.messages.ForwardMessages(
        from_peer=room.peer(bob), to_peer=t.InputPeerSelf(), id=[made.id], random_id=[2]
    )
    copy = posted(await bob.calls(notes))
    assert [c.id for c in copy.media.completions] == [1, 2]
    assert await bob.fails(ticks(t.InputPeerSelf(), copy.id, [], [1])) == "400 MESSAGE_ID_INVALID"
    said = await room.says(alice, "no list")
    assert await alice.fails(ticks(room.peer(alice), said.id, [1], [])) == "400 MESSAGE_ID_INVALID"
    # What was done stays done when the author words the list anew.
    todo = t.TodoList(title=words("Supper"), list=tasks("stew", first=2))
    edit = f.messages.EditMessage(peer=room.peer(alice), id=made.id, media=t.InputMediaTodo(todo=todo))
    after = posted(await alice.calls(edit)).media
    assert (after.todo.title.text, [c.id for c in after.completions]) == ("Supper", [2])
    wrong = f.messages.EditMessage(peer=room.peer(alice), id=said.id, media=t.InputMediaTodo(todo=todo))
    assert await alice.fails(wrong) == "400 MEDIA_PREV_INVALID"


async def test_both_sides_of_a_chat_and_a_group_have_the_list(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    mine = posted(await alice.calls(sends(alice.sees(bob), "soup", others_can_complete=True)))
    theirs = bob.receives(t.UpdateNewMessage).message
    await bob.calls(ticks(bob.sees(alice), theirs.id, [1], []))
    told = alice.receives(t.UpdateEditMessage).message
    assert (told.id, [c.completed_by.user_id for c in told.media.completions]) == (mine.id, [bob.id])
    kitchen = await group(alice, bob, carol)
    made = posted(await alice.calls(sends(kitchen, "soup", others_can_complete=True, number=2)))
    seen = next(m for m in (await history(carol, kitchen)).messages if isinstance(m, t.Message))
    await carol.calls(ticks(kitchen, seen.id, [1], []))
    found = next(m for m in (await history(bob, kitchen)).messages if isinstance(m, t.Message))
    assert [c.completed_by.user_id for c in found.media.completions] == [carol.id]
    assert alice.receives(t.UpdateEditMessage).message.id == made.id


async def test_a_list_has_bounds(stage: Stage, alice: Person, bob: Person) -> None:
    room, news = await hall(stage, alice, bob), await hall(stage, alice, broadcast=True)
    assert await alice.fails(sends(news.peer(alice), "soup")) == "400 MEDIA_INVALID"
    assert await alice.fails(sends(room.peer(alice))) == "400 TODO_ITEMS_EMPTY"
    assert await alice.fails(sends(room.peer(alice), "x" * (checklists.TASK_LENGTH + 1))) == "400 MEDIA_INVALID"
    assert await alice.fails(sends(room.peer(alice), *["x"] * (checklists.TASKS + 1))) == "400 MEDIA_INVALID"
    twice = t.InputMediaTodo(todo=t.TodoList(title=words("x"), list=[*tasks("a"), *tasks("b")]))
    send = f.messages.SendMedia(peer=room.peer(alice), media=twice, message="", random_id=7)
    assert await alice.fails(send) == "400 MEDIA_INVALID"
    rights = t.ChatBannedRights(until_date=0, send_polls=True)
    await alice.calls(f.messages.EditChatDefaultBannedRights(peer=room.peer(alice), banned_rights=rights))
    assert await bob.fails(sends(room.peer(bob), "soup")) == "403 CHAT_SEND_POLL_FORBIDDEN"
