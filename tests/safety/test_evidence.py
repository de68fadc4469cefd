"""Source: dsa/16(3), dsa/20. What stood there is kept for the case, read under the case alone, and goes in time."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from tests.kit.moderation import ruling
from tests.kit.rooms import history
from tests.kit.stage import Person, Stage
from tests.safety.conftest import Scene
from tests.talk.test_files import picture, upload

from chappe.base import Conflict
from chappe.domain import decisions
from chappe.domain.operators import MODERATOR
from chappe.domain.rulings import Measure
from chappe.jobs import collecting, sweeping_blobs
from chappe.media import MediaProcess
from chappe.safety import Kept, Notifier, attachments, bulk, cases, erasing, notices, overturning, queues
from chappe.safety.attachments import Attachment
from chappe.store import FileStore
from chappe.tl import functions as f
from chappe.tl import types as t

pytestmark = pytest.mark.slow

DAY_S = 86_400


@pytest.fixture
async def shelf(stage: Stage, tmp_path: Path) -> AsyncIterator[FileStore]:
    """Blobs on disk and the real media process, for the stage's server."""
    store = FileStore(tmp_path, stage.clock)
    async with MediaProcess(tmp_path / "decode") as media:
        stage.services.blobs, stage.services.media = store, media
        yield store


async def posts_photo(scene: Scene) -> t.Message:
    file = await upload(scene.alice, 7, picture(800, 600), name="a.jpg")
    told = await scene.alice.calls(f.messages.SendMedia(
        peer=scene.room.peer(scene.alice), media=t.InputMediaUploadedPhoto(file=file), message="look", random_id=7
    ))  # fmt: skip
    made: t.Message = next(u.message for u in told.updates if hasattr(u, "message"))
    return made


async def cleans(scene: Scene, shelf: FileStore) -> None:
    """What nothing shows is collected, however old."""
    await collecting(scene.stage.store, shelf, scene.stage.clock)()
    await sweeping_blobs(scene.stage.store, shelf, scene.stage.clock)()


async def test_pictures_stay_as_long_as_the_case_needs_them(scene: Scene, shelf: FileStore) -> None:
    post = await posts_photo(scene)
    [number] = (await scene.notices(scene.bob, post.id)).cases
    await scene.alice.calls(f.channels.DeleteMessages(channel=scene.room.to(scene.alice), id=[post.id]))
    scene.stage.clock.moves(10 * DAY_S)
    await cleans(scene, shelf)
    moderator = await scene.moderator("dave", MODERATOR)
    [(key, shown)] = await scene.does(cases.evidence, moderator, number)
    [kept] = shown.files
    assert isinstance(kept, Kept) and key == f"message:{scene.room.marked}:{post.id}" and shown.text == "look"
    data = shelf.read(bytes.fromhex(kept.sha256), 0, 1 << 20)
    assert sha256(data).hexdigest() == kept.sha256 and (kept.w, kept.h) == (800, 600)
    await scene.does(cases.dismiss, moderator, number, "gone", "")
    await scene.tells()
    scene.stage.clock.moves(399 * DAY_S)
    await erasing(scene.stage.store)()
    assert await scene.does(cases.evidence, moderator, number)
    scene.stage.clock.moves(2 * DAY_S)
    await erasing(scene.stage.store)()
    await cleans(scene, shelf)
    assert await scene.does(cases.evidence, moderator, number) == []
    assert not shelf.path(bytes.fromhex(kept.sha256)).exists()


async def test_the_same_picture_makes_cases_related(scene: Scene, shelf: FileStore) -> None:
    first = await posts_photo(scene)
    again = await scene.alice.calls(f.messages.SendMedia(
        peer=scene.alice.sees(scene.carol), random_id=8, message="",
        media=t.InputMediaPhoto(id=t.InputPhoto(
            id=first.media.photo.id, access_hash=first.media.photo.access_hash,
            file_reference=first.media.photo.file_reference,
        )),
    ))  # fmt: skip
    assert again
    [one] = (await scene.notices(scene.bob, first.id)).cases
    theirs = (await history(scene.carol, scene.carol.sees(scene.alice))).messages[0].id
    report = f.messages.ReportSpam(peer=scene.carol.sees(scene.alice))
    assert await scene.carol.calls(report)
    query = {"peer": scene.carol.sees(scene.alice), "id": [theirs]}
    menu = await scene.carol.calls(f.messages.Report(option=b"", message="", **query))
    words = next(o.option for o in menu.options if o.text == "Something else")
    await scene.carol.calls(f.messages.Report(option=words, message="the same picture", **query))
    moderator = await scene.moderator("dave", MODERATOR)
    found = await scene.asks(cases.related, moderator, one)
    assert sorted(why for why, _ in found) == ["author", "hash"]


async def test_words_and_addresses_go_in_time(scene: Scene) -> None:
    mail = Notifier(name="Dave", email="dave@example.org", lang="en")
    filed = await scene.notices(mail, await scene.says("hello"), way="form", words="my own words")
    plan = Attachment(0, "plan.txt", "text/plain", 5, sha256(b"a plan").digest())
    await scene.does(attachments.add, "a draft", plan)
    await scene.does(attachments.send, "a draft", filed.notice_id)
    waiting = await scene.notices(mail, await scene.says("bye"), way="form", words="waiting")
    moderator = await scene.moderator("erin", MODERATOR)
    await scene.does(cases.dismiss, moderator, filed.cases[0], "no_action", "")
    await scene.tells()
    assert len(await scene.asks(attachments.of_notice, filed.notice_id)) == 1
    scene.stage.clock.moves(401 * DAY_S)
    await erasing(scene.stage.store)()
    assert (await scene.asks(notices.find, filed.notice_id)).explanation == ""
    assert (await scene.asks(notices.find, waiting.notice_id)).explanation == "waiting"
    assert await scene.asks(attachments.of_notice, filed.notice_id) == []
    for forged in ("", "\ud800" * 40, "x" * 100_000, "'; DROP TABLE notices; --", "0" * 32):
        assert await scene.asks(notices.by_token, forged) is None
    assert await scene.asks(notices.by_token, filed.link.rpartition("/")[2]) is None
    kept = await scene.stage.reads(lambda rx: rx.all("SELECT email IS NULL, name FROM notifiers"))
    assert kept == [(0, "Dave")]
    await scene.does(cases.dismiss, moderator, waiting.cases[0], "no_action", "")
    await scene.tells()
    scene.stage.clock.moves(401 * DAY_S)
    await erasing(scene.stage.store)()
    assert await scene.stage.reads(lambda rx: rx.all("SELECT email IS NULL, name FROM notifiers")) == [(1, "")]


async def told(person: Person) -> list[str]:
    peer = t.InputPeerUser(user_id=777000, access_hash=person.stage.access.hash_for(person.id, 777000))
    return [m.message for m in (await history(person, peer)).messages if isinstance(m, t.Message)]


async def test_a_measure_is_taken_told_and_timed(scene: Scene) -> None:
    post = await scene.says("click here")
    filed = await scene.notices(scene.bob, post)
    [number] = filed.cases
    one, two = await scene.moderator("dave", MODERATOR), await scene.moderator("erin", MODERATOR)
    items = await scene.asks(cases.items, one, number)
    remove = ruling(*items, measure=Measure("remove"), category="SCAMS_AND_FRAUD")
    scene.stage.clock.moves(90)
    made = await scene.does(cases.decide, one, number, remove)
    assert made.case_id == number and made.source == "notice"
    with pytest.raises(Conflict, match="operator_case_not_open"):
        await scene.does(cases.decide, two, number, remove)
    await scene.tells()
    case = await scene.asks(cases.get, one, number)
    assert (case.outcome, case.state, case.acted_at - case.known_at) == ("measure", "closed", 90)
    assert "We acted on what you reported." in (await told(scene.bob))[0]
    shown = [m.message for m in (await scene.room.history(scene.carol)).messages if isinstance(m, t.Message)]
    assert "click here" not in shown
    [(_, kept)] = await scene.does(cases.evidence, one, number)
    assert kept.text == "click here"


async def test_who_noticed_hears_that_a_measure_was_taken_back(scene: Scene) -> None:
    [number] = (await scene.notices(scene.bob, await scene.says("click here"))).cases
    one = await scene.moderator("dave", MODERATOR)
    items = await scene.asks(cases.items, one, number)
    remove = ruling(*items, measure=Measure("remove"), category="SCAMS_AND_FRAUD")
    label = ruling(*items, measure=Measure("age_gate"), category="SCAMS_AND_FRAUD", seed=b"another seed of sixteen")
    first = await scene.does(cases.decide, one, number, remove, label)
    await scene.tells()
    both = [d.decision_id for d in await scene.asks(decisions.of_case, number)]
    await scene.does(overturning.undo, one, first.decision_id, "a mistake")
    await scene.tells()
    assert (await scene.asks(cases.get, one, number)).outcome == "measure"
    await scene.does(overturning.undo, one, next(d for d in both if d != first.decision_id), "a mistake")
    assert not await scene.does(overturning.overturn, one, number)
    await scene.tells()
    case = await scene.asks(cases.get, one, number)
    assert (case.outcome, case.state) == ("no_action", "closed")
    said = [text for text in await told(scene.bob) if "People decided this" in text]
    assert ["was taken back" in text for text in said] == [True, False]


async def test_who_noticed_hears_it_of_a_decision_over_many(scene: Scene) -> None:
    numbers = [(await scene.notices(one, await scene.says("spam"))).cases[0] for one in (scene.bob, scene.carol)]
    lead = await scene.moderator("dave")
    whole = ruling(measure=Measure("remove"), category="SCAMS_AND_FRAUD")
    made = await scene.does(bulk.decide, lead, numbers, whole)
    await scene.tells()
    await scene.does(overturning.undo, lead, made.decision_id, "a mistake")
    await scene.tells()
    for number, person in zip(numbers, (scene.bob, scene.carol), strict=True):
        assert (await scene.asks(cases.get, lead, number)).outcome == "no_action"
        assert "was taken back" in (await told(person))[0]


async def test_who_is_gone_keeps_nobody_from_being_told(scene: Scene) -> None:
    post = await scene.says("spam")
    for one in (scene.bob, scene.carol):
        await scene.notices(one, post)
    await scene.bob.calls(f.account.DeleteAccount(reason="enough"))
    lead = await scene.moderator("dave")
    [case] = (await scene.asks(queues.page, lead, queues.Search())).cases
    await scene.does(cases.dismiss, lead, case.case_id, "no_action", "")
    await scene.tells()
    assert "nothing that the law or our terms forbid" in (await told(scene.carol))[0]
    assert (await scene.asks(cases.get, lead, case.case_id)).state == "closed"
