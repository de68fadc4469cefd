"""The local authority's chain holds, its power is bounded, and changed files are taken up."""

import asyncio
import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.kit.clock import FakeClock
from tests.net.conftest import open_house

from chappe.net.authority import Authority
from chappe.net.tls import TlsFiles, server_context

NOW = datetime.datetime.now(datetime.UTC).timestamp()
DAY = 86400
NAMES = ["chat.example.org", "198.51.100.7", "fd00::7"]


def trusting(authority: Authority) -> ssl.SSLContext:
    """A client that trusts this authority and nobody else."""
    return ssl.create_default_context(cafile=str(authority.ca_cert))


async def test_the_chain_is_verified_by_a_client_that_trusts_the_authority(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "tls")
    assert authority.ensure(NAMES, NOW)
    context = server_context(authority.cert, authority.key)
    async with open_house(lambda: context) as house:
        guest = await house.guest(trusting(authority))
        assert await guest.says(b"GET / HTTP/1.1\r\n") == b"http 127.0.0.1 tls GET / HTTP/1.1\r\n"
        other = await house.guest(trusting(authority))
        other.writer.write(b"P")
        await asyncio.sleep(0.01)
        assert await other.says(b"X" + bytes(62)) == b"mtproto 127.0.0.1 tls PX" + bytes(62)
        guest.leaves()
        other.leaves()
        await house.emptied()


@pytest.mark.parametrize("name", [*NAMES, "localhost", "127.0.0.1", "::1"])
def test_every_name_is_in_the_certificate(tmp_path: Path, name: str) -> None:
    authority = Authority(tmp_path)
    authority.ensure(NAMES, NOW)
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_context(authority.cert, authority.key).wrap_bio(theirs, ours, server_side=True)
    client = trusting(authority).wrap_bio(ours, theirs, server_hostname=name)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert client.getpeercert()


def test_files_are_the_owners_alone_and_nothing_is_made_twice(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "tls")
    authority.ensure(NAMES, NOW)
    before = authority.cert.read_bytes()
    assert not authority.ensure(NAMES, NOW + DAY)
    assert authority.cert.read_bytes() == before
    for path in (authority.ca_key, authority.key):
        assert path.stat().st_mode & 0o777 == 0o600
    assert authority.folder.stat().st_mode & 0o777 == 0o700


def test_the_certificate_is_renewed_in_time_and_the_authority_stays(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.ensure(NAMES, NOW)
    ca, leaf = authority.ca_cert.read_bytes(), authority.cert.read_bytes()
    assert authority.ensure(NAMES, NOW + 380 * DAY)
    assert authority.cert.read_bytes() != leaf
    assert authority.ca_cert.read_bytes() == ca


def test_a_new_address_in_a_private_network_needs_no_new_authority(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.ensure(NAMES, NOW)
    ca = authority.ca_cert.read_bytes()
    assert authority.ensure([*NAMES, "192.168.7.9", "printer.local"], NOW)
    assert authority.ca_cert.read_bytes() == ca
    assert authority.ensure([*NAMES, "other.example.com"], NOW)
    assert authority.ca_cert.read_bytes() != ca


def test_the_authority_may_not_vouch_for_others(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.ensure(NAMES, NOW)
    ca = x509.load_pem_x509_certificate(authority.ca_cert.read_bytes())
    constraints = ca.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    names = [one.value for one in constraints.value.permitted_subtrees or [] if isinstance(one, x509.DNSName)]
    assert "chat.example.org" in names
    assert not {"org", "example.org", ""} & set(names)


def self_signed(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate as an operator may give it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.datetime.fromtimestamp(NOW - DAY, datetime.UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    cert_path, key_path = folder / "cert.pem", folder / "key.pem"
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key_path.write_bytes(pem)
    cert_path.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    return cert_path, key_path


async def shown_name(port: int) -> str:
    """Whose certificate the door shows now."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    name = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return str(name)


async def test_changed_files_are_shown_without_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    files = TlsFiles(*self_signed(tmp_path, "first"), clock.monotonic)
    async with open_house(files.context) as house:
        assert await shown_name(house.port) == "first"
        self_signed(tmp_path, "second")
        clock.moves(10)
        assert await shown_name(house.port) == "second"


async def test_half_written_files_leave_the_old_certificate(tmp_path: Path) -> None:
    clock = FakeClock()
    cert, key = self_signed(tmp_path, "first")
    files = TlsFiles(cert, key, clock.monotonic)
    cert.write_text("-----BEGIN CERTIFICATE-----\n")
    clock.moves(10)
    assert files.context() is files.context()
    async with open_house(files.context) as house:
        assert await shown_name(house.port) == "first"


async def test_where_there_is_no_tls_a_hello_is_refused() -> None:
    async with open_house() as house:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await shown_name(house.port)
        await house.emptied()


async def test_garbage_behind_a_hello_harms_nobody(tmp_path: Path) -> None:
    context = server_context(*self_signed(tmp_path, "first"))
    async with open_house(lambda: context, handshake_timeout_s=4.0) as house:  # ours takes long on a busy machine
        hello = bytes.fromhex("16030100200100001c0303") + bytes(26)
        garbage, halting = await house.guest(), await house.guest()
        garbage.writer.write(hello + b"\xff" * 400)
        halting.writer.write(hello[:20])
        assert await shown_name(house.port) == "first"
        await house.emptied()
