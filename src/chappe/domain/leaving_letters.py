"""Everybody in a country that is being left is told, a lot at a time; who comes to be there later is told as well.

Source: requirements/leave
"""

import msgspec

from chappe.base.ids import PeerId, UserId
from chappe.domain import accounts, leaving, leaving_words, service_chat, territories, updates
from chappe.domain.leaving import EVERYWHERE
from chappe.domain.territories import Settled
from chappe.domain.updates import ConfigChanged
from chappe.store import Reader, Tx
from chappe.store.queries import territories as rows

LOT = 100
_plan: msgspec.json.Decoder[dict[str, int]] = msgspec.json.Decoder(dict[str, int])


def waiting(rx: Reader) -> bool:
    """True if somebody is still to be told."""
    return bool(rows.letters(rx) or rows.greetings(rx, 1))


def tell_some(tx: Tx, site: str) -> int:
    """Some more people have their letter, each letter once; how many, and nobody is left when it is 0."""
    for event_id, territory, kind, facts, after, date in rows.letters(tx):
        people = rows.people(tx, territory, after, LOT)
        if not people:
            rows.letter_done(tx, event_id)
            continue
        if rows.letter_reached(tx, event_id, after, people[-1], len(people)):  # else another server tells them
            for one in people:
                rows.drop_greeting(tx, one)
                _tell(tx, UserId(one), kind, territory, date, facts, site)
        return len(people)
    return 0


def greet_some(tx: Tx, site: str) -> int:
    """Some more of those who came to be where a country is being left know how far it is; how many.

    Once every letter is with everybody: who came while one went round has it.
    """
    found = [] if rows.letters(tx) else rows.greetings(tx, LOT)
    for user_id, territory in found:
        if rows.drop_greeting(tx, user_id):
            greet(tx, Settled(UserId(user_id), territory), site)
    return len(found)


def greet(tx: Tx, note: Settled, site: str) -> None:
    """Who is somewhere else from now on knows how far that place was left; who was there before has its letters."""
    person = accounts.get(tx, note.user_id)
    if person.deleted:
        return
    place = territories.place(tx, note.user_id)
    came = {place.territory: place.date, EVERYWHERE: person.date}
    for territory, date in came.items():
        now = leaving.state(tx, territory)
        if now.step == leaving.OPEN or date <= now.since:
            continue
        facts = msgspec.json.encode(dict(now.plan)).decode()
        _tell(tx, note.user_id, now.step, now.territory, now.since, facts, site)


def _tell(tx: Tx, user_id: UserId, kind: str, territory: str, date: int, facts: str, site: str) -> None:
    updates.commit_state(tx, PeerId(user_id), ConfigChanged())  # clients ask what they may still do
    lang = rows.language(tx, user_id)[:2].lower()
    service_chat.tell(tx, user_id, leaving_words.letter(lang, kind, territory, date, _plan.decode(facts), site))
