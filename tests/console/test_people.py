"""People, roles and tokens, on the pages and through the API."""

import json
import re
from typing import Any

import pytest
from tests.console.conftest import Desk

from chappe.console.api import document
from chappe.console.pages import deeds
from chappe.domain import operators
from chappe.web.language import load_texts


async def test_an_owner_gives_roles_and_others_see_them(desk: Desk) -> None:
    alice = await desk.at_work("alice", rank="owner")
    bob = await desk.at_work("bob")
    assert 'action="/do/set_roles"' not in (await bob.get("/people")).text
    page = (await alice.get("/people")).text
    assert page.count('action="/do/set_roles"') == 3
    form = {"operator_id": "3", "roles": ["appeals", "triage"], "back": "/people"}
    answer = await alice.post("/do/set_roles", data=form)
    assert answer.headers["location"] == "/people?said=set_roles"
    assert "The roles are changed." in (await alice.get("/people?said=set_roles")).text
    assert (await desk.store.read(lambda rx: operators.require(rx, 3))).roles == ("appeals", "triage")
    assert "Appeals, Triage" in (await bob.get("/people")).text
    refused = await bob.post("/do/set_roles", data=form)
    assert refused.headers["location"] == "/people?refusal=operator_not_owner"
    assert "Only an owner may do that." in (await bob.get("/people?refusal=operator_not_owner")).text


async def test_a_link_brings_somebody_with_roles(desk: Desk) -> None:
    alice = await desk.at_work("alice", rank="owner")
    page = (await alice.post("/people", data={"roles": ["moderator"]})).text
    token = re.search(r"https://chat\.example\.org:8443/operator/([\w-]{43})", page)[1]  # type: ignore[index]
    link = await desk.store.read(lambda rx: operators.look(rx, token.encode(), int(desk.clock.now())))
    assert link.roles == ("moderator",)
    bob = await desk.at_work("bob")
    assert (await bob.post("/people", data={"roles": ["moderator"]})).status_code == 403


async def test_a_token_is_shown_once_and_ends_when_one_says_so(desk: Desk) -> None:
    bob = await desk.at_work("bob", "triage")
    page = (await bob.post("/tokens", data={"name": "<b>figures</b>", "days": "30"})).text
    token = re.search(r'<p class="mono">([\w-]{43})</p>', page)[1]  # type: ignore[index]
    assert "&lt;b&gt;figures" in page and "<b>figures" not in page
    assert token not in (await bob.get("/tokens")).text
    async with desk.visitor(authorization=f"Bearer {token}") as program:
        told = (await program.get("/api/me")).json()
        assert (told["name"], told["roles"], told["may"]) == ("bob", ["triage"], ["triage"])
        (line,) = (await program.get("/api/tokens")).json()["tokens"]
        assert line["used"] and "token" not in line
        ended = await bob.post("/do/end_token", data={"token_id": str(line["token_id"])})
        assert ended.headers["location"] == "/tokens?said=end_token"
        assert (await program.get("/api/me")).status_code == 401


async def test_the_api_does_what_the_pages_do_and_refuses_alike(desk: Desk) -> None:
    alice = await desk.program("alice", rank="owner")
    bob = await desk.program("bob")
    assert (await alice.post("/api/operators/3/roles", json={"roles": ["lead"]})).json()["roles"] == ["lead"]
    found = (await bob.get("/api/operators")).json()["operators"]
    assert [(one["name"], one["rank"], one["roles"]) for one in found] == [
        ("owner", "owner", []), ("alice", "owner", []), ("bob", "operator", ["lead"]),
    ]  # fmt: skip
    refused = await bob.post("/api/operators/3/roles", json={"roles": ["appeals"]})
    assert (refused.status_code, refused.json()["error"]) == (403, "operator_not_owner")
    unknown = await alice.post("/api/operators/9/roles", json={"roles": []})
    assert (unknown.status_code, unknown.json()["error"]) == (404, "operator_unknown")


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"roles": 1}', b'{"roles": ["x", 2]}', b"\xff", b"null"])
async def test_what_is_not_understood_is_refused_with_the_reason(desk: Desk, body: bytes) -> None:
    alice = await desk.program("alice", rank="owner")
    answer = await alice.post("/api/operators/2/roles", content=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "asked_wrongly")
    assert answer.json()["what"]
    assert (await alice.post("/api/operators/x/roles", json={"roles": []})).status_code == 400


async def test_the_document_says_every_deed_and_what_it_takes(desk: Desk) -> None:
    async with desk.visitor() as stranger:
        told: dict[str, Any] = (await stranger.get("/api/openapi.json")).json()
    assert told == json.loads(json.dumps(document(deeds()))) and told["openapi"] == "3.1.0"
    said = {(path, way): one for path, ways in told["paths"].items() for way, one in ways.items()}
    assert said.keys() == {(one.path, one.method.lower()) for one in deeds()}
    for (path, _), one in said.items():
        in_path = {part["name"] for part in one["parameters"] if part["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path)), path
        assert one["summary"] and one["responses"]["200"]
    refs = set(re.findall(r"#/components/schemas/(\w+)", str(told)))
    assert refs <= told["components"]["schemas"].keys()


def test_both_languages_say_everything() -> None:
    english, french = (load_texts(("chappe.web", "chappe.console"))[code].all for code in ("en", "fr"))
    assert english.keys() == french.keys()
    for key, text in english.items():
        assert re.findall(r"{\w+}", text) == re.findall(r"{\w+}", french[key]), key


async def test_pages_are_in_french_for_who_reads_french(desk: Desk) -> None:
    bob = await desk.at_work("bob", rank="owner", language="fr")
    page = (await bob.get("/people")).text
    assert "Personnes et rôles" in page and "Protection de l&#39;enfance" in page and "People" not in page
