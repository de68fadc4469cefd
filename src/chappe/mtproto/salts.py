"""Server salts: 64 bits that change every hour and follow from a secret of the server, so none is stored.

Source: mtproto/description#server-salt, mtproto/service_messages#request-for-several-future-salts
"""

import hashlib
import hmac

PERIOD_S = 3600
OVERLAP_S = 1800
"""How long a salt stays good after its hour, and how early the next one is taken (a client's clock may be ahead)."""
EARLY_S = 300
MAX_FUTURE = 64


class Salts:
    """The salts of every key. Shape: a salt is a signed 64-bit number."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of(self, auth_key_id: int, slot: int) -> int:
        """The salt of one key in one hour since 1970."""
        seed = auth_key_id.to_bytes(8, "little", signed=True) + slot.to_bytes(8, "little")
        digest = hmac.digest(self._secret, seed, hashlib.sha256)
        return int.from_bytes(digest[:8], "little", signed=True)

    def current(self, auth_key_id: int, now: float) -> int:
        """The salt to use now."""
        return self.of(auth_key_id, int(now) // PERIOD_S)

    def good_until(self, auth_key_id: int, salt: int, now: float) -> float:
        """Until when this salt is good; 0 if it is not good now."""
        slot = int(now) // PERIOD_S
        inside = now - slot * PERIOD_S
        if salt == self.of(auth_key_id, slot):
            return (slot + 1) * PERIOD_S + OVERLAP_S
        if inside < OVERLAP_S and salt == self.of(auth_key_id, slot - 1):
            return slot * PERIOD_S + OVERLAP_S
        if inside >= PERIOD_S - EARLY_S and salt == self.of(auth_key_id, slot + 1):
            return (slot + 2) * PERIOD_S + OVERLAP_S
        return 0.0

    def future(self, auth_key_id: int, count: int, now: float) -> list[tuple[int, int, int]]:
        """(valid_since, valid_until, salt), the present one first.

        Source: mtproto/service_messages#request-for-several-future-salts
        Shape: 1 to 64 of them; dates in unix seconds.
        """
        slot = int(now) // PERIOD_S
        return [
            (n * PERIOD_S, (n + 1) * PERIOD_S + OVERLAP_S, self.of(auth_key_id, n))
            for n in range(slot, slot + max(1, min(count, MAX_FUTURE)))
        ]
