"""Source: dsa/17(3). Who is hit by a decision is told what, why and how to object, in their language, at once."""

import re
from typing import Any

import pytest
from tests.kit.moderation import decide, somebody
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage
from tests.talk.test_removals import moderator, post, removes, undoes

from chappe.base.errors import Refusal
from chappe.domain import access, decisions, journal, statements
from chappe.domain.access import SERVICE_USER, Moderator
from chappe.domain.rulings import Ground, Item, Measure, Said
from chappe.rpc import Init
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["moderator"]
HALF_A_YEAR_S = 181 * 86400


def told(person: Person) -> str:
    """What the server said to the person."""
    heard = person.hears()
    said = [u.message.message for u in heard if isinstance(u, t.UpdateNewMessage)]
    said += [u.message for u in heard if isinstance(u, t.UpdateShortMessage)]
    assert len(said) == 1, heard
    return str(said[0])


def token_in(text: str) -> str:
    """The token of the link in a statement."""
    found = re.search(r"https://chat\.example/statement/([0-9a-f]{32})", text)
    assert found is not None, text
    return found[1]


async def test_a_statement_says_it_all(stage: Stage, alice: Person, bob: Person, moderator: Moderator) -> None:
    room = await hall(stage, alice, bob)
    said = await room.says(bob, "pills for sale")
    alice.hears(), bob.hears()
    decision = await removes(stage, moderator, post(room, said.id))
    text = told(bob)
    for piece in (
        "It was removed.", "a message of 2025-06-15 15:06 UTC in Garden", "everywhere", "without an end date",
        "The post offers something for sale.", "own initiative", "clause 4.1 (version 1)",
        "It offers what must not be sold.", "Unsafe or prohibited products", "not found by automated means",
        "People decided.", "until 2025-12-15", "court",
    ):
        assert piece in text, piece
    assert "pills" not in text
    assert [u for u in alice.hears() if isinstance(u, t.UpdateNewMessage)] == []
    found = await stage.reads(lambda rx: statements.by_token(rx, token_in(text)))
    assert found is not None and found.decision.decision_id == decision.decision_id
    assert (found.person_id, found.items) == (bob.id, (post(room, said.id),))
    assert found.complain_until - found.date >= HALF_A_YEAR_S
    assert await stage.reads(lambda rx: statements.by_token(rx, "0" * 32)) is None
    assert await stage.reads(lambda rx: statements.by_token(rx, "é" * 32)) is None
    await undoes(stage, moderator, decision)
    assert "holds no more" in told(bob)


async def test_in_french_with_a_law_and_an_end(stage: Stage, alice: Person, moderator: Moderator) -> None:
    alice.init = Init(4, "Stage", "Linux", "1.0", "fr", "")
    alice = await alice.brings()
    carol = await stage.device()
    carol.init = alice.init
    room = await hall(stage, alice, broadcast=True)
    said = await room.says(alice, "une insulte")
    alice.hears()

    def act(tx: Tx) -> None:
        tx.run("UPDATE authorizations SET lang_code = 'fr' WHERE owner_id = ?", (alice.id,))
        decide(
            tx, moderator, post(room, said.id), ground=Ground("law", "CP art. 421-2-5", 0, "Apologie publique."),
            measure=Measure("remove", until=tx.now + 86400), category="RISK_FOR_PUBLIC_SECURITY",
            source="notice", automated_detection=True, automated_decision="partial",
        )  # fmt: skip

    await stage.writes(act)
    text = told(alice)
    for piece in (
        "Exposé des motifs", "Contenu illicite : CP art. 421-2-5", "Apologie publique.", "jusqu'au 2025-06-16",
        "Quelqu'un nous l'a signalé.", "détecté par des moyens automatisés", "ont pris part", "réclamation",
        "Risque pour la sécurité publique", "tribunal",
    ):
        assert piece in text, piece
    stage.clock.moves(86401)
    assert await stage.writes(decisions.lapse) == 1
    alice.receives(t.UpdateEditChannelMessage)
    assert "arrivée à son terme" in told(alice)
    assert (await room.history(alice)).messages[0].message == "une insulte"


async def test_both_are_told_of_a_channels_post(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator
) -> None:
    room = await hall(stage, alice, bob, broadcast=True)
    rights = t.ChatAdminRights(post_messages=True)
    await alice.calls(f.channels.EditAdmin(
        channel=room.to(alice), user_id=alice.knows(bob), admin_rights=rights, rank=""
    ))  # fmt: skip
    said = await room.says(bob, "pills for sale")
    alice.hears(), bob.hears()
    await removes(stage, moderator, post(room, said.id))
    assert token_in(told(alice)) != token_in(told(bob))


async def test_the_journal_shows_decision_and_undoing(stage: Stage, alice: Person, moderator: Moderator) -> None:
    room = await hall(stage, alice)
    said = await room.says(alice, "pills for sale")
    decision = await removes(stage, moderator, post(room, said.id))
    await undoes(stage, moderator, decision)
    rows = await stage.reads(lambda rx: rx.all("SELECT kind, actor, subject, public FROM journal ORDER BY no"))
    kept = [row for row in rows if row[0].startswith("decision_")]
    assert [row[:3] for row in kept] == [
        ("decision_made", "operator:1", "decision:1"), ("decision_undone", "operator:1", "decision:1"),
    ]  # fmt: skip
    made = journal.msgspec.json.decode(kept[0][3])
    assert made == {
        "instrument": "decision", "category": "UNSAFE_AND_PROHIBITED_PRODUCTS", "ground": "terms",
        "automation": "none", "outcome": "remove", "item": "message", "source": "own_initiative",
    }  # fmt: skip


async def test_what_is_refused(stage: Stage, alice: Person, bob: Person) -> None:
    item = Item("account", alice.id)
    room = await hall(stage, alice)
    said = await room.says(alice, "hello")
    someone = await stage.writes(somebody)
    triage = await stage.writes(lambda tx: somebody(tx, "triage", ("triage",)))

    async def refused(moderator: Moderator, *items: Item, **fields: object) -> str:
        try:
            await stage.writes(lambda tx: decide(tx, moderator, *items, **fields))
        except Refusal as failure:
            return str(failure)
        raise AssertionError("it was decided")

    message = post(room, said.id)
    assert await refused(triage, message) == "decision_role_needed"
    assert await refused(someone, item) == "decision_measure_invalid"
    assert await refused(someone) == "decision_item_invalid"
    assert await refused(someone, message, message) == "decision_item_invalid"
    assert await refused(someone, Item("message", -5, 1)) == "decision_item_invalid"
    assert await refused(someone, Item("media", sha256="zz")) == "decision_item_invalid"
    assert await refused(someone, message, measure=Measure("remove", ("FR",))) == "decision_territory_invalid"
    assert await refused(someone, message, measure=Measure("hide")) == "decision_territory_invalid"
    assert await refused(someone, message, measure=Measure("hide", ("fr",))) == "decision_territory_invalid"
    assert await refused(someone, message, measure=Measure("label")) == "decision_measure_invalid"
    assert await refused(someone, message, measure=Measure("remove", until=5)) == "decision_measure_invalid"
    assert await refused(someone, message, ground=Ground("law", "", 0, "why")) == "decision_ground_invalid"
    assert await refused(someone, message, ground=Ground("terms", "x", 1, "why")) == "decision_ground_invalid"
    assert await refused(someone, message, category="NONSENSE") == "decision_category_invalid"
    assert await refused(someone, message, keywords=("PHISHING",)) == "decision_category_invalid"
    assert await refused(someone, message, facts=" ") == "decision_facts_invalid"
    assert await refused(someone, message, source="rumour") == "decision_source_invalid"
    assert await refused(someone, message, seed=b"short") == "decision_source_invalid"
    machine = access.machine("spam@1")
    assert await refused(machine, message) == "decision_automation_invalid"
    assert SERVICE_USER == 777000
    held = await stage.reads(lambda rx: rx.all("SELECT * FROM enforcements"))
    assert held == [] and (await room.history(alice)).messages[0].message == "hello"


async def test_each_reads_their_own_language_or_hears_which_it_is(
    stage: Stage, alice: Person, bob: Person, moderator: Moderator
) -> None:
    room = await hall(stage, alice, bob)
    for person in (alice, bob):
        await room.says(person, "pills")
    both = [post(room, one.id) for one in (await room.history(alice, limit=2)).messages]
    await stage.writes(lambda tx: tx.run("UPDATE authorizations SET lang_code = 'fr' WHERE owner_id = ?", (bob.id,)))
    french = Said("fr", "Cela propose ce qui est interdit.", "Le message propose quelque chose.")

    async def reads(**words: Any) -> list[str]:
        alice.hears(), bob.hears()
        decision = await stage.writes(lambda tx: decide(tx, moderator, *both, **words))
        said = [told(alice), told(bob)]
        await undoes(stage, moderator, decision)
        return said

    hers, his = await reads(lang="en", said=(french,))
    assert "offers something" in hers and "propose" not in hers and "written in" not in hers
    assert french.why in his and french.facts in his and "offers" not in his and "écrits" not in his
    hers, his = await reads(lang="en")
    assert "offers something" in his and "n'ont été écrits qu'en anglais" in his and "written in" not in hers
    hers, his = await reads(lang="fr", facts=french.facts, said=(Said("en", "It sells.", "It is an offer."),))
    assert "It sells." in hers and french.facts in his
    hers, his = await reads()
    assert "offers something" in his and "écrits" not in his, "what nobody knows is not said"
    empty, long = Said("fr", " ", "x"), Said("fr", "x", "x" * 2001)
    for lang, more in (("", french), ("fr", french), ("de", french), ("en", empty), ("en", long)):
        words = {"lang": lang, "said": (more,)}
        with pytest.raises(Refusal, match="decision_words_invalid"):
            await stage.writes(lambda tx, words=words: decide(tx, moderator, *both, **words))  # type: ignore[misc]
