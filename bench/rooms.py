"""Figures of rooms: what members who are online hear a second, how soon a post is accepted, catching up."""

import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.drive import Client
from bench.figures import Run
from bench.machine import note
from bench.report import Figure
from bench.server import Server
from bench.stock import Stocked, add_accounts, add_room
from chappe.domain.rooms import CHANNEL, GROUP, SUPERGROUP

SLICES = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """A room, how many are in it and online, how many post at once."""

    name: str
    kind: str
    members: int
    online: int
    posters: int
    under_way: int
    bar: float
    """Deliveries a second."""


SUPER = Plan("supergroup of 200, all online", SUPERGROUP, 200, 200, 8, 1, 36_000)
BASIC = Plan("basic group of 20, all online", GROUP, 20, 20, 2, 4, 8_000)
LARGE = Plan("channel of 100 000, 1 000 online", CHANNEL, 100_000, 1_000, 1, 8, 40_000)


@contextmanager
def crowd(run: Run, plan: Plan) -> Iterator[Client]:
    """The room exists, who is online has connected."""
    stock = Stocked(run.place("room"), [])
    add_accounts(stock, plan.members, devices=plan.online)
    room = add_room(stock, plan.kind, plan.members)
    with Server(stock.folder, run.cores) as server, Client(run.cores, "bench.crowd") as client:
        people = [person.plain() for person in stock.people[: plan.online]]
        client.does(
            "gather", port=server.port, pid=server.pid, data=str(stock.folder), people=people, room=room,
            group=plan.kind == GROUP,
        )  # fmt: skip
        posted(client, seconds=1.0, posters=plan.posters, under_way=plan.under_way)
        yield client
        client.does("leave")
    shutil.rmtree(stock.folder.parent, ignore_errors=True)


def posted(client: Client, **words: Any) -> dict[str, Any]:
    """One slice. Errors: RuntimeError if a post was refused, or not everybody heard each once."""
    found = client.does("post", **words)
    if found["errors"] or not found["posts"]:
        raise RuntimeError(f"posts were refused or lost: {found}")
    note(f"  {found['rate']:.0f} deliveries/s, {found['cpu_us']:.0f} µs each, accepted in {found['p50_ms']:.1f} ms")
    return found


def rooms(run: Run) -> None:
    """Deliveries a second in three rooms, getChannelDifference, and the acceptance of a post in a large channel."""
    for plan in (SUPER, BASIC, LARGE):
        note(f"  {plan.name}")
        with crowd(run, plan) as client:
            words = {"seconds": run.slice_s / 2, "posters": plan.posters, "under_way": plan.under_way}
            found = [posted(client, **words) for _ in range(SLICES)]
            _add(run, plan, found)
            if plan is SUPER:
                _differences(run, client)
            if plan is LARGE:
                _accepted(run, client)


def _add(run: Run, plan: Plan, found: list[dict[str, Any]]) -> None:
    cost = statistics.median(one["cpu_us"] for one in found)
    busy = statistics.median(one["client_cpu"] for one in found)
    run.report.figures.append(
        Figure(
            f"deliveries, {plan.name}", "1/s", [one["rate"] for one in found], plan.bar, at_least=True,
            note=f"{cost:.0f} µs CPU each, {plan.posters * plan.under_way} posts under way, clients at {busy:.0%}",
        )
    )  # fmt: skip


def _differences(run: Run, client: Client) -> None:
    found = [client.does("difference", clients=8, seconds=run.slice_s / 2) for _ in range(SLICES)]
    counts = found[0]["messages"]
    if counts != [100]:
        raise RuntimeError(f"a difference of 100 pts held {counts} messages")
    cost = statistics.median(one["cpu_us"] for one in found)
    run.report.figures.append(
        Figure(
            "getChannelDifference of 100 posts, 8 clients", "1/s", [one["rate"] for one in found], 300, at_least=True,
            note=f"{cost:.0f} µs CPU each",
        )
    )  # fmt: skip


def _accepted(run: Run, client: Client) -> None:
    """Posts one at a time, each with its thousand deliveries before the next."""
    found = [posted(client, seconds=run.slice_s, rate=5.0) for _ in range(SLICES)]
    slowest = max(one["p99_ms"] for one in found)
    run.report.figures.append(
        Figure(
            f"post accepted, {LARGE.name}", "ms", [one["p50_ms"] for one in found], 50,
            note=f"five posts a second; slowest of {sum(one['posts'] for one in found)}: {slowest:.1f} ms",
        )
    )  # fmt: skip
