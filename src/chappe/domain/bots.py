"""Bots: accounts that a program speaks for, made by a person who answers for them.

Source: api/bots
A bot signs in with its token, of which only a digest is kept. Who owns it may change all that it says of itself; while
a decision keeps it stopped, nobody may, so that undoing finds it as it was.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from chappe.base.errors import Conflict, Invalid, NotAllowed, NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import (
    account_measures,
    accounts,
    authorizations,
    bot_records,
    enforcement,
    journal,
    limits,
    member_names,
    rooms,
)  # fmt: skip
from chappe.domain.authorizations import Authorization
from chappe.domain.bot_records import BOT as BOT
from chappe.domain.bot_records import DEFAULT as DEFAULT
from chappe.domain.bot_records import NO_GROUPS as NO_GROUPS
from chappe.domain.bot_records import READS_ALL as READS_ALL
from chappe.domain.bot_records import Command as Command
from chappe.domain.bot_records import Info as Info
from chappe.domain.bot_records import pack, shown_commands
from chappe.domain.limits import Rate
from chappe.store import Reader, Tx
from chappe.store.queries import accounts as account_rows
from chappe.store.queries import bots as rows
from chappe.store.queries import boxes, people

MOST = 20
"""Bots of one person."""
MADE = Rate(40, 86_400)
"""Bots that one person makes in a day, deleted ones counted."""
TOKENS = Rate(50, 86_400)
"""New tokens for one bot in a day."""
SECRET_BYTES = 25
"""Chance that a token is made of."""
ABOUT_LENGTH, DESCRIPTION_LENGTH = 120, 512
COMMANDS, COMMAND_LENGTH = 100, 256
"""Commands of a bot in one place, characters that explain one."""
_TOKEN = re.compile(r"([0-9]{1,18}):([A-Za-z0-9_-]{35})")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot as its owner knows it."""

    id: UserId
    person_id: UserId
    date: int
    description: str
    bits: int
    name: str
    username: str
    about: str


def token_of(bot_id: int, secret: bytes) -> str:
    """The token by which the bot signs in. Shape: `<id>:<35 characters>`, 198 bits of chance."""
    return f"{bot_id}:AA{urlsafe_b64encode(secret).decode()[:33]}"


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def find(rx: Reader, bot_id: int) -> Bot | None:
    """The bot, None if that is none."""
    row = rows.one(rx, bot_id)
    return Bot(*row[:8]) if row is not None else None


def of_person(rx: Reader, person: UserId) -> list[Bot]:
    """The person's bots, the oldest first."""
    return [Bot(*row[:8]) for row in rows.of_person(rx, person)]


def owners(rx: Reader, ids: Iterable[int]) -> dict[int, int]:
    """bot → the person who answers for it, of those of the ids that are bots of somebody."""
    wanted = sorted(set(ids))
    return {bot: person for bot, person in rows.people_of(rx, wanted).items() if person} if wanted else {}


def answerable(rx: Reader, ids: Iterable[int]) -> tuple[UserId, ...]:
    """The people among the accounts, and those who answer for the bots among them, each once."""
    found = set(ids)
    behind = owners(rx, found)
    return tuple(sorted({UserId(behind.get(one, one)) for one in found}))


def is_bot(rx: Reader, user_id: int) -> bool:
    """True if the account is a bot's."""
    return bool(rows.bits(rx, user_id))


def has_met(rx: Reader, bot_id: int, peer: int) -> bool:
    """True for a bot to which the person wrote, or which is in the room."""
    if not is_bot(rx, bot_id):
        return False
    return rows.was_met(rx, bot_id, peer) if peer > 0 else rooms.member(rx, PeerId(peer), UserId(bot_id)).inside


def require_own(rx: Reader, person: UserId, bot_id: int) -> Bot:
    """The person may change the bot: they own it, and no decision keeps it stopped.

    Errors: NotFound bot_invalid; NotAllowed chat_write_forbidden while it is stopped.
    """
    bot = find(rx, bot_id)
    if bot is None or not bot.person_id or bot.person_id != person:
        raise NotFound("bot_invalid")
    if is_stopped(rx, bot_id):
        raise NotAllowed("chat_write_forbidden")
    return bot


def is_stopped(rx: Reader, bot_id: int) -> bool:
    """True if a decision keeps the bot stopped."""
    return enforcement.stopped(enforcement.of_account(rx, bot_id))


def make(tx: Tx, person: UserId, name: str, username: str, secret: bytes) -> tuple[UserId, str]:
    """The person has a bot of this name; (its id, its token, which is told here alone).

    Source: api/bots
    Errors: Invalid firstname_invalid, username_invalid; Conflict username_occupied; NotAllowed bots_too_much;
    TooMany flood_wait_x.
    After: journal bot_made.
    """
    first, _ = accounts.require_names(name, "")
    accounts.require_username(username, bot=True)
    if people.by_username(tx, username.lower()) is not None:
        raise Conflict("username_occupied")
    if len(rows.of_person(tx, person)) >= MOST:
        raise NotAllowed("bots_too_much")
    limits.take(tx, f"bot:made:{person}", MADE)
    bot_id = UserId(people.take_id(tx, "user", accounts.FIRST_ID))
    token = token_of(bot_id, secret)
    rows.insert(tx, bot_id, person, first, BOT, _digest(token))
    boxes.open_box(tx, bot_id)
    account_rows.take_username(tx, username.lower(), bot_id)
    account_rows.set_username(tx, bot_id, username)
    journal.record(tx, "bot_made", f"user:{person}", f"user:{bot_id}")
    return bot_id, token


def renew_token(tx: Tx, person: UserId, bot_id: int, secret: bytes) -> tuple[str, list[int]]:
    """The bot has a new token, and whoever came in by an earlier one is out; (the token, the keys that are nobody's).

    Errors: as `require_own`; TooMany flood_wait_x. After: journal bot_token_made, authorization_ended.
    """
    bot = require_own(tx, person, bot_id)
    limits.take(tx, f"bot:token:{bot_id}", TOKENS)
    token = token_of(bot_id, secret)
    rows.set_digest(tx, bot_id, _digest(token))
    journal.record(tx, "bot_token_made", f"user:{person}", f"user:{bot_id}")
    return token, authorizations.end_all(tx, bot.id)


def of_token(rx: Reader, token: str) -> UserId:
    """The bot that the token opens.

    Source: method/auth.importBotAuthorization
    Errors: Invalid access_token_invalid; access_token_expired for the one before; NotAllowed user_deactivated_ban for
    a bot that was stopped.
    """
    told = _TOKEN.fullmatch(token)
    kept = rows.digests(rx, int(told[1])) if told else None
    shown = _digest(token)
    if told is None or kept is None:
        raise Invalid("access_token_invalid")
    if kept[1] is not None and compare_digest(kept[1], shown):
        raise Invalid("access_token_expired")
    if kept[0] is None or not compare_digest(kept[0], shown):
        raise Invalid("access_token_invalid")
    bot_id = UserId(int(told[1]))
    if account_measures.standing(rx, bot_id).suspended:
        raise NotAllowed("user_deactivated_ban")
    return bot_id


def enter(tx: Tx, token: str, device: Authorization) -> UserId:
    """The device speaks for the bot of the token.

    Source: method/auth.importBotAuthorization
    Errors: as `of_token`. After: journal authorization_made.
    """
    bot_id = of_token(tx, token)
    authorizations.enter_as_bot(tx, bot_id, device)
    return bot_id


def delete(tx: Tx, person: UserId, bot_id: int) -> list[int]:
    """The bot is gone; what it wrote stays. The keys that are nobody's now.

    Errors: as `require_own`. After: journal bot_deleted, authorization_ended, account_deleted.
    """
    return _delete(tx, require_own(tx, person, bot_id))


def delete_all(tx: Tx, person: UserId) -> list[int]:
    """The bots of a person who leaves are gone; the keys that are nobody's now. After: as `delete`."""
    return [key for bot in of_person(tx, person) for key in _delete(tx, bot)]


def _delete(tx: Tx, bot: Bot) -> list[int]:
    keys = authorizations.end_all(tx, bot.id)
    accounts.delete(tx, bot.id)  # before it is forgotten whose it was: that may have to be kept
    rows.remove(tx, bot.id)
    journal.record(tx, "bot_deleted", f"user:{bot.person_id}", f"user:{bot.id}")
    return keys


def rename(tx: Tx, bot: Bot, name: str) -> None:
    """The bot is called so. Errors: Invalid firstname_invalid."""
    first, _ = accounts.require_names(name, "")
    account_rows.set_profile(tx, bot.id, first, "", bot.about)
    member_names.renamed(tx, bot.id)
    accounts.tell(tx, bot.id, "name")


def set_about(tx: Tx, bot: Bot, about: str) -> None:
    """What the bot's profile says. Errors: Invalid about_too_long."""
    if len(about.strip()) > ABOUT_LENGTH:
        raise Invalid("about_too_long")
    account_rows.set_profile(tx, bot.id, bot.name, "", about.strip())


def set_description(tx: Tx, bot: Bot, description: str) -> None:
    """What stands in an empty chat with the bot. Errors: Invalid about_too_long."""
    if len(description.strip()) > DESCRIPTION_LENGTH:
        raise Invalid("about_too_long")
    rows.set_description(tx, bot.id, description.strip())


def set_switch(tx: Tx, bot: Bot, bit: int, *, on: bool) -> None:
    """READS_ALL or NO_GROUPS holds for the bot, or not."""
    rows.set_bits(tx, bot.id, bot.bits | bit if on else bot.bits & ~bit)


def set_commands(
    tx: Tx, bot_id: int, commands: Sequence[Command], scope: str = DEFAULT, lang_code: str = ""
) -> None:
    """These are the bot's commands in the scope and language; none for those of wider ones.

    Source: method/bots.setBotCommands
    Errors: Invalid bot_command_invalid, bot_command_description_invalid, bot_commands_too_much, lang_code_invalid.
    """
    require_language(lang_code)
    if len(commands) > COMMANDS:
        raise Invalid("bot_commands_too_much")
    if not all(_COMMAND.fullmatch(one.command) for one in commands):
        raise Invalid("bot_command_invalid")
    if not all(0 < len(one.description.strip()) <= COMMAND_LENGTH for one in commands):
        raise Invalid("bot_command_description_invalid")
    if commands:
        rows.put_commands(tx, bot_id, scope, lang_code, pack(tuple(commands)))
    else:
        rows.drop_commands(tx, bot_id, scope, lang_code)


def commands_in(rx: Reader, bot_id: int, scope: str, lang_code: str) -> tuple[Command, ...]:
    """The commands set for exactly that scope and language.

    Source: method/bots.getBotCommands
    Errors: Invalid lang_code_invalid.
    """
    require_language(lang_code)
    return bot_records.commands_in(rx, bot_id, scope, lang_code)


def require_language(lang_code: str) -> None:
    """The code is one of two letters, or empty for everybody. Errors: Invalid lang_code_invalid."""
    if not _LANGUAGE.fullmatch(lang_code):
        raise Invalid("lang_code_invalid")


def info(rx: Reader, bot_id: int, viewer: UserId, language: str = "") -> Info | None:
    """What the viewer reads of the bot in a chat with it; None for an account that is none.

    Source: type/BotInfo
    """
    bot = find(rx, bot_id)
    if bot is None:
        return None
    scopes = (f"peer:{viewer}", "users", DEFAULT)
    description = enforcement.STOPPED if is_stopped(rx, bot_id) else bot.description
    return Info(bot.id, description, shown_commands(rx, bot_id, scopes, language))
