"""Secret chats, and what is passed on in them, as TL values. Source: type/EncryptedChat, type/EncryptedMessage

Nothing here looks into what is passed on: bytes go out as they came in.
"""

from chappe.domain import secret, secret_files
from chappe.domain.sealed import Arrived, Sealed, SealedFile, SecretRead, SecretTyping
from chappe.domain.secret import Chat, State
from chappe.rpc.views.media import Viewer
from chappe.tl import types as t


def chat_view(chat: Chat, viewer: Viewer) -> t.TypeEncryptedChat:
    """The chat as the device it is on has it; any device, while it was not accepted. Source: type/EncryptedChat"""
    if chat.state == State.ENDED or chat.auth_key_id not in (0, viewer.device):
        return t.EncryptedChatDiscarded(history_deleted=chat.history_deleted, id=chat.id)
    about = {
        "id": chat.id, "access_hash": viewer.hash_for(secret.MARK + chat.id), "date": chat.date,
        "admin_id": chat.admin_id, "participant_id": chat.participant_id,
    }  # fmt: skip
    if chat.state == State.OPEN:
        return t.EncryptedChat(g_a_or_b=chat.half, key_fingerprint=chat.fingerprint, **about)
    if chat.asked:
        return t.EncryptedChatWaiting(**about)
    return t.EncryptedChatRequested(g_a=chat.half, **about)


def file_view(file: SealedFile | None, viewer: Viewer) -> t.TypeEncryptedFile:
    """A file nobody here can read. Source: type/EncryptedFile"""
    if file is None:
        return t.EncryptedFileEmpty()
    return t.EncryptedFile(
        id=file.id, access_hash=viewer.hash_for(secret_files.MARK + file.id), size=file.size_bytes,
        dc_id=viewer.dc_id, key_fingerprint=file.fingerprint,
    )  # fmt: skip


def arrived_view(one: Arrived, viewer: Viewer) -> t.TypeEncryptedMessage:
    """A message that waits for a device. Source: type/EncryptedMessage"""
    about = {"random_id": one.random_id, "chat_id": one.chat_id, "date": one.date}
    if one.service:
        return t.EncryptedMessageService(bytes=one.data, **about)
    return t.EncryptedMessage(bytes=one.data, file=file_view(one.file, viewer), **about)


def fact_update(fact: Sealed, viewer: Viewer) -> t.TypeUpdate:
    """What the other side sent or did, for the device it concerns."""
    match fact:
        case Arrived():
            return t.UpdateNewEncryptedMessage(message=arrived_view(fact, viewer), qts=fact.qts)
        case SecretTyping():
            return t.UpdateEncryptedChatTyping(chat_id=fact.chat_id)
        case SecretRead():
            return t.UpdateEncryptedMessagesRead(chat_id=fact.chat_id, max_date=fact.max_date, date=fact.date)
