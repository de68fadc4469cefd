"""Keyboards between TL and content, both ways. Source: type/ReplyMarkup"""

from chappe.base.errors import Invalid
from chappe.domain.content import Button, Markup
from chappe.domain.keyboards import require_markup
from chappe.tl import types as t


def markup_of(value: t.TypeReplyMarkup | None) -> Markup | None:
    """The keyboard that a bot sends.

    Errors: Invalid reply_markup_invalid, reply_markup_too_long, button_type_invalid, button_data_invalid,
    button_url_invalid.
    """
    if value is None:
        return None
    made = _markup(value)
    require_markup(made)
    return made


def _markup(value: t.TypeReplyMarkup) -> Markup:
    match value:
        case t.ReplyInlineMarkup():
            return Markup("inline", tuple(tuple(_inline(one) for one in row.buttons) for row in value.rows))
        case t.ReplyKeyboardMarkup():
            rows = tuple(tuple(_plain(one) for one in row.buttons) for row in value.rows)
            return Markup(
                "keyboard", rows, bool(value.resize), bool(value.single_use), bool(value.selective),
                bool(value.persistent), value.placeholder or "",
            )  # fmt: skip
        case t.ReplyKeyboardHide():
            return Markup("hide", selective=bool(value.selective))
        case t.ReplyKeyboardForceReply():
            return Markup(
                "force", single_use=bool(value.single_use), selective=bool(value.selective),
                placeholder=value.placeholder or "",
            )  # fmt: skip
        case _:
            raise Invalid("reply_markup_invalid")


def _inline(value: t.TypeKeyboardInlineButton) -> Button:
    match value.type:
        case t.InlineButtonTypeCallback(requires_password=None | False):
            return Button("callback", value.text, data=value.type.data)
        case t.InlineButtonTypeUrl():
            return Button("url", value.text, value=value.type.url)
        case t.InlineButtonTypeCopy():
            return Button("copy", value.text, value=value.type.copy_text)
        case _:
            raise Invalid("button_type_invalid")


def _plain(value: t.TypeKeyboardButton) -> Button:
    if not isinstance(value, t.KeyboardButton):
        raise Invalid("button_type_invalid")
    match value.type:
        case t.ButtonTypeDefault():
            return Button("text", value.text)
        case t.ButtonTypeRequestPhone():
            return Button("phone", value.text)
        case t.ButtonTypeRequestGeoLocation():
            return Button("place", value.text)
        case _:
            raise Invalid("button_type_invalid")


def markup_view(markup: Markup | None) -> t.TypeReplyMarkup | None:
    """The keyboard as clients show it. Source: type/ReplyMarkup"""
    if markup is None:
        return None
    match markup.kind:
        case "inline":
            return t.ReplyInlineMarkup(rows=[
                t.KeyboardInlineButtonRow(buttons=[
                    t.KeyboardInlineButton(text=one.text, type=_inline_view(one)) for one in row
                ]) for row in markup.rows
            ])  # fmt: skip
        case "keyboard":
            return t.ReplyKeyboardMarkup(
                rows=[
                    t.KeyboardButtonRow(buttons=[t.KeyboardButton(text=one.text, type=_plain_view(one)) for one in row])
                    for row in markup.rows
                ],
                resize=markup.resize, single_use=markup.single_use, selective=markup.selective,
                persistent=markup.persistent, placeholder=markup.placeholder or None,
            )  # fmt: skip
        case "hide":
            return t.ReplyKeyboardHide(selective=markup.selective)
        case _:
            return t.ReplyKeyboardForceReply(
                single_use=markup.single_use, selective=markup.selective, placeholder=markup.placeholder or None
            )


def _inline_view(one: Button) -> t.TypeInlineButtonType:
    match one.kind:
        case "callback":
            return t.InlineButtonTypeCallback(data=one.data)
        case "url":
            return t.InlineButtonTypeUrl(url=one.value)
        case _:
            return t.InlineButtonTypeCopy(copy_text=one.value)


def _plain_view(one: Button) -> t.TypeButtonType:
    match one.kind:
        case "phone":
            return t.ButtonTypeRequestPhone()
        case "place":
            return t.ButtonTypeRequestGeoLocation()
        case _:
            return t.ButtonTypeDefault()
