"""What `chappe methods` tells beyond the list of functions: wrappers, and why methods about rooms are not done."""

NOT_HERE = "not offered here"
LATER = "comes with another part of the server"

WRAPPERS: dict[str, str] = {
    "initConnection": "",
    "invokeAfterMsg": "",
    "invokeAfterMsgs": "",
    "invokeWithApnsSecret": "the proof is not looked at",
    "invokeWithGooglePlayIntegrity": "the proof is not looked at",
    "invokeWithLayer": "",
    "invokeWithMessagesRange": "ranges other than the whole",
    "invokeWithReCaptcha": "the proof is not looked at",
    "invokeWithTakeout": "",
    "invokeWithoutUpdates": "",
}
"""Method that wraps another, taken off before a function is looked for → what is left out of it."""

WHY: dict[str, str] = {
    "channels.convertToGigagroup": f"{NOT_HERE}: a supergroup has no bound that would need it",
    "channels.deactivateAllUsernames": f"{NOT_HERE}: a room has one name, which channels.updateUsername takes away",
    "channels.editLocation": f"{NOT_HERE}: rooms are not found by place, for privacy",
    "channels.reorderUsernames": f"{NOT_HERE}: a room has one name",
    "channels.reportAntiSpamFalsePositive": f"{NOT_HERE}: nothing in a group is deleted by the server as spam",
    "channels.restrictSponsoredMessages": f"{NOT_HERE}: there is no advertising",
    "channels.setBoostsToUnblockRestrictions": f"{NOT_HERE}: nothing is locked behind boosts",
    "channels.setEmojiStickers": f"{LATER}: sticker sets",
    "channels.setMainProfileTab": "not done: clients choose the tab",
    "channels.setStickers": f"{LATER}: sticker sets",
    "channels.toggleAntiSpam": f"{NOT_HERE}: nothing in a group is deleted by the server as spam",
    "channels.toggleAutotranslation": f"{LATER}: translation",
    "channels.toggleUsername": f"{NOT_HERE}: a room has one name",
    "channels.updateColor": "not done: names have the colour that clients make of the number",
    "channels.updateEmojiStatus": f"{LATER}: custom emoji",
    "channels.updatePaidMessagesPrice": f"{NOT_HERE}: nothing is paid for",
    "messages.getFutureChatCreatorAfterLeave":
        "not done: a creator who leaves stays the creator; a deleted account alone is followed by an administrator",
    "messages.requestChatJoinWebView": f"{LATER}: bots",
    "messages.sendPaidReaction": f"{NOT_HERE}: nothing is paid for",
    "messages.toggleSuggestedPostApproval": "not done: channels have no direct messages yet",
    "stats.getStoryPublicForwards": "not done: there are no stories",
    "stats.getStoryStats": "not done: there are no stories",
    "stories.report": "not done: there are no stories",
}
"""Method → why it is refused."""
