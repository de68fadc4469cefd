"""Closed cases do not last: what they say of people is erased at their date, what was published of them stands. Nor do
the contacts of authorities that are registered no more.

Source: gdpr/17, requirements/legal-envelope
What stays is what the public figures are made of, and nothing of it names anybody: number, instrument, country,
category, dates, outcome, how many targets, who of us acted and when. Journal and log are not touched.
"""

from chappe.domain import files, journal, retention
from chappe.legal import envelope
from chappe.legal.collect import Scope
from chappe.legal.intake import HELD_BELOW
from chappe.legal.letters import Body, pack
from chappe.store import Reader, Tx
from chappe.store.legal import authorities as authority_rows
from chappe.store.legal import purging as rows

AT_ONCE, LOOKED_AT = 20, 100_000
SET_ASIDE_S = 90 * 86_400
"""Letters of machines that were set aside go after so long."""


def due(rx: Reader, keeps_s: int) -> list[int]:
    """Cases whose date has come. What is still held, fetched, secret or to be told waits for that."""
    return rows.due(rx, rx.now - keeps_s, AT_ONCE)


def purge(tx: Tx, order_id: int) -> list[bytes]:
    """What the closed case says of people is erased; blobs that nothing holds any more. After: journal order_purged.

    Once; again it does nothing.
    """
    if rows.purged_at(tx, order_id):
        return []
    order, file_id = envelope.get(tx, order_id), HELD_BELOW - order_id
    freed = rows.blobs(tx, order_id, file_id)
    body = pack(Body(order.language, order.number, order.number, tx.now, (), ()))
    rows.erase(tx, order_id, file_id, b"{}", body, Scope(()).packed)
    envelope.add_act(tx, order_id, "server", "purged")
    journal.record(tx, "order_purged", "server", order.subject)
    return files.unheld(tx, freed)


def former(rx: Reader) -> list[int]:
    """Authorities of which how to reach their people is kept no longer: by the profile of their country.

    Source: gdpr/17
    None with an open order, something held, or a package to fetch.
    """
    shortest = retention.shortest_contacts_s(rx)
    found = authority_rows.former(rx, rx.now - shortest, LOOKED_AT)
    return [one for one, country, ended in found if ended <= rx.now - retention.of_country(rx, country).contacts_s]


def forget(tx: Tx, authority_id: int) -> None:
    """Who the people of the authority are is forgotten, with their passkeys and certificates; its name stays.

    After: journal authority_forgotten.
    """
    if authority_rows.forget(tx, authority_id):
        journal.record(tx, "authority_forgotten", "server", f"authority:{authority_id}")


def is_aside(rx: Reader) -> bool:
    """True if a letter was set aside long ago."""
    return bool(rows.set_aside(rx, rx.now - SET_ASIDE_S, 1))


def set_aside(tx: Tx) -> list[bytes]:
    """Some letters that were set aside long ago are gone; blobs that nothing holds any more."""
    found = rows.set_aside(tx, tx.now - SET_ASIDE_S, AT_ONCE)
    for letter_no, _ in found:
        rows.drop_letter(tx, letter_no)
    return files.unheld(tx, [bytes.fromhex(digest) for _, digest in found])
