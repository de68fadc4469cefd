"""From a decoded query to the bytes of its answer: layer, sign-in, method, result or error.

Source: api/invoking, api/errors
"""

import importlib
import logging
import pkgutil
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from inspect import isfunction
from typing import Any, cast

import chappe.rpc
from chappe import tl
from chappe.base.errors import Refusal
from chappe.domain import authorizations, bots, territories
from chappe.rpc.account import takeout
from chappe.rpc.callbacks import Callbacks
from chappe.rpc.context import Call, Device, Request, Services, SessionPort
from chappe.rpc.devices import Devices
from chappe.rpc.empty import EMPTY
from chappe.rpc.errors import wire_error
from chappe.rpc.messages.previews import Cards
from chappe.rpc.pace import Pace
from chappe.rpc.post_views import PostViews
from chappe.rpc.push import Push
from chappe.rpc.standings import Standings
from chappe.store import Tx
from chappe.tl import service as s

log = logging.getLogger("chappe.rpc")

Method = Callable[[Call, Any], Awaitable[object]]

BEFORE_INIT = frozenset({"auth.bindTempAuthKey", "auth.dropTempAuthKeys", "help.getConfig", "help.getNearestDc"})
"""Calls a client may make before it announced its layer; they are answered in the newest one."""
ALIVE_S = 3600
"""How often a sign of life of a device is stored."""
MOVED_S = 60
"""How soon after the last one when it comes from another address or port."""
NOTED_MOST = 16
"""Ports of one device that are remembered as stored."""
NO_UPDATES = ("upload.", "help.", "langpack.", "auth.")
"""Namespaces whose calls do not make a session one that wants updates. COMPAT Kurigram, Pyrofork: media sessions."""


@cache
def methods() -> Mapping[str, Method]:
    """TL name → the function that answers it, of every module below `rpc`; looked for once a process."""
    found: dict[str, Method] = {}
    for module in pkgutil.walk_packages(chappe.rpc.__path__, "chappe.rpc."):
        for function in vars(importlib.import_module(module.name)).values():
            name = getattr(function, "answers", None) if isfunction(function) else None
            if name is not None:
                assert found.get(name, function) is function, f"{name} is answered twice"
                found[name] = cast(Method, function)
    return found


class Rpc:
    """Answers calls; one for the whole process."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.devices = Devices(services.store)
        self.push = Push(services, self.devices)
        self.calls: Counter[tuple[str, str]] = Counter()
        """(method, outcome) → how often; outcome is ok, empty, refused or failed."""
        self._methods = methods()
        self._pace = Pace()
        self.standings = Standings(services, self.devices)
        services.devices, services.standings = self.devices, self.standings
        self.push.audience.hears = self.standings.hears
        services.audience, services.callbacks = self.push.audience, Callbacks()
        services.views = PostViews(services.store, services.clock)
        services.cards = Cards(services, services.previews) if services.previews else None
        self.standings.listen()
        self.push.listen()

    async def handle(self, request: Request) -> bytes:
        """The body of the rpc_result: the result in the device's layer, or an rpc_error. Never raises."""
        name = request.query.NAME
        try:
            device = await self._device(request)
            result, outcome = await self._answer(name, device, request)
            self.calls[name, outcome] += 1
            return tl.encode_result(type(request.query), result, device.layer or tl.NEWEST)
        except Refusal as refusal:
            self.calls[name, "refused"] += 1
            return rpc_error(*wire_error(refusal))
        except Exception:
            self.calls[name, "failed"] += 1
            log.exception("method failed", extra={"method": name})
            return rpc_error(500, "INTERNAL_SERVER_ERROR")

    def _alive(self, device: Device) -> None:
        """That the device gave a sign of life is being stored."""
        device.active = self.services.now()
        if device.ip != device.noted_ip or len(device.noted_ports) >= NOTED_MOST:
            device.noted_ports.clear()
        device.noted_ip, device.noted_ports[device.port] = device.ip, device.active
        user_id, key, ip, port = device.user_id, device.auth_key_id, device.ip, device.port
        country = self.services.places.country(ip)

        def seen(tx: Tx) -> None:
            authorizations.touch(tx, user_id, key, ip, port)
            if not bots.is_bot(tx, user_id):  # which are nowhere
                territories.seen_from(tx, user_id, country)

        self._note(seen)

    def _note(self, act: Callable[[Tx], None]) -> None:
        """The act is being stored; nobody waits for it, and no call is refused because it cannot be."""
        try:
            stored = self.services.store.write(act)
        except Refusal:
            return
        stored.add_done_callback(lambda done: done.cancelled() or done.exception())

    def session_gone(self, auth_key_id: int, session: SessionPort) -> None:
        """The session will never come back; nothing is pushed to it any more."""
        self.devices.unsubscribe(auth_key_id, session)

    def key_destroyed(self, auth_key_id: int) -> None:
        """The auth key was destroyed by its client."""
        self.devices.forget(auth_key_id)

    async def _device(self, request: Request) -> Device:
        """The device that calls, its layer corrected by what the call announced."""
        device = self.devices.known(request.auth_key_id) or await self.devices.of_key(request.auth_key_id)
        device.ip, device.port = (request.ip, request.port) if request.ip else (device.ip, device.port)
        if request.init is not None:
            device.init = request.init
        if request.layer is not None:
            layer = tl.served_layer(request.layer)
            if layer is None:
                raise Refusal("connection_layer_invalid")
            if layer != device.layer:
                device.layer, key = layer, device.auth_key_id
                self._note(lambda tx: authorizations.set_layer(tx, key, layer))
        return device

    async def _answer(self, name: str, device: Device, request: Request) -> tuple[object, str]:
        function = self._methods.get(name)
        is_open = function.open if function is not None else name in EMPTY and EMPTY[name].open  # type: ignore[attr-defined]
        if not device.layer and name not in BEFORE_INIT:
            raise Refusal("connection_not_inited")
        if not device.user_id and not is_open:
            raise Refusal(device.ended or "auth_key_unregistered")
        bot = False
        if device.user_id and not is_open:
            bot = (await self.standings.require(device.user_id, name, export=request.takeout_id is not None)).bot
        if device.user_id and not request.no_updates and not name.startswith(NO_UPDATES):
            self.devices.subscribe(device, request.session)
            await self.push.audience.admit(device.user_id)
        if device.user_id and _silent(device, self.services.now()):
            self._alive(device)
        if device.user_id and self.services.limits.limited:
            self._pace.require(device.user_id, name, self.services.clock.monotonic())
        call = Call(self.services, device, request, bot=bot)
        if request.takeout_id is not None:
            await takeout.require(call)
        if function is not None:
            return await function(call, request.query), "ok"
        if name in EMPTY:
            return EMPTY[name].value(request.query, device.user_id), "empty"
        # COMPAT all: never a 5xx here, clients repeat those for ever.
        raise Refusal("method_invalid")


def _silent(device: Device, now: int) -> bool:
    """True if it is time to store a sign of life of the device from where it is."""
    here = device.noted_ports.get(device.port, 0) if device.ip == device.noted_ip else 0
    return now - here >= ALIVE_S and now - device.active >= MOVED_S


def rpc_error(code: int, message: str) -> bytes:
    """The encoded rpc_error."""
    return tl.encode(s.RpcError(error_code=code, error_message=message), tl.NEWEST)
