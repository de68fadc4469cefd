"""What a rule would have found among the public posts of past days; nothing is written, nobody is told.

Source: requirements/rules
"""

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial

from chappe.base.errors import Invalid
from chappe.domain.rulings import Item
from chappe.domain.updates import SHARD
from chappe.safety import watching
from chappe.safety.recent import Recent
from chappe.safety.rulebook import SHADOW, Rule, Rulebook
from chappe.store import Reader, Store
from chappe.store.safety import signals as rows

DAY_S = 86_400
SAMPLES = 50
LOT = 500


@dataclass(frozen=True, slots=True)
class Tested:
    """The result. Shape: days: (day since 1970, posts, findings); samples: items found, the last ones."""

    rule: str
    seen: int
    found: int
    days: tuple[tuple[int, int, int], ...]
    samples: tuple[Item, ...]


async def run(store: Store, rule: Rule, days: int, now: int) -> Tested:
    """The rule was asked about every public post of so many days, as it stands now, in the order in which they came.

    Errors: Invalid operator_rule_untestable for a rule about what is counted and not kept.
    """
    if rule.on != "message":
        raise Invalid("operator_rule_untestable")
    book = Rulebook([replace(rule, mode=SHADOW)])
    recent, seen, found = Recent(), Counter[int](), Counter[int]()
    samples: list[Item] = []
    at, last = await store.read(lambda rx: _bounds(rx, now - days * DAY_S))
    while at < last:
        at, posts = await store.read(partial(_portion, after=at))
        for post in posts:
            seen[post.date // DAY_S] += 1
            for one in watching.looked_at(book, post, recent):
                found[post.date // DAY_S] += 1
                samples = [*samples[-(SAMPLES - 1) :], one.item]
    table = tuple((day, seen[day], found[day]) for day in sorted(seen))
    return Tested(rule.label, seen.total(), found.total(), table, tuple(samples))


def _bounds(rx: Reader, since: int) -> tuple[int, int]:
    return rows.first_event_since(rx, SHARD, since), rows.newest_event(rx, SHARD)


def _portion(rx: Reader, after: int) -> tuple[int, list[watching.Post]]:
    """(the event reached, public posts up to it)."""
    events = rows.events(rx, SHARD, after, LOT)
    return (events[-1][0], watching.posts_of(rx, events)) if events else (2**62, [])
