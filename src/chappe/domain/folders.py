"""Chat folders: the owner's named selections of dialogs.

Source: api/folders#dialog-filters, method/messages.updateDialogFilter
"""

from collections.abc import Sequence

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain.content import Entity
from chappe.domain.updates import DialogFilters, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import dialogs as rows

FIRST_ID, LAST_ID = 2, 255
MOST = 10
"""Chat folders of one person. Source: api/config#dialog-filters-limit-default"""
CHATS = 100
"""Dialogs named in one list of a folder. Source: api/config#dialog-filters-chats-limit-default"""
TITLE_LENGTH = 12
ALL_CHATS = 0
"""The place of the list of all chats in the order of folders."""
_TAGS = "folder_tags"
_ALL_CHATS_AT = "folder_all"


class Folder(msgspec.Struct, array_like=True, frozen=True):
    """One chat folder. Shape: flags are TL's names of the set ones; peers are marked ids."""

    id: int
    title: str
    title_entities: tuple[Entity, ...] = ()
    flags: tuple[str, ...] = ()
    emoticon: str = ""
    color: int = -1
    pinned: tuple[int, ...] = ()
    included: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()


_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Folder] = msgspec.msgpack.Decoder(Folder)


def every(rx: Reader, owner: PeerId) -> tuple[list[Folder], int]:
    """(the folders in their order, the place of the list of all chats among them)."""
    place = rows.preference(rx, owner, _ALL_CHATS_AT)
    return [_decoder.decode(row[2]) for row in rows.filters(rx, owner)], int(place) if place else 0


def require_folder(folder: Folder) -> None:
    """The folder can be kept.

    Errors: Invalid filter_id_invalid, filter_title_empty, filter_include_empty, filter_include_too_much,
    filter_title_invalid.
    """
    if not FIRST_ID <= folder.id <= LAST_ID:
        raise Invalid("filter_id_invalid")
    if not folder.title.strip():
        raise Invalid("filter_title_empty")
    if len(folder.title) > TITLE_LENGTH:
        raise Invalid("filter_title_invalid")
    if not folder.pinned and not folder.included and not set(folder.flags) & set(KINDS):
        raise Invalid("filter_include_empty")
    if max(len(folder.pinned) + len(folder.included), len(folder.excluded)) > CHATS:
        raise Invalid("filter_include_too_much")


KINDS = ("contacts", "non_contacts", "groups", "broadcasts", "bots")
FLAGS = (*KINDS, "exclude_muted", "exclude_read", "exclude_archived", "title_noanimate")


def put(tx: Tx, owner: PeerId, folder: Folder, origin: int = 0) -> None:
    """The folder is as given. Errors: as require_folder; Invalid dialog_filters_too_much."""
    require_folder(folder)
    known = rows.filters(tx, owner)
    if folder.id not in {row[0] for row in known} and len(known) >= MOST:
        raise Invalid("dialog_filters_too_much")
    rows.put_filter(tx, owner, folder.id, 1 + max((row[1] for row in known), default=0), _encode(folder))
    commit_state(tx, owner, DialogFilters(), origin)


def remove(tx: Tx, owner: PeerId, folder_id: int, origin: int = 0) -> None:
    """The folder is gone; its dialogs stay."""
    if rows.drop_filter(tx, owner, folder_id):
        commit_state(tx, owner, DialogFilters(), origin)


def reorder(tx: Tx, owner: PeerId, order: Sequence[int], origin: int = 0) -> None:
    """The folders stand in this order; those not named follow. Source: method/messages.updateDialogFiltersOrder"""
    known = [row[0] for row in rows.filters(tx, owner)]
    named = [i for i in dict.fromkeys(order) if i in known]
    for place, folder_id in enumerate((*named, *(i for i in known if i not in named))):
        rows.place_filter(tx, owner, folder_id, place + 1)
    at = [i for i in order if i in known or i == ALL_CHATS].index(ALL_CHATS) if ALL_CHATS in order else 0
    rows.set_preference(tx, owner, _ALL_CHATS_AT, str(at).encode())
    commit_state(tx, owner, DialogFilters(), origin)


def tags_shown(rx: Reader, owner: PeerId) -> bool:
    """True if dialogs bear the names of their folders. Source: method/messages.toggleDialogFilterTags"""
    return rows.preference(rx, owner, _TAGS) == b"1"


def show_tags(tx: Tx, owner: PeerId, on: bool, origin: int = 0) -> None:
    """Dialogs bear the names of their folders, or not."""
    rows.set_preference(tx, owner, _TAGS, b"1" if on else b"0")
    commit_state(tx, owner, DialogFilters(), origin)
