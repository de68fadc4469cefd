"""Source: requirements/invites. The web client takes up an invite, or a number where everybody may join."""

from tests.web.conftest import Opened, Pages
from tests.web.test_proofs import asks, post

from chappe.base.ids import UserId
from chappe.domain import auth, authorizations, sign_in
from chappe.domain.authorizations import Authorization


async def joins(pages: Pages, phone: str, code: str, sent: auth.SentCode, key: int = 7) -> UserId:
    """What auth.signIn and auth.signUp do."""
    claim, now = auth.Claim(phone, sent.phone_code_hash, key), int(pages.clock.now())
    device = Authorization(key, 5, 4, "Browser", "Web", "", "1.0", "en", "192.0.2.1", now, now)
    assert await pages.store.write(lambda tx: auth.check_code(tx, pages.policy, claim, code)) is None
    return await pages.store.write(
        lambda tx: sign_in.by_new_account(
            tx, pages.policy, claim, ("Alice", ""), device, quiet=False, network="192.0.2.1"
        )
    )


async def test_an_invite_is_taken_up_without_its_page(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        token = await pages.invites.make("server")
        assert f"/app/#/join/{token}" in (await alice.get(f"/invite/{token}")).text
        found = (await post(alice, "invite", token=token)).json()
        assert found["code"] is None and found["shown"].startswith("+888 ")
        sent = await asks(pages, found["number"])
        code = (await post(alice, "invite", token=token)).json()["code"]
        user = await joins(pages, found["number"], code, sent)
        assert len(await pages.store.read(lambda rx: authorizations.of_user(rx, user))) == 1
        assert (await post(alice, "invite", token=token)).json() == {"error": "gone"}
        for wrong in ("", 5, None, {}, "é", "x" * 3000):
            assert (await post(alice, "invite", token=wrong)).status_code in (400, 404)


async def test_a_stranger_gets_no_number_unless_everybody_may_join(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as mallory:
        refused = await post(mallory, "number")
        assert (refused.status_code, refused.json()) == (403, {"error": "closed"})


async def test_everybody_may_join_an_open_server_but_not_without_end(opened: Opened) -> None:
    async with opened(everybody=True) as pages, pages.visitor() as alice, pages.visitor(address="127.0.0.9") as bob:
        offered = (await post(alice, "number")).json()
        sent = await asks(pages, offered["number"])
        code = (await post(alice, "invite", token=offered["token"])).json()["code"]
        await joins(pages, offered["number"], code, sent)
        numbers = {(await post(alice, "number")).json()["number"] for _ in range(9)}
        assert len(numbers) == 9 and offered["number"] not in numbers
        assert (await post(alice, "number")).status_code == 429
        assert (await post(bob, "number")).status_code == 200
        late = (await post(bob, "number")).json()
        pages.clock.moves(3601)
        assert (await post(bob, "invite", token=late["token"])).status_code == 404


async def test_the_web_client_reads_where_it_is(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        answer = await alice.get("/app/config.json")
        assert answer.json() == {"name": "Example", "dc": 2}
        assert answer.headers["cache-control"] == "no-cache"
