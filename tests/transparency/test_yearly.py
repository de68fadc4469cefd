"""Source: dsa/15, dsa/24(5). The yearly sheets and the database's records say what happened, and add up."""

import csv
import io
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.kit.bots import makes
from tests.kit.moderation import ruling
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.rooms import history
from tests.kit.stage import Person, raised
from tests.safety.conftest import Scene, scene, stage

from chappe.base import Invalid
from chappe.base.ids import PeerId
from chappe.control import Hands
from chappe.domain import decisions, messages
from chappe.domain.content import Text
from chappe.domain.rulings import Ground, Item, Measure
from chappe.safety import Notifier, cases, complaints
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t
from chappe.transparency import yearly
from chappe.transparency.yearly.report import OTHERS, SHEETS, TEMPLATES

__all__ = ["postgres_dsn", "postgres_server", "scene", "stage"]

HOUR_S = 3600
LAW = Ground("law", "code pénal 222-37", 0, "The post offers drugs.")
DRUGS: dict[str, Any] = {"category": "UNSAFE_AND_PROHIBITED_PRODUCTS", "keywords": ("PROHIBITED_PRODUCTS",)}
Sheet = list[dict[str, str]]


def read(sheet: str) -> Sheet:
    """The rows, columns by their names without blanks at the end."""
    return [{column.strip(): text for column, text in row.items()} for row in csv.DictReader(io.StringIO(sheet))]


def row(sheet: Sheet, code: str) -> dict[str, str]:
    """The row of a category or of a keyword that only one category has."""
    column = next(name for name in sheet[0] if name.startswith("Category of "))
    [found] = [one for one in sheet if one[column].endswith(code)]
    return found


def values(sheet: Sheet) -> dict[tuple[str, str], str]:
    """The values by indicator and scope."""
    return {(one["Indicator"].strip(), one["Scope"].strip()): one["Value"] for one in sheet}


async def sheets(scene: Scene, **facts: Any) -> dict[str, Sheet]:
    """The report of the year in which the play is set."""
    year = datetime.fromtimestamp(scene.stage.clock.now(), UTC).year
    provider = yearly.Provider("Bob at the Quay", "Chappe", date(year + 1, 1, 15), date(year, 1, 20))
    scene.stage.clock.moves(400 * 86_400)
    found = await scene.stage.reads(lambda rx: yearly.report(rx, year, provider, facts.get("texts", {})))
    return {name: read(sheet) for name, sheet in found.items()}


async def token(person: Person) -> str:
    """Of the statement the person was given last."""
    peer = t.InputPeerUser(user_id=777000, access_hash=person.stage.access.hash_for(person.id, 777000))
    texts = [m.message for m in (await history(person, peer)).messages if isinstance(m, t.Message)]
    return next(found[1] for text in texts if (found := re.search(r"/statement/([0-9a-f]{32})", text)))


async def test_every_sheet_has_the_official_rows_and_columns(scene: Scene) -> None:
    found = await sheets(scene, texts={"2": "We look at public posts."})
    assert tuple(found) == SHEETS
    for name, sheet in found.items():
        official = read((TEMPLATES / f"{name}.csv").read_text(encoding="utf-8"))
        if name == "3_member_states_orders":
            official = [one for one in official if one["Scope"] == "TOTAL"]
        assert len(sheet) == len(official)
        filled = {"Service", "Reporting period", "Value", "Contextual Information", OTHERS}
        fixed = [column for column in official[0] if column not in filled]
        for mine, theirs in zip(sheet, official, strict=True):
            assert list(mine) == list(theirs)
            assert all(mine[column] == theirs[column] for column in fixed if theirs[column])
    assert {one["Reporting period"] for one in found["4_notices"]} == {"2025-01-01/2025-12-31"}
    assert [one["Value"] for one in found["1_summary"]] == [
        "Bob at the Quay", "2026-01-15", "2025-01-20", "2025-01-01", "2025-12-31"
    ]  # fmt: skip
    assert found["11_qualitative"][1]["Value"] == "We look at public posts."
    assert found["11_qualitative"][0]["Value"] == ""
    total = found["4_notices"][0]
    assert total["Number of notices received"] == "0"
    assert total["Median time to take action"] == ""


async def test_what_happened_is_counted_where_it_belongs(scene: Scene) -> None:
    drugs, scam, own = [await scene.says(text) for text in ("buy this", "click here", "nude")]
    first = await scene.notices(scene.bob, drugs, category=DRUGS["category"], keyword="PROHIBITED_PRODUCTS")
    flagger = Notifier(flagger_id=1, country="FR")
    await scene.notices(flagger, drugs, category=DRUGS["category"], keyword="PROHIBITED_PRODUCTS", way="flagger")
    second = await scene.notices(scene.carol, scam, drugs, keyword="")
    await scene.notices(scene.carol, own, way="button")
    dave, erin = await scene.moderator("dave"), await scene.moderator("erin")
    scene.stage.clock.moves(3 * HOUR_S)
    drug_item, own_item = (Item("message", scene.room.marked, one) for one in (drugs, own))
    await scene.does(cases.decide, dave, first.cases[0], ruling(drug_item, ground=LAW, **DRUGS))
    [scam_case] = set(second.cases) - set(first.cases)
    await scene.does(cases.dismiss, dave, scam_case, "no_action", "")
    machine = {"automated_detection": True, "automated_decision": "partial", "source": "own_initiative"}
    await scene.does(
        decisions.decide, dave, ruling(own_item, category="OTHER_VIOLATION_TC", keywords=("NUDITY",), **machine)
    )
    filed = await scene.does(complaints.file, await token(scene.alice), "It was art.")
    scene.stage.clock.moves(90 * 60)
    await scene.does(complaints.assign, erin, filed.complaint_id)
    verdict = complaints.Verdict("reversed", "It was art indeed.")
    await scene.does(complaints.decide, scene.desk, erin, filed.complaint_id, verdict)

    found = await sheets(scene)
    notices = found["4_notices"]
    for code in ("TOTAL", "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS", "KEYWORD_PROHIBITED_PRODUCTS"):
        one = row(notices, code)
        more = 1 if code == "TOTAL" else 0
        assert one["Number of notices received"] == str(2 + more)
        assert one["Number of notices received from Trusted flaggers"] == "1"
        items = "Number of specific items of information included in the total number of notices"
        assert one[items] == str(2 + 2 * more)
        assert one[f"{items} by Trusted Flaggers (Trusted Flagger notices)"] == "1"
        medians = one["Median time to take action"], one["Median time to take action (Trusted Flagger notices)"]
        assert medians == ("3.00", "3.00")
        assert one["Number of actions taken on the basis of the law"] == "1"
        assert one["Number of actions taken on the basis of the law (Trusted Flagger notices)"] == "1"
        assert one["Number of actions taken on the basis of the terms and conditions of the service"] == "0"
    scams = row(notices, "STATEMENT_CATEGORY_SCAMS_AND_FRAUD")
    assert (scams["Number of notices received"], scams["Number of actions taken on the basis of the law"]) == ("1", "0")
    law, terms = found["5_own_initiative_illegal"], found["6_own_initiative_TC"]
    assert law[0]["Number of measures taken at the provider's own initiative"] == "0"
    nude = row(terms, "KEYWORD_NUDITY")
    assert nude["Number of measures taken at the provider's own initiative"] == "1"
    assert nude["Number of measures taken after detection with solely automated means"] == "1"
    assert nude["Visibility restriction Removal"] == "1"
    assert nude["Visibility restriction Disable"] == "0"
    assert nude["Visibility restriction Demoted"] == nude["Monetary restriction Suspension"] == ""
    appeals = values(found["7_appeals_and_recidivism"])
    every = "Number of complaints submitted to the internal-complaints mechanism"
    removed = "Complaint regarding a decision to remove or disable access to or restrict visibility of information"
    for about in (every, removed):
        told = [appeals[about, scope] for scope in ("Total number", "Decisions reversed", "Median time")]
        assert told == ["1", "1", "1.50"]
        assert appeals[about, "Decisions upheld"] == "0"
    assert appeals["Complaint regarding a decision to suspend or terminate an account", "Total number"] == "0"
    machines = values(found["8_automated_means"])
    assert machines["Number of measures solely taken by automated means", "Total number"] == "0"
    assert machines["Number of measures not taken by automated means", "Total number"] == "2"
    assert machines["Number of notices not processed by automated means", "NAM Total"] == "3"


async def test_parts_add_up_to_their_wholes(scene: Scene) -> None:
    chosen = [
        ("SCAMS_AND_FRAUD", "PHISHING"), ("SCAMS_AND_FRAUD", ""), ("VIOLENCE", "COORDINATED_HARM"),
        ("SELF_HARM", "OTHER"),
    ]  # fmt: skip
    for number, (category, keyword) in enumerate(chosen):
        who = (scene.bob, scene.carol)[number % 2]
        await scene.notices(who, await scene.says(f"post {number}"), category=category, keyword=keyword)
    sheet = (await sheets(scene))["4_notices"]
    whole = parts = 0
    for one in [*sheet[1:], None]:
        if one is None or one["Category of illegal content"].startswith("STATEMENT_"):
            assert parts == whole or not whole, one
            whole, parts = int(one["Number of notices received"]) if one else 0, 0
        else:
            parts += int(one["Number of notices received"])
    named = [one for one in sheet if one["Category of illegal content"].startswith("STATEMENT_")]
    assert sum(int(one["Number of notices received"]) for one in named) == 4
    assert sheet[0]["Number of notices received"] == "4"


async def test_a_bot_that_was_stopped_is_a_service_that_ended(scene: Scene) -> None:
    made, dave = await makes(scene.alice, "trader_bot"), await scene.moderator("dave")
    await scene.does(decisions.decide, dave, ruling(Item("account", made.id), measure=Measure("stop_bot")))
    terms = (await sheets(scene))["6_own_initiative_TC"]
    assert row(terms, "TOTAL")["Provision of the service Termination"] == "1"
    [record] = (await scene.stage.reads(lambda rx: yearly.batch(rx, 0, 2**40))).records
    assert yearly.faults(record) == []
    assert record["decision_provision"] == "DECISION_PROVISION_TOTAL_TERMINATION"


async def test_records_for_the_database_are_whole_and_name_nobody(scene: Scene) -> None:
    dave = await scene.moderator("dave")
    named = f.channels.UpdateUsername(channel=scene.room.to(scene.alice), username="quay_news")
    await scene.alice.calls(named)
    post = await scene.says("buy this")
    [case] = (await scene.notices(scene.bob, post)).cases
    shown = Item("message", scene.room.marked, post)
    await scene.does(cases.decide, dave, case, ruling(shown, ground=LAW, **DRUGS))
    room = Item("room", scene.room.marked)
    until = int(scene.stage.clock.now()) + 7 * 86_400
    await scene.does(decisions.decide, dave, ruling(room, measure=Measure("hide", ("FR", "CH"), until)))
    await scene.does(decisions.decide, dave, ruling(room, measure=Measure("label", ("CH",), detail="Careful")))

    def whispers(tx: Tx) -> int:
        sent = messages.post_in_box(tx, PeerId(scene.bob.id), PeerId(scene.carol.id), Text("between us"))
        assert sent.message is not None
        return sent.message.id

    private = await scene.stage.writes(whispers)
    await scene.does(decisions.decide, dave, ruling(Item("message", scene.carol.id, private)))
    page = await scene.stage.reads(lambda rx: yearly.batch(rx, 0, 2**40))
    assert page.after is None
    record, gone = page.records
    assert yearly.faults(record) == yearly.faults(gone) == []
    assert gone["territorial_scope"] == ["FR"]
    assert gone["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_DISABLED"]
    assert gone["end_date_visibility_restriction"] == str(datetime.fromtimestamp(until, UTC).date())
    assert (gone["content_type"], gone["content_type_other"]) == (["CONTENT_TYPE_OTHER"], "A room with its messages")
    made = str(datetime.fromtimestamp(scene.stage.clock.now(), UTC).date())
    puid = record.pop("puid")
    assert re.fullmatch("[0-9a-f]{40}", puid)
    assert record == {
        "category": "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
        "category_specification": ["KEYWORD_PROHIBITED_PRODUCTS"],
        "content_type": ["CONTENT_TYPE_TEXT"], "content_date": made, "application_date": made,
        "territorial_scope": record["territorial_scope"],
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_facts": "The post offers something for sale.",
        "source_type": "SOURCE_ARTICLE_16", "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "illegal_content_legal_ground": "code pénal 222-37", "illegal_content_explanation": "The post offers drugs.",
    }  # fmt: skip
    assert len(record["territorial_scope"]) == 30


@pytest.mark.parametrize(("change", "said"), [
    ({"puid": "user 1"}, "puid has other characters than letters, digits, - and _"),
    ({"decision_visibility": None}, "no restriction is named"),
    ({"decision_visibility": ["REMOVED"]}, "decision_visibility has no value 'REMOVED'"),
    ({"category": "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE"},
     "category has no value 'STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE'"),
    ({"category_specification": ["KEYWORD_STALKING"]}, "category_specification has no value 'KEYWORD_STALKING'"),
    ({"content_type": ["CONTENT_TYPE_OTHER"]}, "content_type_other is missing"),
    ({"content_date": "1999-12-31"}, "content_date is no such date"),
    ({"application_date": "2039-01-01"}, "application_date is no such date"),
    ({"end_date_visibility_restriction": "soon"}, "end_date_visibility_restriction is no such date"),
    ({"territorial_scope": ["CH"]}, "territorial_scope has no value 'CH'"),
    ({"decision_facts": "x" * 5001}, "decision_facts is longer than 5000"),
    ({"decision_facts": ""}, "decision_facts is missing"),
    ({"illegal_content_explanation": ""}, "illegal_content_explanation is missing"),
    ({"decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT"}, "incompatible_content_ground is missing"),
    ({"source_type": "SOURCE_ORDER"}, "source_type has no value 'SOURCE_ORDER'"),
    ({"automated_detection": True}, "automated_detection has no value True"),
])  # fmt: skip
def test_what_the_database_refuses_is_said(change: dict[str, Any], said: str) -> None:
    good = {
        "puid": "a1", "category": "STATEMENT_CATEGORY_VIOLENCE", "content_type": ["CONTENT_TYPE_TEXT"],
        "content_date": "2025-06-15", "application_date": "2025-06-16", "territorial_scope": ["FR"],
        "decision_facts": "It threatens.", "source_type": "SOURCE_VOLUNTARY", "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED", "decision_visibility": [
            "DECISION_VISIBILITY_CONTENT_REMOVED"
        ],
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT", "illegal_content_legal_ground": "a law",
        "illegal_content_explanation": "why",
    }  # fmt: skip
    assert yearly.faults(good) == []
    assert said in yearly.faults(good | change)


async def test_commands_are_answered_and_refused(scene: Scene) -> None:
    hands = Hands(scene.stage.store, lambda n: b"x" * n, {})
    answer: Any = await hands.do({"act": "report_dsa", "year": 2025, "name": "a", "service": "b", "previous": ""})
    assert tuple(answer) == SHEETS
    for year in (2023, 2026):
        with pytest.raises(Invalid, match="report_year_invalid"):
            await hands.do({"act": "report_dsa", "year": year, "name": "a", "service": "b"})
    days = {"since": "2025-01-01", "until": "2025-12-31"}
    page: Any = await hands.do({"act": "export_statements", "after": [0, 0], **days})
    assert page == {"records": [], "after": None}


async def test_postgresql_answers_the_same_questions(postgres_dsn: str, tmp_path: Path) -> None:
    provider = yearly.Provider("Bob at the Quay", "Chappe", date(2025, 1, 15))
    async with raised(tmp_path, dsn=postgres_dsn) as stage:
        found = await stage.reads(lambda rx: yearly.report(rx, 2025, provider, {}))
        page = await stage.reads(lambda rx: yearly.batch(rx, 0, 2**40))
    assert row(read(found["4_notices"]), "TOTAL")["Number of notices received"] == "0"
    assert page.records == []
