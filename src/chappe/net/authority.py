"""The server's own certificate authority: for machines that no public authority can certify.

Its certificate may only vouch for this machine's names and for private networks, so that a stolen key is worth
little elsewhere. Source: rfc/5280#4.2.1.10
"""

import datetime
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chappe.base.disk import write_owner_only

CA_DAYS = 3650
LEAF_DAYS = 397
RENEW_DAYS = 30
ALWAYS = ("localhost", "127.0.0.1", "::1")
PRIVATE_NETS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10")
PRIVATE_NETS6 = ("::1/128", "fc00::/7", "fe80::/10")
PRIVATE_NAMES = ("localhost", "local", "lan", "internal", "home.arpa", "test")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Authority:
    """Where its files lie: the authority's own pair and the pair the server shows."""

    folder: Path

    @property
    def ca_cert(self) -> Path:
        """The certificate people install."""
        return self.folder / "ca.pem"

    @property
    def ca_key(self) -> Path:
        """The key that signs; leaves the folder never."""
        return self.folder / "ca.key"

    @property
    def cert(self) -> Path:
        """The server's certificate."""
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        """The server's key."""
        return self.folder / "server.key"

    def ensure(self, names: Iterable[str], now: float) -> bool:
        """Authority and server certificate exist, cover these names and last a while; True if one was made.

        Shape: names are host names or IP addresses; files are owner-only.
        """
        wanted = sorted({*ALWAYS, *(name.lower() for name in names if name)})
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = False
        if not self._ca_serves(wanted, now):
            self._make_ca(wanted, now)
            made = True
        if made or not self._leaf_serves(wanted, now):
            self._make_leaf(wanted, now)
            made = True
        return made

    def fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, as people compare it on two screens."""
        return _load(self.ca_cert).fingerprint(hashes.SHA256()).hex(":").upper()

    def ca_der(self) -> bytes:
        """The authority's certificate as phones take it."""
        return _load(self.ca_cert).public_bytes(serialization.Encoding.DER)

    def _ca_serves(self, names: Sequence[str], now: float) -> bool:
        if not (self.ca_cert.exists() and self.ca_key.exists()):
            return False
        cert = _load(self.ca_cert)
        permitted = cert.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
        return _lasts(cert, now) and all(_permits(permitted, name) for name in names)

    def _leaf_serves(self, names: Sequence[str], now: float) -> bool:
        if not (self.cert.exists() and self.key.exists()):
            return False
        cert = _load(self.cert)
        present = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        issued_by_us = cert.issuer == _load(self.ca_cert).subject
        return issued_by_us and _lasts(cert, now) and {_general(name) for name in names} <= set(present)

    def _make_ca(self, names: Sequence[str], now: float) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        usage = _key_usage(signs_certificates=True)
        host = next((name for name in names if not _address(name) and name != "localhost"), "localhost")
        subject = _name(f"Chappe on {host}"[:60], key)
        constraints = x509.NameConstraints(permitted_subtrees=_permitted(names), excluded_subtrees=None)
        builder = (
            _builder(now, CA_DAYS, key.public_key(), subject, subject)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(constraints, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        _write_pair(self.ca_cert, self.ca_key, builder.sign(key, hashes.SHA256()), key)

    def _make_leaf(self, names: Sequence[str], now: float) -> None:
        ca = _load(self.ca_cert)
        ca_key = serialization.load_pem_private_key(self.ca_key.read_bytes(), None)
        assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
        builder = (
            _builder(now, LEAF_DAYS, key.public_key(), _name("Chappe", key), ca.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
            .add_extension(authority_id, critical=False)
        )
        _write_pair(self.cert, self.key, builder.sign(ca_key, hashes.SHA256()), key)


def _builder(
    now: float, days: int, key: ec.EllipticCurvePublicKey, subject: x509.Name, issuer: x509.Name
) -> x509.CertificateBuilder:
    start = datetime.datetime.fromtimestamp(now, datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - datetime.timedelta(days=1))
        .not_valid_after(start + datetime.timedelta(days=days))
    )


def _name(common: str, key: ec.EllipticCurvePrivateKey) -> x509.Name:
    """A subject that no other key shares, so that a second authority of the same host is told from the first."""
    mark = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest.hex()[:8]
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common), x509.NameAttribute(NameOID.SERIAL_NUMBER, mark)])


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _address(name: str) -> Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _general(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def _permitted(names: Sequence[str]) -> list[x509.GeneralName]:
    """Private networks and names, and beyond them exactly what this machine is called."""
    nets: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_network(net)) for net in (*PRIVATE_NETS, *PRIVATE_NETS6)
    ]
    general = [*nets, *(x509.DNSName(name) for name in PRIVATE_NAMES)]
    for name in names:
        if not _permits(general, name):
            address = _address(name)
            general.append(x509.DNSName(name) if address is None else x509.IPAddress(ipaddress.ip_network(address)))
    return general


def _permits(permitted: Iterable[x509.GeneralName], name: str) -> bool:
    address = _address(name)
    for subtree in permitted:
        if address is None and isinstance(subtree, x509.DNSName):
            if name == subtree.value or name.endswith(f".{subtree.value}"):
                return True
        elif address is not None and isinstance(subtree, x509.IPAddress) and address in subtree.value:  # type: ignore[operator]
            return True
    return False


def _lasts(cert: x509.Certificate, now: float) -> bool:
    begin, end = cert.not_valid_before_utc.timestamp(), cert.not_valid_after_utc.timestamp()
    return begin <= now < end - RENEW_DAYS * 86400


def _load(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _write_pair(cert_path: Path, key_path: Path, cert: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    """Both files are replaced whole, the key first: a reader between the two finds a pair that does not match and
    keeps its old one."""
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_owner_only(key_path, pem)
    write_owner_only(cert_path, cert.public_bytes(serialization.Encoding.PEM))
