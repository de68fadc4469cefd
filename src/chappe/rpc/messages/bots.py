"""messages.startBot: somebody begins to talk to a bot, or brings it into a group. Source: method/messages.startBot"""

import re

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import access, bots, groups, members, posts, rooms, sending
from chappe.domain.access import BOT_FATHER
from chappe.domain.content import Text
from chappe.domain.formatting import formatted
from chappe.domain.messages import Outgoing, Sent
from chappe.domain.updates import Entry
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages import bot_father
from chappe.rpc.results import sent_updates
from chappe.rpc.rooms import room_result
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

PARAM_LENGTH = 64
_PARAM = re.compile(r"[A-Za-z0-9_-]*")


@method("messages.startBot")
async def start_bot(call: Call, q: f.messages.StartBot) -> t.TypeUpdates:
    """The bot is told `/start`, with what the link that led there says; the caller sees the same words.

    In a group it is brought in first, if it was not there.

    Source: method/messages.startBot, api/links#bot-links
    Errors: BOT_INVALID, PEER_ID_INVALID, START_PARAM_INVALID, START_PARAM_TOO_LONG, YOU_BLOCKED_USER,
    CHAT_WRITE_FORBIDDEN, BOT_GROUPS_BLOCKED, BOTS_TOO_MUCH, USER_BOT, CHAT_ADMIN_REQUIRED.
    """
    bot = await inputs.user(call, q.bot)
    peer = PeerId(bot) if isinstance(q.peer, t.InputPeerEmpty) else await inputs.peer(call, q.peer)
    if len(q.start_param) > PARAM_LENGTH:
        raise Invalid("start_param_too_long")
    if not _PARAM.fullmatch(q.start_param):
        raise Invalid("start_param_invalid")
    if peer > 0 and peer != PeerId(bot):
        raise Invalid("peer_id_invalid")
    brought: list[Entry] = []

    def act(tx: Tx) -> Sent:
        found = bots.find(tx, bot)
        if found is None:
            raise Invalid("bot_invalid")
        brought[:] = _brought(tx, call, peer, bot) if peer < 0 else ()
        text, entities = formatted(f"/start{f'@{found.username}' if peer < 0 else ''} {q.start_param}", ())
        outgoing = Outgoing(Text(text, entities), q.random_id)
        grant = access.require_write(tx, call.user_id, peer)
        return sending.send(tx, grant, outgoing, call.device.auth_key_id, call.services.gate)

    sent = await (call.write(act) if bot != BOT_FATHER else bot_father.sent(call, act))
    if peer < 0:
        return await room_result(call, peer, [*brought, sent.entry])
    return await sent_updates(call, [sent.entry])


def _brought(tx: Tx, call: Call, room_id: PeerId, bot: UserId) -> list[Entry]:
    """What the room was told when the bot came in, nothing if it was there."""
    room = access.require_member(tx, call.user_id, room_id).room
    assert room is not None
    if rooms.member(tx, room_id, bot).inside:
        return []
    members.invite(tx, room, call.user_id, bot, call.services.gate)
    told = posts.tell(tx, room, call.user_id, "ChatAddUser", call.device.auth_key_id, users=[bot])
    if not room.own_box:
        groups.tell(tx, room)
    return [told]
