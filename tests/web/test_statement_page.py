"""Source: dsa/17(3), dsa/20. The statement of reasons by its link, and the complaint that one click files."""

import re
from pathlib import Path
from typing import Any

import pytest
from tests.kit.moderation import ruling
from tests.kit.rooms import history
from tests.kit.stage import Person
from tests.web.notifying import BASE, desk, moderator
from tests.web.press import Hall, Press, alice, opening, press
from tests.web.test_notice_standing import proved

from chappe.base import Conflict, Invalid, NotAllowed
from chappe.domain import access, decisions, operators, sparing
from chappe.domain.access import Moderator
from chappe.domain.rulings import Ground, Item, Measure
from chappe.safety import complaints
from chappe.safety.complaints import Verdict
from chappe.tl import types as t

__all__ = ["alice", "press"]


@pytest.fixture
async def news(press: Press, alice: Person) -> Hall:
    """A public channel."""
    return await press.channel(alice, "the_news")


async def decided(press: Press, by: Moderator, *items: Item, **fields: Any) -> decisions.Decision:
    made = ruling(*items, site=f"{BASE}/", **fields)
    return await press.stage.writes(lambda tx: decisions.decide(tx, by, made))


async def told(person: Person) -> list[str]:
    """What the server wrote to the person, the newest first."""
    peer = t.InputPeerUser(user_id=777000, access_hash=person.stage.access.hash_for(person.id, 777000))
    return [m.message for m in (await history(person, peer)).messages if isinstance(m, t.Message)]


async def link(person: Person) -> str:
    """Where the statement says that its page is."""
    found = re.search(r"https://chat\.example\.org:8443(/statement/[0-9a-f]{32})", (await told(person))[0])
    assert found, await told(person)
    return found[1]


async def test_the_page_says_all_that_the_law_asks_in_both_languages(press: Press, alice: Person, news: Hall) -> None:
    post = await news.says(alice, "cheap <b>crossbows</b> here")
    judge = await moderator(press)
    made = await decided(
        press, judge, Item("message", news.marked, post.id), keywords=("PROHIBITED_PRODUCTS",), source="notice",
        facts="The post offers <i>firearms</i>.", lang="en",
    )  # fmt: skip
    path = await link(alice)
    async with press.visitor() as visitor:
        page = await visitor.get(path)
        assert page.headers["x-robots-tag"] == "noindex" and page.headers["cache-control"] == "no-store"
        for said in (
            "It was removed.", "a message of", "in The News", "Everywhere", "Until it is taken back",
            "The post offers &lt;i&gt;firearms&lt;/i&gt;.", "Somebody notified it.", "Against the terms of use",
            'href="/terms?version=1#4.1"', "It offers what must not be sold.", "Forbidden goods",
            "No program found it.", "A person decided.", "Object to this decision", "out of court", "go to court",
            f'<dd class="mono">{made.decision_id}</dd>',
        ):  # fmt: skip
            assert said in page.text, said
        assert "crossbows" not in page.text, "what was removed is not shown again"
        french = (await visitor.get(f"{path}?lang=fr")).text
        for said in ("Il a été retiré.", "un message du", "Partout", "Contester cette décision", "justice"):
            assert said in french, said
        assert 'lang="en">The post offers' in french and "qu’en anglais" in french and "written in" not in page.text
        first, other = [Item("message", news.marked, (await news.says(alice, text)).id) for text in "ab"]
        both = await decided(press, judge, first, other)
        path = await link(alice)
        for item, said in ((first, "part is free again"), (other, "taken back")):
            await press.stage.writes(
                lambda tx, key=item.key: sparing.spare(tx, judge, both.decision_id, [key], "no")  # type: ignore[misc]
            )
            assert said in (await visitor.get(f"{path}?lang=en")).text, said


async def test_law_territory_and_an_end_are_said(press: Press, alice: Person, news: Hall) -> None:
    post = await news.says(alice, "hello")
    until = int(press.stage.clock.now()) + 86_400
    await decided(
        press, await moderator(press), Item("message", news.marked, post.id), source="own_initiative",
        measure=Measure("hide", ("FR", "DE"), until), ground=Ground("law", "Code pénal 421-2-5", 0, "It praises."),
        automated_detection=True, automated_decision="partial", category="RISK_FOR_PUBLIC_SECURITY",
    )  # fmt: skip
    async with press.visitor() as visitor:
        page = (await visitor.get(await link(alice))).text
    for said in ("FR, DE", "Until 1", "Illegal content: <bdi>Code pénal 421-2-5</bdi>", "It praises.",
                 "A program found it. A program helped; a person decided.", "on our own initiative"):  # fmt: skip
        assert said in page, said


async def test_one_click_objects_and_a_reversal_brings_back(press: Press, alice: Person, news: Hall) -> None:
    post = await news.says(alice, "cheap weapons here")
    first, second = await moderator(press, "first"), await moderator(press, "second")
    made = await decided(press, first, Item("message", news.marked, post.id))
    path = await link(alice)
    visitor = press.visitor()
    assert "Object to this decision" in (await visitor.get(path)).text
    sent = await visitor.post(path)
    assert sent.status_code == 303 and sent.headers["location"] == f"{path}#complaint"
    page = (await visitor.get(path)).text
    assert "It waits for somebody who did not take the first decision." in page and "<textarea" not in page
    assert (await visitor.post(path, data={"said": "twice"})).status_code == 303
    [found] = await press.stage.reads(lambda rx: complaints.waiting(rx, second))
    assert (found.about, found.said, found.decision_id) == ("remove", "", made.decision_id)
    assert (found.complainant, found.first_by) == (f"user:{alice.id}", (first.actor,))
    verdict = Verdict("reversed", "The post was a quotation.")
    settled = await press.stage.writes(lambda tx: complaints.decide(tx, desk(press), second, 1, verdict))
    assert settled.undone is not None and settled.undone.decision.state == "undone"
    assert (await press.visitor().get(f"/@the_news/{post.id}")).status_code == 200
    page = (await visitor.get(path)).text
    assert "The decision was taken back." in page and "The post was a quotation." in page
    assert "It holds no more." in page
    assert any("The post was a quotation." in text and "The decision was taken back." in text
               for text in await told(alice))  # fmt: skip
    entries = await press.stage.reads(lambda rx: rx.all("SELECT kind FROM journal ORDER BY no"))
    assert [kind for (kind,) in entries if kind.startswith("complaint")] == ["complaint_filed", "complaint_decided"]


async def test_half_a_reversal_puts_a_milder_measure_in_its_place(press: Press, alice: Person, news: Hall) -> None:
    post = await news.says(alice, "cheap weapons here")
    item = Item("message", news.marked, post.id)
    first, second = await moderator(press, "first"), await moderator(press, "second")
    made = await decided(press, first, item)
    path = await link(alice)
    await press.visitor().post(path)
    label = ruling(item, measure=Measure("label", detail="Disputed"), site=f"{BASE}/")
    other = ruling(Item("message", news.marked, post.id + 1), measure=Measure("label", detail="Disputed"))
    for instead in (None, other):
        wrong = Verdict("partially_reversed", "Half of it.", instead)
        with pytest.raises(Invalid, match="operator_ruling_needed"):
            await press.stage.writes(lambda tx, v=wrong: complaints.decide(tx, desk(press), second, 1, v))
    verdict = Verdict("partially_reversed", "Half of it.", label)
    done = await press.stage.writes(lambda tx: complaints.decide(tx, desk(press), second, 1, verdict))
    there = await press.stage.reads(lambda rx: decisions.about(rx, item))
    assert [(one.measure.kind, one.state) for one in there] == [("label", "in_force"), ("remove", "undone")]
    assert done.complaint.new_decision_id == there[0].decision_id != made.decision_id
    assert "changed in part" in (await press.visitor().get(path)).text


@pytest.mark.parametrize("outcome", ["upheld", "omitted"])
async def test_what_is_upheld_or_omitted_changes_nothing(
    press: Press, alice: Person, news: Hall, outcome: str
) -> None:
    post = await news.says(alice, "cheap weapons here")
    item = Item("message", news.marked, post.id)
    made = await decided(press, await moderator(press, "first"), item)
    await press.visitor().post(await link(alice), data={"said": "why?"})
    second = await moderator(press, "second")
    verdict = Verdict(outcome, "Read again.")
    await press.stage.writes(lambda tx: complaints.decide(tx, desk(press), second, 1, verdict))
    assert (await press.stage.reads(lambda rx: decisions.find(rx, made.decision_id))).state == "in_force"


async def test_who_may_not_decide_is_refused_by_direct_call(press: Press, alice: Person, news: Hall) -> None:
    post = await news.says(alice, "cheap weapons here")
    first = await moderator(press, "first")
    await decided(press, first, Item("message", news.marked, post.id))
    await press.visitor().post(await link(alice))
    upheld = Verdict("upheld", "Because.")
    clerk = await moderator(press, "clerk", (operators.MODERATOR,))
    owner_who_decided = first
    refused = {
        "operator_own_decision": owner_who_decided,
        "operator_role_needed": clerk,
        "operator_person_needed": access.machine("anything@1"),
    }
    for reason, who in refused.items():
        with pytest.raises(NotAllowed, match=reason):
            await press.stage.writes(lambda tx, who=who: complaints.decide(tx, desk(press), who, 1, upheld))
    forged = Moderator(access.machine("anything@1").actor, 0, frozenset(operators.ROLES))
    with pytest.raises(NotAllowed, match="operator_person_needed"):
        await press.stage.writes(lambda tx: complaints.decide(tx, desk(press), forged, 1, upheld))
    second, third = await moderator(press, "second"), await moderator(press, "third", (operators.APPEALS,))
    await press.stage.writes(lambda tx: complaints.assign(tx, second, 1))
    with pytest.raises(Conflict, match="operator_complaint_assigned"):
        await press.stage.writes(lambda tx: complaints.decide(tx, desk(press), third, 1, upheld))
    for empty in (Verdict("upheld", " "), Verdict("nonsense", "Because."), Verdict("upheld", "W" * 5001)):
        with pytest.raises(Invalid):
            await press.stage.writes(lambda tx, v=empty: complaints.decide(tx, desk(press), second, 1, v))
    await press.stage.writes(lambda tx: complaints.release(tx, second, 1))
    done = await press.stage.writes(lambda tx: complaints.decide(tx, desk(press), third, 1, upheld))
    assert done.complaint.decided_by == third.operator_id


async def test_a_machine_decides_first_and_a_person_decides_again(press: Press, alice: Person, news: Hall) -> None:
    post = await news.says(alice, "cheap weapons here")
    await decided(
        press, access.machine("sale@1"), Item("message", news.marked, post.id), source="rule",
        automated_detection=True, automated_decision="full",
    )  # fmt: skip
    path = await link(alice)
    assert "A program decided, by a rule that people wrote." in (await press.visitor().get(path)).text
    await press.visitor().post(path)
    person = await moderator(press)
    verdict = Verdict("reversed", "The rule was too broad.")
    settled = await press.stage.writes(lambda tx: complaints.decide(tx, desk(press), person, 1, verdict))
    assert settled.undone is not None


async def test_the_window_is_six_months(press: Press, alice: Person, news: Hall) -> None:
    post = await news.says(alice, "cheap weapons here")
    await decided(press, await moderator(press), Item("message", news.marked, post.id))
    path = await link(alice)
    press.stage.clock.moves(182 * 86_400)
    assert "Object to this decision" in (await press.visitor().get(path)).text
    press.stage.clock.moves(3 * 86_400)
    page = (await press.visitor().get(path)).text
    assert "Object to this decision" not in page and "The six months for objecting here ended on" in page
    assert (await press.visitor().post(path)).status_code == 200
    judge = await moderator(press, "judge")
    assert await press.stage.reads(lambda rx: complaints.waiting(rx, judge)) == []


async def test_markup_and_length_in_a_complaint(press: Press, alice: Person, news: Hall) -> None:
    post = await news.says(alice, "cheap weapons here")
    await decided(press, await moderator(press), Item("message", news.marked, post.id))
    path = await link(alice)
    visitor = press.visitor()
    long = await visitor.post(path, data={"said": "W" * 10_000})
    assert long.status_code == 400 and "these are 10000" in long.text and "W" * 10_000 in long.text
    no_form = await visitor.post(path, content=b"--x", headers={"content-type": "multipart/form-data; boundary=x"})
    assert no_form.status_code in (200, 303, 413)
    await visitor.post(path, data={"said": "</dd><script>alert(1)</script>\u202e\u0000"})
    page = (await visitor.get(path)).text
    assert "<script>alert" not in page


async def test_bodies_of_the_settings_are_named(tmp_path: Path) -> None:
    bodies = (("Körper & Söhne", "https://body.example/"), ("Nameless", ""))
    async with opening(tmp_path, dispute_bodies=bodies) as other:
        carol = await other.stage.person("carol")
        hall = await other.channel(carol, "the_hall")
        post = await hall.says(carol, "cheap weapons here")
        await decided(other, await moderator(other), Item("message", hall.marked, post.id))
        page = (await other.visitor().get(await link(carol))).text
        assert '<a href="https://body.example/" rel="noopener">Körper &amp; Söhne</a>' in page and "Nameless" in page


async def test_the_person_hit_can_prove_the_decision_to_strangers(press: Press, alice: Person, news: Hall) -> None:
    post = await news.says(alice, "cheap weapons here")
    made = await decided(press, await moderator(press), Item("message", news.marked, post.id))
    path = await link(alice)
    visitor = press.visitor()
    assert f'href="{path}/proof"' in (await visitor.get(path)).text
    found = await proved(press, visitor, f"{path}/proof")
    assert found["leaf"]["outcome"] == "remove" and found["private"]["subject"] == f"decision:{made.decision_id}"
    assert f"operator:{made.operator_id}" not in str(found)
    await visitor.post(path)
    assert (await proved(press, visitor, f"{path}/complaint-proof"))["leaf"]["instrument"] == "complaint"
    assert (await visitor.get(f"/statement/{'0' * 32}/proof")).status_code == 404
