"""Login codes: made, limited, delivered, typed in. A code is known here by a keyed digest alone.

Source: api/auth, method/auth.sendCode
Acts return a refusal instead of raising it where the attempt itself must be counted; `settled` raises it afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import TypeVar

from chappe.base.errors import Invalid, Refusal
from chappe.base.ids import Entropy, UserId
from chappe.domain import accounts, authorizations, limits, outbox, phones, service_chat, texts
from chappe.domain.auth_keys import Wrapper
from chappe.domain.gate import OPEN, Gate
from chappe.domain.limits import Rate
from chappe.store import Reader, Tx
from chappe.store.queries import codes as rows
from chappe.store.queries import people, recoveries

T = TypeVar("T")

CODE_S = 300
"""How long a code can be typed in."""
VERIFIED_S = 1800
"""How long a verified number may take to sign up."""
ATTEMPTS = 5
NEXT_S = 60
"""When a client should offer the next way of delivery."""
SIGN_IN, CHANGE_PHONE = "sign_in", "change_phone"
RATES = {"phone": Rate(10, 86_400), "key": Rate(20, 86_400), "ip": Rate(30, 3600), "ip-day": Rate(100, 86_400)}
"""Codes asked for one number, by one device, from one address."""
SIGN_UPS = Rate(10, 86_400)
"""Accounts made from one address."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How this server hands out codes.

    Shape: outlets are the channels it has (mail, sms, console); limited says that rates hold; gate is asked at sign-up.
    """

    wrapper: Wrapper
    outlets: tuple[str, ...] = ()
    test_mode: bool = False
    limited: bool = True
    gate: Gate = OPEN


@dataclass(frozen=True, slots=True)
class Ask:
    """A device wants to prove that a number is its owner's. Shape: code and hash are fresh, made outside the act."""

    phone: str
    auth_key_id: int
    ip: str
    code: str
    phone_code_hash: str
    purpose: str = SIGN_IN
    lang_code: str = ""


@dataclass(frozen=True, slots=True)
class SentCode:
    """A code is on its way. Shape: channel is app, mail, sms, console, invite, page, test; next_channel '' for none."""

    phone_code_hash: str
    channel: str
    next_channel: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a device says about a code it was sent."""

    phone: str
    phone_code_hash: str
    auth_key_id: int
    purpose: str = SIGN_IN


@dataclass(frozen=True, slots=True)
class _Row:
    phone_code_hash: str
    phone: str
    auth_key_id: int
    digest: bytes
    sealed: bytes
    channel: str
    date: int
    expires: int
    attempts: int
    resends: int
    verified: int
    purpose: str


def settled(outcome: T | Refusal) -> T:
    """The outcome of an act whose refusals are stored facts. Errors: the refusal."""
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def fresh(entropy: Entropy) -> tuple[str, str]:
    """(code, phone_code_hash), both unpredictable."""
    number = int.from_bytes(entropy(8), "big") % 10**phones.CODE_LENGTH
    return f"{number:0{phones.CODE_LENGTH}}", entropy(9).hex()


def send_code(tx: Tx, policy: Policy, ask: Ask) -> SentCode:
    """A code for the number is on its way; a device that asks again while one is alive keeps that one.

    Source: method/auth.sendCode
    Errors: TooMany flood_wait_x; Invalid sms_code_create_failed when no channel reaches the number,
    phone_number_invalid for an anonymous number that one cannot move to.
    """
    alive = [row for row in _live(tx, ask.phone, tx.now) if row.purpose == ask.purpose and not row.verified]
    for row in alive:
        if row.auth_key_id == ask.auth_key_id and row.attempts < ATTEMPTS and row.sealed:
            return _sent(tx, policy, row.phone_code_hash, row.channel, ask.phone, ask.auth_key_id)
    if policy.limited:
        _take_rates(tx, ask)
    channel = _channels(tx, policy, ask.phone, ask.auth_key_id)[0]
    if channel == "page" and ask.purpose != SIGN_IN:  # nobody could be shown the code
        raise Invalid("phone_number_invalid")
    code = _chosen_code(policy, ask, channel, alive)
    rows.insert(
        tx, ask.phone_code_hash, ask.phone, ask.auth_key_id, _digest(policy, ask.phone_code_hash, code),
        policy.wrapper.wrap(code.encode(), ask.phone_code_hash.encode()), channel, tx.now + CODE_S, ask.purpose,
    )  # fmt: skip
    _deliver(tx, policy, channel, ask.phone, code, ask.lang_code)
    return _sent(tx, policy, ask.phone_code_hash, channel, ask.phone, ask.auth_key_id)


def resend_code(tx: Tx, policy: Policy, claim: Claim, lang_code: str = "") -> SentCode:
    """The code goes out once more, by the next channel.

    Source: method/auth.resendCode
    Errors: Invalid phone_code_expired; NotAllowed send_code_unavailable when there is no further channel.
    """
    row = _row(tx, claim)
    if row is None:
        raise Invalid("phone_code_expired")
    onward = _after(_channels(tx, policy, row.phone, row.auth_key_id), row.channel)
    code = policy.wrapper.unwrap(row.sealed, row.phone_code_hash.encode())
    if not onward or code is None:
        raise Invalid("send_code_unavailable")
    if policy.limited:
        limits.take(tx, f"code:phone:{row.phone}", RATES["phone"])
    rows.resend(tx, row.phone_code_hash, onward, tx.now + CODE_S)
    _deliver(tx, policy, onward, row.phone, code.decode(), lang_code)
    return _sent(tx, policy, row.phone_code_hash, onward, row.phone, row.auth_key_id)


def cancel_code(tx: Tx, claim: Claim) -> None:
    """The code is worth nothing. Source: method/auth.cancelCode. Errors: Invalid phone_code_expired."""
    if _row(tx, claim) is None:
        raise Invalid("phone_code_expired")
    rows.remove(tx, claim.phone_code_hash)


def check_code(tx: Tx, policy: Policy, claim: Claim, code: str) -> Refusal | None:
    """None if the code is right: the device may now act for the number. A wrong one is counted.

    Source: method/auth.signIn
    Errors (returned): Invalid phone_code_empty, phone_code_invalid, phone_code_expired.
    """
    row = _row(tx, claim)
    if row is None or row.attempts >= ATTEMPTS:
        return Invalid("phone_code_expired")
    if not code:
        return Invalid("phone_code_empty")
    if not compare_digest(_digest(policy, row.phone_code_hash, code), row.digest):
        rows.attempt(tx, row.phone_code_hash)
        return Invalid("phone_code_invalid")
    rows.verify(tx, row.phone_code_hash, tx.now + VERIFIED_S)
    return None


def take_verified(tx: Tx, claim: Claim) -> str:
    """The verified code has been used up; the channel it came by.

    Errors: Invalid phone_code_expired; phone_code_empty when it was never typed in.
    """
    row = _row(tx, claim)
    if row is None:
        raise Invalid("phone_code_expired")
    if not row.verified:
        raise Invalid("phone_code_empty")
    rows.remove(tx, row.phone_code_hash)
    return row.channel


def code_in_app(rx: Reader, policy: Policy, phone: str, now: int) -> str | None:
    """The living code of an anonymous number, for the page of its invite."""
    for row in _live(rx, phone, now):
        if row.channel == "invite" and not row.verified and row.attempts < ATTEMPTS:
            code = policy.wrapper.unwrap(row.sealed, row.phone_code_hash.encode())
            return code.decode() if code else None
    return None


def code_on_page(tx: Tx, policy: Policy, phone: str) -> str | None:
    """The living code of a number whose owner has proven themselves on a page; it is shown this once.

    Source: requirements/sign-in-page
    """
    waiting = [row for row in _live(tx, phone, tx.now) if row.channel == "page" and row.purpose == SIGN_IN]
    for row in waiting:
        code = policy.wrapper.unwrap(row.sealed, row.phone_code_hash.encode())
        if code is not None and not row.verified and row.attempts < ATTEMPTS:
            for other in waiting:
                rows.hide(tx, other.phone_code_hash)
            return code.decode()
    return None


def withdraw_codes(tx: Tx, phone: str, given: Sequence[str], policy: Policy) -> None:
    """Living codes of the number that were shown to others are worth nothing.

    Source: method/account.invalidateSignInCodes
    """
    for row in _live(tx, phone, tx.now):
        code = policy.wrapper.unwrap(row.sealed, row.phone_code_hash.encode())
        if code is not None and code.decode() in given:
            rows.remove(tx, row.phone_code_hash)


def _row(rx: Tx, claim: Claim) -> _Row | None:
    """The living row that the claim is about; anybody else's is as good as none."""
    found = rows.code(rx, claim.phone_code_hash)
    if found is None:
        return None
    row = _Row(*found)
    same = (row.phone, row.auth_key_id, row.purpose) == (claim.phone, claim.auth_key_id, claim.purpose)
    return row if same and row.expires > rx.now else None


def _live(rx: Reader, phone: str, now: int) -> list[_Row]:
    return [_Row(*row) for row in rows.live(rx, phone, now)]


def _take_rates(tx: Tx, ask: Ask) -> None:
    limits.take(tx, f"code:phone:{ask.phone}", RATES["phone"])
    limits.take(tx, f"code:key:{ask.auth_key_id}", RATES["key"])
    if ask.ip:
        limits.take(tx, f"code:ip:{ask.ip}", RATES["ip"])
        limits.take(tx, f"code:ip-day:{ask.ip}", RATES["ip-day"])


def take_sign_up(tx: Tx, policy: Policy, ip: str) -> None:
    """One more account is being made from the address. Errors: TooMany flood_wait_x."""
    if policy.limited and ip:
        limits.take(tx, f"sign-up:ip:{ip}", SIGN_UPS)
    policy.gate.sign_up(tx)


def _digest(policy: Policy, phone_code_hash: str, code: str) -> bytes:
    return policy.wrapper.digest(code.encode(), phone_code_hash.encode())


def _chosen_code(policy: Policy, ask: Ask, channel: str, alive: list[_Row]) -> str:
    """The code for a new row: fixed for test numbers, one for all devices whose code will be shown on a page."""
    if channel == "test":
        return phones.test_code(ask.phone)
    if channel in ("invite", "page"):
        for row in alive:
            code = policy.wrapper.unwrap(row.sealed, row.phone_code_hash.encode())
            if code is not None and row.channel == channel:
                return code.decode()
    return ask.code


def _channels(rx: Tx, policy: Policy, phone: str, auth_key_id: int) -> list[str]:
    """The ways by which a code can reach the number's owner, best first. Errors: Invalid sms_code_create_failed."""
    if policy.test_mode and phones.is_test(phone):
        return ["test"]
    user_id = people.by_phone(rx, phone)
    out = ["page"] if user_id is not None and recoveries.opened(rx, user_id, rx.now) else []
    anonymous = phones.is_anonymous(phone)
    if user_id is None and anonymous:
        # A number that nobody has answers like one whose owner has no other device.
        return ["invite"] if _reserved(rx, phone) else ["page"]
    if user_id is not None:
        if authorizations.others(rx, UserId(user_id), auth_key_id):
            out.append("app")
        if accounts.settings(rx, UserId(user_id)).login_email and "mail" in policy.outlets:
            out.append("mail")
    if anonymous:
        return list(dict.fromkeys((*out, "page")))
    out += [kind for kind in ("sms", "console") if kind in policy.outlets]
    if not out:
        raise Invalid("sms_code_create_failed")
    return out


def _reserved(rx: Tx, phone: str) -> bool:
    """True if an invite that nobody used yet gives the number."""
    invite = rows.invite_of_phone(rx, phone)
    return invite is not None and not invite[1] and invite[0] > rx.now


def _after(channels: list[str], channel: str) -> str:
    """The channel that comes next, '' if there is none."""
    place = channels.index(channel) + 1 if channel in channels else 0
    return channels[place] if place < len(channels) else ""


def _sent(tx: Tx, policy: Policy, phone_code_hash: str, channel: str, phone: str, auth_key_id: int) -> SentCode:
    onward = _after(_channels(tx, policy, phone, auth_key_id), channel)
    return SentCode(phone_code_hash, channel, onward, _email(tx, phone) if channel == "mail" else "")


def _email(rx: Reader, phone: str) -> str:
    user_id = people.by_phone(rx, phone)
    return accounts.settings(rx, UserId(user_id)).login_email if user_id is not None else ""


def _deliver(tx: Tx, policy: Policy, channel: str, phone: str, code: str, lang_code: str) -> None:
    """The code leaves by this channel, in this transaction."""
    if channel == "app":
        user_id = people.by_phone(tx, phone)
        assert user_id is not None
        service_chat.tell(tx, UserId(user_id), texts.login_code(lang_code, code), code)
    elif channel in ("mail", "sms", "console"):
        subject, text = texts.code_letter(lang_code, code)
        letter = outbox.Message(text, subject if channel == "mail" else "")
        address = _email(tx, phone) if channel == "mail" else f"+{phone}"
        outbox.enqueue(tx, channel, address, outbox.pack(letter, policy.wrapper.seal), expires=tx.now + CODE_S)

