"""Changes without a pts as TL updates; they say what is true now, so they are read afresh when rendered.

Source: api/updates
"""

from chappe.base.errors import Refusal
from chappe.base.ids import CHANNEL_MARK, PeerId, UserId, is_channel
from chappe.domain import (
    access,
    dialogs,
    invite_links,
    members,
    notifications,
    peers,
    polls,
    privacy,
    rooms,
    scheduling,
    secret,
    topics,
)  # fmt: skip
from chappe.domain import updates as u
from chappe.domain.sealed import SecretChanged
from chappe.rpc.views.dialogs import bar_view
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.messages import message_view, people_of, reactions_view
from chappe.rpc.views.notify import notify_view, scope_view
from chappe.rpc.views.peers import peer_view
from chappe.rpc.views.polls import standing_update
from chappe.rpc.views.privacy import key_view, rules_view
from chappe.rpc.views.rooms import banned_rights_view, group_participants_view
from chappe.rpc.views.secret import chat_view
from chappe.rpc.views.updates import draft_view
from chappe.store import Reader
from chappe.tl import types as t

RECENT = 3
"""Requesters shown of those who wait."""
Rendered = tuple[t.TypeUpdate | None, set[int]]
"""The update (None when it has become moot) and the people a client must know to show it."""


def state_update(rx: Reader, state: u.State, viewer: Viewer) -> Rendered:
    """The update that tells the owner's clients of the change."""
    simple = _pins(rx, state, viewer) or _dialog_state(state, viewer) or _later_state(rx, state, viewer)
    if simple is not None:
        return simple
    match state:
        case u.Reactions():
            return _reactions(rx, state, viewer)
        case u.UserChanged():
            return _user_changed(rx, state, viewer), {state.user_id}
        case u.NotifyChanged():
            return _notify_changed(rx, state, viewer)
        case u.PrivacyChanged():
            return _privacy_changed(rx, state, viewer)
        case u.ContactsReset():
            return t.UpdateContactsReset(), set()
        case u.NewAuthorization():
            return _new_authorization(state), set()
        case u.PeerSettings():
            return _peer_settings(rx, state, viewer), {state.peer_id}
        case u.DialogFilters() | u.ConfigChanged():
            return (t.UpdateConfig() if isinstance(state, u.ConfigChanged) else t.UpdateDialogFilters()), set()
        case _:
            return _room_state(rx, state, viewer)


def _room_state(rx: Reader, state: u.State, viewer: Viewer) -> Rendered:
    """Changes of rooms and of what the owner is to them."""
    match state:
        case u.RoomChanged():
            return _room_changed(state), {state.room_id}
        case u.RoomRead():
            return _room_read(state), {state.room_id}
        case u.RoomReadOutbox():
            channel_id = -state.room_id - CHANNEL_MARK
            return t.UpdateReadChannelOutbox(channel_id=channel_id, max_id=state.max_id), {state.room_id}
        case u.RoomContents():
            channel_id = -state.room_id - CHANNEL_MARK
            return t.UpdateChannelReadMessagesContents(channel_id=channel_id, messages=list(state.ids)), {state.room_id}
        case u.RoomCleared():
            channel_id = -state.room_id - CHANNEL_MARK
            update = t.UpdateChannelAvailableMessages(channel_id=channel_id, available_min_id=state.max_id)
            return update, {state.room_id}
        case u.ForumViewed():
            channel_id = -state.room_id - CHANNEL_MARK
            seen = t.UpdateChannelViewForumAsMessages(channel_id=channel_id, enabled=state.as_messages)
            return seen, {state.room_id}
        case u.GroupChanged():
            return _group_changed(rx, state, viewer)
        case u.JoinRequests():
            return _join_requests(rx, state, viewer)
        case _:
            return None, set()


def _dialog_state(state: u.State, viewer: Viewer) -> Rendered | None:
    match state:
        case u.Draft():
            update: t.TypeUpdate = t.UpdateDraftMessage(
                peer=peer_view(state.peer_id), top_msg_id=state.topic_id or None,
                draft=draft_view(state.draft, state.date, viewer),
            )
        case u.SavedOrder():
            order = [t.DialogPeer(peer=peer_view(p)) for p in state.peer_ids]
            return t.UpdatePinnedSavedDialogs(order=order), set(state.peer_ids)
        case u.UnreadMark():
            update = t.UpdateDialogUnreadMark(unread=state.unread, peer=t.DialogPeer(peer=peer_view(state.peer_id)))
        case u.PeerBlocked():
            update = t.UpdatePeerBlocked(blocked=state.blocked, peer_id=peer_view(state.peer_id))
        case u.HistoryTtl():
            update = t.UpdatePeerHistoryTTL(peer=peer_view(state.peer_id), ttl_period=state.ttl_period_s or None)
        case _:
            return None
    return update, {state.peer_id}


def _pins(rx: Reader, state: u.State, viewer: Viewer) -> Rendered | None:
    """The pins as they are now: a dialog that was archived meanwhile is pinned no more."""
    if not isinstance(state, u.DialogPinned | u.PinnedOrder):
        return None
    now = [d.peer_id for d in dialogs.pinned(rx, PeerId(viewer.user_id), state.folder_id)]
    folder_id = state.folder_id or None
    if isinstance(state, u.PinnedOrder):
        order = [t.DialogPeer(peer=peer_view(p)) for p in now]
        return t.UpdatePinnedDialogs(folder_id=folder_id, order=order), set(now)
    peer = t.DialogPeer(peer=peer_view(state.peer_id))
    return t.UpdateDialogPinned(pinned=state.peer_id in now, folder_id=folder_id, peer=peer), {state.peer_id}


def _reactions(rx: Reader, state: u.Reactions, viewer: Viewer) -> Rendered:
    found = u.messages_by_id(rx, PeerId(viewer.user_id), (state.message_id,))
    if not found:
        return None, set()
    shown = reactions_view(found[0].reactions, found[0].owner_id) or t.MessageReactions(results=[])
    update = t.UpdateMessageReactions(peer=peer_view(state.peer_id), msg_id=state.message_id, reactions=shown)
    return update, {state.peer_id, *(r.user_id for r in found[0].reactions)}


def _user_changed(rx: Reader, state: u.UserChanged, viewer: Viewer) -> t.TypeUpdate:
    """The narrowest update there is for what changed. Source: type/updateUserName, type/updateUserPhone"""
    cards = peers.cards(rx, UserId(viewer.user_id), (state.user_id,), viewer.now)
    if cards and state.what == "name" and not cards[0].deleted:
        card = cards[0]
        names = [t.Username(editable=True, active=True, username=card.username)] if card.username else []
        return t.UpdateUserName(
            user_id=card.id, first_name=card.first_name, last_name=card.last_name, usernames=names
        )
    if cards and state.what == "phone" and cards[0].phone:
        return t.UpdateUserPhone(user_id=state.user_id, phone=cards[0].phone)
    return t.UpdateUser(user_id=state.user_id)


def _notify_changed(rx: Reader, state: u.NotifyChanged, viewer: Viewer) -> Rendered:
    settings = notifications.of_scope(rx, PeerId(viewer.user_id), state.scope)
    about = scope_view(state.scope)
    peer = notifications.peer_of(state.scope)
    return t.UpdateNotifySettings(peer=about, notify_settings=notify_view(settings)), {peer} if peer else set()


def _peer_settings(rx: Reader, state: u.PeerSettings, viewer: Viewer) -> t.TypeUpdate:
    grant = access.require_read(rx, UserId(viewer.user_id), PeerId(state.peer_id))
    bar = dialogs.bar(rx, grant, viewer.now)
    return t.UpdatePeerSettings(peer=peer_view(state.peer_id), settings=bar_view(bar))


def _privacy_changed(rx: Reader, state: u.PrivacyChanged, viewer: Viewer) -> Rendered:
    rules = privacy.rules(rx, UserId(viewer.user_id), state.key)
    named = {i for rule in rules for i in rule.ids}
    return t.UpdatePrivacy(key=key_view(state.key), rules=rules_view(rules)), named


def _new_authorization(state: u.NewAuthorization) -> t.TypeUpdate:
    if not state.unconfirmed:
        return t.UpdateNewAuthorization(hash=state.hash)
    return t.UpdateNewAuthorization(
        unconfirmed=True, hash=state.hash, date=state.date, device=state.device, location=state.location
    )


def _later_state(rx: Reader, state: u.State, viewer: Viewer) -> Rendered | None:
    """What waits to be sent, and how polls stand."""
    match state:
        case u.Scheduled():
            return _scheduled(rx, state, viewer)
        case u.Unscheduled():
            update: t.TypeUpdate = t.UpdateDeleteScheduledMessages(
                peer=peer_view(state.peer_id), messages=list(state.ids), sent_messages=list(state.sent_ids) or None
            )
            return update, {state.peer_id}
        case u.ThreadRead():
            update = t.UpdateReadChannelDiscussionInbox(
                channel_id=-state.room_id - CHANNEL_MARK, top_msg_id=state.top_id, read_max_id=state.max_id,
                broadcast_id=-state.channel_id - CHANNEL_MARK if state.channel_id else None,
                broadcast_post=state.post_id or None,
            )  # fmt: skip
            return update, {state.room_id, state.channel_id} - {0}
        case u.TopicsPinned():
            order = topics.pinned(rx, PeerId(state.room_id))
            return t.UpdatePinnedForumTopics(peer=peer_view(state.room_id), order=order), {state.room_id}
        case u.PollChanged():
            return _poll_changed(rx, state, viewer)
        case u.Pressed():
            return t.UpdateBotCallbackQuery(
                query_id=state.query_id, user_id=state.user_id, peer=peer_view(state.peer_id), msg_id=state.message_id,
                chat_instance=state.chat_instance, data=state.data,
            ), {state.user_id, state.peer_id}  # fmt: skip
        case SecretChanged():
            return _secret_changed(rx, state, viewer)
        case _:
            return None


def _secret_changed(rx: Reader, state: SecretChanged, viewer: Viewer) -> Rendered:
    """What the secret chat is for the device that looks now; nothing for one it never concerned.

    Source: type/updateEncryption
    """
    chat = secret.find(rx, PeerId(viewer.user_id), state.chat_id)
    mine = chat is not None and viewer.device == chat.auth_key_id
    if chat is None or (chat.asked and not mine):
        return None, set()
    if chat.state == secret.State.WAITING and not chat.asked and not secret.takes(rx, chat.owner_id, viewer.device):
        return None, set()
    people: set[int] = {chat.peer_id} if chat.peer_id else set()
    return t.UpdateEncryption(chat=chat_view(chat, viewer), date=chat.date), people


def _scheduled(rx: Reader, state: u.Scheduled, viewer: Viewer) -> Rendered:
    """The message that waits, as it is now. Source: type/updateNewScheduledMessage"""
    try:
        grant = access.require_read(rx, UserId(viewer.user_id), PeerId(state.peer_id))
        found = scheduling.some(rx, grant, (state.message_id,))
    except Refusal:  # The viewer has lost the right to see it since.
        found = []
    if not found:
        return None, set()
    return t.UpdateNewScheduledMessage(message=message_view(found[0], viewer)), people_of(found)


def _poll_changed(rx: Reader, state: u.PollChanged, viewer: Viewer) -> Rendered:
    """How the poll stands now; min where there are many viewers. Source: type/updateMessagePoll"""
    box = state.peer_id if is_channel(PeerId(state.peer_id)) else viewer.box
    found = u.messages_by_id(rx, PeerId(box), (state.message_id,))
    poll = polls.poll_of(found[0]) if found else None
    if poll is None:
        return None, set()
    standing = polls.standing(rx, poll, UserId(viewer.user_id))
    return standing_update(found[0], standing, viewer.user_id), {state.peer_id, *standing.people}


def _join_requests(rx: Reader, state: u.JoinRequests, viewer: Viewer) -> Rendered:
    """Who waits to be let in, for who may do that now. Source: type/updatePendingJoinRequests"""
    if not rooms.member(rx, PeerId(state.room_id), UserId(viewer.user_id)).may("invite_users"):
        return None, set()
    count, recent = invite_links.waiting(rx, rooms.find(rx, PeerId(state.room_id)), RECENT)
    update = t.UpdatePendingJoinRequests(
        peer=peer_view(state.room_id), requests_pending=count, recent_requesters=list(recent)
    )
    return update, {state.room_id, *recent}


def _group_changed(rx: Reader, state: u.GroupChanged, viewer: Viewer) -> Rendered:
    found = rooms.some(rx, (state.room_id,))
    if not found:
        return None, set()
    room = found[0]
    if not rooms.member(rx, room.id, UserId(viewer.user_id)).inside:  # who left learns no more of who is there
        return t.UpdateChatParticipants(participants=t.ChatParticipantsForbidden(chat_id=room.bare_id)), {room.id}
    if state.rights:
        update: t.TypeUpdate = t.UpdateChatDefaultBannedRights(
            peer=peer_view(room.id), default_banned_rights=banned_rights_view(room.default_banned, 0),
            version=room.version,
        )  # fmt: skip
        return update, {room.id}
    inside = members.of_group(rx, room)
    ids = {room.id, *(m.user_id for m in inside), *(m.inviter_id for m in inside)}
    return t.UpdateChatParticipants(participants=group_participants_view(room, {m.user_id: m for m in inside})), ids


def _room_changed(state: u.RoomChanged) -> t.TypeUpdate:
    if is_channel(PeerId(state.room_id)):
        return t.UpdateChannel(channel_id=-state.room_id - CHANNEL_MARK)
    return t.UpdateChat(chat_id=-state.room_id)


def _room_read(state: u.RoomRead) -> t.TypeUpdate:
    return t.UpdateReadChannelInbox(
        folder_id=state.folder_id or None, channel_id=-state.room_id - CHANNEL_MARK, max_id=state.max_id,
        still_unread_count=state.still_unread, pts=state.pts,
    )  # fmt: skip
