"""Checklists: sent, ticked off, added to. Source: api/todo"""

from collections.abc import Callable, Sequence
from functools import partial

from chappe.domain import access, checklists
from chappe.domain.content import MediaTodo, Task
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import sent_updates
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

IDS = 100


def list_of(call: Call, value: t.InputMediaTodo) -> MediaTodo:
    """The list a client wants sent. Errors: TODO_ITEMS_EMPTY, MEDIA_INVALID."""
    todo = value.todo
    made = MediaTodo(
        todo.title.text, inputs.entities(call, todo.title.entities), _tasks(call, todo.list),
        bool(todo.others_can_append), bool(todo.others_can_complete),
    )  # fmt: skip
    checklists.require_list(made)
    return made


def _tasks(call: Call, items: Sequence[t.TodoItem]) -> tuple[Task, ...]:
    some = items[: checklists.TASKS + 1]
    return tuple(Task(one.id, one.title.text, inputs.entities(call, one.title.entities)) for one in some)


@method("messages.toggleTodoCompleted")
async def toggle_todo_completed(call: Call, q: f.messages.ToggleTodoCompleted) -> t.Updates:
    """These tasks are done, those are not.

    Source: method/messages.toggleTodoCompleted
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, TODO_NOT_MODIFIED, MESSAGE_AUTHOR_REQUIRED, CHAT_WRITE_FORBIDDEN.
    """
    done, undone = q.completed[:IDS], q.incompleted[:IDS]
    return await _changed(call, q.peer, partial(checklists.tick, message_id=q.msg_id, done=done, undone=undone))


@method("messages.appendTodoList")
async def append_todo_list(call: Call, q: f.messages.AppendTodoList) -> t.Updates:
    """The list has these tasks as well.

    Source: method/messages.appendTodoList
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, TODO_ITEMS_EMPTY, MEDIA_INVALID, MESSAGE_AUTHOR_REQUIRED,
    CHAT_WRITE_FORBIDDEN.
    """
    return await _changed(call, q.peer, partial(checklists.append, message_id=q.msg_id, tasks=_tasks(call, q.list)))


async def _changed(call: Call, value: t.TypeInputPeer, change: Callable[..., checklists.Changed]) -> t.Updates:
    peer, origin = await inputs.peer(call, value), call.device.auth_key_id

    def act(tx: Tx) -> checklists.Changed:
        return change(tx, access.require_write(tx, call.user_id, peer), origin=origin)

    return await sent_updates(call, await call.write(act))
