"""What cannot be derived between layers: hand-written rules, and what stands in for what an old layer lacks.

`tools/gen.py` refuses to generate while a retyped or newly required field, or a constructor that an older layer
lacks inside a union it has, is in none of these tables. A rule holds for the layers up to the one it names.
"""

from collections.abc import Callable
from typing import Any

from chappe.tl import buttons, table
from chappe.tl import functions as f
from chappe.tl import types as t
from chappe.tl.values import TLObject, class_of_form

Rule = Callable[[Any], Any]


def old(name: str, layer: int) -> type[Any]:
    """The class of a constructor's form in an older layer. Errors: LookupError if that layer lacks it."""
    form = table.form_in("T", name, layer)
    if form is None:
        raise LookupError(f"layer {layer} has no {name}")
    return class_of_form(form)


# ── single rules ──


def _join_result_webview_up(value: Any) -> TLObject:
    query_id = getattr(value.webview, "query_id", None) or 0
    return t.messages.ChatInviteJoinResultWebView(bot_id=value.bot_id, query_id=query_id, users=value.users)


def _join_result_webview_down(value: Any) -> TLObject:
    view = t.WebViewResultUrl(url="", query_id=value.query_id)
    made: TLObject = old(value.NAME, 227)(bot_id=value.bot_id, webview=view, users=value.users)
    return made


def _media_poll_up(value: Any) -> TLObject:
    """Correct answers were the options themselves, now they are positions among the answers; −1 if it is none."""
    options = [getattr(answer, "option", None) for answer in value.poll.answers]
    places = {option: place for place, option in enumerate(options)}
    answers = value.correct_answers
    return t.InputMediaPoll(
        poll=value.poll,
        correct_answers=None if answers is None else [places.get(answer, -1) for answer in answers],
        solution=value.solution,
        solution_entities=value.solution_entities,
    )


def _media_poll_down(value: Any) -> TLObject:
    options = dict(enumerate(getattr(answer, "option", b"") for answer in value.poll.answers))
    chosen = value.correct_answers
    made: TLObject = old(value.NAME, 223)(
        poll=value.poll,
        correct_answers=None if chosen is None else [options.get(place, b"") for place in chosen],
        solution=value.solution,
        solution_entities=value.solution_entities,
    )
    return made


def _rarity_up(cls: str) -> Rule:
    def up(value: Any) -> TLObject:
        fields = {name: getattr(value, name) for name in value.FIELDS if name != "rarity_permille"}
        made: TLObject = getattr(t, cls)(rarity=t.StarGiftAttributeRarity(permille=value.rarity_permille), **fields)
        return made

    return up


def _rarity_down(value: Any) -> TLObject:
    """A rarity without a number, which came later, counts as the rarest there is."""
    cls = old(value.NAME, 221)
    fields = {name: getattr(value, name) for name in cls.FIELDS if name != "rarity_permille"}
    made: TLObject = cls(rarity_permille=getattr(value.rarity, "permille", 1), **fields)
    return made


# ── methods that moved: the old id stays an alias ──


def _peer(channel: Any) -> t.TypeInputPeer:
    match channel:
        case t.InputChannel(channel_id=channel_id, access_hash=access_hash):
            return t.InputPeerChannel(channel_id=channel_id, access_hash=access_hash)
        case t.InputChannelFromMessage(peer=peer, msg_id=msg_id, channel_id=channel_id):
            return t.InputPeerChannelFromMessage(peer=peer, msg_id=msg_id, channel_id=channel_id)
        case _:
            return t.InputPeerEmpty()


def _moved(name: str) -> Rule:
    """The same fields under another name, the channel now a peer."""

    def up(value: Any) -> TLObject:
        fields = {field: getattr(value, field) for field in value.FIELDS if field != "channel"}
        made: TLObject = getattr(f.messages, name)(peer=_peer(value.channel), **fields)
        return made

    return up


_GIFT_ATTRIBUTES = ("Backdrop", "Model", "Pattern")
_FORUM_METHODS = {
    "channels.createForumTopic": "CreateForumTopic",
    "channels.deleteTopicHistory": "DeleteTopicHistory",
    "channels.editCreator": "EditChatCreator",
    "channels.editForumTopic": "EditForumTopic",
    "channels.getForumTopics": "GetForumTopics",
    "channels.getForumTopicsByID": "GetForumTopicsByID",
    "channels.getFutureCreatorAfterLeave": "GetFutureChatCreatorAfterLeave",
    "channels.reorderPinnedForumTopics": "ReorderPinnedForumTopics",
    "channels.updatePinnedForumTopic": "UpdatePinnedForumTopic",
}

# name → (last layer of the old form, rule from the old form to the canonical value)
UP: dict[str, tuple[int, Rule]] = {
    "inputMediaPoll": (223, _media_poll_up),
    "messages.chatInviteJoinResultWebView": (227, _join_result_webview_up),
    **{f"starGiftAttribute{last}": (221, _rarity_up(f"StarGiftAttribute{last}")) for last in _GIFT_ATTRIBUTES},
    **{name: (228, rule) for name, rule in buttons.UP.items()},
    **{name: (227, _moved(new)) for name, new in _FORUM_METHODS.items()},
}

# name → (last layer that needs it, rule from the canonical value to one that layer knows)
DOWN: dict[str, tuple[int, Rule]] = {
    "inputMediaPoll": (223, _media_poll_down),
    "messages.chatInviteJoinResultOk": (223, lambda value: value.updates),
    "messages.chatInviteJoinResultWebView": (227, _join_result_webview_down),
    **{f"starGiftAttribute{last}": (221, _rarity_down) for last in _GIFT_ATTRIBUTES},
    **{name: (228, rule) for name, rule in buttons.DOWN.items()},
}

# Required fields that older forms lack: what a value decoded from such a form says.
NEWLY_REQUIRED: dict[tuple[str, str], object] = {
    ("auth.sentCodePaymentRequired", "premium_days"): 0,
    ("dialog", "unread_poll_votes_count"): 0,
    ("forumTopic", "unread_poll_votes_count"): 0,
    ("inputStorePaymentAuthCode", "premium_days"): 0,
    ("messages.getPollResults", "poll_hash"): 0,
    ("poll", "hash"): 0,
    ("updateMessagePollVote", "positions"): [],
}

# Optional fields that older forms require: what is sent where the value has none.
ONCE_REQUIRED: dict[tuple[str, str], Callable[[], object]] = {
    ("ephemeralMessage", "peer_id"): lambda: t.PeerUser(user_id=0),
    ("pageListOrderedItemBlocks", "num"): str,
    ("pageListOrderedItemText", "num"): str,
    ("pollAnswerVoters", "voters"): int,
    ("updateEphemeralBotCallbackQuery", "peer"): lambda: t.PeerUser(user_id=0),
    ("urlAuthResultAccepted", "url"): str,
}


def _plain_text(value: Any) -> TLObject:
    """Later kinds of rich text keep their words and lose their form."""
    if isinstance(inner := getattr(value, "text", None), TLObject):
        return inner
    words = getattr(value, "alt", None) or getattr(value, "source", None)
    return t.TextPlain(text=words) if words else t.TextEmpty()


# (union, what may come in its place) → the member that is meant, of the same fields
# COMPAT Kurigram, Pyrofork: they name a peer where a channel or a user is asked for, as Telegram lets them.
ALSO = {
    ("InputChannel", "inputPeerChannel"): "inputChannel",
    ("InputChannel", "inputPeerChannelFromMessage"): "inputChannelFromMessage",
    ("InputUser", "inputPeerUser"): "inputUser",
    ("InputUser", "inputPeerUserFromMessage"): "inputUserFromMessage",
    ("InputUser", "inputPeerSelf"): "inputUserSelf",
}

# union → what stands in for a member the layer lacks; it must be a member that every layer has
STAND_INS: dict[str, Rule] = {
    "BotInlineMessage": lambda value: t.BotInlineMessageText(message="", reply_markup=value.reply_markup),
    "Chat": lambda value: t.ChatEmpty(id=value.id),
    "MessageAction": lambda value: t.MessageActionEmpty(),
    "MessageEntity": lambda value: t.MessageEntityUnknown(offset=value.offset, length=value.length),
    "MessageMedia": lambda value: t.MessageMediaUnsupported(),
    "PageBlock": lambda value: t.PageBlockUnsupported(),
    "RequestPeerType": lambda value: t.RequestPeerTypeUser(bot=True),
    "RichText": _plain_text,
    "SendMessageAction": lambda value: t.SendMessageCancelAction(),
}

# Unions whose members a layer lacks are left out of vectors.
LEFT_OUT = frozenset({"Dialog", "DialogPeer", "WebPageAttribute"})

# Unions without a stand-in: encoding raises Lacking, and the caller says something else or nothing.
REFUSED = frozenset(
    {
        "ChannelAdminLogEventAction",  # the log leaves the event out
        "ChatFull",  # a community asked for by a client that knows none: refused by the method
        "InputMedia",  # only in drafts, which hold what their author's own layer knew
        "InputReplyTo",  # likewise
        "MessagesFilter",  # an answer repeats the filter the client asked with
        "NotifyPeer",  # only in an update, which is left to the difference
        "PollAnswer",  # the input form, which the server never sends
        "TopPeerCategory",  # an answer has the categories the client asked for
        "Update",  # push turns it into a hint to fetch the difference
    }
)
