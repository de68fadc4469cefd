"""Source: dsa/22, rfc/9457, openapi/3.1. Programs of trusted flaggers give notice; every answer is as documented."""

import json
from typing import Any

import httpx
import jsonschema
import pytest
from jsonschema import Draft202012Validator
from tests.kit.moderation import ruling
from tests.kit.stage import Person
from tests.web.notifying import BASE, desk, moderator
from tests.web.press import Hall, Press, alice, bob, press

from chappe.base import Conflict, Invalid, NotAllowed, NotFound
from chappe.domain import operators
from chappe.domain.access import Moderator
from chappe.domain.rulings import Item
from chappe.safety import cases, complaints, flaggers, notices, queues
from chappe.safety.flaggers import Flagger
from chappe.safety.telling import Telling
from chappe.store import Tx

__all__ = ["alice", "bob", "press"]
API = "/api/flaggers/v1"
KEY = "chf_a-fresh-and-unguessable-key"
FIELD = ("UNSAFE_AND_PROHIBITED_PRODUCTS", "SCAMS_AND_FRAUD")
WHY = "The channel sells drugs by post; see the price list."


class Program:
    """A flagger's program; every answer is compared with the document."""

    def __init__(self, visitor: httpx.AsyncClient, key: str = KEY) -> None:
        self.visitor = visitor
        self.key = key
        self.document: dict[str, Any] = {}

    async def asks(
        self, method: str, path: str, status: int, body: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> Any:
        """The answer's JSON, which has this status and is what the document promises."""
        if not self.document:
            self.document = (await self.visitor.get(f"{API}/openapi.json")).json()
        sent = {"authorization": f"Bearer {self.key}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        content = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        if content is not None:
            sent.setdefault("content-type", "application/json")
        answer = await self.visitor.request(method, f"{API}{path}", content=content, headers=sent)
        assert answer.status_code == status, answer.text
        said = answer.json()
        self.compares(method, path, answer, said)
        return said

    def compares(self, method: str, path: str, answer: httpx.Response, said: Any) -> None:
        place = "/notices/{id}" if path.startswith("/notices/") else path.partition("?")[0]
        described = self.document["paths"].get(place, {}).get(method.lower())
        kind = answer.headers["content-type"]
        if described is None:
            assert kind == "application/problem+json" and answer.status_code in (404, 405)
            schema = {"$ref": "#/components/schemas/Problem"}
        else:
            promised = described["responses"][str(answer.status_code)]
            if "$ref" in promised:
                promised = self.document["components"]["responses"][promised["$ref"].rpartition("/")[2]]
            assert list(promised["content"]) == [kind]
            schema = promised["content"][kind]["schema"]
            for header in promised.get("headers", {}):
                assert header.lower() in answer.headers, header
        whole = {"components": self.document["components"], **schema, "unevaluatedProperties": False}
        jsonschema.validate(said, whole, Draft202012Validator)
        if kind == "application/problem+json":
            assert said["status"] == answer.status_code and said["type"].startswith("urn:chappe:problem:")

    async def notifies(self, *locations: str, status: int = 201, key: str = "", **fields: Any) -> Any:
        """A notice is given."""
        body = {
            "category": FIELD[0], "keyword": "PROHIBITED_PRODUCTS", "explanation": WHY, "good_faith": True,
            "items": [{"location": one} for one in locations],
        }  # fmt: skip
        key = key or "".join(locations)[:99]
        return await self.asks("POST", "/notices", status, body | fields, idempotency_key=key)


@pytest.fixture
async def news(press: Press, alice: Person) -> Hall:
    """A public channel."""
    return await press.channel(alice, "the_news")


@pytest.fixture
async def lead(press: Press) -> Moderator:
    """Who makes flaggers known."""
    return await moderator(press, "lead")


async def known(press: Press, lead: Moderator, key: str = KEY, name: str = "Help Line", **more: Any) -> Flagger:
    def act(tx: Tx) -> Flagger:
        made = flaggers.make(tx, lead, name, "desk@help.example", "FR", FIELD, **more)
        flaggers.add_key(tx, lead, made.flagger_id, "first", key)
        return made

    return await press.stage.writes(act)


async def test_a_notice_of_many_items_is_given_followed_and_decided(
    press: Press, alice: Person, news: Hall, lead: Moderator
) -> None:
    await known(press, lead)
    post = await news.says(alice, "cheap weapons here")
    program = Program(press.visitor())
    given = await program.notifies(
        f"{BASE}/@the_news/{post.id}", f"{BASE}/@the_news", f"{BASE}/@somebody", reference="2026-17", language="fr"
    )
    assert (given["reference"], given["state"], len(given["items"])) == ("2026-17", "received", 3)
    assert "outcome" not in given and given["page"].startswith(f"{BASE}/notice/")
    flagged = await press.stage.reads(lambda rx: queues.page(rx, lead, queues.Search(flagged=True)))
    [case] = [case for case in flagged.cases if case.author_id == alice.id]
    assert case.source == "trusted_flagger" and case.flagged
    assert {one.case_id: bool(one.known_at) for one in flagged.cases} == {case.case_id: True, 3 - case.case_id: False}

    def act(tx: Tx) -> None:
        for one in queues.page(tx, lead, queues.Search()).cases:
            cases.claim(tx, lead, one.case_id)
            if one.author_id == alice.id:
                cases.decide(tx, lead, one.case_id, ruling(Item("message", news.marked, post.id)))
            else:
                cases.dismiss(tx, lead, one.case_id, "gone", "")

    await press.stage.writes(act)
    while await Telling(desk(press)).step(press.stage.store):
        pass
    shown = await program.asks("GET", f"/notices/{given['id']}", 200)
    assert shown["state"] == "decided" and shown["outcome"] == "partly" and shown["decided"].endswith("Z")
    assert [one["outcome"] for one in shown["items"]] == ["acted", "refused", "gone"], "the channel stays"
    assert [one["location"] for one in shown["items"]][2] == f"{BASE}/@somebody"
    page = (await press.visitor().get(given["page"].removeprefix(BASE))).text
    assert "We acted on part of it." in page
    filed = await press.stage.writes(lambda tx: complaints.file_about_notice(tx, given["page"][-32:], "The rest?"))
    assert filed.about == "flagger_notice" and filed.complainant == "flagger:1"


async def test_a_repeated_request_is_one_notice(press: Press, alice: Person, news: Hall, lead: Moderator) -> None:
    await known(press, lead)
    post = await news.says(alice, "cheap weapons here")
    program = Program(press.visitor())
    first = await program.notifies(f"{BASE}/@the_news/{post.id}", key="one")
    await press.stage.writes(lambda tx: cases.claim(tx, lead, 1))
    await press.stage.writes(lambda tx: cases.decide(tx, lead, 1, ruling(Item("message", news.marked, post.id))))
    again = await program.notifies(f"{BASE}/@the_news/{post.id}", key="one", status=200)
    assert again["id"] == first["id"] and again["page"] == first["page"]
    other = await program.notifies(f"{BASE}/@the_news", key="one", status=422)
    assert other["type"] == "urn:chappe:problem:idempotency"
    assert len(await press.stage.reads(lambda rx: notices.between(rx, 0, 2**40))) == 1
    async with press.visitor() as elsewhere:
        await known(press, lead, "chf_other-key", "Other")
        assert (await Program(elsewhere, "chf_other-key").notifies(f"{BASE}/@the_news", key="one"))["id"] == 2


async def test_flaggers_see_their_own_notices_alone(press: Press, news: Hall, lead: Moderator) -> None:
    await known(press, lead)
    await known(press, lead, "chf_other-key", "Other")
    mine, theirs = Program(press.visitor()), Program(press.visitor(), "chf_other-key")
    given = [await mine.notifies(f"{BASE}/@the_news", key=f"k{n}") for n in range(3)]
    listed = await mine.asks("GET", "/notices", 200)
    assert [one["id"] for one in listed["notices"]] == [3, 2, 1] and listed["before"] is None
    assert [one["id"] for one in (await mine.asks("GET", "/notices?before=3", 200))["notices"]] == [2, 1]
    assert (await theirs.asks("GET", "/notices", 200))["notices"] == []
    for number in (given[0]["id"], 999, 0, "x", "%00", "9" * 40):
        said = await theirs.asks("GET", f"/notices/{number}", 404)
        assert said["type"] == "urn:chappe:problem:unknown"
    me = await mine.asks("GET", "/flagger", 200)
    assert me == {"name": "Help Line", "country": "FR", "categories": sorted(FIELD), "until": None}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"explanation": "short"}, "#/explanation"),
        ({"explanation": "W" * 10_000}, "#/explanation"),
        ({"items": []}, "#/items"),
        ({"items": [{"location": f"{BASE}/@the_news"}] * 101}, "#/items"),
        ({"items": [{"location": f"{BASE}/@the_news"}, {"location": "https://else.example/x"}]}, "#/items/1/location"),
        ({"items": [{"location": f"{BASE}/@the_news/99999"}]}, "#/items/0/location"),
        ({"items": [{"location": ""}]}, "#/items/"),
        ({"items": [{"address": "x"}]}, "#/items/"),
        ({"items": "x"}, "#/items"),
        ({"good_faith": False}, "#/good_faith"),
        ({"keyword": "PHISHING"}, "#/keyword"),
        ({"keyword": 5}, "#/keyword"),
        ({"language": "xx"}, "#/language"),
        ({"unheard_of": 1}, "#"),
        ({"reference": "r" * 121}, "#/reference"),
    ],
)
async def test_what_is_wrong_is_pointed_at(
    press: Press, news: Hall, lead: Moderator, fields: dict[str, Any], pointer: str
) -> None:
    await known(press, lead)
    said = await Program(press.visitor()).notifies(f"{BASE}/@the_news", status=422, **fields)
    assert said["type"] == "urn:chappe:problem:invalid"
    assert said["errors"][0]["pointer"].startswith(pointer), said
    assert await press.stage.reads(lambda rx: notices.between(rx, 0, 2**40)) == []


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b"", "application/json", 422),
        (b"{", "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b"null", "application/json", 422),
        (b"{}", "text/plain", 415),
        (b"category=x", "application/x-www-form-urlencoded", 415),
    ],
)
async def test_bodies_that_are_none(
    press: Press, lead: Moderator, raw: bytes, kind: str, status: int
) -> None:
    await known(press, lead)
    program = Program(press.visitor())
    await program.asks("POST", "/notices", status, raw=raw, content_type=kind, idempotency_key="x")


async def test_a_body_without_end_is_a_problem_too(press: Press, lead: Moderator) -> None:
    await known(press, lead)
    program = Program(press.visitor())
    said = await program.asks("POST", "/notices", 413, raw=b" " * (2**20 + 1), idempotency_key="x")
    assert said["type"] == "urn:chappe:problem:large"


async def test_other_refusals_are_problems_too(press: Press, news: Hall, lead: Moderator) -> None:
    await known(press, lead)
    program = Program(press.visitor())
    said = await program.notifies(f"{BASE}/@the_news", status=403, category="ANIMAL_WELFARE", keyword="")
    assert said["type"] == "urn:chappe:problem:category"
    body = {"category": FIELD[0], "explanation": WHY, "good_faith": True, "items": [{"location": f"{BASE}/@the_news"}]}
    for key in ("", "x" * 129, "with space"):
        assert "Idempotency-Key" in (await program.asks("POST", "/notices", 422, body, idempotency_key=key))["detail"]
    assert (await program.asks("GET", "/notices?before=x", 422))["errors"]
    assert (await program.asks("GET", "/nothing", 404))["type"] == "urn:chappe:problem:address"
    assert (await program.asks("DELETE", "/notices", 405))["type"] == "urn:chappe:problem:method"
    assert (await program.asks("POST", "/flagger", 405))["type"] == "urn:chappe:problem:method"


async def test_keys_that_work_no_more_and_those_that_never_did(press: Press, lead: Moderator) -> None:
    made = await known(press, lead)
    program = Program(press.visitor())
    await program.asks("GET", "/flagger", 200)
    for wrong in ("", "chf_guessed", KEY + "x", "x" * 5000, "%00"):
        assert (await Program(press.visitor(), wrong).asks("GET", "/flagger", 401))["type"] == "urn:chappe:problem:key"
    for header in ({}, {"authorization": KEY}, {"authorization": f"Basic {KEY}"}, {"authorization": "Bearer"}):
        answer = await press.visitor().get(f"{API}/flagger", headers=header)
        assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    [key] = await press.stage.reads(lambda rx: flaggers.keys_of(rx, lead, made.flagger_id))
    assert key.used and not key.revoked
    await press.stage.writes(lambda tx: flaggers.revoke_key(tx, lead, key.key_id))
    await program.asks("GET", "/flagger", 401)
    await press.stage.writes(lambda tx: flaggers.add_key(tx, lead, made.flagger_id, "next", "chf_next"))
    program.key = "chf_next"
    await program.asks("GET", "/flagger", 200)
    await press.stage.writes(lambda tx: flaggers.end(tx, lead, made.flagger_id))
    await program.asks("GET", "/flagger", 401)
    rows = await press.stage.reads(lambda rx: rx.all("SELECT * FROM flagger_keys"))
    assert all(KEY.encode() not in bytes(v) if isinstance(v, bytes) else v != KEY for row in rows for v in row)


async def test_trust_ends_on_its_day(press: Press, lead: Moderator) -> None:
    await known(press, lead, until=int(press.stage.clock.now()) + 3600)
    program = Program(press.visitor())
    assert (await program.asks("GET", "/flagger", 200))["until"]
    press.stage.clock.moves(3601)
    await program.asks("GET", "/flagger", 401)


async def test_guessing_keys_has_an_end(press: Press, lead: Moderator) -> None:
    await known(press, lead)
    stranger = Program(press.visitor(), "chf_guessed")
    for _ in range(flaggers.WRONG.most):
        await stranger.asks("GET", "/flagger", 401)
    said = await stranger.asks("GET", "/flagger", 429)
    assert said["wait_s"] > 0
    await Program(press.visitor()).asks("GET", "/flagger", 200)


async def test_who_makes_flaggers_is_checked_by_direct_call(press: Press, lead: Moderator) -> None:
    clerk = await moderator(press, "clerk", (operators.MODERATOR,))
    made = await known(press, lead)
    refused = (
        lambda tx: flaggers.make(tx, clerk, "X", "x@example.org", "FR", FIELD),
        lambda tx: flaggers.end(tx, clerk, made.flagger_id),
        lambda tx: flaggers.add_key(tx, clerk, made.flagger_id, "k", "chf_x"),
        lambda tx: flaggers.revoke_key(tx, clerk, 1),
        lambda tx: flaggers.everyone(tx, clerk),
        lambda tx: flaggers.keys_of(tx, clerk, made.flagger_id),
    )
    for act in refused:
        with pytest.raises(NotAllowed, match="operator_role_needed"):
            await press.stage.writes(act)
    for wrong in (("", "x@e.example", "FR", FIELD), ("X", "nowhere", "FR", FIELD), ("X", "x@e.example", "fr", FIELD),
                  ("X", "x@e.example", "FR", ()), ("X", "x@e.example", "FR", ("NONSENSE",))):  # fmt: skip
        with pytest.raises(Invalid, match="operator_flagger_invalid"):
            await press.stage.writes(lambda tx, w=wrong: flaggers.make(tx, lead, *w))
    with pytest.raises(NotFound):
        await press.stage.writes(lambda tx: flaggers.revoke_key(tx, lead, 99))
    await press.stage.writes(lambda tx: flaggers.end(tx, lead, made.flagger_id))
    with pytest.raises(Conflict, match="operator_flagger_ended"):
        await press.stage.writes(lambda tx: flaggers.add_key(tx, lead, made.flagger_id, "k", "chf_x"))
    kinds = await press.stage.reads(lambda rx: rx.all("SELECT kind FROM journal ORDER BY no"))
    seen = [kind for (kind,) in kinds if kind.startswith("flagger")]
    assert seen == ["flagger_made", "flagger_key_made", "flagger_ended"]


async def test_the_document_is_whole(press: Press) -> None:
    document = (await press.visitor().get(f"{API}/openapi.json")).json()
    assert document["openapi"] == "3.1.0" and document["servers"] == [{"url": f"{BASE}{API}"}]
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    text = json.dumps(document)
    for word in set(text.split('"#/')[1:]):
        place: Any = document
        for part in word.partition('"')[0].split("/"):
            place = place[part]
        assert place
