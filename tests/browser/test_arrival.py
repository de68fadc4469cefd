"""Source: requirements/invites, webauthn/7.1

From a link to a first message in under a minute, without a telephone number; and in again by passkey or password.
"""

import re
import time

import pytest
from playwright.async_api import expect
from tests.browser.conftest import Arrives, Lives, SitsDown, invite
from tests.browser.looks import LIGHT, PHONE, Look
from tests.browser.messenger import Messenger
from tests.kit.server_process import ServerProcess

A_MINUTE_S = 60


@pytest.mark.parametrize("look", [LIGHT, PHONE.says("fr")], ids=str)
async def test_an_invite_and_a_passkey(arrives: Arrives, server: ServerProcess, look: Look) -> None:
    begun = time.monotonic()
    alice = await arrives("alice", look, kind=Messenger)
    assert isinstance(alice, Messenger)
    await alice.has_passkeys()
    await alice.goes(f"/invite/{await invite(server)}")
    await alice.page.locator("main a.button").click()
    await alice.page.locator("#first").fill("Alice")
    await alice.page.keyboard.press("Enter")
    await alice.page.locator("#new-password").wait_for()
    await alice.finds_no_barrier()
    await alice.presses(re.compile("Make a passkey|Créer une clé"))
    await alice.is_in()
    await alice.goes_to("settings/passkeys")
    await expect(alice.page.get_by_role("button", name=re.compile("Remove|Retirer|Supprimer"))).to_be_visible()
    assert time.monotonic() - begun < A_MINUTE_S
    await alice.finds_no_barrier()
    await alice.goes_to("settings")
    await alice.presses(re.compile("Sign out|Se déconnecter"))
    await alice.page.get_by_role("dialog").get_by_role("button", name=re.compile("Sign out|Se déconnecter")).click()
    await alice.page.locator("#phone").wait_for()
    await alice.finds_no_barrier()
    await alice.presses(re.compile("passkey|clé d", re.IGNORECASE))
    await alice.is_in()


async def test_a_password_after_the_code(sits_down: SitsDown, arrives: Arrives) -> None:
    alice = await sits_down("alice")
    await alice.goes_to("settings/password")
    for field in ("#wanted", "#again"):
        await alice.page.locator(field).fill("correct horse ¡ batería")
    await alice.presses("Set password")
    await alice.sees("A second password is set.")
    again = await arrives("alice again", kind=Messenger)
    await again.goes("/app/")
    await again.page.locator("#phone").fill("+" + alice.phone)
    await again.page.keyboard.press("Enter")
    await again.page.locator("#code").fill(alice.phone[5] * 5)
    await again.page.locator("#password").fill("wrong")
    await again.page.keyboard.press("Enter")
    await expect(again.page.get_by_role("alert")).to_be_visible()
    await again.finds_no_barrier()
    await again.page.locator("#password").fill("correct horse ¡ batería")
    await again.page.keyboard.press("Enter")
    await expect(again.page.locator("nav.chats")).to_be_visible()
    await again.goes_to("settings/password")
    await again.presses("I forgot it")
    await again.sees("Somebody asked to remove this password as forgotten.")
    await again.finds_no_barrier()
    await alice.page.reload()
    await alice.presses("Keep the password")
    await alice.sees("The password stays.")
    await again.page.reload()
    await again.presses("I forgot it")
    await again.sees("This was declined lately.")


async def test_another_device_lets_this_one_in(sits_down: SitsDown, arrives: Arrives) -> None:
    alice = await sits_down("alice")
    again = await arrives("alice again", kind=Messenger, permissions=["clipboard-read", "clipboard-write"])
    await again.goes("/app/")
    await again.presses(re.compile("QR|another device|scan", re.IGNORECASE))
    await again.page.locator("img.qr").wait_for()
    await again.presses(re.compile("Copy", re.IGNORECASE))
    link = await again.page.evaluate("navigator.clipboard.readText()")
    await alice.page.goto(link)
    await alice.presses("Allow")
    await expect(again.page.locator("nav.chats")).to_be_visible()


async def test_keyboard_alone(arrives: Arrives, lives: Lives) -> None:
    bob = await lives("Bob")
    alice = await arrives("alice", kind=Messenger)
    assert isinstance(alice, Messenger)
    await alice.goes("/app/")
    keys = alice.page.keyboard
    await alice.page.locator("#phone").wait_for()
    await keys.type("+9996650777")
    await keys.press("Enter")
    await alice.page.locator("#code").wait_for()
    await keys.type("55555")
    await alice.page.locator("#first").wait_for()
    await keys.type("Alice")
    await keys.press("Enter")
    await alice.is_in()
    await alice.watch_focus()
    await keys.press("Control+k")
    await keys.type("Bob")
    await keys.press("Escape")
    await alice.tabs_to(re.compile("^Menu$"))
    await keys.press("Enter")
    await alice.arrows_to(re.compile("New chat"))
    await keys.press("Enter")
    await alice.tabs_to(re.compile("[Nn]umber"))
    await keys.type("+" + bob.phone)
    await keys.press("Enter")
    await expect(alice.conversation.get_by_role("heading", level=1)).to_have_text("Bob")
    await alice.tabs_to(re.compile("Write a message"))
    await keys.type("typed, never clicked")
    await keys.press("Enter")
    await expect(alice.bubble("typed, never clicked").locator(".ticks")).to_be_visible()
    await keys.press("ArrowUp")
    await keys.type(" at all")
    await keys.press("Enter")
    await alice.reads("typed, never clicked at all")
    await keys.press("Escape")
    await expect(alice.conversation).to_have_count(0)
    assert await alice.unseen_focus() == []
