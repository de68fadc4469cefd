"""channels.getAdminLog. Source: method/channels.getAdminLog"""

from chappe.domain import access, room_log
from chappe.domain.room_records import Act
from chappe.domain.rooms import Member
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats, users, viewer
from chappe.rpc.views.room_log import act_view, people_of_act
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

ADMINS = 100


@method("channels.getAdminLog")
async def get_admin_log(call: Call, q: f.channels.GetAdminLog) -> t.channels.AdminLogResults:
    """A page of what administrators did, newest first.

    Source: method/channels.getAdminLog
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, CHAT_ADMIN_REQUIRED.
    """
    room_id = await inputs.channel(call, q.channel)
    admins = [await inputs.user(call, one) for one in (q.admins or ())[:ADMINS]]
    sorts = _sorts(q.events_filter)

    def query(rx: Reader) -> tuple[list[Act], Member]:
        grant = access.require_member(rx, call.user_id, room_id)
        assert grant.room is not None and grant.me is not None
        return room_log.listed(
            rx, grant, grant.room, sorts, admins, q.q[:64], q.max_id, q.min_id, q.limit
        ), grant.me

    found, me = await call.read(query)
    seen, prefix = viewer(call).within(room_id), call.services.link_prefix
    ids = {i for act in found for i in people_of_act(act)}
    return t.channels.AdminLogResults(
        events=[act_view(act, seen, me, prefix) for act in found],
        chats=await chats(call, ids | {room_id}),
        users=await users(call, ids),
    )


def _sorts(value: t.TypeChannelAdminLogEventsFilter | None) -> list[str]:
    """The flags that are set; none means all."""
    if not isinstance(value, t.ChannelAdminLogEventsFilter):
        return []
    return [name for name in value.FIELDS if getattr(value, name) is True]
