"""What the messenger and the public pages cost, in the browser's own figures: its clock, its long tasks, its heap."""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

from tests.browser.folk import Folk
from tests.browser.launch import chromium
from tests.browser.messenger import APP, Messenger
from tests.browser.town import CHANNEL, Town, settle
from tests.browser.visitor import Visitor
from tests.kit.server_process import ServerProcess

from bench.figures import Run
from bench.machine import note
from bench.report import Figure
from bench.server import Server
from chappe.mtproto import RsaPublicKey

SCRIPT = (Path(__file__).parent / "browser.js").read_text("utf-8")
ALICE = "9996671000"
KIB, MIB = 1024, 1024 * 1024
RATE = 60
TIMES = 9
MINUTES = 3.0
OPENED = "section.conversation .message"
MINE = "section.conversation .message.mine .words"


def browser(run: Run) -> None:
    """Shell, chat list, opening, sending, a flood, the heap; and public pages a second."""
    data = run.place("browser")
    with Server(data, run.cores) as server:
        asyncio.run(_measure(run, server))


async def _measure(run: Run, server: Server) -> None:
    town = await settle(cast(ServerProcess, _Known(server)))
    _pages(run, server)
    async with chromium() as chrome:
        alice = cast(Messenger, await Messenger.comes(chrome, f"http://localhost:{server.port}", "alice"))
        await alice.context.add_init_script(SCRIPT)
        await _shell(run, alice)
        await alice.signs_in(ALICE)
        await _list(run, alice)
        await _opening(run, alice)
        await _sending(run, alice)
        await _flood(run, alice, town)
        await _heap(run, alice, town)
        for trouble in await alice.leaves():
            run.report.notes.append(f"The browser complained: {trouble}")
    town.leaves()


class _Known:
    """As much of a server as a town needs to settle there."""

    def __init__(self, server: Server) -> None:
        self.port = server.port
        self.key = RsaPublicKey.from_pem((server.data / "mtproto.pub.pem").read_bytes())


async def _shell(run: Run, alice: Visitor) -> None:
    """Everything the browser fetches for the first look at the messenger, headers too, as it came over the line."""
    await alice.goes(APP)
    await alice.page.locator("#phone").wait_for()
    await alice.page.wait_for_load_state("networkidle")
    total = await alice.page.evaluate("speed.transferred()")
    run.report.figures.append(Figure("web client, shell transferred", "KiB", [total / KIB], 350 * 1000 / KIB))


async def _list(run: Run, alice: Messenger) -> None:
    """The page is loaded again, its files in the browser's cache: how long until chats can be chosen."""
    await alice.row("Gardeners").wait_for()
    await alice.page.wait_for_timeout(2500)
    found: list[float] = []
    for _ in range(TIMES):
        await alice.page.reload()
        await alice.row("Gardeners").wait_for()
        await alice.page.wait_for_function("() => speed.list !== undefined")
        found.append(await alice.page.evaluate("speed.list"))
        await alice.page.wait_for_timeout(500)
    note(f"  chat list after {statistics.median(found):.0f} ms")
    run.report.figures.append(Figure("web client, chat list usable, warm", "ms", found, 1500, note="from navigation"))


async def _opening(run: Run, alice: Messenger) -> None:
    """From the click on a chat to the frame that shows its messages; the first look at each apart from the others."""
    first: list[float] = []
    again: list[float] = []
    for turn in range(TIMES // 2):
        for name in ("Gardeners", "The Semaphore", "Bob at the Quay", "Carol by the Mill"):
            await alice.page.evaluate("args => { speed.arm('click', ...args) }", [OPENED, ""])
            await alice.opens(name)
            took = await alice.page.evaluate("speed.took")
            (again if turn else first).append(took)
    run.report.figures += [
        Figure("web client, chat opened for the first time", "ms", first, 150, note="click to painted messages"),
        Figure("web client, chat opened again", "ms", again, 150),
    ]


async def _sending(run: Run, alice: Messenger) -> None:
    """From Enter to the frame that shows the bubble."""
    await alice.opens("Gardeners")
    found: list[float] = []
    for number in range(TIMES):
        text = f"said in the wind {number}"
        await alice.composer.click()
        await alice.composer.fill(text)
        await alice.page.evaluate("args => { speed.arm('keydown', ...args) }", [MINE, text])
        await alice.page.keyboard.press("Enter")
        found.append(await alice.page.evaluate("speed.took"))
        await alice.reads(text)
    note(f"  bubble after {statistics.median(found):.0f} ms")
    run.report.figures.append(Figure("web client, bubble after Enter", "ms", found, 50, note="key to painted bubble"))


async def _flood(run: Run, alice: Messenger, town: Town) -> None:
    """Sixty messages a second arrive in the open chat: the longest task of the page's thread; the last one is seen."""
    seconds = max(5.0, run.slice_s * 2)
    await alice.page.evaluate("speed.tasks.length = 0")
    sent = await _talk([town.bob, town.carol, town.dan], town.group, RATE, seconds)
    await alice.reads(sent[-1])
    tasks = cast(list[float], await alice.page.evaluate("speed.tasks"))
    note(f"  {len(sent)} messages arrived, {len(tasks)} tasks over 50 ms, the longest {max(tasks, default=0):.0f} ms")
    run.report.figures.append(
        Figure("web client, longest task at 60 messages/s", "ms", [max(tasks, default=0.0)], 100,
               note=f"{len(sent)} messages in {seconds:.0f} s; {len(tasks)} tasks over 50 ms")
    )  # fmt: skip


async def _heap(run: Run, alice: Messenger, town: Town) -> None:
    """Chats are opened and closed while messages come, for some minutes: how the heap grows, garbage collected."""
    session = await alice.context.new_cdp_session(alice.page)
    await session.send("Performance.enable")
    minutes = MINUTES if run.slice_s < 60 else 15.0
    points: list[tuple[float, float, float]] = []
    begun = time.perf_counter()
    names = ("Gardeners", "The Semaphore", "Bob at the Quay", "Carol by the Mill")
    turn = 0
    while time.perf_counter() - begun < minutes * 60:
        await asyncio.gather(_talk([town.bob, town.carol], town.group, 6, 4.0), alice.opens(names[turn % len(names)]))
        await alice.page.mouse.move(700, 400)
        await alice.page.mouse.wheel(0, -2000)
        turn += 1
        if turn % 5 == 0:
            points.append(await _weigh(session, (time.perf_counter() - begun) / 60))
    late = [point for point in points if point[0] > minutes / 4] or points
    slope, nodes = (_slope([(at, one[place]) for at, one in ((p[0], p) for p in late)]) for place in (1, 2))
    note(f"  heap {points[0][1]:.1f} → {points[-1][1]:.1f} MiB in {minutes:.0f} min")
    run.report.figures += [
        Figure("web client, heap growth", "MiB/15 min", [slope * 15], 5,
               note=f"{points[0][1]:.1f} to {points[-1][1]:.1f} MiB in {minutes:.0f} min, 6 messages/s, chats changed"),
        Figure("web client, growth of nodes", "1/15 min", [nodes * 15], note=f"{points[-1][2]:.0f} at the end"),
    ]  # fmt: skip


async def _weigh(session: Any, at: float) -> tuple[float, float, float]:
    await session.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in (await session.send("Performance.getMetrics"))["metrics"]}
    return at, found["JSHeapUsedSize"] / MIB, found["Nodes"]


def _slope(points: list[tuple[float, float]]) -> float:
    if len(points) < 2:
        return 0.0
    return statistics.linear_regression(*zip(*points, strict=True)).slope


async def _talk(people: list[Folk], room: int, rate: float, seconds: float) -> list[str]:
    """They take turns at an even pace; what was said."""
    said: list[str] = []
    begun = time.perf_counter()
    waiting: list[Awaitable[object]] = []
    while (now := time.perf_counter()) - begun < seconds:
        if len(said) < (now - begun) * rate:
            one = people[len(said) % len(people)]
            said.append(f"{one.name} says {len(said)} at {now:.2f}")
            waiting.append(asyncio.ensure_future(one.says(one.room(room), said[-1])))
        else:
            await asyncio.sleep(0.004)
    await asyncio.gather(*waiting)
    return said


def _pages(run: Run, server: Server) -> None:
    """Public pages a second, by a client of its own process on connections that stay open."""
    measure: Callable[[str], dict[str, float]] = lambda path: json.loads(  # noqa: E731
        subprocess.run([sys.executable, "-m", "bench.pages", str(server.port), path, "--seconds", str(run.slice_s)],
                       capture_output=True, text=True, check=True).stdout
    )  # fmt: skip
    for name, path in (("channel page", f"/@{CHANNEL}"), ("single post", f"/@{CHANNEL}/3")):
        found = [measure(path) for _ in range(3)]
        middle = statistics.median(one["p99_ms"] for one in found)
        note(f"  {name}: {statistics.median(one['rate'] for one in found):.0f}/s")
        run.report.figures.append(
            Figure(f"public {name}", "1/s", [one["rate"] for one in found], 300, at_least=True,
                   note=f"16 connections, p99 {middle:.0f} ms, {found[0]['bytes'] / KIB:.1f} KiB packed")
        )  # fmt: skip
