"""The drawings of the reactions one may give: a still picture, an animation of each, and one effect for all.

Comes in: the files beside this one, made by `tools.draw_reactions`. Goes out: files of the server's own.
Must never hold a drawing that is not ours.
"""

import asyncio
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files as package_files

from chappe.domain import files, reactions
from chappe.domain.content import Attribute, Document
from chappe.rpc.context import BlobPort
from chappe.store import Store

SIDE = 512
STILL, MOVING = "image/webp", "application/x-tgsticker"
DRAWN = 1_767_225_600
"""The date of the documents; what they are is said by their id, which follows from their bytes."""


@dataclass(frozen=True, slots=True)
class Icons:
    """The documents of one reaction."""

    still: Document
    moving: Document
    effect: Document


@cache
def icons() -> dict[str, Icons]:
    """Sign → its documents, in the order in which the signs are offered."""
    effect = _document("effect.tgs", "", MOVING)
    return {
        sign: Icons(
            _document(f"{_stem(sign)}.webp", sign, STILL), _document(f"{_stem(sign)}.tgs", sign, MOVING), effect
        )
        for sign, _ in reactions.AVAILABLE
    }


async def prepare(store: Store, blobs: BlobPort) -> None:
    """Every drawing can be fetched: it is a file of the server, its bytes are a blob."""
    own = {d.file_id: d for one in icons().values() for d in (one.still, one.moving, one.effect)}
    missing = [own[file_id] for file_id in await store.read(lambda rx: files.unknown(rx, own))]
    if not missing:
        return
    await asyncio.to_thread(lambda: [blobs.put(_data(_name(d))) for d in missing])
    await store.write(lambda tx: files.keep_own(tx, missing))


def _document(name: str, sign: str, mime_type: str) -> Document:
    data = _data(name)
    digest = sha256(data).digest()
    attributes = (Attribute("ImageSize", w=SIDE, h=SIDE), Attribute("Sticker", sign), Attribute("Filename", name))
    return Document(files.own_id(digest), DRAWN, mime_type, len(data), digest, attributes)


def _name(document: Document) -> str:
    return next(a.name for a in document.attributes if a.kind == "Filename")


def _data(name: str) -> bytes:
    return (package_files(__name__) / name).read_bytes()


def _stem(sign: str) -> str:
    """The name of a sign's files: its code points."""
    return "-".join(f"{ord(letter):x}" for letter in sign)
