"""Operators: who runs the server, what each may do, how they get in, and how a lost key is replaced.

Everybody is owner or operator, and may hold roles besides. Ways in are passkeys, a password, and links that work once.
A lost passkey is replaced by a code of the recovery kit, or by two other operators (`new_keys`). Tokens and codes are
stored as digests.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import scrypt, sha256
from hmac import compare_digest

from chappe.base import Conflict, Invalid, NotAllowed, NotFound, TooMany
from chappe.domain import journal, limits
from chappe.domain.webauthn import Passkey
from chappe.store import Reader, Row, Tx
from chappe.store.queries import operators as rows

OWNER, OPERATOR = "owner", "operator"
RANKS = (OWNER, OPERATOR)
TRIAGE, MODERATOR, CHILD_SAFETY = "triage", "moderator", "child_safety"
APPEALS, LEAD, AUDITOR = "appeals", "lead", "auditor"
DESK, APPROVER = "desk", "approver"
SAFETY_ROLES = frozenset({TRIAGE, MODERATOR, CHILD_SAFETY, APPEALS, LEAD, AUDITOR})
"""Roles of those who see to notices; who works orders of authorities alone sees no case of theirs."""
ROLES = (TRIAGE, MODERATOR, CHILD_SAFETY, APPEALS, LEAD, AUDITOR, DESK, APPROVER)
INCLUDED = {MODERATOR: (TRIAGE,), LEAD: (MODERATOR, TRIAGE), OWNER: ROLES}
"""What who holds a role may do besides."""
FIRST, ADD, REPLACE = "first", "add", "replace"
FIRST_LINK_S = 7 * 86400
LINK_S = 86400
SESSION_S = 12 * 3600
ATTEMPTS, ATTEMPTS_OF_PLACE, ATTEMPTS_ANYWHERE = 10, 60, 100
"""With one name from one place (of IPv6 a /64), with any from there, with one from anywhere."""
ATTEMPTS_WINDOW_S = 900
NAME_MOST = 64
ON_TRIAL = "(trial) "
"""How the names of parts begin that are played on trial; nobody else's may."""
PASSWORD_LEAST, PASSWORD_MOST = 12, 200
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator as the others see them."""

    operator_id: int
    name: str
    role: str
    date: int
    has_password: bool
    passkeys: int
    roles: tuple[str, ...] = ()
    trial: bool = False
    """True for a part that is played to try things out, with no way in of its own."""

    def may(self, role: str) -> bool:
        """True if the operator does what this role does."""
        held = {self.role, *self.roles}
        return role in held or any(role in INCLUDED.get(one, ()) for one in held)


@dataclass(frozen=True, slots=True)
class Link:
    """What a link does for whoever opens it; `name` is given when it replaces that operator's key."""

    kind: str
    role: str
    operator_id: int = 0
    name: str = ""
    roles: tuple[str, ...] = ()
    made_by: int = 0


@dataclass(frozen=True, slots=True)
class Password:
    """A password as `hash_password` made it."""

    hashed: bytes


Proof = Passkey | Password


def hash_password(password: str, salt: bytes) -> bytes:
    """The stored form of a password; takes a twentieth of a second, so never inside a transaction.

    Shape: salt 16, scrypt (n 2**15, r 8, p 1) 32.
    Errors: Invalid operator_password_short.
    """
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        raise Invalid("operator_password_short")
    digest = scrypt(password.encode(), salt=salt, n=1 << 15, r=8, p=1, maxmem=64 << 20, dklen=32)
    return salt + digest


def same_password(password: str, hashed: bytes | None) -> bool:
    """True if the password is the stored one; takes as long when there is none."""
    salt = hashed[:SALT_BYTES] if hashed else b"\x00" * SALT_BYTES
    try:
        found = hash_password(password, salt)
    except Invalid:
        return False
    return hashed is not None and compare_digest(found, hashed)


def first_link(tx: Tx, token: bytes) -> bool:
    """The token makes its holder the first operator, once; False and nothing done if there is one already."""
    if rows.count(tx):
        return False
    rows.remove_links(tx, FIRST, 0)
    rows.add_link(tx, _digest(token), FIRST, OWNER, "", 0, 0, tx.now, tx.now + FIRST_LINK_S)
    return True


def add_link(tx: Tx, by: Operator, token: bytes, role: str = OPERATOR, roles: Collection[str] = ()) -> None:
    """The token makes its holder an operator of that rank with those roles, once.

    Errors: NotAllowed operator_not_owner; Invalid operator_role_invalid.
    """
    require_owner(tx, by)
    if role not in RANKS or not set(roles) <= set(ROLES):
        raise Invalid("operator_role_invalid")
    words = " ".join(sorted(roles))
    rows.add_link(tx, _digest(token), ADD, role, words, 0, by.operator_id, tx.now, tx.now + LINK_S)


def set_roles(tx: Tx, by: Operator, operator_id: int, roles: Collection[str]) -> Operator:
    """The operator holds these roles and no others; owners alone may say so.

    Errors: NotAllowed operator_not_owner; NotFound operator_unknown; Invalid operator_role_invalid.
    After: journal operator_role_changed for each role given or taken.
    """
    require_owner(tx, by)
    before = require(tx, operator_id).roles
    if not set(roles) <= set(ROLES):
        raise Invalid("operator_role_invalid")
    _change_roles(tx, by.operator_id, operator_id, before, roles)
    return require(tx, operator_id)


def give_role(tx: Tx, by: int, operator_id: int, role: str) -> None:
    """The operator holds the role besides the others; who may say so was asked before (`takeovers`).

    Errors: NotFound operator_unknown.
    After: journal operator_role_changed, unless they held it.
    """
    held = require(tx, operator_id).roles
    _change_roles(tx, by, operator_id, held, {*held, role})


def take_role(tx: Tx, by: int, operator_id: int, role: str) -> None:
    """The operator holds the role no more; who may say so was asked before (`takeovers`, `continuity`).

    Errors: NotFound operator_unknown.
    After: journal operator_role_changed, if they held it.
    """
    held = require(tx, operator_id).roles
    _change_roles(tx, by, operator_id, held, set(held) - {role})


def link_of_quorum(tx: Tx, by: int, token: bytes, roles: Collection[str]) -> None:
    """The token makes its holder an operator with these roles, once; a quorum of `takeovers` said so."""
    rows.add_link(tx, _digest(token), ADD, OPERATOR, " ".join(sorted(roles)), 0, by, tx.now, tx.now + LINK_S)


def take_back(tx: Tx, by: int, givers: Collection[int], since: int) -> None:
    """Roles that these operators gave since then end, also of who joined by a link of theirs; such links open nothing.

    Shape: what owners gave stays. After: journal operator_role_changed for each role.
    """
    takers = [one for one in givers if require(tx, one).role != OWNER]
    for operator_id, role in rows.roles_given(tx, takers, since):
        take_role(tx, by, operator_id, role)
    rows.remove_links_by(tx, ADD, takers)


def raise_to_owner(tx: Tx, by: int, operator_id: int) -> None:
    """The operator is an owner; a quorum of `takeovers` said so. After: journal operator_role_changed."""
    rows.set_rank(tx, require(tx, operator_id).operator_id, OWNER)
    journal.record(tx, "operator_role_changed", f"operator:{by}", f"operator:{operator_id}", role=OWNER, given=True)


def _change_roles(tx: Tx, by: int, operator_id: int, before: Collection[str], after: Collection[str]) -> None:
    actor, subject = f"operator:{by}" if by else "server", f"operator:{operator_id}"
    for role in sorted(set(before) ^ set(after)):
        given = role in after
        if given:
            rows.add_role(tx, operator_id, role, by, tx.now)
        else:
            rows.remove_role(tx, operator_id, role)
        journal.record(tx, "operator_role_changed", actor, subject, role=role, given=given)


def look(rx: Reader, token: bytes, now: int) -> Link:
    """What the link does.

    Errors: NotFound operator_link_gone (used, expired, refused, never made); Conflict operator_link_early with `ready`.
    """
    row = rows.link(rx, _digest(token), now)
    if row is None:
        raise NotFound("operator_link_gone")
    kind, role, roles, operator_id, made_by, ready = row
    if ready > now:
        raise Conflict("operator_link_early", ready=ready)
    if kind == REPLACE:
        return Link(kind, role, operator_id, require(rx, operator_id).name)
    return Link(kind, role, roles=tuple(roles.split()), made_by=made_by)


def enrol(tx: Tx, token: bytes, name: str, proof: Proof, kit: Sequence[str]) -> Operator:
    """Who holds the token is an operator with this way in and this recovery kit; the token works no more.

    Errors: as `look`; Invalid operator_name_needed; Conflict operator_name_taken, operator_passkey_taken.
    After: journal operator_made or operator_passkey_replaced.
    """
    link = look(tx, token, tx.now)
    if link.kind == FIRST and rows.count(tx):
        raise NotFound("operator_link_gone")
    rows.remove_link(tx, _digest(token))
    if link.kind == REPLACE:
        operator_id = link.operator_id
        rows.remove_ways_in(tx, operator_id)
        rows.remove_links(tx, REPLACE, operator_id)
        journal.record(tx, "operator_passkey_replaced", f"operator:{operator_id}", f"operator:{operator_id}")
    else:
        operator_id = rows.add(tx, _require_name(tx, name), link.role, tx.now, None)
        journal.record(tx, "operator_made", "server", f"operator:{operator_id}", role=link.role)
        _change_roles(tx, link.made_by, operator_id, (), link.roles)
    _give(tx, operator_id, proof)
    for code in kit:
        rows.add_code(tx, _digest(_plain_code(code)), operator_id, tx.now)
    return require(tx, operator_id)


def add_passkey(tx: Tx, operator: Operator, passkey: Passkey) -> None:
    """The operator has one more way in. Errors: Conflict operator_passkey_taken."""
    _give(tx, operator.operator_id, passkey)


def begin_session(tx: Tx, operator_id: int, token: bytes, place: str = "") -> None:
    """The token stands for the operator for half a day, at that place."""
    rows.remove_expired(tx, tx.now, tx.now - LINK_S)
    rows.add_session(tx, _digest(token), operator_id, place, tx.now, tx.now + SESSION_S)


def in_session(
    rx: Reader, token: bytes, now: int, place: str = "", idle_s: int = SESSION_S
) -> tuple[Operator, int] | None:
    """(whose session the token is at that place, when it was last used), None if that is `idle_s` ago."""
    row = rows.session(rx, _digest(token), place, now)
    return (require(rx, row[0]), row[1]) if row and now - row[1] <= idle_s else None


def seen(tx: Tx, token: bytes) -> None:
    """The session was used now."""
    rows.set_seen(tx, _digest(token), tx.now)


def end_session(tx: Tx, token: bytes) -> None:
    """The token stands for nobody."""
    rows.remove_session(tx, _digest(token))


def passkey(rx: Reader, credential_id: bytes) -> tuple[int, Passkey] | None:
    """Whose passkey this is, and what is known of it."""
    row = rows.passkey(rx, credential_id)
    return (row[0], Passkey(credential_id, row[1], row[2])) if row else None


def passkey_used(tx: Tx, credential_id: bytes, sign_count: int) -> None:
    """The passkey has signed so often."""
    rows.set_sign_count(tx, credential_id, sign_count)


def password_of(rx: Reader, name: str) -> tuple[int, bytes | None]:
    """(operator_id, stored password) of a name; (0, None) if nobody has it."""
    return rows.by_name(rx, name.strip()) or (0, None)


def count_attempt(tx: Tx, way: str, name: str, address: str) -> int:
    """One more attempt is counted; the seconds to wait if there were too many, else 0.

    A name has more attempts from everywhere than from one place, and who must wait there counts nowhere else, so that
    one stranger cannot lock its owner out; a place has few in all, since each costs much.
    """
    place = limits.network(address)
    bounds = (
        (f"{way} {place}", ATTEMPTS_OF_PLACE),
        (f"{way} {place} {name}", ATTEMPTS),
        (f"{way} * {name}", ATTEMPTS_ANYWHERE),
    )
    return next((wait_s for subject, most in bounds if (wait_s := _count(tx, subject, most))), 0)


def _count(tx: Tx, subject: str, most: int) -> int:
    used, start = rows.attempts(tx, subject)
    if tx.now - start >= ATTEMPTS_WINDOW_S:
        used, start = 0, tx.now
    if used >= most:
        return start + ATTEMPTS_WINDOW_S - tx.now
    rows.set_attempts(tx, subject, used + 1, start)
    return 0


def require_attempt(wait_s: int) -> None:
    """There may be an attempt now. Errors: TooMany operator_attempts."""
    if wait_s:
        raise TooMany("operator_attempts", wait_s)


def recover(tx: Tx, name: str, code: str, token: bytes) -> None:
    """The recovery code is used up and the token is the link to a new key. Errors: Invalid operator_recover_wrong."""
    operator_id, _ = password_of(tx, name)
    if not rows.use_code(tx, _digest(_plain_code(code)), operator_id):
        raise Invalid("operator_recover_wrong")
    replace_link(tx, require(tx, operator_id), token, operator_id)


def replace_from_console(tx: Tx, name: str, token: bytes) -> None:
    """Who can run commands on the machine gives an operator a new key. Errors: NotFound operator_unknown."""
    operator_id, _ = password_of(tx, name)
    replace_link(tx, require(tx, operator_id), token, 0)


def everyone(rx: Reader) -> list[Operator]:
    """All operators, the first made first."""
    held: dict[int, list[str]] = {}
    for operator_id, role in rows.roles_of_all(rx):
        held.setdefault(operator_id, []).append(role)
    found = [_operator(row, held.get(row[0], ())) for row in rows.everyone(rx)]
    return [one for one in found if one is not None]


def replace_link(tx: Tx, lost: Operator, token: bytes, made_by: int, wait_s: int = 0) -> None:
    """The token gives the operator a new key, once, for a day after the wait; an earlier one opens nothing."""
    rows.remove_links(tx, REPLACE, lost.operator_id)
    ready = tx.now + wait_s
    rows.add_link(
        tx, _digest(token), REPLACE, lost.role, "", lost.operator_id, made_by, tx.now, ready + LINK_S, ready
    )


def _give(tx: Tx, operator_id: int, proof: Proof) -> None:
    if isinstance(proof, Password):
        rows.set_password(tx, operator_id, proof.hashed)
    elif not rows.add_passkey(tx, proof.credential_id, operator_id, proof.public_key, proof.sign_count, tx.now):
        raise Conflict("operator_passkey_taken")


def _require_name(rx: Reader, name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise Invalid("operator_name_needed")
    if name.startswith(ON_TRIAL) or rows.by_name(rx, name) is not None:
        raise Conflict("operator_name_taken")
    return name


def require(rx: Reader, operator_id: int) -> Operator:
    """The operator of this id. Errors: NotFound operator_unknown."""
    operator = _operator(rows.by_id(rx, operator_id), rows.roles(rx, operator_id))
    if operator is None:
        raise NotFound("operator_unknown")
    return operator


def require_owner(rx: Reader, by: Operator) -> None:
    """The operator is an owner. Errors: NotAllowed operator_not_owner."""
    if require(rx, by.operator_id).role != OWNER:
        raise NotAllowed("operator_not_owner")


def _operator(row: Row | None, roles: Collection[str]) -> Operator | None:
    if row is None:
        return None
    operator_id, name, rank, date, has_password, passkeys, trial = row
    return Operator(operator_id, name, rank, date, bool(has_password), passkeys, tuple(roles), bool(trial))


def _digest(token: bytes) -> bytes:
    return sha256(token).digest()


def _plain_code(code: str) -> bytes:
    """A recovery code as it is digested: as people may type it, case and dashes do not matter."""
    return "".join(code.split()).replace("-", "").upper().encode()
