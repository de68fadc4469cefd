"""messages.startBot: somebody begins to talk to a bot. Source: method/messages.startBot"""

import re

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import access, bots, sending
from chappe.domain.access import BOT_FATHER
from chappe.domain.content import Text
from chappe.domain.formatting import formatted
from chappe.domain.messages import Outgoing, Sent
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.messages import bot_father
from chappe.rpc.results import sent_updates
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

PARAM_LENGTH = 64
_PARAM = re.compile(r"[A-Za-z0-9_-]*")


@method("messages.startBot", lacks="adding the bot to a group")
async def start_bot(call: Call, q: f.messages.StartBot) -> t.TypeUpdates:
    """The bot is told `/start`, with what the link that led there says; the caller sees the same words.

    Source: method/messages.startBot, api/links#bot-links
    Errors: BOT_INVALID, PEER_ID_INVALID, START_PARAM_INVALID, START_PARAM_TOO_LONG, YOU_BLOCKED_USER,
    CHAT_WRITE_FORBIDDEN.
    """
    bot = await inputs.user(call, q.bot)
    peer = PeerId(bot) if isinstance(q.peer, t.InputPeerEmpty) else await inputs.peer(call, q.peer)
    if len(q.start_param) > PARAM_LENGTH:
        raise Invalid("start_param_too_long")
    if not _PARAM.fullmatch(q.start_param):
        raise Invalid("start_param_invalid")
    if peer != PeerId(bot):
        raise Invalid("peer_id_invalid")
    text, entities = formatted(f"/start {q.start_param}", ())
    outgoing, origin = Outgoing(Text(text, entities), q.random_id), call.device.auth_key_id

    def act(tx: Tx) -> Sent:
        if not bots.is_bot(tx, bot):
            raise Invalid("bot_invalid")
        grant = access.require_write(tx, call.user_id, peer)
        return sending.send(tx, grant, outgoing, origin, call.services.gate)

    sent = await (call.write(act) if bot != BOT_FATHER else bot_father.sent(call, act))
    return await sent_updates(call, [sent.entry])
