"""Source: webauthn/7.1, webauthn/7.2

The operators' pages in a browser: the link of the first start, a passkey, the kit, an invite, sign-out and sign-in.
"""

import re
from urllib.parse import urlsplit

import pytest
from tests.browser.conftest import Arrives
from tests.browser.looks import DARK, LIGHT, PHONE, RTL, Look
from tests.kit.server_process import ServerProcess


@pytest.mark.parametrize("look", [LIGHT.says("fr"), DARK, PHONE, RTL], ids=lambda look: look.name)
async def test_the_first_operator(fresh: ServerProcess, arrives: Arrives, look: Look) -> None:
    alice = await arrives("alice", look, fresh)
    french = look.language == "fr"
    await alice.has_passkeys()
    await alice.goes(urlsplit(fresh.ready["links"]["operator"]).path)
    await alice.finds_no_barrier()
    await alice.page.locator("form[data-kind=create] input[name=name]").fill("alice")
    await alice.page.locator("form[data-kind=create] button").click()
    await alice.sees(re.compile(r"^[A-Z2-7]{6}(-[A-Z2-7]{6}){3}$"))
    await alice.finds_no_barrier()
    await alice.page.locator("main a.button").click()
    await alice.sees(re.compile("alice"))
    await alice.finds_no_barrier()
    await alice.page.locator("form[action$=invites] button").click()
    await alice.sees(re.compile(r"/invite/[\w-]+"))
    await alice.finds_no_barrier()
    await alice.page.locator("form[action$=sign-out] button").click()
    await alice.page.locator("form[data-kind=get] button").click()
    await alice.sees(re.compile("alice"))
    assert await alice.page.locator("form[action$=sign-out]").count() == 1
    assert await alice.page.get_attribute("html", "lang") == ("fr" if french else "en")


async def test_no_passkey_and_a_wrong_password_are_said_plainly(fresh: ServerProcess, arrives: Arrives) -> None:
    alice = await arrives("alice", LIGHT, fresh)
    await alice.goes(urlsplit(fresh.ready["links"]["operator"]).path)
    await alice.page.locator("summary").click()
    await alice.page.locator("#name").fill("alice")
    await alice.page.locator("#password").fill("a long enough one")
    await alice.page.locator("details button").click()
    await alice.sees(re.compile(r"^[A-Z2-7]{6}(-[A-Z2-7]{6}){3}$"))
    stranger = await arrives("mallory", LIGHT, fresh)
    stranger.watch.expects("status 403", "Failed to load resource.* 403")
    await stranger.goes("/operator")
    await stranger.page.locator("summary").first.click()
    await stranger.page.locator("#name").fill("alice")
    await stranger.page.locator("#password").fill("guessed, and wrong")
    await stranger.page.locator("details button").first.click()
    await stranger.sees("Name or password are wrong.")
    await stranger.finds_no_barrier()
