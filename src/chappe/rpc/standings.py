"""What keeps callers from methods: decisions of the platform, that their country is left, that they are bots.

Source: api/errors, dsa/23, requirements/leave, api/bots
Asked at every call, read once for each person. What another process over the same database decides is heard of within
`LOOK_S` (`look`): the stream of events says whose standing changed.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence

from chappe.base.errors import Refusal
from chappe.base.ids import UserId
from chappe.domain import account_measures
from chappe.domain.account_measures import FREE, Measured, Standing
from chappe.domain.leaving import CLOSED, Away, Stepped
from chappe.domain.territories import Settled
from chappe.rpc import bot_methods
from chappe.rpc.context import Services
from chappe.rpc.devices import Devices

LOOK_S = 1.0
"""How long what another process decided may stay unknown here."""
KEPT = 100_000
"""People whose standing is remembered."""

READS = (
    "get", "check", "search", "resolve", "read", "received", "updateStatus", "registerDevice", "unregisterDevice",
    "report", "view", "saveAppLog", "init", "finishTakeout", "reset", "deleteAccount", "logOut", "block", "unblock",
    "updateDeviceLocked", "bind", "drop", "sendVerify", "verify", "exportAuthorization", "importAuthorization",
    "acceptTermsOfService", "confirm", "cancelPassword", "declinePassword", "updatePassword", "updateNotifySettings",
    "setPrivacy",
)  # fmt: skip
"""How the methods begin that a frozen account may call: it reads, looks after its own safety, and reports."""
NAMESPACES = ("help.", "langpack.", "updates.", "upload.get")
"""What it may call besides."""


CLOSED_OPEN = frozenset({
    "account.initTakeoutSession", "account.finishTakeoutSession", "account.deleteAccount", "account.getPassword",
    "account.declinePasswordReset", "account.getAuthorizations", "account.resetAuthorization", "account.updateStatus",
    "account.registerDevice", "account.unregisterDevice", "updates.getState", "updates.getDifference",
    "users.getUsers", "users.getFullUser", "upload.getFile", "upload.getFileHashes",
})  # fmt: skip
"""What may be called where the server is closed, besides an export: to come in, to hear why, to take all, to go."""
CLOSED_NAMESPACES = ("auth.", "help.", "langpack.")


def reads(name: str) -> bool:
    """True for a method that a frozen account may call. Shape: TL name."""
    return name.startswith(NAMESPACES) or name.rpartition(".")[2].startswith(READS)


def open_to(away: Away, name: str, *, export: bool) -> bool:
    """True for a method that may be called where the server is leaving. Shape: export: it is part of a takeout."""
    if away.step != CLOSED:
        return not away.step or reads(name)
    return (export and reads(name)) or name in CLOSED_OPEN or name.startswith(CLOSED_NAMESPACES)


class Standings:
    """The standing of those who called lately."""

    def __init__(self, services: Services, devices: Devices) -> None:
        self._services = services
        self._devices = devices
        self._known: dict[UserId, Standing] = {}
        self._changes = 0
        self._looked = -1
        """The newest event that was heard of; -1 before the first look."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def require(self, user: UserId, name: str, *, export: bool = False) -> Standing:
        """The person, or the bot, may call the method; what is in force for them.

        Errors: USER_DEACTIVATED_BAN, FROZEN_METHOD_INVALID, BOT_METHOD_INVALID, USER_BOT_REQUIRED.
        """
        standing = self._known.get(user) or await self.of(user)
        bot_methods.require(name, bot=standing.bot)
        if standing is FREE:
            return standing
        if standing.suspended:
            raise Refusal("user_deactivated_ban")
        if standing.frozen_since and not reads(name):
            raise Refusal("frozen_method_invalid")
        if not open_to(standing.away, name, export=export):
            raise Refusal("frozen_method_invalid")
        return standing

    def hears(self, user: UserId) -> bool:
        """True if the person may be told what happens in rooms; not where the server is closed."""
        standing = self._known.get(user)
        return standing is None or standing.away.step != CLOSED

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

    def listen(self) -> None:
        """From now on what is decided here holds at once."""
        self._services.store.on_commit(self.committed, Measured, Settled, Stepped)

    def committed(self, notes: Sequence[Measured | Settled | Stepped]) -> None:
        """Whoever a decision hit, or hits no more, is asked for anew; when a country is left, everybody."""
        for note in notes:
            if isinstance(note, Measured | Settled):
                self._changes += 1
                self._known.pop(note.user_id, None)
                self._soon(self._show_out((note.user_id,)))
            elif isinstance(note, Stepped):
                self._changes += 1
                self._known.clear()
                self._soon(self._show_out(self._devices.users()))

    async def look(self) -> None:
        """What another process decided since the last look holds here too, also if looks failed meanwhile.

        Whoever was asked for before the first look is asked for anew.
        """
        after = self._looked
        newest, people, everybody = await self._services.store.read(lambda rx: account_measures.changes(rx, after))
        if everybody or after < 0:
            self.committed([Stepped("")])
        self.committed([Measured(user) for user in people])
        self._looked = newest

    def under_way(self) -> set[asyncio.Task[None]]:
        """What is still done about decisions that hold: connections that close."""
        return set(self._tasks)

    def _soon(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _show_out(self, users: Iterable[UserId]) -> None:
        """The connections of those who may not go on close; their clients come back and are told why."""
        for user in users:
            standing = await self.of(user)
            if standing.suspended or standing.away.step == CLOSED:
                for device in self._devices.of_user(user):
                    for key in self._devices.keys_of(device):
                        self._services.close_key(key)
