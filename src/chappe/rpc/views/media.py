"""Photos, documents and other media as TL values. Source: api/files, type/MessageMedia

A document's access_hash and file_reference are the viewer's own; both are computed, never stored.
"""

from collections.abc import Mapping

from chappe.domain import content as c
from chappe.domain.access import Access
from chappe.domain.enforcement import Holds
from chappe.domain.polls import Standing
from chappe.rpc.views.checklists import todo_view
from chappe.rpc.views.polls import poll_media_view
from chappe.tl import types as t

LARGE_PX = 400
"""Width from which on the picture of a link card may be shown large."""


class Viewer:
    """For whom things are rendered: whose hashes, how old a file reference may be, in which data centre files lie."""

    __slots__ = (
        "access", "box", "dc_id", "device", "empty_quotes", "holds", "now", "polls", "site", "stale_cards",
        "territory", "user_id",
    )

    def __init__(
        self, user_id: int, access: Access, now: int, dc_id: int, box: int = 0,
        polls: Mapping[int, Standing] | None = None, holds: Holds | None = None, territory: str = "",
    ) -> None:  # fmt: skip
        self.user_id = user_id
        self.dc_id = dc_id
        self.box = box or user_id
        """Whose hashes files carry: the viewer's, or the room's in whose own box they lie."""
        self.access = access
        self.now = now
        self.polls = polls or {}
        """How the polls stand that will be shown; a client is told to ask for others."""
        self.holds = holds or {}
        """What decisions are in force for the things that will be shown, as far as any is."""
        self.site = ""
        """Where this server's own pages are, if cards of them are looked through."""
        self.stale_cards: set[tuple[int, int]] = set()
        """(owner, id) of messages whose link card will not be shown."""
        self.empty_quotes: set[tuple[int, int]] = set()
        """(owner, id) of messages that will be shown without the words they quote."""
        self.territory = territory
        """Where the viewer is, asked only when it matters."""
        self.device = 0
        """The auth key of the device that looks, where that matters."""

    def hash_for(self, thing: int) -> int:
        """The viewer's access hash of a person, file or page."""
        return self.access.hash_for(self.user_id, thing)

    def file_hash(self, file_id: int) -> int:
        """The access hash of a file."""
        return self.access.hash_for(self.box, file_id)

    def reference(self, file_id: int) -> bytes:
        """A fresh file reference of the file."""
        return self.access.file_reference(self.box, file_id, self.now)

    def being(self, user_id: int) -> "Viewer":
        """Another person looking into the same box."""
        return Viewer(
            user_id, self.access, self.now, self.dc_id, self.box, self.polls, self.holds, self.territory
        )

    def within(self, box: int) -> "Viewer":
        """The viewer, looking into a room's own box."""
        return self if box == self.box else Viewer(
            self.user_id, self.access, self.now, self.dc_id, box, self.polls, self.holds, self.territory
        )


def media_view(media: c.Media, viewer: Viewer) -> t.TypeMessageMedia:
    """The TL form of a message's media."""
    match media:
        case c.MediaPhoto():
            return t.MessageMediaPhoto(
                spoiler=media.spoiler, photo=photo_view(media.photo, viewer), ttl_seconds=media.ttl_seconds or None
            )
        case c.MediaDocument():
            return _document_media(media, viewer)
        case c.MediaWebPage():
            return t.MessageMediaWebPage(
                force_large_media=media.force_large_media,
                force_small_media=media.force_small_media,
                manual=media.manual,
                webpage=webpage_view(media.page, viewer),
            )
        case c.MediaContact():
            return t.MessageMediaContact(
                phone_number=media.phone_number, first_name=media.first_name, last_name=media.last_name,
                vcard=media.vcard, user_id=media.user_id,
            )  # fmt: skip
        case c.MediaGeo():
            return _geo_media(media)
        case c.MediaDice():
            return t.MessageMediaDice(emoticon=media.emoticon, value=media.value)
        case c.MediaPoll():
            return poll_media_view(media, viewer.polls.get(media.poll_id), viewer.user_id)
        case c.MediaTodo():
            return todo_view(media)
        case c.MediaEmpty():
            return _gone(media)


def _gone(media: c.MediaEmpty) -> t.TypeMessageMedia:
    """What is left of media: what they were, and that they vanished if they did."""
    ttl_seconds = media.ttl_seconds or None
    if media.kind == "photo":
        return t.MessageMediaPhoto(ttl_seconds=ttl_seconds)
    return t.MessageMediaDocument(
        ttl_seconds=ttl_seconds, video=media.kind == "video", round=media.kind == "round", voice=media.kind == "voice"
    )


def _geo_media(media: c.MediaGeo) -> t.TypeMessageMedia:
    # The hash would name a map to fetch, and there are none; one made from what the sender chose could name a person.
    point = t.GeoPoint(
        lat=media.lat, long=media.long, access_hash=0, accuracy_radius=media.accuracy_radius or None
    )
    if not media.title:
        return t.MessageMediaGeo(geo=point)
    return t.MessageMediaVenue(
        geo=point, title=media.title, address=media.address, provider=media.provider, venue_id=media.venue_id,
        venue_type=media.venue_type,
    )  # fmt: skip


def _document_media(media: c.MediaDocument, viewer: Viewer) -> t.TypeMessageMedia:
    kinds = {a.kind: a for a in media.document.attributes}
    return t.MessageMediaDocument(
        spoiler=media.spoiler,
        video="Video" in kinds and not kinds["Video"].flag and "Animated" not in kinds,
        round="Video" in kinds and kinds["Video"].flag,
        voice="Audio" in kinds and kinds["Audio"].flag,
        document=document_view(media.document, viewer),
        ttl_seconds=media.ttl_seconds or None,
        video_timestamp=media.video_timestamp_s or None,
    )


def size_view(size: c.PhotoSize) -> t.TypePhotoSize:
    """One rendering of a picture."""
    return t.PhotoSize(type=size.kind, w=size.w, h=size.h, size=size.size_bytes)


def _sizes(stripped: bytes, sizes: tuple[c.PhotoSize, ...]) -> list[t.TypePhotoSize]:
    head: list[t.TypePhotoSize] = [t.PhotoStrippedSize(type="i", bytes=stripped)] if stripped else []
    return head + [size_view(s) for s in sizes]


def photo_view(photo: c.Photo, viewer: Viewer) -> t.TypePhoto:
    """The TL form of a photo. Source: type/Photo"""
    return t.Photo(
        id=photo.file_id,
        access_hash=viewer.file_hash(photo.file_id),
        file_reference=viewer.reference(photo.file_id),
        date=photo.date,
        sizes=_sizes(photo.stripped, photo.sizes),
        dc_id=viewer.dc_id,
    )


def document_view(document: c.Document, viewer: Viewer) -> t.TypeDocument:
    """The TL form of a document. Source: type/Document"""
    thumbs = _sizes(document.stripped, document.thumbs)
    return t.Document(
        id=document.file_id,
        access_hash=viewer.file_hash(document.file_id),
        file_reference=viewer.reference(document.file_id),
        date=document.date,
        mime_type=document.mime_type,
        size=document.size_bytes,
        thumbs=thumbs or None,
        dc_id=viewer.dc_id,
        attributes=[attribute_view(a) for a in document.attributes],
    )


def attribute_view(a: c.Attribute) -> t.TypeDocumentAttribute:
    """The TL form of a document's attribute. Source: type/DocumentAttribute"""
    match a.kind:
        case "Filename":
            return t.DocumentAttributeFilename(file_name=a.name)
        case "ImageSize":
            return t.DocumentAttributeImageSize(w=a.w, h=a.h)
        case "Video":
            return t.DocumentAttributeVideo(
                round_message=a.flag, supports_streaming=True, nosound=a.silent, duration=a.duration_s, w=a.w, h=a.h
            )
        case "Audio":
            return t.DocumentAttributeAudio(
                voice=a.flag, duration=int(a.duration_s), title=a.name or None, performer=a.performer or None,
                waveform=a.waveform or None,
            )  # fmt: skip
        case "Sticker":
            return t.DocumentAttributeSticker(alt=a.name, stickerset=t.InputStickerSetEmpty())
        case _:
            return t.DocumentAttributeAnimated()


def webpage_view(page: c.WebPage, viewer: Viewer) -> t.TypeWebPage:
    """The TL form of a link card. Source: type/WebPage"""
    if page.state == "pending":
        return t.WebPagePending(id=page.page_id, url=page.url, date=viewer.now)
    if page.state == "none":
        return t.WebPageEmpty(id=page.page_id, url=page.url)
    return t.WebPage(
        has_large_media=page.photo is not None and page.photo.sizes[-1].w >= LARGE_PX,
        id=page.page_id, url=page.url, display_url=page.display_url, hash=page.hash, type=page.kind or None,
        site_name=page.site_name or None, title=page.title or None, description=page.description or None,
        photo=photo_view(page.photo, viewer) if page.photo else None,
    )  # fmt: skip
