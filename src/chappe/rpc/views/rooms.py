"""Rooms and their members as TL values. Source: type/Chat"""

from collections.abc import Mapping
from typing import Any

from chappe.domain import rights
from chappe.domain.content import Photo
from chappe.domain.enforcement import AGE, VEIL, room_key, veiling
from chappe.domain.rooms import Flag, Member, Room, Settings, Status
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.users import FAKE, SCAM
from chappe.tl import types as t


def room_view(room: Room, me: Member, viewer: Viewer, *, guest: bool = False) -> t.TypeChat:
    """The room as the viewer's clients see it; one that is closed to them only by name.

    Shape: guest: they may look in without being inside, as who comments a channel's posts may.
    """
    if not room.own_box:
        return _group_view(room, me, viewer)
    hidden = me.status == Status.BANNED or not (me.inside or room.username or guest)
    if room.deleted or hidden:
        return t.ChannelForbidden(
            broadcast=room.broadcast, megagroup=not room.broadcast, id=room.bare_id,
            access_hash=viewer.hash_for(room.id), title=room.title, until_date=me.until or None,
        )  # fmt: skip
    return t.Channel(
        creator=me.status == Status.CREATOR,
        left=not me.inside,
        broadcast=room.broadcast,
        megagroup=not room.broadcast,
        signatures=Flag.SIGNATURES in room.flags,
        signature_profiles=Flag.SIGNATURE_PROFILES in room.flags,
        has_link=bool(room.linked_id),
        slowmode_enabled=room.slow_mode_s > 0,
        noforwards=Flag.NOFORWARDS in room.flags,
        join_to_send=Flag.JOIN_TO_SEND in room.flags,
        join_request=Flag.JOIN_REQUEST in room.flags,
        forum=Flag.FORUM in room.flags,
        id=room.bare_id,
        access_hash=viewer.hash_for(room.id),
        title=room.title,
        username=room.username or None,
        photo=chat_photo_view(room.photo, viewer),
        date=me.date or room.date,
        admin_rights=admin_rights_view(me.admin_rights) if me.status >= Status.ADMIN else None,
        banned_rights=banned_rights_view(me.banned, me.until) if me.banned else None,
        default_banned_rights=None if room.broadcast else banned_rights_view(room.default_banned, 0),
        participants_count=room.member_count,
        **held_fields(room, viewer),
    )


def held_fields(room: Room, viewer: Viewer) -> dict[str, Any]:
    """What clients say of a room under a decision of the platform. Source: type/restrictionReason

    Shape: scam and fake are signs of their own; other labels and an age gate can be looked behind.
    """
    holds = viewer.holds.get(room_key(room.id), ()) if room.held else ()
    if not holds:
        return {}
    if veiling(holds, viewer.territory) is not None:
        return {"restricted": True, "restriction_reason": [_reason("hidden", VEIL)]}
    here = [hold for hold in holds if hold.reaches(viewer.territory)]
    labels = [hold.detail for hold in here if hold.measure == "label"]
    words = [AGE for hold in here if hold.measure == "age_gate"] + [one for one in labels if one not in (SCAM, FAKE)]
    fields: dict[str, Any] = {"scam": SCAM in labels, "fake": FAKE in labels}
    if words:
        fields |= {"restricted": True, "restriction_reason": [_reason("sensitive", one) for one in words]}
    return fields


def _reason(reason: str, text: str) -> t.RestrictionReason:
    return t.RestrictionReason(platform="all", reason=reason, text=text)


def min_room_view(room: Room, viewer: Viewer) -> t.TypeChat:
    """The room as it goes to many viewers at once: what differs between them is left out. Source: api/min"""
    if not room.own_box:
        return _group_view(room, Member(room.creator_id, Status.MEMBER), viewer)
    return t.Channel(
        min=True, broadcast=room.broadcast, megagroup=not room.broadcast, signatures=Flag.SIGNATURES in room.flags,
        has_link=bool(room.linked_id), slowmode_enabled=room.slow_mode_s > 0, noforwards=Flag.NOFORWARDS in room.flags,
        forum=Flag.FORUM in room.flags, id=room.bare_id, title=room.title, username=room.username or None,
        photo=chat_photo_view(room.photo, viewer), date=room.date,
        default_banned_rights=None if room.broadcast else banned_rights_view(room.default_banned, 0),
        participants_count=room.member_count,
    )  # fmt: skip


def _group_view(room: Room, me: Member, viewer: Viewer) -> t.TypeChat:
    if me.status in (Status.NOBODY, Status.BANNED):
        return t.ChatForbidden(id=room.bare_id, title=room.title)
    moved = t.InputChannel(
        channel_id=-room.migrated_to - 10**12, access_hash=viewer.hash_for(room.migrated_to) if viewer.user_id else 0
    )
    return t.Chat(
        creator=me.status == Status.CREATOR,
        left=not me.inside,
        deactivated=bool(room.migrated_to or room.deleted),
        noforwards=Flag.NOFORWARDS in room.flags,
        id=room.bare_id,
        title=room.title,
        photo=chat_photo_view(room.photo, viewer),
        participants_count=room.member_count,
        date=room.date,
        version=room.version,
        migrated_to=moved if room.migrated_to else None,
        admin_rights=admin_rights_view(me.admin_rights) if me.status == Status.ADMIN else None,
        default_banned_rights=banned_rights_view(room.default_banned, 0),
    )


def chat_photo_view(photo: Photo | None, viewer: Viewer) -> t.TypeChatPhoto:
    """The small form of a room's photo. Source: type/ChatPhoto"""
    if photo is None:
        return t.ChatPhotoEmpty()
    return t.ChatPhoto(photo_id=photo.file_id, stripped_thumb=photo.stripped or None, dc_id=viewer.dc_id)


def admin_rights_view(bits: int) -> t.ChatAdminRights:
    """The bits of an administrator's rights. Source: type/ChatAdminRights"""
    # COMPAT TDLib: an administrator always has the right "other".
    return t.ChatAdminRights(**dict.fromkeys([*rights.admin_names(bits), "other"], True))


def banned_rights_view(bits: int, until: int) -> t.ChatBannedRights:
    """The bits of restrictions. Shape: until 0 means for ever. Source: type/ChatBannedRights"""
    return t.ChatBannedRights(until_date=until or 2**31 - 1, **dict.fromkeys(rights.banned_names(bits), True))


def admin_bits(value: t.TypeChatAdminRights) -> int:
    """The bits of the rights a client names."""
    assert isinstance(value, t.ChatAdminRights)
    return rights.admin_of(name for name in rights.ADMIN if getattr(value, name))


def banned_bits(value: t.TypeChatBannedRights) -> int:
    """The bits of the restrictions a client names."""
    assert isinstance(value, t.ChatBannedRights)
    return rights.banned_of(name for name in rights.BANNED if getattr(value, name))


def participant_view(member: Member, viewer_id: int, me: Member) -> t.TypeChannelParticipant:
    """A member of a supergroup or channel. Source: type/ChannelParticipant"""
    match member.status:
        case Status.CREATOR:
            return t.ChannelParticipantCreator(
                user_id=member.user_id, admin_rights=admin_rights_view(member.admin_rights), rank=member.rank or None
            )
        case Status.ADMIN:
            return t.ChannelParticipantAdmin(
                can_edit=me.status == Status.CREATOR or member.by_id == viewer_id, self=member.user_id == viewer_id,
                user_id=member.user_id, inviter_id=member.inviter_id or None,
                promoted_by=member.by_id or member.user_id, date=member.date,
                admin_rights=admin_rights_view(member.rights), rank=member.rank or None,
            )  # fmt: skip
        case _ if member.status == Status.BANNED or member.banned:
            return t.ChannelParticipantBanned(
                left=not member.inside, peer=t.PeerUser(user_id=member.user_id),
                kicked_by=member.by_id or member.user_id, date=member.date,
                banned_rights=banned_rights_view(member.banned, member.until),
                rank=member.rank or None,
            )  # fmt: skip
        case Status.LEFT | Status.NOBODY:
            return t.ChannelParticipantLeft(peer=t.PeerUser(user_id=member.user_id))
        case _ if member.user_id == viewer_id:
            return t.ChannelParticipantSelf(
                user_id=member.user_id, inviter_id=member.inviter_id or member.user_id, date=member.date,
                rank=member.rank or None,
            )  # fmt: skip
        case _:
            return t.ChannelParticipant(user_id=member.user_id, date=member.date, rank=member.rank or None)


def available_reactions_view(settings: Settings) -> t.TypeChatReactions:
    """With what members react. Source: type/ChatReactions"""
    if settings.reactions == "none":
        return t.ChatReactionsNone()
    if settings.reactions == "some":
        return t.ChatReactionsSome(reactions=[t.ReactionEmoji(emoticon=sign) for sign in settings.allowed])
    return t.ChatReactionsAll()


def group_participants_view(room: Room, found: Mapping[int, Member]) -> t.TypeChatParticipants:
    """The members of a basic group. Source: type/ChatParticipants"""
    shown: list[t.TypeChatParticipant] = []
    for member in found.values():
        if member.status == Status.CREATOR:
            shown.append(t.ChatParticipantCreator(user_id=member.user_id))
        elif member.status == Status.ADMIN:
            shown.append(
                t.ChatParticipantAdmin(
                    user_id=member.user_id, inviter_id=member.inviter_id, date=member.date, rank=member.rank or None
                )
            )
        elif member.inside:
            shown.append(t.ChatParticipant(
                user_id=member.user_id, inviter_id=member.inviter_id, date=member.date, rank=member.rank or None
            ))  # fmt: skip
    return t.ChatParticipants(chat_id=room.bare_id, participants=shown, version=room.version)
