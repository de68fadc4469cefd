"""What comes back from a worker: plain records, checked field by field when they are decoded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """One picture size, encoded as JPEG without any metadata.

    Source: api/files#image-thumbnail-types
    Shape: type is one of s, m, x, y, w (fit in a box) and a, b, c (cut to a square).
    """

    type: str
    width: int
    height: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class PhotoResult:
    """A photo in all its sizes, smallest first; width and height are those of the largest.

    Source: api/files#stripped-thumbnails
    Shape: stripped is the payload of a photoStrippedSize, at most 40 by 40 pixels.
    """

    width: int
    height: int
    sizes: tuple[Size, ...]
    stripped: bytes


@dataclass(frozen=True, slots=True)
class ThumbResult:
    """The thumbnail of an image sent as a document; width and height are the document's own."""

    width: int
    height: int
    thumb: Size
    stripped: bytes


@dataclass(frozen=True, slots=True)
class VideoResult:
    """What a video is: sizes as it is shown (rotation applied), codec names in stream order.

    Shape: is_animation is true for a GIF and for a silent MP4.
    """

    mime_type: str
    duration_s: float
    width: int
    height: int
    has_audio: bool
    is_animation: bool
    codecs: tuple[str, ...]
    thumb: Size
    stripped: bytes


@dataclass(frozen=True, slots=True)
class AudioResult:
    """What a sound file is; title and performer are empty when its tags do not say.

    Source: constructor/documentAttributeAudio
    Shape: waveform is 100 samples of 5 bits in 63 bytes for a voice note (Opus in Ogg), else empty; cover is the
    picture in its tags, in at most 320 by 320 pixels.
    """

    mime_type: str
    duration_s: float
    title: str
    performer: str
    is_voice_opus: bool
    waveform: bytes
    cover: Size | None


@dataclass(frozen=True, slots=True)
class Print:
    """What a picture looks like. Shape: frame 0, of a film also 1 for its middle; pdq: 32 bytes; quality 0 to 100."""

    frame: int
    pdq: bytes
    quality: int


@dataclass(frozen=True, slots=True)
class HashResult:
    """The digests of a file's bytes, and prints of what is to be seen in it.

    Shape: cause tells why a picture or film has no prints, empty where there is nothing to be seen.
    """

    sha256: bytes
    md5: bytes
    size_bytes: int
    prints: tuple[Print, ...]
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a web page says of itself; picture is the raw image it names, still to be decoded by `photo`.

    Source: constructor/webPage
    Shape: type is article, photo, video or profile; texts are single-spaced; title ≤ 256, description ≤ 1024
    characters.
    """

    url: str
    display_url: str
    type: str
    site_name: str
    title: str
    description: str
    picture: bytes | None = None
