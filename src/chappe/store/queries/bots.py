"""The statements about bots: whose they are, their tokens' digests, what they say of themselves."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx

_COLUMNS = "b.bot_id, b.person_id, b.date, b.description, a.bot, a.first_name, a.username, a.about, a.version"


def insert(tx: Tx, bot_id: int, person_id: int, name: str, bits: int, digest: bytes | None) -> None:
    """The bot's account and what makes it a bot exist; nobody was ever seen there."""
    tx.run(
        "INSERT INTO accounts (owner_id, phone, first_name, last_name, date, last_seen, bot)"
        " VALUES (?, '', ?, '', ?, 0, ?)",
        (bot_id, name, tx.now, bits),
    )
    tx.run(
        "INSERT INTO bots (bot_id, person_id, date, token_digest) VALUES (?, ?, ?, ?)",
        (bot_id, person_id, tx.now, digest),
    )


def remove(tx: Tx, bot_id: int) -> None:
    """Nothing makes the account a bot that could be entered."""
    tx.run("DELETE FROM bots WHERE bot_id = ?", (bot_id,))
    tx.run("DELETE FROM bot_commands WHERE bot_id = ?", (bot_id,))


def one(rx: Reader, bot_id: int) -> Row | None:
    """(id, person, date, description, bits, name, username, about, version) of a bot."""
    return rx.one(
        f"SELECT {_COLUMNS} FROM bots b JOIN accounts a ON a.owner_id = b.bot_id WHERE b.bot_id = ?", (bot_id,)
    )


def of_person(rx: Reader, person_id: int) -> list[Row]:
    """The person's bots in the order they were made, as `one`."""
    return rx.all(
        f"SELECT {_COLUMNS} FROM bots b JOIN accounts a ON a.owner_id = b.bot_id WHERE b.person_id = ?"
        " ORDER BY b.bot_id",
        (person_id,),
    )


def people_of(rx: Reader, ids: Sequence[int]) -> dict[int, int]:
    """bot → the person who answers for it, of those of the ids that are bots."""
    marks = ", ".join("?" * len(ids))
    return dict(rx.all(f"SELECT bot_id, person_id FROM bots WHERE bot_id IN ({marks})", tuple(ids)))


def digests(rx: Reader, bot_id: int) -> tuple[bytes | None, bytes | None] | None:
    """(of the token, of the one before it) of a bot."""
    return rx.one("SELECT token_digest, earlier_digest FROM bots WHERE bot_id = ?", (bot_id,))


def set_digest(tx: Tx, bot_id: int, digest: bytes) -> None:
    """The bot's token is another one."""
    tx.run(
        "UPDATE bots SET earlier_digest = token_digest, token_digest = ? WHERE bot_id = ?", (digest, bot_id)
    )


def set_description(tx: Tx, bot_id: int, description: str) -> None:
    """What stands in an empty chat with the bot."""
    tx.run("UPDATE bots SET description = ? WHERE bot_id = ?", (description, bot_id))
    changed(tx, bot_id)


def set_bits(tx: Tx, bot_id: int, bits: int) -> None:
    """What the bot is and may."""
    tx.run("UPDATE accounts SET bot = ?, version = version + 1 WHERE owner_id = ?", (bits, bot_id))


def changed(tx: Tx, bot_id: int) -> None:
    """Clients that know an earlier version of the bot ask anew."""
    tx.run("UPDATE accounts SET version = version + 1 WHERE owner_id = ?", (bot_id,))


def bits(rx: Reader, user_id: int) -> int:
    """What the account is and may as a bot, 0 for a person's or none."""
    row = rx.one("SELECT bot FROM accounts WHERE owner_id = ?", (user_id,))
    return row[0] if row else 0


def commands(rx: Reader, bot_id: int) -> dict[tuple[str, str], bytes]:
    """(scope, language) → the commands shown there."""
    found = rx.all("SELECT scope, lang_code, commands FROM bot_commands WHERE bot_id = ?", (bot_id,))
    return {(row[0], row[1]): row[2] for row in found}


def put_commands(tx: Tx, bot_id: int, scope: str, lang_code: str, packed: bytes) -> None:
    """These commands are shown there."""
    tx.run(
        "INSERT INTO bot_commands (bot_id, scope, lang_code, commands) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (bot_id, scope, lang_code) DO UPDATE SET commands = excluded.commands",
        (bot_id, scope, lang_code, packed),
    )
    changed(tx, bot_id)


def drop_commands(tx: Tx, bot_id: int, scope: str, lang_code: str) -> None:
    """No commands are shown there but those of wider scopes."""
    tx.run(
        "DELETE FROM bot_commands WHERE bot_id = ? AND scope = ? AND lang_code = ?", (bot_id, scope, lang_code)
    )
    changed(tx, bot_id)


def was_met(rx: Reader, bot_id: int, person_id: int) -> bool:
    """True if the person wrote to the bot: nothing else begins a dialog in its box."""
    return rx.one("SELECT 1 FROM dialogs WHERE owner_id = ? AND peer_id = ?", (bot_id, person_id)) is not None
