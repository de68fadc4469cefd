"""Profile photos. Source: method/photos.uploadProfilePhoto, method/photos.getUserPhotos"""

from chappe.base.errors import Invalid
from chappe.domain import accounts, files, peers
from chappe.domain.content import Photo
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.incoming import photo_of
from chappe.rpc.results import users, viewer
from chappe.rpc.views.media import photo_view
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t

PAGE = 100


@method("photos.uploadProfilePhoto")
async def upload_profile_photo(call: Call, q: f.photos.UploadProfilePhoto) -> t.photos.Photo:
    """The picture is the caller's profile photo.

    Source: method/photos.uploadProfilePhoto
    Errors: PHOTO_FILE_MISSING, PHOTO_CROP_SIZE_SMALL, PHOTO_INVALID, VIDEO_FILE_INVALID for a video, BOT_INVALID.
    """
    _require_own(q)
    if q.video is not None or q.video_emoji_markup is not None:
        raise Invalid("video_file_invalid")
    if q.file is None:
        raise Invalid("photo_file_missing")
    photo = await photo_of(call, q.file, profile=True)
    await call.write(lambda tx: _show(tx, call, photo))
    return await _answer(call, photo)


@method("photos.updateProfilePhoto")
async def update_profile_photo(call: Call, q: f.photos.UpdateProfilePhoto) -> t.photos.Photo:
    """An earlier photo is shown again, or none when the id is empty.

    Source: method/photos.updateProfilePhoto
    Errors: PHOTO_ID_INVALID, PHOTO_INVALID, BOT_INVALID.
    """
    _require_own(q)
    value = q.id

    def act(tx: Tx) -> Photo | None:
        if not isinstance(value, t.InputPhoto):
            files.hide_profile_photo(tx, call.user_id)
            accounts.tell(tx, call.user_id, "photo", call.device.auth_key_id)
            return None
        mine = [p for p in files.profile_photos(tx, call.user_id) if p.file_id == value.id]
        if not mine:
            raise Invalid("photo_id_invalid")
        _show(tx, call, mine[0])
        return mine[0]

    return await _answer(call, await call.write(act))


@method("photos.deletePhotos")
async def delete_photos(call: Call, q: f.photos.DeletePhotos) -> list[int]:
    """The photos are no longer the caller's; answers which were. Source: method/photos.deletePhotos"""
    ids = [p.id for p in q.id[:PAGE] if isinstance(p, t.InputPhoto)]

    def act(tx: Tx) -> list[int]:
        gone = files.remove_profile_photos(tx, call.user_id, ids)
        if gone:
            accounts.tell(tx, call.user_id, "photo", call.device.auth_key_id)
        return gone

    return await call.write(act)


@method("photos.getUserPhotos")
async def get_user_photos(call: Call, q: f.photos.GetUserPhotos) -> t.photos.TypePhotos:
    """Somebody's profile photos, newest first, if their privacy lets the caller see them.

    Source: method/photos.getUserPhotos
    Errors: USER_ID_INVALID.
    """
    user = await inputs.user(call, q.user_id)
    now = call.now()

    def query(rx: Reader) -> list[Photo]:
        cards = peers.cards(rx, call.user_id, (user,), now)
        return files.profile_photos(rx, user) if cards and cards[0].photo is not None else []

    found = await call.read(query)
    offset, limit = max(0, q.offset), max(1, min(q.limit, PAGE))
    if q.max_id:
        found = [p for p in found if p.file_id < q.max_id] if q.offset >= 0 else found
    seen, people = viewer(call), await users(call, (user,))
    shown: list[t.TypePhoto] = [photo_view(p, seen) for p in found[offset : offset + limit]]
    if len(shown) == len(found):
        return t.photos.Photos(photos=shown, users=people)
    return t.photos.PhotosSlice(count=len(found), photos=shown, users=people)


def _show(tx: Tx, call: Call, photo: Photo) -> None:
    files.set_profile_photo(tx, call.user_id, photo)
    accounts.tell(tx, call.user_id, "photo", call.device.auth_key_id)


def _require_own(q: f.photos.UploadProfilePhoto | f.photos.UpdateProfilePhoto) -> None:
    """The photo is the caller's own and the one that their privacy is about: a wish for a bot's photo, or for one that
    everybody sees who may not see the other, must not change the caller's. Neither is offered here.
    """
    if q.bot is not None:
        raise Invalid("bot_invalid")
    if q.fallback:
        raise Invalid("photo_invalid")


async def _answer(call: Call, photo: Photo | None) -> t.photos.Photo:
    shown = photo_view(photo, viewer(call)) if photo else t.PhotoEmpty(id=0)
    return t.photos.Photo(photo=shown, users=await users(call, (call.user_id,)))
