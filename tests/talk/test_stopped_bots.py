"""Source: dsa/17, dsa/20, api/bots. A bot is stopped by decision: out, silent, shown so; undone, it is as it was."""

from pathlib import Path

import pytest
from tests.kit.bots import Made, asks, entering, enters, hears, makes, named, peer
from tests.kit.moderation import ruling, somebody
from tests.kit.stage import Person, Stage, raised
from tests.talk.test_account_measures import words
from tests.talk.test_statements import token_in, told

from chappe.base.errors import Refusal
from chappe.domain import bot_father_words as w
from chappe.domain import decisions
from chappe.domain.access import BOT_FATHER, Moderator
from chappe.domain.decisions import Decision
from chappe.domain.enforcement import STOPPED
from chappe.domain.operators import MODERATOR
from chappe.domain.rulings import Item, Measure
from chappe.safety import Desk, complaints
from chappe.safety.complaints import Verdict
from chappe.tl import functions as f
from chappe.tl import types as t

ME = f.users.GetUsers(id=[t.InputUserSelf()])


async def stops(stage: Stage, moderator: Moderator, bot: int, **fields: object) -> Decision:
    """The bot is stopped by a decision."""
    said = ruling(Item("account", bot), measure=Measure("stop_bot", **fields))  # type: ignore[arg-type]
    made: Decision = await stage.writes(lambda tx: decisions.decide(tx, moderator, said))
    return made


async def seen(person: Person, bot: int) -> tuple[t.User, t.UserFull]:
    """What the person's clients are told of the bot."""
    found = await person.calls(f.users.GetFullUser(id=named(person, bot)))
    return found.users[0], found.full_user


async def begun(stage: Stage) -> tuple[Person, Person, Made, Person]:
    """(alice, bob, alice's bot, the program that speaks for it), and a talk between bob and the bot."""
    alice, bob = await stage.people("alice", "bob")
    made = await makes(alice, "seller_bot", "Seller")
    bot = await enters(stage, made)
    await bob.calls(f.messages.StartBot(bot=named(bob, made.id), peer=peer(bob, made.id), random_id=1, start_param=""))
    await bot.calls(words("I sell pills", 2, bot.sees(bob)))
    for one in (alice, bob, bot):
        one.hears()
    return alice, bob, made, bot


async def is_stopped_and_comes_back(folder: Path, dsn: str = "") -> None:
    """The whole of it: stopped, still so after a restart, undone, and as it was after another."""
    async with raised(folder, dsn=dsn) as stage:
        alice, bob, made, bot = await begun(stage)
        before = await seen(bob, made.id)
        moderator = await stage.writes(somebody)
        decision = await stops(stage, moderator, made.id)
        statement = told(alice)
        assert "The bot was stopped." in statement and "your bot @seller_bot" in statement and token_in(statement)
        assert await bot.fails(ME) == "401 USER_DEACTIVATED_BAN"
        await stage.settles()
        assert bot.auth_key_id in stage.closed
        assert await (await stage.device()).fails(entering(made.token)) == "401 USER_DEACTIVATED_BAN"
        user, full = await seen(bob, made.id)
        assert [one.text for one in user.restriction_reason or ()] == [STOPPED]
        assert full.about == STOPPED and isinstance(full.bot_info, t.BotInfo) and full.bot_info.description == STOPPED
        assert (await bob.calls(f.messages.GetHistory(
            peer=peer(bob, made.id), offset_id=0, offset_date=0, add_offset=0, limit=1, max_id=0, min_id=0, hash=0
        ))).messages[0].message == "I sell pills", "what it wrote stays"  # fmt: skip
        assert await bob.fails(words("more", 3, peer(bob, made.id))) == "403 CHAT_WRITE_FORBIDDEN"
        for order in ("/revoke", "/deletebot", "/setname"):
            said = w.WORDS["en"]["stopped"].format(username="seller_bot")
            assert await asks(alice, order, "seller_bot") == said
        change = f.bots.SetBotInfo(bot=named(alice, made.id), lang_code="", name="Other")
        assert await alice.fails(change) == "403 CHAT_WRITE_FORBIDDEN"
    async with raised(folder, after=stage, dsn=dsn) as again:
        bot = comes_back(again, bot)
        assert await bot.fails(ME) == "401 USER_DEACTIVATED_BAN"
        alice, bob = comes_back(again, alice), comes_back(again, bob)
        await alice.listens()
        done = await again.writes(lambda tx: decisions.undo(tx, moderator, decision.decision_id, "It was wrong."))
        assert done.conflicts == () and "holds no more" in told(alice)
    async with raised(folder, after=again, dsn=dsn) as last:
        bot, bob = comes_back(last, bot), comes_back(last, bob)
        assert (await bot.calls(ME))[0].id == made.id
        assert (await (await last.device()).calls(entering(made.token))).user.id == made.id
        await bob.listens()
        user, full = await seen(bob, made.id)
        versions = {"bot_info_version": before[0].bot_info_version}
        assert (user.replace(**versions), full) == before
        await bot.listens()
        await bob.calls(words("and now?", 4, peer(bob, made.id)))
        assert hears(bot) == "and now?"
        await bot.calls(words("pills", 5, bot.sees(bob)))
        kinds = await last.reads(lambda rx: rx.all("SELECT kind FROM journal WHERE kind LIKE 'decision%' ORDER BY no"))
        assert kinds == [("decision_made",), ("decision_undone",)]


def comes_back(stage: Stage, person: Person) -> Person:
    """The same device, after the server started again."""
    found = Person(stage, person, person.name, person.phone, t.User(id=person.id))
    found.session.pushed.clear()
    return found


async def test_a_bot_is_stopped_and_comes_back(tmp_path: Path) -> None:
    await is_stopped_and_comes_back(tmp_path)


async def test_a_bot_is_stopped_on_postgres(tmp_path: Path, postgres_dsn: str) -> None:
    await is_stopped_and_comes_back(tmp_path, postgres_dsn)


async def test_its_owner_complains_in_their_language(stage: Stage) -> None:
    alice, bob, made, bot = await begun(stage)
    await stage.writes(lambda tx: tx.run("UPDATE authorizations SET lang_code = 'fr' WHERE owner_id = ?", (alice.id,)))
    one = await stage.writes(somebody)
    other = await stage.writes(lambda tx: somebody(tx, "other"))
    await stops(stage, one, made.id)
    statement = told(alice)
    assert "Le robot a été arrêté." in statement and "votre robot @seller_bot" in statement
    assert not [u for u in bob.hears() if isinstance(u, t.UpdateNewMessage)]
    filed = await stage.writes(lambda tx: complaints.file(tx, token_in(statement), "Il ne vend rien."))
    desk = Desk(stage.wrapper, "http://localhost/", mails=True, limited=False)
    await stage.writes(lambda tx: complaints.assign(tx, other, filed.complaint_id))
    verdict = Verdict("reversed", "It sold nothing.")
    await stage.writes(lambda tx: complaints.decide(tx, desk, other, filed.complaint_id, verdict))
    assert (await bot.calls(ME))[0].id == made.id


async def test_it_ends_with_its_time(stage: Stage) -> None:
    *_, made, bot = await begun(stage)
    moderator = await stage.writes(somebody)
    await stops(stage, moderator, made.id, until=int(stage.clock.now()) + 3600)
    assert await bot.fails(ME) == "401 USER_DEACTIVATED_BAN"
    stage.clock.moves(3601)
    await stage.writes(decisions.lapse)
    assert (await bot.calls(ME))[0].id == made.id


async def test_only_bots_are_stopped_and_only_by_who_may(stage: Stage, alice: Person, bob: Person) -> None:
    made = await makes(alice, "plain_bot")
    moderator = await stage.writes(somebody)
    for nobody in (bob.id, BOT_FATHER, 99):
        with pytest.raises(Refusal, match="decision_item_unknown"):
            await stops(stage, moderator, nobody)
    with pytest.raises(Refusal, match="decision_territory_invalid"):
        await stops(stage, moderator, made.id, territories=("FR",))
    lookers = await stage.writes(lambda tx: somebody(tx, "looker", ("auditor",)))
    with pytest.raises(Refusal, match="decision_role_needed") as refused:
        await stops(stage, lookers, made.id)
    assert refused.value.facts["role"] == MODERATOR
    await stops(stage, moderator, made.id)
    with pytest.raises(Refusal, match="decision_stands"):
        await stops(stage, moderator, made.id)


async def test_what_else_hits_a_bot_is_told_to_its_owner(stage: Stage) -> None:
    alice, _, made, bot = await begun(stage)
    moderator = await stage.writes(somebody)
    said = ruling(Item("account", made.id), measure="freeze")
    await stage.writes(lambda tx: decisions.decide(tx, moderator, said))
    assert "Your bot was frozen" in told(alice)
    assert await bot.fails(words("x", 9, t.InputPeerSelf())) == "420 FROZEN_METHOD_INVALID"


async def test_what_a_bot_said_is_removed_and_its_owner_told(stage: Stage) -> None:
    alice, bob, made, bot = await begun(stage)
    moderator = await stage.writes(somebody)
    sent = await bot.calls(words("pills, pills", 9, bot.sees(bob)))
    said = ruling(Item("message", made.id, sent.id))
    await stage.writes(lambda tx: decisions.decide(tx, moderator, said))
    statement = told(alice)
    assert "It was removed." in statement and "a private chat" in statement
    assert "pills" not in statement
