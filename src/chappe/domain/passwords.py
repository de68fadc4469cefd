"""The second password, proven by SRP: the server never sees it and a stolen verifier alone opens nothing.

Source: api/srp
The arithmetic is slow and stands outside of transactions: `open_challenge` before the act that stores it, `proves`
between reading a challenge and the act that it allows.
"""

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from chappe.base.errors import Invalid
from chappe.base.ids import Entropy, UserId
from chappe.domain import dh_group, journal, limits
from chappe.domain.auth_keys import Wrapper
from chappe.domain.limits import Rate
from chappe.store import Reader, Tx
from chappe.store.queries import passwords as rows

P, G, SIZE, P_BYTES = dh_group.P, dh_group.G, dh_group.SIZE, dh_group.P_BYTES
G_BYTES = G.to_bytes(SIZE, "big")
SALT1_BYTES, SALT2_BYTES = 8, 16
CHALLENGE_S = 600
HINT_LENGTH = 255
WRONG = Rate(10, 3600)
"""Wrong passwords of one account in an hour; of devices that are signed in apart from those that want to be."""
WRONG_A_DAY = Rate(30, 86_400)
"""Wrong passwords of one account in a day, from whatever keys and addresses."""
WRONG_FROM_ONE = Rate(60, 86_400)
"""Wrong passwords from one network in a day, for whatever accounts."""


@dataclass(frozen=True, slots=True)
class Password:
    """A person's password as the server knows it.

    Shape: verifier is g^x mod p, 256 bytes; reset_date as `password_reset.pending` reads it.
    """

    salt1: bytes
    salt2: bytes
    verifier: bytes
    hint: str = ""
    email: str = ""
    reset_date: int = 0


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the client answers. Shape: srp_id 64 bits; secret and public 256 bytes each."""

    srp_id: int
    secret: bytes
    public: bytes


@dataclass(frozen=True, slots=True)
class Guesser:
    """Who gives a password. Shape: inside for a device that is signed in already; network as `limits.network` has it.

    Strangers who guess do not keep the owner's own devices from giving the right one.
    """

    user_id: UserId
    inside: bool
    network: str = ""

    @property
    def limits(self) -> dict[str, Rate]:
        """What is counted, by subject."""
        where = "own" if self.inside else "new"
        found = {f"password:{where}:{self.user_id}": WRONG, f"password:{where}:day:{self.user_id}": WRONG_A_DAY}
        return found | ({f"password:from:{self.network}": WRONG_FROM_ONE} if self.network else {})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client says to a challenge. Shape: a 256 bytes, m1 32 bytes."""

    srp_id: int
    a: bytes
    m1: bytes


def of_user(rx: Reader, wrapper: Wrapper, user_id: UserId) -> Password | None:
    """The person's password, if there is one. Errors: Invalid password_empty if another server's key wrapped it."""
    row = rows.of_user(rx, user_id)
    if row is None:
        return None
    verifier = wrapper.unwrap(row[2], _about("verifier", user_id))
    if verifier is None:
        raise Invalid("password_empty")
    return Password(row[0], row[1], verifier, *row[3:])


def new_salts(entropy: Entropy) -> tuple[bytes, bytes]:
    """Salts for a new password; the client lengthens the first by its own chance."""
    return entropy(SALT1_BYTES), entropy(SALT2_BYTES)


def open_challenge(password: Password, entropy: Entropy) -> Challenge:
    """A fresh challenge. Source: api/srp#checking-the-password-with-srp"""
    secret = entropy(SIZE)
    v = int.from_bytes(password.verifier, "big")
    k = int.from_bytes(sha256(P_BYTES + G_BYTES).digest(), "big")
    public = (k * v + pow(G, int.from_bytes(secret, "big"), P)) % P
    srp_id = int.from_bytes(entropy(8), "little", signed=True) or 1
    return Challenge(srp_id, secret, public.to_bytes(SIZE, "big"))


def keep_challenge(tx: Tx, wrapper: Wrapper, user_id: UserId, challenge: Challenge) -> None:
    """The challenge may be answered within ten minutes, once."""
    wrapped = wrapper.wrap(challenge.secret, _about("challenge", challenge.srp_id))
    rows.put_challenge(tx, challenge.srp_id, user_id, wrapped, tx.now + CHALLENGE_S)


def take_challenge(tx: Tx, wrapper: Wrapper, guesser: Guesser, srp_id: int) -> bytes:
    """The secret of the person's challenge, which is used up. The answer counts as wrong until `right` says otherwise.

    Errors: Invalid srp_id_invalid; TooMany flood_wait_x after too many wrong passwords.
    After: journal guesses_halted with the last answer that is looked at for a while.
    """
    row = rows.challenge(tx, srp_id)
    if row is None or row[0] != guesser.user_id or row[2] <= tx.now:
        raise Invalid("srp_id_invalid")
    # Now: many answers at once must not all be looked at.
    if any([limits.take(tx, subject, rate) for subject, rate in guesser.limits.items()]):
        journal.record(tx, "guesses_halted", "server", f"user:{guesser.user_id}", inside=guesser.inside)
    return use_challenge(tx, wrapper, guesser.user_id, srp_id)


def use_challenge(tx: Tx, wrapper: Wrapper, user_id: UserId, srp_id: int) -> bytes:
    """The secret of the person's challenge, which is used up; the caller counts attempts.

    Errors: Invalid srp_id_invalid.
    """
    row = rows.challenge(tx, srp_id)
    if row is None or row[0] != user_id or row[2] <= tx.now:
        raise Invalid("srp_id_invalid")
    rows.remove_challenge(tx, srp_id)
    secret = wrapper.unwrap(row[1], _about("challenge", srp_id))
    if secret is None:
        raise Invalid("srp_id_invalid")
    return secret


def right(tx: Tx, guesser: Guesser) -> None:
    """The right password was given, so it is not forgotten: what was guessed of it before, and a reset, count no more.

    Nor does this answer count for its network.
    """
    rows.set_reset(tx, guesser.user_id, 0)
    for subject, rate in guesser.limits.items():
        if rate is WRONG_FROM_ONE:
            limits.give_back(tx, subject)
        else:
            limits.forgive(tx, subject)


def replaced(tx: Tx, user_id: UserId) -> None:
    """There is another password: what was guessed of the old one counts no more."""
    for inside in (True, False):
        for subject in Guesser(user_id, inside).limits:
            limits.forgive(tx, subject)


def proves(password: Password, secret: bytes, answer: Answer) -> bool:
    """True if whoever answered knows the password. Source: api/srp#checking-the-password-with-srp"""
    a = int.from_bytes(answer.a, "big")
    if len(answer.a) > SIZE or not 1 < a < P - 1:
        return False
    v, b = int.from_bytes(password.verifier, "big"), int.from_bytes(secret, "big")
    k = int.from_bytes(sha256(P_BYTES + G_BYTES).digest(), "big")
    a_bytes, b_bytes = a.to_bytes(SIZE, "big"), ((k * v + pow(G, b, P)) % P).to_bytes(SIZE, "big")
    u = int.from_bytes(sha256(a_bytes + b_bytes).digest(), "big")
    shared = sha256(pow(a * pow(v, u, P) % P, b, P).to_bytes(SIZE, "big")).digest()
    mixed = bytes(x ^ y for x, y in zip(sha256(P_BYTES).digest(), sha256(G_BYTES).digest(), strict=True))
    salts = sha256(password.salt1).digest() + sha256(password.salt2).digest()
    return compare_digest(sha256(mixed + salts + a_bytes + b_bytes + shared).digest(), answer.m1)


def set_password(tx: Tx, wrapper: Wrapper, user_id: UserId, password: Password) -> None:
    """The person's password is this one; a reset of an earlier one is off.

    Source: method/account.updatePasswordSettings
    Errors: Invalid new_salt_invalid, new_settings_invalid.
    """
    made = wrapped(wrapper, user_id, password)
    rows.put(tx, user_id, password.salt1, password.salt2, made, password.hint, password.email)


def wrapped(wrapper: Wrapper, user_id: UserId, password: Password) -> bytes:
    """The new password's verifier as it is kept. Errors: Invalid new_salt_invalid, new_settings_invalid."""
    if not SALT1_BYTES <= len(password.salt1) <= 128 or len(password.salt2) != SALT2_BYTES:
        raise Invalid("new_salt_invalid")
    v = int.from_bytes(password.verifier, "big")
    if len(password.verifier) != SIZE or not 1 < v < P - 1 or len(password.hint) > HINT_LENGTH:
        raise Invalid("new_settings_invalid")
    return wrapper.wrap(password.verifier, _about("verifier", user_id))


def remove(tx: Tx, user_id: UserId) -> None:
    """The person has no password."""
    rows.remove(tx, user_id)


def exists(rx: Reader, user_id: UserId) -> bool:
    """True if the person has a password."""
    return rows.of_user(rx, user_id) is not None


def _about(what: str, number: int) -> bytes:
    return what.encode() + number.to_bytes(8, "little", signed=True)
