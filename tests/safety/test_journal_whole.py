"""The journal is whole: every kind of accountable act is done here, each leaves the entries it says and no others.

Source: dsa/17
And every entry describes an act: a kind that nothing here makes fails the test, and so does one whose act's docstring
does not speak of it. What is public of the entries is in the log afterwards, each provable.
"""

import ast
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.kit.entries import seen_by
from tests.kit.moderation import ruling, somebody
from tests.kit.rooms import history
from tests.kit.stage import Person, Stage
from tests.safety.conftest import Scene
from tests.safety.test_hash_lists import ONE
from tests.safety.test_matching import wish
from tests.transparency.logbook import ORIGIN

from chappe.base import Refusal
from chappe.base.ids import UserId
from chappe.domain import (
    accounts,
    auth,
    authorizations,
    decisions,
    invites,
    journal,
    new_keys,
    operators,
    passkeys,
    password_reset,
    passwords,
    recoveries,
)
from chappe.domain import operator_tokens as tokens
from chappe.domain.journal import Public
from chappe.domain.operators import CHILD_SAFETY, LEAD, MODERATOR
from chappe.domain.rulings import Item, Measure
from chappe.domain.webauthn import Passkey
from chappe.safety import (
    bulk,
    cases,
    complaints,
    flaggers,
    growth,
    lists,
    modes,
    overturning,
    queues,
    retention,
    rulebook,
)
from chappe.safety.complaints import Verdict
from chappe.safety.growth import Band, Guard, Looked
from chappe.safety.hash_files import read
from chappe.safety.notifiers import DECIDED_LEAST
from chappe.safety.queues import Search
from chappe.store import Tx
from chappe.tl import types as t
from chappe.transparency import Ledger
from chappe_verify import check
from chappe_verify.formats import Key

pytestmark = pytest.mark.slow

SOURCES = Path(__file__).parents[2] / "src" / "chappe"
DAY_S = 86_400


class Book:
    """What the journal of a stage says, act by act."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.seen: Counter[str] = Counter()

    async def kinds(self) -> Counter[str]:
        return Counter(kind for (kind,) in await self.stage.reads(lambda rx: rx.all("SELECT kind FROM journal")))

    @asynccontextmanager
    async def says(self, *kinds: str) -> AsyncIterator[None]:
        """What is done inside leaves these entries, as often as they are named, and no other."""
        before = await self.kinds()
        yield
        made = await self.kinds() - before
        assert made == Counter(kinds), f"{dict(made)} instead of {kinds}"
        self.seen += made

    async def writes(self, act: Callable[[Tx], Any], *kinds: str) -> Any:
        async with self.says(*kinds):
            return await self.stage.writes(act)


async def told(person: Person, pattern: str) -> str:
    """What a letter in the service chat says by the pattern."""
    peer = t.InputPeerUser(user_id=777000, access_hash=person.stage.access.hash_for(person.id, 777000))
    texts = [m.message for m in (await history(person, peer)).messages if isinstance(m, t.Message)]
    return next(match[1] for text in texts if (match := re.search(pattern, text)))


async def people_come_and_go(book: Book) -> None:
    """Accounts, their devices, passkeys, invites, recoveries."""
    stage, token = book.stage, b"t" * 32
    policy = auth.Policy(stage.wrapper, test_mode=True, limited=False)
    phone = await book.writes(lambda tx: invites.make(tx, "operator:1", token, 7, tx.now + 600), "invite_made")
    made = ("account_created",)
    person = await book.writes(lambda tx: accounts.create(tx, phone, "Dora", ""), *made)
    await book.writes(lambda tx: invites.use(tx, phone, person), "invite_used")
    async with book.says("account_created", "authorization_made"):
        erin = await stage.person("erin")
    user = UserId(erin.id)
    key = (await stage.reads(lambda rx: authorizations.of_user(rx, user)))[0].auth_key_id
    passkey = Passkey(b"c" * 16, b"k" * 32, 0)
    adding = lambda tx: passkeys.add(tx, user, key, passkey, "Phone", "en", limited=False)  # noqa: E731
    await book.writes(adding, "passkey_added")
    await book.writes(lambda tx: passkeys.remove(tx, user, passkey.credential_id), "passkey_removed")

    def wanted(n: int) -> recoveries.Wanted:
        return recoveries.Wanted(erin.phone, "operator:1", b"%031d" % n, b"%032d" % n, "http://localhost/", 0)

    await book.writes(lambda tx: recoveries.begin(tx, policy, wanted(1)), "recovery_begun")
    await book.writes(lambda tx: recoveries.approve(tx, "operator:2", user), "recovery_approved")
    stage.clock.moves(3 * DAY_S)
    await book.writes(lambda tx: recoveries.open_up(tx, wanted(1).token), "recovery_opened")
    stage.clock.moves(40 * DAY_S)
    await book.writes(lambda tx: recoveries.begin(tx, policy, wanted(2)), "recovery_begun")
    await book.writes(lambda tx: recoveries.refuse(tx, wanted(2).refusal), "recovery_refused")
    (device,) = await stage.reads(lambda rx: authorizations.of_user(rx, user))
    secret = passwords.Password(b"s" * 8, b"t" * 16, b"v" * 256)
    await book.writes(lambda tx: passwords.set_password(tx, stage.wrapper, user, secret))
    await book.writes(lambda tx: password_reset.reset(tx, policy, user, device), "password_reset_begun")
    await book.writes(lambda tx: password_reset.decline(tx, policy, user, device), "password_reset_declined")
    stage.clock.moves(7 * DAY_S)
    await book.writes(lambda tx: password_reset.reset(tx, policy, user, device), "password_reset_begun")
    stage.clock.moves(7 * DAY_S)
    await book.writes(lambda tx: password_reset.reset(tx, policy, user, device), "password_reset_made")
    await book.writes(lambda tx: authorizations.sign_out(tx, user, key), "authorization_ended")
    await book.writes(lambda tx: accounts.delete(tx, user), "account_deleted")


async def operators_are_made(book: Book) -> None:
    """Operators, their roles, keys and tokens; parts that are played."""
    await book.writes(lambda tx: somebody(tx, "clerk", (MODERATOR,)), "operator_made", "operator_role_changed")
    owner = (await book.stage.reads(operators.everyone))[0]
    clerk = next(one for one in await book.stage.reads(operators.everyone) if one.name == "clerk")
    giving = lambda tx: operators.set_roles(tx, owner, clerk.operator_id, (MODERATOR, CHILD_SAFETY))  # noqa: E731
    await book.writes(giving, "operator_role_changed")
    await book.writes(lambda tx: operators.replace_from_console(tx, "clerk", b"anew"))
    approving = lambda tx: new_keys.approve(tx, owner, clerk.operator_id, b"never")  # noqa: E731
    await book.writes(approving, "operator_key_approved")
    await book.writes(lambda tx: new_keys.refuse(tx, owner, clerk.operator_id), "operator_key_refused")
    await book.writes(lambda tx: operators.replace_from_console(tx, "clerk", b"anew"))
    again = operators.Password(b"another password")
    await book.writes(lambda tx: operators.enrol(tx, b"anew", "clerk", again, ()), "operator_passkey_replaced")
    made = await book.writes(lambda tx: tokens.make(tx, owner, b"secret", "script", 7), "operator_token_made")
    await book.writes(lambda tx: tokens.end(tx, owner, made), "operator_token_ended")


async def notices_become_cases(book: Book, scene: Scene) -> None:
    """A case from its notice to its end, and what is done with it."""
    one, lead = await scene.moderator("one", MODERATOR), await scene.moderator("lead", LEAD, MODERATOR)
    post = await scene.says("look here")
    async with book.says("notice_filed", "case_opened"):
        [number] = (await scene.notices(scene.bob, post)).cases
    await book.writes(lambda tx: cases.claim(tx, one, number), "case_claimed")
    await book.writes(lambda tx: cases.note(tx, one, number, "seen before"), "case_noted")
    await book.writes(lambda tx: cases.sort(tx, one, number, "VIOLENCE", ""), "case_sorted")
    await book.writes(lambda tx: cases.evidence(tx, one, number), "evidence_read")
    await book.writes(lambda tx: cases.release(tx, one, number), "case_released")
    removing = ruling(Item("message", scene.room.marked, post))
    claimed = ("case_claimed", "case_decided", "decision_made")
    made = await book.writes(lambda tx: cases.decide(tx, one, number, removing), *claimed)
    undone = ("decision_undone", "case_overturned")
    await book.writes(lambda tx: overturning.undo(tx, one, made.decision_id, "a mistake"), *undone)
    await book.writes(lambda tx: cases.reopen(tx, lead, number, "look again"), "case_reopened")
    dismissed = ("case_claimed", "case_decided")
    await book.writes(lambda tx: cases.dismiss(tx, one, number, "no_action", ""), *dismissed)
    fraud = Search(categories=("SCAMS_AND_FRAUD",))
    saved = await book.writes(lambda tx: queues.save(tx, lead, "Fraud", fraud), "queue_saved")
    await book.writes(lambda tx: queues.remove(tx, lead, saved.queue_id), "queue_removed")
    others = [(await scene.notices(scene.carol, await scene.says(f"more {n}"))).cases[0] for n in range(2)]
    whole = ruling(measure=Measure("label", detail="spam"))
    both = ("case_claimed", "case_claimed", "decision_made", "case_decided", "case_decided")
    await book.writes(lambda tx: bulk.decide(tx, lead, others, whole), *both)
    key = (await scene.asks(cases.items, one, others[0]))[0].key
    spared = ("decision_spared", "case_overturned")
    await book.writes(lambda tx: overturning.spare(tx, one, 2, [key], "a mistake"), *spared)
    await scene.tells()
    await book.writes(lambda tx: retention.erase_evidence(tx, [1]), "evidence_erased")


async def who_is_hit_objects(book: Book, scene: Scene) -> None:
    """A decision that lapses, a complaint, a reversal."""
    one, two = await scene.moderator("first", MODERATOR), await scene.moderator("second")
    post = Item("message", scene.room.marked, await scene.says("cheap"))
    await book.writes(lambda tx: decisions.decide(tx, one, ruling(post)), "decision_made")
    token = await told(scene.alice, r"/statement/([0-9a-f]{32})")
    await book.writes(lambda tx: complaints.file(tx, token, "Not so."), "complaint_filed")
    [waits] = await scene.asks(complaints.waiting, two)
    number = waits.complaint_id
    await book.writes(lambda tx: complaints.assign(tx, two, number), "complaint_assigned")
    await book.writes(lambda tx: complaints.release(tx, two, number), "complaint_released")
    verdict, left = Verdict("reversed", "It was a quotation."), ("complaint_decided", "decision_undone")
    await book.writes(lambda tx: complaints.decide(tx, scene.desk, two, number, verdict), *left)
    until = int(scene.stage.clock.now()) + 3600
    short = ruling(post, measure=Measure("label", until=until, detail="spam"))
    await book.writes(lambda tx: decisions.decide(tx, one, short), "decision_made")
    scene.stage.clock.moves(3601)
    await book.writes(decisions.lapse, "decision_ended")


async def wolf_is_cried(book: Book, scene: Scene) -> None:
    """A notifier is warned, then not heard for a time."""
    one = await scene.moderator("patient", MODERATOR)
    for times, what in ((DECIDED_LEAST, "notifier_warned"), (DECIDED_LEAST, "notifier_limited")):
        filed = [(await scene.notices(scene.carol, await scene.says("hello"))).cases[0] for _ in range(times)]
        for number in filed:
            await scene.does(cases.dismiss, one, number, "unfounded", "")
        async with book.says(what):
            await scene.tells()


async def flaggers_are_trusted(book: Book, scene: Scene) -> None:
    """A trusted flagger, and its keys."""
    lead = await scene.moderator("in charge", LEAD)
    words = ("Helpers", "desk@help.example", "FR", ("SCAMS_AND_FRAUD",))
    made = await book.writes(lambda tx: flaggers.make(tx, lead, *words), "flagger_made")
    adding = lambda tx: flaggers.add_key(tx, lead, made.flagger_id, "first", "chf_x")  # noqa: E731
    key = await book.writes(adding, "flagger_key_made")
    await book.writes(lambda tx: flaggers.revoke_key(tx, lead, key), "flagger_key_revoked")
    await book.writes(lambda tx: flaggers.end(tx, lead, made.flagger_id), "flagger_ended")


async def machines_are_set(book: Book) -> None:
    """Lists, rules, and the guard that tightens limits by itself."""
    store, rules = book.stage.store, rulebook.load(rulebook.shipped())
    async with book.says("hash_list_added"):
        await lists.add(store, wish(), read(f"pdq {ONE}"), "operator:1")
    async with book.says("hash_list_removed"):
        await lists.remove(store, "Known fakes", "operator:1")
    await book.writes(lambda tx: modes.choose(tx, rules, "carding", "live", "operator:1"), "rule_mode_changed")
    rush = Looked((("sign_ups", 900, Band(3, 20, 24)),), ())
    on: tuple[Guard, ...] = await book.writes(lambda tx: growth.step(tx, rush), "growth_guard_on", "page_opened")
    book.stage.clock.moves(30 * DAY_S)
    calm = Looked((("sign_ups", 1, Band(3, 20, 24)),), on)
    await book.writes(lambda tx: growth.step(tx, calm), "growth_guard_lifted", "page_opened")


async def the_log_is_kept(book: Book, ledger: Ledger) -> None:
    """What the log itself leaves: days, seals, salts, a clock."""
    async with book.says("log_clock_accepted"):
        await ledger.accept_clock({})
    sealed = await book.stage.writes(
        lambda tx: journal.record(tx, "decision_made", "operator:1", "decision:1", Public("order", sealed=True))
    )
    await ledger.catch_up()
    await book.writes(lambda tx: journal.open_sealed(tx, sealed, "operator:1"), "leaf_opened")
    await book.writes(lambda tx: journal.erase_salt(tx, sealed, "operator:1"), "salt_erased")
    book.stage.clock.moves(DAY_S - book.stage.clock.now() % DAY_S - 100)
    async with book.says("day_measured", "day_measured"):
        await ledger.reports.step()
    await ledger.catch_up()
    book.stage.clock.moves(800)
    before = await book.kinds()
    await ledger.catch_up()
    made = await book.kinds() - before
    assert set(made) == {"report_published"}
    book.seen += made


@pytest.fixture
async def ledger(stage: Stage, tmp_path: Path) -> AsyncIterator[Ledger]:
    (tmp_path / "keys").mkdir(exist_ok=True)
    measures = {"overdue": lambda rx: 0, "recipients": lambda rx: 3}
    made = Ledger(stage.store, stage.clock, os.urandom, tmp_path, ORIGIN, measures)
    await made.catch_up()
    yield made
    made.folder.unlock()


async def test_every_kind_of_act_leaves_its_entry(stage: Stage, scene: Scene, ledger: Ledger) -> None:
    book = Book(stage)
    await operators_are_made(book)
    await people_come_and_go(book)
    await notices_become_cases(book, scene)
    await who_is_hit_objects(book, scene)
    await wolf_is_cried(book, scene)
    await flaggers_are_trusted(book, scene)
    await machines_are_set(book)
    await the_log_is_kept(book, ledger)
    assert set(book.seen) <= journal.KINDS
    left = journal.KINDS - set(book.seen)
    assert left - seen_elsewhere(left) == set()
    await every_public_entry_is_provable(stage, ledger)


def seen_elsewhere(kinds: frozenset[str]) -> set[str]:
    """Kinds of which plays beside their rooms see entries: orders, disclosures, people on call, countries and so on."""
    texts = [one.read_text("utf-8") for one in Path(__file__).parents[1].rglob("test_*.py") if one != Path(__file__)]
    named = [text for text in texts if not kinds.isdisjoint(re.findall(r'"([a-z_]+)"', text))]
    return {word for text in named for word in seen_by(text)}


def test_what_is_only_named_was_not_seen() -> None:
    play = """
LATER = ("order_late", "order_moved")
async def test():
    assert refused(act) == "hold_extended"
    assert "order_given" not in entries("order_given")
    assert await reads(entries("order_noted")) == []
    reads(entries("order_sorted"))
    made = await book.kinds()
    assert made["order_checked"] == 1
    for kind in LATER:
        assert len(await entries(kind)) == 1
    await book.writes(act, "order_undone")
"""
    assert seen_by(play) == {"order_checked", "order_late", "order_moved", "order_undone"}


async def every_public_entry_is_provable(stage: Stage, ledger: Ledger, least: int = 50) -> None:
    """Each entry with a public part has a proof that a stranger accepts, and no other entry has one."""
    await ledger.catch_up()
    keys = [Key.parse(str(verifier)) for verifier in ledger.keys.verifiers]
    found = await stage.reads(lambda rx: rx.all("SELECT no, kind, subject, public FROM journal ORDER BY no"))
    assert sum(public is not None for *_, public in found) >= least
    for no, kind, subject, public in found:
        proof = await ledger.proof(no, opened=True)
        assert (proof is not None) == (public is not None), kind
        if proof is not None:
            assert proof.kind == "proof"
            said = check.one_proof(proof.text, keys)
            assert "private" not in said or (said["private"]["kind"], said["private"]["subject"]) == (kind, subject)


async def test_what_is_erased_can_be_opened_by_nobody(stage: Stage, scene: Scene, ledger: Ledger) -> None:
    book = Book(stage)
    one = await scene.moderator("one", MODERATOR)
    filed = await scene.notices(scene.bob, await scene.says("look here"))
    rows = await stage.reads(lambda rx: rx.all("SELECT no FROM journal WHERE kind = 'notice_filed'"))
    [(no,)] = rows
    await ledger.catch_up()
    before = await ledger.proof(no, opened=True)
    assert before is not None and f"notice:{filed.notice_id}" in before.opening
    assert f"user:{scene.bob.id}" not in before.opening
    await scene.does(cases.dismiss, one, filed.cases[0], "no_action", "")
    await book.writes(lambda tx: retention.erase_words(tx, [1]), "salt_erased")
    after = await ledger.proof(no, opened=True)
    assert after is not None and (after.kind, after.opening) == ("proof", "")
    await every_public_entry_is_provable(stage, ledger, least=2)


async def test_what_is_refused_leaves_none(stage: Stage, scene: Scene) -> None:
    book = Book(stage)
    one = await scene.moderator("one", MODERATOR)
    nobody = (
        lambda tx: cases.claim(tx, one, 99),
        lambda tx: decisions.undo(tx, one, 99, "x"),
        lambda tx: complaints.file(tx, "0" * 32, "x"),
        lambda tx: journal.open_sealed(tx, 1, "operator:1"),
        lambda tx: flaggers.make(tx, one, "X", "x@example.org", "FR", ("VIOLENCE",)),
        lambda tx: invites.make(tx, "operator:1", b"t" * 32, 7, tx.now - 1),
    )
    for act in nobody:
        async with book.says():
            with pytest.raises(Refusal):
                await stage.writes(act)


@pytest.mark.slow
def test_every_kind_is_spoken_of_by_the_act_that_makes_it() -> None:
    spoken: set[str] = set()
    for place in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(place.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                for line in re.findall(r"After: (.+?)(?:\n\s*\n|\"|$)", ast.get_docstring(node) or "", re.DOTALL):
                    spoken |= set(re.findall(r"[a-z]+(?:_[a-z]+)+", line))
    assert set(journal.KINDS) <= spoken
