"""Source: requirements/sign-in-page. A person proves an account on our page, and only they are shown its code."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from tests.kit.authenticator import Authenticator
from tests.talk.test_password import padded, proof, secret_of
from tests.web.conftest import Opened, Pages

from chappe.base.ids import UserId
from chappe.domain import accounts, auth, authorizations, passkeys, passwords
from chappe.domain.authorizations import Authorization
from chappe.domain.passwords import P_BYTES, Password
from chappe.domain.webauthn import Passkey, unwritten, written
from chappe.store import Tx
from chappe.tl import types as t

HERE = "http://localhost:8443"
PHONE, NOBODYS = "88812345678", "88800000001"
SECRET = "correct horse"
DAY_S = 86_400


@dataclass
class Algo:
    salt1: bytes
    salt2: bytes
    g: int = 3
    p: bytes = P_BYTES


@dataclass
class Stated:
    current_algo: Algo
    srp_B: bytes
    srp_id: int


async def settles(pages: Pages, phone: str = PHONE, password: str = SECRET, username: str = "alice_888") -> UserId:
    """An account with an anonymous number and a password, and no device."""
    algo = Algo(bytes(40), bytes(16))
    verifier = padded(pow(3, secret_of(algo, password), passwords.P)) if password else b""

    def act(tx: Tx) -> UserId:
        user = accounts.create(tx, phone, "Alice", "")
        accounts.set_username(tx, user, username)
        if password:
            wrapper = pages.policy.wrapper
            passwords.set_password(tx, wrapper, user, Password(algo.salt1, algo.salt2, verifier))
        return user

    return await pages.store.write(act)


async def asks(pages: Pages, phone: str = PHONE, key: int = 7) -> auth.SentCode:
    """A client asks for a code."""
    code, phone_code_hash = auth.fresh(pages.entropy)
    ask = auth.Ask(phone, key, "192.0.2.1", code, phone_code_hash)
    return await pages.store.write(lambda tx: auth.send_code(tx, pages.policy, ask))


async def post(visitor: httpx.AsyncClient, door: str, **facts: Any) -> httpx.Response:
    return await visitor.post(f"/app/api/{door}", json=facts)


async def opens(visitor: httpx.AsyncClient, who: str) -> dict[str, Any]:
    answer = await post(visitor, "proof/challenge", who=who)
    assert answer.status_code == 200, answer.text
    given: dict[str, Any] = answer.json()
    return given


def stated(given: dict[str, Any]) -> Stated:
    """The challenge as clients hold it."""
    algo = Algo(unwritten(given["salt1"]), unwritten(given["salt2"]))
    return Stated(algo, unwritten(given["b"]), int(given["id"]))


async def gives(visitor: httpx.AsyncClient, who: str, password: str) -> httpx.Response:
    """The page's script answers with this password."""
    given = await opens(visitor, who)
    said: t.InputCheckPasswordSRP = await asyncio.to_thread(proof, stated(given), password)
    return await post(visitor, "proof/password", who=who, id=given["id"], a=written(said.A), m1=written(said.M1))


async def device(pages: Pages, user: UserId, key: int = 99) -> None:
    """The person is signed in somewhere else."""
    now = int(pages.clock.now())
    seen = Authorization(key, 5, 4, "Phone", "Android", "14", "1.0", "en", "192.0.2.9", now, now)
    await pages.store.write(lambda tx: authorizations.sign_in(tx, user, seen))


async def test_the_right_password_shows_the_code_once(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        await settles(pages)
        assert "/static/proof.js" in (await alice.get("/sign-in")).text
        sent = await asks(pages)
        assert (sent.channel, sent.next_channel) == ("page", "")
        proven = (await gives(alice, "+888 1234 5678", SECRET)).json()
        assert (proven["number"], proven["shown"]) == (PHONE, "+888 1234 5678")
        code = (await post(alice, "proof/code", ticket=proven["ticket"])).json()["code"]
        assert len(code) == 5 and code.isdecimal()
        assert (await post(alice, "proof/code", ticket=proven["ticket"])).status_code == 404
        # Who proves themselves again sees nothing either: that code was shown.
        again = (await gives(alice, "@Alice_888", SECRET)).json()
        assert (await post(alice, "proof/code", ticket=again["ticket"])).json() == {"code": None}
        claim = auth.Claim(PHONE, sent.phone_code_hash, 7)
        assert await pages.store.write(lambda tx: auth.check_code(tx, pages.policy, claim, code)) is None
        # A client that asks anew gets a code anew, which the waiting page then shows.
        await asks(pages, key=8)
        assert (await post(alice, "proof/code", ticket=again["ticket"])).json()["code"]


async def test_a_ticket_ends_and_none_can_be_made_up(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        await settles(pages)
        ticket = (await gives(alice, PHONE, SECRET)).json()["ticket"]
        assert (await post(alice, "proof/code", ticket=ticket)).json() == {"code": None}
        pages.clock.moves(601)
        await asks(pages)
        for wrong in (ticket, "made up"):
            assert (await post(alice, "proof/code", ticket=wrong)).status_code == 404


@pytest.mark.slow
async def test_nobody_answers_like_somebody(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as mallory:
        await settles(pages)
        await settles(pages, "88811111111", password="", username="bob_888")
        for who in (PHONE, NOBODYS, "alice_888", "nobody_888", "88811111111", "é", "'; --", "777000"):
            first, second = await opens(mallory, who), await opens(mallory, who)
            assert sorted(first) == ["b", "g", "id", "p", "salt1", "salt2"]
            assert (len(unwritten(first["salt1"])), len(unwritten(first["salt2"]))) == (40, 16)
            assert len(unwritten(first["b"])) == 256 and first["b"] != second["b"]
            assert (first["salt1"], first["salt2"]) == (second["salt1"], second["salt2"])
            refused = await gives(mallory, who, "wrong")
            assert (refused.status_code, refused.json()) == (403, {"error": "wrong"})
        # Asking for a code tells no more: the same kind, the same page, and nothing that could be typed in.
        assert (await asks(pages, PHONE, 1)).channel == (await asks(pages, NOBODYS, 2)).channel == "page"


@pytest.mark.slow
async def test_wrong_passwords_wait_longer_each_time_and_do_not_lock_others_out(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor(address="127.0.0.9") as mallory:
        await settles(pages)
        for who in (PHONE, NOBODYS):
            waits = []
            for _ in range(3):
                assert (await gives(mallory, who, "wrong")).status_code == 403
            for _ in range(4):
                late = await gives(mallory, who, SECRET)
                assert late.status_code == 429 and late.headers["retry-after"] == str(late.json()["wait_s"])
                waits.append(late.json()["wait_s"])
                pages.clock.moves(waits[-1])
                assert (await gives(mallory, who, "wrong")).status_code == 403
            assert waits == [5, 15, 45, 135]
        # The owner, somewhere else, need not wait; their right answer is forgotten at once.
        for _ in range(5):
            assert (await gives(alice, PHONE, SECRET)).status_code == 200


@pytest.mark.slow
async def test_waits_survive_a_restart_and_end_after_a_day(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as mallory:
        await settles(pages)
        for _ in range(3):
            await gives(mallory, PHONE, "wrong")
        later = pages.clock.now()
    async with opened() as pages, pages.visitor() as mallory:
        pages.clock.moves(later - pages.clock.now())
        assert (await gives(mallory, PHONE, SECRET)).status_code == 429
        pages.clock.moves(DAY_S)
        assert (await gives(mallory, PHONE, SECRET)).status_code == 200


async def test_an_answer_is_looked_at_once(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        await settles(pages)
        given = await opens(alice, PHONE)
        said = proof(stated(given), SECRET)
        facts = {"who": PHONE, "id": given["id"], "a": written(said.A), "m1": written(said.M1)}
        assert (await post(alice, "proof/password", **{**facts, "who": NOBODYS})).json() == {"error": "again"}
        assert (await post(alice, "proof/password", **facts)).status_code == 200
        assert (await post(alice, "proof/password", **facts)).json() == {"error": "again"}


@pytest.mark.slow
async def test_while_another_device_was_here_a_password_alone_shows_nothing(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        user = await settles(pages)
        await device(pages, user)
        sent = await asks(pages)
        assert (sent.channel, sent.next_channel) == ("app", "page")
        assert (await gives(alice, PHONE, SECRET)).json()["ticket"] is None
        pages.clock.moves(7 * DAY_S)
        ticket = (await gives(alice, PHONE, SECRET)).json()["ticket"]
        sent = await asks(pages)
        claim = auth.Claim(PHONE, sent.phone_code_hash, 7)
        await pages.store.write(lambda tx: auth.resend_code(tx, pages.policy, claim))
        assert (await post(alice, "proof/code", ticket=ticket)).json()["code"]


async def test_a_passkey_shows_the_code_even_beside_other_devices(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as mallory:
        user, key = await settles(pages, password=""), Authenticator(HERE)
        await device(pages, user)
        made = Passkey(key.credential_id, key.public_key(), 0)
        await pages.store.write(lambda tx: passkeys.add(tx, user, 99, made, "Phone", "en", limited=False))
        sent = await asks(pages)
        claim = auth.Claim(PHONE, sent.phone_code_hash, 7)
        await pages.store.write(lambda tx: auth.resend_code(tx, pages.policy, claim))
        answer = key.signs((await post(alice, "proof/options")).json())
        proven = (await post(alice, "proof/passkey", credential=answer)).json()
        assert (await post(alice, "proof/code", ticket=proven["ticket"])).json()["code"]
        stranger = Authenticator(HERE).signs((await post(mallory, "proof/options")).json())
        for wrong in (answer, stranger, "{}", "[]", "x"):
            assert (await post(mallory, "proof/passkey", credential=wrong)).status_code == 403
        elsewhere = key.signs((await post(mallory, "proof/options")).json(), "https://evil.example")
        assert (await post(mallory, "proof/passkey", credential=elsewhere)).status_code == 403


async def test_doors_take_json_of_this_origin_alone(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        for door in ("challenge", "password", "options", "passkey", "code"):
            path = f"/app/api/proof/{door}"
            assert (await alice.get(path)).status_code == 404
            stranger = await alice.post(path, json={}, headers={"origin": "https://evil.example"})
            assert stranger.status_code == 403
            assert (await alice.post(path, data={"who": PHONE})).status_code == 400
            for body in ("", "[", "[]", "3", '{"who": 5}', '{"who": ' + "[" * 5000, "{" * 20_000):
                answer = await alice.post(path, content=body, headers={"content-type": "application/json"})
                assert answer.status_code in ((200, 400, 413) if door == "options" else (400, 413)), (door, body[:9])
        for number in ("x", "", "9" * 500, "９９", str(2**63)):
            facts = {"who": PHONE, "id": number, "a": "AA", "m1": "AA"}
            assert (await post(alice, "proof/password", **facts)).status_code == 400
        for a in ("", "%%%", "é"):
            facts = {"who": PHONE, "id": "1", "a": a, "m1": "AA"}
            assert (await post(alice, "proof/password", **facts)).status_code in (400, 403)
