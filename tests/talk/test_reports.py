"""Source: api/report, method/messages.report. A client's own menu asks what is wrong, and the notice is a case."""

from typing import Any

import pytest
from tests.kit.moderation import somebody
from tests.kit.rooms import Hall, group, hall, history, says
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.domain import categories
from chappe.rpc import Init
from chappe.rpc.context import Limits
from chappe.safety import Case, Desk, cases, notices, queues
from chappe.safety.telling import Telling
from chappe.tl import functions as f
from chappe.tl import types as t

LINKS = "http://localhost/"


def desk(stage: Stage) -> Desk:
    return Desk(stage.wrapper, LINKS, limited=False)


async def reports(person: Person, peer: t.TypeInputPeer, ids: list[int], *titles: str, words: str = "") -> Any:
    """The answer after choosing the options of these titles, the words last."""
    answer = await person.calls(f.messages.Report(peer=peer, id=ids, option=b"", message=""))
    for title in titles:
        option = next(one.option for one in answer.options if one.text == title)
        answer = await person.calls(f.messages.Report(peer=peer, id=ids, option=option, message=""))
    if isinstance(answer, t.ReportResultAddComment) and (words or answer.optional):
        answer = await person.calls(f.messages.Report(peer=peer, id=ids, option=answer.option, message=words))
    return answer


async def open_cases(stage: Stage) -> list[Case]:
    """All open cases as the owner of the server sees them, first to see to first."""
    def act(tx: Any) -> list[Case]:
        return list(queues.page(tx, somebody(tx, f"operator {next(stage.numbers)}"), queues.Search()).cases)

    return await stage.writes(act)


async def told(person: Person) -> list[str]:
    """What the server's account wrote to the person, the newest first."""
    peer = t.InputPeerUser(
        user_id=777000, access_hash=person.stage.access.hash_for(person.id, 777000)
    )
    return [m.message for m in (await history(person, peer)).messages if isinstance(m, t.Message)]


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_the_menu_leads_to_a_notice(stage: Stage, layer: int) -> None:
    alice, bob = await stage.people("alice", "bob", layer=layer)
    room = await hall(stage, alice, bob)
    post = await room.says(alice, "cheap weapons here")
    first = await bob.calls(f.messages.Report(peer=room.peer(bob), id=[post.id], option=b"", message=""))
    assert isinstance(first, t.ReportResultChooseOption) and first.title == "What is wrong?"
    assert len(first.options) == len(categories.CATEGORIES)
    answer = await reports(
        bob, room.peer(bob), [post.id], "Drugs, weapons, forbidden goods",
        "Forbidden goods: drugs, weapons, forged papers, stolen cards", words="He sells <b>guns</b>",
    )  # fmt: skip
    assert isinstance(answer, t.ReportResultReported)
    [case] = await open_cases(stage)
    assert (case.category, case.keyword) == ("UNSAFE_AND_PROHIBITED_PRODUCTS", "PROHIBITED_PRODUCTS")
    assert (case.author_id, case.room_id, case.notice_count) == (alice.id, room.marked, 1)
    assert case.known_at == stage.clock.now() and case.priority // 10 == 4 and case.lang == "en"
    [notice] = await stage.reads(lambda rx: notices.of_case(rx, case.case_id))
    assert (notice.notifier, notice.explanation, notice.way) == (f"user:{bob.id}", "He sells <b>guns</b>", "menu")
    receipt = (await told(bob))[0]
    assert "Number: 1" in receipt and f"{LINKS}notice/" in receipt
    token = receipt.rpartition("/notice/")[2]
    found = await stage.reads(lambda rx: notices.by_token(rx, token))
    assert found == notice and len(token) == 32
    assert await stage.reads(lambda rx: notices.by_token(rx, token[:-1] + "x")) is None


async def test_the_menu_speaks_french(stage: Stage, alice: Person, bob: Person) -> None:
    bob.init = Init(4, "Stage", "Linux", "1.0", "fr-FR", "")
    await alice.says(bob, "bonjour")
    seen = (await history(bob, bob.sees(alice))).messages[0]
    answer = await reports(bob, bob.sees(alice), [seen.id], "Arnaque ou fraude", "Faux comptes", words="Un robot.")
    assert isinstance(answer, t.ReportResultReported)
    [case] = await open_cases(stage)
    assert case.lang == "fr" and case.surface == "closed"
    assert "Merci, votre signalement est arrivé" in (await told(bob))[0]


async def test_words_are_asked_for_where_the_law_wants_them(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.says(bob, "hello")
    seen = (await history(bob, bob.sees(alice))).messages[0].id
    asked = await reports(bob, bob.sees(alice), [seen], "Hate or defamation", "Defamation")
    assert isinstance(asked, t.ReportResultAddComment) and not asked.optional
    again = await bob.calls(f.messages.Report(peer=bob.sees(alice), id=[seen], option=asked.option, message="  "))
    assert isinstance(again, t.ReportResultAddComment) and await open_cases(stage) == []
    done = await reports(bob, bob.sees(alice), [seen], "Children in danger", "Sexual abuse of children")
    assert isinstance(done, t.ReportResultReported)
    [case] = await open_cases(stage)
    assert case.child_safety and case.known_at and case.priority // 10 == 5


async def test_an_option_is_good_for_one_person_and_chat(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    for one in (bob, carol):
        await alice.says(one, "hello")
    seen = (await history(bob, bob.sees(alice))).messages[0].id
    shown = await bob.calls(f.messages.Report(peer=bob.sees(alice), id=[seen], option=b"", message=""))
    good = shown.options[0].option
    theirs = (await history(carol, carol.sees(alice))).messages[0].id
    strange = [good[:-1] + b"x", b"\x00" * 40, b"x" * 5000, good[:8], good + b"/words"]
    for option in strange:
        query = f.messages.Report(peer=bob.sees(alice), id=[seen], option=option, message="")
        assert await bob.fails(query) == "400 OPTION_INVALID"
    query = f.messages.Report(peer=carol.sees(alice), id=[theirs], option=good, message="")
    assert await carol.fails(query) == "400 OPTION_INVALID"
    await bob.says(carol, "hi")
    mine = (await history(bob, bob.sees(carol))).messages[0].id
    query = f.messages.Report(peer=bob.sees(carol), id=[mine], option=good, message="")
    assert await bob.fails(query) == "400 OPTION_INVALID"


async def test_what_one_cannot_see_cannot_be_told_from_nothing(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    room = await hall(stage, alice, bob)
    post = await room.says(alice, "among us")

    async def asked(person: Person, peer: t.TypeInputPeer, *ids: int) -> str:
        return await person.fails(f.messages.Report(peer=peer, id=list(ids), option=b"", message=""))

    there, nowhere = await asked(carol, room.peer(carol), post.id), await asked(carol, room.peer(carol), 9999)
    assert there == nowhere == "400 CHANNEL_PRIVATE"
    await carol.says(alice, "a secret")
    theirs = (await history(alice, alice.sees(carol))).messages[0].id
    there, nowhere = await asked(bob, bob.sees(alice), theirs), await asked(bob, bob.sees(alice), 9999)
    assert there == nowhere == "400 MESSAGE_ID_INVALID"
    assert await asked(bob, room.peer(bob), post.id, 9999) == "400 MESSAGE_ID_INVALID"
    assert await asked(bob, room.peer(bob), *range(1, 102)) == "400 MESSAGE_ID_INVALID"
    assert await asked(bob, t.InputPeerSelf(), 1) == "400 PEER_ID_INVALID"
    assert await open_cases(stage) == []


async def test_a_comment_of_a_megabyte_is_refused(stage: Stage, alice: Person, bob: Person) -> None:
    await alice.says(bob, "hello")
    seen = (await history(bob, bob.sees(alice))).messages[0].id
    asked = await reports(bob, bob.sees(alice), [seen], "Violence", "Plans to harm somebody")
    query = f.messages.Report(peer=bob.sees(alice), id=[seen], option=asked.option, message="x" * 1_000_000)
    assert await bob.fails(query) == "400 MESSAGE_TOO_LONG"
    query = f.account.ReportPeer(
        peer=bob.sees(alice), reason=t.InputReportReasonOther(), message="x" * 1_000_000
    )
    assert await bob.fails(query) == "400 MESSAGE_TOO_LONG"
    assert await open_cases(stage) == []


async def test_duplicates_join_and_the_worst_is_believed(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    people = [alice, bob, carol]
    peer = await group(alice, bob, carol)
    await says(alice, peer, "look")
    pages = {one.id: (await history(one, peer)).messages for one in people}
    seen = {who: next(m.id for m in page if isinstance(m, t.Message)) for who, page in pages.items()}
    await reports(bob, peer, [seen[bob.id]], "Hate or defamation", "Hate speech", words="hate")
    stage.clock.moves(60)
    await reports(carol, peer, [seen[carol.id]], "Children in danger", "Sexual abuse of children")
    [case] = await open_cases(stage)
    assert case.notice_count == 2 and case.item_count == 1 and case.child_safety
    assert case.keyword == "CHILD_SEXUAL_ABUSE_MATERIAL" and case.known_at == stage.clock.now() - 60
    assert len(await stage.reads(lambda rx: notices.of_case(rx, case.case_id))) == 2


async def test_evidence_is_what_stood_there_then(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    post = await room.says(alice, "what it said")
    await reports(bob, room.peer(bob), [post.id], "Violence", "Plans to harm somebody", words="see")
    await alice.calls(f.messages.EditMessage(peer=room.peer(alice), id=post.id, message="harmless"))
    await reports(bob, room.peer(bob), [post.id], "Violence", "Plans to harm somebody", words="see")
    await alice.calls(f.channels.DeleteMessages(channel=room.to(alice), id=[post.id]))
    [case] = await open_cases(stage)

    def act(tx: Any) -> list[str]:
        return [shown.text for _, shown in cases.evidence(tx, somebody(tx, "reader"), case.case_id)]

    assert sorted(await stage.writes(act)) == ["harmless", "what it said"]
    journal = await stage.reads(lambda rx: rx.all("SELECT kind, actor, subject FROM journal ORDER BY no"))
    assert ("evidence_read", "operator:2", f"case:{case.case_id}") in journal
    kinds = [kind for kind, _, _ in journal]
    assert kinds.count("notice_filed") == 2 and kinds.count("case_opened") == 1


async def test_those_who_look_after_a_group_hear_of_it(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    room = await hall(stage, alice, bob, carol)
    post = await room.says(carol, "buy now")
    await reports(bob, room.peer(bob), [post.id], "Scam or fraud", "Fake offers", words="a secret word of mine")
    await reports(bob, room.peer(bob), [post.id], "Scam or fraud", "Fake offers", words="again")
    worst = await room.says(carol, "the worst")
    await reports(bob, room.peer(bob), [worst.id], "Children in danger", "Sexual abuse of children")
    telling = Telling(desk(stage))
    while await telling.step(stage.store):
        pass
    [text] = await told(alice)
    assert "“Garden”" in text and f"{LINKS}c/{room.id}/{post.id}" in text and "Fake offers" in text
    assert "secret word" not in text and "Bob" not in text and await told(carol) == []


async def test_a_channel_does_not_hear_of_itself(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob, broadcast=True)
    post = await room.says(alice, "buy now")
    await reports(bob, room.peer(bob), [post.id], "Scam or fraud", "Fake offers", words="look")
    [case] = await open_cases(stage)
    assert case.author_id == alice.id
    assert not await Telling(desk(stage)).step(stage.store) and await told(alice) == []


async def test_older_buttons_are_notices_too(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    room = await hall(stage, alice, bob, carol)
    await alice.says(bob, "win money")
    spam = await room.says(carol, "win money")
    await says(bob, room.peer(bob), "no spam")
    assert await bob.calls(f.messages.ReportSpam(peer=bob.sees(alice)))
    assert await bob.calls(f.channels.ReportSpam(channel=room.to(bob), participant=bob.sees(carol), id=[spam.id]))
    wrong = f.channels.ReportSpam(channel=room.to(bob), participant=bob.sees(alice), id=[spam.id])
    assert await bob.fails(wrong) == "400 MESSAGE_ID_INVALID"
    assert await bob.calls(f.account.ReportPeer(
        peer=room.peer(bob), reason=t.InputReportReasonIllegalDrugs(), message="a market of drugs"
    ))  # fmt: skip
    [market, *spam_cases] = await open_cases(stage)
    assert (market.category, market.author_id, market.room_id) == (
        "UNSAFE_AND_PROHIBITED_PRODUCTS", alice.id, room.marked
    )  # fmt: skip
    assert market.known_at and [one.author_id for one in spam_cases] == [alice.id, carol.id]
    assert [(one.category, one.keyword, one.known_at) for one in spam_cases] == [("OTHER_VIOLATION_TC", "OTHER", 0)] * 2
    told_of = await stage.writes(lambda tx: cases.evidence(tx, somebody(tx, "reader"), spam_cases[0].case_id))
    assert sorted(shown.text for _, shown in told_of) == ["", "win money"]
    settings = await bob.calls(f.messages.GetPeerSettings(peer=bob.sees(alice)))
    assert not settings.settings.report_spam
    query = f.messages.ReportEncryptedSpam(peer=t.InputEncryptedChat(chat_id=1, access_hash=1))
    assert await bob.fails(query) == "400 CHAT_ID_INVALID"
    query = f.account.ReportPeer(peer=t.InputPeerSelf(), reason=t.InputReportReasonSpam(), message="")
    assert await bob.fails(query) == "400 PEER_ID_INVALID"


async def test_a_reaction_is_reported(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    room = await hall(stage, alice, bob, carol)
    post = await room.says(alice, "she died")
    await carol.calls(f.messages.SendReaction(
        peer=room.peer(carol), msg_id=post.id, reaction=[t.ReactionEmoji(emoticon="🎉")]
    ))  # fmt: skip
    query = {"peer": room.peer(bob), "id": post.id}
    assert await bob.calls(f.messages.ReportReaction(reaction_peer=bob.sees(carol), **query))
    assert await bob.fails(f.messages.ReportReaction(reaction_peer=bob.sees(alice), **query)) == "400 USER_ID_INVALID"
    [case] = await open_cases(stage)
    assert case.author_id == carol.id and case.category == "NOT_SPECIFIED_NOTICE"


async def test_a_room_without_messages_is_reported_whole(stage: Stage, alice: Person, bob: Person) -> None:
    room: Hall = await hall(stage, alice, bob, title="Arms bazaar", broadcast=True)
    answer = await reports(bob, room.peer(bob), [], "Something else", words="this whole place")
    assert isinstance(answer, t.ReportResultReported)
    [case] = await open_cases(stage)
    items = await stage.writes(lambda tx: cases.items(tx, somebody(tx, "reader"), case.case_id))
    assert [one.key for one in items] == [f"room:{room.marked}"]


async def test_nobody_floods(stage: Stage, alice: Person, bob: Person) -> None:
    stage.services.limits = Limits(test_mode=True, test_limits=True)
    query = f.account.ReportPeer(peer=bob.sees(alice), reason=t.InputReportReasonSpam(), message="")
    for _ in range(30):
        assert await bob.calls(query)
    assert await bob.fails(query) == "420 FLOOD_WAIT_3600"
    child = f.account.ReportPeer(peer=bob.sees(alice), reason=t.InputReportReasonChildAbuse(), message="")
    assert await bob.calls(child)
    [case] = await open_cases(stage)
    assert case.notice_count == 31 and case.child_safety
    stage.clock.moves(3601)
    assert await bob.calls(query)
