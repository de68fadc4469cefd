"""What a message says, as one versioned union with TL's own names; stored as a blob, rendered by each face.

Source: api/entities
Fields are only ever added at the end, with a default: an old blob decodes as the newest form.
"""

import msgspec

from chappe.base.errors import Invalid

VERSION = 1
"""First byte of every stored blob; a change that is not an addition at the end raises it."""


class Entity(msgspec.Struct, array_like=True, frozen=True):
    """A styled stretch of text.

    Shape: offset and length in UTF-16 code units; kind is TL's name without `messageEntity`.
    """

    kind: str
    offset: int
    length: int
    value: str = ""
    number: int = 0
    flag: bool = False


class Forward(msgspec.Struct, array_like=True, frozen=True):
    """Where a forwarded message came from; from_id is 0 when its author hides the link and from_name stands for it."""

    date: int
    from_id: int = 0
    from_name: str = ""
    channel_post: int = 0
    post_author: str = ""
    saved_from_peer: int = 0
    saved_from_msg_id: int = 0


class ReplyTo(msgspec.Struct, array_like=True, frozen=True):
    """What a message answers. Shape: msg_id in the box of the message's owner; 0 when only the quote is left."""

    msg_id: int
    quote_text: str = ""
    quote_entities: tuple[Entity, ...] = ()
    quote_offset: int = -1
    peer_id: int = 0
    from_name: str = ""
    top_id: int = 0
    """The message under which the thread stands that this belongs to, in a supergroup."""
    forum_topic: bool = False
    far_id: int = 0
    """The message answered in another chat, by its number in the box of peer_id; 0 when only its origin is told."""
    origin: Forward | None = None
    whole: bool = False
    """True when the quote was not chosen: it is the beginning of what was said in another chat."""


class PhotoSize(msgspec.Struct, array_like=True, frozen=True):
    """One rendering of a picture. Shape: kind is a letter of Telegram's size table; sha256: 32 bytes."""

    kind: str
    w: int
    h: int
    size_bytes: int
    sha256: bytes


class Photo(msgspec.Struct, array_like=True, frozen=True):
    """A processed photo: its sizes, smallest first, and the 40-pixel preview without its JPEG header."""

    file_id: int
    date: int
    sizes: tuple[PhotoSize, ...]
    stripped: bytes = b""
    video: tuple[PhotoSize, ...] = ()


class Attribute(msgspec.Struct, array_like=True, frozen=True):
    """A property of a document; kind is TL's name without `documentAttribute`, unused fields stay at their default."""

    kind: str
    name: str = ""
    w: int = 0
    h: int = 0
    duration_s: float = 0.0
    performer: str = ""
    waveform: bytes = b""
    flag: bool = False
    silent: bool = False


class Document(msgspec.Struct, array_like=True, frozen=True):
    """A file of any kind, with what its sender said of it and the thumbnails made here."""

    file_id: int
    date: int
    mime_type: str
    size_bytes: int
    sha256: bytes
    attributes: tuple[Attribute, ...] = ()
    thumbs: tuple[PhotoSize, ...] = ()
    stripped: bytes = b""


class WebPage(msgspec.Struct, array_like=True, frozen=True):
    """A link card fetched by the server. Shape: state is pending, ready or none."""

    page_id: int
    url: str
    state: str = "pending"
    display_url: str = ""
    kind: str = ""
    site_name: str = ""
    title: str = ""
    description: str = ""
    photo: Photo | None = None
    hash: int = 0


class MediaPhoto(msgspec.Struct, array_like=True, frozen=True, tag="photo"):
    """A photo in a message."""

    photo: Photo
    spoiler: bool = False
    ttl_seconds: int = 0


class MediaDocument(msgspec.Struct, array_like=True, frozen=True, tag="document"):
    """A document in a message: file, video, voice, audio, animation, sticker."""

    document: Document
    spoiler: bool = False
    ttl_seconds: int = 0
    video_timestamp_s: int = 0


class MediaWebPage(msgspec.Struct, array_like=True, frozen=True, tag="webpage"):
    """A link card under a text."""

    page: WebPage
    force_large_media: bool = False
    force_small_media: bool = False
    manual: bool = False


class MediaContact(msgspec.Struct, array_like=True, frozen=True, tag="contact"):
    """Somebody's card, as its sender typed it."""

    phone_number: str
    first_name: str
    last_name: str
    vcard: str
    user_id: int = 0


class MediaGeo(msgspec.Struct, array_like=True, frozen=True, tag="geo"):
    """A place; a venue has a title."""

    lat: float
    long: float
    accuracy_radius: int = 0
    title: str = ""
    address: str = ""
    provider: str = ""
    venue_id: str = ""
    venue_type: str = ""


class MediaDice(msgspec.Struct, array_like=True, frozen=True, tag="dice"):
    """A throw whose value the server drew."""

    emoticon: str
    value: int


class PollAnswer(msgspec.Struct, array_like=True, frozen=True):
    """One answer of a poll. Shape: option is the name under which it is chosen, up to 100 bytes."""

    text: str
    entities: tuple[Entity, ...]
    option: bytes
    added_by: int = 0
    """Who is named as having added it, 0 for an answer of the poll's author."""
    date: int = 0


class MediaPoll(msgspec.Struct, array_like=True, frozen=True, tag="poll"):
    """A poll or quiz as it is asked; votes are elsewhere, under the box it was first shown in and its id.

    Shape: home is that box, 0 until it is sent; correct has places among the answers; dates 0 for none.
    """

    home: int
    poll_id: int
    question: str
    question_entities: tuple[Entity, ...]
    answers: tuple[PollAnswer, ...]
    public_voters: bool = False
    multiple: bool = False
    quiz: bool = False
    close_period: int = 0
    close_date: int = 0
    correct: tuple[int, ...] = ()
    solution: str = ""
    solution_entities: tuple[Entity, ...] = ()
    revoting_disabled: bool = False
    shuffle_answers: bool = False
    hide_results: bool = False
    closed: bool = False
    open_answers: bool = False
    """Voters may add answers, which are kept beside the votes."""


class Task(msgspec.Struct, array_like=True, frozen=True):
    """One task of a checklist. Shape: id is positive, and no other's of the list."""

    id: int
    text: str
    entities: tuple[Entity, ...] = ()


class Tick(msgspec.Struct, array_like=True, frozen=True):
    """A task that was done. Shape: by is the person, or the room in whose name it was ticked off."""

    id: int
    by: int
    date: int


class MediaTodo(msgspec.Struct, array_like=True, frozen=True, tag="todo"):
    """A checklist. Source: type/todoList"""

    title: str
    title_entities: tuple[Entity, ...]
    tasks: tuple[Task, ...]
    others_append: bool = False
    others_complete: bool = False
    ticks: tuple[Tick, ...] = ()


class MediaEmpty(msgspec.Struct, array_like=True, frozen=True, tag="gone"):
    """Media that expired or were removed; kind says which sort it was, ttl_seconds how long it could be looked at."""

    kind: str
    ttl_seconds: int = 0


Media = (
    MediaPhoto | MediaDocument | MediaWebPage | MediaContact | MediaGeo | MediaDice | MediaPoll | MediaTodo | MediaEmpty
)


class Button(msgspec.Struct, array_like=True, frozen=True):
    """A button. Shape: kind callback (data), url or copy (value) under a message; text, phone, place otherwise."""

    kind: str
    text: str
    data: bytes = b""
    value: str = ""


class Markup(msgspec.Struct, array_like=True, frozen=True):
    """What a bot puts under its message, or in place of the keyboard. Source: type/ReplyMarkup

    Shape: kind inline, keyboard, hide or force (an answer is asked for).
    """

    kind: str
    rows: tuple[tuple[Button, ...], ...] = ()
    resize: bool = False
    single_use: bool = False
    selective: bool = False
    persistent: bool = False
    placeholder: str = ""


class Text(msgspec.Struct, array_like=True, frozen=True, tag="text"):
    """A message somebody wrote. Source: api/entities, type/Message"""

    message: str
    entities: tuple[Entity, ...] = ()
    media: Media | None = None
    reply_to: ReplyTo | None = None
    fwd_from: Forward | None = None
    silent: bool = False
    noforwards: bool = False
    invert_media: bool = False
    edit_hide: bool = False
    ttl_period: int = 0
    effect: int = 0
    author_id: int = 0
    """Who posted, where the room speaks in their place."""
    post_author: str = ""
    no_webpage: bool = False
    mentions: tuple[int, ...] = ()
    """Whom a message in a room mentions, by name or by answering them."""
    from_scheduled: bool = False
    send_as: int = 0
    """In whose name a message that waits for its date will be said, 0 for the usual one."""
    repeat_s: int = 0
    """After how long a message that waits for its date will be said again, 0 for never."""
    markup: Markup | None = None
    """Only of a bot's message."""


class Service(msgspec.Struct, array_like=True, frozen=True, tag="service"):
    """An event shown in the conversation; action is TL's name without `messageAction`, values its fields."""

    action: str
    values: dict[str, int | str | bool | list[int]] = {}
    reply_to: ReplyTo | None = None
    silent: bool = False
    ttl_period: int = 0
    photo: Photo | None = None
    poll_answer: PollAnswer | None = None
    tasks: tuple[Task, ...] = ()


Content = Text | Service

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Content] = msgspec.msgpack.Decoder(Content)
_head = bytes([VERSION])


def pack(content: Content) -> bytes:
    """The stored form of a message. Shape: one version byte, then msgpack."""
    return _head + _encoder.encode(content)


def unpack(blob: bytes) -> Content:
    """The message a stored blob holds. Errors: Invalid when the blob is of a version this program does not know."""
    if blob[0] != VERSION:
        raise Invalid("content_version_unknown", version=blob[0])
    return _decoder.decode(memoryview(blob)[1:])


def utf16_len(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The stretch that an entity names."""
    if text.isascii():
        return text[offset : offset + length]
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le", "ignore")
