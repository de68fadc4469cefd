"""Source: dsa/16(6). Cases are seen to by one person at a time, decided once, told to everybody who noticed."""

import pytest
from tests.kit.moderation import ruling
from tests.kit.rooms import history
from tests.kit.stage import Person
from tests.safety.conftest import Scene

from chappe.base import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain.operators import APPEALS, AUDITOR, CHILD_SAFETY, LEAD, MODERATOR, TRIAGE
from chappe.domain.rulings import Measure
from chappe.safety import Notifier, cases, intake, notices, queues
from chappe.safety.queues import Search
from chappe.tl import types as t


async def told(person: Person) -> list[str]:
    """What the server's account wrote to the person, the newest first."""
    peer = t.InputPeerUser(user_id=777000, access_hash=person.stage.access.hash_for(person.id, 777000))
    return [m.message for m in (await history(person, peer)).messages if isinstance(m, t.Message)]


async def test_a_case_is_one_moderators_at_a_time(scene: Scene) -> None:
    filed = await scene.notices(scene.bob, await scene.says("click here"))
    [number] = filed.cases
    dave, erin = await scene.moderator("dave", MODERATOR), await scene.moderator("erin", TRIAGE)
    lead = await scene.moderator("frank", LEAD)
    held = await scene.does(cases.claim, dave, number)
    assert (held.state, held.claimed_by) == ("in_review", dave.operator_id)
    for act, args in (
        (cases.claim, ()), (cases.sort, ("SCAMS_AND_FRAUD", "")), (cases.release, ()),
    ):  # fmt: skip
        with pytest.raises(Conflict, match="operator_case_claimed"):
            await scene.does(act, erin, number, *args)
    with pytest.raises(Conflict, match="operator_case_claimed"):
        await scene.does(cases.dismiss, lead, number, "no_action", "")
    await scene.does(cases.note, erin, number, "I know this one")
    scene.stage.clock.moves(cases.CLAIM_S + 1)
    lapsed = await scene.asks(cases.get, erin, number)
    assert (lapsed.state, lapsed.claimed_by) == ("received", 0)
    assert (await scene.does(cases.claim, erin, number)).claimed_by == erin.operator_id
    assert (await scene.does(cases.release, lead, number)).claimed_by == 0
    acts = await scene.asks(cases.history, dave, number)
    assert [(one.act, one.actor) for one in acts] == [
        ("claimed", dave.actor), ("noted", erin.actor), ("claimed", erin.actor), ("released", lead.actor)
    ]  # fmt: skip
    assert acts[1].detail == "I know this one"


async def test_each_does_what_the_role_does(scene: Scene) -> None:
    [number] = (await scene.notices(scene.bob, await scene.says("click here"))).cases
    auditor, triage = await scene.moderator("dave", AUDITOR), await scene.moderator("erin", TRIAGE)
    trained = await scene.moderator("frank", CHILD_SAFETY)
    assert await scene.asks(cases.get, auditor, number)
    for who, act, args in (
        (auditor, cases.claim, ()), (trained, cases.claim, ()), (triage, cases.dismiss, ("unfounded", "")),
        (auditor, cases.reopen, ("",)),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match="operator_role_needed"):
            await scene.does(act, who, number, *args)
    with pytest.raises(NotAllowed, match="operator_role_needed"):
        await scene.does(queues.save, triage, "mine", Search())


async def test_child_abuse_is_for_trained_eyes(scene: Scene) -> None:
    post = await scene.says("the worst")
    first = await scene.notices(scene.bob, post)
    plain = await scene.moderator("dave", MODERATOR, LEAD)
    trained = await scene.moderator("erin", CHILD_SAFETY)
    await scene.does(cases.claim, plain, first.cases[0])
    keyword = "CHILD_SEXUAL_ABUSE_MATERIAL"
    again = await scene.notices(scene.carol, post, category="PROTECTION_OF_MINORS", keyword=keyword, words="")
    assert again.cases == first.cases
    [number] = first.cases
    for act, args in (
        (cases.claim, ()), (cases.evidence, ()), (cases.note, ("x",)), (cases.release, ()), (cases.get, ()),
        (cases.related, ()), (cases.history, ()), (cases.items, ()), (cases.dismiss, ("gone", "")),
    ):  # fmt: skip
        with pytest.raises(NotFound, match="operator_case_unknown"):
            await scene.does(act, plain, number, *args)
    assert (await scene.asks(queues.page, plain, Search())).cases == ()
    assert await scene.asks(queues.count, plain, Search()) == 0
    with pytest.raises(NotAllowed, match="operator_role_needed"):
        await scene.asks(queues.page, plain, Search(child_safety=True))
    assert await scene.asks(cases.about_person, plain, scene.alice.id) == []
    assert "child_safety" not in [queue.name for queue in await scene.asks(queues.everything, plain)]
    found = (await scene.asks(queues.page, trained, Search(child_safety=True))).cases
    assert [one.case_id for one in found] == [number] and found[0].claimed_by == 0
    assert (await scene.does(cases.dismiss, trained, number, "unfounded", "a drawing of a cat")).outcome == "unfounded"


async def test_everybody_who_noticed_hears_the_outcome(scene: Scene) -> None:
    one, two = await scene.says("click here"), await scene.says("and here")
    mail = Notifier(name="Dave", email="dave@example.org", lang="fr")
    await scene.notices(scene.bob, one)
    both = await scene.notices(scene.carol, two, category="CYBER_VIOLENCE", keyword="")
    other = await scene.notices(mail, one, two, way="form")
    moderator = await scene.moderator("erin", MODERATOR)
    assert len(other.cases) == 2 and both.cases[0] == other.cases[1]
    await scene.stage.letters()
    done = await scene.does(cases.dismiss, moderator, other.cases[0], "no_action", "a bank's own page")
    assert done.state == "decided" and not done.is_open
    await scene.tells()
    assert (await scene.asks(cases.get, moderator, other.cases[0])).state == "closed"
    outcome = (await told(scene.bob))[0]
    assert "nothing that the law or our terms forbid" in outcome and "People decided this" in outcome
    assert outcome.endswith((await told(scene.bob))[1].rpartition("\n")[2])
    assert await scene.stage.letters() == [] and len(await told(scene.carol)) == 1
    scene.stage.clock.moves(5)
    await scene.does(cases.dismiss, moderator, other.cases[1], "gone", "")
    await scene.tells()
    [(kind, address, text)] = await scene.stage.letters()
    assert (kind, address) == ("notice_mail", "dave@example.org") and "n’existait plus" in text
    assert "was gone when we looked" in (await told(scene.carol))[0] and len(await told(scene.bob)) == 2
    notice = await scene.asks(notices.find, other.notice_id)
    assert (notice.outcome, notice.decided_at) == ("gone", scene.stage.clock.now())


async def test_a_case_is_decided_once_and_opened_again(scene: Scene) -> None:
    post = await scene.says("click here")
    [number] = (await scene.notices(scene.bob, post)).cases
    moderator, appeals = await scene.moderator("dave", MODERATOR), await scene.moderator("erin", APPEALS)
    with pytest.raises(Conflict, match="operator_case_open"):
        await scene.does(cases.reopen, appeals, number, "")
    await scene.does(cases.dismiss, moderator, number, "unfounded", "")
    for act, args in ((cases.claim, ()), (cases.dismiss, ("gone", "")), (cases.sort, ("VIOLENCE", ""))):
        with pytest.raises(Conflict, match="operator_case_not_open"):
            await scene.does(act, moderator, number, *args)
    await scene.tells()
    assert (await scene.does(cases.reopen, appeals, number, "complaint:1")).state == "reopened"
    assert [c.case_id for c in (await scene.asks(queues.page, moderator, Search())).cases] == [number]
    assert (await scene.notices(scene.carol, post)).cases == (number,)
    await scene.does(cases.dismiss, moderator, number, "gone", "")
    await scene.tells()
    assert [text.count("was gone") for text in (await told(scene.bob))[:2]] == [1, 0]
    later = await scene.notices(scene.carol, post)
    assert later.cases != (number,)
    waits = await scene.does(cases.reopen, appeals, number, "complaint:2")
    assert waits.case_id == later.cases[0] and waits.notice_count == 3
    assert (await scene.asks(cases.get, moderator, number)).state == "closed"
    scene.stage.clock.moves(60)
    await scene.does(cases.dismiss, moderator, waits.case_id, "no_action", "")
    await scene.tells()
    for person in (scene.bob, scene.carol):
        assert "nothing that the law" in (await told(person))[0]
    found = await scene.asks(cases.related, moderator, number)
    assert [(why, case.case_id) for why, case in found] == [("item", later.cases[0])]


async def test_what_is_related_is_found(scene: Scene) -> None:
    [one] = (await scene.notices(scene.bob, await scene.says("click here"))).cases
    [two] = (await scene.notices(scene.bob, await scene.says("and here"))).cases
    moderator = await scene.moderator("dave", TRIAGE)
    assert [(why, c.case_id) for why, c in await scene.asks(cases.related, moderator, one)] == [("author", two)]
    assert [c.case_id for c in await scene.asks(cases.about_room, moderator, scene.room.marked)] == [two, one]


async def test_sorting_moves_a_case(scene: Scene) -> None:
    [low] = (await scene.notices(scene.bob, await scene.says("a"), category="NOT_SPECIFIED_NOTICE", keyword="")).cases
    [high] = (await scene.notices(scene.bob, await scene.says("b"), category="SELF_HARM", keyword="SUICIDE")).cases
    moderator = await scene.moderator("dave", TRIAGE)
    order = [c.case_id for c in (await scene.asks(queues.page, moderator, Search())).cases]
    assert order == [high, low]
    await scene.does(cases.sort, moderator, low, "RISK_FOR_PUBLIC_SECURITY", "TERRORIST_CONTENT")
    found = (await scene.asks(queues.page, moderator, Search())).cases
    assert [c.case_id for c in found] == [low, high] and found[0].due == scene.stage.clock.now() + 3600
    with pytest.raises(Invalid, match="operator_category_invalid"):
        await scene.does(cases.sort, moderator, low, "VIOLENCE", "PHISHING")


async def test_time_outweighs_a_little_harm(scene: Scene) -> None:
    [old] = (await scene.notices(scene.bob, await scene.says("a"), category="CONSUMER_INFORMATION", keyword="")).cases
    scene.stage.clock.moves(40 * 86_400)
    [new] = (await scene.notices(scene.bob, await scene.says("b"), category="ANIMAL_WELFARE", keyword="")).cases
    moderator = await scene.moderator("dave", TRIAGE)
    found = (await scene.asks(queues.page, moderator, Search())).cases
    assert [c.case_id for c in found] == [old, new]
    overdue = (await scene.asks(queues.page, moderator, Search(overdue=True))).cases
    assert [c.case_id for c in overdue] == [old]


async def test_what_was_noticed_stays_until_the_case_is_looked_at(scene: Scene) -> None:
    filed = await scene.notices(scene.bob, await scene.says("words"))
    row = await scene.stage.reads(lambda rx: intake.read(rx, filed.cases[0]))
    assert row.surface == "closed" and row.author_id == scene.alice.id


async def test_the_clock_runs_for_each_item_of_a_case(scene: Scene) -> None:
    first, second, third = [await scene.says(text) for text in ("one", "two", "three")]
    [number] = (await scene.notices(scene.bob, first, second, third, way="button")).cases
    clock, dave = scene.stage.clock, await scene.moderator("dave", MODERATOR)
    clock.moves(60)
    known = int(clock.now())
    await scene.notices(scene.carol, first, third)
    clock.moves(90)
    items = {one.message_id: one for one in await scene.asks(cases.items, dave, number)}
    remove = ruling(items[first], measure=Measure("remove"), category="SCAMS_AND_FRAUD")
    await scene.does(cases.decide, dave, number, remove)
    told = await scene.asks(cases.clocks, dave, number)
    assert [told[items[one].key] for one in (first, second, third)] == [(known, known + 90), (0, 0), (known, 0)]
