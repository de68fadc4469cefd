"""The first operator, sign-in, more operators, a lost key."""

import re
from typing import Any

import httpx
import pytest
from tests.kit.entries import entries
from tests.web.conftest import Opened, Pages

from chappe.domain import new_keys, operators
from chappe.store import Tx

PASSWORD = "correct horse battery"


async def enrol(visitor: httpx.AsyncClient, token: str, name: str, password: str = PASSWORD) -> httpx.Response:
    """The link's form is sent back with a password."""
    return await visitor.post(f"/operator/{token}", data={"name": name, "password": password})


async def first(pages: Pages, visitor: httpx.AsyncClient, name: str = "alice") -> list[str]:
    """The visitor is the first operator; the codes of the kit."""
    token = await pages.desk.first_link()
    assert token
    answer = await enrol(visitor, token, name)
    assert answer.status_code == 200
    return codes(answer.text)


def codes(text: str) -> list[str]:
    """The recovery codes on a page."""
    return re.findall(r"\b[A-Z2-7]{6}(?:-[A-Z2-7]{6}){3}\b", text)


def link(text: str) -> str:
    """The token of the link on a page."""
    found = re.search(r"/operator/([\w-]{40,})", text)
    assert found
    return found[1]


async def test_the_first_link_works_once_and_makes_the_first_operator(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as bob:
        token = await pages.desk.first_link()
        assert token
        page = await bob.get(f"/operator/{token}")
        assert page.status_code == 200
        assert "data-options" in page.text
        answer = await enrol(alice, token, "alice")
        assert len(codes(answer.text)) == 8
        assert "Signed in as alice." in (await alice.get("/operator")).text
        assert (await bob.get(f"/operator/{token}")).status_code == 404
        assert (await enrol(bob, token, "bob")).status_code == 404
        assert await pages.desk.first_link() is None


async def test_a_newer_first_link_replaces_the_older_and_both_end(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        older, newer = await pages.desk.first_link(), await pages.desk.first_link()
        assert (await alice.get(f"/operator/{older}")).status_code == 404
        assert (await alice.get(f"/operator/{newer}")).status_code == 200
        pages.clock.moves(8 * 86400)
        assert (await alice.get(f"/operator/{newer}")).status_code == 404


async def test_weak_passwords_and_empty_names_are_sent_back_and_the_link_lives(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        token = await pages.desk.first_link()
        assert token
        for name, password in (("alice", "short"), ("", PASSWORD), ("  ", PASSWORD), ("a" * 65, PASSWORD)):
            assert (await enrol(alice, token, name, password)).status_code == 400
        assert (await enrol(alice, token, "alice")).status_code == 200


async def test_no_passkey_is_offered_where_browsers_make_none(opened: Opened) -> None:
    async with opened() as pages:
        token = await pages.desk.first_link()
        async with pages.visitor("https://192.0.2.2:8443", "192.0.2.9") as alice:
            text = (await alice.get(f"/operator/{token}")).text
            assert "data-options" not in text
            assert "no passkeys here" in text


async def test_a_forged_passkey_is_refused(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        token = await pages.desk.first_link()
        for credential in ("{}", "[]", "x", '{"response": {"clientDataJSON": "e30"}}'):
            form = {"name": "alice", "credential": credential}
            answer = await alice.post(f"/operator/{token}", data=form)
            assert answer.status_code == 400
            answer = await alice.post("/operator/sign-in", data={"credential": credential})
            assert answer.status_code == 403


@pytest.mark.slow
async def test_sign_in_needs_the_password_and_waits_after_many_attempts(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as carol:
        await first(pages, alice)
        right = {"name": "alice", "password": PASSWORD}
        assert (await carol.post("/operator/sign-in", data=right)).status_code == 303
        assert "Signed in as alice." in (await carol.get("/operator")).text
        await carol.post("/operator/sign-out")
        assert "Operator sign-in" in (await carol.get("/operator")).text
        for _ in range(9):
            answer = await carol.post("/operator/sign-in", data={"name": "alice", "password": "wrong" * 4})
            assert answer.status_code == 403
        other = await carol.get("/operator/sign-in?lang=fr")
        assert other.headers["location"] == "/operator?lang=fr", "the page that said so is offered in another language"
        answer = await carol.post("/operator/sign-in", data=right)
        assert answer.status_code == 429
        pages.clock.moves(901)
        assert (await carol.post("/operator/sign-in", data=right)).status_code == 303


async def test_one_stranger_locks_nobody_out_and_wears_nobody_down(opened: Opened) -> None:
    def tries(tx: Tx, name: str, address: str) -> bool:
        return not operators.count_attempt(tx, "password", name, address)

    def act(tx: Tx) -> None:
        assert sum(tries(tx, "alice", "192.0.2.1") for _ in range(200)) == operators.ATTEMPTS
        assert sum(tries(tx, "alice", f"2001:db8::{no:x}") for no in range(200)) == operators.ATTEMPTS, "one network"
        assert tries(tx, "alice", "192.0.2.2"), "its owner is elsewhere"
        assert sum(tries(tx, f"n{no}", "192.0.2.3") for no in range(200)) == operators.ATTEMPTS_OF_PLACE
        assert sum(tries(tx, "bob 192.0.2.5", "192.0.2.4") for _ in range(20)) == operators.ATTEMPTS
        assert tries(tx, "bob", "192.0.2.5"), "a name with an address in it is another"

    async with opened() as pages:
        await pages.store.write(act)


async def test_a_name_nobody_has_answers_like_a_wrong_password(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as carol:
        await first(pages, alice)
        answers = [
            await carol.post("/operator/sign-in", data={"name": name, "password": "wrong" * 4})
            for name in ("alice", "nobody")
        ]
        assert answers[0].status_code == answers[1].status_code == 403
        plain = [re.sub(r"data-options='?\"?[^>]*", "", answer.text) for answer in answers]
        assert plain[0] == plain[1]


async def test_the_session_ends_by_itself(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        await first(pages, alice)
        pages.clock.moves(12 * 3600 + 1)
        assert "Operator sign-in" in (await alice.get("/operator")).text


async def test_an_owner_adds_operators_and_they_may_not(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as bob:
        await first(pages, alice)
        token = link((await alice.post("/operator/links")).text)
        assert (await enrol(bob, token, "alice")).status_code == 400
        assert (await enrol(bob, token, "bob")).status_code == 200
        text = (await bob.get("/operator")).text
        assert "alice" in text
        assert "Make a link" not in text
        assert (await bob.post("/operator/links")).status_code == 400


async def test_a_code_of_the_kit_gives_a_new_key_once(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as later:
        kit = await first(pages, alice)
        form = {"name": "alice", "code": kit[3].lower().replace("-", " ")}
        answer = await later.post("/operator/recover", data=form)
        assert answer.status_code == 303
        token = link(answer.headers["location"])
        new = await enrol(later, token, "", "another long password")
        assert new.status_code == 200
        assert set(codes(new.text)).isdisjoint(kit)
        assert "Operator sign-in" in (await alice.get("/operator")).text
        for code in kit:
            answer = await later.post("/operator/recover", data={"name": "alice", "code": code})
            assert answer.status_code == 403
        old = {"name": "alice", "password": PASSWORD}
        assert (await alice.post("/operator/sign-in", data=old)).status_code == 403


async def test_two_others_replace_a_lost_key_and_one_cannot(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as bob, pages.visitor() as carol:
        await first(pages, alice)
        people: list[tuple[str, Any]] = [("bob", bob), ("carol", carol)]
        for name, visitor in people:
            token = link((await alice.post("/operator/links")).text)
            await enrol(visitor, token, name)
        carols = {"operator": "3"}
        for _ in range(2):
            once = await alice.post("/operator/new-key", data=carols)
            assert "One more operator" in once.text
        assert (await carol.post("/operator/new-key", data=carols)).status_code == 400
        token = link((await bob.post("/operator/new-key", data=carols)).text)
        async with pages.visitor() as again:
            early = await again.get(f"/operator/{token}")
            assert early.status_code == 403 and "This link opens on 20" in early.text
            assert (await enrol(again, token, "", "another long password")).status_code == 403
            assert "Signed in as carol." in (await carol.get("/operator")).text, "nothing has changed for her yet"
            assert "A new key in your name" in (await carol.get("/operator")).text
            assert "A new key can be made from" in (await bob.get("/operator")).text
            pages.clock.moves(new_keys.WAIT_S)
            assert "A new key for carol" in (await again.get(f"/operator/{token}")).text
            assert (await enrol(again, token, "", "another long password")).status_code == 200
            assert "Signed in as carol." in (await again.get("/operator")).text
        old = {"name": "carol", "password": PASSWORD}
        assert (await carol.post("/operator/sign-in", data=old)).status_code == 403


async def test_whose_key_is_not_lost_refuses_the_new_one(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as bob, pages.visitor() as carol:
        await first(pages, alice)
        for name, visitor in (("bob", bob), ("carol", carol)):
            await enrol(visitor, link((await alice.post("/operator/links")).text), name)
        for refuses in (carol, alice):
            await alice.post("/operator/new-key", data={"operator": "3"})
            token = link((await bob.post("/operator/new-key", data={"operator": "3"})).text)
            assert (await bob.post("/operator/new-key/refusal", data={"operator": "3"})).status_code == 400
            assert "That link opens nothing" in (
                await refuses.post("/operator/new-key/refusal", data={"operator": "3"})
            ).text
            assert (await refuses.post("/operator/new-key/refusal", data={"operator": "3"})).status_code == 400
            assert (await bob.get(f"/operator/{token}")).status_code == 404
        assert "A new key in your name" not in (await carol.get("/operator")).text
        assert await pages.store.read(entries("operator_key_refused")) == [
            ("operator_key_refused", "operator:3", "operator:3"), ("operator_key_refused", "operator:1", "operator:3"),
        ]  # fmt: skip


async def test_nobody_replaces_an_owners_key_without_another_owner(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as bob, pages.visitor() as carol:
        await first(pages, alice)
        for name, visitor in (("bob", bob), ("carol", carol)):
            await enrol(visitor, link((await alice.post("/operator/links")).text), name)
        for visitor in (bob, carol, bob):
            said = (await visitor.post("/operator/new-key", data={"operator": "1"})).text
            assert "another owner must be among them" in said
            assert not re.search(r"/operator/[\w-]{40,}", said), "two operators together are no owner"
        assert "Signed in as alice." in (await alice.get("/operator")).text
        await pages.store.write(lambda tx: operators.raise_to_owner(tx, 1, 3))
        token = link((await carol.post("/operator/new-key", data={"operator": "1"})).text)
        pages.clock.moves(new_keys.WAIT_S)
        async with pages.visitor() as again:
            assert "A new key for alice" in (await again.get(f"/operator/{token}")).text
            assert (await enrol(again, token, "", "another long password")).status_code == 200
        written = await pages.store.read(
            lambda rx: rx.all("SELECT kind, actor FROM journal WHERE subject = 'operator:1' ORDER BY no")
        )
        words = [actor for kind, actor in written if kind == "operator_key_approved"]
        assert words == ["operator:2", "operator:3", "operator:2", "operator:3"], "who said yes is known"


async def test_operators_are_led_to_the_console(opened: Opened) -> None:
    async with opened(console_port=8444) as pages, pages.visitor() as alice:
        await first(pages, alice)
        assert 'href="http://localhost:8444/"' in (await alice.get("/operator")).text
    async with opened() as pages, pages.visitor() as alice:
        await alice.post("/operator/sign-in", data={"name": "alice", "password": PASSWORD})
        assert "8444" not in (await alice.get("/operator")).text
