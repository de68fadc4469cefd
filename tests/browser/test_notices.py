"""Source: dsa/16, dsa/17(3), dsa/20

Anybody gives notice in a real browser, by keyboard, without a script, on a phone, in French; whoever is hit by a
decision objects to it from the link in the statement. axe-core finds no barrier on any of these pages.
"""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, expect
from tests.browser.conftest import Arrives
from tests.browser.folk import Folk
from tests.browser.looks import DARK, LIGHT, PHONE, RTL, Look
from tests.browser.pictures import portrait
from tests.browser.visitor import Visitor
from tests.kit.server_process import ServerProcess

PHONES = iter(range(40, 99))
KIND = "UNSAFE_AND_PROHIBITED_PRODUCTS/PROHIBITED_PRODUCTS"


async def channel(server: ServerProcess, name: str) -> tuple[Folk, int]:
    """(who owns it, a post) of a public channel."""
    alice = await Folk.comes(server.port, server.key, f"9996630{next(PHONES):03d}", "Alice")
    room = await alice.founds("Odd things", "What is for sale", broadcast=True, username=name)
    post = await alice.says(alice.room(room), "Cheap weapons here, by post.")
    return alice, post.id


async def types(bob: Visitor, field: str, text: str) -> None:
    """The field is reached with the Tab key, and written into."""
    await tabs(bob, bob.page.locator(f"#{field}"))
    await bob.page.keyboard.type(text)


async def tabs(bob: Visitor, to: Locator) -> None:
    """The Tab key leads there."""
    for _ in range(60):
        if await to.evaluate("one => one === document.activeElement"):
            return
        await bob.page.keyboard.press("Tab")
    raise AssertionError("the Tab key does not lead there")


@pytest.mark.parametrize(
    "look", [LIGHT, DARK.says("fr"), PHONE, PHONE.says("fr"), RTL], ids=lambda look: f"{look.name}-{look.language}"
)
async def test_a_notice_by_keyboard(arrives: Arrives, server: ServerProcess, look: Look) -> None:
    french = look.language == "fr"
    name = f"odd_{look.name}_{look.language}"
    alice, post = await channel(server, name)
    bob = await arrives("bob", look)
    bob.watch.expects("status 400", "Failed to load resource.* 400")
    await bob.goes(f"/@{name}/{post}")
    await bob.page.get_by_role("link", name="Signaler cette publication" if french else "Report this post").click()
    await bob.finds_no_barrier()
    assert f"/@{name}/{post}" in await bob.page.locator("#where").input_value()
    await tabs(bob, bob.page.locator("button[value=look]"))
    await bob.page.keyboard.press("Enter")
    await bob.sees("Rien n’est encore envoyé. Ce que" if french else "Nothing was sent yet. What you wrote")
    await bob.finds_no_barrier()
    await bob.page.locator("#faults a[href='#why']").click()
    await types(bob, "why", "It offers weapons <b>by post</b>, with prices.")
    await tabs(bob, bob.page.locator("#what"))
    await bob.page.locator("#what").select_option(KIND)
    await bob.page.locator("#name").focus()
    await types(bob, "name", "Bob")
    await types(bob, "email", "bob@example.org")
    await bob.page.locator("#files").set_input_files(
        {"name": "seen.jpg", "mimeType": "image/jpeg", "buffer": portrait(3)}
    )
    await tabs(bob, bob.page.locator("#faith"))
    await bob.page.keyboard.press("Space")
    await tabs(bob, bob.page.locator("button[value=look]"))
    await bob.page.keyboard.press("Enter")
    await bob.sees("It offers weapons <b>by post</b>, with prices.")
    await bob.sees("seen.jpg")
    await bob.finds_no_barrier()
    await tabs(bob, bob.page.locator("button[value=change]"))
    await bob.page.keyboard.press("Enter")
    assert await bob.page.locator("#name").input_value() == "Bob"
    assert await bob.page.locator("#what").input_value() == KIND
    await bob.page.locator("button[value=look]").click()
    await tabs(bob, bob.page.locator("button[value=send]"))
    await bob.page.keyboard.press("Enter")
    await bob.sees("Votre signalement est arrivé" if french else "Your notice has arrived")
    assert re.search(r"/notice/[0-9a-f]{32}\?sent=1$", bob.page.url)
    await bob.finds_no_barrier()
    await bob.page.reload()
    await bob.goes(urlsplit(bob.page.url).path)
    await bob.sees("Il attend d’être lu." if french else "It waits for somebody to read it.")
    await bob.finds_no_barrier()
    alice.leaves()


async def test_a_notice_without_a_script(arrives: Arrives, server: ServerProcess) -> None:
    alice, post = await channel(server, "odd_plain")
    bob = await arrives("bob", PHONE, java_script_enabled=False)
    bob.watch.expects("status 400", "Failed to load resource.* 400")
    await bob.goes("/")
    await bob.page.locator("#report a").click()
    await bob.page.locator("#where").fill("https://elsewhere.example/x\n" + "W" * 400)
    await bob.page.locator("#why").fill("W" * 10_000)
    await bob.page.locator("button[value=look]").click()
    wrong = bob.page.locator("#where-wrong")
    await expect(wrong).to_contain_text("is not on this server")
    await expect(bob.page.locator("#why-wrong")).to_contain_text("these are 10000")
    assert await bob.page.locator("#why").input_value() == "W" * 10_000
    await bob.page.locator("#where").fill(f"{bob.base}/@odd_plain/{post}")
    await bob.page.locator("#why").fill("It offers weapons by post, with prices.")
    await bob.page.locator("#what").select_option("PROTECTION_OF_MINORS/CHILD_SEXUAL_ABUSE_MATERIAL")
    await bob.page.locator("#faith").check()
    await bob.page.get_by_role("button", name="Français").click()
    await expect(bob.page.locator("#why")).to_have_value("It offers weapons by post, with prices.")
    await bob.page.locator("button[value=look]").click()
    await bob.page.locator("button[value=send]").click()
    await bob.sees("Votre signalement est arrivé")
    alice.leaves()
