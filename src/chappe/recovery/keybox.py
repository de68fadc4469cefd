"""The keys that a service cannot live without, small enough to be printed: without them no client finds it again.

Shape: one MessagePack record. Of the RSA key, which clients know the server by, the two primes are kept; the rest
follows from them. The key that wraps, those that sign the log, the proxy's and the push services' are kept whole.
"""

import hashlib
from math import lcm
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chappe.base.disk import write_owner_only
from chappe.recovery.errors import RecoveryError

FILES = {"server": "server.key", "proxy": "proxy.secret", "push": "push.key", "log": "log.keys"}
RSA_FILE = "rsa.pem"
EXPONENT = 65537


class KeyBox(msgspec.Struct, frozen=True, array_like=True):
    """All keys. Shape: log is the text of the file, a key a line."""

    p: bytes
    q: bytes
    server: bytes
    proxy: bytes
    push: bytes
    log: bytes

    def __repr__(self) -> str:
        """Without the keys."""
        return "KeyBox(…)"

    @classmethod
    def of(cls, data_dir: Path) -> "KeyBox":
        """The keys of this folder. Errors: RecoveryError if one is missing or damaged."""
        keys = data_dir / "keys"
        try:
            pem = serialization.load_pem_private_key((keys / RSA_FILE).read_bytes(), None)
            found = {name: (keys / file).read_bytes() for name, file in FILES.items()}
        except (OSError, ValueError) as error:
            said = f"the keys in {keys} are not whole ({error}); a server that has run once has them"
            raise RecoveryError(said) from error
        if not isinstance(pem, rsa.RSAPrivateKey) or pem.private_numbers().public_numbers.e != EXPONENT:
            raise RecoveryError(f"{keys / RSA_FILE} holds no key of a server")
        numbers = pem.private_numbers()
        return cls(_bytes(numbers.p), _bytes(numbers.q), **found)

    @classmethod
    def decode(cls, data: bytes) -> "KeyBox":
        """The box again. Errors: RecoveryError."""
        try:
            return msgspec.msgpack.decode(data, type=cls)
        except msgspec.DecodeError as error:
            raise RecoveryError(f"this is no box of keys ({error})") from error

    def encode(self) -> bytes:
        """As it is sealed."""
        return msgspec.msgpack.encode(self)

    @property
    def digest(self) -> str:
        """Tells whether two boxes hold the same keys, and nothing else of them. Shape: 64 hex digits."""
        return hashlib.sha256(b"chappe key box\n" + self.encode()).hexdigest()

    def write(self, data_dir: Path) -> None:
        """The empty or missing folder holds the keys. Errors: RecoveryError, OSError."""
        if data_dir.exists() and any(data_dir.iterdir()):
            raise RecoveryError(f"{data_dir} is not empty; name a new folder")
        keys = data_dir / "keys"
        keys.mkdir(mode=0o700, parents=True)
        data_dir.chmod(0o700)
        write_owner_only(keys / RSA_FILE, self._pem())
        for name, file in FILES.items():
            write_owner_only(keys / file, getattr(self, name))

    def _pem(self) -> bytes:
        p, q = (int.from_bytes(one, "big") for one in (self.p, self.q))
        d = pow(EXPONENT, -1, lcm(p - 1, q - 1))
        numbers = rsa.RSAPrivateNumbers(
            p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q),
            rsa.RSAPublicNumbers(EXPONENT, p * q),
        )  # fmt: skip
        return numbers.private_key().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
