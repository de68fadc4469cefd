"""Messages as TL values, and whom a client must know to show them. Source: type/Message"""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from chappe.base.ids import CHANNEL_MARK, PeerId, channel_peer, chat_peer
from chappe.domain.content import Forward, MediaContact, MediaTodo, ReplyTo, Service, Text
from chappe.domain.enforcement import (
    AGE,
    MARK,
    VEIL,
    WITHHELD,
    Hold,
    marked,
    message_key,
    unquoted,
    veiling,
    without_card,
)
from chappe.domain.records import Message, Reaction, Replies
from chappe.rpc.views.checklists import task_view
from chappe.rpc.views.entities import entities_view
from chappe.rpc.views.keyboards import markup_view
from chappe.rpc.views.media import Viewer, media_view, photo_view
from chappe.rpc.views.peers import peer_view
from chappe.rpc.views.polls import answer_view
from chappe.tl import types as t


def message_view(m: Message, viewer: Viewer) -> t.TypeMessage:
    """The message as its box's owner sees it. Source: type/message"""
    if viewer.stale_cards and (m.owner_id, m.id) in viewer.stale_cards:
        m = without_card(m)
    if viewer.empty_quotes and (m.owner_id, m.id) in viewer.empty_quotes:
        m = unquoted(m)
    if m.owner_id < 0:
        viewer = viewer.within(m.owner_id)
    return held_view(m, viewer) if m.held else plain_view(m, viewer)


def plain_view(m: Message, viewer: Viewer) -> t.TypeMessage:
    """The message as it stands in its box."""
    content = m.content
    if isinstance(content, Service):
        return t.MessageService(
            out=_out(m, viewer), id=m.id, from_id=_author(m), peer_id=peer_view(m.peer_id), date=m.date,
            post=_is_post(m), silent=content.silent, reply_to=reply_view(content.reply_to),
            action=action_view(content, viewer),
            ttl_period=content.ttl_period or None,
        )  # fmt: skip
    return t.Message(
        out=_out(m, viewer),
        post=_is_post(m),
        post_author=content.post_author or None,
        mentioned=viewer.user_id in content.mentions,
        media_unread=m.media_unread,
        silent=content.silent,
        from_scheduled=content.from_scheduled,
        pinned=m.pinned,
        noforwards=content.noforwards,
        invert_media=content.invert_media,
        edit_hide=content.edit_hide,
        id=m.id,
        from_id=_author(m),
        peer_id=peer_view(m.peer_id),
        saved_peer_id=_saved_peer(m, content),
        fwd_from=forward_view(content.fwd_from),
        reply_to=reply_view(content.reply_to),
        date=m.date,
        message=content.message,
        media=media_view(content.media, viewer) if content.media is not None else None,
        reply_markup=markup_view(content.markup),
        entities=entities_view(content.entities),
        edit_date=m.edit_date or None,
        grouped_id=m.grouped_id or None,
        views=m.views or None,
        forwards=m.forwards if m.views else None,
        replies=replies_view(m.replies),
        reactions=message_reactions_view(m, viewer.user_id),
        ttl_period=content.ttl_period or None,
        effect=content.effect or None,
        schedule_repeat_period=content.repeat_s or None,
    )


def held_view(m: Message, viewer: Viewer) -> t.TypeMessage:
    """A message under a decision of the platform, as it is shown where the viewer is.

    Source: type/restrictionReason, type/factCheck
    """
    if m.held & WITHHELD:
        return with_reason(plain_view(m, viewer), "removed", MARK)
    holds = viewer.holds.get(message_key(m.owner_id, m.id))
    # Whoever did not look up what is in force is shown nothing rather than too much.
    veil = True if holds is None else veiling(holds, viewer.territory) is not None
    if veil:
        said = marked(m.content, VEIL) if isinstance(m.content, Text) else Text(VEIL)
        return with_reason(plain_view(msgspec.structs.replace(m, content=said), viewer), "hidden", VEIL)
    shown = plain_view(m, viewer)
    for hold in holds or ():
        if hold.measure == "age_gate" and hold.reaches(viewer.territory):
            shown = with_reason(shown, "sensitive", AGE)
        if hold.measure == "label" and hold.reaches(viewer.territory) and isinstance(shown, t.Message):
            shown = shown.replace(factcheck=label_view(hold))
    return shown


def with_reason(shown: t.TypeMessage, reason: str, text: str) -> t.TypeMessage:
    """The message says why it is not shown, or not to everybody."""
    if not isinstance(shown, t.Message):
        return shown
    # COMPAT TDLib: reasons for "all" platforms concern every client; "sensitive" may be looked at on demand.
    reasons = [*(shown.restriction_reason or ()), t.RestrictionReason(platform="all", reason=reason, text=text)]
    return shown.replace(restriction_reason=reasons)


def label_view(hold: Hold) -> t.FactCheck:
    """A label as clients show what was found out about a message. Source: type/factCheck"""
    return t.FactCheck(
        country=hold.territories[0] if len(hold.territories) == 1 else "",
        text=t.TextWithEntities(text=hold.detail, entities=[]), hash=hold.decision_id,
    )  # fmt: skip


def _out(m: Message, viewer: Viewer) -> bool:
    if m.owner_id < 0:
        author = m.content.author_id if isinstance(m.content, Text) else 0
        return viewer.user_id != 0 and viewer.user_id in (m.from_id, author)
    # COMPAT TDLib: what one keeps in saved messages is not outgoing.
    return m.out and m.peer_id != m.owner_id


def _is_post(m: Message) -> bool:
    """True for what a channel says, which is from nobody."""
    return m.owner_id < 0 and not m.from_id


def _author(m: Message) -> t.TypePeer | None:
    return None if _is_post(m) else peer_view(m.from_id)


def _saved_peer(m: Message, content: Text) -> t.TypePeer | None:
    """In saved messages: the chat that a message was kept from."""
    if m.peer_id != m.owner_id or m.owner_id < 0:
        return None
    origin = content.fwd_from.saved_from_peer if content.fwd_from else 0
    return peer_view(origin or m.owner_id)


def reply_view(reply: ReplyTo | None) -> t.TypeMessageReplyHeader | None:
    """What the message answers. Source: type/messageReplyHeader"""
    if reply is None:
        return None
    return t.MessageReplyHeader(
        forum_topic=reply.forum_topic,
        quote=bool(reply.quote_text) and not reply.whole,
        reply_to_msg_id=reply.far_id or (0 if reply.origin else reply.msg_id) or None,
        reply_to_top_id=reply.top_id if reply.top_id and reply.top_id != reply.msg_id else None,
        reply_to_peer_id=peer_view(reply.peer_id) if reply.peer_id else None,
        reply_from=forward_view(reply.origin),
        quote_text=reply.quote_text or None,
        quote_entities=entities_view(reply.quote_entities),
        quote_offset=reply.quote_offset if reply.quote_offset >= 0 and reply.quote_text else None,
    )


def replies_view(replies: Replies | None) -> t.MessageReplies | None:
    """How the thread of a message stands; that of a channel's post are its comments. Source: type/messageReplies"""
    if replies is None:
        return None
    return t.MessageReplies(
        comments=bool(replies.group_id),
        replies=replies.count,
        replies_pts=0,
        recent_repliers=[peer_view(one) for one in replies.recent] or None,
        channel_id=-replies.group_id - CHANNEL_MARK if replies.group_id else None,
        max_id=replies.max_id or None,
    )


def forward_view(forward: Forward | None) -> t.TypeMessageFwdHeader | None:
    """Where the message came from. Source: type/messageFwdHeader"""
    if forward is None:
        return None
    return t.MessageFwdHeader(
        from_id=peer_view(forward.from_id) if forward.from_id else None,
        from_name=forward.from_name or None,
        date=forward.date,
        channel_post=forward.channel_post or None,
        post_author=forward.post_author or None,
        saved_from_peer=peer_view(forward.saved_from_peer) if forward.saved_from_peer else None,
        saved_from_msg_id=forward.saved_from_msg_id or None,
    )


def reaction_view(reaction: Reaction) -> t.TypeReaction:
    """One reaction's sign. Source: type/Reaction"""
    if reaction.custom:
        return t.ReactionCustomEmoji(document_id=int(reaction.emoji))
    return t.ReactionEmoji(emoticon=reaction.emoji)


RECENT = 3
"""Of those who reacted in a room, how many are named with the message."""


def _named(m: Message) -> Sequence[Reaction]:
    """The reactions that are shown with who reacted: in a room the last ones, in a channel none."""
    if m.owner_id > 0:
        return m.reactions
    return m.reactions[-RECENT:] if m.from_id else ()


def message_reactions_view(m: Message, viewer: int) -> t.MessageReactions | None:
    """The reactions to a message. Shape: viewer 0 stands for everybody at once; a channel names nobody."""
    if m.owner_id > 0:
        return reactions_view(m.reactions, m.owner_id)
    shown = tally_view(m, viewer) if m.tally else reactions_view(m.reactions, PeerId(viewer))
    if shown is None:
        return None
    named = _named(m)[::-1]
    recent = [peer_reaction_view(r, viewer).replace(unread=r.unread and viewer == m.from_id) for r in named]
    return shown.replace(min=not viewer, can_see_list=bool(m.from_id), recent_reactions=recent or None)


def tally_view(m: Message, viewer: int) -> t.MessageReactions:
    """The reactions to a message that has many. Source: type/messageReactions"""
    mine = [(r.emoji, r.custom) for r in m.own_reactions or m.reactions if r.user_id == viewer]
    return t.MessageReactions(results=[
        t.ReactionCount(
            chosen_order=mine.index((sign, custom)) if (sign, custom) in mine else None, count=n,
            reaction=reaction_view(Reaction(0, sign, 0, custom)),
        )
        for sign, custom, n in m.tally
    ])  # fmt: skip


def reactions_view(reactions: Sequence[Reaction], viewer: PeerId) -> t.MessageReactions | None:
    """The reactions to a message in a private chat. Source: type/messageReactions"""
    if not reactions:
        return None
    counts = Counter((r.emoji, r.custom) for r in reactions)
    mine = [(r.emoji, r.custom) for r in reactions if r.user_id == viewer]
    by_sign = {(r.emoji, r.custom): r for r in reactions}
    return t.MessageReactions(
        can_see_list=True,
        results=[
            t.ReactionCount(
                chosen_order=mine.index(sign) if sign in mine else None,
                reaction=reaction_view(by_sign[sign]),
                count=count,
            )
            for sign, count in counts.items()
        ],
        recent_reactions=[peer_reaction_view(r, viewer) for r in reactions],
    )


def peer_reaction_view(r: Reaction, viewer: int) -> t.MessagePeerReaction:
    """Who reacted how, as one of the two sees it. Source: type/messagePeerReaction"""
    return t.MessagePeerReaction(
        big=r.big, unread=r.unread and r.user_id != viewer, my=r.user_id == viewer, peer_id=peer_view(r.peer_id),
        date=r.date, reaction=reaction_view(r),
    )  # fmt: skip


def action_view(service: Service, viewer: Viewer) -> t.TypeMessageAction:
    """The event of a service message. Source: type/MessageAction"""
    if service.photo is not None:
        return t.MessageActionChatEditPhoto(photo=photo_view(service.photo, viewer))
    if service.tasks:
        return t.MessageActionTodoAppendTasks(list=[task_view(task) for task in service.tasks])
    if service.poll_answer is not None:
        shown = answer_view(service.poll_answer)
        if service.action == "PollAppendAnswer":
            return t.MessageActionPollAppendAnswer(answer=shown)
        return t.MessageActionPollDeleteAnswer(answer=shown)
    made: t.TypeMessageAction = getattr(t, f"MessageAction{service.action}")(**service.values)
    return made


def people_of(messages: Iterable[Message]) -> set[int]:
    """Marked ids of everybody a client must know to show the messages."""
    ids: set[int] = set()
    for m in messages:
        ids.add(m.peer_id)
        ids.add(m.from_id)
        ids.update(r.peer_id for r in _named(m))
        if m.replies is not None:
            ids |= {*m.replies.recent, m.replies.group_id}
        ids |= _people_in(m.content) if isinstance(m.content, Text) else _people_of_event(m.content)
    ids.discard(0)
    return ids


def _people_of_event(event: Service) -> set[int]:
    """Whom an event of a room speaks of."""
    ids: set[int] = {event.poll_answer.added_by} if event.poll_answer is not None else set()
    for name in ("users", "user_id", "inviter_id"):
        value = event.values.get(name, 0)
        ids |= set(value) if isinstance(value, list) else {int(value)}
    if "channel_id" in event.values:
        ids.add(channel_peer(int(event.values["channel_id"])))  # type: ignore[arg-type]
    if "chat_id" in event.values:
        ids.add(chat_peer(int(event.values["chat_id"])))  # type: ignore[arg-type]
    return ids


def _people_in(content: Text) -> set[int]:
    ids = {e.number for e in content.entities if e.kind == "MentionName"}
    if content.fwd_from is not None:
        ids |= {content.fwd_from.from_id, content.fwd_from.saved_from_peer}
    if content.reply_to is not None and content.reply_to.origin is not None:
        ids |= {content.reply_to.peer_id, content.reply_to.origin.from_id}
    if isinstance(content.media, MediaContact):
        ids.add(content.media.user_id)
    if isinstance(content.media, MediaTodo):
        ids |= {tick.by for tick in content.media.ticks}
    return ids


def short_view(m: Message, pts: int, pts_count: int) -> t.UpdateShortMessage | None:
    """The short form of a plain private text, None when it needs the full one. Source: type/updateShortMessage"""
    content = m.content
    if not isinstance(content, Text) or content.media is not None or m.peer_id < 0 or m.peer_id == m.owner_id:
        return None
    if m.grouped_id or content.fwd_from or content.noforwards or content.effect or content.invert_media:
        return None
    if content.from_scheduled or (content.reply_to is not None and content.reply_to.origin is not None):
        return None
    if content.markup or (content.entities and any(e.kind == "MentionName" for e in content.entities)):
        return None
    return t.UpdateShortMessage(
        out=m.out, silent=content.silent, id=m.id, user_id=m.peer_id, message=content.message, pts=pts,
        pts_count=pts_count, date=m.date, reply_to=reply_view(content.reply_to) if content.reply_to else None,
        entities=entities_view(content.entities), ttl_period=content.ttl_period or None,
    )  # fmt: skip


