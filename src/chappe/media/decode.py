"""Runs in the worker alone: the acts of the decoding worker, by name."""

import os
from collections.abc import Mapping
from typing import Any, BinaryIO

from chappe.base.errors import Invalid
from chappe.media import films, images, sniff, sounds


def acts() -> Mapping[str, Any]:
    """Every act with its libraries loaded and tried once, so that nothing is read from disk later."""
    images.warm_up()
    films.warm_up()
    return {
        "photo": lambda file, _text: images.photo(file),
        "profile_photo": lambda file, _text: images.profile_photo(file),
        "image_thumb": lambda file, _text: images.document_thumb(file),
        "video": lambda file, _text: films.video(file, _type(file)),
        "audio": lambda file, _text: sounds.audio(file, _type(file)),
        "sniff": lambda file, _text: _type(file),
    }


def _type(file: BinaryIO) -> str:
    """The file's type; the file stands at its beginning before and after."""
    if os.fstat(file.fileno()).st_size == 0:
        raise Invalid("file_parts_invalid", cause="empty")
    file.seek(0)
    head = file.read(sniff.HEAD_BYTES)
    file.seek(0)
    return sniff.mime_type(head)
