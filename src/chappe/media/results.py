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


@dataclass(frozen=True, slots=True)
class SealResult:
    """A signature, by the key that made it. Shape: state is valid, broken or weak; fingerprint SHA-256 of the key.

    Source: rfc/5652#5.6
    """

    state: str
    fingerprint: str = ""
    subject: str = ""
    not_before: int = 0
    not_after: int = 0
    signed_at: int = 0
    certificate: bytes = b""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file in a mail."""

    name: str
    mime_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class LetterResult:
    """A mail taken apart. Shape: of a signed one, text and enclosures are what the signature covers, and no more;
    covered is the SHA-256 of that, in hex.

    Source: rfc/5322, rfc/8551
    """

    message_id: str
    references: tuple[str, ...]
    sender: str
    sender_name: str
    reply_to: str
    subject: str
    language: str
    automatic: bool
    text: str
    enclosures: tuple[Enclosure, ...]
    seal: SealResult | None = None
    covered: str = ""


@dataclass(frozen=True, slots=True)
class PaperResult:
    """What a document says.

    Shape: kind is pdf, json, xml, text or other; fields of its form; whole False if it was cut or, of XML, not well
    formed or more than is told; root is the name of an XML document's root, its namespace before it, and fields are the
    words of its leaves by their path: XML is named here, and read by people.
    """

    kind: str
    pages: int = 0
    text: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    encrypted: bool = False
    active: bool = False
    whole: bool = True
    root: str = ""

    @property
    def silent(self) -> bool:
        """True if it shows words to people alone: it is encrypted, or its pages are pictures."""
        return self.encrypted or (self.kind == "pdf" and not self.text.strip() and not self.fields)
