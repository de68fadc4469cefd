"""Which country an address is in: asked of a file on this machine, never of anybody elsewhere.

Source: requirements/territories
The format is MaxMind's, in which several makers publish tables of countries, some of them free. An address is looked
up and forgotten.
"""

import ipaddress
import logging
from pathlib import Path
from typing import Any, Protocol

import maxminddb

log = logging.getLogger("chappe.places")


class Places(Protocol):
    """Knows countries of addresses."""

    def country(self, address: str) -> str:
        """The two-letter country of the address, empty when nothing is known of it."""
        ...


class Nowhere:
    """Knows nothing: where no table was given."""

    def country(self, address: str) -> str:
        """Always empty."""
        return ""


NOWHERE: Places = Nowhere()


class Table:
    """A table of countries; `renew` takes up a file that took its place."""

    def __init__(self, path: Path) -> None:
        """Errors: OSError, maxminddb.InvalidDatabaseError."""
        self._path = path
        self._stamp = self._mark()
        self._reader = maxminddb.open_database(path, maxminddb.MODE_MEMORY)

    def country(self, address: str) -> str:
        """The two-letter country of the address, empty when nothing is known of it."""
        try:
            asked = ipaddress.ip_address(address)
            if isinstance(asked, ipaddress.IPv6Address) and asked.ipv4_mapped is not None:
                asked = asked.ipv4_mapped
            return _code(self._reader.get(asked))
        except ValueError:  # no address, or one of a kind that the table does not have
            return ""

    def renew(self) -> None:
        """The table is the file as it is now; while that cannot be read, what it was before."""
        try:
            stamp = self._mark()
            if stamp != self._stamp:
                self._reader = maxminddb.open_database(self._path, maxminddb.MODE_MEMORY)
                self._stamp = stamp
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            log.warning("the table of countries cannot be read anew: %s", error)

    @property
    def made(self) -> int:
        """When the table was made, in unix seconds."""
        return int(self._reader.metadata().build_epoch)

    def _mark(self) -> tuple[int, int]:
        stat = self._path.stat()
        return stat.st_mtime_ns, stat.st_size


def _code(record: Any) -> str:
    """The country of a record, however its maker calls it."""
    if not isinstance(record, dict):
        return ""
    for key in ("country", "registered_country"):
        found = record.get(key)
        code = found.get("iso_code") if isinstance(found, dict) else found
        if isinstance(code, str) and len(code) == 2:
            return code.upper()
    code = record.get("country_code")
    return code.upper() if isinstance(code, str) and len(code) == 2 else ""
