"""A whole `net` on a free port, with a handler of calls that a test can hold, and callers on real sockets."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request as WebRequest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from tests.kit.caller import Caller
from tests.net.conftest import LIMITS

from chappe import mtproto, net, tl
from chappe.app import SystemClock
from chappe.rpc import Request, SessionPort
from chappe.tl import functions as f
from chappe.tl import types as t

RSA_KEY = mtproto.RsaKey.generate()
SECRET = bytes(range(16))


class Calls:
    """Answers `help.getNearestDc` with the country of its turn; holds others until `release`."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.gone: list[SessionPort] = []
        self.held: dict[str, asyncio.Future[bytes]] = {}
        self.at_once = 0
        self.most_at_once = 0

    async def handle(self, request: Request, /) -> bytes:
        self.asked.append(request)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            return await self._answer(request)
        finally:
            self.at_once -= 1

    async def _answer(self, request: Request) -> bytes:
        query: Any = request.query
        if isinstance(query, f.help.GetNearestDc):
            return nearest(len(self.asked))
        if isinstance(query, f.help.GetAppConfig):
            return await self.held.setdefault(str(query.hash), asyncio.get_running_loop().create_future())
        if isinstance(query, f.contacts.ResolveUsername):
            return nearest(0, query.username)
        if isinstance(query, f.help.GetConfig):
            raise RuntimeError("a bug of ours")
        return mtproto.rpc_error(400, "METHOD_INVALID")

    def session_gone(self, auth_key_id: int, session: SessionPort, /) -> None:
        self.gone.append(session)

    def key_destroyed(self, auth_key_id: int, /) -> None:
        pass


class Keys:
    """Auth keys in memory."""

    def __init__(self) -> None:
        self.kept: dict[int, tuple[bytes, int | None]] = {}

    async def load(self, auth_key_id: int) -> tuple[bytes, int | None] | None:
        await asyncio.sleep(0)
        return self.kept.get(auth_key_id)

    async def save(self, auth_key_id: int, auth_key: bytes, expires: int | None) -> bool:
        await asyncio.sleep(0)
        self.kept[auth_key_id] = (auth_key, expires)
        return True

    async def drop(self, auth_key_id: int) -> bool:
        return self.kept.pop(auth_key_id, None) is not None


class Served:
    """The open port, what lies behind it, and callers to it."""

    def __init__(self, gate: net.Gate, calls: Calls, keys: Keys, port: int) -> None:
        self.gate = gate
        self.hub = gate.hub
        self.calls = calls
        self.keys = keys
        self.port = port

    def caller(self, framing: str = "abridged", **wishes: Any) -> Caller:
        """A client, not yet connected."""
        return Caller(self.port, RSA_KEY.public, framing, **wishes)


@asynccontextmanager
async def served(tls: Callable[[], ssl.SSLContext | None] = lambda: None, **limits: float) -> AsyncIterator[Served]:
    """`net` with these limits; stopped afterwards."""

    async def hello(request: WebRequest) -> PlainTextResponse:
        return PlainTextResponse(f"{request.url.scheme} {request.client.host if request.client else ''}")

    calls, keys = Calls(), Keys()
    server = mtproto.Server([RSA_KEY], os.urandom, [SECRET])
    hub = net.Hub(server, keys, calls, SystemClock(), replace(LIMITS, **limits))
    gate = net.Gate(hub, Starlette(routes=[Route("/", hello)]), tls)
    sockets = net.bind("127.0.0.1", 0)
    gate.open(sockets)
    try:
        yield Served(gate, calls, keys, sockets[0].getsockname()[1])
    finally:
        await gate.close()


def nearest(number: int, country: str = "") -> bytes:
    """An answer that carries a number or a word."""
    return tl.encode(t.NearestDc(country=country or str(number), this_dc=2, nearest_dc=2), tl.NEWEST)
