"""What is passed on in secret chats: messages, files, receipts. Source: api/end-to-end

The bytes are neither looked into nor logged; they lie in the queue of one device until it has them.
"""

from dataclasses import replace

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import PeerId
from chappe.domain import secret, secret_files
from chappe.domain.access import Grant
from chappe.domain.sealed import SealedFile
from chappe.domain.secret import Chat, Letter, Sent
from chappe.rpc import incoming
from chappe.rpc.context import Call, method
from chappe.rpc.messages.secret import named, require_may_say, require_open
from chappe.rpc.results import viewer
from chappe.rpc.views.secret import file_view
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.sendEncrypted")
async def send_encrypted(call: Call, q: f.messages.SendEncrypted) -> t.messages.TypeSentEncryptedMessage:
    """The sealed message waits for the other side's device, durably.

    Source: method/messages.sendEncrypted
    Errors: CHAT_ID_INVALID, ENCRYPTION_DECLINED, DATA_INVALID, DATA_TOO_LONG, RANDOM_ID_EMPTY, USER_IS_BLOCKED,
    YOU_BLOCKED_USER, INPUT_USER_DEACTIVATED, FLOOD_WAIT_X.
    """
    letter = Letter(q.random_id, bytes(q.data), silent=bool(q.silent))
    return t.messages.SentEncryptedMessage(date=(await _send(call, named(call, q.peer), letter)).date)


@method("messages.sendEncryptedService")
async def send_encrypted_service(call: Call, q: f.messages.SendEncryptedService) -> t.messages.TypeSentEncryptedMessage:
    """As sendEncrypted, for what is not to wake anybody: timers, deletions, new keys.

    Source: method/messages.sendEncryptedService
    Errors: as messages.sendEncrypted.
    """
    letter = Letter(q.random_id, bytes(q.data), service=True)
    return t.messages.SentEncryptedMessage(date=(await _send(call, named(call, q.peer), letter)).date)


@method("messages.sendEncryptedFile")
async def send_encrypted_file(call: Call, q: f.messages.SendEncryptedFile) -> t.messages.TypeSentEncryptedMessage:
    """The sealed message waits for the other side's device, and the file it speaks of can be fetched.

    Source: method/messages.sendEncryptedFile
    Errors: as messages.sendEncrypted, FILE_ID_INVALID, FILE_PARTS_INVALID, FILE_PART_X_MISSING,
    MD5_CHECKSUM_INVALID, STORAGE_QUOTA_EXCEEDED.
    """
    chat_id = named(call, q.peer)
    letter = Letter(q.random_id, bytes(q.data), silent=bool(q.silent))
    require_letter(letter)

    def earlier(rx: Reader) -> tuple[Sent, SealedFile | None] | None:
        chat = secret.require_open(rx, PeerId(call.user_id), call.device.auth_key_id, chat_id)
        sent = secret.sent_before(rx, chat, letter.random_id)
        return (sent, secret_files.find(rx, sent.file_id)) if sent is not None else None

    before = await call.read(earlier)
    if before is not None:
        return t.messages.SentEncryptedFile(date=before[0].date, file=file_view(before[1], viewer(call)))
    file = await _file(call, q.file)
    sent = await _send(call, chat_id, replace(letter, file=file))
    return t.messages.SentEncryptedFile(date=sent.date, file=file_view(file, viewer(call)))


@method("messages.uploadEncryptedFile")
async def upload_encrypted_file(call: Call, q: f.messages.UploadEncryptedFile) -> t.TypeEncryptedFile:
    """The upload is a file that can be sent later, as the parts of an album are.

    Source: method/messages.uploadEncryptedFile
    Errors: CHAT_ID_INVALID, ENCRYPTION_DECLINED, FILE_EMTPY, FILE_ID_INVALID, FILE_PARTS_INVALID, FILE_PART_X_MISSING.
    """
    chat_id = named(call, q.peer)
    await call.read(lambda rx: secret.require_open(rx, PeerId(call.user_id), call.device.auth_key_id, chat_id))
    return file_view(await _file(call, q.file), viewer(call))


@method("messages.receivedQueue")
async def received_queue(call: Call, q: f.messages.ReceivedQueue) -> list[int]:
    """The device has what came up to this qts: the server keeps none of it any longer.

    Source: method/messages.receivedQueue
    Errors: MAX_QTS_INVALID.
    """
    owner, key = PeerId(call.user_id), call.device.auth_key_id
    return await call.write(lambda tx: secret.received(tx, owner, key, q.max_qts))


def require_letter(letter: Letter) -> None:
    """The message can be passed on. Errors: Invalid random_id_empty, data_invalid, data_too_long."""
    if not letter.random_id:
        raise Invalid("random_id_empty")
    secret.require_sealed(letter.data)


async def _send(call: Call, chat_id: int, letter: Letter) -> Sent:
    require_letter(letter)

    def act(tx: Tx) -> Sent:
        chat: Chat = require_open(tx, call, chat_id)
        return secret.send(tx, _heard(tx, call, chat.peer_id), chat, letter)

    return await call.write(act)


def _heard(tx: Tx, call: Call, peer: PeerId) -> Grant:
    """The other side hears the caller. Errors: as require_may_say, by codes of their own."""
    try:
        return require_may_say(tx, call, peer)
    except NotAllowed as refusal:
        # COMPAT TDLib: 403 ends the chat as expected, 400 it takes for a fault of the server.
        raise NotAllowed(refusal.reason, code=403) from None


async def _file(call: Call, value: t.TypeInputEncryptedFile) -> SealedFile:
    """The file of an input: one just uploaded, or one the caller was shown.

    Errors: Invalid file_emtpy, file_id_invalid, file_parts_invalid, file_part_x_missing, md5_checksum_invalid,
    storage_quota_exceeded.
    """
    match value:
        case t.InputEncryptedFile():
            thing = secret_files.MARK + value.id
            call.services.access.require_hash(call.user_id, thing, value.access_hash, "file_id_invalid")
            return await call.read(lambda rx: secret_files.require(rx, value.id))
        case t.InputEncryptedFileUploaded():
            small = t.InputFile(id=value.id, parts=value.parts, name="", md5_checksum=value.md5_checksum)
            return await _taken(call, small, value.key_fingerprint)
        case t.InputEncryptedFileBigUploaded():
            big = t.InputFileBig(id=value.id, parts=value.parts, name="")
            return await _taken(call, big, value.key_fingerprint)
        case _:
            raise Invalid("file_emtpy")


async def _taken(call: Call, upload: t.TypeInputFile, fingerprint: int) -> SealedFile:
    """The upload as a file; its parts are gone."""
    got = await incoming.receive(call, upload)
    owner = PeerId(call.user_id)
    made = await call.write(lambda tx: secret_files.keep(tx, owner, got.sha256, got.size_bytes, fingerprint))
    await incoming.settle(call, got)
    return made
