"""The server's RSA keys, and both ways a client has of sealing its first secret with them.

Source: mtproto/auth_key#presenting-proof-of-work-server-authentication
"""

import hashlib
from collections.abc import Callable

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chappe.base.errors import ProtocolError
from chappe.base.ids import Entropy
from chappe.mtproto.crypto import ige_decrypt, ige_encrypt, sha1
from chappe.mtproto.numbers import secret_power

KEY_BITS = 2048
EXPONENT = 65537
_SIZE = KEY_BITS // 8
_PAD_DATA_BYTES = 192
_OLD_DATA_BYTES = 255
_ZERO_IV = bytes(32)


def _tl_bytes(data: bytes) -> bytes:
    """A TL string: short or long length, then zeros up to a multiple of four."""
    head = bytes((len(data),)) if len(data) < 254 else b"\xfe" + len(data).to_bytes(3, "little")
    return head + data + bytes(-(len(head) + len(data)) % 4)


def _minimal(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def fingerprint(n: int, e: int) -> int:
    """The last 8 bytes of SHA-1 over the TL strings n and e. Shape: little endian, signed."""
    return int.from_bytes(sha1(_tl_bytes(_minimal(n)) + _tl_bytes(_minimal(e)))[12:], "little", signed=True)


def is_padded_by_clients(mark: int) -> bool:
    """True if every client finds a key with this fingerprint."""
    # COMPAT mtcute: looks a key up by unpadded hex but keeps it padded, so the top hex digit must not be zero
    return (mark >> 60) & 0xF != 0


class RsaPublicKey:
    """What a client holds: modulus, exponent and fingerprint."""

    __slots__ = ("e", "fingerprint", "n")

    def __init__(self, n: int, e: int = EXPONENT) -> None:
        self.n = n
        self.e = e
        self.fingerprint = fingerprint(n, e)

    @classmethod
    def from_pem(cls, pem: bytes) -> "RsaPublicKey":
        """Read a PKCS#1 or SubjectPublicKeyInfo PEM. Errors: ValueError."""
        key = serialization.load_pem_public_key(pem)
        if not isinstance(key, rsa.RSAPublicKey):
            raise ValueError("not an RSA public key")
        numbers = key.public_numbers()
        return cls(numbers.n, numbers.e)

    def to_pem(self) -> bytes:
        """PKCS#1 PEM. Shape: 425 characters without the final newline, as the keys in official apps have."""
        key = rsa.RSAPublicNumbers(self.e, self.n).public_key()
        return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1)

    def raw(self, block: bytes) -> bytes:
        """The block to the power e. Shape: 256 bytes out."""
        return pow(int.from_bytes(block, "big"), self.e, self.n).to_bytes(_SIZE, "big")

    def seal_pad(self, data: bytes, entropy: Entropy) -> bytes:
        """RSA_PAD. Shape: at most 144 bytes in, 256 out.

        Source: mtproto/auth_key#presenting-proof-of-work-server-authentication
        """
        if len(data) > 144:
            raise ValueError("too long for RSA_PAD")
        padded = data + entropy(_PAD_DATA_BYTES - len(data))
        while True:
            block = pad_block(padded, entropy(32))
            if int.from_bytes(block, "big") < self.n:
                return self.raw(block)

    def seal_old(self, data: bytes, entropy: Entropy) -> bytes:
        """The first scheme: SHA-1, data, noise up to 255 bytes. Shape: at most 235 bytes in, 256 out."""
        # COMPAT Telethon, Kurigram, Pyrofork, Telegram Web A: they still seal this way
        if len(data) > _OLD_DATA_BYTES - 20:
            raise ValueError("too long for the old RSA scheme")
        return self.raw(sha1(data) + data + entropy(_OLD_DATA_BYTES - 20 - len(data)))


def pad_block(padded: bytes, temp_key: bytes) -> bytes:
    """The 256 bytes that RSA_PAD encrypts. Shape: padded is 192 bytes."""
    with_hash = padded[::-1] + hashlib.sha256(temp_key + padded).digest()
    sealed = ige_encrypt(with_hash, temp_key, _ZERO_IV)
    return _xor(temp_key, hashlib.sha256(sealed).digest()) + sealed


def unpad_block(block: bytes) -> bytes | None:
    """The 192 bytes inside an RSA_PAD block, or None if it is not one."""
    sealed = block[32:]
    temp_key = _xor(block[:32], hashlib.sha256(sealed).digest())
    with_hash = ige_decrypt(sealed, temp_key, _ZERO_IV)
    padded = with_hash[:_PAD_DATA_BYTES][::-1]
    if hashlib.sha256(temp_key + padded).digest() != with_hash[_PAD_DATA_BYTES:]:
        return None
    return padded


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


class RsaKey:
    """A private key of the server. Shape: 2048 bits, e = 65537, fingerprint's top hex digit not zero."""

    __slots__ = ("_dp", "_dq", "_key", "_p", "_q", "_qinv", "public")

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        numbers = key.private_numbers()
        public = numbers.public_numbers
        if public.n.bit_length() != KEY_BITS or public.e != EXPONENT:
            raise ValueError("the server's RSA key must have 2048 bits and e = 65537")
        self.public = RsaPublicKey(public.n, public.e)
        if not is_padded_by_clients(self.public.fingerprint):
            raise ValueError("this RSA key's fingerprint begins with a zero digit, which some clients cannot find")
        self._key = key
        self._p, self._q = numbers.p, numbers.q
        self._dp, self._dq, self._qinv = numbers.dmp1, numbers.dmq1, numbers.iqmp

    @property
    def fingerprint(self) -> int:
        """Shape: signed 64 bits, as TL longs are."""
        return self.public.fingerprint

    @classmethod
    def generate(cls) -> "RsaKey":
        """A new key that every known client accepts (one in sixteen is thrown away)."""
        while True:
            key = rsa.generate_private_key(EXPONENT, KEY_BITS)
            numbers = key.public_key().public_numbers()
            if is_padded_by_clients(fingerprint(numbers.n, numbers.e)):
                return cls(key)

    @classmethod
    def from_pem(cls, pem: bytes) -> "RsaKey":
        """Read a private key (PKCS#1 or PKCS#8 PEM, not encrypted). Errors: ValueError."""
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("not an RSA private key")
        return cls(key)

    def to_pem(self) -> bytes:
        """The private key as PKCS#8 PEM."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def to_pem_pkcs1(self) -> bytes:
        """The public key as PKCS#1 PEM, to hand to clients."""
        return self.public.to_pem()

    def secret(self) -> bytes:
        """A secret that is as old as the key and follows from it: salts are made from it."""
        return hashlib.sha256(b"chappe server salts" + _minimal(self._p)).digest()

    def raw(self, block: bytes) -> bytes:
        """The block to the power d. Shape: 256 bytes both ways. Errors: ProtocolError when out of range."""
        number = int.from_bytes(block, "big")
        if len(block) != _SIZE or number >= self.public.n:
            raise ProtocolError("RSA block out of range", 404)
        mp, mq = secret_power(number, self._dp, self._p), secret_power(number, self._dq, self._q)
        return (mq + (mp - mq) * self._qinv % self._p * self._q).to_bytes(_SIZE, "big")

    def open(self, block: bytes, end_of_data: Callable[[bytes], int]) -> bytes:
        """The data a client sealed with either scheme; padding is left on after RSA_PAD, cut after the old scheme.

        Source: mtproto/auth_key#presenting-proof-of-work-server-authentication
        Shape: `end_of_data` tells how many bytes of the old scheme's block are data.
        Errors: ProtocolError 404 when neither scheme fits.
        """
        plain = self.raw(block)
        padded = unpad_block(plain)
        if padded is not None:
            return padded
        if plain[0] == 0:
            data = plain[21:]
            data = data[: end_of_data(data)]
            if sha1(data) == plain[1:21]:
                return data
        raise ProtocolError("RSA block does not open", 404)
