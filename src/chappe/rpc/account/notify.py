"""How a person is told of messages. Source: method/account.getNotifySettings, method/account.updateNotifySettings"""

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import access, accounts, notifications, topics
from chappe.domain.notifications import OfReactions, Settings
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats, users
from chappe.rpc.views.notify import notify_view, reactions_view, scope_view, sound_of, whose
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

DEFAULT = Settings(True, False, 0, "default", False, False)
"""What holds for all private chats, groups or channels before anything was set."""


@method("account.getNotifySettings")
async def get_notify_settings(call: Call, q: f.account.GetNotifySettings) -> t.PeerNotifySettings:
    """What was set for the scope; for all chats of a kind every value is told, for one chat only what differs.

    Source: method/account.getNotifySettings
    Errors: PEER_ID_INVALID.
    """
    scope, owner = await scope_of(call, q.peer), PeerId(call.user_id)
    settings = await call.read(lambda rx: notifications.of_scope(rx, owner, scope))
    return notify_view(filled(settings) if scope in notifications.SCOPES else settings)


@method("account.updateNotifySettings")
async def update_notify_settings(call: Call, q: f.account.UpdateNotifySettings) -> bool:
    """The scope has these settings; what is left out falls to the wider scope.

    Source: method/account.updateNotifySettings
    Errors: PEER_ID_INVALID.
    """
    scope, given = await scope_of(call, q.peer), q.settings
    owner, origin = PeerId(call.user_id), call.device.auth_key_id
    settings = Settings(
        given.show_previews, given.silent, given.mute_until, sound_of(given.sound), given.stories_muted,
        given.stories_hide_sender,
    )  # fmt: skip
    await call.write(lambda tx: notifications.put(tx, owner, scope, settings, origin))
    return True


@method("account.resetNotifySettings")
async def reset_notify_settings(call: Call, q: f.account.ResetNotifySettings) -> bool:
    """Nothing is set for any scope. Source: method/account.resetNotifySettings"""
    owner, origin = PeerId(call.user_id), call.device.auth_key_id
    await call.write(lambda tx: notifications.reset(tx, owner, origin))
    return True


@method("account.getNotifyExceptions")
async def get_notify_exceptions(call: Call, q: f.account.GetNotifyExceptions) -> t.TypeUpdates:
    """The chats with settings of their own, all, of a kind, or one, as updates.

    Source: method/account.getNotifyExceptions
    """
    owner = PeerId(call.user_id)
    wanted = await scope_of(call, q.peer) if q.peer is not None else ""
    kept = await call.read(lambda rx: notifications.exceptions(rx, owner, wanted))
    updates = [t.UpdateNotifySettings(peer=scope_view(at), notify_settings=notify_view(s)) for at, s in kept.items()]
    ids = {notifications.peer_of(scope) for scope in kept}
    people, around = await users(call, {i for i in ids if i > 0}), await chats(call, ids)
    return t.Updates(updates=updates, users=people, chats=around, date=call.now(), seq=0)


@method("account.getContactSignUpNotification")
async def get_contact_sign_up_notification(call: Call, q: f.account.GetContactSignUpNotification) -> bool:
    """True if newcomers among the saved numbers come without a sound.

    Source: method/account.getContactSignUpNotification
    """
    user_id = call.user_id
    return (await call.read(lambda rx: accounts.settings(rx, user_id))).joined_silent


@method("account.setContactSignUpNotification")
async def set_contact_sign_up_notification(call: Call, q: f.account.SetContactSignUpNotification) -> bool:
    """Newcomers among the saved numbers come with or without a sound.

    Source: method/account.setContactSignUpNotification
    """
    user_id = call.user_id
    await call.write(lambda tx: accounts.change_settings(tx, user_id, joined_silent=bool(q.silent)))
    return True


@method("account.getReactionsNotifySettings")
async def get_reactions_notify_settings(
    call: Call, q: f.account.GetReactionsNotifySettings
) -> t.ReactionsNotifySettings:
    """Whose reactions one is told of. Source: method/account.getReactionsNotifySettings"""
    owner = PeerId(call.user_id)
    return reactions_view(await call.read(lambda rx: notifications.of_reactions(rx, owner)))


@method("account.setReactionsNotifySettings")
async def set_reactions_notify_settings(
    call: Call, q: f.account.SetReactionsNotifySettings
) -> t.ReactionsNotifySettings:
    """One is told of these reactions, by clients, which look here.

    Source: method/account.setReactionsNotifySettings
    """
    owner, given = PeerId(call.user_id), q.settings
    settings = OfReactions(
        whose(given.messages_notify_from), whose(given.stories_notify_from), whose(given.poll_votes_notify_from),
        sound_of(given.sound) or "default", bool(given.show_previews),
    )  # fmt: skip
    await call.write(lambda tx: notifications.put_of_reactions(tx, owner, settings))
    return reactions_view(settings)


async def scope_of(call: Call, value: t.TypeInputNotifyPeer) -> str:
    """The scope an input names. Errors: Invalid peer_id_invalid, topic_id_invalid."""
    match value:
        case t.InputNotifyUsers():
            return notifications.USERS
        case t.InputNotifyChats():
            return notifications.CHATS
        case t.InputNotifyBroadcasts():
            return notifications.BROADCASTS
        case t.InputNotifyPeer():
            return notifications.peer_scope(await inputs.peer(call, value.peer))
        case t.InputNotifyForumTopic():
            return await _topic_scope(call, value)
        case _:
            raise Invalid("peer_id_invalid")


async def _topic_scope(call: Call, value: t.InputNotifyForumTopic) -> str:
    peer = await inputs.peer(call, value.peer)

    def query(rx: Reader) -> None:
        access.require_read(rx, call.user_id, peer)
        topics.find(rx, peer, call.user_id, value.top_msg_id)

    await call.read(query)
    return notifications.topic_scope(peer, value.top_msg_id)


def filled(settings: Settings) -> Settings:
    """The settings of a kind of chat, what was never set by its default."""
    names = settings.__struct_fields__
    given = {name: getattr(settings, name) for name in names}
    return Settings(**{name: getattr(DEFAULT, name) if given[name] is None else given[name] for name in names})
