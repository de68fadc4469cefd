"""What was kept for the law alone goes when its time is over. Source: cpce/L34-1, gdpr/17"""

from functools import partial

from chappe.base.clock import Clock
from chappe.domain import connections, takeouts
from chappe.jobs.tasks import Work
from chappe.store import Store


def forgetting(store: Store, clock: Clock) -> Work:
    """Work that clears away addresses, identities of ended accounts and exports past their date."""

    async def forget() -> None:
        onward = [connections.FIRST]
        while onward:
            now, above = int(clock.now()), onward[0]
            onward, old = await store.read(partial(connections.overdue, now=now, above=above))
            if old:
                await store.write(partial(connections.forget, old=old))
        while await store.write(connections.forget_identities):
            pass
        await store.write(takeouts.forget_old)

    return forget
