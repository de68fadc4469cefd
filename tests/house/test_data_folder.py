"""A folder that lacks something says what, and what to do, before anything is made anew.

Source: requirements/continuity
"""

import asyncio
import datetime
import logging
import os
import socket
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.kit.clock import FakeClock

from chappe import control, doors, paging
from chappe.commands import serve
from chappe.commands.frame import run
from chappe.config import Config
from chappe.datadir import DataDirError, open_data_dir, require_whole
from chappe.store import StoreUnavailable, open_sqlite

NEEDED = ("keys/rsa.pem", "keys/server.key", "chappe.sqlite")


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A folder that looks as if a server had run over it."""
    for name in (*NEEDED, "log/checkpoint"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.mark.parametrize("lost", NEEDED)
def test_what_a_folder_in_use_has_lost_is_not_made_anew(
    used: Path, lost: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    require_whole(used, own_database=True)
    (used / lost).unlink()
    with caplog.at_level(logging.ERROR):
        assert run(["serve", "--data", str(used), "--port", "0"]) == 1
    assert run(["users", "--data", str(used)]) == run(["doctor", "--data", str(used), "--set", "port=0"]) == 1
    said = capsys.readouterr()
    for text in (caplog.text + said.err, said.err, said.out):
        assert f"{used / lost} is missing" in text and "backup" in text
    assert not (used / lost).exists()


def test_a_database_elsewhere_is_not_missed(used: Path) -> None:
    (used / "chappe.sqlite").unlink()
    require_whole(used, own_database=False)
    with pytest.raises(DataDirError, match="PostgreSQL"):
        require_whole(used, own_database=True)


def test_half_a_restore_is_no_folder_to_begin_with(tmp_path: Path) -> None:
    (tmp_path / ".restoring").mkdir()
    with pytest.raises(DataDirError, match="broken off"):
        open_data_dir(tmp_path, os.urandom)


def test_what_belongs_to_others_is_named(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda place, mode: Path(place).name != "log")
    with pytest.raises(DataDirError, match=r"/log: Permission denied; all of it must belong to"):
        open_data_dir(used, os.urandom)


def test_a_second_server_is_told_what_is_wrong(used: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (used / "chappe.sqlite").unlink()
    store = open_sqlite(used / "chappe.sqlite", FakeClock(), ())
    with pytest.raises(Exception, match="storage_in_use") as refused:
        open_sqlite(used / "chappe.sqlite", FakeClock(), ())
    assert "another server runs over this data folder" in serve.words_of(refused.value)
    asyncio.run(store.close())


def test_the_doctor_goes_on_when_the_database_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def away(_folder: Path, _facts: object) -> object:
        raise StoreUnavailable("storage_unavailable")

    monkeypatch.setattr(control, "ask", away)
    assert run(["doctor", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "bad   database: the database does not answer" in said and "operator_contact" in said


def test_the_port_that_is_taken_is_the_one_that_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        config = Config(host="127.0.0.1", port=0, console_port=-1, portal_port=busy, legal_mail_port=-1)
        with pytest.raises(OSError, match="in use") as refused:
            doors.bind(config)
    assert serve.words_of(refused.value, config) == (
        f"port {busy} is taken by another program; choose another in portal_port, or -1 for none"
    )


def certificate(place: Path, days: float, now: float) -> Path:
    """A certificate that ends so many days from now."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    ends = datetime.datetime.fromtimestamp(now + days * 86400, datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(ends - datetime.timedelta(days=90)).not_valid_after(ends).sign(key, hashes.SHA256())
    )  # fmt: skip
    place.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return place


@pytest.mark.parametrize(("days", "told"), [(-1, "over"), (3, "soon"), (60, "")])
def test_people_on_call_hear_of_a_certificate_that_ends(tmp_path: Path, days: float, told: str) -> None:
    now = 1_790_000_000.0
    config = Config(tls_cert=str(certificate(tmp_path / "cert.pem", days, now)), tls_key="key.pem")
    soon, over = paging.certificate(config, now)
    assert (bool(soon), bool(over)) == (told == "soon", told == "over")
    (tmp_path / "cert.pem").unlink()
    assert paging.certificate(config, now) == ("", config.tls_cert)
