"""The gate that rules speak through before something is stored; `app` hands it to the domain.

Source: requirements/rules, api/errors#420-flood
Of a private chat it knows that somebody writes to a stranger for the first time, never what. What a rule found is put
aside in memory and written by `findings` soon after: the act that it refused leaves no trace of itself.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from chappe.base.errors import NotAllowed, TooMany
from chappe.base.ids import PeerId, UserId
from chappe.domain.access import SERVICE_USER, Grant
from chappe.domain.content import Content, Text
from chappe.domain.rooms import Room
from chappe.domain.rulings import Item
from chappe.domain.updates import Entry
from chappe.safety import reading
from chappe.safety.events import Facts, facts
from chappe.safety.recent import Recent
from chappe.safety.rulebook import LIVE, REFUSE, WAIT, Rule, Rulebook
from chappe.store import Store, Tx
from chappe.store.safety import signals as rows

SLOT_S = 600
DAY_SLOTS = 86_400 // SLOT_S
PAIRS = 200_000
"""Pairs of people known to talk; who was heard of longest ago is asked about again."""
AGES = 200_000
WAITING = 10_000
"""Findings that wait to be written; further ones are only counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule found something. Shape: subject as in the journal; day 0 for what is found once."""

    rule: Rule
    item: Item
    subject: str
    facts: Facts
    day: int


@dataclass(slots=True)
class Tally:
    """What happened at the gate since it was last asked."""

    seen: Counter[tuple[str, int]] = field(default_factory=Counter)
    """(event, day) → how often rules were asked."""
    found: Counter[tuple[str, int, str, int]] = field(default_factory=Counter)
    """(rule, version, mode, day) → how often it found something."""
    findings: dict[tuple[str, str, int], Finding] = field(default_factory=dict)


class RuleGate:
    """The rules that speak before an act; one for the whole server, called from the thread that writes."""

    def __init__(self, book: Rulebook) -> None:
        self.tight = False
        """True while the growth guard has limits tightened."""
        self._book = book
        self._folds = False
        self._posts: tuple[Rule, ...] = ()
        self._recent = Recent()
        self._talking: OrderedDict[tuple[int, int], None] = OrderedDict()
        self._ages: dict[int, int] = {}
        self._tally = Tally()
        self._lock = threading.Lock()
        self.use(book)

    @property
    def book(self) -> Rulebook:
        """The rules that speak now."""
        return self._book

    def use(self, book: Rulebook) -> None:
        """These rules speak from now on."""
        posts = book.asked["message"]
        self._folds = "folded" in posts.uses
        self._book, self._posts = book, posts.rules

    def listen(self, store: Store) -> None:
        """From now on what is committed is counted: posts in public rooms, by who wrote them."""
        store.on_commit(self._heard, Entry)

    def _heard(self, entries: Sequence[Entry]) -> None:
        if not self._posts:
            return
        for entry in entries:
            if entry.owner_id > 0 or entry.edited:
                continue
            message = entry.message
            if message is not None and isinstance(message.content, Text):
                author = message.content.author_id or message.from_id
                if author > 0:
                    self._recent.said(author, message.owner_id, message.content.message, message.date)

    def taken(self) -> Tally:
        """What was found since the last time; it is the caller's now."""
        with self._lock:
            tally, self._tally = self._tally, Tally()
        return tally

    def returned(self, tally: Tally) -> None:
        """What could not be written now is taken again later."""
        with self._lock:
            self._tally.seen += tally.seen
            self._tally.found += tally.found
            self._tally.findings = tally.findings | self._tally.findings

    def message(self, tx: Tx, grant: Grant, content: Content, /) -> None:
        """Source: requirements/rules. Errors: NotAllowed peer_flood; TooMany flood_wait_x."""
        room = grant.room
        if room is None:
            if (grant.viewer, grant.peer) not in self._talking:
                self._stranger(tx, grant)
        elif room.username and self._posts and isinstance(content, Text):
            pace = self._recent.would_be(grant.viewer, room.id, content.message, tx.now)
            age = self._age(tx, grant.viewer)
            event = reading.message(
                content, room, grant.viewer, age, pace, tx.now, tight=self.tight, folded=self._folds
            )
            self._ask("message", event, grant.viewer, tx.now)

    def join(self, tx: Tx, room: Room, user: UserId, /) -> None:
        """Errors: TooMany flood_wait_x."""
        own, day = self._count(tx, f"join:{user}")
        here, _ = self._count(tx, f"joined:{room.id}")
        event = facts(
            "join", account_age_s=self._age(tx, user), tight=self.tight, member_count=room.member_count,
            room_age_s=max(0, tx.now - room.date), joins_10m=own, joins_day=day, room_joins_10m=here,
        )  # fmt: skip
        self._ask("join", event, user, tx.now)

    def invite(self, tx: Tx, room: Room, inviter: UserId, user: UserId, /) -> None:
        """Errors: NotAllowed peer_flood; TooMany flood_wait_x."""
        own, day = self._count(tx, f"invite:{inviter}")
        here, _ = self._count(tx, f"invited:{room.id}")
        event = facts(
            "invite", account_age_s=self._age(tx, inviter), tight=self.tight, member_count=room.member_count,
            room_age_s=max(0, tx.now - room.date), invites_10m=own, invites_day=day, room_invites_10m=here,
        )  # fmt: skip
        self._ask("invite", event, inviter, tx.now)

    def make_room(self, tx: Tx, maker: UserId, kind: str, /) -> None:
        """Errors: TooMany flood_wait_x."""
        _, day = self._count(tx, f"room:{maker}")
        event = facts(
            "make_room", account_age_s=self._age(tx, maker), tight=self.tight, kind=kind, rooms_day=day
        )  # fmt: skip
        self._ask("make_room", event, maker, tx.now)

    def sign_up(self, tx: Tx, /) -> None:
        """Errors: TooMany flood_wait_x."""
        now, _ = self._count(tx, "sign_up")
        self._ask("sign_up", facts("sign_up", tight=self.tight, sign_ups_10m=now), 0, tx.now)

    def _stranger(self, tx: Tx, grant: Grant) -> None:
        """Somebody may be writing to the other for the first time."""
        me, peer = grant.viewer, grant.peer
        if peer in (PeerId(me), PeerId(SERVICE_USER)):
            return
        if rows.talks(tx, me, peer):
            self._talking[me, peer] = None
            if len(self._talking) > PAIRS:
                self._talking.popitem(last=False)
            return
        saved = rows.saved(tx, peer, me)
        lately, day = self._count(tx, f"contact:{me}") if not saved else (0, 0)
        event = facts(
            "first_contact", account_age_s=self._age(tx, me), tight=self.tight, saved=saved, contacts_10m=lately,
            contacts_day=day,
        )  # fmt: skip
        self._ask("first_contact", event, me, tx.now)

    def _age(self, tx: Tx, user: int) -> int:
        date = self._ages.get(user)
        if date is None:
            if len(self._ages) >= AGES:
                self._ages.clear()
            date = self._ages[user] = rows.signed_up(tx, user)
        return max(0, tx.now - date)

    def _count(self, tx: Tx, subject: str) -> tuple[int, int]:
        """(how often in ten minutes, how often in a day), this time included; of the slot before, its later part."""
        slot, into = divmod(tx.now, SLOT_S)
        rows.count(tx, subject, slot)
        counted = dict(rows.counted(tx, subject, slot - DAY_SLOTS + 1))
        lately = counted.get(slot, 0) + counted.get(slot - 1, 0) * (SLOT_S - into) // SLOT_S
        return lately, sum(counted.values())

    def _ask(self, event: str, known: Facts, person: int, now: int) -> None:
        """Every rule of the event is asked; the first live one that answers is what the person meets."""
        found = self._book.asked[event].found(known)
        day = now // 86_400
        with self._lock:
            self._tally.seen[event, day] += 1
            for rule in found:
                self._tally.found[rule.name, rule.version, rule.mode, day] += 1
                finding = Finding(rule, Item("account", person), f"user:{person}" if person else "server", known, day)
                if len(self._tally.findings) < WAITING:
                    self._tally.findings.setdefault((rule.name, finding.subject, day), finding)
        if found:
            _answer(found)


def _answer(found: list[Rule]) -> None:
    """A refusal speaks before a wait, the longest wait before others."""
    live = [rule for rule in found if rule.mode == LIVE]
    if any(rule.effect.answer == REFUSE for rule in live):
        raise NotAllowed("peer_flood")
    waits = [rule.effect.wait_s for rule in live if rule.effect.answer == WAIT]
    if waits:
        raise TooMany("flood_wait_x", max(waits))


def forget_counts(tx: Tx, limit: int = 500) -> int:
    """Counts of acts older than a day are gone, so many at most; how many that were."""
    return rows.forget_rates(tx, tx.now // SLOT_S - DAY_SLOTS, limit)
