"""The statements that clear away what has expired, a bounded number of rows at a time."""

from chappe.store.protocol import Reader, Tx


def old_sends(rx: Reader, key: tuple[int, int, int], before: int, limit: int) -> list[tuple[int, int, int]]:
    """(owner, sender, random_id) remembered before the date, among so many rows after the key."""
    return rx.all(
        "SELECT owner_id, sender_id, random_id FROM (SELECT owner_id, sender_id, random_id, date FROM sends"
        " WHERE (owner_id, sender_id, random_id) > (?, ?, ?) ORDER BY owner_id, sender_id, random_id LIMIT ?) AS looked"
        " WHERE date < ?",
        (*key, limit, before),
    )


def sends_on(rx: Reader, key: tuple[int, int, int], limit: int) -> tuple[int, int, int] | None:
    """The key so many rows further, None at the end."""
    return rx.one(
        "SELECT owner_id, sender_id, random_id FROM sends WHERE (owner_id, sender_id, random_id) > (?, ?, ?)"
        " ORDER BY owner_id, sender_id, random_id LIMIT 1 OFFSET ?",
        (*key, limit - 1),
    )


def forget_sends(tx: Tx, keys: list[tuple[int, int, int]]) -> None:
    """The random ids are not remembered any more."""
    tx.many("DELETE FROM sends WHERE owner_id = ? AND sender_id = ? AND random_id = ?", keys)


def old_states(rx: Reader, key: tuple[int, int], before: int, limit: int) -> list[tuple[int, int]]:
    """(owner, no) of state changes kept since before the date, among so many rows after the key."""
    return rx.all(
        "SELECT owner_id, no FROM (SELECT owner_id, no, date FROM box_states WHERE (owner_id, no) > (?, ?)"
        " ORDER BY owner_id, no LIMIT ?) AS looked WHERE date < ?",
        (*key, limit, before),
    )


def states_on(rx: Reader, key: tuple[int, int], limit: int) -> tuple[int, int] | None:
    """The key so many rows further, None at the end."""
    return rx.one(
        "SELECT owner_id, no FROM box_states WHERE (owner_id, no) > (?, ?) ORDER BY owner_id, no LIMIT 1 OFFSET ?",
        (*key, limit - 1),
    )


def forget_states(tx: Tx, keys: list[tuple[int, int]]) -> None:
    """The state changes are not kept any more."""
    tx.many("DELETE FROM box_states WHERE owner_id = ? AND no = ?", keys)


def long_logs(rx: Reader, keep: int, above: int, limit: int) -> list[tuple[int, int, int]]:
    """(owner, pts, log_floor) of boxes, in order of owner, whose log may hold more than `keep` pts."""
    return rx.all(
        "SELECT owner_id, pts, log_floor FROM boxes WHERE owner_id > ? AND pts - log_floor > ?"
        " ORDER BY owner_id LIMIT ?",
        (above, keep, limit),
    )


def cut_log(tx: Tx, owner_id: int, floor: int) -> None:
    """The box's log begins above the floor."""
    tx.run("DELETE FROM box_log WHERE owner_id = ? AND pts <= ?", (owner_id, floor))
    tx.run("UPDATE boxes SET log_floor = ? WHERE owner_id = ?", (floor, owner_id))


def forget_expired(tx: Tx, now: int) -> None:
    """Login codes, QR tokens, challenges and rate counters whose time has come are gone."""
    tx.run("DELETE FROM login_codes WHERE expires < ?", (now,))
    tx.run("DELETE FROM login_tokens WHERE expires < ?", (now,))
    tx.run("DELETE FROM limits WHERE expires < ?", (now,))
    tx.run("DELETE FROM srp_challenges WHERE expires < ?", (now,))
    tx.run("DELETE FROM password_pending WHERE expires < ?", (now,))
    tx.run("DELETE FROM passkey_challenges WHERE expires < ?", (now,))
    tx.run("DELETE FROM recoveries WHERE expires < ?", (now,))


def raise_boxes(tx: Tx, pts: int, ids: int) -> None:
    """Every box stands so much higher, with an empty log."""
    tx.run("DELETE FROM box_log")
    tx.run(
        "UPDATE boxes SET pts = pts + ?, log_floor = pts + ?, last_id = last_id + ?, qts = qts + ?",
        (pts, pts, ids, pts),
    )
    tx.run("UPDATE secret_devices SET qts = qts + ?", (pts,))
    tx.run("UPDATE secret_queue SET qts = qts + ?", (pts,))
