"""Which TLS this server shows: files given to it, its own authority, or none."""

import ssl
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from chappe.base import Clock
from chappe.net import machine
from chappe.net.authority import Authority
from chappe.net.tls import TlsFiles


class Tls(Protocol):
    """A source of contexts for new connections."""

    def context(self) -> ssl.SSLContext | None:
        """The context now; None if this server speaks no TLS."""
        ...

    def renew(self) -> None:
        """What would soon be out of date is made anew; called every hour."""
        ...

    @property
    def certificate(self) -> Callable[[], tuple[bytes, str]] | None:
        """Gives the local authority's certificate (DER) and its fingerprint; None if there is no such authority."""
        ...


class NoTls:
    """Plain connections only: a proxy in front does TLS."""

    certificate: Callable[[], tuple[bytes, str]] | None = None

    def context(self) -> None:
        """None."""

    def renew(self) -> None:
        """Nothing to do."""


class GivenTls:
    """The operator's certificate files, read again when they change."""

    certificate: Callable[[], tuple[bytes, str]] | None = None

    def __init__(self, cert: Path, key: Path, clock: Clock) -> None:
        """Errors: OSError if the files cannot be used."""
        self._files = TlsFiles(cert, key, clock.monotonic)

    def context(self) -> ssl.SSLContext:
        """The context now."""
        return self._files.context()

    def renew(self) -> None:
        """Whoever gave the files renews them."""


class OwnTls:
    """The local authority: renewed in time, and when this machine gets another address."""

    def __init__(self, folder: Path, names: Sequence[str], clock: Clock) -> None:
        """Authority and certificate are there. Errors: OSError if the folder cannot be written."""
        self._authority = Authority(folder)
        self._names = names
        self._clock = clock
        self.renew()
        self._files = TlsFiles(self._authority.cert, self._authority.key, clock.monotonic)

    def context(self) -> ssl.SSLContext:
        """The context now."""
        return self._files.context()

    def renew(self) -> None:
        """The certificate covers what this machine is now called and lasts a while."""
        names = [*self._names, *machine.host_names(), *machine.addresses()]
        self._authority.ensure(names, self._clock.now())

    @property
    def certificate(self) -> Callable[[], tuple[bytes, str]] | None:
        """The authority's certificate and fingerprint."""
        return lambda: (self._authority.ca_der(), self._authority.fingerprint())
