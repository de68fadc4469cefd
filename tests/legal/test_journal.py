"""Source: requirements/legal-log. Everything that is done with an order stands in the journal."""

from collections.abc import Callable

from tests.kit.desk import Bench, link
from tests.kit.rooms import Hall
from tests.kit.stage import Person, Stage
from tests.talk.test_public_search import published

from chappe.domain import journal
from chappe.domain.access import Moderator
from chappe.legal import answers, authorities, clocks, envelope, removing, screening
from chappe.legal.authorities import Authority
from chappe.legal.records import Target
from chappe.store import Tx
from chappe.store.queries import journal as entries

KINDS = {
    "authority_registered", "authority_changed", "authority_verified", "authority_ended", "order_received",
    "order_acknowledged", "order_moved", "order_sorted", "order_given", "order_noted", "order_corrected",
    "order_authenticated", "order_checked", "order_secrecy_set", "order_clock_stopped", "order_clock_resumed",
    "order_clock_extended", "order_late", "order_effected", "order_undone", "order_reviewed", "order_settled",
    "order_letter_drafted", "order_letter_sent",
}  # fmt: skip
"""What the desk writes itself."""


async def test_every_act_of_the_desk_leaves_its_entry(
    stage: Stage, bench: Bench, alice: Person, officer: Moderator, police: Authority
) -> None:
    room: Hall = await published(stage, alice, "the_market")
    post = await room.says(alice, "come and fight")
    removal = await bench.arrives("tco_removal", police, link(f"the_market/{post.id}"))
    asked = await bench.arrives("epoc", police, Target("username", "@alice", "subscriber"), proven=False)
    person = await bench.arrives("gdpr_request", None, Target("username", "@alice"), proven=False)
    plain = await bench.arrives("unknown", None, proven=False)
    number = asked.order_id

    def letter(tx: Tx) -> object:
        made = answers.draft(tx, officer, number, bench.office, "refusal", "not_competent")
        return answers.send(tx, officer, made.letter_id, bench.office)

    acts: tuple[Callable[[Tx], object], ...] = (
        lambda tx: removing.review(tx, officer, removal.order_id),
        lambda tx: removing.undo(tx, officer, removal.order_id, "A mistake."),
        lambda tx: envelope.give(tx, officer.actor, number, officer.operator_id),
        lambda tx: envelope.note(tx, officer, number, "Call them."),
        lambda tx: envelope.set_secrecy(tx, envelope.get(tx, number), tx.now + 9, "Art. 13", officer.actor),
        lambda tx: screening.answer(tx, officer, number, "press", "yes", ""),
        lambda tx: clocks.stop(tx, envelope.get(tx, number), "technical", officer.actor),
        lambda tx: clocks.resume(tx, envelope.get(tx, number), officer.actor),
        letter,
        lambda tx: clocks.extend(tx, envelope.get(tx, person.order_id), "Complex.", officer.actor),
        lambda tx: envelope.correct(
            tx, officer, plain.order_id, bench.new("dsa_order9", police, link("nobody"), message_ref="")
        ),
        lambda tx: authorities.change(tx, officer, police.authority_id, police.profile),
        lambda tx: authorities.end(tx, officer, police.authority_id, "ended", "Abolished."),
    )
    for act in acts:
        await stage.writes(act)
    stage.clock.moves(400 * 86_400)
    await bench.works()
    found = await stage.reads(lambda rx: entries.after(rx, journal.SHARD, 0, 5000))
    seen = {kind for _, _, kind, _, _, _ in found if kind.startswith(("order_", "authority_"))}
    assert seen == KINDS
    for _, _, _, _, _, data in found:
        assert b"come and fight" not in data and b"Call them." not in data and b"@alice" not in data
