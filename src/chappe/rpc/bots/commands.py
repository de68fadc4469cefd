"""The commands that a bot offers, by place and language. Source: api/bots"""

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import bots
from chappe.domain.bots import Command
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.views.bots import commands_view
from chappe.tl import functions as f
from chappe.tl import types as t


@method("bots.setBotCommands")
async def set_bot_commands(call: Call, q: f.bots.SetBotCommands) -> bool:
    """The calling bot offers these commands there.

    Source: method/bots.setBotCommands
    Errors: USER_BOT_REQUIRED, BOT_COMMAND_INVALID, BOT_COMMAND_DESCRIPTION_INVALID, BOT_COMMANDS_TOO_MUCH,
    LANG_CODE_INVALID, PEER_ID_INVALID, USER_ID_INVALID.
    """
    wanted = [Command(one.command, one.description) for one in q.commands]
    await _set(call, q.scope, q.lang_code, wanted)
    return True


@method("bots.resetBotCommands")
async def reset_bot_commands(call: Call, q: f.bots.ResetBotCommands) -> bool:
    """The calling bot offers no commands of that place's own.

    Source: method/bots.resetBotCommands
    Errors: USER_BOT_REQUIRED, LANG_CODE_INVALID, PEER_ID_INVALID, USER_ID_INVALID.
    """
    await _set(call, q.scope, q.lang_code, [])
    return True


async def _set(call: Call, scope: t.TypeBotCommandScope, lang_code: str, wanted: list[Command]) -> None:
    bot, where = call.user_id, await scope_of(call, scope)
    await call.write(lambda tx: bots.set_commands(tx, bot, wanted, where, lang_code))


@method("bots.getBotCommands")
async def get_bot_commands(call: Call, q: f.bots.GetBotCommands) -> list[t.TypeBotCommand]:
    """The commands set for exactly that place and language.

    Source: method/bots.getBotCommands
    Errors: USER_BOT_REQUIRED, LANG_CODE_INVALID, PEER_ID_INVALID, USER_ID_INVALID.
    """
    bot, where = call.user_id, await scope_of(call, q.scope)
    return commands_view(await call.read(lambda rx: bots.commands_in(rx, bot, where, q.lang_code)))


async def scope_of(call: Call, scope: t.TypeBotCommandScope) -> str:
    """The place in one word. Source: type/BotCommandScope. Errors: Invalid peer_id_invalid, user_id_invalid."""
    match scope:
        case t.BotCommandScopeUsers():
            return "users"
        case t.BotCommandScopeChats():
            return "chats"
        case t.BotCommandScopeChatAdmins():
            return "chat_admins"
        case t.BotCommandScopePeer():
            return f"peer:{await inputs.peer(call, scope.peer)}"
        case t.BotCommandScopePeerAdmins():
            return f"peer_admins:{_room(await inputs.peer(call, scope.peer))}"
        case t.BotCommandScopePeerUser():
            room = _room(await inputs.peer(call, scope.peer))
            return f"peer_user:{room}:{await inputs.user(call, scope.user_id)}"
        case _:
            return bots.DEFAULT


def _room(peer: PeerId) -> PeerId:
    if peer > 0:
        raise Invalid("peer_id_invalid")
    return peer
