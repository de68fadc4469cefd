"""Certificates that sign for an authority: known by their key, added by the desk, judged at each signature.

Source: tco/3(5), rfc/8551
No authority above is believed: a key signs for whom somebody here has made sure of, and for nobody else.
"""

from dataclasses import dataclass
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chappe.base.errors import Conflict, Invalid, NotFound
from chappe.domain import journal
from chappe.domain.access import Moderator
from chappe.legal import authorities, envelope
from chappe.legal.intake import SIGNED, Proof
from chappe.media import SealResult
from chappe.store import Reader, Tx
from chappe.store.legal import portal as rows

OLD_S, AHEAD_S = 7 * 86_400, 86_400
"""A signature may be so old, or so far ahead, before somebody is asked whether it still holds."""
SKEW_S = 300
"""Clocks differ by so much."""
LARGEST = 65_536


@dataclass(frozen=True, slots=True)
class Certificate:
    """A key that signs for an authority. Shape: fingerprint SHA-256 of the public key in hex; ended_at 0 while used."""

    fingerprint: str
    subject: str
    not_before: int
    not_after: int
    added_at: int
    ended_at: int


def add(tx: Tx, who: Moderator, authority_id: int, data: bytes) -> str:
    """What the certificate's key signs is the authority's from now on; its fingerprint.

    Shape: data is PEM or DER. Errors: Invalid certificate_invalid; Conflict certificate_taken; NotFound
    authority_unknown; NotAllowed operator_role_needed. After: journal certificate_added; who added it has no part in
    what is handed to the authority.
    """
    envelope.require_desk(who)
    authority = authorities.get(tx, authority_id)
    paper = _loaded(data)
    public = paper.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    fingerprint = sha256(public).hexdigest()
    span = int(paper.not_valid_before_utc.timestamp()), int(paper.not_valid_after_utc.timestamp())
    subject = paper.subject.rfc4514_string()[:500]
    if not rows.add_certificate(
        tx, fingerprint, authority_id, subject, paper.public_bytes(Encoding.DER), span, who.actor
    ):
        raise Conflict("certificate_taken")
    authorities.known_by(tx, who, authority_id)
    journal.record(tx, "certificate_added", who.actor, authority.subject, fingerprint=fingerprint)
    return fingerprint


def end(tx: Tx, who: Moderator, authority_id: int, fingerprint: str) -> None:
    """Nothing that the key signs is the authority's any more.

    Errors: NotFound certificate_unknown; NotAllowed operator_role_needed. After: journal certificate_ended.
    """
    envelope.require_desk(who)
    if not rows.end_certificate(tx, fingerprint, authority_id):
        raise NotFound("certificate_unknown")
    journal.record(tx, "certificate_ended", who.actor, f"authority:{authority_id}", fingerprint=fingerprint)


def of_authority(rx: Reader, authority_id: int) -> list[Certificate]:
    """The keys that sign, or signed, for the authority."""
    return [Certificate(*row) for row in rows.certificates_of(rx, authority_id)]


def judged(rx: Reader, seal: SealResult | None, now: int) -> tuple[int, Proof]:
    """(whose signature it is, how far that proves the sender); (0, nothing) without one."""
    if seal is None:
        return 0, Proof()
    if seal.state != "valid":
        return 0, Proof(doubt="signature_weak" if seal.state == "weak" else "signature_broken")
    row = rows.certificate(rx, seal.fingerprint)
    if row is None:
        return 0, Proof(doubt="signature_unknown")
    authority_id, _, not_before, not_after, ended_at = row
    if ended_at or not not_before - SKEW_S <= now <= not_after:
        return authority_id, Proof(doubt="signature_expired")
    if seal.signed_at and not now - OLD_S <= seal.signed_at <= now + AHEAD_S:
        return authority_id, Proof(doubt="signature_old")
    return authority_id, Proof(how="signature")


def ref_of(seal: SealResult | None, proof: Proof, covered: str) -> str:
    """The name of a message that a known key signed: the same for the same bytes, whatever way they come; else ''.

    Shape: covered is the SHA-256 of what was signed, in hex.
    """
    known = proof.how or proof.doubt == "signature_old"
    return f"{SIGNED}{seal.fingerprint[:16]}:{covered}" if known and seal is not None and covered else ""


def _loaded(data: bytes) -> x509.Certificate:
    if len(data) > LARGEST:
        raise Invalid("certificate_invalid")
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificate(data)
        return x509.load_der_x509_certificate(data)
    except (ValueError, TypeError) as error:
        raise Invalid("certificate_invalid") from error
