"""The statements that read, a page at a time, what is there of one person."""

from chappe.store.protocol import Reader, Row
from chappe.store.queries.boxes import MESSAGE_COLUMNS


def box(rx: Reader, owner_id: int, above: int, limit: int) -> list[Row]:
    """Rows of the person's own box above an id, oldest first."""
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE owner_id = ? AND id > ? ORDER BY id LIMIT ?",
        (owner_id, above, limit),
    )


def written_in(rx: Reader, room_id: int, user_id: int, above: int, limit: int) -> list[Row]:
    """Rows of a room's own box that the person wrote, above an id, oldest first."""
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE owner_id = ? AND from_id = ? AND id > ?"
        " AND owner_id < -1000000000000 ORDER BY id LIMIT ?",
        (room_id, user_id, above, limit),
    )


def wrote_in(rx: Reader, user_id: int, below: int, limit: int) -> list[tuple[int, int]]:
    """(room, 1 if the person wrote something in its own box) of the rooms below an id, the highest first."""
    return rx.all(
        "SELECT r.owner_id, CASE WHEN EXISTS (SELECT 1 FROM messages m WHERE m.owner_id = r.owner_id AND m.from_id = ?"
        " AND m.owner_id < -1000000000000) THEN 1 ELSE 0 END FROM rooms r WHERE r.owner_id < ?"
        " ORDER BY r.owner_id DESC LIMIT ?",
        (user_id, below, limit),
    )


def spoken(rx: Reader, user_id: int, room_id: int, above: int, limit: int) -> list[Row]:
    """Rows of posts that the person wrote in the name of a room, above a room and an id, in the order of both."""
    return rx.all(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE (owner_id, id) IN (SELECT room_id, message_id FROM spoken_posts"
        " WHERE owner_id = ? AND (room_id, message_id) > (?, ?) ORDER BY room_id, message_id LIMIT ?)"
        " ORDER BY owner_id, id",
        (user_id, room_id, above, limit),
    )


def spoken_up_to(rx: Reader, user_id: int, room_id: int, above: int, limit: int) -> tuple[int, int] | None:
    """(room, id) of the last of as many such posts; None if there are fewer."""
    return rx.one(
        "SELECT room_id, message_id FROM spoken_posts WHERE owner_id = ? AND (room_id, message_id) > (?, ?)"
        " ORDER BY room_id, message_id LIMIT 1 OFFSET ?",
        (user_id, room_id, above, limit - 1),
    )


def rooms(rx: Reader, user_id: int) -> list[tuple[int, int]]:
    """(room, date of joining) of the rooms the person is in, lowest id first."""
    return rx.all("SELECT room_id, date FROM memberships WHERE owner_id = ? ORDER BY room_id", (user_id,))


def contacts(rx: Reader, user_id: int) -> list[tuple[int, str, str, str, int]]:
    """(user, phone, first name, last name, date) of the person's contacts."""
    return rx.all(
        "SELECT user_id, phone, first_name, last_name, date FROM contacts WHERE owner_id = ? ORDER BY user_id",
        (user_id,),
    )


def numbers(rx: Reader, user_id: int) -> list[tuple[str, str, str, int]]:
    """(phone, first name, last name, date) the person saved of people who are not here."""
    return rx.all(
        "SELECT phone, first_name, last_name, date FROM saved_phones WHERE owner_id = ? ORDER BY phone", (user_id,)
    )


def blocked(rx: Reader, user_id: int) -> list[tuple[int, int]]:
    """(peer, date) of the person's block list."""
    return rx.all("SELECT peer_id, date FROM blocked WHERE owner_id = ? ORDER BY peer_id", (user_id,))


def privacy(rx: Reader, user_id: int) -> list[tuple[str, bytes]]:
    """(key, rules) that the person set."""
    return rx.all("SELECT key, rules FROM privacy WHERE owner_id = ? ORDER BY key", (user_id,))


def photos(rx: Reader, user_id: int) -> list[tuple[int, bytes]]:
    """(date, photo) of the person's profile photos, oldest first."""
    return rx.all("SELECT date, photo FROM profile_photos WHERE owner_id = ? ORDER BY date, file_id", (user_id,))


def passkeys(rx: Reader, user_id: int) -> list[tuple[str, int]]:
    """(name, date) of the person's passkeys."""
    return rx.all("SELECT name, date FROM passkeys WHERE user_id = ? ORDER BY date", (user_id,))


def has_password(rx: Reader, user_id: int) -> tuple[str, int] | None:
    """(address of mail, date) of the person's second password."""
    return rx.one("SELECT email, date FROM passwords WHERE owner_id = ?", (user_id,))
