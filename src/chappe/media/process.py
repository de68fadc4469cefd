"""The decoding worker's acts, as the server calls them."""

import base64
import os
from pathlib import Path
from typing import TypeVar

import msgspec

from chappe.base.errors import Invalid
from chappe.media.limits import DECODE, HASH, PAPER, Limits
from chappe.media.pool import Pool, open_bytes, open_path
from chappe.media.results import (
    AudioResult,
    HashResult,
    LetterResult,
    PaperResult,
    PhotoResult,
    SealResult,
    ThumbResult,
    VideoResult,
)
from chappe.media.wire import Job

R = TypeVar("R")
Source = str | os.PathLike[str] | bytes
"""A path of our own making, or the file's bytes."""


class _Files(Pool):
    """A pool whose acts look into one file each."""

    async def _act(self, act: str, source: Source, result: type[R], reason: str, text: str = "") -> R:
        """The act's result for this file; the descriptor is closed whatever happens."""
        fd = open_bytes(source) if isinstance(source, bytes) else open_path(source)
        try:
            body = await self.run(Job(act, text), fd, reason)
        finally:
            os.close(fd)
        try:
            return msgspec.msgpack.decode(body, type=result)
        except msgspec.MsgspecError as error:
            raise Invalid(reason, cause="crash") from error


class MediaProcess(_Files):
    """What files are, found out in a process that has no network, no rights and little of everything else.

    Errors: every act raises Invalid with a fact `cause` (format, size, memory, time, crash) for a file it cannot
    use, and TooMany media_busy when too many wait.
    """

    def __init__(self, work_dir: Path, limits: Limits = DECODE) -> None:
        super().__init__("decode", work_dir, limits)

    async def photo(self, source: Source) -> PhotoResult:
        """The photo in all sizes, without metadata, the right way up.

        Source: api/files#image-thumbnail-types
        Errors: photo_invalid, photo_invalid_dimensions.
        """
        return await self._act("photo", source, PhotoResult, "photo_invalid")

    async def profile_photo(self, source: Source) -> PhotoResult:
        """The middle square of the picture in sizes a, b and c.

        Errors: photo_invalid, photo_invalid_dimensions, photo_crop_size_small.
        """
        return await self._act("profile_photo", source, PhotoResult, "photo_invalid")

    async def image_document_thumb(self, source: Source) -> ThumbResult:
        """The thumbnail of a picture sent as a file.

        Errors: media_invalid, photo_invalid_dimensions.
        """
        return await self._act("image_thumb", source, ThumbResult, "media_invalid")

    async def video(self, source: Source) -> VideoResult:
        """What the video is, with its thumbnail.

        Errors: media_invalid.
        """
        return await self._act("video", source, VideoResult, "media_invalid")

    async def audio(self, source: Source) -> AudioResult:
        """What the sound file is; voice notes with their waveform.

        Errors: media_invalid.
        """
        return await self._act("audio", source, AudioResult, "media_invalid")

    async def sniff(self, source: Source) -> str:
        """The file's type by its content; application/octet-stream when nothing tells.

        Errors: file_parts_invalid for an empty file.
        """
        return await self._act("sniff", source, str, "media_invalid")


class HashProcess(_Files):
    """Digests and prints of files, in a process of their own kind: no upload waits behind them.

    Errors: as `MediaProcess`.
    """

    def __init__(self, work_dir: Path, limits: Limits = HASH) -> None:
        super().__init__("hash", work_dir, limits)

    async def hashed(self, source: Source) -> HashResult:
        """The file's digests, and prints of what is to be seen in it.

        Source: requirements/hash-matching
        Errors: media_invalid.
        """
        return await self._act("hash", source, HashResult, "media_invalid")


class PaperProcess(_Files):
    """Mail, documents and signatures that came to the legal desk, read in a process of their own kind.

    Errors: as `MediaProcess`.
    """

    def __init__(self, work_dir: Path, limits: Limits = PAPER) -> None:
        super().__init__("paper", work_dir, limits)

    async def letter(self, source: Source) -> LetterResult:
        """The mail taken apart, its signature checked.

        Source: rfc/5322, rfc/8551
        Errors: media_invalid.
        """
        return await self._act("letter", source, LetterResult, "media_invalid")

    async def paper(self, source: Source) -> PaperResult:
        """What the document says.

        Errors: media_invalid.
        """
        return await self._act("paper", source, PaperResult, "media_invalid")

    async def seal(self, source: Source, made: bytes) -> SealResult:
        """Whether the detached signature is over this file.

        Errors: media_invalid.
        """
        return await self._act("seal", source, SealResult, "media_invalid", base64.b64encode(made).decode())
