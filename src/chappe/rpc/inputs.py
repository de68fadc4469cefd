"""What clients name in TL as values of the domain; every access hash is checked here.

Source: api/peers, api/entities
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId, channel_peer, chat_peer, is_channel
from chappe.domain import access, bots, messages, room_bots, updates
from chappe.domain.content import Entity, Markup, ReplyTo
from chappe.domain.messages import ENTITIES
from chappe.domain.records import Message
from chappe.rpc.context import Call
from chappe.rpc.views.entities import DATED, PLAIN
from chappe.rpc.views.keyboards import markup_of
from chappe.store import Reader
from chappe.tl import types as t

LOOKED_AT = 4 * ENTITIES
"""Entities of one text that are looked at."""
URL_LENGTH = 2048
MADE_UP = 1
"""A hash that clients give what they know without having been told; it opens one's own chat with the service alone."""
LANGUAGE_LENGTH = 64


async def peer(call: Call, value: t.TypeInputPeer) -> PeerId:
    """The marked id of a peer. Errors: Invalid peer_id_invalid, also for a foreign access hash."""
    match value:
        case t.InputPeerSelf():
            return PeerId(call.user_id)
        case t.InputPeerUser(access_hash=0) if value.user_id != call.user_id:
            return await _met(call, value.user_id, "peer_id_invalid")
        case t.InputPeerUser():
            return _checked(call, value.user_id, value.access_hash, "peer_id_invalid")
        case t.InputPeerUserFromMessage():
            return PeerId(await _from_message(call, value.peer, value.msg_id, value.user_id))
        case t.InputPeerChat():
            return await _group(call, chat_peer(value.chat_id))
        case t.InputPeerChannel(access_hash=0):
            return await _met(call, channel_peer(value.channel_id), "channel_invalid")
        case t.InputPeerChannel():
            return _checked(call, channel_peer(value.channel_id), value.access_hash, "channel_invalid")
        case t.InputPeerChannelFromMessage():
            return PeerId(await _from_message(call, value.peer, value.msg_id, channel_peer(value.channel_id)))
        case _:
            raise Invalid("peer_id_invalid")


async def _group(call: Call, chat: PeerId) -> PeerId:
    """A basic group the caller is or was in; it has no hash that could prove more. Errors: NotFound peer_id_invalid."""
    await call.read(lambda rx: access.require_read(rx, call.user_id, chat))
    return chat


async def channel(call: Call, value: t.TypeInputChannel) -> PeerId:
    """The marked id of a supergroup or channel. Errors: Invalid channel_invalid, also for a foreign access hash."""
    match value:
        case t.InputChannel(access_hash=0):
            return await _met(call, channel_peer(value.channel_id), "channel_invalid")
        case t.InputChannel():
            return _checked(call, channel_peer(value.channel_id), value.access_hash, "channel_invalid")
        case t.InputChannelFromMessage():
            return PeerId(await _from_message(call, value.peer, value.msg_id, channel_peer(value.channel_id)))
        case _:
            raise Invalid("channel_invalid")


async def user(call: Call, value: t.TypeInputUser) -> UserId:
    """The id of a person. Errors: Invalid user_id_invalid, also for a foreign access hash."""
    match value:
        case t.InputUserSelf():
            return call.user_id
        case t.InputUser(access_hash=0) if value.user_id != call.user_id:
            return UserId(await _met(call, value.user_id, "user_id_invalid"))
        case t.InputUser():
            return UserId(_checked(call, value.user_id, value.access_hash, "user_id_invalid"))
        case t.InputUserFromMessage():
            return UserId(await _from_message(call, value.peer, value.msg_id, value.user_id))
        case _:
            raise Invalid("user_id_invalid")


async def _met(call: Call, peer_id: int, reason: str) -> PeerId:
    """A peer named by number alone: bots may, of who wrote to them and of rooms they are in. Errors: Invalid(reason).

    COMPAT Telethon, Pyrogram: bots send hash 0 for what they know the number of.
    """
    if not await call.read(lambda rx: bots.has_met(rx, call.user_id, peer_id)):
        raise Invalid(reason)
    return PeerId(peer_id)


def _checked(call: Call, user_id: int, access_hash: int, reason: str) -> PeerId:
    # COMPAT TDLib: it knows the service account by itself, and until it is told more, with this hash.
    if user_id == access.SERVICE_USER and access_hash == MADE_UP:
        return PeerId(user_id)
    # COMPAT Telethon, Pyrogram: hash 0 is sent for the own account only.
    if user_id != call.user_id or access_hash:
        call.services.access.require_hash(call.user_id, user_id, access_hash, reason)
    return PeerId(user_id)


async def _from_message(call: Call, container: t.TypeInputPeer, msg_id: int, user_id: int) -> int:
    """Somebody named by a message in which the caller saw them. Source: api/min"""
    from chappe.rpc.views.messages import people_of

    where = await peer(call, container)
    box = where if is_channel(where) else PeerId(call.user_id)

    def query(rx: Reader) -> list[Message]:
        grant = access.require_read(rx, call.user_id, where)
        found = updates.messages_by_id(rx, box, (msg_id,)) if msg_id > grant.floor else []
        return room_bots.heard(rx, grant, found)

    found = await call.read(query)
    if not found or found[0].peer_id != where or user_id not in people_of(found):
        raise Invalid("user_id_invalid")
    return user_id


def entities(call: Call, values: Sequence[t.TypeMessageEntity] | None) -> tuple[Entity, ...]:
    """Formatting as content; at most 100 are kept.

    Left out are unknown kinds, links too long to be some, and mentions of people whom the caller cannot name.
    """
    out = [made for value in islice(values or (), LOOKED_AT) if (made := _entity(call, value)) is not None]
    return tuple(out[:ENTITIES])


def _entity(call: Call, value: t.TypeMessageEntity) -> Entity | None:
    place = (value.offset, value.length)
    match value:
        case t.MessageEntityPre():
            return Entity("Pre", *place, value=value.language[:LANGUAGE_LENGTH])
        case t.MessageEntityTextUrl():
            return Entity("TextUrl", *place, value=value.url) if len(value.url) <= URL_LENGTH else None
        case t.InputMessageEntityMentionName():
            named = _mentioned(call, value.user_id)
            return Entity("MentionName", *place, number=named) if named else None
        case t.MessageEntityCustomEmoji():
            return Entity("CustomEmoji", *place, number=value.document_id)
        case t.MessageEntityDiffReplace():
            return Entity("DiffReplace", *place, value=value.old_text[:URL_LENGTH])
        case t.MessageEntityFormattedDate():
            how = " ".join(name for name in DATED if getattr(value, name))
            return Entity("FormattedDate", *place, value=how, number=value.date)
        case t.MessageEntityBlockquote():
            return Entity("Blockquote", *place, flag=bool(value.collapsed))
        case _:
            kind = type(value).NAME.removeprefix("messageEntity")
            return Entity(kind, *place) if kind in PLAIN else None


def _mentioned(call: Call, value: t.TypeInputUser) -> int:
    """Who is mentioned, 0 for whom the caller cannot name."""
    if isinstance(value, t.InputUserSelf):
        return call.user_id
    if not isinstance(value, t.InputUser):
        return 0
    try:
        return _checked(call, value.user_id, value.access_hash, "user_id_invalid")
    except Invalid:
        return 0


def reply_to(call: Call, value: t.TypeInputReplyTo | None) -> ReplyTo | None:
    """What a new message answers.

    Errors: Invalid reply_to_invalid for stories, monoforums and other chats (for those, `replies.answered`);
    quote_text_invalid for one that is too long.
    """
    if value is None:
        return None
    if not isinstance(value, t.InputReplyToMessage) or value.reply_to_peer_id or value.monoforum_peer_id:
        raise Invalid("reply_to_invalid")
    quote, marks = value.quote_text or "", entities(call, value.quote_entities)
    messages.require_quote(quote, marks)
    offset = -1 if value.quote_offset is None else value.quote_offset
    # COMPAT TDLib, tdesktop: a message to a topic that answers none names the topic alone.
    return ReplyTo(value.reply_to_msg_id or value.top_msg_id or 0, quote, marks, offset)


def markup(call: Call, value: t.TypeReplyMarkup | None) -> Markup | None:
    """The keyboard that the calling bot sends; from people none is taken, as ever. Errors: as `markup_of`."""
    return markup_of(value) if value is not None and call.bot else None


def for_all_to_see(query: Any) -> None:
    """What is sent shall stand in the chat: a wish to keep it for later use, or to suggest it, must not send it.

    Errors: Invalid shortcut_invalid, suggested_post_peer_invalid.
    """
    absent(query.quick_reply_shortcut, "shortcut_invalid")
    absent(getattr(query, "suggested_post", None), "suggested_post_peer_invalid")


def absent(value: object, reason: str) -> None:
    """The field, about what Chappe has not, says nothing. Errors: Invalid(reason)."""
    if value is not None:
        raise Invalid(reason)


async def speaker(call: Call, target: PeerId, value: t.TypeInputPeer | None) -> PeerId:
    """In whose name something is said, 0 for the usual one; among people everybody speaks as themselves.

    Errors: Invalid send_as_peer_invalid, peer_id_invalid, channel_invalid.
    """
    if value is None:
        return PeerId(0)
    if target < 0:
        return await peer(call, value)
    mine = isinstance(value, t.InputPeerUser) and value.user_id == call.user_id
    if not mine and not isinstance(value, t.InputPeerSelf):
        raise Invalid("send_as_peer_invalid")
    return PeerId(0)


REPEATS_S = frozenset(86_400 * days for days in (1, 7, 14, 30, 91, 182, 365))
"""After how long a message may be said again. Source: api/scheduled-messages#repeated"""


def repeat(value: int | None, date: int) -> int:
    """After how long what has this date shall be said again, 0 for never. Errors: Invalid schedule_date_invalid."""
    if value and (value not in REPEATS_S or not date):
        raise Invalid("schedule_date_invalid")
    return value or 0


def schedule_date(value: int | None) -> int:
    """When a message shall be sent, 0 for now. Errors: Invalid schedule_date_invalid."""
    if value is not None and value <= 0:
        raise Invalid("schedule_date_invalid")
    return value or 0
