"""Lines of a room's admin log as TL values. Source: type/ChannelAdminLogEventAction"""

from chappe.base.ids import PeerId
from chappe.domain.room_records import Act, Logged
from chappe.domain.rooms import Member
from chappe.rpc.views.invite_links import link_view
from chappe.rpc.views.media import Viewer, photo_view
from chappe.rpc.views.messages import message_view, people_of
from chappe.rpc.views.rooms import available_reactions_view, banned_rights_view, participant_view
from chappe.rpc.views.topics import topic_view
from chappe.tl import types as t
from chappe.tl.values import TLObject

SWITCHES = (
    "ToggleSignatures", "ToggleSignatureProfiles", "ToggleNoForwards", "TogglePreHistoryHidden", "ToggleForum",
    "ToggleInvites", "ToggleAntiSpam", "ToggleAutotranslation",
)  # fmt: skip


def act_view(act: Act, viewer: Viewer, me: Member, prefix: str) -> t.ChannelAdminLogEvent:
    """One line of the log. Source: type/channelAdminLogEvent"""
    return t.ChannelAdminLogEvent(
        id=act.no, date=act.date, user_id=act.user_id, action=_action(act, viewer, me, prefix)
    )


def _action(act: Act, viewer: Viewer, me: Member, prefix: str) -> t.TypeChannelAdminLogEventAction:
    made: type[TLObject] = getattr(t, f"ChannelAdminLogEventAction{act.action}")
    values = _values(act.action, act.logged, viewer, me, prefix)
    # What is in the place of each field follows from the fields' names: before is first, after is second.
    shown: t.TypeChannelAdminLogEventAction = made(**values)  # type: ignore[assignment]
    return shown


def _values(action: str, logged: Logged, viewer: Viewer, me: Member, prefix: str) -> dict[str, object]:
    if action in SWITCHES:
        return {"new_value": bool(logged.values[0])}
    if logged.members:
        shown = [participant_view(m, viewer.user_id, me) for m in logged.members]
        if len(shown) == 1:
            return {"participant": shown[0]}
        return {"prev_participant": shown[0], "new_participant": shown[1]}
    if logged.topics:
        return _topics(action, logged, viewer)
    if logged.settings:
        signs = [available_reactions_view(one) for one in logged.settings]
        return {"prev_value": signs[0], "new_value": signs[1]}
    if logged.messages:
        said = [message_view(m, viewer) for m in logged.messages]
        return {"message": said[0]} if len(said) == 1 else {"prev_message": said[0], "new_message": said[1]}
    if logged.photos:
        before, after = [photo_view(p, viewer) if p else t.PhotoEmpty(id=0) for p in logged.photos]
        return {"prev_photo": before, "new_photo": after}
    if logged.links:
        links = [link_view(one, prefix) for one in logged.links]
        if len(links) == 2:
            return {"prev_invite": links[0], "new_invite": links[1]}
        return {"invite": links[0]} | ({"approved_by": logged.values[0]} if logged.values else {})
    return _pair(action, logged)


def _topics(action: str, logged: Logged, viewer: Viewer) -> dict[str, object]:
    shown = [topic_view(PeerId(viewer.box), one, viewer.user_id) for one in logged.topics]
    if action == "PinTopic":
        return {"new_topic" if logged.topics[0].pinned_order else "prev_topic": shown[0]}
    return {"topic": shown[0]} if len(shown) == 1 else {"prev_topic": shown[0], "new_topic": shown[1]}


def _pair(action: str, logged: Logged) -> dict[str, object]:
    if not logged.values:
        # Who came by a public room's request came by no link.
        return {}
    if action == "ParticipantJoinByRequest":
        return {"invite": t.ChatInvitePublicJoinRequests(), "approved_by": logged.values[0]}
    if action == "ParticipantEditRank":
        return dict(zip(("user_id", "prev_rank", "new_rank"), logged.values, strict=True))
    before, after = logged.values
    if action == "DefaultBannedRights":
        return {
            "prev_banned_rights": banned_rights_view(int(before), 0),
            "new_banned_rights": banned_rights_view(int(after), 0),
        }
    return {"prev_value": before, "new_value": after}


def people_of_act(act: Act) -> set[int]:
    """Everybody a client must know to show the line."""
    ids: set[int] = {act.user_id, *people_of(act.logged.messages)}
    for member in act.logged.members:
        ids |= {member.user_id, member.inviter_id, member.by_id}
    ids |= {topic.from_id for topic in act.logged.topics}
    ids |= {link.admin_id for link in act.logged.links}
    if act.action == "ParticipantEditRank":
        ids.add(int(act.logged.values[0]))
    if act.action == "ParticipantJoinByRequest":
        ids.add(int(act.logged.values[0]))
    return ids - {0}
