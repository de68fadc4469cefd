"""Answers that several methods share: the updates of the caller's own act, pages of messages, people."""

from collections.abc import Iterable, Sequence
from functools import partial

from chappe.domain import peers
from chappe.domain.records import Message
from chappe.domain.updates import Entry
from chappe.rpc.context import Call
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.messages import message_view, people_of
from chappe.rpc.views.updates import entry_update, people_of_entries
from chappe.rpc.views.users import user_view
from chappe.tl import types as t

AT_ONCE = 250
"""People looked up and shown in one go; between two goes other calls have their turn."""


def viewer(call: Call) -> Viewer:
    """The caller, for whom media are rendered."""
    return Viewer(call.user_id, call.services.access, call.now(), call.services.dc_id)


async def users(call: Call, ids: Iterable[int]) -> list[t.TypeUser]:
    """The people of the ids as the caller may see them."""
    wanted, now, seen = sorted(set(ids)), call.now(), viewer(call)
    shown: list[t.TypeUser] = []
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        cards = await call.read(partial(peers.cards, viewer=call.user_id, ids=part, now=now))
        shown += [user_view(card, seen) for card in cards]
    return shown


async def sent_updates(call: Call, entries: Sequence[Entry], *, extra: Sequence[t.TypeUpdate] = ()) -> t.Updates:
    """Full updates of the caller's own act: updateMessageID for each random_id, then the entries."""
    seen = viewer(call)
    out: list[t.TypeUpdate] = []
    for entry in entries:
        if entry.random_id and entry.message is not None:
            out.append(t.UpdateMessageID(id=entry.message.id, random_id=entry.random_id))
    out += [entry_update(entry, seen) for entry in entries]
    out += extra
    people = await users(call, people_of_entries(entries))
    return t.Updates(updates=out, users=people, chats=[], date=call.now(), seq=0)


async def messages_page(
    call: Call, found: Sequence[Message], count: int, *, inexact: bool = False
) -> t.messages.TypeMessages:
    """A page of messages with the people in it; a slice when there are more. Source: type/messages.Messages"""
    seen = viewer(call)
    shown = [message_view(m, seen) for m in found]
    people = await users(call, people_of(found))
    if count <= len(shown) and not inexact:
        return t.messages.Messages(messages=shown, topics=[], chats=[], users=people)
    return t.messages.MessagesSlice(inexact=inexact, count=count, messages=shown, topics=[], chats=[], users=people)
