"""The journal: entries in order, public parts of codes alone, sealed ones opened once. Source: dsa/17"""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh

from chappe.base import Invalid
from chappe.domain import journal
from chappe.domain.journal import Public
from chappe.store import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    made = open_fresh(tmp_path / "chappe.sqlite", FakeClock())
    yield made
    await made.close()


async def kinds(store: Store) -> list[tuple[int, str, bytes | None]]:
    return await store.read(lambda rx: rx.all("SELECT no, kind, public FROM journal ORDER BY no"))


async def test_an_entry_has_the_next_number_and_its_public_part(store: Store) -> None:
    public = Public("notice", category="PROTECTION_OF_MINORS")
    assert await store.write(lambda tx: journal.record(tx, "invite_made", "server", "server")) == 1
    assert await store.write(lambda tx: journal.record(tx, "invite_used", "user:1", "user:1", public, x=1)) == 2
    (_, _, nothing), (_, _, shown) = await kinds(store)
    assert nothing is None
    assert shown is not None
    assert msgspec.json.decode(shown, type=Public) == public


@pytest.mark.parametrize(
    "wrong", [{"instrument": ""}, {"outcome": "two words"}, {"country": "fr"}, {"ground": "x" * 65}, {"category": "é"}]
)
def test_free_text_is_no_public_part(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no codes"):
        Public(**{"instrument": "notice"} | wrong)  # type: ignore[arg-type]


async def test_a_sealed_entry_is_opened_once(store: Store) -> None:
    sealed = Public("order", country="FR", sealed=True)
    no = await store.write(lambda tx: journal.record(tx, "invite_made", "server", "server", sealed))
    with pytest.raises(Invalid, match="journal_entry_sealed"):
        await store.write(lambda tx: journal.erase_salt(tx, no, "server"))
    opened = await store.write(lambda tx: journal.open_sealed(tx, no, "operator:1"))
    shown = (await kinds(store))[-1][2]
    assert shown is not None
    assert opened == no + 1
    assert msgspec.json.decode(shown, type=Public) == Public("order", country="FR", opens=no)
    with pytest.raises(Invalid, match="journal_entry_not_sealed"):
        await store.write(lambda tx: journal.open_sealed(tx, no, "operator:1"))
