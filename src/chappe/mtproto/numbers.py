"""Numbers of the key exchange: the prime every client knows, the range of its powers, the small puzzle pq.

Source: mtproto/auth_key, mtproto/security_guidelines
"""

from gmpy2 import powmod_sec

from chappe.base.errors import ProtocolError
from chappe.base.ids import Entropy

GENERATOR = 3
# COMPAT Kurigram, Telegram Web K: they refuse any other prime and any other g
DH_PRIME = int(
    "C71CAEB9C6B1C9048E6C522F70F13F73980D40238E3E21C14934D037563D930F48198A0AA7C14058229493D22530F4DBFA336F6E0AC92513"
    "9543AED44CCE7C3720FD51F69458705AC68CD4FE6B6B13ABDC9746512969328454F18FAF8C595F642477FE96BB2A941D5BCD1D4AC8CC4988"
    "0708FA9B378E3C4F3A9060BEE67CF9A4A4A695811051907E162753B56B0F6B410DBA74D8A84B2A14B3144E0EF1284754FD17ED950D5965B4"
    "B9DD46582DB1178D169C6BC465B0D6FF9CA3928FEF5B9AE4E418FC15E83EBEA0F87FA9FF5EED70050DED2849F47BF959D956850CE929851F"
    "0D8115F635B105EE2E4E15D04B2454BF6F4FADF034B10403119CD8E3B92FCC5B",
    16,
)
DH_PRIME_BYTES = DH_PRIME.to_bytes(256, "big")
_MARGIN = 1 << (2048 - 64)
_EXPONENT_BYTES = 40
_SMALL_PRIMES = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73)


def secret_power(base: int, exponent: int, modulus: int) -> int:
    """base^exponent modulo an odd number, in a time that does not tell the exponent."""
    return int(powmod_sec(base, exponent, modulus))


def in_range(power: int) -> bool:
    """True if a public power is safe to use. Source: mtproto/security_guidelines#g-a-and-g-b-validation."""
    return _MARGIN <= power <= DH_PRIME - _MARGIN


def private_power(entropy: Entropy) -> tuple[int, int]:
    """(a, g^a mod p) with g^a in the safe range.

    Shape: a has 320 bits: more than the strength of a safe prime of this size asks for, and six times as quick.
    """
    while True:
        a = int.from_bytes(entropy(_EXPONENT_BYTES), "big") | 1 << (8 * _EXPONENT_BYTES - 1)
        power = secret_power(GENERATOR, a, DH_PRIME)
        if in_range(power):
            return a, power


def shared_key(power: bytes, private: int) -> bytes | None:
    """The 256 bytes both sides arrive at, or None if the other side's power is not safe."""
    if len(power) > 256:
        return None
    number = int.from_bytes(power, "big")
    return secret_power(number, private, DH_PRIME).to_bytes(256, "big") if in_range(number) else None


def is_prime(number: int) -> bool:
    """Miller-Rabin with bases that decide for certain below 3.2 · 10⁹."""
    for prime in _SMALL_PRIMES:
        if number % prime == 0:
            return number == prime
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(number, base, odd, twos) for base in (2, 3, 5, 7))


def _passes(number: int, base: int, odd: int, twos: int) -> bool:
    power = pow(base, odd, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False


def _prime(entropy: Entropy) -> int:
    """A prime of 31 bits."""
    # COMPAT Kurigram, Pyrofork: they write p and q with exactly 4 bytes each
    while True:
        number = int.from_bytes(entropy(4), "big") & 0x7FFFFFFF | 0x40000001
        if is_prime(number):
            return number


def puzzle(entropy: Entropy) -> tuple[int, int]:
    """Two different primes, the smaller first; their product has at most 62 bits."""
    p = q = _prime(entropy)
    while q == p:
        q = _prime(entropy)
    return min(p, q), max(p, q)


def four_bytes(number: bytes) -> int:
    """A prime as a client wrote it, with or without leading zeros. Errors: ProtocolError."""
    if len(number) > 8:
        raise ProtocolError("factor too long", 404)
    return int.from_bytes(number, "big")
