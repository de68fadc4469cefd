"""What must be true after anything: every promise kept exactly once, at both ends, in every reading of the box.

Assertions here compare small things only: explaining a difference of ten thousand messages would take for ever.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass

from tests.survive.people import Person

from chappe.tl import functions as f
from chappe.tl import types as t


@dataclass
class Figures:
    """What was counted."""

    sent: int = 0
    tries: int = 0
    pushed: int = 0
    fetched: int = 0
    lines: int = 0

    def __str__(self) -> str:
        return (
            f"{self.sent} messages accepted in {self.tries} tries, {self.pushed} changes by push and "
            f"{self.fetched} by difference, {self.lines} lines"
        )


async def reckon(people: list[Person], refusals_allowed: bool = False) -> Figures:
    """Every accepted message stands in both boxes once and came to each client once; counters agree.

    Errors: AssertionError that says what was lost, doubled or miscounted.
    """
    await asyncio.gather(*(person.has_all() for person in people))
    books: dict[tuple[str, str], list[t.Message]] = {}
    for person in people:
        for other in person.friends:
            books[person.name, other.name] = await person.history(other)
    for person in people:
        _check_promises(person, books)
        _check_client(person, books)
        assert refusals_allowed or not person.refusals, person.refusals[:3]
        await _check_unread(person, books)
    return Figures(
        sum(len(p.promises) for p in people),
        sum(promise.tries for p in people for promise in p.promises.values()),
        sum(p.mailbox.pushed for p in people),
        sum(p.mailbox.fetched for p in people),
        sum(p.lines for p in people),
    )


def _check_promises(person: Person, books: dict[tuple[str, str], list[t.Message]]) -> None:
    """What the server said it has, it has: once here, once there, under the number it said."""
    for name in [one.name for one in person.friends if (one.name, person.name) in books]:
        wanted = {p.text: p.id for p in person.promises.values() if p.to.name == name and p.id}
        mine = [(m.message, m.id) for m in books[person.name, name] if m.out]
        theirs = [m.message for m in books[name, person.name] if not m.out]
        here, there = Counter(text for text, _ in mine), Counter(theirs)
        apart = sorted((here - there) + (there - here))
        assert not apart, f"{person.name} and {name} differ in {len(apart)} messages, the first is {apart[0]!r}"
        lost = [text for text in wanted if (text, wanted[text]) not in set(mine)]
        assert not lost, f"{len(lost)} of {len(wanted)} accepted messages are lost, the first is {lost[0]!r}"
        doubled = [text for text, times in Counter(theirs).items() if times > 1]
        assert not doubled, f"{len(doubled)} messages stand twice, the first is {doubled[0]!r}"
        unasked = set(theirs) - set(person.promises)
        assert not unasked, f"nobody sent {unasked}"


def _check_client(person: Person, books: dict[tuple[str, str], list[t.Message]]) -> None:
    """What the client was told is what stands in the box, each thing once."""
    box = {m.id: m.message for (owner, _), page in books.items() if owner == person.name for m in page}
    told = person.mailbox.texts
    assert not person.mailbox.faults, f"{person.name}: {person.mailbox.faults[:5]}"
    missing, ghosts = box.keys() - told.keys(), told.keys() - box.keys()
    assert not missing, f"{person.name} was never told of {len(missing)} messages"
    assert not ghosts, f"{person.name} was told of {len(ghosts)} messages that are not there"
    wrong = [one for one in box if told[one] != box[one]]
    assert not wrong, f"{person.name} was told {told[wrong[0]]!r} of {box[wrong[0]]!r}"
    assert len(box) == max(box) - min(box) + 1, f"{person.name}'s message ids have gaps"


async def _check_unread(person: Person, books: dict[tuple[str, str], list[t.Message]]) -> None:
    """The counts of unread messages are what the messages say."""
    state = await person.client.calls(f.updates.GetState())
    assert state.pts == person.mailbox.pts, f"{person.name} stands at {person.mailbox.pts}, the box at {state.pts}"
    unread = {other.name: sum(not m.out for m in books[person.name, other.name]) for other in person.friends}
    assert state.unread_count == sum(unread.values()), f"{state.unread_count} unread, not {unread}"
    peers = [t.InputDialogPeer(peer=person.peers[name]) for name in unread]
    found = await person.client.calls(f.messages.GetPeerDialogs(peers=peers))
    names = {other.id: other.name for other in person.friends}
    assert {names[d.peer.user_id]: d.unread_count for d in found.dialogs} == unread
