"""Source: webauthn/7.1, webauthn/7.2

Operators with passkeys: made once, used from this origin alone, each challenge answered once.
"""

import html
import json
import re
from typing import Any

import httpx
import pytest
from tests.kit.authenticator import Authenticator
from tests.web.conftest import Opened

pytestmark = pytest.mark.slow

HERE = "http://localhost:8443"


def options(page: httpx.Response) -> dict[str, Any]:
    """What the page hands to the browser."""
    found = re.search(r'data-options="([^"]*)"', page.text)
    assert found, page.text
    given: dict[str, Any] = json.loads(html.unescape(found[1]))
    return given


async def makes_operator(alice: httpx.AsyncClient, token: str, key: Authenticator) -> httpx.Response:
    """The link's page is answered with a passkey."""
    given = options(await alice.get(f"/operator/{token}"))
    return await alice.post(f"/operator/{token}", data={"name": "alice", "credential": key.makes(given)})


@pytest.mark.parametrize("origin", [HERE, "https://chat.example.org:8443", "https://localhost:8443"])
async def test_a_passkey_makes_an_operator_and_signs_in(opened: Opened, origin: str) -> None:
    async with opened() as pages, pages.visitor(origin) as alice, pages.visitor(origin) as again:
        token = await pages.desk.first_link()
        assert token
        key = Authenticator(origin)
        assert (await makes_operator(alice, token, key)).status_code == 200
        assert "Signed in as alice." in (await alice.get("/operator")).text
        given = options(await again.get("/operator"))
        assert given["userVerification"] == "required"
        answer = await again.post("/operator/sign-in", data={"credential": key.signs(given)})
        assert answer.status_code == 303
        assert "Signed in as alice." in (await again.get("/operator")).text


async def test_an_answer_counts_once_in_time_and_from_here(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as mallory:
        token = await pages.desk.first_link()
        assert token
        key = Authenticator(HERE)
        await makes_operator(alice, token, key)
        answer = key.signs(options(await mallory.get("/operator")))
        assert (await mallory.post("/operator/sign-in", data={"credential": answer})).status_code == 303
        assert (await mallory.post("/operator/sign-in", data={"credential": answer})).status_code == 403
        await mallory.post("/operator/sign-out")
        elsewhere = key.signs(options(await mallory.get("/operator")), origin="http://localhost:9999")
        assert (await mallory.post("/operator/sign-in", data={"credential": elsewhere})).status_code == 403


async def test_a_late_answer_and_a_strangers_key_are_refused(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as mallory:
        token = await pages.desk.first_link()
        assert token
        key = Authenticator(HERE)
        await makes_operator(alice, token, key)
        late = key.signs(options(await mallory.get("/operator")))
        pages.clock.moves(601)
        assert (await mallory.post("/operator/sign-in", data={"credential": late})).status_code == 403
        forged = Authenticator(HERE)
        strangers = forged.signs(options(await mallory.get("/operator")))
        assert (await mallory.post("/operator/sign-in", data={"credential": strangers})).status_code == 403
        forged.credential_id = key.credential_id
        wrong = forged.signs(options(await mallory.get("/operator")))
        assert (await mallory.post("/operator/sign-in", data={"credential": wrong})).status_code == 403


async def test_strangers_who_ask_keep_nobody_from_answering(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        token = await pages.desk.first_link()
        assert token
        key = Authenticator(HERE)
        await makes_operator(alice, token, key)
        await alice.post("/operator/sign-out")
        given = options(await alice.get("/operator"))
        for _ in range(5000):
            pages.desk.challenges.give()
        assert (await alice.post("/operator/sign-in", data={"credential": key.signs(given)})).status_code == 303


async def test_a_passkey_is_one_operators_only(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as bob:
        token = await pages.desk.first_link()
        assert token
        key = Authenticator(HERE)
        await makes_operator(alice, token, key)
        text = (await alice.post("/operator/links")).text
        found = re.search(r"/operator/([\w-]{40,})", text)
        assert found
        given = options(await bob.get(f"/operator/{found[1]}"))
        form = {"name": "bob", "credential": key.makes(given)}
        assert (await bob.post(f"/operator/{found[1]}", data=form)).status_code == 400


async def test_an_operator_adds_a_second_passkey(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as again:
        token = await pages.desk.first_link()
        assert token
        await makes_operator(alice, token, Authenticator(HERE))
        second = Authenticator(HERE)
        given = options(await alice.get("/operator"))
        assert (await alice.post("/operator/passkey", data={"credential": second.makes(given)})).status_code == 303
        answer = second.signs(options(await again.get("/operator")))
        assert (await again.post("/operator/sign-in", data={"credential": answer})).status_code == 303
