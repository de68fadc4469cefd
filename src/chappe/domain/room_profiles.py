"""A room's profile as one member may see it. Source: type/channelFull, type/chatFull"""

from dataclasses import dataclass

from chappe.base.ids import PeerId, UserId
from chappe.domain import access, dialogs, members, notifications, pinning, room_bots, rooms, speakers
from chappe.domain.access import Grant
from chappe.domain.bot_records import Info
from chappe.domain.notifications import Settings
from chappe.domain.records import Dialog
from chappe.domain.rooms import Flag, Member, Room, Status
from chappe.store import Reader
from chappe.store.queries import dialogs as dialog_rows
from chappe.store.queries import rooms as rows


@dataclass(frozen=True, slots=True)
class RoomProfile:
    """Everything shown on a room's page. Shape: counts are 0 where they are hidden; people only of a basic group."""

    grant: Grant
    room: Room
    me: Member
    line: Dialog
    notify: Settings
    pinned_msg_id: int
    admins: int
    kicked: int
    restricted: int
    people: tuple[Member, ...]
    migrated_from_max_id: int
    speaker: PeerId
    """In whose name the viewer speaks, 0 where there is nothing to choose from."""
    bots: tuple[Info, ...] = ()

    @property
    def shows_members(self) -> bool:
        """True if the viewer may list the members."""
        if self.me.status >= Status.ADMIN:
            return True
        return self.me.inside and not self.room.broadcast and Flag.HIDDEN_MEMBERS not in self.room.flags


def profile(rx: Reader, viewer: UserId, room_id: PeerId, now: int, language: str = "") -> RoomProfile:
    """The room's profile, its bots' commands in the viewer's language.

    Source: method/channels.getFullChannel, method/messages.getFullChat
    Errors: NotFound peer_id_invalid, channel_invalid; NotAllowed channel_private.
    """
    grant = access.require_read(rx, viewer, room_id)
    room = grant.room
    assert room is not None
    me, owner = rooms.member(rx, room_id, viewer), PeerId(viewer)
    old = dialog_rows.one(rx, owner, room.migrated_from) if room.migrated_from else None
    admin = me.status >= Status.ADMIN and room.own_box
    return RoomProfile(
        grant=grant, room=room, me=me,
        line=dialogs.of_peers(rx, owner, (room_id,))[0],
        notify=notifications.of_scope(rx, owner, notifications.peer_scope(room_id)),
        pinned_msg_id=pinning.newest(rx, grant),
        admins=rows.count_status(rx, room_id, (Status.ADMIN, Status.CREATOR)) if admin else 0,
        kicked=rows.count_status(rx, room_id, (Status.BANNED,)) if admin else 0,
        restricted=rows.count_restricted(rx, room_id) if admin else 0,
        people=tuple(members.of_group(rx, room)) if not room.own_box and me.inside else (),
        migrated_from_max_id=old[1] if old else 0,
        speaker=_speaker(rx, room, me),
        bots=room_bots.infos(rx, room, me, language) if me.inside else (),
    )  # fmt: skip


def _speaker(rx: Reader, room: Room, me: Member) -> PeerId:
    choice = me.inside and room.own_box and not room.broadcast and len(speakers.of(rx, room, me)) > 1
    return speakers.chosen(rx, room, me, PeerId(0)) if choice else PeerId(0)
