"""The picture of a room. Source: method/channels.editPhoto, method/messages.editChatPhoto"""

from collections.abc import Sequence

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, chat_peer
from chappe.domain import access, room_editing
from chappe.domain.access import Grant
from chappe.domain.content import Photo
from chappe.domain.rooms import Room
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.incoming import known_file, photo_of
from chappe.rpc.rooms import room_act
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("channels.editPhoto")
async def edit_photo(call: Call, q: f.channels.EditPhoto) -> t.Updates:
    """The supergroup or channel shows the picture, or none.

    Source: method/channels.editPhoto
    Errors: CHANNEL_INVALID, CHAT_ADMIN_REQUIRED, PHOTO_INVALID, PHOTO_CROP_SIZE_SMALL.
    """
    return await _shown(call, await inputs.channel(call, q.channel), q.photo)


@method("messages.editChatPhoto")
async def edit_chat_photo(call: Call, q: f.messages.EditChatPhoto) -> t.Updates:
    """The basic group shows the picture, or none.

    Source: method/messages.editChatPhoto
    Errors: PEER_ID_INVALID, CHAT_ADMIN_REQUIRED, PHOTO_INVALID, PHOTO_CROP_SIZE_SMALL.
    """
    return await _shown(call, chat_peer(q.chat_id), q.photo)


async def _shown(call: Call, room_id: PeerId, value: t.TypeInputChatPhoto) -> t.Updates:
    origin, now = call.device.auth_key_id, call.now()

    def allowed(grant: Grant) -> Room:
        assert grant.room is not None
        return grant.room

    # Nothing is taken in from who may not change the room.
    await call.read(lambda rx: room_editing.require_change(
        rx, (grant := access.require_member(rx, call.user_id, room_id)), allowed(grant), now
    ))  # fmt: skip
    photo = await _photo(call, value)

    def act(tx: Tx, grant: Grant, room: Room) -> Sequence[Entry]:
        return [room_editing.set_photo(tx, grant, room, photo, origin)]

    return await room_act(call, room_id, act)


async def _photo(call: Call, value: t.TypeInputChatPhoto) -> Photo | None:
    match value:
        case t.InputChatUploadedPhoto() if value.file is not None:
            return await photo_of(call, value.file, profile=True)
        case t.InputChatPhoto() if isinstance(value.id, t.InputPhoto):
            found = await known_file(call, value.id)
            if not isinstance(found, Photo):
                raise Invalid("photo_invalid")
            return found
        case t.InputChatPhotoEmpty() | t.InputChatPhoto():
            return None
        case _:
            raise Invalid("photo_invalid")
