"""Lines of the chat list as TL values. Source: type/Dialog"""

from collections.abc import Mapping, Sequence
from typing import Any

from chappe.base.ids import PeerId
from chappe.domain.dialogs import Bar
from chappe.domain.folders import FLAGS, Folder
from chappe.domain.notifications import UNSET, Settings
from chappe.domain.records import Dialog
from chappe.rpc.views.entities import entities_view
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.notify import notify_view
from chappe.rpc.views.peers import peer_view
from chappe.rpc.views.updates import draft_view
from chappe.tl import types as t


def dialog_view(dialog: Dialog, settings: Settings, viewer: Viewer) -> t.Dialog:
    """One line. Shape: in saved messages everything is read."""
    own = dialog.peer_id == viewer.user_id
    return t.Dialog(
        pinned=dialog.pinned_order > 0,
        unread_mark=dialog.unread_mark,
        view_forum_as_messages=dialog.as_messages,
        peer=peer_view(dialog.peer_id),
        top_message=dialog.top_message,
        read_inbox_max_id=dialog.top_message if own else dialog.read_inbox_max_id,
        read_outbox_max_id=dialog.top_message if own else dialog.read_outbox_max_id,
        unread_count=dialog.unread_count,
        unread_mentions_count=dialog.unread_mentions,
        unread_reactions_count=dialog.unread_reactions,
        unread_poll_votes_count=dialog.unread_votes,
        notify_settings=notify_view(settings),
        draft=draft_view(dialog.draft, dialog.draft_date, viewer) if dialog.draft else None,
        folder_id=dialog.folder_id or None,
        pts=dialog.pts or None,
        ttl_period=dialog.ttl_period or None,
    )


def archive_view(dialogs: Sequence[Dialog], settings: Mapping[PeerId, Settings], now: int) -> t.DialogFolder:
    """The archive as one line among the others. Source: constructor/dialogFolder"""
    newest = max(dialogs, key=lambda d: (d.date, d.top_message))
    counts = {True: [0, 0], False: [0, 0]}
    for dialog in dialogs:
        muted = (settings.get(dialog.peer_id, UNSET).mute_until or 0) > now
        if dialog.unread_count or dialog.unread_mark:
            counts[muted][0] += 1
            counts[muted][1] += dialog.unread_count
    return t.DialogFolder(
        pinned=True, folder=t.Folder(id=1, title="Archived Chats"), peer=peer_view(newest.peer_id),
        top_message=newest.top_message,
        unread_muted_peers_count=counts[True][0], unread_unmuted_peers_count=counts[False][0],
        unread_muted_messages_count=counts[True][1], unread_unmuted_messages_count=counts[False][1],
    )  # fmt: skip


def bar_view(bar: Bar) -> t.PeerSettings:
    """What the action bar offers. Source: type/PeerSettings"""
    return t.PeerSettings(
        report_spam=bar.report_spam, add_contact=bar.add_contact, block_contact=bar.block_contact,
        share_contact=bar.share_contact,
    )  # fmt: skip


def folder_view(folder: Folder, peers: Mapping[int, t.TypeInputPeer]) -> t.DialogFilter:
    """A chat folder; peers that are gone are left out. Source: type/DialogFilter"""
    fields: dict[str, Any] = {name: name in folder.flags for name in FLAGS}
    for name, ids in (
        ("pinned_peers", folder.pinned), ("include_peers", folder.included), ("exclude_peers", folder.excluded),
    ):  # fmt: skip
        fields[name] = [peers[p] for p in ids if p in peers]
    title = t.TextWithEntities(text=folder.title, entities=entities_view(folder.title_entities) or [])
    color = folder.color if folder.color >= 0 else None
    return t.DialogFilter(id=folder.id, title=title, emoticon=folder.emoticon or None, color=color, **fields)
