"""Checklists: tasks that are ticked off, and added to, by who wrote them or by everybody, as their author chose.

Source: api/todo
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from chappe.base.errors import Invalid, NotAllowed
from chappe.domain import anonymity, editing, posts, sending, updates
from chappe.domain import content as contents
from chappe.domain.access import Grant
from chappe.domain.content import MediaTodo, ReplyTo, Service, Task, Text, Tick
from chappe.domain.messages import Outgoing
from chappe.domain.records import Message
from chappe.domain.updates import SHARD, Entry, commit_edit
from chappe.store import Tx
from chappe.store.queries import boxes

TITLE_LENGTH = 32
TASK_LENGTH = 64
TASKS = 30
"""Source: api/config"""

Changed = tuple[Entry, Entry]
"""The edit of the message with the list, and the event that tells of it."""


def require_list(todo: MediaTodo) -> None:
    """The list can be sent. Errors: Invalid todo_items_empty, media_invalid."""
    if not 0 < contents.utf16_len(todo.title.strip()) <= TITLE_LENGTH:
        raise Invalid("media_invalid")
    _require_tasks(todo.tasks)


def _require_tasks(tasks: Sequence[Task]) -> None:
    if not tasks:
        raise Invalid("todo_items_empty")
    if len(tasks) > TASKS or len({task.id for task in tasks}) < len(tasks):
        raise Invalid("media_invalid")
    if any(task.id <= 0 or not 0 < contents.utf16_len(task.text.strip()) <= TASK_LENGTH for task in tasks):
        raise Invalid("media_invalid")


def tick(
    tx: Tx, grant: Grant, message_id: int, done: Sequence[int], undone: Sequence[int], origin: int = 0
) -> Changed:
    """These tasks are done, those are not.

    Source: method/messages.toggleTodoCompleted
    After: one edit in each box that holds the list, one event in the dialog.
    Errors: Invalid message_id_invalid, todo_not_modified; NotAllowed message_author_required, chat_write_forbidden.
    """
    message, content, todo = _found(tx, grant, message_id, "complete")
    before = {one.id for one in todo.ticks}
    known = {task.id for task in todo.tasks}
    now = sorted((set(done) & known) - before)
    back = sorted((set(undone) & before) - set(done))
    if not now and not back:
        raise Invalid("todo_not_modified")
    shown = anonymity.shown_as(tx, grant.room, grant.me) if grant.room is not None and grant.me is not None else 0
    left = tuple(one for one in todo.ticks if one.id not in back)
    fresh = tuple(Tick(one, shown or grant.viewer, tx.now) for one in now)
    event = Service("TodoCompletions", {"completed": now, "incompleted": back})
    return _put(tx, grant, message, content, msgspec.structs.replace(todo, ticks=(*left, *fresh)), event, origin)


def append(tx: Tx, grant: Grant, message_id: int, tasks: Sequence[Task], origin: int = 0) -> Changed:
    """The list has these tasks as well.

    Source: method/messages.appendTodoList
    After: one edit in each box that holds the list, one event in the dialog.
    Errors: Invalid message_id_invalid, todo_items_empty, media_invalid; NotAllowed message_author_required,
    chat_write_forbidden.
    """
    message, content, todo = _found(tx, grant, message_id, "append")
    _require_tasks(tasks)
    _require_tasks((*todo.tasks, *tasks))
    event = Service("TodoAppendTasks", tasks=tuple(tasks))
    after = msgspec.structs.replace(todo, tasks=(*todo.tasks, *tasks))
    return _put(tx, grant, message, content, after, event, origin)


def _found(tx: Tx, grant: Grant, message_id: int, what: str) -> tuple[Message, Text, MediaTodo]:
    """The message with a list that the viewer may change so."""
    message = updates.of_dialog(tx, grant.box, grant.peer, message_id, grant.floor)
    content = message.content
    if not isinstance(content, Text) or not isinstance(content.media, MediaTodo) or content.fwd_from is not None:
        raise Invalid("message_id_invalid")
    todo = content.media
    mine = grant.viewer in (message.from_id, content.author_id) if message.owner_id < 0 else message.out
    if not (mine or (todo.others_complete if what == "complete" else todo.others_append)):
        raise NotAllowed("message_author_required")
    if grant.room is not None and grant.me is not None:
        posts.require_post(replace(grant.room, slow_mode_s=0), grant.me, Text(""), tx.now)
    return message, content, todo


def _put(
    tx: Tx, grant: Grant, message: Message, content: Text, todo: MediaTodo, event: Service, origin: int
) -> Changed:
    others = posts.copies(tx, message)[1:]
    mine = editing.put_content(tx, message, msgspec.structs.replace(content, media=todo), message.edit_date)
    twin = message.twin_id if others else 0
    boxes.append_event(tx, SHARD, tx.now, "edit", message.owner_id, message.id, message.peer_id if others else 0, twin)
    for copy in others:
        if isinstance(copy.content, Text):
            theirs = msgspec.structs.replace(copy.content, media=todo)
            commit_edit(tx, editing.put_content(tx, copy, theirs, copy.edit_date))
    edit = commit_edit(tx, mine, origin)
    told = msgspec.structs.replace(event, reply_to=ReplyTo(message.id))
    return edit, sending.send(tx, grant, Outgoing(told, 0), origin).entry
