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
    made: Callable[[Any, int], object] | None = None
    open: bool = False

    def value(self, query: TLObject, user_id: int) -> object:
        """The typed empty answer to the person's query."""
        return self.made(query, user_id) if self.made else tl.empty(type(query).RESULT)


TDLIB = "TDLib"
LANGUAGES = 10
"""Languages of one call that are answered."""


def _no_strings(query: Any, me: int) -> t.LangPackDifference:
    """A language pack without strings: the client keeps its own."""
    return t.LangPackDifference(
        lang_code=query.lang_code, from_version=getattr(query, "from_version", 0), version=1, strings=[]
    )


def _no_sticker_set(query: Any, me: int) -> NoReturn:
    """There is none. COMPAT TDLib: it aborts when a set it never had is called not modified."""
    raise Invalid("stickerset_invalid")


def _no_keywords(query: Any, me: int) -> t.EmojiKeywordsDifference:
    """None in that language. COMPAT TDLib: another language, or no version, is an error to it."""
    version = getattr(query, "from_version", 0)
    return t.EmojiKeywordsDifference(
        lang_code=query.lang_code, from_version=version, version=max(1, version), keywords=[]
    )


def _their_languages(query: Any, me: int) -> list[t.EmojiLanguage]:
    """Those that were asked for. COMPAT TDLib: an empty list is an error to it."""
    return [t.EmojiLanguage(lang_code=code) for code in query.lang_codes[:LANGUAGES] or ["en"]]


def _no_stories(query: Any, me: int) -> t.stories.PeerStories:
    """The peer has none. COMPAT TDLib: those of another peer than it asked for are an error to it."""
    return t.stories.PeerStories(stories=t.PeerStories(peer=_named(query.peer, me), stories=[]), chats=[], users=[])


def _no_stories_at_all(query: Any, me: int) -> t.stories.AllStories:
    """There are none. COMPAT TDLib: a state that is empty is an error to it."""
    return t.stories.AllStories(
        count=0, state="0", peer_stories=[], chats=[], users=[], stealth_mode=t.StoriesStealthMode()
    )


def _named(value: t.TypeInputPeer, me: int) -> t.TypePeer:
    match value:
        case t.InputPeerUser():
            return t.PeerUser(user_id=value.user_id)
        case t.InputPeerChat():
            return t.PeerChat(chat_id=value.chat_id)
        case t.InputPeerChannel():
            return t.PeerChannel(channel_id=value.channel_id)
        case _:
            return t.PeerUser(user_id=me)


EMPTY: dict[str, Empty] = {
    "account.getChatThemes": Empty(TDLIB),
    "account.getCollectibleEmojiStatuses": Empty(TDLIB),
    "account.getDefaultBackgroundEmojis": Empty(TDLIB),
    "account.getDefaultEmojiStatuses": Empty(TDLIB),
    "account.getDefaultGroupPhotoEmojis": Empty(TDLIB),
    "account.getDefaultProfilePhotoEmojis": Empty(TDLIB),
    "account.getRecentEmojiStatuses": Empty(TDLIB),
    "account.getSavedRingtones": Empty(TDLIB),
    "account.getWallPapers": Empty(TDLIB),
    "account.getWebBrowserSettings": Empty(TDLIB),
    "aicompose.getTones": Empty(TDLIB),
    "contacts.getBirthdays": Empty(TDLIB),
    "contacts.getTopPeers": Empty(TDLIB, lambda q, me: t.contacts.TopPeersDisabled()),
    "help.getDeepLinkInfo": Empty(TDLIB),
    "help.getPeerColors": Empty(TDLIB, lambda q, me: t.help.PeerColors(hash=0, colors=[])),
    "help.getPeerProfileColors": Empty(TDLIB, lambda q, me: t.help.PeerColors(hash=0, colors=[])),
    "help.getPremiumPromo": Empty(TDLIB),
    "help.getPromoData": Empty(TDLIB, lambda q, me: t.help.PromoDataEmpty(expires=2**31 - 1)),
    "langpack.getDifference": Empty(TDLIB, _no_strings, open=True),
    "langpack.getLangPack": Empty(TDLIB, _no_strings, open=True),
    "langpack.getLanguages": Empty(TDLIB, open=True),
    "langpack.getStrings": Empty(TDLIB, open=True),
    "messages.getAllStickers": Empty(TDLIB),
    "messages.getArchivedStickers": Empty(TDLIB),
    "messages.getAttachMenuBots": Empty(TDLIB),
    "messages.getAvailableEffects": Empty(TDLIB),
    "messages.getCustomEmojiDocuments": Empty(TDLIB),
    "messages.getEmojiGroups": Empty(TDLIB),
    "messages.getEmojiKeywords": Empty(TDLIB, _no_keywords),
    "messages.getEmojiKeywordsDifference": Empty(TDLIB, _no_keywords),
    "messages.getEmojiKeywordsLanguages": Empty(TDLIB, _their_languages),
    "messages.getEmojiProfilePhotoGroups": Empty(TDLIB),
    "messages.getEmojiStatusGroups": Empty(TDLIB),
    "messages.getEmojiStickerGroups": Empty(TDLIB),
    "messages.getEmojiStickers": Empty(TDLIB),
    "messages.getFavedStickers": Empty(TDLIB),
    "messages.getFeaturedEmojiStickers": Empty(TDLIB),
    "messages.getFeaturedStickers": Empty(TDLIB),
    "messages.getMaskStickers": Empty(TDLIB),
    "messages.getOldFeaturedStickers": Empty(TDLIB),
    "messages.getQuickReplies": Empty(TDLIB),
    "messages.getRecentStickers": Empty(TDLIB),
    "messages.getSavedGifs": Empty(TDLIB),
    "messages.getSavedReactionTags": Empty(TDLIB),
    "messages.getSponsoredMessages": Empty(TDLIB),
    "messages.getStickerSet": Empty(TDLIB, _no_sticker_set),
    "messages.getStickers": Empty(TDLIB),
    "messages.getSuggestedDialogFilters": Empty(TDLIB),
    "payments.getStarsTopupOptions": Empty(TDLIB),
    "stories.getAllReadPeerStories": Empty(TDLIB),
    "stories.getAllStories": Empty(TDLIB, _no_stories_at_all),
    "stories.getPeerStories": Empty(TDLIB, _no_stories),
    "users.getSavedMusic": Empty(TDLIB),
}
