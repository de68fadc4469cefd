"""Invites: a link that gives an anonymous number (+888 and eight digits) to whoever opens it first.

Source: requirements/invites
An unmodified client signs up with the number as with any other: it types the number in, auth.sendCode answers that the
code is shown on the number's page (auth.sentCodeTypeFragmentSms), and the invite's page shows that code, for five
minutes, to whoever holds the link. Once the account exists the link shows nothing any more: from then on codes come to
the person's other devices, to the login address they set, or to the page where they prove themselves
(`domain.proofs`), and nobody else, not even who made the invite, gets in.
"""

from dataclasses import dataclass
from hashlib import sha256

from chappe.base.errors import Invalid, NotFound
from chappe.domain import auth, journal, limits, phones
from chappe.domain.auth import Policy
from chappe.domain.limits import Rate
from chappe.store import Reader, Tx
from chappe.store.queries import codes as rows
from chappe.store.queries import people

TOKEN_BYTES = 16
NUMBERS = 10**8
LIFE_S = 7 * 86_400
LONGEST_S = 366 * 86_400
OFFER_S = 3600
"""How long a number that was offered to a newcomer is kept for them."""
OFFERS, OFFERS_IN_ALL = Rate(10, 86_400), Rate(500, 3600)
"""Numbers offered to one address, and to everybody."""


@dataclass(frozen=True, slots=True)
class Invite:
    """An invite as its page shows it. Shape: code None until a client has asked for one."""

    phone: str
    code: str | None
    expires: int


def make(tx: Tx, by: str, token: bytes, chance: int, expires: int) -> str:
    """The token gives its holder a number that nobody has; which one.

    Shape: by is `operator:1` or `server`; token 16 fresh bytes; chance any number, from which the search begins.
    Errors: Invalid invite_expires_invalid.
    After: journal invite_made.
    """
    if not tx.now < expires <= tx.now + LONGEST_S:
        raise Invalid("invite_expires_invalid")
    phone = _free_number(tx, chance)
    rows.insert_invite(tx, _digest(token), phone, by, expires)
    journal.record(tx, "invite_made", by, "server")
    return phone


def offer(tx: Tx, policy: Policy, token: bytes, chance: int, address: str) -> str:
    """The token gives a newcomer a number for an hour, on a server that everybody may join; which one.

    Errors: TooMany flood_wait_x.
    After: journal invite_made.
    """
    if policy.limited:
        limits.take(tx, f"offer:{address}", OFFERS)
        limits.take(tx, "offers", OFFERS_IN_ALL)
    return make(tx, "server", token, chance, tx.now + OFFER_S)


def look(rx: Reader, policy: Policy, token: bytes, now: int) -> Invite:
    """What the page of the invite shows.

    Errors: NotFound invite_hash_expired: used, expired or never made, which are not told apart.
    """
    row = rows.invite(rx, _digest(token))
    if row is None or row[2] or row[1] <= now:
        raise NotFound("invite_hash_expired")
    return Invite(row[0], auth.code_in_app(rx, policy, row[0], now), row[1])


def use(tx: Tx, phone: str, user_id: int) -> None:
    """The number's invite, if it had one, is used up.

    Errors: Invalid phone_number_invalid for an anonymous number without an invite.
    After: journal invite_used.
    """
    if rows.use_invite(tx, phone):
        journal.record(tx, "invite_used", f"user:{user_id}", f"user:{user_id}")
    elif phones.is_anonymous(phone):
        raise Invalid("phone_number_invalid")


def _free_number(rx: Reader, chance: int) -> str:
    for step in range(NUMBERS):
        phone = f"{phones.ANONYMOUS_PREFIX}{(chance + step) % NUMBERS:08}"
        if people.by_phone(rx, phone) is None and rows.invite_of_phone(rx, phone) is None:
            return phone
    raise NotFound("invite_hash_expired")


def _digest(token: bytes) -> bytes:
    return sha256(b"invite\x00" + token).digest()
