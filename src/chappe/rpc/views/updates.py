"""Entries of a box as TL updates. Source: type/Update"""

from collections.abc import Iterable

from chappe.base.ids import CHANNEL_MARK, is_channel
from chappe.domain import updates as u
from chappe.domain.content import MediaWebPage, Text
from chappe.rpc.views.entities import entities_view
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.messages import message_view, people_of
from chappe.rpc.views.peers import input_peer_view, peer_view
from chappe.tl import types as t


def entry_update(entry: u.Entry, viewer: Viewer) -> t.TypeUpdate:
    """The update with a pts that an entry of the log becomes."""
    if entry.scheduled and entry.message is not None:
        return t.UpdateNewScheduledMessage(message=message_view(entry.message, viewer))
    place = {"pts": entry.pts, "pts_count": entry.pts_count}
    if is_channel(entry.owner_id):
        return _channel_update(entry, viewer, place)
    if entry.message is not None:
        message = message_view(entry.message, viewer)
        if entry.edited:
            return t.UpdateEditMessage(message=message, **place)
        return t.UpdateNewMessage(message=message, **place)
    assert entry.fact is not None
    return fact_update(entry.fact, place)


def _channel_update(entry: u.Entry, viewer: Viewer, place: dict[str, int]) -> t.TypeUpdate:
    """The update of an entry in a room's own box. Source: api/updates"""
    channel_id = -entry.owner_id - CHANNEL_MARK
    if entry.message is not None:
        message = message_view(entry.message, viewer)
        if entry.edited:
            return t.UpdateEditChannelMessage(message=message, **place)
        return t.UpdateNewChannelMessage(message=message, **place)
    match entry.fact:
        case u.Deleted(ids):
            return t.UpdateDeleteChannelMessages(channel_id=channel_id, messages=list(ids), **place)
        case u.Pinned() as fact:
            return t.UpdatePinnedChannelMessages(
                pinned=fact.pinned, channel_id=channel_id, messages=list(fact.ids), **place
            )
        case _:
            return t.UpdateChannelTooLong(channel_id=channel_id, pts=entry.pts)


def fact_update(fact: u.Fact, place: dict[str, int]) -> t.TypeUpdate:
    """The update of a change that is not a message. Shape: place holds pts and pts_count."""
    match fact:
        case u.Deleted():
            return t.UpdateDeleteMessages(messages=list(fact.ids), **place)
        case u.ReadInbox():
            return t.UpdateReadHistoryInbox(
                folder_id=fact.folder_id or None, peer=peer_view(fact.peer_id), max_id=fact.max_id,
                still_unread_count=fact.still_unread, **place,
            )  # fmt: skip
        case u.ReadOutbox():
            return t.UpdateReadHistoryOutbox(peer=peer_view(fact.peer_id), max_id=fact.max_id, **place)
        case u.ReadContents():
            return t.UpdateReadMessagesContents(messages=list(fact.ids), date=fact.date or None, **place)
        case u.Pinned():
            return t.UpdatePinnedMessages(
                pinned=fact.pinned, peer=peer_view(fact.peer_id), messages=list(fact.ids), **place
            )
        case u.FolderMoved():
            folders = [t.FolderPeer(peer=peer_view(p), folder_id=fact.folder_id) for p in fact.peer_ids]
            return t.UpdateFolderPeers(folder_peers=folders, **place)


def draft_view(draft: Text | None, date: int, viewer: Viewer) -> t.TypeDraftMessage:
    """The TL form of a draft. Source: api/drafts"""
    if draft is None:
        return t.DraftMessageEmpty(date=date)
    reply = draft.reply_to
    return t.DraftMessage(
        no_webpage=draft.no_webpage,
        invert_media=draft.invert_media,
        reply_to=t.InputReplyToMessage(
            reply_to_msg_id=reply.far_id or reply.msg_id,
            reply_to_peer_id=input_peer_view(viewer.access, viewer.user_id, reply.peer_id) if reply.peer_id else None,
            quote_text=reply.quote_text or None,
            quote_entities=entities_view(reply.quote_entities),
            quote_offset=reply.quote_offset if reply.quote_offset >= 0 else None,
        ) if reply else None,
        message=draft.message,
        entities=entities_view(draft.entities),
        media=t.InputMediaWebPage(
            force_large_media=draft.media.force_large_media, force_small_media=draft.media.force_small_media,
            optional=True, url=draft.media.page.url,
        ) if isinstance(draft.media, MediaWebPage) else None,
        date=date,
        effect=draft.effect or None,
    )  # fmt: skip


def passing_update(fact: u.Typing | u.Presence | u.LoginToken) -> t.TypeUpdate:
    """The update of a fact that is only announced. Source: type/updateUserTyping, type/updateUserStatus"""
    match fact:
        case u.Typing():
            if fact.room_id:
                return t.UpdateChatUserTyping(
                    chat_id=-fact.room_id, from_id=peer_view(fact.user_id), action=typing_view(fact)
                )
            return t.UpdateUserTyping(user_id=fact.user_id, action=typing_view(fact))
        case u.Presence():
            status: t.TypeUserStatus = t.UserStatusOffline(was_online=fact.until)
            if fact.online:
                status = t.UserStatusOnline(expires=fact.until)
            return t.UpdateUserStatus(user_id=fact.user_id, status=status)
        case u.LoginToken():
            return t.UpdateLoginToken()


def typing_view(fact: u.Typing) -> t.TypeSendMessageAction:
    """What somebody is doing in a chat. Source: type/SendMessageAction"""
    made = getattr(t, f"SendMessage{fact.action}Action")
    shown: t.TypeSendMessageAction = made(progress=fact.progress) if "progress" in made.FIELDS else made()
    return shown


def people_of_entries(entries: Iterable[u.Entry]) -> set[int]:
    """Everybody a client must know to show the entries."""
    ids: set[int] = set()
    for entry in entries:
        if entry.message is not None:
            ids |= people_of((entry.message,))
    return ids


