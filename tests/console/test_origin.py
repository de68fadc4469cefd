"""The console's origin: who gets in, what ends a session, and what comes from elsewhere.

Source: rfc/6454, webauthn/7.2
"""

import json
import re
from collections.abc import AsyncIterator

import pytest
from tests.console.conftest import PASSWORD, Desk
from tests.kit.authenticator import Authenticator

from chappe.console.deeds import Deed
from chappe.console.pages import deeds
from chappe.domain import operators
from chappe.domain.webauthn import Passkey

SCREENS = ["/people", "/tokens"]


async def test_nobody_sees_anything_before_signing_in(desk: Desk) -> None:
    async with desk.visitor() as stranger:
        for path in SCREENS:
            answer = await stranger.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?to=%2F{path[1:]}")
        answer = await stranger.post("/do/set_roles", data={"operator_id": "1", "roles": "lead"})
        assert answer.headers["location"].startswith("/sign-in")


async def test_a_password_opens_the_console_and_leads_where_one_was_going(desk: Desk) -> None:
    await desk.operator("bob")
    async with desk.visitor() as bob:
        wrong = await bob.post("/sign-in", data={"name": "bob", "password": "wrong"})
        assert wrong.status_code == 403 and "set-cookie" not in wrong.headers
        right = await bob.post("/sign-in?to=/people", data={"name": "bob", "password": PASSWORD})
        assert right.headers["location"] == "/people"
        cookie = right.headers["set-cookie"].lower()
        assert cookie.startswith("chappe_console=") and "httponly" in cookie and "samesite=strict" in cookie
        assert "Signed in as bob." in (await bob.get("/people")).text
        assert (await bob.post("/sign-out")).headers["location"] == "/sign-in"
        assert (await bob.get("/people")).status_code == 303


@pytest.mark.parametrize("to", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\nb"])
async def test_sign_in_leads_nowhere_else(desk: Desk, to: str) -> None:
    await desk.operator("bob")
    async with desk.visitor() as bob:
        answer = await bob.post("/sign-in", params={"to": to}, data={"name": "bob", "password": PASSWORD})
        assert answer.headers["location"] == "/"


async def test_a_passkey_of_the_host_opens_the_console_on_its_port(desk: Desk) -> None:
    """A passkey is bound to the host, not to the port: the one made on the operators' page works here."""
    bob = await desk.operator("bob")
    key = Authenticator("http://localhost:8444")
    made = Passkey(key.credential_id, key.public_key(), 0)
    await desk.store.write(lambda tx: operators.add_passkey(tx, bob, made))
    async with desk.visitor() as visitor:
        page = (await visitor.get("/sign-in")).text
        options = json.loads(re.search(r'data-options="([^"]+)"', page)[1].replace("&#34;", '"'))  # type: ignore[index]
        assert options["rpId"] == "localhost"
        signed = key.signs(options)
        assert (await visitor.post("/sign-in", data={"credential": signed})).status_code == 303
        assert "Signed in as bob." in (await visitor.get("/people")).text
        replayed = await visitor.post("/sign-in", data={"credential": signed})
        assert replayed.status_code == 403


async def test_a_session_of_the_operators_page_is_none_here(desk: Desk) -> None:
    bob = await desk.operator("bob")
    await desk.store.write(lambda tx: operators.begin_session(tx, bob.operator_id, b"theirs"))
    async with desk.visitor() as visitor:
        visitor.cookies.set("chappe_console", "theirs")
        assert (await visitor.get("/people")).status_code == 303


async def test_a_session_ends_when_nobody_uses_it_and_after_half_a_day(desk: Desk) -> None:
    bob = await desk.at_work("bob")
    for _ in range(20):
        desk.clock.moves(1500)
        assert (await bob.get("/people")).status_code == 200
    desk.clock.moves(1801)
    assert (await bob.get("/people")).status_code == 303
    carol = await desk.at_work("carol")
    for _ in range(28):
        desk.clock.moves(1500)
        assert (await carol.get("/people")).status_code == 200
    desk.clock.moves(1500)
    assert (await carol.get("/people")).status_code == 303


async def test_a_body_without_a_length_or_an_end_is_refused(desk: Desk) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65_536

    form = {"content-type": "application/x-www-form-urlencoded"}
    async with desk.visitor() as mallory:
        assert (await mallory.post("/sign-in", content=pieces(), headers=form)).status_code == 413


async def test_forms_from_another_origin_do_nothing(desk: Desk) -> None:
    """The pages for everybody share the host, so its cookies come along: the port is what tells them apart."""
    owner = await desk.at_work("alice", rank="owner")
    form = {"operator_id": "2", "roles": "lead"}
    for origin in ("http://localhost:8443", "https://evil.example", "null"):
        assert (await owner.post("/do/set_roles", data=form, headers={"origin": origin})).status_code == 403
    del owner.headers["origin"]
    assert (await owner.post("/do/set_roles", data=form)).headers["location"].startswith("/sign-in")
    assert not (await desk.store.read(lambda rx: operators.require(rx, 2))).roles


async def test_what_the_pages_may_load_is_said_strictly(desk: Desk) -> None:
    bob = await desk.at_work("bob")
    for path in ("/sign-in", "/people", "/nothing", "/static/console.css"):
        answer = await bob.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "trusted-types 'none'" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        if path != "/static/console.css":
            assert not re.search(r"<script(?![^>]*src=)|<style|\son[a-z]+=|style=", answer.text)


@pytest.mark.parametrize("deed", deeds(), ids=lambda deed: deed.name)
async def test_no_deed_without_a_token(desk: Desk, deed: Deed) -> None:
    await desk.operator("bob")
    async with desk.visitor() as stranger:
        path = re.sub(r"{\w+}", "1", deed.path)
        for said in ("", "Bearer x", "Basic Ym9iOg==", "Bearer"):
            head = {"authorization": said} if said else {}
            answer = await stranger.request(deed.method, path, headers=head)
            assert (answer.status_code, answer.json()["error"]) == (401, "token_needed")
            assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_session_is_no_token(desk: Desk) -> None:
    bob = await desk.at_work("bob")
    assert (await bob.get("/api/me")).status_code == 401


async def test_parts_are_played_on_trial_alone(desk: Desk, trial: Desk) -> None:
    async with desk.visitor() as stranger:
        assert "Play a part" not in (await stranger.get("/sign-in")).text
        assert (await stranger.post("/play", data={"part": "lead"})).status_code == 404
    async with trial.visitor() as visitor:
        assert "Play a part" in (await visitor.get("/sign-in")).text
        assert (await visitor.post("/play", data={"part": "owner"})).status_code == 404
        assert (await visitor.post("/play", data={"part": "moderator"})).status_code == 303
        text = (await visitor.get("/people")).text
        assert "Trial mode" in text and "(trial) moderator" in text
        assert (await visitor.post("/play", data={"part": "appeals"})).status_code == 303
        assert "(trial) appeals</strong>" in (await visitor.get("/people")).text
        for path in (*SCREENS, "/nothing", "/sign-in"):
            assert "rial mode" in (await visitor.get(path)).text
