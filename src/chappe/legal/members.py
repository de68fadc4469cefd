"""People of authorities at the portal: their own form, passkeys, links for colleagues, sessions.

Source: requirements/legal-portal, webauthn/7.1
Whoever fills in the form makes a passkey with it; its code, read aloud when the desk calls back at a number found
elsewhere, ties the key to the person. Before the desk vouched for the authority its orders prove nothing.
"""

import base64
from dataclasses import dataclass
from hashlib import sha256

from chappe.base.errors import Conflict, Invalid, NotFound
from chappe.domain import journal, limits, oncall
from chappe.domain.access import Moderator
from chappe.domain.limits import Rate
from chappe.domain.webauthn import Passkey
from chappe.legal import authorities, envelope
from chappe.legal.authorities import ENDED, REFUSED, Authority, Profile
from chappe.store import Reader, Tx
from chappe.store.legal import portal as rows

SESSION_S, IDLE_S, SEEN_EVERY_S = 12 * 3600, 1800, 60
LINK_S = 7 * 86_400
PERSON = 120
KEYS_MOST = 50
FORMS = Rate(10, 86_400)
"""Forms from one network in a day."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of an authority, signed in."""

    authority: Authority
    person: str
    credential_id: bytes = b""

    @property
    def actor(self) -> str:
        """As the journal names them."""
        return self.authority.subject


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey of somebody at an authority. Shape: code is read aloud to the desk; used_at, ended_at 0 for never."""

    credential_id: bytes
    person: str
    added_at: int
    used_at: int
    ended_at: int

    @property
    def code(self) -> str:
        """What is compared by telephone."""
        return code_of(self.credential_id)


def code_of(credential_id: bytes) -> str:
    """The passkey's code: three groups of four letters and digits."""
    said = base64.b32encode(sha256(b"chappe portal key\x00" + credential_id).digest()).decode()[:12]
    return "-".join(said[at : at + 4] for at in range(0, 12, 4))


def register(tx: Tx, profile: Profile, passkey: Passkey, network: str, *, limited: bool) -> Authority:
    """The authority has told us of itself, with a passkey; the desk hears of it, and nothing is vouched for yet.

    Shape: network is what forms are counted by; profile.person whose passkey it is.
    Errors: as `authorities.register`; Invalid portal_person_needed; Conflict portal_key_taken; TooMany flood_wait_x.
    After: journal authority_registered, portal_key_added.
    """
    if limited:
        limits.take(tx, f"portal-form:{network}", FORMS)
    made = authorities.register(tx, "server", profile)
    _add(tx, made, profile.person, passkey)
    oncall.page(tx, "order", made.subject, f"A-{made.authority_id}", urgent=False)
    return made


def invite(tx: Tx, who: Moderator, authority_id: int, person: str, token: bytes) -> None:
    """Who holds the link makes a passkey for the authority, once, within a week.

    Errors: NotFound authority_unknown; NotAllowed operator_role_needed; Invalid portal_person_needed. After: journal
    portal_link_made; who made it has no part in what is handed to the authority: they could use it themself.
    """
    envelope.require_desk(who)
    authorities.known_by(tx, who, authority_id)
    _link(tx, authorities.get(tx, authority_id), person, token, who.actor)


def invite_colleague(tx: Tx, member: Member, person: str, token: bytes) -> None:
    """The same by somebody of a verified authority. Errors: Conflict authority_not_in_force; as `invite`."""
    if not member.authority.holds(tx.now):
        raise Conflict("authority_not_in_force")
    _link(tx, member.authority, person, token, member.actor)


def look(rx: Reader, token: bytes, now: int) -> tuple[Authority, str]:
    """(whose link it is, for whom). Errors: NotFound portal_link_gone."""
    row = rows.link(rx, sha256(token).digest(), now)
    if row is None:
        raise NotFound("portal_link_gone")
    return authorities.get(rx, row[0]), row[1]


def join(tx: Tx, token: bytes, passkey: Passkey) -> Authority:
    """The holder of the link has a passkey; the link works no more.

    Errors: NotFound portal_link_gone; Conflict portal_key_taken. After: journal portal_key_added.
    """
    authority, person = look(tx, token, tx.now)
    rows.remove_link(tx, sha256(token).digest())
    _add(tx, authority, person, passkey)
    return authority


def end_key(tx: Tx, actor: str, authority_id: int, credential_id: bytes) -> None:
    """The passkey opens nothing any more. Errors: NotFound portal_key_unknown. After: journal portal_key_ended."""
    if not rows.end_key(tx, credential_id, authority_id):
        raise NotFound("portal_key_unknown")
    journal.record(tx, "portal_key_ended", actor, f"authority:{authority_id}", key=code_of(credential_id))


def keys_of(rx: Reader, authority_id: int) -> list[Key]:
    """The passkeys of an authority's people, the first first."""
    return [Key(*row) for row in rows.keys_of(rx, authority_id)]


def known_key(rx: Reader, credential_id: bytes) -> Passkey | None:
    """What is known of a passkey that may sign in."""
    row = rows.key(rx, credential_id)
    return Passkey(credential_id, row[2], row[3]) if row is not None else None


def begin_session(tx: Tx, credential_id: bytes, sign_count: int, token: bytes) -> Member:
    """Whose passkey signed is signed in for half a day. Errors: NotFound portal_key_unknown."""
    row = rows.key(tx, credential_id)
    if row is None:
        raise NotFound("portal_key_unknown")
    rows.key_used(tx, credential_id, sign_count)
    rows.add_session(tx, sha256(token).digest(), row[0], credential_id, row[1], tx.now + SESSION_S)
    return Member(authorities.get(tx, row[0]), row[1], credential_id)


def in_session(rx: Reader, token: bytes, now: int) -> tuple[Member, bool] | None:
    """(who is signed in, is it time to note that they are there); None after half an hour without a sign."""
    row = rows.session(rx, sha256(token).digest(), now)
    if row is None or now - row[3] > IDLE_S:
        return None
    authority = authorities.get(rx, row[0])
    if authority.state in (ENDED, REFUSED):
        return None
    return Member(authority, row[1], row[2]), now - row[3] >= SEEN_EVERY_S


def seen(tx: Tx, token: bytes) -> None:
    """The session was used now."""
    rows.seen(tx, sha256(token).digest())


def end_session(tx: Tx, token: bytes) -> None:
    """The session is over."""
    rows.remove_session(tx, sha256(token).digest())


def play(tx: Tx, who: Moderator, profile: Profile, mandates: frozenset[str], token: bytes) -> Member:
    """On trial alone: a session as an authority that is made up, made and vouched for when it is first played."""
    found = next((one for one in authorities.some(tx, profile.name) if one.name == profile.name), None)
    if found is None:
        found = authorities.register(tx, "server", profile)
    if not found.holds(tx.now):
        until = tx.now + authorities.YEAR_S
        found = authorities.verify(tx, who, found.authority_id, ("letter", "call_back"), mandates, until)
    rows.add_session(tx, sha256(token).digest(), found.authority_id, b"", profile.person, tx.now + SESSION_S)
    return Member(found, profile.person)


def _link(tx: Tx, authority: Authority, person: str, token: bytes, actor: str) -> None:
    said = _person(person)
    rows.add_link(tx, sha256(token).digest(), authority.authority_id, said, actor, tx.now + LINK_S)
    journal.record(tx, "portal_link_made", actor, authority.subject)


def _add(tx: Tx, authority: Authority, person: str, passkey: Passkey) -> None:
    said = _person(person)
    living = [one for one in keys_of(tx, authority.authority_id) if not one.ended_at]
    if len(living) >= KEYS_MOST:
        raise Conflict("portal_key_taken")
    if not rows.add_key(
        tx, passkey.credential_id, authority.authority_id, said, passkey.public_key, passkey.sign_count
    ):
        raise Conflict("portal_key_taken")
    journal.record(tx, "portal_key_added", authority.subject, authority.subject, key=code_of(passkey.credential_id))


def _person(person: str) -> str:
    said = " ".join(person.split())
    if not said or len(said) > PERSON or not said.isprintable():
        raise Invalid("portal_person_needed")
    return said
