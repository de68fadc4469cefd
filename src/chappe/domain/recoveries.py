"""A way back for who lost every way in: begun by an operator, told to all devices, refused by one click, open in days.

Source: requirements/recovery
An operator alone must not get into anybody's account. So every device and the login address hear of it at once, with a
link that refuses it; what was refused cannot be begun again for a month; nothing opens before the delay is over,
which is longer while a device is in use; where there are several operators a second one must agree; opening it is
told again and ends no other device; and all of it is in the journal. What an operator knows afterwards is worth
nothing: the link is shown once and the code only on its page.
"""

from dataclasses import dataclass
from hashlib import sha256

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.base.ids import UserId
from chappe.domain import (
    accounts,
    auth,
    authorizations,
    journal,
    outbox,
    passkeys,
    passwords,
    proofs,
    service_chat,
    texts,
)
from chappe.domain.auth import Policy
from chappe.store import Reader, Row, Tx
from chappe.store.queries import operators, people
from chappe.store.queries import recoveries as rows

TOKEN_BYTES = 32
IN_USE_FACTOR = 2
"""How much longer it takes while a device was active in the last week."""
LIFE_S = 7 * 86_400
"""How long it can be opened once the delay is over."""
OPENED_S = 3600
"""How long an opened one shows codes."""
REFUSED_S = 30 * 86_400
WAITING, OPENED, REFUSED = "waiting", "opened", "refused"


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery as pages show it. Shape: state is waiting, opened or refused; approved_by is empty until then."""

    user_id: UserId
    made_by: str
    date: int
    ready: int
    expires: int
    state: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an operator begins. Shape: tokens are fresh; refusal_link is where the refusal's page is."""

    who: str
    by: str
    token: bytes
    refusal: bytes
    refusal_link: str
    delay_s: int


def begin(tx: Tx, policy: Policy, wanted: Wanted) -> Recovery:
    """The recovery waits, and every device of the account has heard of it.

    Shape: who is a number or a username; by is `operator:1` or `server`.
    Errors: NotFound recovery_unknown; Conflict recovery_refused for a month after a refusal.
    After: journal recovery_begun; a letter if there is a login address.
    """
    user_id = _whose(tx, wanted.who)
    earlier = rows.of_user(tx, user_id)
    if earlier is not None and earlier[5] == REFUSED and earlier[4] > tx.now:
        raise Conflict("recovery_refused")
    factor = IN_USE_FACTOR if proofs.reachable(tx, user_id, tx.now) else 1
    ready = tx.now + wanted.delay_s * factor
    digests = _digest(b"recover", wanted.token), _digest(b"refuse", wanted.refusal)
    rows.put(tx, user_id, *digests, wanted.by, ready, ready + LIFE_S)
    journal.record(tx, "recovery_begun", wanted.by, f"user:{user_id}", ready=ready)
    lang = _language(tx, user_id)
    text = texts.recovery_begun(lang, ready, wanted.refusal_link)
    service_chat.tell(tx, user_id, text)
    email = accounts.settings(tx, user_id).login_email
    if email and "mail" in policy.outlets:
        letter = outbox.pack(outbox.Message(text, texts.recovery_subject(lang)), policy.wrapper.seal)
        outbox.enqueue(tx, "mail", email, letter, expires=ready)
    return _recovery(rows.of_user(tx, user_id))


def look(rx: Reader, token: bytes, now: int) -> Recovery:
    """The recovery this token opens. Errors: NotFound recovery_gone."""
    return _alive(rows.by_token(rx, _digest(b"recover", token)), now)


def look_to_refuse(rx: Reader, refusal: bytes, now: int) -> Recovery:
    """The recovery this token refuses. Errors: NotFound recovery_gone."""
    return _alive(rows.by_refusal(rx, _digest(b"refuse", refusal)), now)


def refuse(tx: Tx, refusal: bytes) -> None:
    """The recovery opens nothing, and none can be begun for a month.

    Errors: NotFound recovery_gone.
    After: journal recovery_refused.
    """
    found = look_to_refuse(tx, refusal, tx.now)
    rows.set_state(tx, found.user_id, REFUSED, tx.now + REFUSED_S)
    journal.record(tx, "recovery_refused", f"user:{found.user_id}", f"user:{found.user_id}")


def open_up(tx: Tx, token: bytes) -> None:
    """Password and passkeys of the account are gone, and for an hour the token's page shows its login codes.

    Errors: NotFound recovery_gone; Invalid recovery_too_early, recovery_unapproved.
    After: journal recovery_opened; every device hears of it and stays signed in.
    """
    found = look(tx, token, tx.now)
    if found.ready > tx.now:
        raise Invalid("recovery_too_early")
    if needs_approval(tx, found):
        raise Invalid("recovery_unapproved")
    if found.state == OPENED:
        return
    rows.set_state(tx, found.user_id, OPENED, tx.now + OPENED_S)
    passwords.remove(tx, found.user_id)
    passkeys.remove_all(tx, found.user_id)
    journal.record(tx, "recovery_opened", f"user:{found.user_id}", f"user:{found.user_id}")
    service_chat.tell(tx, found.user_id, texts.recovery_opened(_language(tx, found.user_id), tx.now))


def needs_approval(rx: Reader, recovery: Recovery) -> bool:
    """True while a second operator must still agree."""
    return not recovery.approved_by and recovery.state == WAITING and operators.count(rx) > 1


def approve(tx: Tx, by: str, user_id: UserId) -> None:
    """Another operator than who began it agrees.

    Errors: NotFound recovery_gone; NotAllowed recovery_own.
    After: journal recovery_approved.
    """
    row = rows.of_user(tx, user_id)
    found = _alive(row, tx.now)
    if found.made_by == by:
        raise NotAllowed("recovery_own")
    rows.approve(tx, user_id, by)
    journal.record(tx, "recovery_approved", by, f"user:{user_id}")


def code(tx: Tx, policy: Policy, token: bytes) -> tuple[str, str | None]:
    """(number, code) for who opened the recovery; the code is there once a client has asked, and shown once.

    Errors: NotFound recovery_gone.
    """
    found = look(tx, token, tx.now)
    if found.state != OPENED:
        raise NotFound("recovery_gone")
    phone = accounts.get(tx, found.user_id).phone
    return phone, auth.code_on_page(tx, policy, phone)


def everyone(rx: Reader, now: int) -> list[Recovery]:
    """All that wait, were opened lately or refused, the newest first."""
    return [_recovery(row) for row in rows.everyone(rx, now)]


def _whose(rx: Reader, who: str) -> UserId:
    key = proofs.key_of(who)
    found = people.by_phone(rx, key) if key.isdecimal() else people.by_username(rx, key)
    if found is None or found <= 0 or not accounts.get(rx, UserId(found)).phone:
        raise NotFound("recovery_unknown")
    return UserId(found)


def _language(rx: Reader, user_id: UserId) -> str:
    """The language of the device used last."""
    devices = authorizations.of_user(rx, user_id)
    return devices[0].lang_code if devices else ""


def _alive(row: Row | None, now: int) -> Recovery:
    found = _recovery(row) if row is not None else None
    if found is None or found.expires <= now or found.state == REFUSED:
        raise NotFound("recovery_gone")
    return found


def _recovery(row: Row | None) -> Recovery:
    assert row is not None
    user_id, made_by, date, ready, expires, state, approved_by = row
    return Recovery(UserId(user_id), made_by, date, ready, expires, state, approved_by)


def _digest(kind: bytes, token: bytes) -> bytes:
    return sha256(kind + b"\x00" + token).digest()
