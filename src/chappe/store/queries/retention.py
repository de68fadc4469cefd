"""The statements about how long things are kept, by country."""

from collections.abc import Iterable

from chappe.store.protocol import Reader, Row, Tx


def lay_down(tx: Tx, policies: Iterable[Row]) -> None:
    """These policies hold and no others. Shape: (country, what, seconds, basis)."""
    tx.run("DELETE FROM retention_policies")
    tx.many("INSERT INTO retention_policies (country, what, seconds, basis) VALUES (?, ?, ?, ?)", policies)


def all_of(rx: Reader) -> list[Row]:
    """(country, what, seconds, basis) of every policy."""
    return rx.all("SELECT country, what, seconds, basis FROM retention_policies ORDER BY country, what")


def lay_terms(tx: Tx, terms: Iterable[Row]) -> None:
    """These terms of secrecy hold and no others. Shape: (country, seconds, kinds of authority that prolong)."""
    tx.run("DELETE FROM secrecy_terms")
    tx.many("INSERT INTO secrecy_terms (country, seconds, prolonged_by) VALUES (?, ?, ?)", terms)


def terms(rx: Reader) -> list[Row]:
    """(country, seconds, kinds) of every term of secrecy."""
    return rx.all("SELECT country, seconds, prolonged_by FROM secrecy_terms ORDER BY country")


def term(rx: Reader, country: str) -> tuple[int, str] | None:
    """(seconds, kinds) of the country, or of everywhere else where it has none of its own."""
    row = rx.one(
        "SELECT seconds, prolonged_by FROM secrecy_terms WHERE country IN (?, '') ORDER BY country DESC LIMIT 1",
        (country,),
    )
    return (row[0], row[1]) if row else None


def of_country(rx: Reader, country: str) -> list[tuple[str, int]]:
    """(what, seconds) for the country, or for everywhere else where it has none of its own."""
    return rx.all(
        "SELECT what, seconds FROM retention_policies WHERE country ="
        " COALESCE((SELECT MAX(country) FROM retention_policies WHERE country = ?), '')",
        (country,),
    )


def shortest(rx: Reader, what: str) -> int | None:
    """The shortest time that any country keeps it."""
    row = rx.one("SELECT MIN(seconds) FROM retention_policies WHERE what = ?", (what,))
    return row[0] if row else None


def place_of(rx: Reader, user_id: int) -> tuple[str, str, int, str] | None:
    """(country that was decided on or '', number, 1 if the account ended, country when it ended or '') of a person."""
    row = rx.one(
        "SELECT COALESCE(t.territory, ''), a.phone, a.deleted, COALESCE(k.territory, '') FROM accounts a"
        " LEFT JOIN person_territories t ON t.owner_id = a.owner_id LEFT JOIN kept_identities k"
        " ON k.user_id = a.owner_id WHERE a.owner_id = ?",
        (user_id,),
    )
    return (row[0], row[1], row[2], row[3]) if row else None
