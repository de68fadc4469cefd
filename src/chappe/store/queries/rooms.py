"""The statements about rooms and their members; membership is kept on both sides."""

from collections.abc import Sequence

from chappe.store.protocol import Reader, Row, Tx

COLUMNS = (
    "owner_id, kind, title, about, username, photo, date, creator_id, default_banned, flags, slow_mode_s, ttl_period_s,"
    " linked_id, member_count, version, top_message, top_date, read_max_id, migrated_to, migrated_from,"
    " migrated_from_max_id, deleted, settings, held"
)
MEMBER_COLUMNS = (
    "user_id, status, rights, banned, until, rank, inviter_id, by_id, date, last_post, since_id, cleared_id, send_as"
)
COUNTED = 10_000


def insert(tx: Tx, room_id: int, kind: str, title: str, about: str, date: int, creator_id: int, flags: int) -> None:
    """The room exists, without members."""
    tx.run(
        "INSERT INTO rooms (owner_id, kind, title, about, date, creator_id, flags) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (room_id, kind, title, about, date, creator_id, flags),
    )


def room(rx: Reader, room_id: int) -> Row | None:
    """The room's row in the order of COLUMNS."""
    return rx.one(f"SELECT {COLUMNS} FROM rooms WHERE owner_id = ?", (room_id,))


def some(rx: Reader, ids: Sequence[int]) -> list[Row]:
    """The rows of those of the rooms that exist."""
    marks = ", ".join("?" * len(ids))
    return rx.all(f"SELECT {COLUMNS} FROM rooms WHERE owner_id IN ({marks})", tuple(ids))


def set_field(tx: Tx, room_id: int, field: str, value: int | str | bytes | None) -> None:
    """One column of the room has this value; its version rose. Shape: field is a column's name of our own making."""
    tx.run(f"UPDATE rooms SET {field} = ?, version = version + 1 WHERE owner_id = ?", (value, room_id))


def take_over(tx: Tx, room_id: int, group_id: int) -> None:
    """The supergroup looks and rules as the basic group did from which it comes."""
    tx.run(
        "UPDATE rooms SET (photo, default_banned, ttl_period_s, settings) ="
        " (SELECT photo, default_banned, ttl_period_s, settings FROM rooms WHERE owner_id = ?), migrated_from = ?"
        " WHERE owner_id = ?",
        (group_id, group_id, room_id),
    )


def raise_top(tx: Tx, room_id: int, message_id: int, date: int) -> None:
    """The message is the newest of the room's own box, which has one more."""
    tx.run(
        "UPDATE rooms SET top_message = ?, top_date = ?, message_no = message_no + 1 WHERE owner_id = ?",
        (message_id, date, room_id),
    )


def next_number(tx: Tx, room_id: int) -> int | None:
    """The running number of a message in a basic group; it ties the members' copies together."""
    row = tx.one("UPDATE rooms SET message_no = message_no + 1 WHERE owner_id = ? RETURNING message_no", (room_id,))
    return row[0] if row else None


def count_members(tx: Tx, room_id: int, more: int) -> None:
    """The room has so many more members."""
    tx.run(
        "UPDATE rooms SET member_count = member_count + ?, version = version + 1 WHERE owner_id = ?", (more, room_id)
    )


def put_member(
    tx: Tx, room_id: int, user_id: int, status: int, rights: int, banned: int, until: int, rank: str, inviter_id: int,
    by_id: int, date: int,
) -> None:  # fmt: skip
    """What the person is to the room; nothing else is known of them there."""
    tx.run(
        "INSERT INTO members (owner_id, user_id, status, rights, banned, until, rank, inviter_id, by_id, date)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (owner_id, user_id) DO UPDATE SET"
        " status = excluded.status, rights = excluded.rights, banned = excluded.banned, until = excluded.until,"
        " rank = excluded.rank, inviter_id = excluded.inviter_id, by_id = excluded.by_id, date = excluded.date",
        (room_id, user_id, status, rights, banned, until, rank, inviter_id, by_id, date),
    )


def member(rx: Reader, room_id: int, user_id: int) -> Row | None:
    """What the person is to the room, in the order of MEMBER_COLUMNS."""
    return rx.one(f"SELECT {MEMBER_COLUMNS} FROM members WHERE owner_id = ? AND user_id = ?", (room_id, user_id))


def one_in(rx: Reader, rooms: Sequence[int], user_id: int) -> list[Row]:
    """What the person is to each of the rooms. Shape: the room, then MEMBER_COLUMNS."""
    marks = ", ".join("?" * len(rooms))
    return rx.all(
        f"SELECT owner_id, {MEMBER_COLUMNS} FROM members WHERE user_id = ? AND owner_id IN ({marks})",
        (user_id, *rooms),
    ) if rooms else []


def some_members(rx: Reader, room_id: int, ids: Sequence[int]) -> list[Row]:
    """What those of the people are to the room who are anything."""
    marks = ", ".join("?" * len(ids))
    return rx.all(
        f"SELECT {MEMBER_COLUMNS} FROM members WHERE owner_id = ? AND user_id IN ({marks})", (room_id, *ids)
    )



def members(
    rx: Reader, room_id: int, statuses: Sequence[int], offset: int, limit: int, without: int = 0
) -> list[Row]:
    """People of the room with one of the statuses and none of the rights `without`, newest first.

    Those before the page are seen in the index alone, unless their rights matter.
    """
    marks = ", ".join("?" * len(statuses))
    free, more = (" AND rights & ? = 0", (without,)) if without else ("", ())
    ids = rx.all(
        f"SELECT user_id FROM members WHERE owner_id = ? AND status IN ({marks}){free}"
        " ORDER BY status DESC, date DESC, user_id DESC LIMIT ? OFFSET ?",
        (room_id, *statuses, *more, limit, offset),
    )
    found = {row[0]: row for row in some_members(rx, room_id, [row[0] for row in ids])} if ids else {}
    return [found[user_id] for (user_id,) in ids]


def count_status(rx: Reader, room_id: int, statuses: Sequence[int]) -> int:
    """How many people of the room have one of the statuses."""
    marks = ", ".join("?" * len(statuses))
    row = rx.one(f"SELECT COUNT(*) FROM members WHERE owner_id = ? AND status IN ({marks})", (room_id, *statuses))
    return row[0] if row else 0


def with_right(rx: Reader, room_id: int, right: int) -> list[int]:
    """The administrators of the room with the right, its creator among them."""
    found = rx.all(
        "SELECT user_id FROM members WHERE owner_id = ? AND status IN (2, 3) AND rights & ? <> 0", (room_id, right)
    )
    return [row[0] for row in found]


def count_restricted(rx: Reader, room_id: int) -> int:
    """How many people of the room have restrictions of their own without being banned, counted up to COUNTED."""
    row = rx.one(
        "SELECT COUNT(*) FROM (SELECT date FROM members WHERE owner_id = ? AND banned <> 0 AND +status >= 0"
        " ORDER BY date LIMIT ?) AS them",
        (room_id, COUNTED),
    )
    return row[0] if row else 0


def restricted(rx: Reader, room_id: int, offset: int, limit: int) -> list[Row]:
    """People of the room with restrictions of their own who are not banned, newest first."""
    return rx.all(
        f"SELECT {MEMBER_COLUMNS} FROM members WHERE owner_id = ? AND banned <> 0 AND +status >= 0"
        " ORDER BY date DESC LIMIT ? OFFSET ?",
        (room_id, limit, offset),
    )


def member_ids(rx: Reader, room_id: int, limit: int, after: int = 0) -> list[int]:
    """Ids of those who are in the room above an id, lowest first."""
    rows = rx.all(
        "SELECT user_id FROM members WHERE owner_id = ? AND user_id > ? AND status > 0 ORDER BY user_id LIMIT ?",
        (room_id, after, limit),
    )
    return [row[0] for row in rows]


def ever_ids(rx: Reader, room_id: int, limit: int) -> list[int]:
    """Ids of those who are or were in the room, lowest first."""
    rows = rx.all("SELECT user_id FROM members WHERE owner_id = ? ORDER BY user_id LIMIT ?", (room_id, limit))
    return [row[0] for row in rows]


def set_since(tx: Tx, room_id: int, user_id: int, message_id: int) -> None:
    """The person came when this message was the room's newest."""
    tx.run("UPDATE members SET since_id = ? WHERE owner_id = ? AND user_id = ?", (message_id, room_id, user_id))


def set_speaker(tx: Tx, room_id: int, user_id: int, send_as: int, date: int) -> None:
    """As whom the person speaks in the room when they do not say, 0 for the usual one."""
    tx.run(
        "INSERT INTO members (owner_id, user_id, status, date, send_as) VALUES (?, ?, 0, ?, ?)"
        " ON CONFLICT (owner_id, user_id) DO UPDATE SET send_as = excluded.send_as",
        (room_id, user_id, date, send_as),
    )


def set_cleared(tx: Tx, room_id: int, user_id: int, message_id: int) -> None:
    """The person emptied the history up to this message for themselves."""
    tx.run("UPDATE members SET cleared_id = ? WHERE owner_id = ? AND user_id = ?", (message_id, room_id, user_id))


def enter(tx: Tx, user_id: int, room_id: int, date: int) -> None:
    """The room is among the person's."""
    tx.run(
        "INSERT INTO memberships (owner_id, room_id, date) VALUES (?, ?, ?)"
        " ON CONFLICT (owner_id, room_id) DO NOTHING",
        (user_id, room_id, date),
    )
    tx.run("DELETE FROM left_rooms WHERE owner_id = ? AND room_id = ?", (user_id, room_id))


def leave(tx: Tx, user_id: int, room_id: int) -> None:
    """The room is not among the person's any more."""
    tx.run("DELETE FROM memberships WHERE owner_id = ? AND room_id = ?", (user_id, room_id))


def note_left(tx: Tx, user_id: int, room_id: int, date: int) -> None:
    """The person left the room by themselves."""
    tx.run(
        "INSERT INTO left_rooms (owner_id, room_id, date) VALUES (?, ?, ?)"
        " ON CONFLICT (owner_id, room_id) DO UPDATE SET date = excluded.date",
        (user_id, room_id, date),
    )


def left_by(rx: Reader, user_id: int) -> list[int]:
    """The rooms a person left, the last first."""
    rows = rx.all("SELECT room_id FROM left_rooms WHERE owner_id = ? ORDER BY date DESC, room_id", (user_id,))
    return [row[0] for row in rows]


def changed_since(rx: Reader, user_id: int, date: int) -> list[tuple[int, int]]:
    """(room, pts) of the person's supergroups and channels in whose box something happened at the date or later.

    Shape: what happened last in a box is its newest message, or in its log.
    """
    return rx.all(
        "SELECT m.room_id, b.pts FROM memberships m JOIN boxes b ON b.owner_id = m.room_id WHERE m.owner_id = ? AND ("
        "EXISTS (SELECT 1 FROM box_log l WHERE l.owner_id = b.owner_id AND l.pts = b.pts AND l.date >= ?) OR "
        "EXISTS (SELECT 1 FROM messages n WHERE n.owner_id = b.owner_id AND n.id = b.last_id AND n.pts = b.pts"
        " AND n.date >= ?)) ORDER BY m.room_id",
        (user_id, date, date),
    )


def rooms_of(rx: Reader, user_id: int) -> list[int]:
    """The rooms a person is in."""
    return [row[0] for row in rx.all("SELECT room_id FROM memberships WHERE owner_id = ?", (user_id,))]


def is_in_one(rx: Reader, user_id: int, rooms: Sequence[int]) -> bool:
    """True if the person is in one of the rooms."""
    marks = ", ".join("?" * len(rooms))
    return bool(rooms) and rx.one(
        f"SELECT 1 FROM memberships WHERE owner_id = ? AND room_id IN ({marks}) LIMIT 1", (user_id, *rooms)
    ) is not None


def set_last_post(tx: Tx, room_id: int, user_id: int, date: int) -> None:
    """When the person posted last; for slow mode, which holds for guests too."""
    tx.run(
        "INSERT INTO members (owner_id, user_id, status, date, last_post) VALUES (?, ?, 0, ?, ?)"
        " ON CONFLICT (owner_id, user_id) DO UPDATE SET last_post = excluded.last_post",
        (room_id, user_id, date, date),
    )


def put_name(tx: Tx, room_id: int, user_id: int, words: Sequence[str]) -> None:
    """The member is found by these words."""
    tx.run("DELETE FROM member_names WHERE owner_id = ? AND user_id = ?", (room_id, user_id))
    tx.many(
        "INSERT INTO member_names (owner_id, word, user_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(room_id, word, user_id) for word in words],
    )


def named(rx: Reader, room_id: int, prefix: str, limit: int) -> list[int]:
    """Members a word of whose name begins so."""
    rows = rx.all(
        "SELECT user_id FROM member_names WHERE owner_id = ? AND word >= ? AND word < ? ORDER BY word, user_id LIMIT ?",
        (room_id, prefix, prefix + "\U0010ffff", limit),
    )
    return list(dict.fromkeys(row[0] for row in rows))


def named_among(rx: Reader, room_id: int, prefix: str, ids: Sequence[int]) -> list[int]:
    """Those of the members a word of whose name begins so; they are few, however many others have such a word."""
    marks = ", ".join("?" * len(ids))
    rows = rx.all(
        f"SELECT DISTINCT user_id FROM member_names WHERE owner_id = ? AND user_id IN ({marks})"
        " AND word || '' >= ? AND word || '' < ?",
        (room_id, *ids, prefix, prefix + "\U0010ffff"),
    )
    return [row[0] for row in rows]


def unread_after(rx: Reader, room_id: int, viewer: int, message_id: int, most: int) -> int:
    """Messages of others above the id, counted up to `most`."""
    row = rx.one(
        "SELECT COUNT(*) FROM (SELECT 1 FROM messages WHERE owner_id = ? AND peer_id = ? AND id > ? AND from_id <> ?"
        " LIMIT ?) AS above",
        (room_id, room_id, message_id, viewer, most),
    )
    return row[0] if row else 0


def dig(tx: Tx, room_id: int) -> None:
    """The members of the deleted room wait to be taken out."""
    tx.run("INSERT INTO room_graves (room_id) VALUES (?) ON CONFLICT (room_id) DO NOTHING", (room_id,))


def next_grave(rx: Reader) -> tuple[int, int] | None:
    """(a deleted room, the member after whom to go on)."""
    return rx.one("SELECT room_id, after_id FROM room_graves ORDER BY room_id DESC LIMIT 1")


def deepen(tx: Tx, room_id: int, after: int) -> None:
    """Members up to this one are out."""
    tx.run("UPDATE room_graves SET after_id = ? WHERE room_id = ?", (after, room_id))


def close_grave(tx: Tx, room_id: int) -> None:
    """Nobody is left in the room."""
    tx.run("DELETE FROM room_graves WHERE room_id = ?", (room_id,))


def line(tx: Tx, user_id: int, room_id: int, date: int, read_max_id: int) -> None:
    """The room stands in the person's chat list, read up to the id."""
    tx.run(
        "INSERT INTO dialogs (owner_id, peer_id, top_message, date, read_inbox_max_id) VALUES (?, ?, 1, ?, ?)"
        " ON CONFLICT (owner_id, peer_id) DO UPDATE SET date = excluded.date, top_message = 1,"
        " read_inbox_max_id = excluded.read_inbox_max_id",
        (user_id, room_id, date, read_max_id),
    )


def drop_line(tx: Tx, user_id: int, room_id: int) -> None:
    """The room does not stand in the person's chat list."""
    tx.run("DELETE FROM dialogs WHERE owner_id = ? AND peer_id = ?", (user_id, room_id))


def read_up_to(tx: Tx, user_id: int, room_id: int, max_id: int) -> int:
    """The person read the room's messages up to the id; 0 when they had before."""
    return tx.run(
        "UPDATE dialogs SET read_inbox_max_id = ?, unread_mark = 0 WHERE owner_id = ? AND peer_id = ?"
        " AND read_inbox_max_id < ?",
        (max_id, user_id, room_id, max_id),
    )


def raise_read(tx: Tx, room_id: int, max_id: int) -> int:
    """Somebody read the room's messages up to the id; 0 when somebody had before."""
    return tx.run("UPDATE rooms SET read_max_id = ? WHERE owner_id = ? AND read_max_id < ?", (max_id, room_id, max_id))


def copies(rx: Reader, user_id: int, room_id: int, number: int) -> int | None:
    """The id of a member's copy of a basic group's message."""
    row = rx.one(
        "SELECT id FROM messages WHERE owner_id = ? AND peer_id = ? AND twin_id = ? AND peer_id < 0 AND twin_id <> 0",
        (user_id, room_id, number),
    )
    return row[0] if row else None
