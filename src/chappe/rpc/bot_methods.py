"""Which methods bots may call, and which nobody else may: one table, asked at every call.

Source: api/bots, method/auth.importBotAuthorization
What is not named here is a person's. Facts: the error tables of the schema as client libraries carry them, and the
methods that the Bot API stands on.
"""

from chappe.base.errors import Invalid

BOTS_MAY = frozenset({
    "auth.bindTempAuthKey", "auth.dropTempAuthKeys", "auth.exportAuthorization", "auth.importAuthorization",
    "auth.importBotAuthorization", "auth.logOut",
    "bots.getBotCommands", "bots.getBotInfo", "bots.resetBotCommands", "bots.setBotCommands", "bots.setBotInfo",
    "channels.deleteMessages", "channels.editAdmin", "channels.editBanned", "channels.editPhoto", "channels.editTitle",
    "channels.getChannels", "channels.getFullChannel", "channels.getMessages", "channels.getParticipant",
    "channels.getParticipants", "channels.leaveChannel",
    "contacts.resolveUsername",
    "help.getConfig", "help.getNearestDc", "help.getTimezonesList",
    "messages.createForumTopic", "messages.deleteChatUser", "messages.deleteMessages", "messages.deleteTopicHistory",
    "messages.editChatAbout", "messages.editChatDefaultBannedRights", "messages.editChatPhoto",
    "messages.editChatTitle", "messages.editExportedChatInvite", "messages.editForumTopic", "messages.editMessage",
    "messages.exportChatInvite", "messages.forwardMessages", "messages.getChats", "messages.getForumTopicsByID",
    "messages.getFullChat", "messages.getMessages", "messages.getStickerSet", "messages.hideChatJoinRequest",
    "messages.sendMedia", "messages.sendMessage", "messages.sendMultiMedia", "messages.sendReaction",
    "messages.setBotCallbackAnswer",
    "messages.setTyping", "messages.unpinAllMessages", "messages.updatePinnedForumTopic",
    "messages.updatePinnedMessage", "messages.uploadMedia",
    "photos.getUserPhotos", "photos.updateProfilePhoto", "photos.uploadProfilePhoto",
    "updates.getChannelDifference", "updates.getDifference", "updates.getState",
    "upload.getFile", "upload.getFileHashes", "upload.saveBigFilePart", "upload.saveFilePart",
    "users.getFullUser", "users.getUsers",
})  # fmt: skip
"""What a bot may call; it is told BOT_METHOD_INVALID of everything else."""
BOTS_ONLY = frozenset({
    "bots.answerWebhookJSONQuery", "bots.getBotCommands", "bots.getBotMenuButton", "bots.resetBotCommands",
    "bots.sendCustomRequest", "bots.setBotBroadcastDefaultAdminRights", "bots.setBotCommands",
    "bots.setBotGroupDefaultAdminRights", "bots.setBotMenuButton", "messages.getGameHighScores",
    "messages.getInlineGameHighScores", "messages.setBotCallbackAnswer", "messages.setBotPrecheckoutResults",
    "messages.setBotShippingResults", "messages.setGameScore", "messages.setInlineBotResults",
    "messages.setInlineGameScore", "users.setSecureValueErrors",
})  # fmt: skip
"""What nobody but a bot may call: people are told USER_BOT_REQUIRED."""


def require(name: str, *, bot: bool) -> None:
    """Who is a bot, or is none, may call the method. Errors: BOT_METHOD_INVALID, USER_BOT_REQUIRED."""
    if bot and name not in BOTS_MAY:
        raise Invalid("bot_method_invalid")
    if not bot and name in BOTS_ONLY:
        raise Invalid("user_bot_required")
