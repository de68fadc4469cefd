"""Link cards: asked for while writing, and put under a message after it was sent.

Source: method/messages.getWebPagePreview, api/links
The fetching is the media room's, in a process that reaches public addresses alone; without it there are no cards.
The picture a page names is fetched there too, decoded in the other process, and kept as a photo of the server's own.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b

from chappe.base.errors import Invalid, Refusal
from chappe.base.ids import PeerId
from chappe.domain import editing, files
from chappe.domain.access import SERVICE_USER
from chappe.domain.content import Media, MediaWebPage, Photo, Text, WebPage
from chappe.domain.formatting import first_url, formatted
from chappe.domain.records import Message
from chappe.domain.updates import Entry
from chappe.rpc import incoming, inputs
from chappe.rpc.context import Call, PreviewPort, Services, method
from chappe.rpc.results import viewer
from chappe.rpc.views.media import media_view, webpage_view
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

log = logging.getLogger("chappe.rpc.previews")

KEPT = 1000
KEPT_S = 3600
"""How long a card is good for further messages with the same link."""
UNDER_WAY = 32
"""Cards fetched at once; links of further messages stay plain."""
PICTURES_AN_HOUR = 2000
"""Pictures of cards kept in an hour; further cards have none."""


class Cards:
    """The cards fetched lately, and the fetches under way."""

    def __init__(self, services: Services, previewer: PreviewPort) -> None:
        self._services = services
        self._previewer = previewer
        self._kept: OrderedDict[str, tuple[int, WebPage | None]] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._pictures = (0, 0)
        services.store.on_commit(self._committed, Entry)

    async def of(self, url: str) -> WebPage | None:
        """The card of the page, None when it has none."""
        now = self._services.now()
        kept = self._kept.get(url)
        if kept is not None and now - kept[0] < KEPT_S:
            return kept[1]
        page = await self._fetch(url)
        self._kept[url] = (now, page)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return page

    async def _fetch(self, url: str) -> WebPage | None:
        try:
            found = await self._previewer.preview(url)
        except Refusal as refusal:
            log.debug("no preview: %s", refusal.reason)
            return None
        photo = await self._photo(found.picture) if found.picture else None
        if not (found.title or found.description or photo):
            return None
        number = int.from_bytes(blake2b(found.url.encode(), digest_size=8).digest(), "little", signed=True)
        return WebPage(
            number, found.url, "ready", found.display_url, found.type, found.site_name, found.title,
            found.description, photo,
        )  # fmt: skip

    async def _photo(self, picture: bytes) -> Photo | None:
        """The picture as a photo, None when it is none that could be shown: a card without one is still a card."""
        hour, taken = self._services.now() // 3600, self._pictures
        if taken[0] == hour and taken[1] >= PICTURES_AN_HOUR:
            return None
        self._pictures = (hour, taken[1] + 1 if taken[0] == hour else 1)
        try:
            made = await self._services.media.photo(picture)
            sizes = await incoming.keep_sizes(self._services.blobs, made.sizes)

            def act(tx: Tx) -> Photo:
                photo = Photo(files.take_id(tx), tx.now, sizes, made.stripped)
                files.keep_photo(tx, SERVICE_USER, photo)
                return photo

            return await self._services.store.write(act)
        except Refusal as refusal:
            log.debug("no picture: %s", refusal.reason)
            return None

    def _committed(self, entries: Sequence[Entry]) -> None:
        """What waited for its date and is sent now gets its card too: nobody's call sent it."""
        for entry in entries:
            message = entry.message
            if message is None or not isinstance(message.content, Text) or not message.content.from_scheduled:
                continue
            if entry.edited or message.content.no_webpage or not (message.out or message.owner_id < 0):
                continue
            url = _link(message)
            if url is not None:
                self.put_under(message.owner_id, message.id, url)

    def put_under(self, owner: PeerId, message_id: int, url: str) -> None:
        """The card will stand under the message as soon as it is fetched."""
        if len(self._tasks) < UNDER_WAY:
            task = asyncio.get_running_loop().create_task(self._put(owner, message_id, url))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _put(self, owner: PeerId, message_id: int, url: str) -> None:
        try:
            page = await self.of(url)
            if page is not None:
                await self._services.store.write(lambda tx: editing.attach_card(tx, owner, message_id, url, page))
        except Refusal as refusal:
            log.warning("a link card was not stored: %s", refusal.reason)
        except Exception:
            log.exception("a link card failed")

    def under_way(self) -> set["asyncio.Task[None]"]:
        """Fetches that are not over."""
        return set(self._tasks)


async def media_of(call: Call, value: t.TypeInputMedia) -> Media | None:
    """The media of an input, a link's card among them; None for one that may be missing and is.

    Source: method/messages.sendMedia
    Errors: WEBPAGE_URL_INVALID, WEBPAGE_NOT_FOUND, as `incoming.media_of`.
    """
    if not isinstance(value, t.InputMediaWebPage):
        return await incoming.media_of(call, value)
    url, found = linked(value), call.services.cards
    page = await found.of(url) if found is not None else None
    if page is None and not value.optional:
        raise Invalid("webpage_not_found")
    return MediaWebPage(page, bool(value.force_large_media), bool(value.force_small_media), True) if page else None


def linked(value: t.InputMediaWebPage) -> str:
    """The link that a card is wished of. Errors: Invalid webpage_url_invalid."""
    if not 0 < len(value.url) <= inputs.URL_LENGTH:
        raise Invalid("webpage_url_invalid")
    return value.url


def after_send(call: Call, message: Message) -> None:
    """The first link of a text just sent or edited will get its card, unless one was chosen."""
    found = call.services.cards
    url = _link(message) if found is not None else None
    if found is not None and url is not None:
        found.put_under(message.owner_id, message.id, url)


def _link(message: Message) -> str | None:
    """The first link of a text, None if it has none or a card was chosen."""
    content = message.content
    if not isinstance(content, Text) or not content.entities or not isinstance(content.media, MediaWebPage | None):
        return None
    if content.media is not None and content.media.manual:
        return None
    return first_url(content.message, content.entities)


@method("messages.getWebPagePreview")
async def get_web_page_preview(call: Call, q: f.messages.GetWebPagePreview) -> t.messages.WebPagePreview:
    """The card the text would get, messageMediaEmpty when none. Source: method/messages.getWebPagePreview"""
    text, entities = formatted(q.message, inputs.entities(call, q.entities))
    url, found = first_url(text, entities), call.services.cards
    page = await found.of(url) if found and url else None
    media = media_view(MediaWebPage(page), viewer(call)) if page else t.MessageMediaEmpty()
    return t.messages.WebPagePreview(media=media, chats=[], users=[])


@method("messages.getWebPage")
async def get_web_page(call: Call, q: f.messages.GetWebPage) -> t.messages.WebPage:
    """The card of one link, webPageEmpty when it has none. Source: method/messages.getWebPage"""
    found = call.services.cards
    page = await found.of(q.url) if found and len(q.url) <= inputs.URL_LENGTH else None
    shown = webpage_view(page, viewer(call)) if page else t.WebPageEmpty(id=0, url=q.url)
    return t.messages.WebPage(webpage=shown, chats=[], users=[])
