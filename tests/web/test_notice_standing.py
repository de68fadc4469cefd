"""Source: dsa/16(5), dsa/20, dsa/21. The page of a notice says what became of it, and takes complaints."""

import re
import time
from typing import Any

import httpx
import pytest
from tests.kit.moderation import ruling
from tests.kit.stage import Person
from tests.web.notifying import BASE, CHILD, desk, moderator, notifies
from tests.web.press import Hall, Press, alice, bob, press

from chappe.base import Conflict, NotAllowed, NotFound
from chappe.domain import operators
from chappe.domain.access import Moderator
from chappe.domain.outbox import unpack
from chappe.domain.rulings import Item
from chappe.safety import cases, complaints, notices, queues
from chappe.safety.complaints import Verdict
from chappe.safety.telling import Telling
from chappe.store import Tx
from chappe_verify import check, formats

__all__ = ["alice", "bob", "press"]
HALF_A_YEAR_S = 184 * 86_400


@pytest.fixture
async def news(press: Press, alice: Person) -> Hall:
    """A public channel."""
    return await press.channel(alice, "the_news")


async def acts(press: Press, by: Moderator, *items: Item) -> None:
    """The first case is decided by removing these."""
    def act(tx: Tx) -> None:
        case = queues.page(tx, by, queues.Search()).cases[0]
        cases.claim(tx, by, case.case_id)
        cases.decide(tx, by, case.case_id, ruling(*items))

    await press.stage.writes(act)
    await tells(press)


async def refuses(press: Press, by: Moderator, outcome: str = "no_action") -> int:
    """The first case is decided without a measure; its number."""
    def act(tx: Tx) -> int:
        case = queues.page(tx, by, queues.Search()).cases[0]
        cases.claim(tx, by, case.case_id)
        return cases.dismiss(tx, by, case.case_id, outcome, "looked at").case_id

    case_id = await press.stage.writes(act)
    await tells(press)
    return case_id


async def tells(press: Press) -> None:
    telling = Telling(desk(press))
    while await telling.step(press.stage.store):
        pass


async def page(visitor: httpx.AsyncClient, token: str, status: int = 200) -> str:
    answer = await visitor.get(f"/notice/{token}")
    assert answer.status_code == status
    return answer.text


async def test_a_notice_is_acted_on_and_its_page_says_so(press: Press, alice: Person, news: Hall) -> None:
    post = await news.says(alice, "cheap weapons here")
    carol = press.visitor()
    token = await notifies(carol, where=f"{BASE}/@the_news/{post.id}")
    assert "It waits for somebody to read it." in await page(carol, token)
    judge = await moderator(press)
    await press.stage.writes(lambda tx: cases.claim(tx, judge, 1))
    assert "Somebody is looking at it." in await page(carol, token)
    await acts(press, judge, Item("message", news.marked, post.id))
    said = await page(carol, token)
    assert "We acted on it." in said and "None: a person decided." in said
    assert "<textarea" not in said, "nothing was refused"
    assert "out of court" in said and "go to court" in said
    assert "Nous avons agi." in (await carol.get(f"/notice/{token}?lang=fr")).text
    assert (await carol.post(f"/notice/{token}", data={"said": "more!"})).status_code == 200
    assert await press.stage.reads(lambda rx: complaints.of_notice(rx, 1)) is None


async def test_half_of_a_notice(press: Press, alice: Person, bob: Person, news: Hall) -> None:
    post = await news.says(alice, "cheap weapons here")
    await press.channel(bob, "the_other")
    carol = press.visitor()
    token = await notifies(carol, where=f"{BASE}/@the_news/{post.id}\n{BASE}/@the_other")
    judge = await moderator(press)

    def both(tx: Tx) -> None:
        for case in queues.page(tx, judge, queues.Search()).cases:
            cases.claim(tx, judge, case.case_id)
            if case.author_id == alice.id:
                cases.decide(tx, judge, case.case_id, ruling(Item("message", news.marked, post.id)))
            else:
                cases.dismiss(tx, judge, case.case_id, "no_action", "")

    await press.stage.writes(both)
    await tells(press)
    said = await page(carol, token)
    assert "We acted on part of it." in said and "It may stay." in said and "<textarea" in said


async def test_what_a_measure_spares_is_refused_and_objected_to(press: Press, alice: Person, news: Hall) -> None:
    bad, good = await news.says(alice, "cheap weapons here"), await news.says(alice, "fine weather")
    carol, dave = press.visitor(), press.visitor()
    both = await notifies(carol, where=f"{BASE}/@the_news/{bad.id}\n{BASE}/@the_news/{good.id}")
    other = await notifies(dave, where=f"{BASE}/@the_news/{good.id}")
    judge = await moderator(press)
    await press.stage.writes(lambda tx: cases.decide(tx, judge, 1, ruling(Item("message", news.marked, bad.id))))
    await tells(press)
    said = await page(carol, both)
    assert "We acted on part of it." in said and "It may stay." in said and "<textarea" in said
    said = await page(dave, other)
    assert "We acted on" not in said and "<textarea" in said
    await dave.post(f"/notice/{other}", data={"said": "look again"})
    second, right = await moderator(press, "second"), Verdict("reversed", "It is a code word.")
    await press.stage.writes(lambda tx: complaints.decide(tx, desk(press), second, 1, right))
    assert (await press.stage.reads(lambda rx: cases.get(rx, judge, 1))).state == "reopened"


async def test_a_refusal_is_objected_to_once_and_decided_by_somebody_else(press: Press, news: Hall) -> None:
    carol = press.visitor()
    token = await notifies(carol)
    first, second = await moderator(press, "first"), await moderator(press, "second")
    case_id = await refuses(press, first)
    said = await page(carol, token)
    assert "We did not act" in said and "Ask for another decision" in said
    sent = await carol.post(f"/notice/{token}", data={"said": "Look at <i>all</i> of it.\u202e"})
    assert sent.status_code == 303 and sent.headers["location"] == f"/notice/{token}#complaint"
    said = await page(carol, token)
    assert "Look at &lt;i&gt;all&lt;/i&gt; of it." in said and "It waits for somebody who did not" in said
    assert "<textarea" not in said and "\u202e" not in said
    assert (await carol.post(f"/notice/{token}", data={"said": "again"})).status_code == 303
    [complaint] = await press.stage.reads(lambda rx: complaints.waiting(rx, second))
    assert (complaint.about, complaint.said, complaint.notice_id) == ("notice", "Look at <i>all</i> of it.", 1)
    assert complaint.complainant == "notifier:1" and complaint.first_by == (first.actor,)
    with pytest.raises(NotAllowed, match="operator_own_decision"):
        await press.stage.writes(lambda tx: complaints.assign(tx, first, 1))
    await press.stage.writes(lambda tx: complaints.assign(tx, second, 1))
    assert "is looking at it" in await page(carol, token)
    verdict = Verdict("reversed", "It was not read to its end.")
    settled = await press.stage.writes(lambda tx: complaints.decide(tx, desk(press), second, 1, verdict))
    assert settled.reopened == (case_id,)
    said = await page(carol, token)
    assert "The refusal was taken back" in said and "It was not read to its end." in said
    assert "It is being looked at again." in said
    letters = await press.stage.reads(lambda rx: rx.all("SELECT payload FROM outbox WHERE kind = 'notice_mail'"))
    told = unpack(letters[-1][0], press.stage.wrapper.unseal)
    assert "The refusal was taken back" in told.text and told.subject == "Your complaint was decided"
    with pytest.raises(Conflict, match="operator_complaint_decided"):
        await press.stage.writes(lambda tx: complaints.decide(tx, desk(press), second, 1, verdict))
    with pytest.raises(NotAllowed, match="operator_own_decision"):
        await refuses(press, first)
    await refuses(press, second)


async def test_of_what_trained_eyes_see_they_alone_decide_the_complaint(
    press: Press, news: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    carol, first = press.visitor(), await moderator(press, "first")
    token = await notifies(carol, what=CHILD, name="", email="")
    await refuses(press, first)
    await carol.post(f"/notice/{token}", data={"said": "look again"})
    judge = await moderator(press, "judge", (operators.APPEALS,))
    trained = await moderator(press, "trained", (operators.APPEALS, operators.CHILD_SAFETY))
    upheld = Verdict("upheld", "Nothing was there.")
    assert await press.stage.reads(lambda rx: complaints.waiting(rx, judge)) == []
    for act in (complaints.assign, complaints.release):
        with pytest.raises(NotFound, match="operator_complaint_unknown"):
            await press.stage.writes(lambda tx, act=act: act(tx, judge, 1))
    with pytest.raises(NotFound, match="operator_complaint_unknown"):
        await press.stage.writes(lambda tx: complaints.decide(tx, desk(press), judge, 1, upheld))
    assert await press.stage.reads(lambda rx: complaints.waiting(rx, trained))
    other = await notifies(carol)
    await refuses(press, first)
    await carol.post(f"/notice/{other}", data={"said": "look again"})
    monkeypatch.setattr(complaints, "PAGE", 1)  # a page of what others alone may see does not end the list
    [seen] = await press.stage.reads(lambda rx: complaints.waiting(rx, judge))
    assert seen.complaint_id == 2
    await press.stage.writes(lambda tx: complaints.decide(tx, desk(press), trained, 1, upheld))


async def test_a_refusal_can_be_objected_to_for_six_months(press: Press, news: Hall) -> None:
    carol = press.visitor()
    token = await notifies(carol)
    await refuses(press, await moderator(press))
    long = await carol.post(f"/notice/{token}", data={"said": "W" * 5001})
    assert long.status_code == 400 and "these are 5001" in long.text and "W" * 5001 in long.text
    press.stage.clock.moves(HALF_A_YEAR_S - 60)
    assert "<textarea" in await page(carol, token)
    press.stage.clock.moves(120)
    said = await page(carol, token)
    assert "<textarea" not in said and "The six months" in said
    assert (await carol.post(f"/notice/{token}", data={"said": ""})).status_code == 200
    assert await press.stage.reads(lambda rx: complaints.of_notice(rx, 1)) is None


async def test_what_was_gone_is_said_to_be_gone(press: Press, news: Hall) -> None:
    carol = press.visitor("fr")
    token = await notifies(carol)
    await refuses(press, await moderator(press), "gone")
    assert "Ce n’était plus là quand nous avons regardé." in await page(carol, token)


FORGED = (
    "x", "0" * 32, "0" * 31, "é" * 32, "a" * 5000, "%2e%2e%2fnotice", "%00", "0" * 32 + "/x", "NULL", "' OR 1=1 --",
)  # fmt: skip


@pytest.mark.parametrize("place", ["notice", "statement"])
async def test_forged_links_all_answer_the_same_page_in_the_same_time(press: Press, news: Hall, place: str) -> None:
    carol = press.visitor()
    token = await notifies(carol)
    wrong = [*FORGED, token[:-1] + ("0" if token[-1] != "0" else "1"), token.upper() + "A"]
    pages, times = set(), []
    for forged in wrong * 5:
        begun = time.process_time()  # others work on the machine that runs tests
        answer = await carol.get(f"/{place}/{forged}")
        times.append(time.process_time() - begun)
        assert answer.status_code == 404, forged
        pages.add(re.sub(r'href="\?lang[^"]*"', "", answer.text))
    assert len(pages) == 1 and sorted(times)[len(times) // 2] < 0.1
    for forged in wrong:
        answer = await carol.post(f"/{place}/{forged}", data={"said": "let me in"})
        assert answer.status_code == 404
        pages.add(re.sub(r'href="\?lang[^"]*"', "", answer.text))
    assert len(pages) == 1


async def test_the_secret_link_is_kept_as_a_digest(press: Press, news: Hall) -> None:
    token = await notifies(press.visitor())
    [row] = await press.stage.reads(lambda rx: rx.all("SELECT * FROM notices"))
    assert all(token.encode() not in bytes(value) for value in row if isinstance(value, bytes))
    assert all(token not in value for value in row if isinstance(value, str))
    [notice] = await press.stage.reads(lambda rx: notices.between(rx, 0, 2**40))
    assert await press.stage.reads(lambda rx: notices.by_token(rx, token)) == notice


async def proved(press: Press, visitor: httpx.AsyncClient, place: str) -> dict[str, Any]:
    """What the file proves to who knows no more than the log's key."""
    while await press.log._sequencer.step():
        pass
    answer = await visitor.get(place)
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    keys = [formats.Key.parse(line) for line in (await visitor.get("/log/key")).text.splitlines()]
    return check.one_proof(answer.text, keys)


async def test_who_filed_can_prove_it_to_strangers(press: Press, news: Hall) -> None:
    carol = press.visitor()
    token = await notifies(carol)
    promise = await carol.get(f"/notice/{token}/proof")
    assert promise.status_code == 200 and "/promise\n" in promise.text
    assert f'href="/notice/{token}/proof"' in await page(carol, token)
    found = await proved(press, carol, f"/notice/{token}/proof")
    assert found["leaf"]["category"] == "UNSAFE_AND_PROHIBITED_PRODUCTS"
    assert (found["private"]["kind"], found["private"]["subject"]) == ("notice_filed", "notice:1")
    assert (await carol.get(f"/notice/{token}/complaint-proof")).status_code == 404
    await refuses(press, await moderator(press))
    await carol.post(f"/notice/{token}", data={"said": "Look again."})
    found = await proved(press, carol, f"/notice/{token}/complaint-proof")
    assert (found["private"]["kind"], found["private"]["subject"]) == ("complaint_filed", "complaint:1")
    assert "Look again" not in str(found) and found["leaf"]["outcome"] == "filed"
    forged = await carol.get(f"/notice/{'0' * 32}/proof")
    assert forged.status_code == 404
    assert forged.text == (await carol.get(f"/notice/{token}/nothing")).text
