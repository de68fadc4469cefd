"""What a bot is called and says of itself. Source: method/bots.setBotInfo"""

from chappe.base.errors import Invalid
from chappe.domain import bots
from chappe.domain.bots import Bot
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("bots.setBotInfo", lacks="texts for one language")
async def set_bot_info(call: Call, q: f.bots.SetBotInfo) -> bool:
    """Of the calling bot, or of the caller's, what is given is changed.

    Source: method/bots.setBotInfo
    Errors: BOT_INVALID, USER_BOT_INVALID, LANG_CODE_INVALID, FIRSTNAME_INVALID, ABOUT_TOO_LONG,
    CHAT_WRITE_FORBIDDEN while it is stopped.
    """
    _require_everybodys(q.lang_code)
    bot_id = await inputs.user(call, q.bot) if q.bot else call.user_id

    def act(tx: Tx) -> None:
        found = _mine(tx, call, bot_id)
        if q.name is not None:
            bots.rename(tx, found, q.name)
        if q.about is not None:
            bots.set_about(tx, _mine(tx, call, bot_id), q.about)
        if q.description is not None:
            bots.set_description(tx, found, q.description)

    await call.write(act)
    return True


@method("bots.getBotInfo", lacks="texts for one language")
async def get_bot_info(call: Call, q: f.bots.GetBotInfo) -> t.bots.BotInfo:
    """What the calling bot, or the caller's, says of itself.

    Source: method/bots.getBotInfo
    Errors: BOT_INVALID, USER_BOT_INVALID, LANG_CODE_INVALID.
    """
    _require_everybodys(q.lang_code)
    bot_id = await inputs.user(call, q.bot) if q.bot else call.user_id
    found = await call.read(lambda rx: _mine(rx, call, bot_id))
    return t.bots.BotInfo(name=found.name, about=found.about, description=found.description)


def _require_everybodys(lang_code: str) -> None:
    """The words are those for every language: there are no others. Errors: LANG_CODE_INVALID."""
    if lang_code:
        raise Invalid("lang_code_invalid")


def _mine(rx: Reader, call: Call, bot_id: int) -> Bot:
    """The bot, which calls itself or is the caller's. Errors: USER_BOT_INVALID, BOT_INVALID, CHAT_WRITE_FORBIDDEN."""
    if bot_id != call.user_id:
        return bots.require_own(rx, call.user_id, bot_id)
    found = bots.find(rx, bot_id)
    if found is None:
        raise Invalid("user_bot_invalid")
    return found
