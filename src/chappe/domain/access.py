"""Who may see or do what, and where: the only maker of a Grant, and of the access hashes that clients carry.

Source: api/peers#access-hash
An access hash is an HMAC over (viewer, peer): nothing to store, a foreign one is refused, all devices agree.
"""

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest

import msgspec

from chappe.base.errors import Invalid, NotAllowed, NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import enforcement, operators, rooms
from chappe.domain.rooms import Flag, Member, Room, Status
from chappe.store import Reader
from chappe.store.queries import bots, oncall, people
from chappe.store.queries import rooms as room_rows

SERVICE_USER = UserId(777000)
"""The account that speaks for the server: login codes, notices, statements."""

BOT_FATHER = UserId(777001)
"""The account that makes bots: `domain.bot_father` speaks for it."""

STRANGER = UserId(0)
"""Who reads a public page without an account."""

ALL_IDS = 2**31 - 1

TTL_OF_NEW = "ttl"
"""The preference that holds how long messages live in dialogs that its owner begins."""
HASHES = 16_384
"""Access hashes kept: about two megabytes."""

REFERENCE_STEP_S = 12 * 3600
"""A file reference lives between one and two steps; within a step it is the same, so rendered bytes can be kept."""


class Grant(msgspec.Struct, frozen=True):
    """Proof that `viewer` may read the dialog with `peer`, or with `may_write` also send to it; made here only."""

    viewer: UserId
    peer: PeerId
    may_write: bool = False
    room: Room | None = None
    me: Member | None = None
    veiled: bool = False
    """True where a decision of the platform hides the room: there is nothing in it for the viewer."""
    free: bool = False
    """True if it was seen already that the viewer is no bot, that no decision limits them, that no country is being
    left, and that they chose no period for dialogs they begin.
    """

    @property
    def box(self) -> PeerId:
        """The owner of the box in which the viewer finds the peer's messages."""
        return self.peer if self.room is not None and self.room.own_box else PeerId(self.viewer)

    @property
    def floor(self) -> int:
        """Messages of the room up to this id are not the viewer's to see."""
        room, me = self.room, self.me
        if self.veiled:
            return ALL_IDS
        if room is None or me is None or not room.own_box:
            return 0
        hidden = Flag.HIDDEN_HISTORY in room.flags and me.status < Status.ADMIN and not room.username
        return max(me.cleared_id, me.since_id if hidden else 0)


class Moderator(msgspec.Struct, frozen=True):
    """Proof that somebody may decide for the platform; made here only. Shape: actor as in the journal.

    Source: dsa/20(6)
    """

    actor: str
    operator_id: int = 0
    roles: frozenset[str] = frozenset()

    @property
    def machine(self) -> bool:
        """True for a rule, which no human looks over before it acts."""
        return not self.operator_id


class Access:
    """Holds the server secret behind access hashes; one for the whole server."""

    __slots__ = ("_key", "hash_for")

    def __init__(self, secret: bytes) -> None:
        self._key = blake2b(secret, person=b"chappe-access", digest_size=32).digest()
        self.hash_for: Callable[[int, int], int] = lru_cache(HASHES)(self._hash_for)
        """The access hash by which a viewer names a peer, photo or document. Shape: signed 64 bits, never 0."""

    def _hash_for(self, viewer: int, thing: int) -> int:
        data = viewer.to_bytes(8, "little", signed=True) + thing.to_bytes(8, "little", signed=True)
        digest = blake2b(data, key=self._key, digest_size=8).digest()
        return int.from_bytes(digest, "little", signed=True) or 1

    def file_reference(self, viewer: int, file_id: int, now: int) -> bytes:
        """Proof that the viewer was shown the file lately. Shape: 4 bytes of expiry, 12 of HMAC; 8 more name a room.

        In a room's own box the proof is the room's, good for everybody who may read there.

        Source: api/file_reference
        """
        expires = (now // REFERENCE_STEP_S + 2) * REFERENCE_STEP_S
        return self._reference(viewer, file_id, expires)

    def box_of(self, viewer: int, reference: bytes) -> PeerId:
        """In whose box a file was shown: the viewer's, or that of the room the reference names; not yet proven."""
        return PeerId(int.from_bytes(reference[16:], "little", signed=True) if len(reference) == 24 else viewer)

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
        room = viewer.to_bytes(8, "little", signed=True) if viewer < 0 else b""
        return stamp + blake2b(data, key=self._key, digest_size=12, person=b"file-reference").digest() + room

    def require_hash(self, viewer: int, thing: int, access_hash: int, reason: str) -> None:
        """The hash is the one this viewer was given. Errors: Invalid(reason)."""
        if not -(2**63) <= thing < 2**63 or access_hash != self.hash_for(viewer, thing):
            raise Invalid(reason)


def require_moderator(rx: Reader, operator_id: int, role: str) -> Moderator:
    """The operator does what this role does (see `operators.ROLES`).

    Errors: NotFound operator_unknown; NotAllowed operator_role_needed.
    """
    operator = operators.require(rx, operator_id)
    if not operator.may(role):
        raise NotAllowed("operator_role_needed")
    held = frozenset(one for one in operators.ROLES if operator.may(one))
    return Moderator(f"operator:{operator_id}", operator_id, held)


def machine(rule: str) -> Moderator:
    """A rule that acts by itself. Shape: `<name>@<version>`."""
    return Moderator(f"rule:{rule}")


def require_read(rx: Reader, viewer: UserId, peer: PeerId) -> Grant:
    """The viewer may read the dialog with the peer: a private dialog lies in the viewer's own box.

    Errors: NotFound peer_id_invalid when no such person ever existed.
    """
    if peer != PeerId(viewer) and peer > 0 and people.exists(rx, peer) is None:
        raise NotFound("peer_id_invalid")
    if peer < 0:
        return _read_room(rx, viewer, peer)
    return Grant(viewer, peer)


def _read_room(rx: Reader, viewer: UserId, peer: PeerId) -> Grant:
    room = rooms.find(rx, peer)
    me = rooms.member(rx, peer, viewer)
    guest = me.inside or room.username or discusses(rx, room, viewer)
    if room.own_box and (room.deleted or me.status == Status.BANNED or not guest):
        raise NotAllowed("channel_private")
    if not room.own_box and me.status == Status.NOBODY:
        raise NotFound("peer_id_invalid")
    return Grant(viewer, peer, room=room, me=me, veiled=_veiled(rx, room, viewer))


def closed(rx: Reader, room: Room, viewer: UserId) -> bool:
    """True if there is nothing in the room for the viewer: it was deleted, or a decision removed or hides it."""
    return room.deleted or _veiled(rx, room, viewer)


def _veiled(rx: Reader, room: Room, viewer: UserId) -> bool:
    """True if a decision hides the room where the viewer is; for who has no account, also if one has to be of age."""
    if not room.held & enforcement.NOTED:
        return False
    key = enforcement.room_key(room.id)
    holds = enforcement.of_keys(rx, (key,)).get(key, ())
    if viewer == STRANGER and any(hold.measure == "age_gate" for hold in holds):
        return True
    return enforcement.veiling(holds, enforcement.seen_from(rx, viewer)) is not None


def rooms_read(rx: Reader, viewer: UserId, most: int) -> list[Grant]:
    """The viewer may read these rooms with a box of their own: those they are in that spoke last."""
    mine = [room for room in rooms.some(rx, room_rows.rooms_of(rx, viewer)) if room.own_box and not room.deleted]
    newest = sorted(mine, key=lambda room: room.top_date, reverse=True)[:most]
    known = {row[0]: rooms.member_of_row(row[1:]) for row in room_rows.one_in(rx, [r.id for r in newest], viewer)}
    return [
        Grant(viewer, room.id, room=room, me=known[room.id], veiled=_veiled(rx, room, viewer))
        for room in newest if room.id in known
    ]  # fmt: skip


def require_public(rx: Reader, username: str) -> Grant:
    """Strangers may look at the room of this name: there is one, and it lives.

    Source: requirements/public-pages
    Errors: NotFound username_not_occupied, whatever the reason; a person's name is none of a room.
    """
    peer = people.by_username(rx, username.lower())
    room = rooms.find(rx, PeerId(peer)) if peer is not None and peer < 0 else None
    if room is None or room.deleted or room.username.lower() != username.lower() or _veiled(rx, room, STRANGER):
        raise NotFound("username_not_occupied")
    return Grant(STRANGER, room.id, room=room, me=Member(STRANGER, Status.NOBODY))


def require_discussion(rx: Reader, channel: Grant) -> Grant:
    """Whoever may look at the channel may read what is said under its posts.

    Source: api/discussion
    Errors: NotFound channel_invalid when it is not discussed.
    """
    room = channel.room
    group = rooms.find(rx, room.linked_id) if room is not None and room.broadcast and room.linked_id else None
    if group is None or group.deleted or Flag.HIDDEN_HISTORY in group.flags:
        raise NotFound("channel_invalid")
    me, veiled = rooms.member(rx, group.id, channel.viewer), _veiled(rx, group, channel.viewer)
    return Grant(channel.viewer, group.id, room=group, me=me, veiled=veiled)


def discusses(rx: Reader, room: Room, viewer: UserId) -> bool:
    """True if the viewer may look into the group, as one who may look at the channel it discusses.

    Source: api/discussion
    """
    if not room.linked_id or room.broadcast:
        return False
    channel, there = rooms.find(rx, room.linked_id), rooms.member(rx, room.linked_id, viewer)
    shut_out = channel.deleted or there.status == Status.BANNED
    return not shut_out and bool(channel.username or there.inside)


def _commenter(rx: Reader, viewer: UserId, peer: PeerId) -> Grant | None:
    """The right of who is not in a discussion group to comment there, None when there is none; bots have none."""
    room = rooms.find(rx, peer)
    me = rooms.member(rx, peer, viewer)
    if me.inside or Flag.JOIN_TO_SEND in room.flags or me.status == Status.BANNED or not discusses(rx, room, viewer):
        return None
    if bots.bits(rx, viewer):
        return None
    rooms.require_open(room)
    return Grant(viewer, peer, room=room, me=me, veiled=_veiled(rx, room, viewer))


def require_member(rx: Reader, viewer: UserId, peer: PeerId) -> Grant:
    """The viewer is in the room.

    Errors: NotFound channel_invalid, peer_id_invalid; NotAllowed channel_private; Invalid when it became a supergroup.
    """
    room = rooms.find(rx, peer)
    me = rooms.member(rx, peer, viewer)
    if not room.own_box and me.status == Status.NOBODY:
        raise NotFound("peer_id_invalid")
    rooms.require_open(room)
    if not me.inside:
        raise NotAllowed("channel_private" if room.own_box else "chat_write_forbidden")
    return Grant(viewer, peer, room=room, me=me, veiled=_veiled(rx, room, viewer))


def require_write(rx: Reader, viewer: UserId, peer: PeerId) -> Grant:
    """The viewer may send to the peer now.

    Source: method/messages.sendMessage
    Errors: NotFound peer_id_invalid, also for a bot to who never wrote to it; Invalid user_is_bot; NotAllowed
    input_user_deactivated, you_blocked_user, user_is_blocked, chat_write_forbidden.
    """
    if peer == PeerId(viewer):
        return Grant(viewer, peer, may_write=True)
    if peer < 0:
        return _write_room(rx, viewer, peer)
    row = people.gate(rx, peer, viewer, TTL_OF_NEW)
    if row is None:
        raise NotFound("peer_id_invalid")
    deleted, blocked_me, blocked_them, closed_there, theirs, held, mine, my_held, leaving, period = row
    if deleted:
        raise NotAllowed("input_user_deactivated")
    if mine or theirs:
        _require_bot_talk(rx, viewer, peer, theirs=bool(theirs), mine=bool(mine))
    if blocked_me:
        raise NotAllowed("user_is_blocked")
    # Nobody would read it before that country is come back to, or before the bot is let go on.
    if closed_there or (theirs and held & enforcement.NOTED and _is_stopped(rx, peer)):
        raise NotAllowed("chat_write_forbidden")
    if peer == PeerId(SERVICE_USER) and not oncall.by_user(rx, viewer):  # people on call answer there
        raise NotAllowed("chat_write_forbidden")
    if blocked_them:
        raise NotAllowed("you_blocked_user")
    free = not (mine or leaving or period or (my_held and my_held & enforcement.NOTED))
    return Grant(viewer, peer, may_write=True, free=free)


def _write_room(rx: Reader, viewer: UserId, peer: PeerId) -> Grant:
    grant = _commenter(rx, viewer, peer) or require_member(rx, viewer, peer)
    if grant.veiled:
        raise NotAllowed("channel_private")
    return msgspec.structs.replace(grant, may_write=True)


def _require_bot_talk(rx: Reader, viewer: UserId, peer: PeerId, *, theirs: bool, mine: bool) -> None:
    """One of the two is a bot: it answers people who wrote to it.

    Source: api/bots
    """
    if mine and theirs:
        raise Invalid("user_is_bot")
    if mine and not bots.was_met(rx, viewer, peer):
        raise NotFound("peer_id_invalid")


def _is_stopped(rx: Reader, bot: PeerId) -> bool:
    return enforcement.stopped(enforcement.of_account(rx, bot))
