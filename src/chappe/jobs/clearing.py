"""What has expired is cleared away. Source: api/updates, mtproto/auth_key"""

from functools import partial

from chappe.base.clock import Clock
from chappe.domain import many_reactions, reading, room_counts, room_log, upkeep
from chappe.jobs.tasks import Work
from chappe.store import Store


def clearing(store: Store, clock: Clock) -> Work:
    """Work that clears away what has expired."""

    async def clear() -> None:
        while await _clear_batch(store, int(clock.now())) >= upkeep.BATCH:
            pass
        now = int(clock.now())
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


async def _clear_batch(store: Store, now: int) -> int:
    sends, states = await store.read(lambda rx: upkeep.due(rx, now))
    return await store.write(lambda tx: upkeep.clear(tx, sends, states))
