"""The statements about polls and votes; the owner is the box in which the poll was first shown."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx

COLUMNS = "owner_id, poll_id, creator_id, peer_id, message_id, close_date, closed, voters"


def insert(
    tx: Tx, home: int, poll_id: int, creator_id: int, peer_id: int, message_id: int, close_date: int, closed: int
) -> None:
    """The poll can be voted in."""
    tx.run(
        "INSERT INTO polls (owner_id, poll_id, creator_id, peer_id, message_id, close_date, closed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (owner_id, poll_id) DO NOTHING",
        (home, poll_id, creator_id, peer_id, message_id, close_date, closed),
    )


def poll(rx: Reader, home: int, poll_id: int) -> Row | None:
    """The poll in the order of COLUMNS."""
    return rx.one(f"SELECT {COLUMNS} FROM polls WHERE owner_id = ? AND poll_id = ?", (home, poll_id))


def close(tx: Tx, home: int, poll_id: int) -> int:
    """Nobody can vote any more; 0 when that was so before."""
    return tx.run(
        "UPDATE polls SET closed = 1 WHERE owner_id = ? AND poll_id = ? AND closed = 0", (home, poll_id)
    )


def due(rx: Reader, now: int, limit: int) -> list[Row]:
    """Open polls whose time is over, in the order of COLUMNS."""
    return rx.all(
        f"SELECT {COLUMNS} FROM polls WHERE close_date <> 0 AND closed = 0 AND close_date <= ?"
        " ORDER BY close_date LIMIT ?",
        (now, limit),
    )


def counts(rx: Reader, home: int, poll_id: int) -> dict[int, int]:
    """Place of an answer → how many chose it."""
    rows = rx.all("SELECT place, voters FROM poll_counts WHERE owner_id = ? AND poll_id = ?", (home, poll_id))
    return {row[0]: row[1] for row in rows}


def vote_of(rx: Reader, home: int, poll_id: int, user_id: int) -> int:
    """The places that the person chose, as bits; 0 for none."""
    row = rx.one(
        "SELECT places FROM poll_votes WHERE owner_id = ? AND poll_id = ? AND user_id = ?", (home, poll_id, user_id)
    )
    return row[0] if row else 0


def set_vote(tx: Tx, home: int, poll_id: int, user_id: int, shown_as: int, before: int, places: int) -> None:
    """The person chose these places, as bits; the counts are right again.

    Shape: before is what they chose so far; shown_as is who is named for it, 0 for the person.
    """
    if places:
        tx.run(
            "INSERT INTO poll_votes (owner_id, poll_id, user_id, shown_as, places, date) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (owner_id, poll_id, user_id) DO UPDATE SET places = excluded.places, date = excluded.date,"
            " shown_as = excluded.shown_as",
            (home, poll_id, user_id, shown_as, places, tx.now),
        )
    else:
        tx.run(
            "DELETE FROM poll_votes WHERE owner_id = ? AND poll_id = ? AND user_id = ?", (home, poll_id, user_id)
        )
    for place in range((before | places).bit_length()):
        more = (places >> place & 1) - (before >> place & 1)
        if more:
            _count(tx, home, poll_id, place, more)
    if bool(places) != bool(before):
        tx.run(
            "UPDATE polls SET voters = voters + ? WHERE owner_id = ? AND poll_id = ?",
            (1 if places else -1, home, poll_id),
        )


def _count(tx: Tx, home: int, poll_id: int, place: int, more: int) -> None:
    tx.run(
        "INSERT INTO poll_counts (owner_id, poll_id, place, voters) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (owner_id, poll_id, place) DO UPDATE SET voters = poll_counts.voters + excluded.voters",
        (home, poll_id, place, more),
    )


def votes(
    rx: Reader, home: int, poll_id: int, places: int, before: tuple[int, int], limit: int
) -> Sequence[tuple[int, int, int, int]]:
    """(user_id, places, date, who is named) of who chose one of the places, newest first, below (date, user_id)."""
    date, user_id = before
    return rx.all(
        "SELECT user_id, places, date, CASE WHEN shown_as = 0 THEN user_id ELSE shown_as END"
        " FROM poll_votes WHERE owner_id = ? AND poll_id = ? AND (places & ?) <> 0"
        " AND (date < ? OR date = ? AND user_id < ?) ORDER BY date DESC, user_id DESC LIMIT ?",
        (home, poll_id, places, date, date, user_id, limit),
    )


def answers(rx: Reader, home: int, poll_id: int) -> list[tuple[int, bytes, int, int, int, bytes | None]]:
    """(place, option, who added it, who is named, date, the answer or None when it was deleted), in their order."""
    return rx.all(
        "SELECT place, option, user_id, shown_as, date, answer FROM poll_answers WHERE owner_id = ? AND poll_id = ?"
        " ORDER BY place",
        (home, poll_id),
    )


def add_answer(
    tx: Tx, home: int, poll_id: int, place: int, option: bytes, user_id: int, shown_as: int, answer: bytes
) -> None:
    """The poll has one more answer."""
    tx.run(
        "INSERT INTO poll_answers (owner_id, poll_id, place, option, user_id, shown_as, date, answer)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (home, poll_id, place, option, user_id, shown_as, tx.now, answer),
    )


def delete_answer(tx: Tx, home: int, poll_id: int, place: int) -> None:
    """Nobody chooses or chose the answer; its place stays empty, so that those behind it keep theirs."""
    key, bit = (home, poll_id), 1 << place
    tx.run("UPDATE poll_answers SET answer = NULL WHERE owner_id = ? AND poll_id = ? AND place = ?", (*key, place))
    gone = tx.run("DELETE FROM poll_votes WHERE owner_id = ? AND poll_id = ? AND places = ?", (*key, bit))
    tx.run(
        "UPDATE poll_votes SET places = places - ? WHERE owner_id = ? AND poll_id = ? AND (places & ?) <> 0",
        (bit, *key, bit),
    )
    tx.run("DELETE FROM poll_counts WHERE owner_id = ? AND poll_id = ? AND place = ?", (*key, place))
    tx.run("UPDATE polls SET voters = voters - ? WHERE owner_id = ? AND poll_id = ?", (gone, *key))
