"""Orders of authorities: how soon they are in effect and receipted, how punctual dates are, how fast the desk is."""

import asyncio
import os
import time
from pathlib import Path

import httpx
from tests.intake.paper import certificate, mail, signed
from tests.kit import court
from tests.kit.server_process import ServerProcess, free_port, serving

from bench.figures import Run
from bench.machine import note
from bench.report import Figure
from chappe import app
from chappe.config import Config
from chappe.legal import envelope
from chappe.legal.records import MAIL, PAPER, PROVEN, New, Target
from chappe.store import Store, Tx, open_sqlite

EFFECT_S, RECEIPT_S, LATE_S, PAGE_MS = 60.0, 60.0, 5.0, 200.0
LETTERS, OPEN, AT_ONCE = 1000, 10_000, 500
TIMES = 5
HOUR_S = 3600
LINK = "https://chat.example.org/x"
KINDS = (
    "dsa_order9", "dsa_order10", "tco_removal", "national_requisition", "epoc", "preservation", "regulator_inquiry",
)  # fmt: skip
SCREENS = (
    "/orders", "/orders?late=true", "/orders?instrument=epoc", "/orders?country=DE", "/orders?q=2026/77",
    "/orders?q=somebody", "/orders?closed=true", "/orders/calendar", "/orders/drafts", "/orders/approvals",
    "/orders/77", "/orders/new?instrument=tco_removal", "/authorities", "/oncall",
)  # fmt: skip


def orders(run: Run) -> None:
    """Into effect by portal and mail, a thousand receipts, dates after restarts and jumps, ten thousand open."""
    for one in (served, punctual, desk):
        place = run.place("orders")
        place.parent.mkdir(parents=True, exist_ok=True)
        run.report.figures += asyncio.run(one(place))


async def served(place: Path) -> list[Figure]:
    """A server in full, spoken to as courts do."""
    settings = {"legal_mail_port": free_port(), "legal_mail_addresses": court.HERE, "portal_port": 0,
                "operator_country": "FR"}  # fmt: skip
    async with serving(place, **settings) as server:
        link = await court.room(server)
        await court.knows_the_court(server, certificate(place.parent))
        by_portal, _ = await court.files_at_the_portal(server, "P-1", f"{link}/2")
        letter = signed(place.parent, court.FORM.format(ref="M", link=f"{link}/3"))
        await asyncio.to_thread(court.sends, server, [letter])
        by_mail = await court.until(server, court.IN_EFFECT.format("M"), 1, 120)
        note(f"  in effect: portal {by_portal:.1f} s, mail {by_mail:.1f} s")
        before = len(court.rows(server, court.RECEIPTED))
        heap = [mail(court.FORM.format(ref=f"B-{no}", link=LINK), subject=str(no)) for no in range(LETTERS)]
        began = time.monotonic()
        await asyncio.to_thread(court.sends, server, heap)
        await court.until(server, court.RECEIPTED, before + LETTERS, 600)
        whole = time.monotonic() - began
        [(slowest, mean)] = court.rows(server, court.SLOWEST)
        if troubles := server.troubles():
            raise RuntimeError(troubles[0])
    return [
        Figure("a removal order is in effect, filed at the portal", "s", [by_portal], EFFECT_S, note="end to end"),
        Figure("a removal order is in effect, by signed mail", "s", [by_mail], EFFECT_S, note="end to end"),
        Figure(f"slowest receipt of {LETTERS:,} orders by mail", "s", [float(slowest)], RECEIPT_S,
               note=f"sent in one go; {mean:.1f} s in the mean, all after {whole:.0f} s"),
    ]  # fmt: skip


class Shifted(app.SystemClock):
    """The machine's clock, moved on by so many seconds."""

    by_s = 0.0

    def now(self) -> float:
        """Seconds since 1970, as it seems."""
        return super().now() + self.by_s


async def punctual(place: Path) -> list[Figure]:
    """How late the alarm of a date rings: in its turn, after a restart over it, after a jump of the clock."""
    clock, found = Shifted(), dict[str, float]()
    config = Config(
        data=place, host="127.0.0.1", port=0, tls="off", test_mode=True, console_port=-1, portal_port=-1,
        legal_mail_port=-1,
    )  # fmt: skip
    for how in ("in its turn", "after a restart", "after a jump of the clock"):
        running = await app.start(config, os.urandom, clock)
        order_id, due = await _due_soon(running.store, clock, how)
        if how == "after a restart":
            await running.stop()
            await asyncio.sleep(max(0.0, due - clock.now()) + 1)
            running = await app.start(config, os.urandom, clock)
            due = clock.now()
        elif how == "after a jump of the clock":
            clock.by_s += 2 * HOUR_S
            due = clock.now()
        found[how] = await _rung(running.store, clock, order_id) - due
        await running.stop()
        note(f"  a date {how}: {found[how]:.1f} s late")
    return [Figure(f"the alarm of a date rings, {how}", "s", [late], LATE_S) for how, late in found.items()]


async def _due_soon(store: Store, clock: Shifted, how: str) -> tuple[int, float]:
    """An order whose time is over in two seconds, or in an hour where the clock will jump; (its number, when)."""
    left = HOUR_S if "jump" in how else 2

    def act(tx: Tx) -> int:
        new = New("tco_removal", PAPER, external_ref=how, country="FR", received_at=tx.now + left - HOUR_S)
        order = envelope.begin(tx, new)
        return envelope.acknowledge(tx, order).order_id

    order_id = await store.write(act)
    row = await store.read(lambda rx: rx.one("SELECT deadline_at FROM orders WHERE order_id = ?", (order_id,)))
    assert row is not None
    return order_id, float(row[0])


async def _rung(store: Store, clock: Shifted, order_id: int) -> float:
    """When the journal said that the order is late."""
    asked = "SELECT 1 FROM journal WHERE kind = 'order_late' AND subject = ?"
    for _ in range(1200):
        if await store.read(lambda rx: rx.one(asked, (f"order:{order_id}",))) is not None:
            return clock.now()
        await asyncio.sleep(0.05)
    raise RuntimeError("the alarm never rang")


async def desk(place: Path) -> list[Figure]:
    """The slowest screen of the desk among ten thousand open orders, fetched as a browser does."""
    server = ServerProcess(place, console_port=0, operator_country="FR")
    await server.start()
    await server.stop()
    await _filled(place)
    await server.start()
    try:
        await _quiet(server)
        address = str(server.ready["links"]["console"]).replace("localhost", "127.0.0.1").rstrip("/")
        taken: dict[str, list[float]] = {path: [] for path in SCREENS}
        async with httpx.AsyncClient(base_url=address, headers={"origin": address}, timeout=60) as browser:
            assert (await browser.post("/play", data={"part": "desk"})).status_code == 303
            for _ in range(TIMES):
                for path in SCREENS:
                    begun = time.perf_counter()
                    (await browser.get(path)).raise_for_status()
                    taken[path].append((time.perf_counter() - begun) * 1000)
    finally:
        await server.kill()
    slowest = max(taken, key=lambda path: sorted(taken[path])[TIMES // 2])
    name = f"slowest screen of the desk, {OPEN:,} open orders"
    return [Figure(name, "ms", taken[slowest], PAGE_MS, note=f"{slowest}, of {len(SCREENS)} over HTTP")]


async def _filled(place: Path) -> None:
    """Ten thousand orders of several countries are open, each taken up."""
    store = open_sqlite(place / "chappe.sqlite", court.Now())

    def act(tx: Tx, first: int) -> None:
        for no in range(first, first + AT_ONCE):
            new = New(
                KINDS[no % len(KINDS)], MAIL, f"somebody{no}@justice.example", f"<{no}@justice.example>",
                external_ref=f"2026/{no}", country=("FR", "DE", "IT", "BE")[no % 4], legal_basis="A law",
                reasons="Reasons of the order.", targets=(Target("username", f"@name_{no}", "subscriber"),),
                received_at=tx.now - no % 600,
            )  # fmt: skip
            order = envelope.begin(tx, new)
            if no % 2:
                order = envelope.set_authenticity(tx, order, PROVEN, "signature", "server")
            envelope.acknowledge(tx, order)

    for first in range(0, OPEN, AT_ONCE):
        await store.write(lambda tx, first=first: act(tx, first))  # type: ignore[misc]
    await store.close()


async def _quiet(server: ServerProcess) -> None:
    """The server has taken up what came, and does nothing for a while."""
    before = server.cpu_s()
    for _ in range(600):
        await asyncio.sleep(1)
        now = server.cpu_s()
        if now - before < 0.1:
            return
        before = now
    raise RuntimeError("the server does not come to rest")
