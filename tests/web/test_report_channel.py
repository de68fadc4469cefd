"""Source: dsa/15. Each daily report is a post in a public channel, made by the transaction that publishes it."""

from pathlib import Path

import pytest
from tests.kit.rooms import hall, history, texts
from tests.kit.stage import raised
from tests.web.conftest import SITE
from tests.web.test_report_pages import encode

from chappe.base.errors import NotAllowed, NotFound
from chappe.domain import announcing
from chappe.domain.journal import Public
from chappe.tl import functions as f
from chappe.tl import types as t
from chappe.transparency.figures import Tally, tally
from chappe.transparency.reports import publish
from chappe.web import announcer

LEAF = Public("decision", item="room", outcome="remove_room", category="PROTECTION_OF_MINORS")


def said(decisions: int) -> str:
    """The sentence of that day."""
    counted = f"décisions : {decisions}, dont abus sexuels sur mineurs 0, terrorisme 0 · signalements : 0"
    return f"2025-06-15 · {counted} · étapes de réclamations : 0 · annulées ou échues : 0"


async def test_each_report_and_each_correction_is_posted_once(tmp_path: Path) -> None:
    async with raised(tmp_path) as stage:
        alice, bob = await stage.people("alice", "bob")
        room = await hall(stage, alice, bob, broadcast=True)
        await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username="figures"))
        tells = announcer(SITE, "figures", "fr")
        for counted in (tally([encode(LEAF)]), tally([encode(LEAF)]), Tally()):
            await stage.writes(lambda tx, one=counted: publish(tx, 20254, one, 0, one.leaves, tells))
        assert texts(await history(bob, room.peer(bob))) == [
            f"{said(0)} (Version 2)\nhttps://chat.example.org:8443/reports/2025-06-15",
            f"{said(1)}\nhttps://chat.example.org:8443/reports/2025-06-15",
        ]
        newest = (await history(bob, room.peer(bob))).messages[0]
        [link] = newest.entities
        assert isinstance(link, t.MessageEntityUrl)
        assert newest.message[link.offset : link.offset + link.length].startswith("https://")


async def test_a_channel_that_is_not_there_does_not_hold_up_the_report(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with raised(tmp_path) as stage:
        assert await stage.writes(lambda tx: publish(tx, 20254, Tally(), 0, 0, announcer(SITE, "nothing", "en")))
        assert "is not in the channel nothing: username_not_occupied" in caplog.text


async def test_only_a_public_channel_is_spoken_in(tmp_path: Path) -> None:
    async with raised(tmp_path) as stage:
        [alice] = await stage.people("alice")
        room = await hall(stage, alice)
        with pytest.raises(NotFound, match="username_not_occupied"):
            await stage.writes(lambda tx: announcing.announce(tx, "figures", "hello"))
        await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username="figures"))
        with pytest.raises(NotAllowed, match="chat_admin_required"):
            await stage.writes(lambda tx: announcing.announce(tx, "figures", "hello"))
