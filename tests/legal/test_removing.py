"""Source: tco/3(3), dsa/9(1), lcen/6-1. An authentic removal order takes effect first, where it was ordered."""

import pytest
from tests.kit import entries as written
from tests.kit.desk import Bench, link
from tests.kit.moderation import decide
from tests.kit.rooms import Hall, history
from tests.kit.stage import Person, Stage
from tests.talk.test_public_search import published
from tests.talk.test_shown_elsewhere import ENGLISH, FRENCH, lives, shown_to_strangers

from chappe.base.errors import Conflict, Invalid, NotAllowed
from chappe.base.ids import UserId
from chappe.domain import decisions, home_country, journal, statements, territories
from chappe.domain.access import Moderator
from chappe.domain.enforcement import VEIL
from chappe.domain.rulings import Item, Measure
from chappe.legal import answers, countries, envelope, holds, removing, screening
from chappe.legal.authorities import Authority
from chappe.legal.letters import as_text
from chappe.legal.records import Target
from chappe.store import Tx
from chappe.store.queries import journal as entries
from chappe.tl import functions as f

GERMAN = "4915112345678"


async def sees(room: Hall, person: Person) -> str:
    """The newest words of the room as the person reads them."""
    return str((await history(person, room.peer(person))).messages[0].message)


async def market(stage: Stage, alice: Person, *people: Person) -> tuple[Hall, str]:
    """A public room with one post, and the post's link."""
    room = await published(stage, alice, "the_market")
    for one in people:
        await one.calls(f.channels.JoinChannel(channel=room.to(one)))
    said = await room.says(alice, "come and fight")
    return room, f"the_market/{said.id}"


async def leaves(stage: Stage, order_id: int) -> list[str]:
    """What the public log has of the order, as (kind of entry)."""
    found = await stage.reads(lambda rx: entries.after(rx, journal.SHARD, 0, 5000))
    return [kind for _, _, kind, _, subject, _ in found if subject == f"order:{order_id}"]


async def test_the_hour(stage: Stage, bench: Bench, alice: Person, bob: Person, police: Authority) -> None:
    """One second after it arrived the post is hidden in every Member State and nowhere else; the form says so."""
    carol = await stage.person("carol")
    await lives(stage, bob, GERMAN)
    await lives(stage, carol, ENGLISH)
    room, post = await market(stage, alice, bob, carol)
    order = await bench.arrives("tco_removal", police, link(post))
    assert order.state == "replied" and order.effect_at == order.received_at and order.outcome == "executed"
    assert await sees(room, bob) == VEIL and await sees(room, carol) == "come and fight"
    assert "come and fight" not in await shown_to_strangers(stage, "the_market")
    [letter] = await stage.reads(lambda rx: answers.sent_to(rx, police.authority_id, order.order_id))
    said = as_text(letter.body)
    assert letter.language == "fr" and "Annexe II" in said and order.number in said and "EU" in said
    assert "https://chat.example/the_market" in said and "un message" in said
    [decision] = await stage.reads(lambda rx: decisions.latest(rx))
    assert decision.source == "order" and decision.measure.territories == countries.UNION
    assert decision.automated_decision == "full" and decision.keywords == ("TERRORIST_CONTENT",)
    [kept] = await stage.reads(lambda rx: holds.of_order(rx, order.order_id))
    assert kept.items == 1 and kept.ends_at - order.received_at >= 180 * 86_400
    assert await leaves(stage, order.order_id) == [
        "order_received", "order_authenticated", "order_moved", "order_acknowledged", "order_moved", "order_moved",
        "order_moved", "order_moved", "order_moved", "order_effected", "order_settled", "order_letter_drafted",
        "order_moved", "order_letter_sent",
    ]  # fmt: skip


async def test_the_author_is_told_at_once_with_reasons_and_redress(
    stage: Stage, bench: Bench, alice: Person, police: Authority
) -> None:
    _, post = await market(stage, alice)
    order = await bench.arrives("dsa_order9", police, link(post))
    assert order.informed_at == order.effect_at
    [decision] = await stage.reads(lambda rx: decisions.latest(rx))
    [statement] = await stage.reads(lambda rx: statements.of_decision(rx, decision.decision_id))
    said = await stage.reads(lambda rx: statements.text(rx, statement))
    assert statement.person_id == alice.id
    assert "The administrative court" in said and "It breaks the law." in said and "FR" in said


async def test_secrecy_holds_the_word_back_and_its_end_releases_it(
    stage: Stage, bench: Bench, alice: Person, police: Authority
) -> None:
    _, post = await market(stage, alice)
    six_weeks = 42 * 86_400
    until = stage.clock.now() + six_weeks
    order = await bench.arrives(
        "tco_removal", police, link(post), secrecy_until=int(until), secrecy_basis="Art. 11(3)"
    )  # fmt: skip
    [decision] = await stage.reads(lambda rx: decisions.latest(rx))
    assert order.effect_at and not order.informed_at and order.sealed
    assert await stage.reads(lambda rx: statements.of_decision(rx, decision.decision_id)) == []
    stage.clock.moves(six_weeks - 1)
    await bench.works()
    assert await stage.reads(lambda rx: statements.of_decision(rx, decision.decision_id)) == []
    stage.clock.moves(1)
    await bench.works()
    order = await bench.order(order)
    assert len(await stage.reads(lambda rx: statements.of_decision(rx, decision.decision_id))) == 1
    assert order.informed_at == until and not order.sealed
    opened = [one for one in await stage.reads(lambda rx: entries.after(rx, 0, 0, 5000)) if one[2] == "leaf_opened"]
    assert len(opened) == 5  # received, receipt, effect, outcome, and the decision itself


async def test_people_of_unknown_whereabouts_count_as_being_where_the_server_is(
    stage: Stage, bench: Bench, alice: Person, bob: Person, police: Authority, officer: Moderator
) -> None:
    """Nothing says where bob is: an order of the own country reaches him, one of another country does not."""
    await stage.writes(lambda tx: home_country.lay_down(tx, "FR"))
    assert not await stage.writes(lambda tx: home_country.lay_down(tx, "FR"))
    assert await stage.reads(written.entries("home_country_set")) == [("home_country_set", "server", "server")]
    berlin = await bench.authority(officer, "remover", "DE")
    room, post = await market(stage, alice, bob)
    order = await bench.arrives("dsa_order9", berlin, link(post))
    assert order.effect_at and await sees(room, bob) == "come and fight"
    assert "effect_unknown" not in await bench.acts(order)
    order = await bench.arrives("fr_lcen_6_1", police, link(post))
    assert await sees(room, bob) == VEIL and "effect_unknown" in await bench.acts(order)
    [letter] = await stage.reads(lambda rx: answers.sent_to(rx, police.authority_id, order.order_id))
    assert "dont rien ne dit où elles sont" in as_text(letter.body)
    await stage.writes(lambda tx: territories.declare(tx, UserId(bob.id), "DE"))
    assert await sees(room, bob) == VEIL, "hidden there by the other order"
    await stage.writes(lambda tx: territories.declare(tx, UserId(bob.id), "IT"))
    assert await sees(room, bob) == "come and fight"


async def test_only_where_it_was_ordered(
    stage: Stage, bench: Bench, alice: Person, bob: Person, police: Authority
) -> None:
    carol = await stage.person("carol")
    await lives(stage, bob, FRENCH)
    await lives(stage, carol, GERMAN)
    room, post = await market(stage, alice, bob, carol)
    await bench.arrives("fr_lcen_6_1", police, link(post))
    assert await sees(room, bob) == VEIL and await sees(room, carol) == "come and fight"


async def test_two_orders_stand_beside_each_other(
    stage: Stage, bench: Bench, alice: Person, bob: Person, police: Authority, officer: Moderator
) -> None:
    """Undoing the French order leaves the German one, and what a moderator hid elsewhere."""
    carol = await stage.person("carol")
    await lives(stage, bob, FRENCH)
    await lives(stage, carol, GERMAN)
    room, post = await market(stage, alice, bob, carol)
    item = Item("message", room.marked, int(post.rpartition("/")[2]))
    moderator = await bench.officer("lead", "moderator")
    await stage.writes(lambda tx: decide(tx, moderator, item, measure=Measure("hide", ("IT",))))
    berlin = await bench.authority(officer, "court", "DE")
    french = await bench.arrives("fr_lcen_6_1", police, link(post))
    german = await bench.arrives("dsa_order9", berlin, link(post))
    assert french.effect_at and german.effect_at
    assert (await sees(room, bob), await sees(room, carol)) == (VEIL, VEIL)
    await stage.writes(lambda tx: removing.undo(tx, officer, french.order_id, "The offence does not exist."))
    assert (await sees(room, bob), await sees(room, carol)) == ("come and fight", VEIL)
    await stage.writes(lambda tx: removing.undo(tx, officer, german.order_id, "Voided."))
    assert (await sees(room, bob), await sees(room, carol)) == ("come and fight", "come and fight")


async def test_one_click_undoes_and_the_authority_hears_of_it(
    stage: Stage, bench: Bench, alice: Person, bob: Person, police: Authority, officer: Moderator
) -> None:
    await lives(stage, bob, FRENCH)
    room, post = await market(stage, alice, bob)
    order = await bench.arrives("tco_removal", police, link(post))
    undone = await stage.writes(lambda tx: removing.undo(tx, officer, order.order_id, "It is a newspaper's report."))
    assert undone.state == "reversed" and undone.outcome == "reversed"
    assert await sees(room, bob) == "come and fight"

    def answered(tx: Tx) -> answers.Letter:
        letter = answers.draft(tx, officer, order.order_id, bench.office, "reversed", text="It is reporting.")
        return answers.send(tx, officer, letter.letter_id, bench.office)

    letter = await stage.writes(answered)
    assert "annulé" in as_text(letter.body) and "It is reporting." in as_text(letter.body)
    assert (await bench.order(order)).state == "replied"
    with pytest.raises(Conflict, match="order_nothing_done"):
        await stage.writes(lambda tx: removing.undo(tx, officer, order.order_id, "again"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"proven": False}, ""),
        ({"redress": ""}, "order_incomplete"),
        ({"legal_basis": ""}, "order_incomplete"),
    ],
)
async def test_what_is_not_sound_waits_for_a_person(
    stage: Stage, bench: Bench, alice: Person, bob: Person, police: Authority, change: dict[str, object], why: str
) -> None:
    await lives(stage, bob, FRENCH)
    room, post = await market(stage, alice, bob)
    order = await bench.arrives("tco_removal", police, link(post), **change)
    assert not order.effect_at and await sees(room, bob) == "come and fight"
    assert order.state == ("in_review" if why else "authenticating")
    assert ("not_first" in await bench.acts(order)) == bool(why)


async def test_no_other_authority_and_none_that_ran_out(
    stage: Stage, bench: Bench, alice: Person, police: Authority, officer: Moderator
) -> None:
    _, post = await market(stage, alice)
    ministry = await bench.authority(officer, "ministry", "FR")
    order = await bench.arrives("tco_removal", ministry, link(post))
    assert not order.effect_at and order.state == "in_review"
    other = await bench.authority(officer, "remover", "BE", mandates=("dsa_order9",))
    assert not (await bench.arrives("tco_removal", other, link(post))).effect_at
    stage.clock.moves(366 * 86_400)
    assert not (await bench.arrives("tco_removal", police, link(post))).effect_at


async def test_what_leads_nowhere_is_asked_back_and_in_part_is_in_part(
    stage: Stage, bench: Bench, alice: Person, police: Authority
) -> None:
    _, post = await market(stage, alice)
    nowhere = await bench.arrives("tco_removal", police, link("the_market/999"))
    assert not nowhere.effect_at and nowhere.state == "in_review"
    part = await bench.arrives("tco_removal", police, link(post), link("the_market/999"))
    assert part.outcome == "partially_executed" and part.state == "replied"
    [letter] = await stage.reads(lambda rx: answers.sent_to(rx, police.authority_id, part.order_id))
    assert letter.answer == "partial" and "rien" in as_text(letter.body)


async def test_what_cannot_be_read_is_not_said_to_be_gone(
    stage: Stage, bench: Bench, alice: Person, police: Authority
) -> None:
    """What is clear takes effect, and the authority is asked in writing what it meant by the rest."""
    _, post = await market(stage, alice)
    for other in (Target("text", "everybody who says so"), Target("link", "https://elsewhere.example/room")):
        part = await bench.arrives("tco_removal", police, link(post), other)
        [letter] = await stage.reads(lambda rx, no=part.order_id: answers.sent_to(rx, police.authority_id, no))
        assert (part.outcome, letter.answer, letter.reason) == (
            "partially_executed", "partial", "insufficient_information"
        )  # fmt: skip


async def test_what_is_not_public_is_hidden_by_no_machine(
    stage: Stage, bench: Bench, alice: Person, police: Authority, officer: Moderator
) -> None:
    """Source: tco/2(3). Whether a closed room reaches the public all the same, by a link passed on, a person says."""
    room, post = await market(stage, alice)
    await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username=""))
    closed = link(post.replace("the_market", f"c/{room.id}"))
    order = await bench.arrives("tco_removal", police, closed)
    assert not order.effect_at and order.state == "in_review"
    why = [one.detail for one in await stage.reads(lambda rx: envelope.history(rx, order.order_id))]
    assert "not_public" in why
    done = await stage.writes(
        lambda tx: removing.take_effect(tx, officer, order.order_id, bench.office, stage.entropy(16))
    )
    assert done.effect_at
    assert (await bench.arrives("dsa_order9", police, closed)).effect_at, "hosting rules reach what is closed, too"


async def test_a_removal_names_where_and_not_who(stage: Stage, bench: Bench, alice: Person, police: Authority) -> None:
    """By its effect an order would tell whose a number or an address is, and hide all who share one."""
    for target in (Target("phone", f"+{alice.phone}"), Target("ip", "192.0.2.1", "", int(stage.clock.now()))):
        _, post = await market(stage, alice) if target.kind == "phone" else (None, "the_market/2")
        order = await bench.arrives("dsa_order9", police, link(post), target)
        assert not order.effect_at and order.state == "in_review" and "not_first" in await bench.acts(order)
        looked = await stage.reads(lambda rx, no=order.order_id: screening.look(rx, no, bench.office))
        assert looked.beyond == "insufficient_information"


async def test_the_hour_stops_for_a_defect_and_begins_anew(
    stage: Stage, bench: Bench, alice: Person, police: Authority, officer: Moderator
) -> None:
    """Source: tco/3(8), tco/annex-3"""
    _, post = await market(stage, alice)
    order = await bench.arrives("tco_removal", police, link("the_market/999"))
    stage.clock.moves(600)

    def ask(tx: Tx) -> answers.Letter:
        letter = answers.draft(tx, officer, order.order_id, bench.office, "clarification", "insufficient_information")
        return answers.send(tx, officer, letter.letter_id, bench.office)

    letter = await stage.writes(ask)
    assert "Annexe III" in as_text(letter.body)
    order = await bench.order(order)
    assert order.state == "clarification_requested" and order.stopped_at and not order.deadline_at
    stage.clock.moves(7200)
    await bench.works()
    assert "alarm_late" not in await bench.acts(order)

    def correct(tx: Tx) -> None:
        envelope.correct(tx, officer, order.order_id, bench.new("tco_removal", police, link(post), message_ref=""))
        screening.clarified(tx, officer, order.order_id)

    await stage.writes(correct)
    order = await bench.order(order)
    assert order.deadline_at == int(stage.clock.now()) + 3600 and order.state == "in_review"
    done = await stage.writes(
        lambda tx: removing.take_effect(tx, officer, order.order_id, bench.office, stage.entropy(16))
    )
    assert done.effect_at and done.state == "executed"
    await bench.works()
    assert (await bench.order(order)).state == "replied"


async def test_a_withdrawn_order_gives_back_what_it_took(
    stage: Stage, bench: Bench, alice: Person, bob: Person, police: Authority, officer: Moderator
) -> None:
    await lives(stage, bob, FRENCH)
    room, post = await market(stage, alice, bob)
    order = await bench.arrives("dsa_order9", police, link(post))
    await stage.writes(lambda tx: removing.withdraw(tx, officer, order.order_id, "The authority takes it back."))
    assert await sees(room, bob) == "come and fight"
    assert (await bench.order(order)).state == "withdrawn_by_authority"


async def test_a_person_reviews_what_a_machine_did_first(
    stage: Stage, bench: Bench, alice: Person, police: Authority, officer: Moderator
) -> None:
    _, post = await market(stage, alice)
    order = await bench.arrives("tco_removal", police, link(post))
    assert not order.reviewed_at
    reviewed = await stage.writes(lambda tx: removing.review(tx, officer, order.order_id))
    assert reviewed.reviewed_by == officer.operator_id


async def test_nobody_but_the_desk_undoes_what_was_ordered(
    stage: Stage, bench: Bench, alice: Person, police: Authority
) -> None:
    _, post = await market(stage, alice)
    order = await bench.arrives("tco_removal", police, link(post))
    moderator = await bench.officer("moderator", "moderator", "appeals")
    [decision] = await stage.reads(lambda rx: decisions.latest(rx))
    with pytest.raises(NotAllowed, match="decision_role_needed"):
        await stage.writes(lambda tx: decisions.undo(tx, moderator, decision.decision_id, "A complaint."))
    assert await stage.reads(lambda rx: removing.in_force(rx, order.order_id))


async def test_only_the_desk_and_only_removals(
    stage: Stage, bench: Bench, alice: Person, police: Authority, officer: Moderator
) -> None:
    _, post = await market(stage, alice)
    order = await bench.arrives("tco_removal", police, link(post), proven=False)
    stranger = await bench.officer("moderator", "moderator")
    with pytest.raises(NotAllowed, match="operator_role_needed"):
        await stage.writes(lambda tx: removing.take_effect(tx, stranger, order.order_id, bench.office, b"." * 16))
    wish = await bench.arrives("informal_wish", None, Target("link", "https://chat.example/" + post))
    with pytest.raises(Invalid, match="order_not_removal"):
        await stage.writes(lambda tx: removing.take_effect(tx, officer, wish.order_id, bench.office, b"." * 16))


async def test_no_order_is_secret_for_longer_than_its_law_allows(
    stage: Stage, bench: Bench, officer: Moderator, alice: Person, police: Authority
) -> None:
    _, post = await market(stage, alice)
    now, six_weeks = int(stage.clock.now()), 42 * 86_400
    order = await bench.arrives(
        "tco_removal", police, link(post), secrecy_until=now + 3650 * 86_400, secrecy_basis="Art. 11(3)"
    )  # fmt: skip
    assert order.secrecy_until == order.received_at + six_weeks and "secrecy_cut" in await bench.acts(order)
    for until, fine in ((now + 2 * six_weeks + 1, False), (now + 2 * six_weeks, True)):
        try:
            await stage.writes(lambda tx, u=until: envelope.set_secrecy(tx, order, u, "Art. 11(3)", officer.actor))
        except Invalid as refusal:
            assert refusal.reason == "order_secrecy_invalid" and not fine
        else:
            assert fine


async def test_an_answer_that_failed_is_tried_again_the_next_day(
    stage: Stage, bench: Bench, alice: Person, police: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, post = await market(stage, alice)
    real = answers.draft

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("no such template")

    monkeypatch.setattr(answers, "draft", fails)
    order = await bench.arrives("tco_removal", police, link(post))
    assert order.state == "executed" and "not_answered" in await bench.acts(order)
    monkeypatch.setattr(answers, "draft", real)
    stage.clock.moves(86_401)
    await bench.works()
    order = await bench.order(order)
    assert order.state == "replied" and order.replied_at == int(stage.clock.now())
