"""The TLS context of the one port: made from certificate files, made anew when they change."""

import logging
import ssl
from collections.abc import Callable
from pathlib import Path

from cryptography import x509

log = logging.getLogger("chappe.net")
LOOK_EVERY_S = 2.0


class TlsFiles:
    """A context that follows two files; while they are wrong or half written the last good one is kept."""

    def __init__(self, cert: Path, key: Path, monotonic: Callable[[], float]) -> None:
        """The context is ready.

        Errors: OSError (ssl.SSLError among them) if the files cannot be used now.
        """
        self.cert = cert
        self.key = key
        self._monotonic = monotonic
        self._looked = monotonic()
        self._stamp = self._stamps()
        self._context = server_context(cert, key)

    def context(self) -> ssl.SSLContext:
        """The context for a new connection."""
        if self._monotonic() - self._looked >= LOOK_EVERY_S:
            self._looked = self._monotonic()
            self.look()
        return self._context

    def look(self) -> bool:
        """The files' present content is in use; False if they did not change or cannot be used."""
        try:
            stamp = self._stamps()
            if stamp == self._stamp:
                return False
            self._context = server_context(self.cert, self.key)
        except OSError as error:
            log.error("the new TLS certificate cannot be used, the old one stays: %s", error)
            return False
        self._stamp = stamp
        log.info("TLS certificate read again from %s", self.cert)
        return True

    def _stamps(self) -> tuple[int, ...]:
        stats = (self.cert.stat(), self.key.stat())
        return tuple(value for stat in stats for value in (stat.st_mtime_ns, stat.st_size, stat.st_ino))


def ends_at(cert: Path) -> float:
    """The date on which the first certificate of the file ends. Errors: OSError, ValueError."""
    return x509.load_pem_x509_certificate(cert.read_bytes()).not_valid_after_utc.timestamp()


def server_context(cert: Path, key: Path) -> ssl.SSLContext:
    """A server context: TLS 1.2 and 1.3, HTTP/1.1 only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(cert, key)
    context.set_alpn_protocols(["http/1.1"])
    return context
