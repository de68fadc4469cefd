"""The same on PostgreSQL: the door, receipts, the daily test, letters kept once, the portal.

Source: requirements/legal-intake
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.intake.conftest import Door
from tests.intake.test_arrive import (
    test_an_order_is_a_case_at_once,
    test_contradictory_orders_are_asked_about_before_anything_is_done,
    test_the_same_message_is_the_same_case,
    test_words_about_an_order_come_once_and_are_read,
)
from tests.intake.test_receipts import office, test_a_repeated_order_gets_its_receipt_again
from tests.intake.test_synthetic import test_each_way_is_tried_once_a_day, ways
from tests.kit.clock import FakeClock
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.portal.conftest import Portal
from tests.portal.test_portal import (
    test_a_colleague_joins_and_a_lost_key_is_ended,
    test_an_order_is_filed_once_with_receipt_and_proof,
)

from chappe.legal.post import Post
from chappe.media import PaperProcess
from chappe.store import FileStore, open_postgres
from chappe.store.legal import letters_in as rows

__all__ = [
    "office",
    "postgres_dsn",
    "postgres_server",
    "test_a_colleague_joins_and_a_lost_key_is_ended",
    "test_a_repeated_order_gets_its_receipt_again",
    "test_an_order_is_a_case_at_once",
    "test_an_order_is_filed_once_with_receipt_and_proof",
    "test_contradictory_orders_are_asked_about_before_anything_is_done",
    "test_each_way_is_tried_once_a_day",
    "test_the_same_message_is_the_same_case",
    "test_words_about_an_order_come_once_and_are_read",
    "ways",
]
pytestmark = pytest.mark.slow


@pytest.fixture
async def door(tmp_path: Path, postgres_dsn: str) -> AsyncIterator[Door]:
    """A desk at which nobody works yet."""
    clock = FakeClock()
    store = open_postgres(postgres_dsn, clock)
    yield Door(store, FileStore(tmp_path, clock), clock)
    await store.close()


@pytest.fixture
async def place(door: Door, tmp_path: Path) -> AsyncIterator[Portal]:
    """A portal to which nobody has come yet."""
    made = Portal(door, tmp_path)
    yield made
    made.ledger.close()


async def test_a_letter_is_kept_once(door: Door, tmp_path: Path) -> None:
    post = Post(door.store, door.blobs, door.clock, PaperProcess(tmp_path / "paper"))
    for _ in range(2):
        kept = await post.keep("a@b", ["legal@chat.example.org"], b"Subject: x\r\n\r\nx", "192.0.2.1", "x", secure=True)
        assert kept.code == 250
    (one,) = await door.reads(lambda rx: rows.waiting(rx, rx.now, 10))
    assert one[9] == "waiting" and await door.reads(rows.oldest_waiting) == one[8]
