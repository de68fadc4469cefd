"""Where people are, a row each; how far each territory was left, with its plan, its history and its letters."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx

EVERYWHERE = "ALL"
"""Stands for every country, and for people of whom nothing says where they are."""
_SERVER = 777000
"""The account that speaks for the server is nowhere."""


def of_person(rx: Reader, user_id: int) -> Row | None:
    """(territory, reason, declared, seen, date) of a person."""
    return rx.one(
        "SELECT territory, reason, declared, seen, date FROM person_territories WHERE owner_id = ?", (user_id,)
    )


def whereabouts(rx: Reader, user_id: int) -> Row | None:
    """(number, territory or None) of an account."""
    return rx.one(
        "SELECT a.phone, p.territory FROM accounts a LEFT JOIN person_territories p ON p.owner_id = a.owner_id"
        " WHERE a.owner_id = ?",
        (user_id,),
    )


def put(tx: Tx, user_id: int, territory: str, reason: str, declared: str, seen: str) -> None:
    """The person is there, for that reason."""
    tx.run(
        "INSERT INTO person_territories (owner_id, territory, reason, declared, seen, date) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (owner_id) DO UPDATE SET territory = excluded.territory, reason = excluded.reason,"
        " declared = excluded.declared, seen = excluded.seen, date = excluded.date",
        (user_id, territory, reason, declared, seen, tx.now),
    )


def language(rx: Reader, user_id: int) -> str:
    """The language of the device the person used last, empty when none said."""
    row = rx.one("SELECT lang_code FROM authorizations WHERE owner_id = ? ORDER BY active DESC LIMIT 1", (user_id,))
    return str(row[0]) if row else ""


def forget(tx: Tx, user_id: int) -> None:
    """Nothing says where the person is."""
    tx.run("DELETE FROM person_territories WHERE owner_id = ?", (user_id,))


def unsettled(rx: Reader, above: int, limit: int) -> list[int]:
    """Accounts above the id of whom nothing says where they are, some of them."""
    found = rx.all(
        "SELECT a.owner_id FROM accounts a LEFT JOIN person_territories p ON p.owner_id = a.owner_id"
        " WHERE a.owner_id > ? AND a.deleted = 0 AND a.bot = 0 AND p.owner_id IS NULL AND a.owner_id <> ?"
        " ORDER BY a.owner_id LIMIT ?",
        (above, _SERVER, limit),
    )
    return [row[0] for row in found]


def people(rx: Reader, territory: str, above: int, limit: int) -> list[int]:
    """People of the territory above the id, some of them."""
    there, values = _there(territory)
    found = rx.all(
        f"SELECT p.owner_id FROM person_territories p WHERE {there} AND p.owner_id > ? ORDER BY p.owner_id LIMIT ?",
        (*values, above, limit),
    )
    return [row[0] for row in found]


def _there(territory: str) -> tuple[str, tuple[int | str, ...]]:
    """The condition that `p` is a row of somebody there, with its values."""
    if territory != EVERYWHERE:
        return "p.territory = ?", (territory,)
    bot = "EXISTS (SELECT 1 FROM accounts b WHERE b.owner_id = p.owner_id AND b.bot > 0)"
    return f"p.owner_id <> ? AND NOT {bot}", (_SERVER,)


def counts(rx: Reader) -> list[Row]:
    """(territory, reason, people)."""
    return rx.all("SELECT territory, reason, COUNT(*) FROM person_territories GROUP BY territory, reason")


def count(rx: Reader, territory: str) -> list[Row]:
    """(reason, people) of a territory."""
    there, values = _there(territory)
    return rx.all(
        f"SELECT reason, COUNT(*) FROM person_territories p WHERE {there} GROUP BY reason ORDER BY reason", values
    )


def active(rx: Reader, territory: str, since: int) -> int:
    """How many people of the territory were seen since the date."""
    there, values = _there(territory)
    row = rx.one(
        "SELECT COUNT(*) FROM person_territories p JOIN accounts a ON a.owner_id = p.owner_id"
        f" WHERE {there} AND a.last_seen >= ?",
        (*values, since),
    )
    return int(row[0]) if row else 0


def rooms_made(rx: Reader, territory: str) -> tuple[int, int]:
    """(rooms whose owner is in the territory, people in these)."""
    there, values = _there(territory)
    row = rx.one(
        "SELECT COUNT(*), COALESCE(SUM(r.member_count), 0) FROM rooms r"
        f" JOIN person_territories p ON p.owner_id = r.creator_id WHERE {there} AND r.deleted = 0",
        values,
    )
    return (int(row[0]), int(row[1])) if row else (0, 0)


def state(rx: Reader, territory: str) -> Row | None:
    """(territory, step, since, mark, mark_since)."""
    return rx.one(
        "SELECT territory, step, since, mark, mark_since FROM territories WHERE territory = ?", (territory,)
    )


def states(rx: Reader) -> list[Row]:
    """(territory, step, since, mark, mark_since) of each of which something was ever said."""
    return rx.all("SELECT territory, step, since, mark, mark_since FROM territories ORDER BY territory")


def set_state(tx: Tx, territory: str, step: str, since: int, mark: str, mark_since: int) -> None:
    """How far the territory was left, and what is marked of it."""
    tx.run(
        "INSERT INTO territories (territory, step, since, mark, mark_since) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (territory) DO UPDATE SET step = excluded.step, since = excluded.since,"
        " mark = excluded.mark, mark_since = excluded.mark_since",
        (territory, step, since, mark, mark_since),
    )


def steps_of(rx: Reader, user_id: int) -> list[Row]:
    """(step, since, territory) of where the person is and of everywhere, as far as anything was ever said of it."""
    return rx.all(
        "SELECT step, since, territory FROM territories WHERE territory IN"
        f" ('{EVERYWHERE}', (SELECT territory FROM person_territories WHERE owner_id = ?)) ORDER BY territory",
        (user_id,),
    )


def plan(rx: Reader, territory: str) -> list[Row]:
    """(step, due) of what is planned, the first first."""
    return rx.all("SELECT step, due FROM territory_plans WHERE territory = ? ORDER BY due, step", (territory,))


def set_plan(tx: Tx, territory: str, steps: Sequence[tuple[str, int]]) -> None:
    """Nothing is planned but these steps."""
    tx.run("DELETE FROM territory_plans WHERE territory = ?", (territory,))
    if steps:
        tx.many(
            "INSERT INTO territory_plans (territory, step, due) VALUES (?, ?, ?)",
            [(territory, step, due) for step, due in steps],
        )


def next_due(rx: Reader) -> Row | None:
    """(territory, step, due) of the step that is due first."""
    return rx.one("SELECT territory, step, due FROM territory_plans ORDER BY due, territory LIMIT 1")


def drop_planned(tx: Tx, territory: str, step: str) -> bool:
    """The step is not planned any more; False if it was not."""
    return bool(tx.run("DELETE FROM territory_plans WHERE territory = ? AND step = ?", (territory, step)))


def add_event(tx: Tx, territory: str, what: str, actor: str, people: int, note: str) -> int:
    """What was done stands in the public history; its number."""
    row = tx.one("SELECT COALESCE(MAX(event_id), 0) + 1 FROM territory_events")
    assert row is not None
    event_id = int(row[0])
    tx.run(
        "INSERT INTO territory_events (event_id, territory, date, what, actor, people, note)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (event_id, territory, tx.now, what, actor, people, note),
    )
    return event_id


def events(rx: Reader, territory: str, limit: int) -> list[Row]:
    """(event_id, date, what, actor, people, note) of the territory, newest first."""
    return rx.all(
        "SELECT event_id, date, what, actor, people, note FROM territory_events WHERE territory = ?"
        " ORDER BY event_id DESC LIMIT ?",
        (territory, limit),
    )


def put_letter(tx: Tx, event_id: int, territory: str, letter: str, facts: str) -> None:
    """Everybody in the territory is to be told."""
    tx.run(
        "INSERT INTO territory_letters (event_id, territory, letter, facts, after, told) VALUES (?, ?, ?, ?, 0, 0)",
        (event_id, territory, letter, facts),
    )


def letters(rx: Reader) -> list[Row]:
    """(event_id, territory, letter, facts, after, date) of letters that are not with everybody yet, oldest first."""
    return rx.all(
        "SELECT l.event_id, l.territory, l.letter, l.facts, l.after, e.date FROM territory_letters l"
        " JOIN territory_events e ON e.event_id = l.event_id ORDER BY l.event_id"
    )


def letter_reached(tx: Tx, event_id: int, before: int, after: int, told: int) -> bool:
    """Everybody up to the id is told, who was not up to the one before; False if that is another one by now."""
    return bool(
        tx.run(
            "UPDATE territory_letters SET after = ?, told = told + ? WHERE event_id = ? AND after = ?",
            (after, told, event_id, before),
        )
    )


def letter_done(tx: Tx, event_id: int) -> None:
    """Everybody was told."""
    tx.run("DELETE FROM territory_letters WHERE event_id = ?", (event_id,))


def is_left(rx: Reader, territory: str) -> bool:
    """True if the territory, or every one, is being left or was."""
    said = "SELECT 1 FROM territories WHERE territory IN (?, ?) AND step <> 'open' LIMIT 1"
    return rx.one(said, (territory, EVERYWHERE)) is not None


def put_greeting(tx: Tx, user_id: int, territory: str) -> None:
    """The person came to be in the territory and is to be told how far it was left."""
    tx.run(
        "INSERT INTO territory_greetings (owner_id, territory) VALUES (?, ?)"
        " ON CONFLICT (owner_id) DO UPDATE SET territory = excluded.territory",
        (user_id, territory),
    )


def greetings(rx: Reader, limit: int) -> list[tuple[int, str]]:
    """(person, territory) of those who are to be told, some of them."""
    return rx.all("SELECT owner_id, territory FROM territory_greetings ORDER BY owner_id LIMIT ?", (limit,))


def drop_greeting(tx: Tx, user_id: int) -> int:
    """The person is not to be told any more; 0 if they were not."""
    return tx.run("DELETE FROM territory_greetings WHERE owner_id = ?", (user_id,))


def versions(rx: Reader) -> list[Row]:
    """(territory, version, sha256, date) of every profile that was ever in use."""
    return rx.all("SELECT territory, version, sha256, date FROM profile_versions ORDER BY territory, version")


def put_version(tx: Tx, territory: str, version: int, sha256: bytes) -> None:
    """The version of the profile is in use."""
    tx.run(
        "INSERT INTO profile_versions (territory, version, sha256, date) VALUES (?, ?, ?, ?)",
        (territory, version, sha256, tx.now),
    )
