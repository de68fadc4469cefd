"""What is wrong with the server itself is a page; pages go out beside all other letters; drills are published.

Source: requirements/on-call, requirements/daily-report
"""

import asyncio
import os
from pathlib import Path

import httpx
import pytest
from tests.kit.stage import Stage
from tests.oncall.conftest import Watch

from chappe import paging
from chappe.config import Config
from chappe.domain import drills, kits, oncall, oncall_words, operators, outbox
from chappe.domain.outbox import Message
from chappe.jobs import reminding, telling_faults
from chappe.outbound import Parcel, Runner, VoiceChannel
from chappe.transparency import Ledger

DAY_S = 86_400


async def test_a_fault_is_one_page_as_long_as_it_lasts(watch: Watch) -> None:
    fault = ["the disk is full"]

    async def looks() -> None:
        await telling_faults(watch.stage.store, lambda: [("log_stopped", "log", fault[0], True)])
        await watch.looks()

    for _ in range(3):
        await looks()
    (page,) = await watch.stage.reads(oncall.open_pages)
    assert (page.kind, page.text, page.lasting) == ("log_stopped", "the disk is full", True)
    await watch.does(oncall.acknowledge, page.page_id, "operator:1", "console")
    await looks()
    assert await watch.stage.reads(oncall.open_pages) == [], "who has it is not called again for the same"
    fault[0] = ""
    await looks()
    assert not await watch.stage.reads(lambda rx: oncall.stands(rx, "log_stopped", "log"))
    fault[0] = "again"
    await looks()
    assert len(await watch.stage.reads(oncall.open_pages)) == 1


async def test_a_recovery_drill_that_is_overdue_is_told_of_each_week(watch: Watch) -> None:
    """Once, and again a week later, until it was held; nobody is rung for it."""
    stage, digest = watch.stage, "0" * 64
    headline = oncall_words.HEADLINES["en"][kits.LATE]

    async def told() -> int:
        await reminding(stage.store)
        await watch.passes(3)
        letters = [one for one in await watch.letters() if headline in one[2]]
        assert {way for way, _, _ in letters} <= {"page_mail"}, "nobody's telephone rings"
        return len(letters)

    await watch.does(kits.made, 2, 3, "age1x", digest, "server")
    assert await told() == 0
    stage.clock.moves(kits.DRILL_S)
    first = await told()
    assert first and kits.LATE not in {one.kind for one in await stage.reads(oncall.open_pages)}, "it rings nobody"
    for _ in range(2):
        stage.clock.moves(2 * DAY_S)
        assert await told() == 0
    stage.clock.moves(3 * DAY_S)
    assert await told() == first
    await watch.does(kits.record_drill, "signed", True, int(stage.clock.now()), digest, "server")
    assert await told() == 0
    assert not await stage.reads(lambda rx: oncall.stands(rx, kits.LATE, kits.LATE))
    assert any("over" in said for said in await watch.reads("alice"))


class Slow:
    """A way out that takes for ever."""

    def __init__(self, kind: str = "mail") -> None:
        self.kind = kind
        self.begun = 0

    async def deliver(self, parcel: Parcel) -> None:
        self.begun += 1
        await asyncio.sleep(3600)


class Quick:
    """A way out that takes no time."""

    def __init__(self, kind: str = "page_mail") -> None:
        self.kind = kind
        self.carried: list[str] = []

    async def deliver(self, parcel: Parcel) -> None:
        self.carried.append(parcel.address)


async def test_a_page_does_not_wait_behind_a_hundred_codes(watch: Watch) -> None:
    stage = watch.stage
    for number in range(100):
        payload = outbox.pack(Message("code", "Your code"), stage.wrapper.seal)
        await stage.writes(lambda tx, n=number, p=payload: outbox.enqueue(tx, "mail", f"{n}@example.org", p))  # type: ignore[misc]
    slow, quick = Slow(), Quick()
    codes = Runner(stage.store, stage.clock, [slow], stage.wrapper.unseal)
    pages = Runner(stage.store, stage.clock, [quick], stage.wrapper.unseal, kind="page_mail")
    pages.listen()
    running = [asyncio.create_task(one.run()) for one in (codes, pages)]
    try:
        await watch.pages()
        await watch.passes(16)
        for _ in range(6000):
            await asyncio.sleep(0.01)
            if quick.carried and slow.begun:
                break
        assert quick.carried == ["alice@example.org"]
        assert 0 < slow.begun < 100, "the others wait for each other"
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def test_a_mail_server_that_answers_nobody_holds_no_voice_up(watch: Watch) -> None:
    stage = watch.stage
    for kind, number in [*(("page_mail", number) for number in range(40)), ("voice", 40)]:
        payload = outbox.pack(Message("Urgence.", "fr https://chat.example/on-call/ab"), stage.wrapper.seal)
        await stage.writes(lambda tx, k=kind, n=number, p=payload: outbox.enqueue(tx, k, f"{n}", p))  # type: ignore[misc]
    slow, quick = Slow("page_mail"), Quick("voice")
    ways = [slow, quick]
    runners = [Runner(stage.store, stage.clock, ways, stage.wrapper.unseal, kind=kind) for kind in outbox.PAGES]
    running = [asyncio.create_task(one.run()) for one in runners]
    try:
        for _ in range(12_000):
            await asyncio.sleep(0.005)
            if quick.carried and slow.begun == 16:
                break
        assert (slow.begun, quick.carried) == (16, ["40"]), "sixteen mails are stuck, and the call went out"
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def test_each_kind_of_page_letter_has_a_runner_of_its_own(watch: Watch) -> None:
    started: list[str] = []

    class Tasks:
        def start(self, name: str, work: object, again_s: float = 0.0) -> None:
            started.append(name)

    stage = watch.stage
    joined = paging.Joined(stage.store, stage.clock, os.urandom, stage.wrapper, None, None)  # type: ignore[arg-type]
    paging.start(Config(), joined, "https://chat.example/", "https://desk.example/", Tasks())  # type: ignore[arg-type]
    assert [name for name in started if name.startswith("letters")] == [
        f"letters to people on call: {kind}" for kind in outbox.PAGES
    ]


async def test_a_call_says_language_and_where_a_key_is_told(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(202)

    channel = VoiceChannel("https://gateway.example/call", b"secret", watch.stage.clock)
    monkeypatch.setattr(channel, "_client", httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    await channel.deliver(Parcel(7, "+33611111111", Message("Urgence.", "fr https://chat.example/on-call/ab"), 1))
    (request,) = asked
    assert httpx.Response(200, content=request.content).json() == {
        "id": 7, "phone": "+33611111111", "text": "Urgence.", "lang": "fr",
        "acknowledge": "https://chat.example/on-call/ab",
    }  # fmt: skip
    assert request.headers["x-chappe-signature"].startswith("t=")


async def test_a_drill_stands_in_the_daily_report(watch: Watch, tmp_path: Path) -> None:
    stage: Stage = watch.stage
    (tmp_path / "keys").mkdir(exist_ok=True)
    ledger = Ledger(stage.store, stage.clock, os.urandom, tmp_path, "chat.example/log", {})
    await ledger.catch_up()
    for seconds in (38, 200):
        await watch.does(drills.begin_now, operators.Operator(1, "alice", "owner", 0, False, 0))
        stage.clock.moves(seconds)
        (page,) = await stage.reads(oncall.open_pages)
        await watch.does(oncall.acknowledge, page.page_id, "operator:1", "console")
        await watch.looks()
    day = int(stage.clock.now()) // DAY_S
    await ledger.catch_up()
    stage.clock.moves(DAY_S - stage.clock.now() % DAY_S + 700)
    await ledger.catch_up()
    (report,) = await ledger.reports.newest(day, day + 1)
    instruments = report.figures["instruments"]
    assert isinstance(instruments, dict)
    assert instruments["oncall_drill"] == {
        "total": 2, "outcome": {"in_time": 1, "late": 1}, "count": 200, "sum": 238,
    }  # fmt: skip
    ledger.folder.unlock()


async def test_the_hour_of_a_drill_is_next_weeks_and_nobodys_to_guess(watch: Watch) -> None:
    now = int(watch.stage.clock.now())
    hours = {drills.next_hour(now, bytes([number] * 8)) for number in range(64)}
    assert len(hours) > 60
    for one in hours:
        assert 0 < one - now <= 2 * 7 * DAY_S
        assert drills.FIRST_S <= one % DAY_S < drills.LAST_S
    assert await watch.stage.reads(drills.current) is None, "that it waits, and until when, is told to nobody"
    row = await watch.stage.reads(lambda rx: rx.one("SELECT due FROM oncall_drills WHERE ended = 0"))
    assert row is not None
    watch.stage.clock.moves(row[0] - now)
    await watch.looks()
    (page,) = await watch.stage.reads(oncall.open_pages)
    assert page.kind == "drill"
    watch.stage.clock.moves(3600)
    await watch.looks()
    (held,) = await watch.stage.reads(drills.past)
    assert held.outcome == "missed"
