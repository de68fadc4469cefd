"""Which devices are known and connected: auth key → device, person → devices that want updates."""

from collections import defaultdict
from collections.abc import Iterable

from chappe.base.ids import UserId
from chappe.domain import authorizations
from chappe.rpc.context import Device, SessionPort
from chappe.store import Store

KEPT = 100_000
"""Devices without a session that stay in memory."""


class Devices:
    """The table of devices of this process; what is not in it is read from the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_key: dict[int, Device] = {}
        self._alias: dict[int, int] = {}
        self._of_user: defaultdict[UserId, set[Device]] = defaultdict(set)
        self._of_session: dict[SessionPort, Device] = {}
        self._ended = 0

    def known(self, auth_key_id: int) -> Device | None:
        """The device of a permanent or bound temporary key, if it is in memory."""
        return self._by_key.get(self._alias.get(auth_key_id, auth_key_id))

    async def of_key(self, auth_key_id: int) -> Device:
        """The device of a key; read from the store when it is not in memory."""
        if found := self.known(auth_key_id):
            return found
        ended = -1
        while ended != self._ended:  # else what the store said may have been true before a device was signed out
            ended = self._ended
            row = await self._store.read(lambda rx: authorizations.of_key(rx, auth_key_id))
            if found := self.known(auth_key_id):
                return found
        if row.auth_key_id != auth_key_id:
            self._alias[auth_key_id] = row.auth_key_id
            if found := self._by_key.get(row.auth_key_id):
                return found
        self._trim()
        device = self._by_key[row.auth_key_id] = Device(row.auth_key_id, row.user_id, row.layer)
        device.ended = row.ended
        return device

    def bound(self, temp_auth_key_id: int, device: Device) -> None:
        """The key speaks for the device from now on; its sessions are the device's."""
        stray = self._by_key.pop(temp_auth_key_id, None)
        self._alias[temp_auth_key_id] = device.auth_key_id
        if stray is not None and stray is not device:
            device.layer = device.layer or stray.layer
            device.init = device.init or stray.init
            self._leave(stray)
            for session in stray.sessions:
                self.subscribe(device, session)
            stray.sessions.clear()

    def signed_in(self, device: Device, user_id: UserId) -> None:
        """The device belongs to the person from now on."""
        self.signed_out(device)
        device.user_id, device.ended = user_id, ""
        if device.sessions:
            self._of_user[user_id].add(device)

    def signed_out(self, device: Device) -> None:
        """The device belongs to nobody; its sessions get no more updates."""
        self._ended += 1
        self._leave(device)
        device.user_id = UserId(0)
        for session in device.sessions:
            session.withdraw()
        device.sessions.clear()

    def revoked(self, auth_key_id: int, ended: str = "session_revoked") -> None:
        """Nobody is signed in with the key any more, whether its device is in memory or just being read."""
        self._ended += 1
        device = self.known(auth_key_id)
        if device is not None:
            self.signed_out(device)
            device.ended = ended

    def forget(self, auth_key_id: int) -> None:
        """The key is destroyed; its device is not known any more, unless the key only spoke for another."""
        if self._alias.pop(auth_key_id, None) is not None:
            return
        device = self._by_key.pop(auth_key_id, None)
        if device is not None:
            self.signed_out(device)

    def subscribe(self, device: Device, session: SessionPort) -> None:
        """The session gets the updates of the person signed in."""
        device.sessions.add(session)
        self._of_session[session] = device
        if device.user_id:
            self._of_user[device.user_id].add(device)

    def unsubscribe(self, auth_key_id: int, session: SessionPort) -> None:
        """The session is gone for good; for whom its key speaks is read again if the key has others."""
        self._alias.pop(auth_key_id, None)
        device = self._of_session.pop(session, None)
        if device is None:
            return
        device.sessions.discard(session)
        if not device.sessions:
            self._leave(device)

    def of_user(self, user_id: int) -> Iterable[Device]:
        """The person's devices that have a session which wants updates."""
        return tuple(self._of_user.get(UserId(user_id), ()))

    def keys_of(self, device: Device) -> list[int]:
        """The keys with which the device speaks, the permanent one first."""
        return [device.auth_key_id, *(key for key, own in self._alias.items() if own == device.auth_key_id)]

    def users(self) -> Iterable[UserId]:
        """Everybody with such a device."""
        return tuple(self._of_user)

    def _leave(self, device: Device) -> None:
        mine = self._of_user.get(device.user_id)
        if mine is None:
            return
        mine.discard(device)
        if not mine:
            del self._of_user[device.user_id]

    def _trim(self) -> None:
        if len(self._by_key) >= KEPT:
            for key in [k for k, d in self._by_key.items() if not d.sessions][: KEPT // 10]:
                del self._by_key[key]
