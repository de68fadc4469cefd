"""Who makes bots: a chat in which a person makes, changes and deletes those they answer for.

Source: api/bots
What was asked last stands in a preference of the person; every answer is written in the transaction that heard the
words. A refusal is an answer in words: nothing was changed when it is given.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from chappe.base.errors import Invalid, Refusal, TooMany
from chappe.base.ids import PeerId, UserId
from chappe.domain import accounts, bots, messages
from chappe.domain import bot_father_words as w
from chappe.domain.access import BOT_FATHER
from chappe.domain.bots import NO_GROUPS, READS_ALL, Bot, Command
from chappe.domain.content import Content, Entity, Text, utf16_len
from chappe.domain.formatting import formatted
from chappe.domain.updates import SHARD
from chappe.store import Reader, Tx
from chappe.store.queries import bots as bot_rows
from chappe.store.queries import boxes
from chappe.store.queries import dialogs as preferences

_ASKED = "bot_father"
EMPTY = "/empty"
YES, NO = frozenset({"on", "enable", "yes", "oui"}), frozenset({"off", "disable", "no", "non"})
ABOUT_ONE = frozenset({
    "token", "revoke", "setname", "setdescription", "setabouttext", "setcommands", "setprivacy", "setjoingroups",
    "deletebot",
})  # fmt: skip
"""What is done to a bot that has to be named first."""


class Asked(msgspec.Struct, array_like=True, frozen=True):
    """What the person was asked. Shape: about 0 while no bot is named; name that of a bot which has no username yet."""

    what: str = ""
    about: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said to the one who makes bots. Shape: seed: 25 random bytes, for a token."""

    person: UserId
    text: str
    language: str
    seed: bytes

    @property
    def words(self) -> dict[str, str]:
        """The answers in the person's language."""
        return dict(w.WORDS[self.language if self.language in w.LANGUAGES else "en"])


_pack = msgspec.msgpack.Encoder().encode
_asked = msgspec.msgpack.Decoder(Asked)


def prepare(tx: Tx) -> None:
    """Everybody is shown what can be asked for."""
    for language, code in (("en", ""), ("fr", "fr")):
        commands = tuple(Command(*one) for one in w.COMMANDS[language])
        if bots.commands_in(tx, BOT_FATHER, bots.DEFAULT, code) != commands:
            bots.set_commands(tx, BOT_FATHER, commands, lang_code=code)
            bot_rows.set_description(tx, BOT_FATHER, w.DESCRIPTION)


def heard(tx: Tx, said: Said) -> list[int]:
    """What the person asked for is done and answered; the keys that are nobody's now.

    After: an answer in the person's chat; what `bots` writes.
    """
    packed = preferences.preference(tx, said.person, _ASKED)
    asked = _asked.decode(packed) if packed else Asked()
    command, _, rest = said.text.partition(" ") if said.text.startswith("/") else ("", "", "")
    command = command[1:].split("@")[0].lower()
    try:
        if command and said.text != EMPTY:
            keys = _begun(tx, said, asked, command, rest.strip())
        elif not asked.what:
            keys = _say(tx, said, "unknown")
        else:
            keys = _went_on(tx, said, asked)
    except TooMany as refusal:
        return _say(tx, said, refusal.reason, wait=refusal.wait_s)
    except Refusal as refusal:
        if refusal.reason not in said.words:
            raise
        return _say(tx, said, refusal.reason)
    return keys


def heard_content(content: Content) -> str:
    """The words of what was sent, empty where there are none."""
    return content.message if isinstance(content, Text) else ""


def _begun(tx: Tx, said: Said, asked: Asked, command: str, rest: str) -> list[int]:
    """A command ends what was asked before."""
    _ask(tx, said, Asked())
    if command in ("start", "help"):
        commands = w.COMMANDS[said.language if said.language in w.LANGUAGES else "en"]
        return _say(tx, said, "help", commands="\n".join(f"/{name} – {what}" for name, what in commands))
    if command == "cancel":
        return _say(tx, said, "cancelled" if asked.what else "nothing")
    if command == "newbot":
        _ask(tx, said, Asked("newbot"))
        return _say(tx, said, "new_name")
    mine = _listed(tx, said)
    if command != "mybots" and command not in ABOUT_ONE:
        return _say(tx, said, "unknown")
    if not mine:
        return _say(tx, said, "none")
    if command == "mybots":
        return _say(tx, said, "list", bots=mine)
    _ask(tx, said, Asked(command))
    return _named(tx, replace(said, text=rest), command) if rest else _say(tx, said, "which", bots=mine)


def _went_on(tx: Tx, said: Said, asked: Asked) -> list[int]:
    """An answer to what was asked."""
    if asked.what == "newbot":
        return _made(tx, said, asked)
    if not asked.about:
        return _named(tx, said, asked.what)
    found = bots.find(tx, asked.about)
    if found is None or found.person_id != said.person:
        _ask(tx, said, Asked())
        return _say(tx, said, "not_yours")
    if bots.is_stopped(tx, found.id):
        _ask(tx, said, Asked())
        return _say(tx, said, "stopped", username=found.username)
    return _ANSWERS[asked.what](tx, said, bots.require_own(tx, said.person, found.id))


def _made(tx: Tx, said: Said, asked: Asked) -> list[int]:
    """The new bot has a name, then a username, and is there."""
    if not asked.name:
        name, _ = accounts.require_names(said.text, "")
        _ask(tx, said, Asked("newbot", name=name))
        return _say(tx, said, "new_username")
    username = said.text.strip().removeprefix("@")
    _, token = bots.make(tx, said.person, asked.name, username, said.seed)
    _ask(tx, said, Asked())
    return _say(tx, said, "made", code=token, name=asked.name, username=username, token=token)


def _named(tx: Tx, said: Said, what: str) -> list[int]:
    """The bot that something is to be done to is named."""
    name = said.text.strip().removeprefix("@").lower()
    bot = next((one for one in bots.of_person(tx, said.person) if one.username.lower() == name), None)
    if bot is None:
        return _say(tx, said, "not_yours")
    if bots.is_stopped(tx, bot.id):
        _ask(tx, said, Asked())
        return _say(tx, said, "stopped", username=bot.username)
    if what == "token":
        _ask(tx, said, Asked())
        return _say(tx, said, "token", username=bot.username)
    if what == "revoke":
        _ask(tx, said, Asked())
        token, keys = bots.renew_token(tx, said.person, bot.id, said.seed)
        _say(tx, said, "revoked", code=token, username=bot.username, token=token)
        return keys
    _ask(tx, said, Asked(what, bot.id))
    on = {"setprivacy": not bot.bits & READS_ALL, "setjoingroups": not bot.bits & NO_GROUPS}.get(what, False)
    return _say(tx, said, f"ask_{what}", username=bot.username, now=said.words["on" if on else "off"])


def _value(said: Said) -> str:
    return "" if said.text == EMPTY else said.text


def _rename(tx: Tx, said: Said, bot: Bot) -> list[int]:
    bots.rename(tx, bot, said.text)
    return _done(tx, said)


def _describe(tx: Tx, said: Said, bot: Bot) -> list[int]:
    bots.set_description(tx, bot, _value(said))
    return _done(tx, said)


def _say_about(tx: Tx, said: Said, bot: Bot) -> list[int]:
    bots.set_about(tx, bot, _value(said))
    return _done(tx, said)


def _offer(tx: Tx, said: Said, bot: Bot) -> list[int]:
    bots.set_commands(tx, bot.id, [_command(line) for line in _value(said).splitlines() if line.strip()])
    return _done(tx, said)


def _command(line: str) -> Command:
    name, sign, what = line.partition("-")
    if not sign:
        raise Invalid("bot_command_invalid")
    return Command(name.strip().removeprefix("/").lower(), what.strip())


def _privacy(tx: Tx, said: Said, bot: Bot) -> list[int]:
    return _switched(tx, said, bot, READS_ALL)


def _join(tx: Tx, said: Said, bot: Bot) -> list[int]:
    return _switched(tx, said, bot, NO_GROUPS)


def _switched(tx: Tx, said: Said, bot: Bot, bit: int) -> list[int]:
    """Both switches are asked about the other way round: whether the bot is kept out, whether it may come in."""
    word = said.text.strip().lower()
    if word not in YES | NO:
        return _say(tx, said, "on_or_off")
    bots.set_switch(tx, bot, bit, on=word in NO)
    return _done(tx, said)


def _delete(tx: Tx, said: Said, bot: Bot) -> list[int]:
    _ask(tx, said, Asked())
    if said.text.strip().removeprefix("@").lower() != bot.username.lower():
        return _say(tx, said, "kept")
    keys = bots.delete(tx, said.person, bot.id)
    _say(tx, said, "deleted", username=bot.username)
    return keys


_ANSWERS: dict[str, Callable[[Tx, Said, Bot], list[int]]] = {
    "setname": _rename, "setdescription": _describe, "setabouttext": _say_about, "setcommands": _offer,
    "setprivacy": _privacy, "setjoingroups": _join, "deletebot": _delete,
}  # fmt: skip


def _listed(rx: Reader, said: Said) -> str:
    return "\n".join(f"@{bot.username} – {bot.name}" for bot in bots.of_person(rx, said.person))


def _done(tx: Tx, said: Said) -> list[int]:
    _ask(tx, said, Asked())
    return _say(tx, said, "done")


def _ask(tx: Tx, said: Said, asked: Asked) -> None:
    preferences.set_preference(tx, said.person, _ASKED, _pack(asked))


def _say(tx: Tx, said: Said, word: str, *, code: str = "", **facts: object) -> list[int]:
    """The answer stands in the person's chat with who makes bots; no key has ended by that."""
    text = said.words[word].format(**facts)
    start = text.find(code) if code else -1
    given = (Entity("Code", utf16_len(text[:start]), len(code)),) if start >= 0 else ()
    entry = messages.post_in_box(tx, PeerId(BOT_FATHER), PeerId(said.person), Text(*formatted(text, given)))
    assert entry.message is not None
    boxes.append_event(tx, SHARD, tx.now, "message", said.person, entry.message.id, 0, 0)
    return []
