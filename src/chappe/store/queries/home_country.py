"""The statements about the server's own country."""

from chappe.store.protocol import Reader, Tx


def of(rx: Reader) -> str | None:
    """The country, None before it was ever said."""
    row = rx.one("SELECT country FROM home_country WHERE one = 1")
    return str(row[0]) if row else None


def put(tx: Tx, country: str) -> None:
    """It is this country."""
    tx.run(
        "INSERT INTO home_country (one, country) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET"
        " country = excluded.country",
        (country,),
    )
