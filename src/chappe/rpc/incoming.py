"""What clients attach to a message, made into media of the domain: uploads are assembled, decoded and described.

Source: api/files, type/InputMedia
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import md5

from chappe.base.errors import Invalid, Refusal
from chappe.domain import content as c
from chappe.domain import files
from chappe.media import Size
from chappe.rpc.context import BlobPort, Call
from chappe.rpc.messages.checklists import list_of
from chappe.rpc.messages.polls import poll_of
from chappe.rpc.upload.fetch import shown_file
from chappe.rpc.upload.parts import MAX_PARTS
from chappe.store import Tx
from chappe.tl import types as t

TEXT_LENGTH = 256
"""Characters of a title, a performer, a file name, an address."""
DICE = {"🎲": 6, "🎯": 6, "🏀": 5, "⚽": 5, "🎳": 6, "🎰": 64}


@dataclass(frozen=True, slots=True)
class Received:
    """An upload put together. Shape: file_id is the uploader's own name of it; sha256 names its blob."""

    file_id: int
    parts: int
    sha256: bytes
    size_bytes: int
    name: str


async def media_of(call: Call, value: t.TypeInputMedia) -> c.Media:
    """The media of an input.

    Errors: MEDIA_EMPTY, MEDIA_INVALID, PHOTO_INVALID, FILE_PARTS_INVALID, FILE_PART_X_MISSING, MD5_CHECKSUM_INVALID,
    FILE_REFERENCE_EXPIRED, STORAGE_QUOTA_EXCEEDED.
    """
    match value:
        case t.InputMediaUploadedPhoto():
            photo = await photo_of(call, value.file)
            return c.MediaPhoto(photo, bool(value.spoiler), _ttl(value.ttl_seconds))
        case t.InputMediaUploadedDocument():
            document = await document_of(call, value)
            return c.MediaDocument(document, bool(value.spoiler), _ttl(value.ttl_seconds), value.video_timestamp or 0)
        case t.InputMediaPhoto():
            known = await known_file(call, value.id)
            if not isinstance(known, c.Photo):
                raise Invalid("media_invalid")
            return c.MediaPhoto(known, bool(value.spoiler), _ttl(value.ttl_seconds))
        case t.InputMediaDocument():
            known = await known_file(call, value.id)
            if not isinstance(known, c.Document):
                raise Invalid("media_invalid")
            return c.MediaDocument(known, bool(value.spoiler), _ttl(value.ttl_seconds), value.video_timestamp or 0)
        case t.InputMediaEmpty():
            raise Invalid("media_empty")
        case _:
            return _small_media(call, value)


def _small_media(call: Call, value: t.TypeInputMedia) -> c.Media:
    """Media that need no file."""
    match value:
        case t.InputMediaContact():
            return c.MediaContact(
                value.phone_number[:64], value.first_name[:64], value.last_name[:64], value.vcard[:2048]
            )
        case t.InputMediaGeoPoint():
            return _geo(value.geo_point)
        case t.InputMediaVenue():
            place = _geo(value.geo_point)
            return c.MediaGeo(
                place.lat, place.long, place.accuracy_radius, value.title[:TEXT_LENGTH], value.address[:TEXT_LENGTH],
                value.provider[:64], value.venue_id[:TEXT_LENGTH], value.venue_type[:64],
            )  # fmt: skip
        case t.InputMediaDice():
            sides = DICE.get(value.emoticon)
            if sides is None:
                raise Invalid("emoticon_invalid")
            return c.MediaDice(value.emoticon, 1 + int.from_bytes(call.services.entropy(8), "little") % sides)
        case t.InputMediaPoll():
            return poll_of(call, value)
        case t.InputMediaTodo():
            return list_of(call, value)
        case _:
            raise Invalid("media_invalid")


def _geo(point: t.TypeInputGeoPoint) -> c.MediaGeo:
    if not isinstance(point, t.InputGeoPoint) or not (-90 <= point.lat <= 90 and -180 <= point.long <= 180):
        raise Invalid("geo_point_invalid")
    return c.MediaGeo(point.lat, point.long, point.accuracy_radius or 0)


def _ttl(seconds: int | None) -> int:
    if seconds is None or seconds == 2**31 - 1:
        return seconds or 0
    if not 0 <= seconds <= 60:
        raise Invalid("ttl_media_invalid")
    return seconds


async def known_file(call: Call, value: t.TypeInputPhoto | t.TypeInputDocument) -> c.Photo | c.Document:
    """A file the caller was shown before."""
    if not isinstance(value, t.InputPhoto | t.InputDocument):
        raise Invalid("media_empty")
    return await shown_file(call, value.id, value.access_hash, bytes(value.file_reference), "media_invalid")


async def receive(call: Call, file: t.TypeInputFile, limit_bytes: int | None = None) -> Received:
    """The upload is one blob; its parts are gone. Calling again with the same file finds the same blob."""
    if not isinstance(file, t.InputFile | t.InputFileBig) or not 0 < file.parts <= MAX_PARTS:
        raise Invalid("file_parts_invalid")
    blobs, owner = call.services.blobs, call.user_id
    size = await asyncio.to_thread(blobs.uploaded_bytes, owner, file.id, file.parts)
    if limit_bytes is not None and size > limit_bytes:
        raise Invalid("photo_file_too_big" if limit_bytes == files.PHOTO_BYTES else "file_parts_invalid")
    quota = call.services.limits.quota_bytes
    await call.read(lambda rx: files.require_quota(rx, owner, size, quota))
    checksum = file.md5_checksum.lower() if isinstance(file, t.InputFile) else ""

    def assemble() -> Received:
        digest, total = blobs.assemble(owner, file.id, file.parts)
        if checksum and _md5(call, digest, total) != checksum:
            raise Invalid("md5_checksum_invalid")
        return Received(file.id, file.parts, digest, total, file.name[:TEXT_LENGTH])

    return await asyncio.to_thread(assemble)


async def settle(call: Call, got: Received) -> None:
    """The parts are not needed any more; the same call made again, as its answer was lost, finds the blob."""
    settle = call.services.blobs.settle_upload
    await asyncio.to_thread(settle, call.user_id, got.file_id, got.parts, got.sha256, got.size_bytes)


def _md5(call: Call, sha256: bytes, size: int) -> str:
    """The checksum the client may have sent for a small file."""
    made = md5(usedforsecurity=False)
    for offset in range(0, size, 1 << 20):
        made.update(call.services.blobs.read(sha256, offset, 1 << 20))
    return made.hexdigest()


async def photo_of(call: Call, file: t.TypeInputFile, *, profile: bool = False) -> c.Photo:
    """The upload as a photo in all its sizes, known as a file of the caller."""
    got = await receive(call, file, files.PHOTO_BYTES)
    path = call.services.blobs.path(got.sha256)
    media = call.services.media
    made = await (media.profile_photo(path) if profile else media.photo(path))
    sizes = await keep_sizes(call.services.blobs, made.sizes)

    def act(tx: Tx) -> c.Photo:
        photo = c.Photo(files.take_id(tx), tx.now, sizes, made.stripped)
        files.keep_photo(tx, call.user_id, photo)
        return photo

    photo = await call.write(act)
    await settle(call, got)
    return photo


async def keep_sizes(blobs: BlobPort, sizes: Sequence[Size]) -> tuple[c.PhotoSize, ...]:
    """The renderings of a picture are blobs."""

    def keep() -> tuple[c.PhotoSize, ...]:
        return tuple(c.PhotoSize(s.type, s.width, s.height, len(s.jpeg), blobs.put(s.jpeg)) for s in sizes)

    return await asyncio.to_thread(keep)


async def document_of(call: Call, value: t.InputMediaUploadedDocument) -> c.Document:
    """The upload as a document: the sender's attributes, completed by what the file itself says."""
    got = await receive(call, value.file)
    mime = value.mime_type[:TEXT_LENGTH] or "application/octet-stream"
    attributes = [made for a in value.attributes[:16] if (made := _attribute(a)) is not None]
    looked = _Looked(attributes, (), b"")
    if not value.force_file:
        looked = await _look(call, got, mime, attributes, nosound=bool(value.nosound_video))
    if value.thumb is not None:
        looked = await _with_thumb(call, looked, value.thumb)
    if not any(a.kind == "Filename" for a in looked.attributes) and got.name:
        looked.attributes.append(c.Attribute("Filename", got.name))

    def act(tx: Tx) -> c.Document:
        document = c.Document(
            files.take_id(tx), tx.now, mime, got.size_bytes, got.sha256, tuple(looked.attributes), looked.thumbs,
            looked.stripped,
        )  # fmt: skip
        files.keep_document(tx, call.user_id, document)
        return document

    document = await call.write(act)
    await settle(call, got)
    return document


@dataclass(frozen=True, slots=True)
class _Looked:
    attributes: list[c.Attribute]
    thumbs: tuple[c.PhotoSize, ...]
    stripped: bytes


async def _look(call: Call, got: Received, mime: str, said: list[c.Attribute], *, nosound: bool) -> _Looked:
    """What the media process finds in the file; a file it cannot read stays a plain document."""
    media, path = call.services.media, call.services.blobs.path(got.sha256)
    plain = _Looked(said, (), b"")
    try:
        if mime.startswith("image/") and mime != "image/gif":
            image = await media.image_document_thumb(path)
            thumbs = await keep_sizes(call.services.blobs, (image.thumb,))
            size = c.Attribute("ImageSize", w=image.width, h=image.height)
            return _Looked(_completed(said, size), thumbs, image.stripped)
        if mime.startswith("video/") or mime == "image/gif":
            video = await media.video(path)
            thumbs = await keep_sizes(call.services.blobs, (video.thumb,))
            shown = c.Attribute(
                "Video", w=video.width, h=video.height, duration_s=video.duration_s, silent=not video.has_audio
            )
            attributes = _completed(said, shown)
            if (nosound is False and video.is_animation) and mime in ("video/mp4", "image/gif"):
                attributes = _completed(attributes, c.Attribute("Animated"))
            return _Looked(attributes, thumbs, video.stripped)
        if mime.startswith("audio/"):
            sound = await media.audio(path)
            heard = c.Attribute(
                "Audio", name=sound.title[:TEXT_LENGTH], performer=sound.performer[:TEXT_LENGTH],
                duration_s=sound.duration_s, waveform=sound.waveform, flag=sound.is_voice_opus and _is_voice(said),
            )  # fmt: skip
            return _Looked(_completed(said, heard), (), b"")
    except Refusal:
        return plain
    return plain


def _is_voice(said: Sequence[c.Attribute]) -> bool:
    return any(a.kind == "Audio" and a.flag for a in said)


def _completed(said: list[c.Attribute], found: c.Attribute) -> list[c.Attribute]:
    """The sender's attributes, with one the file told of where the sender gave none or left it open."""
    out = []
    for a in said:
        if a.kind != found.kind:
            out.append(a)
            continue
        out.append(
            c.Attribute(
                a.kind, a.name or found.name, a.w or found.w, a.h or found.h, a.duration_s or found.duration_s,
                a.performer or found.performer, a.waveform or found.waveform, a.flag, a.silent or found.silent,
            )
        )
    if not any(a.kind == found.kind for a in said):
        out.append(found)
    return out


async def _with_thumb(call: Call, looked: _Looked, thumb: t.TypeInputFile) -> _Looked:
    """The sender's own thumbnail instead of ours; one that cannot be read is left out."""
    got = await receive(call, thumb, files.PHOTO_BYTES)
    try:
        made = await call.services.media.image_document_thumb(call.services.blobs.path(got.sha256))
    except Refusal:
        return looked
    return _Looked(looked.attributes, await keep_sizes(call.services.blobs, (made.thumb,)), made.stripped)


def _attribute(value: t.TypeDocumentAttribute) -> c.Attribute | None:
    match value:
        case t.DocumentAttributeFilename():
            return c.Attribute("Filename", value.file_name[:TEXT_LENGTH])
        case t.DocumentAttributeImageSize():
            return c.Attribute("ImageSize", w=value.w, h=value.h)
        case t.DocumentAttributeVideo():
            return c.Attribute(
                "Video", w=value.w, h=value.h, duration_s=float(value.duration), flag=bool(value.round_message),
                silent=bool(value.nosound),
            )  # fmt: skip
        case t.DocumentAttributeAudio():
            return c.Attribute(
                "Audio", (value.title or "")[:TEXT_LENGTH], duration_s=float(value.duration),
                performer=(value.performer or "")[:TEXT_LENGTH], waveform=bytes(value.waveform or b"")[:128],
                flag=bool(value.voice),
            )  # fmt: skip
        case t.DocumentAttributeAnimated():
            return c.Attribute("Animated")
        case t.DocumentAttributeSticker():
            return c.Attribute("Sticker", value.alt[:TEXT_LENGTH])
        case _:
            return None


