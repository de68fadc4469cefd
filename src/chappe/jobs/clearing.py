"""What has expired is cleared away. Source: api/updates, mtproto/auth_key"""

import math
from functools import partial

from chappe.base.clock import Clock
from chappe.domain import many_reactions, reading, room_counts, room_log, secret, upkeep
from chappe.jobs.tasks import Work
from chappe.store import Store

WALK_EVERY_S = 3600
SIDES = 100
"""Sides of secret chats looked at in one act."""


def clearing(store: Store, clock: Clock) -> Work:
    """Work that clears away what has expired."""

    walked = -math.inf

    async def clear() -> None:
        nonlocal walked
        while await store.write(upkeep.clear) >= upkeep.BATCH:
            pass
        while await store.write(partial(secret.clear, limit=SIDES)) >= SIDES:
            pass
        now = int(clock.now())
        if now - walked >= WALK_EVERY_S:
            await _walk(store, now)
            walked = now
        while old := await store.read(lambda rx: reading.old_read_dates(rx, now)):
            await store.write(partial(reading.forget_read_dates, old=old))
        while lines := await store.read(room_log.old):
            await store.write(partial(room_log.forget, lines=lines))
        while people := await store.read(room_counts.old_people):
            await store.write(partial(room_counts.forget_people, old=people))
        while (grave := await store.read(many_reactions.next_grave)) is not None:
            await store.write(partial(many_reactions.empty, grave=grave))
        above = 0
        while above := await store.write(partial(upkeep.cut_logs, above=above)):
            pass

    return clear


async def _walk(store: Store, now: int) -> None:
    """Random ids and state changes whose time is over are forgotten, a short read and a short act at a time."""
    reached: upkeep.Reached | None = upkeep.Reached()
    while reached is not None:
        step = await store.read(partial(upkeep.step, now=now, reached=reached))
        if step.sends or step.states:
            await store.write(partial(upkeep.forget, sends=step.sends, states=step.states))
        reached = step.onward
