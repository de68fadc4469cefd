"""Who is called is told times in their own zone, with its short name. Source: requirements/on-call"""

import pytest
from tests.oncall.conftest import Watch

from chappe.base.errors import Invalid
from chappe.config import ConfigError, load
from chappe.domain import handovers, rota
from chappe.domain import oncall_words as w

WINTER, SUMMER = 1_763_828_760, 1_751_328_000
"""2025-11-22 16:26 and 2025-07-01 00:00 UTC."""


@pytest.mark.parametrize(
    ("date", "zone", "written"),
    [
        (WINTER, "", "2025-11-22 16:26 UTC"),
        (WINTER, "Europe/Paris", "2025-11-22 17:26 CET"),
        (SUMMER, "Europe/Paris", "2025-07-01 02:00 CEST"),
        (SUMMER, "America/New_York", "2025-06-30 20:00 EDT"),
        (WINTER, "Asia/Dubai", "2025-11-22 20:26 +04"),
        (WINTER, "Europe/Nowhere", "2025-11-22 16:26 UTC"),
        (WINTER, "../../etc/passwd", "2025-11-22 16:26 UTC"),
    ],
)
def test_a_moment_is_written_in_a_zone(date: int, zone: str, written: str) -> None:
    assert w.moment(date, zone) == written
    assert w.local(f"from {w.moment(date)} on, L-2026-1", zone) == f"from {written} on, L-2026-1"


def test_a_voice_reads_the_zone() -> None:
    def said(lang: str, zone: str) -> str:
        return w.voice(lang, w.Said(1, "removal", "L-2026-1", WINTER, "https://l", "https://c/", "Exemple", (), zone))

    assert "at 17:26 C E T." in said("en", "Europe/Paris") and "à 17:26 C E T." in said("fr", "Europe/Paris")
    assert "at 16:26 U T C." in said("en", "") and "à 16:26 temps universel." in said("fr", "")
    assert "at 20:26 U T C +04." in said("en", "Asia/Dubai")


async def test_each_is_called_in_their_zone(watch: Watch) -> None:
    """Bob chose his, alice has the server's, and so has whom the settings name."""
    bob = watch.staff["bob"]
    ways = ("@bob_at_work", "bob@example.org", "+33622222222", "fr", "America/New_York")
    made = await watch.does(rota.set_person, bob, bob.operator_id, *ways)
    assert made.zone == "America/New_York"
    with pytest.raises(Invalid, match="oncall_zone_unknown"):
        await watch.does(rota.set_person, bob, bob.operator_id, *ways[:4], "Mars/Olympus")
    watch.ways = type(watch.ways)(
        watch.ways.seal, watch.ways.site, watch.ways.console, watch.ways.outlets, watch.ways.listed, "Exemple",
        "Europe/Paris",
    )  # fmt: skip
    watch.restarts()
    page_id = await watch.pages()
    await watch.passes(140)
    since = (await watch.page(page_id)).date
    letters = {(way, to): text for way, to, text in await watch.letters()}
    assert w.moment(since, "Europe/Paris") in letters["page_mail", "alice@example.org"]
    assert w.moment(since, "America/New_York") in letters["page_mail", "bob@example.org"]
    assert w.moment(since, "Europe/Paris") in letters["page_mail", "duty@example.org"]
    assert any(w.moment(since, "America/New_York") in said for said in await watch.reads("bob"))
    gap = await watch.pages("gap", "gap:1", w.moment(since + 7200), urgent=False)
    await watch.passes(1)
    assert gap and any(w.moment(since + 7200, "Europe/Paris") in said for said in await watch.reads("alice"))


async def test_shifts_are_told_in_their_zone(watch: Watch) -> None:
    alice, bob = watch.staff["alice"], watch.staff["bob"]
    (shift,) = await watch.stage.reads(rota.on_shift)
    offer = handovers.offer
    await watch.does(offer, alice, shift.shift_id, bob.operator_id, "", "Europe/Paris")
    assert any(w.moment(shift.until, "Europe/Paris") in said for said in await watch.reads("bob"))


def test_the_setting_is_a_zone() -> None:
    assert load({"CHAPPE_TIME_ZONE": "Europe/Paris"}).time_zone == "Europe/Paris"
    with pytest.raises(ConfigError, match="time_zone"):
        load({"CHAPPE_TIME_ZONE": "Paris"})
