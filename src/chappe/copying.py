"""Joins what the rooms know of one person: for the person's own copy, over a client or by the operator's command.

Source: gdpr/15, gdpr/20
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from chappe import jobs
from chappe.base.clock import Clock
from chappe.base.errors import NotFound, Refusal
from chappe.base.ids import UserId
from chappe.domain import accounts, contacts, journal, personal, phones, retention, service_chat, texts
from chappe.domain.access import SERVICE_USER
from chappe.domain.portability import Exporter
from chappe.domain.territory_profiles import Book
from chappe.legal import secrecy, telling
from chappe.safety import personal as safety
from chappe.store import Reader, Store, Tx

HOURLY_S = 3600.0
Act = Callable[[dict[str, Any]], Awaitable[object]]


def exporter(server: str) -> Exporter:
    """Makes people's copies, with what each room knows."""
    return Exporter(
        server,
        {
            "your_notices": safety.noticed, "your_complaints": safety.complained,
            "orders_you_were_told_of": telling.to_person,
        },
    )  # fmt: skip


def start(book: Book, store: Store, clock: Clock, running: jobs.Tasks) -> None:
    """What the law lets us keep for a time goes when it is over; the times are those of the profiles of the day."""

    async def lay_down() -> None:
        await store.write(partial(retention.lay_down, book=book))
        if await store.read(secrecy.beyond):
            while await store.write(secrecy.cut_down):
                pass

    running.start("times of keeping", lay_down, HOURLY_S)
    running.start("what is kept for a time", jobs.forgetting(store, clock), HOURLY_S)


def acts(store: Store, made: Exporter) -> Mapping[str, Act]:
    """What the command `export person` may ask of a server.

    After: a message in the chat with the server; journal person_exported.
    """

    async def person(facts: dict[str, Any]) -> object:
        who = str(facts.get("who", ""))

        def act(tx: Tx) -> dict[str, Any]:
            user_id = found(tx, who)
            about = made.about(tx, user_id)
            journal.record(tx, "person_exported", "server:command", f"user:{user_id}")
            if not accounts.get(tx, user_id).deleted:
                service_chat.tell(tx, user_id, texts.exported("", tx.now))
            return {"user_id": int(user_id), "about": about}

        return await store.write(act)

    return {"export_person": person}


def found(rx: Reader, who: str) -> UserId:
    """The account of a number, a username or an id. Errors: NotFound user_id_invalid."""
    said = who.strip()
    try:
        if said.startswith("@"):
            peer = int(contacts.resolve_username(rx, said))
        elif said.startswith("+"):
            peer = accounts.by_phone(rx, phones.normalise(said, test_mode=True)) or 0
        else:
            peer = int(said)
    except (Refusal, ValueError):
        raise NotFound("user_id_invalid") from None
    if peer <= 0 or peer == SERVICE_USER or not personal.subscriber(rx, UserId(peer)):
        raise NotFound("user_id_invalid")
    return UserId(peer)
