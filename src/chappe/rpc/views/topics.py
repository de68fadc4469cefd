"""Topics of a forum as TL values. Source: type/ForumTopic"""

from collections.abc import Collection

from chappe.base.ids import PeerId
from chappe.domain.notifications import UNSET, Settings
from chappe.domain.room_records import Topic
from chappe.rpc.views.notify import notify_view
from chappe.rpc.views.peers import peer_view
from chappe.tl import types as t


def topic_view(
    room_id: PeerId, topic: Topic, viewer_id: int, notify: Settings = UNSET, draft: t.TypeDraftMessage | None = None,
    hidden: Collection[int] = (),
) -> t.ForumTopic:
    """The topic as one person sees it; the group opened what one of the hidden did. Source: type/forumTopic"""
    return t.ForumTopic(
        my=topic.from_id == viewer_id,
        closed=topic.closed,
        pinned=topic.pinned_order > 0,
        hidden=topic.hidden,
        id=topic.id,
        date=topic.date,
        peer=peer_view(room_id),
        title=topic.title,
        icon_color=topic.icon_color,
        icon_emoji_id=topic.icon_emoji_id or None,
        top_message=topic.top_message,
        read_inbox_max_id=topic.read_max_id,
        read_outbox_max_id=0,
        unread_count=topic.unread,
        unread_mentions_count=0,
        unread_reactions_count=0,
        unread_poll_votes_count=0,
        from_id=peer_view(room_id if topic.from_id in hidden else topic.from_id),
        notify_settings=notify_view(notify),
        draft=draft,
    )
