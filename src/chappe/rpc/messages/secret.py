"""Secret chats: asked for, accepted, ended, and what the other side is told of them. Source: api/end-to-end"""

from collections.abc import Callable

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import access, account_measures, dh_group, secret
from chappe.domain.access import Grant
from chappe.domain.content import Text
from chappe.domain.secret import Chat
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import viewer
from chappe.rpc.views.secret import chat_view
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

RANDOM_BYTES = 1024
"""Chance a client may ask for, to mix into its own."""


@method("messages.getDhConfig")
async def get_dh_config(call: Call, q: f.messages.GetDhConfig) -> t.messages.TypeDhConfig:
    """The group in which keys are agreed upon, unless the client has it, and bytes to mix into its own chance.

    Source: method/messages.getDhConfig
    Errors: RANDOM_LENGTH_INVALID.
    """
    if not 0 <= q.random_length <= RANDOM_BYTES:
        raise Invalid("random_length_invalid")
    random = call.services.entropy(q.random_length)
    if q.version == dh_group.VERSION:
        return t.messages.DhConfigNotModified(random=random)
    return t.messages.DhConfig(g=dh_group.G, p=dh_group.P_BYTES, version=dh_group.VERSION, random=random)


@method("messages.requestEncryption")
async def request_encryption(call: Call, q: f.messages.RequestEncryption) -> t.TypeEncryptedChat:
    """The person is asked for a secret chat with this device, on all devices that take them.

    Source: method/messages.requestEncryption
    Errors: USER_ID_INVALID, DH_G_A_INVALID, RANDOM_ID_INVALID, RANDOM_ID_DUPLICATE, INPUT_USER_DEACTIVATED,
    USER_IS_BLOCKED, YOU_BLOCKED_USER, FLOOD_WAIT_X.
    """
    peer, key = PeerId(await inputs.user(call, q.user_id)), call.device.auth_key_id
    limited = call.services.limits.limited

    def act(tx: Tx) -> Chat:
        grant = require_may_say(tx, call, peer)
        return secret.request(tx, grant, key, q.random_id, bytes(q.g_a), limited=limited)

    return chat_view(await _with_half(call, act), viewer(call))


@method("messages.acceptEncryption")
async def accept_encryption(call: Call, q: f.messages.AcceptEncryption) -> t.TypeEncryptedChat:
    """The chat is open on this device and on no other of the caller.

    Source: method/messages.acceptEncryption
    Errors: CHAT_ID_INVALID, ENCRYPTION_ALREADY_ACCEPTED, ENCRYPTION_ALREADY_DECLINED, DH_G_A_INVALID.
    """
    chat_id, owner, key = named(call, q.peer), PeerId(call.user_id), call.device.auth_key_id
    half, fingerprint = bytes(q.g_b), q.key_fingerprint
    opened = await _with_half(call, lambda tx: secret.accept(tx, owner, key, chat_id, half, fingerprint))
    return chat_view(opened, viewer(call))


@method("messages.discardEncryption")
async def discard_encryption(call: Call, q: f.messages.DiscardEncryption) -> bool:
    """The chat has ended, or the request is declined; with delete_history both ends forget what was said.

    Source: method/messages.discardEncryption
    Errors: ENCRYPTION_ID_INVALID, ENCRYPTION_ALREADY_DECLINED.
    """
    owner, key, forget = PeerId(call.user_id), call.device.auth_key_id, bool(q.delete_history)
    await call.write(lambda tx: secret.discard(tx, owner, key, q.chat_id, delete_history=forget))
    return True


@method("messages.setEncryptedTyping")
async def set_encrypted_typing(call: Call, q: f.messages.SetEncryptedTyping) -> bool:
    """The other side's device is told, if it is connected; nothing is kept.

    Source: method/messages.setEncryptedTyping
    Errors: CHAT_ID_INVALID, ENCRYPTION_DECLINED, USER_IS_BLOCKED, YOU_BLOCKED_USER.
    """
    chat_id = named(call, q.peer)

    def act(tx: Tx) -> None:
        chat = require_open(tx, call, chat_id)
        access.require_write(tx, call.user_id, chat.peer_id)
        if q.typing:
            secret.typing(tx, chat)

    await call.write(act)
    return True


@method("messages.readEncryptedHistory")
async def read_encrypted_history(call: Call, q: f.messages.ReadEncryptedHistory) -> bool:
    """The other side's device is told up to when its messages were read, now or when it is back.

    Source: method/messages.readEncryptedHistory
    Errors: CHAT_ID_INVALID, ENCRYPTION_DECLINED.
    """
    chat_id = named(call, q.peer)
    await call.write(lambda tx: secret.read(tx, require_open(tx, call, chat_id), q.max_date))
    return True


async def _with_half(call: Call, act: Callable[[Tx], Chat]) -> Chat:
    """The act was done; a half that would give the key away is written down before it is refused."""
    try:
        return await call.write(act)
    except Invalid as refusal:
        if refusal.reason == "dh_g_a_invalid":
            await call.write(lambda tx: secret.half_refused(tx, PeerId(call.user_id)))
        raise


def named(call: Call, value: t.TypeInputEncryptedChat) -> int:
    """The chat's id. Errors: Invalid chat_id_invalid, also for a foreign access hash."""
    thing = secret.MARK + value.chat_id
    call.services.access.require_hash(call.user_id, thing, value.access_hash, "chat_id_invalid")
    return value.chat_id


def require_open(tx: Tx, call: Call, chat_id: int) -> Chat:
    """The chat is open on the device that calls. Errors: Invalid chat_id_invalid, encryption_declined."""
    return secret.require_open(tx, PeerId(call.user_id), call.device.auth_key_id, chat_id)


def require_may_say(tx: Tx, call: Call, peer: PeerId) -> Grant:
    """The caller may write to the person, whatever it is: nobody here could know.

    Errors: as access.require_write and account_measures.require_may_say.
    """
    grant = access.require_write(tx, call.user_id, peer)
    account_measures.require_may_say(tx, grant, Text(""))
    return grant
