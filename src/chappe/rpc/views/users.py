"""People as TL values. Source: type/User"""

from chappe.domain.bots import NO_GROUPS, READS_ALL
from chappe.domain.content import Photo
from chappe.domain.enforcement import VEIL
from chappe.domain.records import UserCard
from chappe.rpc.views.media import Viewer
from chappe.tl import types as t

SCAM, FAKE = "scam", "fake"
"""Labels that clients show by signs of their own."""


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
        support=card.official and not card.bot,
        bot=bool(card.bot),
        bot_chat_history=bool(card.bot & READS_ALL),
        bot_nochats=bool(card.bot & NO_GROUPS),
        bot_info_version=card.version if card.bot else None,
        first_name=card.first_name or None,
        last_name=card.last_name or None,
        username=card.username or None,
        phone=card.phone,
        photo=profile_photo_view(card.photo, viewer),
        status=status_view(card),
        scam=card.mark == SCAM,
        fake=card.mark == FAKE,
        restricted=card.hidden,
        restriction_reason=account_reasons(card),
    )


def account_reasons(card: UserCard) -> list[t.TypeRestrictionReason] | None:
    """What clients say of an account under a decision. Source: type/restrictionReason"""
    if card.hidden:
        return [t.RestrictionReason(platform="all", reason="hidden", text=VEIL)]
    if card.mark and card.mark not in (SCAM, FAKE):
        # COMPAT all: there is no other place for words about an account; "sensitive" can be looked behind.
        return [t.RestrictionReason(platform="all", reason="sensitive", text=card.mark)]
    return None


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
        id=card.id, min=True, verified=card.official, support=card.official and not card.bot, bot=bool(card.bot),
        bot_chat_history=bool(card.bot & READS_ALL), bot_nochats=bool(card.bot & NO_GROUPS),
        bot_info_version=card.version if card.bot else None, first_name=card.first_name or None,
        last_name=card.last_name or None, username=card.username or None, photo=profile_photo_view(card.photo, viewer),
        scam=card.mark == SCAM, fake=card.mark == FAKE,
    )  # fmt: skip
