"""Who may see or do what, and where: the only maker of a Grant, and of the access hashes that clients carry.

Source: api/peers#access-hash
An access hash is an HMAC over (viewer, peer): nothing to store, a foreign one is refused, all devices agree.
"""

from hashlib import blake2b
from hmac import compare_digest

import msgspec

from chappe.base.errors import Invalid, NotAllowed, NotFound
from chappe.base.ids import PeerId, UserId
from chappe.store import Reader
from chappe.store.queries import people

SERVICE_USER = UserId(777000)
"""The account that speaks for the server: login codes, notices, statements."""

REFERENCE_STEP_S = 12 * 3600
"""A file reference lives between one and two steps; within a step it is the same, so rendered bytes can be kept."""


class Grant(msgspec.Struct, frozen=True):
    """Proof that `viewer` may read the dialog with `peer`, or with `may_write` also send to it; made here only."""

    viewer: UserId
    peer: PeerId
    may_write: bool = False


class Access:
    """Holds the server secret behind access hashes; one for the whole server."""

    __slots__ = ("_key",)

    def __init__(self, secret: bytes) -> None:
        self._key = blake2b(secret, person=b"chappe-access", digest_size=32).digest()

    def hash_for(self, viewer: int, thing: int) -> int:
        """The access hash by which `viewer` names a peer, photo or document. Shape: signed 64 bits, never 0."""
        data = viewer.to_bytes(8, "little", signed=True) + thing.to_bytes(8, "little", signed=True)
        digest = blake2b(data, key=self._key, digest_size=8).digest()
        return int.from_bytes(digest, "little", signed=True) or 1

    def file_reference(self, viewer: int, file_id: int, now: int) -> bytes:
        """Proof that the viewer was shown the file lately. Shape: 4 bytes of expiry, 12 of HMAC.

        Source: api/file_reference
        """
        expires = (now // REFERENCE_STEP_S + 2) * REFERENCE_STEP_S
        return self._reference(viewer, file_id, expires)

    def require_reference(self, viewer: int, file_id: int, reference: bytes, now: int) -> None:
        """The reference is the viewer's and has not expired.

        Errors: Invalid file_reference_empty, file_reference_invalid, file_reference_expired.
        """
        if not reference:
            raise Invalid("file_reference_empty")
        expires = int.from_bytes(reference[:4], "big")
        if not compare_digest(self._reference(viewer, file_id, expires), reference):
            raise Invalid("file_reference_invalid")
        if expires < now:
            raise Invalid("file_reference_expired")

    def _reference(self, viewer: int, file_id: int, expires: int) -> bytes:
        stamp = expires.to_bytes(4, "big")
        data = viewer.to_bytes(8, "little", signed=True) + file_id.to_bytes(8, "little", signed=True) + stamp
        return stamp + blake2b(data, key=self._key, digest_size=12, person=b"file-reference").digest()

    def require_hash(self, viewer: int, thing: int, access_hash: int, reason: str) -> None:
        """The hash is the one this viewer was given. Errors: Invalid(reason)."""
        if access_hash != self.hash_for(viewer, thing):
            raise Invalid(reason)


def require_read(rx: Reader, viewer: UserId, peer: PeerId) -> Grant:
    """The viewer may read the dialog with the peer: a private dialog lies in the viewer's own box.

    Errors: NotFound peer_id_invalid when no such person ever existed.
    """
    if peer != PeerId(viewer) and peer > 0 and people.exists(rx, peer) is None:
        raise NotFound("peer_id_invalid")
    if peer < 0:
        raise NotFound("peer_id_invalid")
    return Grant(viewer, peer)


def require_write(rx: Reader, viewer: UserId, peer: PeerId) -> Grant:
    """The viewer may send to the peer now.

    Source: method/messages.sendMessage
    Errors: NotFound peer_id_invalid; NotAllowed input_user_deactivated, you_blocked_user, user_is_blocked.
    """
    if peer == PeerId(viewer):
        return Grant(viewer, peer, may_write=True)
    row = people.gate(rx, peer, viewer) if peer > 0 else None
    if row is None:
        raise NotFound("peer_id_invalid")
    deleted, blocked_me = row
    if deleted:
        raise NotAllowed("input_user_deactivated")
    if blocked_me:
        raise NotAllowed("user_is_blocked")
    if peer == PeerId(SERVICE_USER):
        raise NotAllowed("chat_write_forbidden")
    if people.has_blocked(rx, viewer, peer):
        raise NotAllowed("you_blocked_user")
    return Grant(viewer, peer, may_write=True)
