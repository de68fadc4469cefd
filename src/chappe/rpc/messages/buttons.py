"""Buttons under a bot's message are pressed, and the bot answers. Source: method/messages.getBotCallbackAnswer"""

from chappe.base.errors import Invalid, Refusal
from chappe.base.ids import UserId
from chappe.domain import access, keyboards
from chappe.rpc import inputs
from chappe.rpc.callbacks import Answer
from chappe.rpc.context import Call, method
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

ANSWER_LENGTH = 200


@method("messages.getBotCallbackAnswer", lacks="games, passwords")
async def get_bot_callback_answer(call: Call, q: f.messages.GetBotCallbackAnswer) -> t.messages.BotCallbackAnswer:
    """The bot heard which button was pressed, and this is its answer.

    Source: method/messages.getBotCallbackAnswer, type/updateBotCallbackQuery
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, DATA_INVALID, BOT_RESPONSE_TIMEOUT, also where no program speaks for
    the bot now.
    """
    if q.game or q.data is None:
        raise Invalid("data_invalid")
    services, peer, data = call.services, await inputs.peer(call, q.peer), q.data
    query_id = int.from_bytes(services.entropy(8), "little") >> 1 or 1

    def find(tx: Tx) -> UserId:
        grant = access.require_read(tx, call.user_id, peer)
        # What names the chat to the bot must be the access hash of nothing.
        chat = services.access.hash_for(min(peer, 0) or call.user_id, keyboards.MARK + max(peer, 0))
        bot = keyboards.press(tx, grant, q.msg_id, data, query_id, chat)
        if not services.devices.of_user(bot):
            raise Refusal("bot_response_timeout")
        return bot

    services.callbacks.ask(query_id)
    try:
        said = await services.callbacks.hear(query_id, await call.write(find))
    finally:
        services.callbacks.drop(query_id)
    return t.messages.BotCallbackAnswer(
        alert=said.alert, message=said.message or None, url=said.url or None, has_url=bool(said.url),
        cache_time=said.cache_s,
    )  # fmt: skip


@method("messages.setBotCallbackAnswer")
async def set_bot_callback_answer(call: Call, q: f.messages.SetBotCallbackAnswer) -> bool:
    """Who pressed the button has the calling bot's answer.

    Source: method/messages.setBotCallbackAnswer
    Errors: USER_BOT_REQUIRED, QUERY_ID_INVALID, MESSAGE_TOO_LONG, BUTTON_URL_INVALID.
    """
    message, url = q.message or "", q.url or ""
    if len(message) > ANSWER_LENGTH:
        raise Invalid("message_too_long")
    if url and not url.startswith(keyboards.SCHEMES):
        raise Invalid("button_url_invalid")
    said = Answer(message, bool(q.alert), url, max(0, q.cache_time))
    call.services.callbacks.answer(q.query_id, call.user_id, said)
    return True
