"""An operator makes an invite; its page gives a number, and the code once a client has asked for one."""

import re

from tests.web.conftest import Opened
from tests.web.test_operators import first

from chappe.domain import auth


async def test_an_invite_gives_a_number_and_shows_its_code(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor() as bob:
        await first(pages, alice)
        found = re.search(r"/invite/([\w-]{22})", (await alice.post("/operator/invites")).text)
        assert found
        page = (await bob.get(f"/invite/{found[1]}")).text
        number = re.search(r"\+888 (\d{4}) (\d{4})", page)
        assert number
        assert 'http-equiv="refresh"' in page
        phone = f"888{number[1]}{number[2]}"
        code, phone_code_hash = auth.fresh(lambda size: bytes(range(size)))
        ask = auth.Ask(phone, 7, "192.0.2.1", code, phone_code_hash)
        sent = await pages.store.write(lambda tx: auth.send_code(tx, pages.policy, ask))
        assert sent.channel == "invite"
        page = (await bob.get(f"/invite/{found[1]}")).text
        assert re.search(r">\s*\d{5}\s*</span>", page)
        assert "refresh" not in page


async def test_an_expired_or_broken_link_says_so(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as bob:
        token = await pages.invites.make("server")
        assert (await bob.get(f"/invite/{token}")).status_code == 200
        pages.clock.moves(8 * 86400)
        for wrong in (token, token[:-1], "é", "=", "a" * 500):
            assert (await bob.get(f"/invite/{wrong}")).status_code == 404
