"""What sort of media a message carries: as an index finds them, and as they stay. Source: api/search"""

from chappe.domain import content as contents
from chappe.domain.content import Content, MediaDocument, MediaPhoto, MediaWebPage, Text

MEDIA_KINDS = {
    "photo": 1, "video": 2, "document": 3, "audio": 4, "voice": 5, "round": 6, "gif": 7, "url": 8, "geo": 9,
    "contact": 10, "sticker": 11, "chat_photo": 12, "poll": 13,
}  # fmt: skip
"""Numbers by which the index of a box finds media for the filters of messages.search."""
WITH_URL = 32
"""Added to the number of a message whose caption holds a link."""
ONCE_S = 60
"""How long media stay that are shown once: as long as the longest of those with a time."""


def kind_of(content: Content) -> str:
    """The filter the message falls under, empty for none."""
    if not isinstance(content, Text):
        return ""
    media = content.media
    if isinstance(media, MediaPhoto):
        return "photo"
    if isinstance(media, MediaDocument):
        return document_kind(media)
    if isinstance(media, contents.MediaGeo):
        return "geo"
    if isinstance(media, contents.MediaContact):
        return "contact"
    if isinstance(media, contents.MediaPoll):
        return "poll"
    return "url" if has_url(content) else ""


def has_url(content: Text) -> bool:
    """True if the text holds a link."""
    return any(e.kind in ("Url", "TextUrl") for e in content.entities)


def document_kind(media: MediaDocument) -> str:
    """What sort of document it is, told by its attributes."""
    for a in media.document.attributes:
        if a.kind == "Animated":
            return "gif"
        if a.kind == "Sticker":
            return "sticker"
    for a in media.document.attributes:
        if a.kind == "Video":
            return "round" if a.flag else "video"
        if a.kind == "Audio":
            return "voice" if a.flag else "audio"
    return "document"


def plays(content: Content) -> bool:
    """True for voice and round video, which stay unread until played."""
    if not isinstance(content, Text) or not isinstance(content.media, MediaDocument):
        return False
    return document_kind(content.media) in ("voice", "round")


def vanishes_s(content: Content) -> int:
    """How long the media can be looked at once they were opened, 0 for ever; what shows once goes within a minute.

    Source: method/messages.readMessageContents
    """
    if not isinstance(content, Text) or not isinstance(content.media, MediaPhoto | MediaDocument):
        return 0
    return min(content.media.ttl_seconds, ONCE_S)


def index_of(content: Content) -> tuple[int, int, bytes | None]:
    """(kind, file id, sha256) for the columns by which media are found."""
    if not isinstance(content, Text):
        shown = content.photo
        return (MEDIA_KINDS["chat_photo"], shown.file_id, shown.sizes[-1].sha256) if shown else (0, 0, None)
    if content.media is None and not content.entities:
        return 0, 0, None
    media = content.media
    kind = MEDIA_KINDS.get(kind_of(content), 0)
    if kind and media is not None and content.entities and has_url(content):
        kind |= WITH_URL
    if isinstance(media, MediaPhoto):
        return kind, media.photo.file_id, media.photo.sizes[-1].sha256 if media.photo.sizes else None
    if isinstance(media, MediaDocument):
        return kind, media.document.file_id, media.document.sha256
    if isinstance(media, MediaWebPage) and media.page.photo is not None:
        return kind, media.page.photo.file_id, media.page.photo.sizes[-1].sha256
    return kind, 0, None
