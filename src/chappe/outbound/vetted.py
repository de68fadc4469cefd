"""HTTP to addresses that strangers named: every name is resolved here and every address vetted before a connection.

The socket is connected to the vetted address itself, so a name that answers differently a moment later gains nothing;
redirects are not followed.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterable
from typing import Any

import certifi
import httpcore

MayReach = Callable[[str], bool]
"""True if a socket may be connected to this address."""


class Forbidden(Exception):
    """The name leads into a private network, or the address is no HTTP address."""


class Vetted:
    """A client for POST alone."""

    def __init__(self, may_reach: MayReach, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(cafile=certifi.where()),
            max_connections=32,
            keepalive_expiry=30.0,
            network_backend=_Backend(may_reach),
        )

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        """(status, Retry-After) of the answer, whose body is not read. Errors: Forbidden, TimeoutError, OSError."""
        names = [(name.encode(), value.encode()) for name, value in headers.items()]
        try:
            async with asyncio.timeout(self._timeout_s):
                async with self._pool.stream("POST", url, headers=names, content=body) as answer:
                    found = dict(answer.headers)
                    wait = next((value for name, value in found.items() if name.lower() == b"retry-after"), b"")
                    return answer.status, wait.decode("ascii", "replace")
        except (httpcore.UnsupportedProtocol, ValueError):  # no protocol of ours; no port, no name that could be
            raise Forbidden from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise OSError(type(error).__name__) from error

    async def close(self) -> None:
        """Every connection is closed."""
        await self._pool.aclose()


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects to vetted addresses alone."""

    def __init__(self, may_reach: MayReach) -> None:
        self._may_reach = may_reach
        self._under = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of the host that answers. Errors: Forbidden if one may not be reached."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
        if not addresses or not all(map(self._may_reach, addresses)):
            raise Forbidden
        failure: Exception = httpcore.ConnectError(host)
        for address in addresses[:3]:
            try:
                return await self._under.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.NetworkError as error:
                failure = error
        raise failure
