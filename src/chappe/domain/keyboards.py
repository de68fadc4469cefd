"""Buttons under a bot's message, or in place of the keyboard; and that somebody pressed one.

Source: api/bots#buttons, method/messages.getBotCallbackAnswer
"""

from chappe.base.errors import Invalid
from chappe.base.ids import MsgId, PeerId, UserId, is_channel
from chappe.domain import updates
from chappe.domain.access import Grant
from chappe.domain.content import Button, Markup, Text
from chappe.domain.records import Message
from chappe.domain.updates import Pressed, StateNote
from chappe.store import Reader, Tx
from chappe.store.queries import bots as bot_rows
from chappe.store.queries import rooms as room_rows

MARK = 2**61
"""Added to a bot's id for what names a chat with it, so that it is the access hash of nothing."""
BUTTONS = 100
"""Buttons of one message."""
LABEL_LENGTH, DATA_BYTES, URL_LENGTH, PLACEHOLDER_LENGTH = 128, 64, 2048, 64
SCHEMES = ("http://", "https://", "tg://")


def require_markup(markup: Markup) -> None:
    """The keyboard is one.

    Errors: Invalid reply_markup_invalid, reply_markup_too_long, button_data_invalid, button_url_invalid.
    """
    buttons = [button for row in markup.rows for button in row]
    if len(buttons) > BUTTONS:
        raise Invalid("reply_markup_too_long")
    if len(markup.placeholder) > PLACEHOLDER_LENGTH or not all(0 < len(one.text) <= LABEL_LENGTH for one in buttons):
        raise Invalid("reply_markup_invalid")
    if markup.kind in ("inline", "keyboard") and (not buttons or not all(markup.rows)):
        raise Invalid("reply_markup_invalid")
    for one in buttons:
        _require_button(one)


def _require_button(one: Button) -> None:
    if one.kind == "callback" and not 0 < len(one.data) <= DATA_BYTES:
        raise Invalid("button_data_invalid")
    if one.kind == "url" and not (one.value.startswith(SCHEMES) and len(one.value) <= URL_LENGTH):
        raise Invalid("button_url_invalid")


def press(tx: Tx, grant: Grant, message_id: int, data: bytes, query_id: int, chat_instance: int) -> UserId:
    """The bot whose message it is hears that the viewer pressed the button; which bot that is.

    Source: method/messages.getBotCallbackAnswer, type/updateBotCallbackQuery
    Errors: Invalid message_id_invalid, data_invalid.
    """
    message = updates.of_dialog(tx, grant.box, grant.peer, message_id, grant.floor)
    content = message.content
    markup = content.markup if isinstance(content, Text) else None
    if markup is None or not bot_rows.bits(tx, message.from_id):
        raise Invalid("message_id_invalid")
    if not any(one.kind == "callback" and one.data == data for row in markup.rows for one in row):
        raise Invalid("data_invalid")
    bot = UserId(message.from_id)
    where = grant.peer if grant.peer < 0 else PeerId(grant.viewer)
    pressed = Pressed(query_id, grant.viewer, where, _in_box_of(tx, bot, message), chat_instance, data)
    tx.announce(StateNote(PeerId(bot), pressed, tx.now))
    return bot


def _in_box_of(rx: Reader, bot: UserId, message: Message) -> MsgId:
    """The id of the message as the bot knows it."""
    if is_channel(message.peer_id):
        return message.id
    if message.peer_id > 0:
        return MsgId(message.twin_id)
    return MsgId(room_rows.copies(rx, bot, message.peer_id, message.twin_id) or 0)
