"""People as TL values. Source: type/User"""

from chappe.domain.content import Photo
from chappe.domain.records import UserCard
from chappe.rpc.views.media import Viewer
from chappe.tl import types as t


def user_view(card: UserCard, viewer: Viewer) -> t.TypeUser:
    """The person as the viewer's clients see them. Source: type/user"""
    if card.deleted:
        return t.User(id=card.id, access_hash=viewer.hash_for(card.id), deleted=True)
    return t.User(
        id=card.id,
        access_hash=viewer.hash_for(card.id),
        self=card.is_self,
        contact=card.contact,
        mutual_contact=card.mutual_contact,
        verified=card.official,
        support=card.official,
        first_name=card.first_name or None,
        last_name=card.last_name or None,
        username=card.username or None,
        phone=card.phone,
        photo=profile_photo_view(card.photo, viewer),
        status=status_view(card),
    )


def profile_photo_view(photo: Photo | None, viewer: Viewer) -> t.TypeUserProfilePhoto | None:
    """The small form of a profile photo. Source: type/userProfilePhoto"""
    if photo is None:
        return None
    return t.UserProfilePhoto(photo_id=photo.file_id, stripped_thumb=photo.stripped or None, dc_id=viewer.dc_id)


def status_view(card: UserCard) -> t.TypeUserStatus | None:
    """The presence, as exact as the viewer may know. Source: type/UserStatus"""
    match card.status:
        case "online":
            return t.UserStatusOnline(expires=card.status_date)
        case "offline":
            return t.UserStatusOffline(was_online=card.status_date)
        case "recently":
            return t.UserStatusRecently()
        case "last_week":
            return t.UserStatusLastWeek()
        case "last_month":
            return t.UserStatusLastMonth()
        case _:
            return None


def min_user_view(card: UserCard, viewer: Viewer) -> t.TypeUser:
    """The person as they go to many viewers at once: no access hash, nothing that differs between viewers.

    Source: api/min
    """
    if card.deleted:
        return t.User(id=card.id, min=True, deleted=True)
    return t.User(
        id=card.id, min=True, verified=card.official, support=card.official, first_name=card.first_name or None,
        last_name=card.last_name or None, username=card.username or None, photo=profile_photo_view(card.photo, viewer),
    )  # fmt: skip
