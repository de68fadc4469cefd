"""Devices that are connected and keep silent about what they have of their secret chats are asked.

Source: api/end-to-end
So ciphertext of a client that never calls messages.receivedQueue does not lie here for months.
"""

from collections.abc import Callable

from chappe.domain import secret
from chappe.domain.secret import Device
from chappe.jobs.tasks import Work
from chappe.store import Store


def receipts(store: Store, present: Callable[[int], bool]) -> Work:
    """Work that asks them. `present` knows connected devices."""

    async def ask() -> None:
        above: Device | None = (0, 0)
        while above is not None:
            found = await store.read(lambda rx, above=above: secret.unsure(rx, above))  # type: ignore[misc]
            silent = [device for device, waits in found if waits and present(device[1])]
            if silent:
                await store.write(lambda tx, silent=silent: secret.ask(tx, silent))  # type: ignore[misc]
            above = found[-1][0] if len(found) == secret.LOOKED_AT else None

    return ask
