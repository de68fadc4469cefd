"""What decisions of the platform keep callers from: asked at every call, read once for each person.

Source: api/errors, dsa/23
"""

import asyncio

from chappe.base.errors import Refusal
from chappe.base.ids import UserId
from chappe.domain import account_measures
from chappe.domain.account_measures import FREE, Measured, Standing
from chappe.rpc.context import Services
from chappe.rpc.devices import Devices

KEPT = 100_000
"""People whose standing is remembered."""

READS = (
    "get", "check", "search", "resolve", "read", "received", "updateStatus", "registerDevice", "unregisterDevice",
    "report", "view", "saveAppLog", "init", "finishTakeout", "reset", "deleteAccount", "logOut", "block", "unblock",
    "updateDeviceLocked", "bind", "drop", "sendVerify", "verify", "exportAuthorization", "importAuthorization",
    "acceptTermsOfService", "confirm", "cancelPassword", "updatePassword", "updateNotifySettings", "setPrivacy",
)  # fmt: skip
"""How the methods begin that a frozen account may call: it reads, looks after its own safety, and reports."""
NAMESPACES = ("help.", "langpack.", "updates.", "upload.get")
"""What it may call besides."""


def reads(name: str) -> bool:
    """True for a method that a frozen account may call. Shape: TL name."""
    return name.startswith(NAMESPACES) or name.rpartition(".")[2].startswith(READS)


class Standings:
    """The standing of those who called lately."""

    def __init__(self, services: Services, devices: Devices) -> None:
        self._services = services
        self._devices = devices
        self._known: dict[UserId, Standing] = {}
        self._changes = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def require(self, user: UserId, name: str) -> None:
        """The person may call the method. Errors: USER_DEACTIVATED_BAN, FROZEN_METHOD_INVALID."""
        standing = self._known.get(user)
        if standing is FREE:
            return
        standing = standing or await self.of(user)
        if standing.suspended:
            raise Refusal("user_deactivated_ban")
        if standing.frozen_since and not reads(name):
            raise Refusal("frozen_method_invalid")

    async def of(self, user: UserId) -> Standing:
        """What is in force for the person."""
        changes = -1
        found = FREE
        while changes != self._changes:  # else what the store said may have been true before a decision
            changes = self._changes
            found = await self._services.store.read(lambda rx: account_measures.standing(rx, user))
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[user] = FREE if found == FREE else found
        return self._known[user]

    def committed(self, notes: list[object]) -> None:
        """Whoever a decision hit, or hits no more, is asked for anew."""
        for note in notes:
            if isinstance(note, Measured):
                self._changes += 1
                self._known.pop(note.user_id, None)
                task = asyncio.ensure_future(self._show_out(note.user_id))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _show_out(self, user: UserId) -> None:
        """The connections of somebody who is suspended close; their clients come back and are told why."""
        if (await self.of(user)).suspended:
            for device in self._devices.of_user(user):
                for key in self._devices.keys_of(device):
                    self._services.close_key(key)
