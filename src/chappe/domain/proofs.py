"""People who prove themselves on a page of this server, so that it shows them the login code of their number.

Source: requirements/sign-in-page
For who has an anonymous number and no other device at hand: any client asks for a code, is told that it stands on the
page, and there the owner gives the account's password (by SRP: the page computes, the server never sees it) or uses a
passkey of the account. Nobody learns which names and numbers exist: one that does not is challenged and refused like
one that does, at the same cost.
"""

from dataclasses import dataclass

from chappe.base.errors import Invalid
from chappe.base.ids import Entropy, UserId
from chappe.domain import accounts, auth, authorizations, limits, passwords, phones
from chappe.domain.auth import Policy
from chappe.domain.auth_keys import Wrapper
from chappe.domain.limits import Growing, Rate
from chappe.domain.passwords import SALT2_BYTES, SIZE, Challenge, G, P, Password
from chappe.store import Reader, Tx
from chappe.store.queries import people

NOBODY = UserId(0)
WHO_LENGTH = 64
REACHABLE_S = 7 * 86_400
"""While another device was active so lately, the code comes there and a password alone does not show it here."""
FROM_ONE_PLACE, FROM_EVERYWHERE, OF_ONE_PLACE = Growing(3), Growing(30), Growing(100)
"""Wrong passwords: for one name from one address, for one name, from one address."""
OPENED = Rate(120, 3600)
"""Challenges for one address."""
_SALT1_BYTES = 40
"""As long as clients make it: eight bytes of the server's and thirty-two of their own."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a name or number means. Shape: user_id 0 and password None for nobody, or nobody with a password."""

    key: str
    user_id: UserId
    password: Password | None


def key_of(who: str) -> str:
    """What was typed in, as it is looked up and counted: digits of a number, or a username in lower case."""
    text = who.strip()[:WHO_LENGTH].lower()
    try:
        return phones.normalise(text, test_mode=True)
    except Invalid:
        return text.removeprefix("@")


def look(rx: Reader, wrapper: Wrapper, key: str) -> Known:
    """Whom the name or number means."""
    found = people.by_phone(rx, key) if key.isdecimal() else people.by_username(rx, key)
    user_id = UserId(found) if found is not None and found > 0 else NOBODY
    password = passwords.of_user(rx, wrapper, user_id)
    return Known(key, user_id if password is not None else NOBODY, password)


def stand_in(wrapper: Wrapper, key: str) -> Password:
    """The password of whoever has none: the same at each asking, and nobody knows it. Takes a power modulo P."""
    drawn = [wrapper.digest(key.encode(), f"stand-in {n}".encode()) for n in range(10)]
    verifier = pow(G, int.from_bytes(b"".join(drawn[:8]), "big"), P)
    salts = drawn[8] + drawn[9] + wrapper.digest(key.encode(), b"stand-in")
    salt1, salt2 = salts[:_SALT1_BYTES], salts[_SALT1_BYTES : _SALT1_BYTES + SALT2_BYTES]
    return Password(salt1, salt2, verifier.to_bytes(SIZE, "big"))


def open_challenge(known: Known, wrapper: Wrapper, entropy: Entropy) -> tuple[Password, Challenge]:
    """What is to be answered, for somebody and nobody alike; slow, so never inside a transaction."""
    other = stand_in(wrapper, known.key)
    shown = known.password or other
    return shown, passwords.open_challenge(shown, entropy)


def keep_challenge(tx: Tx, policy: Policy, known: Known, challenge: Challenge, address: str) -> None:
    """The challenge may be answered once, within ten minutes. Errors: TooMany flood_wait_x."""
    if policy.limited:
        limits.take(tx, f"proof-open:{address}", OPENED)
    passwords.keep_challenge(tx, policy.wrapper, known.user_id, challenge)


def take_challenge(tx: Tx, policy: Policy, known: Known, srp_id: int, address: str) -> bytes:
    """The secret of the challenge, which is used up. The answer counts as wrong until `right` says otherwise.

    Errors: TooMany flood_wait_x, each time longer; Invalid srp_id_invalid.
    """
    if policy.limited:
        limits.take_growing(tx, dict(zip(_subjects(policy, known.key, address), _LIMITS, strict=True)))
    return passwords.use_challenge(tx, policy.wrapper, known.user_id, srp_id)


def proven(known: Known, wrapper: Wrapper, secret: bytes, answer: passwords.Answer) -> bool:
    """True if whoever answered knows the password; takes as long for nobody."""
    other = stand_in(wrapper, known.key)
    fits = passwords.proves(known.password or other, secret, answer)
    return fits and known.password is not None


def right(tx: Tx, policy: Policy, known: Known, address: str) -> None:
    """The right password was given: what was guessed for this name from here counts no more."""
    for subject in _subjects(policy, known.key, address)[:2]:
        limits.forgive(tx, subject)


def reachable(rx: Reader, user_id: UserId, now: int) -> bool:
    """True if the person's code comes to another device that was active lately."""
    return any(now - device.active < REACHABLE_S for device in authorizations.of_user(rx, user_id))


def phone_of(rx: Reader, user_id: UserId) -> str:
    """The number by which any client signs in."""
    return accounts.get(rx, user_id).phone


def code(tx: Tx, policy: Policy, user_id: UserId) -> str | None:
    """The code a client has asked for, shown this once; None while none has."""
    return auth.code_on_page(tx, policy, phone_of(tx, user_id))


_LIMITS = (FROM_ONE_PLACE, FROM_EVERYWHERE, OF_ONE_PLACE)


def _subjects(policy: Policy, key: str, address: str) -> tuple[str, str, str]:
    """What wrong answers are counted by; names are kept as digests."""
    name = policy.wrapper.digest(key.encode(), b"proof").hex()[:24]
    return f"proof:{name}:{address}", f"proof:{name}", f"proof-from:{address}"
