"""The identity that opens backups: 32 bytes of chance, as `age` writes them; and files sealed to its public half.

Source: age/x25519
Shape: `AGE-SECRET-KEY-1…` in Bech32; anybody's `age` opens what is sealed here, with the identity that the sheets give.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO

import pyrage

from chappe.base.ids import Entropy
from chappe.recovery.errors import RecoveryError

SECRET_BYTES = 32
_PREFIX = "age-secret-key-"
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


@dataclass(frozen=True, slots=True)
class Identity:
    """The secret half; its repr does not show it."""

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls, entropy: Entropy) -> "Identity":
        """A new one."""
        return cls(entropy(SECRET_BYTES))

    def written(self) -> str:
        """As `age` takes it."""
        return bech32(_PREFIX, self.secret).upper()

    @property
    def recipient(self) -> str:
        """The public half, to which everybody may seal."""
        return str(self.key().to_public())

    def key(self) -> "pyrage.x25519.Identity":
        """As the library takes it."""
        return pyrage.x25519.Identity.from_str(self.written())


def sealer(recipient: str) -> "Sealing":
    """What seals to this recipient. Errors: RecoveryError for one that is none."""
    try:
        return Sealing(pyrage.x25519.Recipient.from_str(recipient))
    except pyrage.RecipientError as error:
        raise RecoveryError(f"{recipient!r} is no age recipient") from error


class Sealing:
    """Seals what it reads to one recipient, piece by piece."""

    def __init__(self, recipient: "pyrage.x25519.Recipient") -> None:
        self._recipient = recipient

    def __call__(self, source: IO[bytes], target: IO[bytes]) -> None:
        """The target holds the source, sealed. Errors: ValueError."""
        try:
            pyrage.encrypt_io(source, target, [self._recipient])
        except pyrage.EncryptError as error:
            raise ValueError(f"it could not be sealed: {error}") from error

    def bytes(self, data: bytes) -> bytes:
        """The data, sealed."""
        return bytes(pyrage.encrypt(data, [self._recipient]))


def opener(identity: Identity) -> "Opening":
    """What opens what was sealed to the identity's public half."""
    return Opening(identity)


class Opening:
    """Opens what it reads, piece by piece."""

    def __init__(self, identity: Identity) -> None:
        self._key = identity.key()

    def __call__(self, source: IO[bytes], target: IO[bytes]) -> None:
        """The target holds what was sealed. Errors: ValueError if it was for another, or is damaged."""
        try:
            pyrage.decrypt_io(source, target, [self._key])
        except (pyrage.DecryptError, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            raise ValueError(f"it is damaged, or other sheets open it ({error})") from error

    def bytes(self, data: bytes) -> bytes:
        """What was sealed. Errors: RecoveryError."""
        try:
            return bytes(pyrage.decrypt(data, [self._key]))
        except pyrage.DecryptError as error:
            raise RecoveryError(f"these sheets do not open it, or it is damaged ({error})") from error


def bech32(prefix: str, data: bytes) -> str:
    """The data as Bech32. Shape: lower case, six letters of checksum."""
    values = list(_fives(data))
    check = _polymod([*_expanded(prefix), *values, *[0] * 6]) ^ 1
    values += [(check >> 5 * (5 - at)) & 31 for at in range(6)]
    return f"{prefix}1{''.join(_LETTERS[value] for value in values)}"


def _fives(data: bytes) -> Iterable[int]:
    """The bits, five by five, the last ones filled with zeros."""
    held, count = 0, 0
    for byte in data:
        held, count = (held << 8 | byte) & 0xFFF, count + 8
        while count >= 5:
            count -= 5
            yield held >> count & 31
    if count:
        yield held << (5 - count) & 31


def _expanded(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _polymod(values: Iterable[int]) -> int:
    sum_ = 1
    for value in values:
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ value
        for bit, part in enumerate(_GENERATOR):
            sum_ ^= part if top >> bit & 1 else 0
    return sum_
