"""Checklists as TL values. Source: type/TodoList"""

from chappe.domain.content import MediaTodo, Task
from chappe.rpc.views.entities import entities_view
from chappe.rpc.views.peers import peer_view
from chappe.tl import types as t


def todo_view(todo: MediaTodo) -> t.MessageMediaToDo:
    """The list, and who ticked off what. Source: type/messageMediaToDo"""
    title = t.TextWithEntities(text=todo.title, entities=entities_view(todo.title_entities) or [])
    return t.MessageMediaToDo(
        todo=t.TodoList(
            others_can_append=todo.others_append, others_can_complete=todo.others_complete, title=title,
            list=[task_view(task) for task in todo.tasks],
        ),
        completions=[t.TodoCompletion(id=one.id, completed_by=peer_view(one.by), date=one.date) for one in todo.ticks]
        or None,
    )  # fmt: skip


def task_view(task: Task) -> t.TodoItem:
    """One task. Source: type/todoItem"""
    title = t.TextWithEntities(text=task.text, entities=entities_view(task.entities) or [])
    return t.TodoItem(id=task.id, title=title)
