"""For development: letters are shown where the operator looks, through a function handed in, never a log."""

from collections.abc import Callable

from chappe.outbound.channel import Parcel


class ConsoleChannel:
    """Shows each letter in one line."""

    kind = "console"

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    async def deliver(self, parcel: Parcel) -> None:
        """The line was written."""
        text = " ".join(parcel.message.text.split())
        self._write(f"to {parcel.address}: {text}")
