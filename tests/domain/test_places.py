"""Source: requirements/territories. Countries of addresses, out of a table on this machine."""

import os
from pathlib import Path

import maxminddb
import pytest
from tests.kit.mmdb import ENGLAND, FRANCE, NOWHERE, write_table

from chappe.domain.places import NOWHERE as NO_TABLE
from chappe.domain.places import Table


@pytest.mark.parametrize(("address", "country"), [
    (FRANCE, "FR"), (ENGLAND, "GB"), (NOWHERE, ""), ("::ffff:198.51.100.9", "FR"), ("2001:db8:f::1", "FR"),
    ("2001:db8:e::1", ""), ("127.0.0.1", ""), ("", ""), ("no address", ""), ("198.51.100.7:5000", ""),
])  # fmt: skip
def test_a_table_says_where_an_address_is(tmp_path: Path, address: str, country: str) -> None:
    assert Table(write_table(tmp_path / "countries.mmdb")).country(address) == country
    assert NO_TABLE.country(address) == ""


def test_a_newer_table_takes_its_place(tmp_path: Path) -> None:
    path = write_table(tmp_path / "countries.mmdb")
    table = Table(path)
    table.renew()
    write_table(path, {"198.51.100.0/24": "DE"}, built=1_760_000_000)
    os.utime(path, (1, 1))
    table.renew()
    assert (table.country(FRANCE), table.made) == ("DE", 1_760_000_000)
    path.write_bytes(b"broken")
    table.renew()
    path.unlink()
    table.renew()
    assert table.country(FRANCE) == "DE"


def test_what_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "no.mmdb"
    with pytest.raises(OSError, match="No such file"):
        Table(path)
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(maxminddb.InvalidDatabaseError):
        Table(path)
