"""Secret chats: who has one with whom, and what waits for the device at either end.

Source: api/end-to-end
The server passes on what the two devices send each other. It takes part in no key, opens no message and has no code
that could: nothing here imports a cipher, a hash or a key (a contract in pyproject.toml). What is known of a chat is
who asked whom and when, the two public halves and, until the receiving device says that it has it, ciphertext.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from chappe.base.errors import Conflict, Invalid, TooMany
from chappe.base.ids import PeerId
from chappe.domain import dh_group, journal, limits, updates
from chappe.domain.access import SERVICE_USER, Grant
from chappe.domain.limits import Rate
from chappe.domain.sealed import Arrived, SealedFile, SecretChanged, SecretRead, SecretTyping, Unsure
from chappe.store import Reader, Row, Tx
from chappe.store.queries import bots, boxes, devices
from chappe.store.queries import secret as rows
from chappe.store.queries import secret_files as file_rows

NO_SECRET_CHATS = 1
"""The bit of an authorization's flags that says so."""
MARK = 2**62
"""Added to a chat's id where it stands among people: for its access hash, and as a sender of random ids."""
DATA_BYTES = 128 * 1024
"""The largest message: a text with a preview of what a file shows."""
ENVELOPE_BYTES, BLOCK_BYTES = 24, 16
"""A message is a fingerprint and a message key, then whole blocks. Source: mtproto/description#encrypted-message"""
WAITING, WAITING_BYTES = 10_000, 64 * 1024 * 1024
"""What may wait for one device; the sender is asked to wait, too."""
SLICE, SLICE_BYTES = 100, 1024 * 1024
"""Messages told in one answer."""
REQUESTS = Rate(50, 86_400)
"""Secret chats a person may ask for in a day."""
ONE_A_DAY = Rate(1, 86_400)
UNANSWERED, UNANSWERED_BY_ONE = 20, 3
"""Requests of one person that may wait for an answer; among them, of the same other person."""
LATER_S = 60
SURE_S = 60
"""A client that asks above a qts has what came before, and in this time it is on its disk, too."""
KEEP_S = 30 * 86_400
"""An unanswered request lasts so long, and then the mark that a chat has ended, as for devices that are away."""
KEEP_FILE_S = 30 * 86_400
"""A file that was sent and not fetched."""
LOOKED_AT = 500
"""Devices looked at in one read."""
Device = tuple[int, int]
"""Whose it is, and its key."""
WEB_PUSH = 10
"""The type of token by which a device is woken, as in `push_tokens`."""


class State(IntEnum):
    """How a chat stands; the number is stored."""

    WAITING = 1
    OPEN = rows.OPEN
    ENDED = 3


@dataclass(frozen=True, slots=True)
class Chat:
    """One side of a secret chat, as its owner's box has it.

    Shape: auth_key_id is the one device it is on, 0 while any may accept; half is the other side's, 256 bytes;
    fingerprint 64 bits, as the accepting device said it; peer_id 0 when the chat has ended.
    """

    owner_id: PeerId
    id: int
    peer_id: PeerId
    auth_key_id: int
    peer_key_id: int
    asked: bool
    state: State
    date: int
    half: bytes
    fingerprint: int
    history_deleted: bool

    @property
    def admin_id(self) -> PeerId:
        """Who asked for the chat."""
        return self.owner_id if self.asked else self.peer_id

    @property
    def participant_id(self) -> PeerId:
        """Who was asked."""
        return self.peer_id if self.asked else self.owner_id


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way through. Shape: data is ciphertext; random_id any 64 bits but 0, the sender's."""

    random_id: int
    data: bytes
    service: bool = False
    silent: bool = False
    file: SealedFile | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """When a message was passed on, and the file that came with it; file_id alone if it is gone since."""

    date: int
    file_id: int = 0
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a device above a qts. Shape: qts is how far this reaches; final False when more waits.

    reads: (chat, up to which date, when) of what other sides read; known: some of what is kept the device has.
    """

    messages: tuple[Arrived, ...]
    reads: tuple[tuple[int, int, int], ...]
    qts: int
    final: bool
    known: bool = False


# Asking, accepting, ending


def request(tx: Tx, grant: Grant, auth_key_id: int, chat_id: int, half: bytes, *, limited: bool = True) -> Chat:
    """The peer is asked for a secret chat with this device; the same question again is answered as before.

    Source: method/messages.requestEncryption
    Shape: chat_id is the asking client's random number; half is g_a.
    Errors: Invalid user_id_invalid, random_id_invalid, dh_g_a_invalid; Conflict random_id_duplicate;
    TooMany flood_wait_x.
    After: a kept change in both boxes, one for every device of the peer that takes secret chats.
    """
    assert grant.may_write
    owner, peer = PeerId(grant.viewer), grant.peer
    if peer <= 0 or peer in (owner, SERVICE_USER) or bots.bits(tx, peer):
        raise Invalid("user_id_invalid")
    if not chat_id:
        raise Invalid("random_id_invalid")
    half = dh_group.require_half(half)
    mine, theirs = find(tx, owner, chat_id), find(tx, peer, chat_id)
    if mine is not None or theirs is not None:
        again = mine is not None and mine.asked and (mine.peer_id, mine.auth_key_id) == (peer, auth_key_id)
        if not again or theirs is None or theirs.half != half:
            raise Conflict("random_id_duplicate")
        assert mine is not None
        return mine
    _require_room(tx, owner, peer, limited)
    rows.add_device(tx, owner, auth_key_id, rows.base(tx, owner) + 1)
    rows.put_chat(tx, owner, chat_id, peer, auth_key_id, 0, 1, State.WAITING, None)
    rows.put_chat(tx, peer, chat_id, owner, 0, auth_key_id, 0, State.WAITING, half)
    theirs = _require(tx, peer, chat_id)
    _tell(tx, theirs)
    for key in _devices(tx, theirs):
        _wake(tx, peer, key, chat_id, "ENCRYPTION_REQUEST")
    return _require(tx, owner, chat_id)


def half_refused(tx: Tx, owner: PeerId) -> None:
    """Once a day it stands in the journal that a device of the person offered a half which would give keys away.

    After: journal secret_half_refused.
    """
    try:
        limits.take(tx, f"secret:half:{owner}", ONE_A_DAY)
    except TooMany:
        return
    journal.record(tx, "secret_half_refused", f"user:{owner}", f"user:{owner}")


def _require_room(tx: Tx, owner: PeerId, peer: PeerId, limited: bool) -> None:
    """The person may ask once more. Errors: TooMany flood_wait_x."""
    asked = [chat for chat in of_person(tx, owner) if chat.asked and chat.state == State.WAITING]
    if len(asked) >= UNANSWERED or sum(chat.peer_id == peer for chat in asked) >= UNANSWERED_BY_ONE:
        raise TooMany("flood_wait_x", REQUESTS.window_s)
    if limited:
        limits.take(tx, f"secret:{owner}", REQUESTS)


def accept(tx: Tx, owner: PeerId, auth_key_id: int, chat_id: int, half: bytes, fingerprint: int) -> Chat:
    """The chat is open on this device and on the one that asked, and on no other; again, it still is.

    Source: method/messages.acceptEncryption
    Shape: half is g_b.
    Errors: Invalid chat_id_invalid, encryption_already_accepted, encryption_already_declined, dh_g_a_invalid.
    After: a kept change in both boxes; the owner's other devices hear that there is no such chat for them.
    """
    mine = find(tx, owner, chat_id)
    if mine is None or mine.asked:
        raise Invalid("chat_id_invalid")
    if mine.state == State.ENDED:
        raise Invalid("encryption_already_declined")
    half = dh_group.require_half(half)
    theirs = _require(tx, mine.peer_id, chat_id)
    if mine.state == State.OPEN:
        if mine.auth_key_id != auth_key_id or theirs.half != half:
            raise Invalid("encryption_already_accepted")
        return mine
    others = [key for key in _devices(tx, mine) if key != auth_key_id]
    rows.add_device(tx, owner, auth_key_id, rows.base(tx, owner) + 1)
    rows.open_side(tx, owner, chat_id, auth_key_id, mine.peer_key_id, mine.half, fingerprint)
    rows.open_side(tx, theirs.owner_id, chat_id, theirs.auth_key_id, auth_key_id, half, fingerprint)
    _tell(tx, mine, others)
    _tell(tx, theirs)
    _wake(tx, theirs.owner_id, theirs.auth_key_id, chat_id, "ENCRYPTION_ACCEPT")
    return _require(tx, owner, chat_id)


def discard(tx: Tx, owner: PeerId, auth_key_id: int, chat_id: int, *, delete_history: bool) -> None:
    """The chat has ended, or the request is declined; with delete_history both ends are to forget what was said.

    Source: method/messages.discardEncryption
    Errors: Invalid encryption_id_invalid, also on a device it is not on; encryption_already_declined.
    """
    mine = find(tx, owner, chat_id)
    if mine is None or mine.auth_key_id not in (0, auth_key_id):
        raise Invalid("encryption_id_invalid")
    if mine.state == State.ENDED:
        raise Invalid("encryption_already_declined")
    end(tx, mine, delete_history=delete_history, by=auth_key_id)


def end(tx: Tx, chat: Chat, *, delete_history: bool = False, by: int = 0) -> None:
    """Nothing is left of the chat but that it ended; both sides hear of it, but the device that ended it.

    What was sent before still reaches the other end, unless the history is to be deleted.
    """
    sides = [chat, *(side for side in (find(tx, chat.peer_id, chat.id),) if side is not None)]
    for side in sides:
        keys = _devices(tx, side)
        if delete_history:
            _forget_waiting(tx, side)
        rows.end_side(tx, side.owner_id, side.id, State.ENDED, int(delete_history))
        _tell(tx, side, [key for key in keys if key != by])


def _forget_waiting(tx: Tx, side: Chat) -> None:
    """Messages and files that were on their way to this side are gone."""
    sizes = rows.drop_queued(tx, side.owner_id, side.auth_key_id, side.id)
    if sizes:
        rows.lighten(tx, side.owner_id, side.auth_key_id, len(sizes), sum(sizes))
    file_rows.forget_chat(tx, side.owner_id, side.id)


def end_device(tx: Tx, owner: PeerId, auth_key_id: int) -> None:
    """The device is signed out: its chats have ended, what waited for it is gone."""
    for chat in [_chat(row) for row in rows.of_device(tx, owner, auth_key_id)]:
        end(tx, chat, by=auth_key_id)
        _forget_waiting(tx, chat)
    rows.remove_device(tx, owner, auth_key_id)


def end_person(tx: Tx, owner: PeerId) -> None:
    """The account is gone: its chats, and what was asked of it, have ended."""
    for chat in of_person(tx, owner):
        end(tx, chat, delete_history=False)


def clear(tx: Tx, limit: int) -> int:
    """Requests that nobody answered have ended, and what ended long ago is forgotten; how many sides were looked at."""
    old = [_chat(row) for row in rows.not_open_before(tx, tx.now - KEEP_S, limit)]
    for side in old:
        if side.state == State.ENDED:
            rows.forget_side(tx, side.owner_id, side.id)
        elif (now := find(tx, side.owner_id, side.id)) is not None and now.state == State.WAITING:
            end(tx, now)
    return len(old)


# Passing on


def send(tx: Tx, grant: Grant, chat: Chat, letter: Letter) -> Sent:
    """The message waits for the other side's device, as its next; a repeated random_id is answered as before.

    Source: method/messages.sendEncrypted
    Errors: TooMany flood_wait_x when too much waits for that device.
    After: one entry with a qts for the one device.
    """
    assert grant.may_write and PeerId(grant.viewer) == chat.owner_id and grant.peer == chat.peer_id
    earlier = sent_before(tx, chat, letter.random_id)
    if earlier is not None:
        return earlier
    peer, key, file = chat.peer_id, chat.peer_key_id, letter.file
    qts = rows.take_qts(tx, peer, key, len(letter.data), WAITING, WAITING_BYTES)
    if qts is None:
        raise TooMany("flood_wait_x", LATER_S)
    about = (file.id, file.size_bytes, file.fingerprint) if file else (0, 0, 0)
    rows.enqueue(tx, peer, key, qts, chat.id, letter.random_id, int(letter.service), about, letter.data)
    boxes.remember_send(tx, chat.owner_id, MARK + chat.id, letter.random_id, about[0], tx.now)
    if file is not None:
        file_rows.await_fetch(tx, file.id, peer, chat.id, tx.now + KEEP_FILE_S)
        file_rows.keep_no_longer(tx, file.id)
    arrived = Arrived(qts, chat.id, letter.random_id, tx.now, letter.service, file, letter.data)
    updates.pass_on(tx, peer, arrived, only=key)
    if not letter.service and not letter.silent:
        _wake(tx, peer, key, chat.id, "ENCRYPTED_MESSAGE")
    return Sent(tx.now, about[0])


def sent_before(rx: Reader, chat: Chat, random_id: int) -> Sent | None:
    """What became of an earlier message of this side with the random_id."""
    found = rows.sent_before(rx, chat.owner_id, MARK + chat.id, random_id)
    return Sent(found[1], found[0], repeated=True) if found is not None else None


def require_sealed(data: bytes) -> None:
    """The bytes have the outer shape of a sealed message; more cannot be known of them.

    Errors: Invalid data_too_long, data_invalid.
    """
    if len(data) > DATA_BYTES:
        raise Invalid("data_too_long")
    blocks = len(data) - ENVELOPE_BYTES
    if blocks <= 0 or blocks % BLOCK_BYTES:
        raise Invalid("data_invalid")


def received(tx: Tx, owner: PeerId, auth_key_id: int, max_qts: int) -> list[int]:
    """The device has everything up to the qts: none of it is kept any longer; the random ids of what was.

    Source: method/messages.receivedQueue
    Errors: Invalid max_qts_invalid.
    """
    here = rows.device(tx, owner, auth_key_id)
    if max_qts < 0 or max_qts > (here or rows.base(tx, owner) + 1):
        raise Invalid("max_qts_invalid")
    return _lightened(tx, owner, auth_key_id, rows.acknowledge(tx, owner, auth_key_id, max_qts))


def known(tx: Tx, owner: PeerId, auth_key_id: int, qts: int) -> None:
    """The device asked above the qts: what it has had for a while is not kept any longer.

    Source: method/updates.getDifference
    """
    # COMPAT TDLib: it never calls messages.receivedQueue.
    _lightened(tx, owner, auth_key_id, rows.acknowledge_old(tx, owner, auth_key_id, qts, tx.now - SURE_S))


def _lightened(tx: Tx, owner: PeerId, auth_key_id: int, gone: list[tuple[int, int]]) -> list[int]:
    if gone:
        rows.lighten(tx, owner, auth_key_id, len(gone), sum(size for _, size in gone))
    return [random_id for random_id, _ in gone]


def unsure(rx: Reader, above: Device) -> list[tuple[Device, bool]]:
    """The next devices for which something waits, and whether it has waited for a while."""
    found = rows.holding(rx, above, LOOKED_AT)
    oldest = [(device, rows.oldest(rx, *device)) for device in found]
    return [(device, first is not None and first[1] < rx.now - SURE_S) for device, first in oldest]


def ask(tx: Tx, found: Sequence[Device]) -> None:
    """The devices, which are connected, are asked to say what they have."""
    for owner, auth_key_id in found:
        updates.pass_on(tx, PeerId(owner), Unsure(), only=auth_key_id)


def read(tx: Tx, chat: Chat, max_date: int) -> None:
    """The other side's device hears that its messages were read up to the date; timers of what destroys itself run.

    Source: method/messages.readEncryptedHistory
    """
    upto = min(max_date, tx.now)
    if rows.set_read(tx, chat.peer_id, chat.id, upto):
        updates.pass_on(tx, chat.peer_id, SecretRead(chat.id, upto, tx.now), only=chat.peer_key_id)


def typing(tx: Tx, chat: Chat) -> None:
    """The other side's device hears of it, if it is connected. Source: method/messages.setEncryptedTyping"""
    updates.pass_on(tx, chat.peer_id, SecretTyping(chat.id), only=chat.peer_key_id)


def waiting(rx: Reader, owner: PeerId, auth_key_id: int, qts: int, date: int) -> Waiting:
    """What waits for the device above the qts, and was read since the date.

    Source: method/updates.getDifference
    """
    here = rows.device(rx, owner, auth_key_id)
    if here is None:
        return Waiting((), (), rows.base(rx, owner) + 1, final=True)
    reads = tuple(rows.read_since(rx, owner, auth_key_id, date - updates.LATE_S))
    taken: list[Arrived] = []
    size = 0
    first = rows.oldest(rx, owner, auth_key_id)
    old = first is not None and first[0] <= qts and first[1] < rx.now - SURE_S
    queued = rows.queued(rx, owner, auth_key_id, qts, SLICE + 1) if first is not None else []
    for row in queued:
        if taken and (len(taken) == SLICE or size + len(row[-1]) > SLICE_BYTES):
            return Waiting(tuple(taken), reads, taken[-1].qts, False, old)
        taken.append(_arrived(row))
        size += len(row[-1])
    return Waiting(tuple(taken), reads, here, True, old)


def qts_of(rx: Reader, owner: PeerId, auth_key_id: int) -> int:
    """Where the queue of the device stands. Source: type/updates.State"""
    here = rows.device(rx, owner, auth_key_id)
    return here if here is not None else rows.base(rx, owner) + 1


# Looking


def find(rx: Reader, owner: PeerId, chat_id: int) -> Chat | None:
    """One side of a chat."""
    row = rows.chat(rx, owner, chat_id)
    return _chat(row) if row is not None else None


def of_person(rx: Reader, owner: PeerId) -> list[Chat]:
    """The person's chats that have not ended."""
    return [_chat(row) for row in rows.of_owner(rx, owner)]


def waiting_of(rx: Reader, owner: PeerId) -> dict[int, tuple[int, int]]:
    """chat → (how many messages, how many bytes) of what waits for devices of the person: all that is here of it."""
    return rows.amounts(rx, owner)


def require_open(rx: Reader, owner: PeerId, auth_key_id: int, chat_id: int) -> Chat:
    """The chat is open on this device.

    Errors: Invalid encryption_declined when it ended; chat_id_invalid, also on a device it is not on.
    """
    chat = find(rx, owner, chat_id)
    if chat is None or chat.auth_key_id != auth_key_id or chat.state == State.WAITING:
        raise Invalid("chat_id_invalid")
    if chat.state == State.ENDED:
        raise Invalid("encryption_declined")
    return chat


def takes(rx: Reader, owner: PeerId, auth_key_id: int) -> bool:
    """True if the device takes requests for secret chats. Source: method/account.changeAuthorizationSettings"""
    return any(row[0] == auth_key_id and not row[-1] & NO_SECRET_CHATS for row in devices.of_user(rx, owner))


def _require(rx: Reader, owner: PeerId, chat_id: int) -> Chat:
    found = find(rx, owner, chat_id)
    if found is None:
        raise Invalid("chat_id_invalid")
    return found


def _devices(rx: Reader, side: Chat) -> list[int]:
    """The devices that know of this side: the one it is on, before it was accepted all that take secret chats."""
    if side.auth_key_id:
        return [side.auth_key_id]
    return [row[0] for row in devices.of_user(rx, side.owner_id) if not row[-1] & NO_SECRET_CHATS]


def _tell(tx: Tx, side: Chat, keys: Sequence[int] | None = None) -> None:
    """The devices hear what the chat is for them now; for those that are away it is kept."""
    updates.keep_state(tx, side.owner_id, SecretChanged(side.id))
    for key in _devices(tx, side) if keys is None else keys:
        updates.tell_device(tx, side.owner_id, key, SecretChanged(side.id))


def _wake(tx: Tx, owner: PeerId, auth_key_id: int, chat_id: int, kind: str) -> None:
    """The device is woken if it is away, and asked to be. Source: api/push-updates"""
    if rows.is_woken(tx, owner, auth_key_id, WEB_PUSH):
        rows.put_wake(tx, owner, auth_key_id, chat_id, kind)


def _chat(row: Row) -> Chat:
    owner, id_, peer, key, peer_key, asked, state, date, half, fingerprint, deleted, _, _ = row
    return Chat(
        owner, id_, peer, key, peer_key, bool(asked), State(state), date, half or b"", fingerprint, bool(deleted)
    )


def _arrived(row: Row) -> Arrived:
    qts, chat_id, random_id, date, service, file_id, size, fingerprint, data = row
    file = SealedFile(file_id, size, fingerprint) if file_id else None
    return Arrived(qts, chat_id, random_id, date, bool(service), file, bytes(data))
