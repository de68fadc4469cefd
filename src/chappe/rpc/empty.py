"""Read-only calls that clients make at start-up and Chappe does not do yet: a typed empty value each.

Source: clients/start-up
Never a write. Each row names the client that needs it. `chappe methods` lists these apart; they are not features.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chappe import tl
from chappe.tl import types as t
from chappe.tl.values import TLObject


@dataclass(frozen=True, slots=True)
class Empty:
    """One row: who needs it, and the value when the generic empty one of the result type will not do."""

    client: str
    made: Callable[[], object] | None = None
    open: bool = False

    def value(self, query: TLObject) -> object:
        """The typed empty answer to the query."""
        return self.made() if self.made else tl.empty(type(query).RESULT)


TDLIB, MTCUTE, KURIGRAM, WEB = "TDLib", "mtcute", "Kurigram", "web clients"

EMPTY: dict[str, Empty] = {
    "account.getChatThemes": Empty(TDLIB),
    "account.getCollectibleEmojiStatuses": Empty(TDLIB),
    "account.getDefaultBackgroundEmojis": Empty(TDLIB),
    "account.getDefaultEmojiStatuses": Empty(TDLIB),
    "account.getDefaultGroupPhotoEmojis": Empty(TDLIB),
    "account.getDefaultProfilePhotoEmojis": Empty(TDLIB),
    "account.getReactionsNotifySettings": Empty(
        TDLIB, lambda: t.ReactionsNotifySettings(sound=t.NotificationSoundDefault(), show_previews=True)
    ),
    "account.getRecentEmojiStatuses": Empty(TDLIB),
    "account.getSavedRingtones": Empty(TDLIB),
    "account.getWebBrowserSettings": Empty(TDLIB),
    "aicompose.getTones": Empty(TDLIB),
    "contacts.getBirthdays": Empty(TDLIB),
    "contacts.getTopPeers": Empty(TDLIB, lambda: t.contacts.TopPeersDisabled()),
    "help.getPeerColors": Empty(TDLIB, lambda: t.help.PeerColors(hash=0, colors=[])),
    "help.getPeerProfileColors": Empty(TDLIB, lambda: t.help.PeerColors(hash=0, colors=[])),
    "help.getPremiumPromo": Empty(TDLIB),
    "help.getPromoData": Empty(TDLIB, lambda: t.help.PromoDataEmpty(expires=2**31 - 1)),
    "messages.getAttachMenuBots": Empty(TDLIB),
    "messages.getAvailableEffects": Empty(TDLIB),
    "messages.getEmojiKeywordsDifference": Empty(TDLIB),
    "messages.getEmojiStickers": Empty(TDLIB),
    "messages.getFavedStickers": Empty(TDLIB),
    "messages.getFeaturedEmojiStickers": Empty(TDLIB),
    "messages.getFeaturedStickers": Empty(TDLIB),
    "messages.getQuickReplies": Empty(TDLIB),
    "messages.getRecentStickers": Empty(TDLIB),
    "messages.getSavedGifs": Empty(TDLIB),
    "messages.getSavedReactionTags": Empty(TDLIB),
    "messages.getStickerSet": Empty(TDLIB, lambda: t.messages.StickerSetNotModified()),
    "messages.getSuggestedDialogFilters": Empty(TDLIB),
    "payments.getStarsTopupOptions": Empty(TDLIB),
    "stories.getAllReadPeerStories": Empty(TDLIB),
    "stories.getAllStories": Empty(TDLIB),
}
