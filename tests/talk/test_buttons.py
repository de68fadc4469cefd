"""Source: api/bots#buttons, method/messages.getBotCallbackAnswer. A bot's buttons are shown, pressed and answered."""

import asyncio
from typing import Any

import pytest
from tests.kit.bots import enters, makes, named, peer
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.base.errors import Refusal
from chappe.domain import access, sending
from chappe.domain.content import Button, Markup, Text
from chappe.domain.messages import Outgoing
from chappe.rpc import callbacks
from chappe.tl import functions as f
from chappe.tl import types as t

ENDS = (tl.LAYERS[0], tl.NEWEST)


def button(text: str, kind: t.TypeInlineButtonType) -> t.KeyboardInlineButton:
    return t.KeyboardInlineButton(text=text, type=kind)


def under(*buttons: t.KeyboardInlineButton) -> t.ReplyInlineMarkup:
    return t.ReplyInlineMarkup(rows=[t.KeyboardInlineButtonRow(buttons=list(buttons))])


CHOICE = under(
    button("Yes", t.InlineButtonTypeCallback(data=b"yes")), button("More", t.InlineButtonTypeUrl(url="https://x.example"))
)


async def begun(stage: Stage, layer: int = tl.NEWEST) -> tuple[Person, Person]:
    """Alice, who talks to a bot of hers, and the program that speaks for it."""
    alice = await stage.person("alice", layer)
    made = await makes(alice, "choice_bot")
    bot = await enters(stage, made)
    start = f.messages.StartBot(bot=named(alice, made.id), peer=peer(alice, made.id), random_id=1, start_param="")
    await alice.calls(start)
    alice.hears(), bot.hears()
    return alice, bot


def asking(bot: Person, to: Any, markup: Any, random_id: int = 2) -> f.messages.SendMessage:
    return f.messages.SendMessage(peer=to, message="Shall I?", random_id=random_id, reply_markup=markup)


def first(markup: Any) -> tuple[str, bytes]:
    """(text, data) of the first button, whatever the layer calls it."""
    one = markup.rows[0].buttons[0]
    return one.text, getattr(one, "data", None) or one.type.data


@pytest.mark.parametrize("layer", ENDS)
async def test_a_button_is_pressed_and_answered(stage: Stage, layer: int) -> None:
    alice, bot = await begun(stage, layer)
    sent = await bot.calls(asking(bot, bot.sees(alice), CHOICE))
    assert isinstance(sent, t.Updates), "the short form shows no buttons"
    shown = alice.receives(t.UpdateNewMessage).message
    assert first(shown.reply_markup) == ("Yes", b"yes")
    pressing = f.messages.GetBotCallbackAnswer(peer=peer(alice, bot.id), msg_id=shown.id, data=b"yes")
    bot.hears()
    waits = asyncio.ensure_future(alice.calls(pressing))
    while not bot.session.pushed:
        await asyncio.sleep(0)
    query = bot.receives(t.UpdateBotCallbackQuery)
    mine = next(one.id for one in sent.updates if isinstance(one, t.UpdateMessageID))
    assert (query.user_id, query.msg_id, query.data) == (alice.id, mine, b"yes")
    # What names the chat to the bot is not how alice names anybody.
    assert query.chat_instance not in [stage.access.hash_for(alice.id, one) for one in (shown.id, bot.id)]
    answer = f.messages.SetBotCallbackAnswer(query_id=query.query_id, message="Done.", alert=True, cache_time=5)
    assert await alice.fails(answer) == "400 USER_BOT_REQUIRED"
    assert await bot.calls(answer)
    told = await waits
    assert (told.message, told.alert, told.cache_time) == ("Done.", True, 5)
    assert await bot.fails(answer) == "400 QUERY_ID_INVALID"
    assert await alice.fails(pressing.replace(data=b"no")) == "400 DATA_INVALID"
    assert await alice.fails(pressing.replace(msg_id=shown.id - 1)) == "400 MESSAGE_ID_INVALID"
    await bot.calls(f.messages.EditMessage(peer=bot.sees(alice), id=mine, message="Done."))
    assert alice.receives(t.UpdateEditMessage).message.reply_markup is None
    assert await alice.fails(pressing) == "400 MESSAGE_ID_INVALID"


async def test_a_bot_that_says_nothing_is_not_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, bot = await begun(stage)
    await bot.calls(asking(bot, bot.sees(alice), CHOICE))
    shown = alice.receives(t.UpdateNewMessage).message
    pressing = f.messages.GetBotCallbackAnswer(peer=peer(alice, bot.id), msg_id=shown.id, data=b"yes")
    monkeypatch.setattr(callbacks, "ANSWER_S", 0.01)
    assert await alice.fails(pressing) == "400 BOT_RESPONSE_TIMEOUT"
    assert bot.receives(t.UpdateBotCallbackQuery)
    stage.rpc.session_gone(bot.auth_key_id, bot.session)
    monkeypatch.setattr(callbacks, "ANSWER_S", 60)
    assert await alice.fails(pressing) == "400 BOT_RESPONSE_TIMEOUT", "nobody is there to answer"


async def test_buttons_in_a_group(stage: Stage) -> None:
    alice, bot = await begun(stage)
    room = await hall(stage, alice)
    await alice.calls(f.channels.InviteToChannel(channel=room.to(alice), users=[named(alice, bot.id)]))
    await bot.calls(asking(bot, room.peer(bot), CHOICE))
    shown = alice.receives(t.UpdateNewChannelMessage).message
    assert first(shown.reply_markup) == ("Yes", b"yes")
    pressing = f.messages.GetBotCallbackAnswer(peer=room.peer(alice), msg_id=shown.id, data=b"yes")
    bot.hears()
    waits = asyncio.ensure_future(alice.calls(pressing))
    while not bot.session.pushed:
        await asyncio.sleep(0)
    query = bot.receives(t.UpdateBotCallbackQuery)
    assert (query.msg_id, query.peer) == (shown.id, t.PeerChannel(channel_id=room.id))
    await bot.calls(f.messages.SetBotCallbackAnswer(query_id=query.query_id, cache_time=0))
    assert (await waits).message is None
    kept = await alice.calls(f.messages.ForwardMessages(
        from_peer=room.peer(alice), to_peer=t.InputPeerSelf(), id=[shown.id], random_id=[9]
    ))  # fmt: skip
    assert [one.message.reply_markup for one in kept.updates if isinstance(one, t.UpdateNewMessage)] == [None]


async def test_keyboards_of_every_kind_and_none_of_people(stage: Stage) -> None:
    alice, bot = await begun(stage)
    rows = [t.KeyboardButtonRow(buttons=[t.KeyboardButton(text="Yes", type=t.ButtonTypeDefault())])]
    kinds = (
        t.ReplyKeyboardMarkup(rows=rows, resize=True, placeholder="choose"), t.ReplyKeyboardHide(selective=True),
        t.ReplyKeyboardForceReply(single_use=True),
        under(button("Copy", t.InlineButtonTypeCopy(copy_text="1234"))),
    )
    for number, markup in enumerate(kinds, 10):
        await bot.calls(asking(bot, bot.sees(alice), markup, number))
        assert alice.receives(t.UpdateNewMessage).message.reply_markup == markup
    data, url = t.InlineButtonTypeCallback, t.InlineButtonTypeUrl
    for markup, why in (
        (under(), "REPLY_MARKUP_INVALID"), (under(button("", data(data=b"x"))), "REPLY_MARKUP_INVALID"),
        (under(button("x", data(data=b"x" * 65))), "BUTTON_DATA_INVALID"),
        (under(button("x", url(url="javascript:alert(1)"))), "BUTTON_URL_INVALID"),
        (under(button("x", t.InlineButtonTypeGame())), "BUTTON_TYPE_INVALID"),
        (under(*[button("x", data(data=b"x"))] * 101), "REPLY_MARKUP_TOO_LONG"),
    ):  # fmt: skip
        assert await bot.fails(asking(bot, bot.sees(alice), markup, 99)) == f"400 {why}"
    bot.hears()
    await alice.calls(asking(alice, peer(alice, bot.id), CHOICE, 50))
    assert getattr(bot.hears()[0], "reply_markup", None) is None, "people send no buttons"
    forged = Outgoing(Text("x", markup=Markup("inline", ((Button("callback", "x", b"x"),),))), 51)
    with pytest.raises(Refusal, match="reply_markup_invalid"):
        await stage.writes(lambda tx: sending.send(tx, access.require_write(tx, alice.id, bot.id), forged))  # type: ignore[arg-type]
