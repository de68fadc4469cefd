"""Runs in the worker alone: digests of a file, and what its pictures look like (PDQ).

PDQ is 256 bits of which a resized or re-encoded copy keeps nearly all; a flat picture has a low quality: its print
says little.
"""

import hashlib
import os
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy
import pdqhash
from PIL import Image

from chappe.base.errors import Refusal
from chappe.media import films, images, sniff
from chappe.media.results import HashResult, Print

BOX = 512
"""Pictures are hashed within so many pixels: what PDQ does with more is the same, and slow."""
CHUNK_BYTES = 1 << 20
MOVING = ("video/", "image/gif")


def acts() -> Mapping[str, Any]:
    """Every act with its libraries loaded and tried once, so that nothing is read from disk later."""
    images.warm_up()
    films.warm_up()
    _print(0, Image.effect_noise((64, 64), 50).convert("RGB"))
    return {"hash": lambda file, _text: hashed(file)}


def hashed(file: BinaryIO) -> HashResult:
    """The digests of the bytes, and prints of the picture or of two frames; none of what is neither.

    Shape: `cause` says why a picture or a film has no prints.
    """
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    while part := file.read(CHUNK_BYTES):
        sha256.update(part)
        md5.update(part)
    prints, cause = _prints(file)
    return HashResult(sha256.digest(), md5.digest(), size, prints, cause)


def _prints(file: BinaryIO) -> tuple[tuple[Print, ...], str]:
    """(the prints, why there are none): a file nothing can be seen in is still a file with digests."""
    file.seek(0)
    mime_type = sniff.mime_type(file.read(sniff.HEAD_BYTES))
    file.seek(0)
    try:
        return tuple(_print(number, image) for number, image in enumerate(_pictures(file, mime_type))), ""
    except MemoryError:
        raise
    except Refusal as refusal:
        return (), str(refusal.facts.get("cause", "refused"))
    except Exception:  # noqa: BLE001  (a decoder may raise anything; here it is the file's fault)
        return (), "format"


def _pictures(file: BinaryIO, mime_type: str) -> list[Image.Image]:
    """What there is to be seen: the picture; of what moves its first picture and the one in the middle."""
    if mime_type.startswith(MOVING):
        return films.two_pictures(file, mime_type, BOX)
    if mime_type.startswith("image/"):
        return [images.small(file, BOX)]
    return []


def _print(frame: int, image: Image.Image) -> Print:
    vector, quality = pdqhash.compute(numpy.asarray(image.convert("RGB")))
    return Print(frame, numpy.packbits(vector.astype(numpy.uint8)).tobytes(), int(quality))
