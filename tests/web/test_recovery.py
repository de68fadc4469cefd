"""Source: requirements/recovery. Who lost every way in comes back after days, and no operator comes in alone."""

import re
from dataclasses import replace

import httpx
import pytest
from tests.web.conftest import Opened, Pages
from tests.web.test_operators import PASSWORD, enrol, first, link
from tests.web.test_proofs import DAY_S, PHONE, SECRET, asks, device, gives, settles

from chappe.base.ids import PeerId
from chappe.domain import accounts, auth, outbox, passwords, updates
from chappe.domain.content import Text

pytestmark = pytest.mark.slow

ANSWER = "That was not me"


async def begins(operator: httpx.AsyncClient, who: str = PHONE) -> str:
    """An operator begins a recovery; the token of the link they hand over."""
    page = (await operator.post("/operator/recoveries", data={"who": who})).text
    found = re.search(r"/recover/([\w-]{43})", page)
    assert found, page
    return found[1]


async def returns(operator: httpx.AsyncClient) -> None:
    """The operator, whose session has ended, signs in again."""
    signed = await operator.post("/operator/sign-in", data={"name": "alice", "password": PASSWORD})
    assert signed.status_code == 303


async def heard(pages: Pages, user: int) -> list[str]:
    """What the server said to the person, the newest first."""
    found = await pages.store.read(lambda rx: updates.newest(rx, PeerId(user), 10))
    return [one.content.message for one in found if isinstance(one.content, Text)]


async def written(pages: Pages) -> list[str]:
    """The kinds of the journal's entries."""
    rows = await pages.store.read(lambda rx: rx.all("SELECT kind, actor FROM journal ORDER BY no"))
    return [kind for kind, _ in rows if kind.startswith("recovery")]


async def test_who_lost_everything_comes_back_after_days(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as bob:
        user = await settles(pages)
        await device(pages, user)
        pages.clock.moves(8 * DAY_S)  # the phone is lost
        await first(pages, alice)
        token = await begins(alice, "@alice_888")
        assert "opens on" in (await bob.get(f"/recover/{token}")).text
        assert (await bob.post(f"/recover/{token}")).status_code == 403
        pages.clock.moves(3 * DAY_S)
        assert "Go on" in (await bob.get(f"/recover/{token}")).text
        assert await pages.store.read(lambda rx: passwords.exists(rx, user))  # looking alone changes nothing
        assert (await bob.post(f"/recover/{token}")).status_code == 303
        assert not await pages.store.read(lambda rx: passwords.exists(rx, user))
        sent = await asks(pages)
        assert sent.channel == "page"  # not to the lost phone
        page = (await bob.get(f"/recover/{token}")).text
        code = re.search(r">\s*(\d{5})\s*</span>", page)
        assert code and "+888 1234 5678" in page
        claim = auth.Claim(PHONE, sent.phone_code_hash, 7)
        assert await pages.store.write(lambda tx: auth.check_code(tx, pages.policy, claim, code[1])) is None
        assert not re.search(r">\s*\d{5}\s*</span>", (await bob.get(f"/recover/{token}")).text)
        told = await heard(pages, user)
        assert "was used on" in told[0] and "/refuse/" in told[1]
        assert await written(pages) == ["recovery_begun", "recovery_opened"]
        pages.clock.moves(3601)
        assert (await bob.get(f"/recover/{token}")).status_code == 404


@pytest.mark.slow
async def test_one_click_on_any_device_refuses_it(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as bob, pages.visitor() as owner:
        user = await settles(pages)
        await first(pages, alice)
        token = await begins(alice)
        found = re.search(r"https://chat\.example\.org:8443(/refuse/[\w-]+)", (await heard(pages, user))[0])
        assert found
        assert ANSWER in (await owner.get(found[1])).text  # a link that programs look at refuses nothing
        assert (await bob.get(f"/recover/{token}")).status_code == 200
        assert (await owner.post(found[1])).status_code == 200
        assert (await bob.get(f"/recover/{token}")).status_code == 404
        pages.clock.moves(4 * DAY_S)
        assert (await bob.post(f"/recover/{token}")).status_code == 404
        await returns(alice)
        assert "last month" in (await alice.post("/operator/recoveries", data={"who": PHONE})).text
        assert (await gives(owner, PHONE, SECRET)).status_code == 200
        pages.clock.moves(30 * DAY_S)
        await returns(alice)
        await begins(alice)
        assert await written(pages) == ["recovery_begun", "recovery_refused", "recovery_begun"]


async def test_an_account_in_use_waits_twice_as_long_and_its_device_stays(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as bob:
        user = await settles(pages)
        await device(pages, user)
        await first(pages, alice)
        token = await begins(alice)
        pages.clock.moves(5 * DAY_S)
        assert (await bob.post(f"/recover/{token}")).status_code == 403
        pages.clock.moves(1 * DAY_S)
        assert (await bob.post(f"/recover/{token}")).status_code == 303
        left = await pages.store.read(lambda rx: rx.all("SELECT 1 FROM authorizations WHERE owner_id = ?", (user,)))
        assert len(left) == 1


async def test_the_login_address_hears_of_it_too(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        user = await settles(pages)
        await pages.store.write(lambda tx: accounts.change_settings(tx, user, login_email="alice@example.org"))
        pages.recoveries._policy = replace(pages.policy, outlets=("mail",))
        await first(pages, alice)
        await begins(alice)
        (letter,) = await pages.store.write(outbox.take_due)
        assert (letter.kind, letter.address) == ("mail", "alice@example.org")
        assert "/refuse/" in outbox.unpack(letter.payload, pages.policy.wrapper.unseal).text


async def test_a_later_one_ends_the_earlier_and_strangers_begin_none(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as bob:
        await settles(pages)
        await first(pages, alice)
        earlier = await begins(alice)
        later = await begins(alice)
        assert (await bob.get(f"/recover/{earlier}")).status_code == 404
        assert (await bob.get(f"/recover/{later}")).status_code == 200
        assert (await bob.post("/operator/recoveries", data={"who": PHONE})).headers["location"] == "/operator"
        for who in ("88800000009", "nobody", "", "777000", "é"):
            assert "No account" in (await alice.post("/operator/recoveries", data={"who": who})).text
        for page in ("recover", "refuse"):
            for wrong in ("x", "é", "a" * 500):
                assert (await bob.get(f"/{page}/{wrong}")).status_code == 404
                assert (await bob.post(f"/{page}/{wrong}")).status_code == 404
        assert "begun" in (await alice.get("/operator")).text


async def test_where_there_are_several_operators_a_second_one_must_agree(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as carol, pages.visitor() as bob:
        user = await settles(pages)
        await first(pages, alice)
        await enrol(carol, link((await alice.post("/operator/links")).text), "carol")
        token = await begins(alice)
        own = await alice.post("/operator/recoveries/approve", data={"account": str(user)})
        assert own.status_code == 400
        pages.clock.moves(3 * DAY_S)
        assert "second operator" in (await bob.get(f"/recover/{token}")).text
        assert (await bob.post(f"/recover/{token}")).status_code == 403
        signed = await carol.post("/operator/sign-in", data={"name": "carol", "password": PASSWORD})
        assert signed.status_code == 303
        assert "Agree" in (await carol.get("/operator")).text
        for account in ("", "x", "99999999999"):
            await carol.post("/operator/recoveries/approve", data={"account": account})
        assert (await bob.post(f"/recover/{token}")).status_code == 403
        await carol.post("/operator/recoveries/approve", data={"account": str(user)})
        assert (await bob.post(f"/recover/{token}")).status_code == 303
        assert await written(pages) == ["recovery_begun", "recovery_approved", "recovery_opened"]
