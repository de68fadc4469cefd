"""Source: api/bots, method/auth.importBotAuthorization. Bots are made in a chat and enter by a token."""

import pytest
from tests.kit.bots import TOKEN, asks, entering, enters, father, hears, makes, named, peer
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.base.ids import UserId
from chappe.domain import accounts, bot_father, bots, lapses
from chappe.domain import bot_father_words as w
from chappe.domain.access import BOT_FATHER
from chappe.domain.portability import ALONE
from chappe.rpc.bot_methods import BOTS_MAY, BOTS_ONLY
from chappe.rpc.dispatch import methods
from chappe.rpc.empty import EMPTY
from chappe.tl import functions as f
from chappe.tl import types as t

ME = f.users.GetUsers(id=[t.InputUserSelf()])
ENDS = (tl.LAYERS[0], tl.NEWEST)


async def full(person: Person, bot: int) -> t.UserFull:
    found = await person.calls(f.users.GetFullUser(id=named(person, bot)))
    shown: t.UserFull = found.full_user
    return shown


@pytest.mark.parametrize("layer", ENDS)
async def test_a_bot_is_made_and_entered(stage: Stage, alice: Person, layer: int) -> None:
    assert await asks(alice, "/newbot") == w.WORDS["en"]["new_name"]
    assert await asks(alice, "Weather") == w.WORDS["en"]["new_username"]
    assert await asks(alice, "weather") == w.WORDS["en"]["username_invalid"]
    told = await asks(alice, "@weather_bot")
    token = TOKEN.search(told)
    assert token is not None and "@weather_bot" in told
    kept = await stage.reads(lambda rx: rx.all("SELECT * FROM bots"))
    assert token[0].partition(":")[2] not in repr(kept), "of a token only a digest is kept"
    device = await stage.device(layer)
    user = (await device.calls(entering(token[0]))).user
    assert (user.self, user.bot, user.username, user.first_name) == (True, True, "weather_bot", "Weather")
    assert user.bot_info_version and not user.bot_chat_history and not user.bot_nochats and user.status is None
    assert (await device.calls(ME))[0].id == user.id
    found = await alice.calls(f.contacts.ResolveUsername(username="weather_bot"))
    assert found.users[0].bot and found.users[0].phone is None


async def test_the_maker_speaks_french_and_stops(stage: Stage, alice: Person) -> None:
    assert alice.init is not None
    alice.init = type(alice.init)(4, "Stage", "Linux", "1.0", "fr-FR", "")
    words = w.WORDS["fr"]
    assert await asks(alice, "/mybots") == words["none"]
    assert await asks(alice, "/newbot") == words["new_name"]
    assert await asks(alice, "/cancel") == words["cancelled"]
    assert await asks(alice, "/cancel") == words["nothing"]
    assert await asks(alice, "bonjour") == words["unknown"]
    assert "/newbot" in await asks(alice, "/start")
    made = await makes(alice, "meteo_bot", "Météo")
    assert await asks(alice, "/mybots") == words["list"].format(bots="@meteo_bot – Météo")
    assert made.token not in await asks(alice, "/token @meteo_bot")


def test_both_languages_say_the_same() -> None:
    assert w.WORDS["en"].keys() == w.WORDS["fr"].keys()
    assert [name for name, _ in w.COMMANDS["en"]] == [name for name, _ in w.COMMANDS["fr"]]


async def test_who_makes_bots_is_known(stage: Stage, alice: Person) -> None:
    await stage.writes(bot_father.prepare)
    found = await alice.calls(f.contacts.ResolveUsername(username="botfather"))
    assert (found.users[0].id, found.users[0].bot, found.users[0].verified) == (BOT_FATHER, True, True)
    info = (await full(alice, BOT_FATHER)).bot_info
    assert isinstance(info, t.BotInfo) and info.commands is not None
    assert [one.command for one in info.commands] == [name for name, _ in w.COMMANDS["en"]]
    alice.hears()
    start = f.messages.StartBot(bot=named(alice, BOT_FATHER), peer=father(alice), random_id=1, start_param="")
    await alice.calls(start)
    assert "/newbot" in hears(alice)
    listed = await alice.calls(f.contacts.Search(q="botfather", limit=10, bots=True))
    assert [one.id for one in listed.users] == [BOT_FATHER]


async def test_a_bot_is_changed_by_its_owner_alone(stage: Stage, alice: Person, bob: Person) -> None:
    made, en = await makes(alice, "helper_bot"), w.WORDS["en"]
    await makes(bob, "other_bot")
    assert await asks(bob, "/setname", "@helper_bot") == en["not_yours"]
    assert await asks(alice, "/setname helper_bot", "Helper") == en["done"]
    assert await asks(alice, "/setdescription", "helper_bot", "I help.") == en["done"]
    assert await asks(alice, "/setabouttext", "helper_bot", "x" * 121) == en["about_too_long"]
    assert await asks(alice, "Helps.") == en["done"]
    assert await asks(alice, "/setcommands", "helper_bot", "no sign") == en["bot_command_invalid"]
    assert await asks(alice, "help - what I do\nstop - be silent") == en["done"]
    assert await asks(alice, "/setprivacy", "helper_bot", "off") == en["done"]
    assert await asks(alice, "/setjoingroups", "helper_bot", "perhaps") == en["on_or_off"]
    assert await asks(alice, "off") == en["done"]
    seen = await full(bob, made.id)
    assert isinstance(seen.bot_info, t.BotInfo) and seen.bot_info.commands is not None
    assert (seen.about, seen.bot_info.description) == ("Helps.", "I help.")
    assert [(one.command, one.description) for one in seen.bot_info.commands] == [
        ("help", "what I do"), ("stop", "be silent"),
    ]  # fmt: skip
    user = (await bob.calls(f.users.GetUsers(id=[named(bob, made.id)])))[0]
    assert (user.first_name, user.bot_chat_history, user.bot_nochats) == ("Helper", True, True)
    change = f.bots.SetBotInfo(bot=named(bob, made.id), lang_code="", name="Mine")
    assert await bob.fails(change) == "400 BOT_INVALID"
    await alice.calls(change.replace(bot=named(alice, made.id), name="Aide"))
    told = await alice.calls(f.bots.GetBotInfo(bot=named(alice, made.id), lang_code=""))
    assert (told.name, told.about, told.description) == ("Aide", "Helps.", "I help.")
    assert await alice.fails(f.bots.GetBotInfo(lang_code="")) == "400 USER_BOT_INVALID"
    assert await asks(alice, "/setcommands", "helper_bot", "/empty") == en["done"]
    info = (await full(bob, made.id)).bot_info
    assert isinstance(info, t.BotInfo) and not info.commands


async def test_a_token_is_worth_what_its_owner_says(stage: Stage, alice: Person) -> None:
    made = await makes(alice, "quiet_bot")
    bot, device = await enters(stage, made), await stage.device()
    assert await device.fails(entering("5:no")) == "400 ACCESS_TOKEN_INVALID"
    assert await device.fails(entering(f"{made.id}:{'A' * 35}")) == "400 ACCESS_TOKEN_INVALID"
    assert await device.fails(entering(f"{BOT_FATHER}:{'A' * 35}")) == "400 ACCESS_TOKEN_INVALID"
    assert await device.fails(entering(made.token, api_id=0)) == "400 API_ID_INVALID"
    new = TOKEN.search(await asks(alice, "/revoke", "quiet_bot"))
    assert new is not None and new[0] != made.token
    assert bot.auth_key_id in stage.closed
    assert await bot.fails(ME) == "401 SESSION_REVOKED"
    assert await device.fails(entering(made.token)) == "400 ACCESS_TOKEN_EXPIRED"
    assert (await device.calls(entering(new[0]))).user.id == made.id
    kinds = await stage.reads(lambda rx: rx.all("SELECT kind FROM journal WHERE subject = ?", (f"user:{made.id}",)))
    assert ("bot_made",) in kinds and ("bot_token_made",) in kinds


async def test_bots_call_what_bots_may(stage: Stage, alice: Person) -> None:
    bot = await enters(stage, await makes(alice, "busy_bot"))
    assert await bot.fails(f.messages.GetDialogs(
        offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=1, hash=0
    )) == "400 BOT_METHOD_INVALID"  # fmt: skip
    assert await bot.fails(f.account.UpdateProfile(first_name="Person")) == "400 BOT_METHOD_INVALID"
    commands = f.bots.SetBotCommands(
        scope=t.BotCommandScopeDefault(), lang_code="", commands=[t.BotCommand(command="go", description="begin")]
    )
    assert await alice.fails(commands) == "400 USER_BOT_REQUIRED"
    assert await bot.calls(commands)
    french = commands.replace(lang_code="fr", commands=[t.BotCommand(command="va", description="commence")])
    assert await bot.calls(french)
    assert await bot.fails(commands.replace(lang_code="x")) == "400 LANG_CODE_INVALID"
    wrong = [t.BotCommand(command="Go!", description="begin")]
    assert await bot.fails(commands.replace(commands=wrong)) == "400 BOT_COMMAND_INVALID"
    silent = [t.BotCommand(command="go", description="")]
    assert await bot.fails(commands.replace(commands=silent)) == "400 BOT_COMMAND_DESCRIPTION_INVALID"
    asked = f.bots.GetBotCommands(scope=t.BotCommandScopeDefault(), lang_code="fr")
    assert [one.command for one in await bot.calls(asked)] == ["va"]
    alice.init = type(alice.init)(4, "Stage", "Linux", "1.0", "fr", "")  # type: ignore[misc]
    info = (await full(alice, bot.id)).bot_info
    assert isinstance(info, t.BotInfo) and info.commands is not None and info.commands[0].command == "va"
    assert await bot.calls(f.bots.ResetBotCommands(scope=t.BotCommandScopeDefault(), lang_code="fr"))
    assert await bot.calls(asked) == []


def test_the_table_of_methods_names_methods() -> None:
    known = {*methods(), *EMPTY}
    assert not {name for name in BOTS_MAY if name not in known}
    assert {name for name in BOTS_ONLY if name in known} <= BOTS_MAY


async def test_a_bot_answers_and_does_not_begin(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    made = await makes(alice, "polite_bot")
    bot = await enters(stage, made)
    hello = f.messages.SendMessage(peer=bot.sees(bob), message="hello", random_id=7)
    assert await bot.fails(hello) == "400 PEER_ID_INVALID"
    bare = t.InputPeerUser(user_id=bob.id, access_hash=0)
    assert await bot.fails(hello.replace(peer=bare)) == "400 PEER_ID_INVALID"
    there = {"bot": named(bob, made.id), "peer": peer(bob, made.id)}
    start = f.messages.StartBot(**there, random_id=3, start_param="from-a_link")
    assert await bob.fails(start.replace(start_param="no spaces")) == "400 START_PARAM_INVALID"
    assert await bob.fails(start.replace(start_param="x" * 65)) == "400 START_PARAM_TOO_LONG"
    assert await bob.fails(start.replace(bot=bob.knows(carol), peer=bob.sees(carol))) == "400 BOT_INVALID"
    bot.hears()
    await bob.calls(start)
    heard = bot.receives(t.UpdateNewMessage).message
    assert (heard.message, heard.from_id) == ("/start from-a_link", t.PeerUser(user_id=bob.id))
    assert heard.entities is not None and isinstance(heard.entities[0], t.MessageEntityBotCommand)
    bob.hears()
    await bot.calls(hello)
    assert hears(bob) == "hello"
    sent = await bot.calls(hello.replace(peer=bare, random_id=8, message="by number"))
    await bot.calls(f.messages.EditMessage(peer=bare, id=sent.id, message="mended"))
    assert (await bot.calls(f.messages.GetMessages(id=[t.InputMessageID(id=sent.id)]))).messages[0].message == "mended"
    assert await bot.calls(f.users.GetUsers(id=[t.InputUser(user_id=carol.id, access_hash=0)])) == [
        t.UserEmpty(id=carol.id)
    ]
    secret = f.messages.RequestEncryption(user_id=named(bob, made.id), random_id=5, g_a=b"\x01" * 256)
    assert await bob.fails(secret) == "400 USER_ID_INVALID", "a bot keeps no secrets"
    other = await enters(stage, await makes(alice, "second_bot"))
    assert await other.fails(hello.replace(peer=other.sees(bot))) == "400 USER_IS_BOT"
    await bob.calls(f.contacts.Block(id=peer(bob, made.id)))
    assert (await bot.fails(hello.replace(random_id=9))).endswith("USER_IS_BLOCKED")


async def test_a_person_s_copy_names_their_bots(stage: Stage, alice: Person) -> None:
    """Source: gdpr/15"""
    made = await makes(alice, "own_bot", "Mine")
    copy = await stage.reads(lambda rx: ALONE.about(rx, UserId(alice.id)))
    now = int(stage.clock.now())
    assert copy["bots"] == [{"id": made.id, "username": "own_bot", "name": "Mine", "made": now}]
    assert made.token not in str(copy)


async def test_a_person_has_so_many_bots(stage: Stage, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bots, "MOST", 1)
    await makes(alice, "only_bot")
    assert await asks(alice, "/newbot", "More", "more_bot") == w.WORDS["en"]["bots_too_much"]
    assert await asks(alice, "/newbot", "More", "only_bot") == w.WORDS["en"]["username_occupied"]
    assert await asks(alice, "/newbot", "Support", "support_bot") == w.WORDS["en"]["username_invalid"]
    taken = f.account.UpdateUsername(username="no_bot")
    assert await alice.fails(taken) == "400 USERNAME_INVALID", "such names are for bots"


async def test_a_bot_goes_with_its_owner_or_before(stage: Stage, alice: Person, bob: Person) -> None:
    first, second = await makes(alice, "first_bot"), await makes(alice, "later_bot")
    bot = await enters(stage, first)
    there = {"bot": named(bob, first.id), "peer": peer(bob, first.id)}
    await bob.calls(f.messages.StartBot(**there, random_id=1, start_param=""))
    assert await asks(alice, "/deletebot", "first_bot", "later_bot") == w.WORDS["en"]["kept"]
    assert await asks(alice, "/deletebot", "first_bot", "first_bot") == w.WORDS["en"]["deleted"].format(
        username="first_bot"
    )
    assert await bot.fails(ME) == "401 USER_DEACTIVATED"
    assert (await stage.device()) and await (await stage.device()).fails(entering(first.token)) == (
        "400 ACCESS_TOKEN_INVALID"
    )
    assert (await bob.calls(f.users.GetUsers(id=[named(bob, first.id)])))[0].deleted
    assert await bob.fails(f.contacts.ResolveUsername(username="first_bot")) == "400 USERNAME_NOT_OCCUPIED"
    await alice.calls(f.account.DeleteAccount(reason=""))
    assert await (await stage.device()).fails(entering(second.token)) == "400 ACCESS_TOKEN_INVALID"
    kinds = await stage.reads(lambda rx: rx.all("SELECT kind FROM journal WHERE kind LIKE 'bot_%' ORDER BY no"))
    assert [kind for (kind,) in kinds] == ["bot_made", "bot_made", "bot_deleted", "bot_deleted"]


async def test_bots_are_counted_as_nobody(stage: Stage, alice: Person) -> None:
    """Neither as people who were here nor as accounts that nobody uses."""
    made = await makes(alice, "silent_bot")
    rows = await stage.reads(lambda rx: rx.all("SELECT last_seen, bot FROM accounts WHERE owner_id = ?", (made.id,)))
    assert rows == [(0, 1)]
    stage.clock.moves(3 * 365 * 86_400)
    due = await stage.reads(lambda rx: lapses.due(rx, int(stage.clock.now())))
    assert alice.id in due.accounts and made.id not in due.accounts and BOT_FATHER not in due.accounts
    assert father(alice) and accounts.FATHER_NAME == "BotFather"
