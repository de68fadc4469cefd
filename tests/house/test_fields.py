"""What a client asks for is read by the method that answers it, or stands here with the reason why it is not."""

import inspect
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from chappe import tl
from chappe.rpc.dispatch import methods

PASSED_ON = re.compile(r"(?:(\w+)\.)?(\w+)\((?:[\w.]+, )*(?:q|query)\b")
"""A function that is given the whole call."""

SENDING = "forwardMessages sendMedia sendMessage sendMultiMedia"
NOT_READ: dict[str, tuple[tuple[str, str], ...]] = {
    "nothing is paid for here": (
        ("messages", f"allow_paid_floodskip: {SENDING}"), ("messages", f"allow_paid_stars: {SENDING}"),
        ("channels", "allow_paid_stars: searchPosts"), ("channels", "for_paid_reactions: getSendAs"),
        ("messages", "subscription_expired: getChatInviteImporters"),
        ("messages", "paid_enabled: setChatAvailableReactions"), ("messages", "password: getBotCallbackAnswer"),
    ),
    "answers are whole, or small": (
        ("channels", "hash: getParticipants"), ("messages", "poll_hash: getPollResults"),
        ("messages", "hash: getDialogs getHistory getReplies getSavedDialogs getSavedHistory getScheduledHistory"),
        ("messages", "hash: getWebPage search"), ("updates", "filter: getChannelDifference"),
        ("updates", "force: getChannelDifference"), ("updates", "qts_limit: getDifference"),
        ("account", "file_max_size: initTakeoutSession"), ("upload", "precise: getFile"),
        ("account", "compare_sound: getNotifyExceptions"), ("account", "compare_stories: getNotifyExceptions"),
    ),
    "the place in a list is told by an id beside it": (
        ("messages", "add_offset: getUnreadPollVotes"), ("messages", "offset_topic: getForumTopics"),
        ("messages", "offset_date: getSearchResultsCalendar"),
    ),
    "the client speaks of itself": (
        ("messages", f"background: {SENDING}"), ("account", "reason: deleteAccount"), ("auth", "reason: resendCode"),
        ("auth", "api_hash: exportLoginToken initPasskeyLogin"), ("auth", "except_ids: exportLoginToken"),
        ("auth", "from_dc_id: finishPasskeyLogin"), ("auth", "flags: importBotAuthorization"),
        ("account", "other_uids: registerDevice unregisterDevice"), ("account", "success: finishTakeoutSession"),
        ("contacts", "referer: resolveUsername"), ("help", "source: getAppUpdate"),
        ("channels", "for_import: createChannel"), ("channels", "check_limit: getAdminedPublicChannels"),
        ("channels", "for_personal: getAdminedPublicChannels"),
        ("messages", "update_stickersets_order: sendMedia sendMessage sendMultiMedia"),
    ),
    "read before the call is": (("auth", "encrypted_message: bindTempAuthKey"), ("auth", "nonce: bindTempAuthKey")),
    "what it is about is not here": (
        ("channels", "address: createChannel"), ("channels", "geo_point: createChannel"),
        ("channels", "by_location: getAdminedPublicChannels"), ("channels", "for_live_stories: getSendAs"),
        ("channels", "for_community_peer: getAdminedPublicChannels"), ("messages", "community: searchGlobal"),
        ("channels", "guard_bot: toggleJoinRequest"),
        ("messages", "business_connection_id: uploadMedia"), ("messages", "from_ephemeral: forwardMessages"),
        ("messages", "with_my_score: forwardMessages"), ("messages", "rich_message: sendMessage"),
        ("messages", "saved_reaction: search"), ("upload", "cdn_supported: getFile"),
    ),
    "something smaller is done, as if it had not been said": (
        ("channels", "tabs: toggleForum"), ("messages", "fwd_limit: addChatUser"),
        ("messages", "request_msg_id: toggleNoForwards"),
        ("messages", "title_missing: createForumTopic"), ("messages", "video_timestamp: forwardMessages"),
        ("photos", "video_start_ts: uploadProfilePhoto"),
        ("stats", "dark: getBroadcastStats getMegagroupStats getMessageStats getPollStats"),
    ),
}  # fmt: skip


def test_every_field_of_a_call_is_read() -> None:
    told = [
        (f"{room}.{method}", field)
        for rows in NOT_READ.values() for room, row in rows
        for field, _, names in [row.partition(": ")] for method in names.split()
    ]  # fmt: skip
    assert len(told) == len(set(told))
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, function in methods().items():
        said = read_by(function)
        for field in tl.function(name).FORM.fields:
            if field.kind != "#" and not re.search(rf'\.{field.name}\b|"{field.name}"', said):
                found[name].append(field.name)
    assert {(name, field) for name, fields in found.items() for field in fields} == set(told)


def read_by(function: Callable[..., Any]) -> str:
    """The text of the method's module, and of those to whose functions the call is passed on."""
    module = inspect.getmodule(inspect.unwrap(function))
    assert module is not None
    text = inspect.getsource(module)
    whole = [text]
    for place, name in PASSED_ON.findall(text):
        given = getattr(getattr(module, place, None), name, None) if place else getattr(module, name, None)
        where = inspect.getmodule(given) if callable(given) else None
        if where is not None and where.__name__.startswith("chappe.rpc"):
            whole.append(inspect.getsource(where))
    return "\n".join(whole)
