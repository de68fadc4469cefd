"""Deeds about a person or a room: what everybody may know of them, and what was noticed and decided. No chats.

Source: requirements/console
"""

import msgspec

from chappe.console.case_views import CaseView, case_view
from chappe.console.cases import role_of
from chappe.console.deeds import Deeds
from chappe.console.inside import Inside
from chappe.console.rulings import DecisionView, decision_view
from chappe.domain import bots, decisions
from chappe.domain.access import Moderator
from chappe.domain.operators import Operator
from chappe.domain.rulings import Item, Measure
from chappe.safety import Case, cases, items
from chappe.store import Reader

DEEDS = Deeds()


class OneAccount(msgspec.Struct, frozen=True):
    """Whose history."""

    user_id: int


class OneRoom(msgspec.Struct, frozen=True):
    """Which room. Shape: its marked id, below zero."""

    room_id: int


class HistoryView(msgspec.Struct, frozen=True):
    """What everybody may know, empty where that is nothing, and what was noticed and decided."""

    item_key: str
    name: str
    username: str
    about: str
    date: int
    decisions: tuple[DecisionView, ...]
    cases: tuple[CaseView, ...]
    owner_id: int = 0
    """Who answers for it, where it is a bot."""
    told_in: str = "en"
    """The language in which whom a decision about it would hit is told: en or fr."""


@DEEDS.deed("GET", "/api/accounts/{user_id}")
async def look_at_account(inside: Inside, me: Operator, asked: OneAccount) -> HistoryView:
    """What strangers may know of a person, and the decisions and cases about them."""

    def query(rx: Reader, moderator: Moderator) -> HistoryView:
        taken = decisions.about_person(rx, asked.user_id)
        found = cases.about_person(rx, moderator, asked.user_id)
        item = Item("account", asked.user_id)
        return _history(rx, me, item, tuple(map(decision_view, taken)), _views(rx, me, found))

    return await inside.seen_as(me, role_of(me), query)


@DEEDS.deed("GET", "/api/rooms/{room_id}")
async def look_at_room(inside: Inside, me: Operator, asked: OneRoom) -> HistoryView:
    """What strangers may know of a room, and the decisions and cases about it or what stands in it."""

    def query(rx: Reader, moderator: Moderator) -> HistoryView:
        item = Item("room", asked.room_id)
        taken = decisions.about(rx, item)
        found = cases.about_room(rx, moderator, asked.room_id)
        return _history(rx, me, item, tuple(map(decision_view, taken)), _views(rx, me, found))

    return await inside.seen_as(me, role_of(me), query)


def _views(rx: Reader, me: Operator, found: list[Case]) -> tuple[CaseView, ...]:
    return tuple(case_view(one, me.operator_id, rx.now) for one in found)


def _history(
    rx: Reader, me: Operator, item: Item, taken: tuple[DecisionView, ...], found: tuple[CaseView, ...]
) -> HistoryView:
    shown = items.named(rx, item).evidence
    owner = bots.owners(rx, (item.peer_id,)).get(item.peer_id, 0) if item.kind == "account" else 0
    people = decisions.preview(rx, Measure("label"), (item,)).languages
    told_in = people[0][0] if people else "en"
    if not shown:
        return HistoryView(item.key, "", "", "", 0, taken, found, owner, told_in)
    known = shown[0]
    name = known.title or known.from_name
    return HistoryView(item.key, name, known.username, known.text, known.date, taken, found, owner, told_in)
