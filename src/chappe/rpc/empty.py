"""Read-only calls that clients make at start-up and Chappe does not do yet: a typed empty value each.

Source: api/invoking
Never a write. Each row names the client that needs it. `chappe methods` lists these apart; they are not features.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from chappe import tl
from chappe.base.errors import Invalid
from chappe.tl import types as t
from chappe.tl.values import TLObject


@dataclass(frozen=True, slots=True)
class Empty:
    """One row: who needs it, and the value when the generic empty one of the result type will not do."""

    client: str
    made: Callable[[Any], object] | None = None
    open: bool = False

    def value(self, query: TLObject) -> object:
        """The typed empty answer to the query."""
        return self.made(query) if self.made else tl.empty(type(query).RESULT)


TDLIB, MTCUTE, KURIGRAM, WEB = "TDLib", "mtcute", "Kurigram", "web clients"


def _no_strings(query: Any) -> t.LangPackDifference:
    """A language pack without strings: the client keeps its own."""
    return t.LangPackDifference(
        lang_code=query.lang_code, from_version=getattr(query, "from_version", 0), version=1, strings=[]
    )


def _no_sticker_set(query: Any) -> NoReturn:
    """There is none. COMPAT TDLib: it aborts when a set it never had is called not modified."""
    raise Invalid("stickerset_invalid")


EMPTY: dict[str, Empty] = {
    "account.getChatThemes": Empty(TDLIB),
    "account.getCollectibleEmojiStatuses": Empty(TDLIB),
    "account.getDefaultBackgroundEmojis": Empty(TDLIB),
    "account.getDefaultEmojiStatuses": Empty(TDLIB),
    "account.getDefaultGroupPhotoEmojis": Empty(TDLIB),
    "account.getDefaultProfilePhotoEmojis": Empty(TDLIB),
    "account.getReactionsNotifySettings": Empty(
        TDLIB, lambda q: t.ReactionsNotifySettings(sound=t.NotificationSoundDefault(), show_previews=True)
    ),
    "account.getRecentEmojiStatuses": Empty(TDLIB),
    "account.getSavedRingtones": Empty(TDLIB),
    "account.getWebBrowserSettings": Empty(TDLIB),
    "aicompose.getTones": Empty(TDLIB),
    "contacts.getBirthdays": Empty(TDLIB),
    "contacts.getTopPeers": Empty(TDLIB, lambda q: t.contacts.TopPeersDisabled()),
    "help.getPeerColors": Empty(TDLIB, lambda q: t.help.PeerColors(hash=0, colors=[])),
    "help.getPeerProfileColors": Empty(TDLIB, lambda q: t.help.PeerColors(hash=0, colors=[])),
    "help.getPremiumPromo": Empty(TDLIB),
    "help.getPromoData": Empty(TDLIB, lambda q: t.help.PromoDataEmpty(expires=2**31 - 1)),
    "langpack.getDifference": Empty(TDLIB, _no_strings, open=True),
    "langpack.getLangPack": Empty(TDLIB, _no_strings, open=True),
    "langpack.getLanguages": Empty(TDLIB, open=True),
    "langpack.getStrings": Empty(TDLIB, open=True),
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
    "messages.getStickerSet": Empty(TDLIB, _no_sticker_set),
    "messages.getSuggestedDialogFilters": Empty(TDLIB),
    "payments.getStarsTopupOptions": Empty(TDLIB),
    "stories.getAllReadPeerStories": Empty(TDLIB),
    "stories.getAllStories": Empty(TDLIB),
}
