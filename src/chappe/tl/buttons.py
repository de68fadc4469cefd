"""Buttons before and after layer 229, which split them by keyboard: inline buttons became a type of their own.

Up to layer 228 each kind of button is a constructor of KeyboardButton; from 229 on a button has a kind, and buttons
of inline keyboards are KeyboardInlineButton in KeyboardInlineButtonRow.
"""

from collections.abc import Callable
from typing import Any

from chappe.tl import table
from chappe.tl import types as t
from chappe.tl.values import TLObject, class_of_form

# old button → (the kind it became, True if it stands under a message, not in place of the keyboard)
_KINDS = {
    "inputKeyboardButtonRequestPeer": ("InputButtonTypeRequestPeer", False),
    "inputKeyboardButtonUrlAuth": ("InputInlineButtonTypeUrlAuth", True),
    "inputKeyboardButtonUserProfile": ("InputInlineButtonTypeUserProfile", True),
    "keyboardButton": ("ButtonTypeDefault", False),
    "keyboardButtonBuy": ("InlineButtonTypeBuy", True),
    "keyboardButtonCallback": ("InlineButtonTypeCallback", True),
    "keyboardButtonCopy": ("InlineButtonTypeCopy", True),
    "keyboardButtonGame": ("InlineButtonTypeGame", True),
    "keyboardButtonRequestGeoLocation": ("ButtonTypeRequestGeoLocation", False),
    "keyboardButtonRequestPeer": ("ButtonTypeRequestPeer", False),
    "keyboardButtonRequestPhone": ("ButtonTypeRequestPhone", False),
    "keyboardButtonRequestPoll": ("ButtonTypeRequestPoll", False),
    "keyboardButtonSimpleWebView": ("ButtonTypeSimpleWebView", False),
    "keyboardButtonSwitchInline": ("InlineButtonTypeSwitchInline", True),
    "keyboardButtonUrl": ("InlineButtonTypeUrl", True),
    "keyboardButtonUrlAuth": ("InlineButtonTypeUrlAuth", True),
    "keyboardButtonUserProfile": ("InlineButtonTypeUserProfile", True),
    "keyboardButtonWebView": ("InlineButtonTypeWebView", True),
}
_OLD = {kind[:1].lower() + kind[1:]: button for button, (kind, _) in _KINDS.items()}


def _button_up(value: Any) -> TLObject:
    kind, inline = _KINDS[value.NAME]
    cls = getattr(t, kind)
    inner = cls(**{name: getattr(value, name) for name in cls.FIELDS})
    made: TLObject = (t.KeyboardInlineButton if inline else t.KeyboardButton)(
        text=value.text, type=inner, style=value.style
    )
    return made


def _button_down(value: Any) -> TLObject:
    """The button of that kind; a kind that came later is a plain button, which does nothing."""
    form = table.form_in("T", _OLD.get(value.type.NAME, "keyboardButton"), 228)
    assert form is not None
    cls: Any = class_of_form(form)
    inner = {name: getattr(value.type, name) for name in cls.FIELDS if name not in ("text", "style")}
    if "bot" in inner and inner["bot"] is None:
        inner["bot"] = t.InputUserSelf()  # optional since 229: the bot that sends the button
    made: TLObject = cls(text=value.text, style=value.style, **inner)
    return made


def _markup_up(value: Any) -> TLObject:
    rows = [t.KeyboardInlineButtonRow(buttons=[_inline(button) for button in row.buttons]) for row in value.rows]
    return t.ReplyInlineMarkup(rows=rows)


def _inline(button: Any) -> t.KeyboardInlineButton:
    """A button of the other kind under a message was drawn and did nothing; it is a disabled one now."""
    if isinstance(button, t.KeyboardInlineButton):
        return button
    return t.KeyboardInlineButton(text=button.text, type=t.InlineButtonTypeDisabled(), style=button.style)


def _row_down(value: Any) -> TLObject:
    return t.KeyboardButtonRow(buttons=value.buttons)


UP: dict[str, Callable[[Any], TLObject]] = {
    **{name: _button_up for name in _KINDS},
    "replyInlineMarkup": _markup_up,
}

DOWN: dict[str, Callable[[Any], TLObject]] = {
    "keyboardButton": _button_down,
    "keyboardInlineButton": _button_down,
    "keyboardInlineButtonRow": _row_down,
}
