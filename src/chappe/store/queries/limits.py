"""The statements of rate limits: one row a subject and window."""

from chappe.store.protocol import Reader, Tx


def used(rx: Reader, subject: str) -> tuple[int, int] | None:
    """(uses so far, when the window ends) of a subject."""
    row = rx.one("SELECT used, expires FROM limits WHERE subject = ?", (subject,))
    return (row[0], row[1]) if row else None


def put(tx: Tx, subject: str, used: int, window_start: int, expires: int) -> None:
    """The subject's window is this one."""
    tx.run(
        "INSERT INTO limits (subject, used, window_start, expires) VALUES (?, ?, ?, ?) ON CONFLICT (subject)"
        " DO UPDATE SET used = excluded.used, window_start = excluded.window_start, expires = excluded.expires",
        (subject, used, window_start, expires),
    )


def remove(tx: Tx, subject: str) -> None:
    """The subject's uses are forgotten."""
    tx.run("DELETE FROM limits WHERE subject = ?", (subject,))


def add(tx: Tx, subject: str, uses: int) -> None:
    """The subject was used so many times more in its window."""
    tx.run("UPDATE limits SET used = used + ? WHERE subject = ?", (uses, subject))
