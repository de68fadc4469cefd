"""Source: gdpr/17. Who deletes their account is erased: nothing of who they were is left in any row."""

import re
from pathlib import Path

import pytest
from tests.kit.rooms import hall
from tests.kit.stage import Person, Stage, raised

from chappe.jobs import Lapses, clearing
from chappe.jobs import forgetting as forgets
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t

HER_NAME, HER_WORDS, HER_LINE = "Philippine", "quartzsphinx", "a line about her"


def everything(rx: Reader) -> dict[str, bytes]:
    """Table → all that its rows say, as bytes."""
    found: dict[str, bytes] = {}
    for (name,) in rx.all("SELECT name FROM sqlite_master WHERE type = 'table'"):
        rows = rx.all(f'SELECT * FROM "{name}"')
        found[name] = b"\n".join(
            value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row
        )
    return found


async def where(stage: Stage, *words: str) -> list[tuple[str, str]]:
    """(word, table) of every table that says one of the words."""
    said = await stage.reads(everything)
    return [
        (word, table) for table, text in sorted(said.items()) for word in words
        if re.search(re.escape(word.encode()), text, re.IGNORECASE)
    ]  # fmt: skip


@pytest.mark.slow
async def test_nothing_of_her_is_left(tmp_path: Path) -> None:
    async with raised(tmp_path) as stage:
        await erases(stage, await stage.person("bob"))


async def erases(stage: Stage, bob: Person) -> None:
    phone = "9996674321987"
    her = await stage.signs_in(HER_NAME.lower(), phone)
    await her.calls(f.account.UpdateProfile(first_name=HER_NAME, last_name="Exemplaire", about=HER_LINE))
    await her.calls(f.account.UpdateUsername(username="philippine_ex"))
    await her.calls(f.account.UpdateBirthday(birthday=t.Birthday(day=3, month=9, year=1987)))
    room = await hall(stage, bob, her)
    await room.says(her, f"{HER_WORDS} in the hall")
    await her.says(her, f"{HER_WORDS} to herself")
    await her.calls(f.messages.SaveDraft(peer=her.sees(bob), message=f"{HER_WORDS} in a draft"))
    await her.calls(f.account.InitTakeoutSession())
    words = (phone, HER_NAME, "Exemplaire", HER_LINE, "philippine_ex", "192.0.2.1", "03-09-1987")
    kept = {word for word, _ in await where(stage, *words)}
    assert kept == set(words)
    await her.calls(f.account.DeleteAccount(reason="enough"))
    lapses = Lapses(lambda key: None)
    stage.clock.moves(3600)
    while await lapses.step(stage.store, int(stage.clock.now())):
        pass
    await clearing(stage.store, stage.clock)()
    await forgets(stage.store, stage.clock)()
    left = await where(stage, *words)
    # Bob's own device was at that address, too; his chat list keeps who joined his room by a number alone.
    assert [one for one in left if one != ("192.0.2.1", "connections") and one != ("192.0.2.1", "authorizations")] == []
    mine = await stage.reads(lambda rx: rx.all("SELECT ip FROM connections WHERE owner_id = ?", (her.id,)))
    assert mine == []
    # What she wrote to herself, and what she began to write, is gone; what she said in the hall is the hall's.
    assert {table for _, table in await where(stage, HER_WORDS)} <= {"messages", "search_words"}
    rows = await stage.reads(lambda rx: rx.all("SELECT owner_id FROM messages WHERE owner_id = ?", (her.id,)))
    assert rows == []
