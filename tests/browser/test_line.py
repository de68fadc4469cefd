"""Source: api/updates

The line breaks, the server ends and begins again, a person closes the window: nothing is lost, nothing comes twice.
"""

import asyncio
import re
from typing import cast

import pytest
from playwright.async_api import WebSocketRoute, expect
from tests.browser.conftest import Arrives, Lives, SitsDown
from tests.browser.messenger import Messenger
from tests.kit.server_process import ServerProcess

STATUSES = """
(one) => {
  window.statuses = []
  new MutationObserver(() => statuses.push(one.textContent))
    .observe(one, {childList: true, characterData: true, subtree: true})
}
"""
"""What the line of the status said, however briefly."""
LOST_LINE = ("WebSocket connection to", "net::ERR_", "console: Failed to load resource", "failed: ")


async def test_offline_and_catching_up(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob = await sits_down("alice"), await lives("Bob")
    await alice.finds_by_number(bob.phone, "Bob")
    await alice.says("before")
    me = await bob.latest_partner()
    alice.watch.expects(*LOST_LINE)
    await alice.context.set_offline(True)
    for number in range(120):
        await bob.says(bob.to(me), f"while you were away {number}")
    await alice.composer.fill("written without a network")
    await alice.page.keyboard.press("Enter")
    unsent = alice.bubble("written without a network")
    await expect(unsent).to_be_visible()
    await expect(unsent.locator(".ticks")).to_have_count(0)
    await alice.context.set_offline(False)
    await expect(unsent.locator(".ticks")).to_be_visible(timeout=240_000)
    await alice.reads("while you were away 119")
    said = [one.message for one in await bob.history(bob.to(me), 3)]
    assert said.count("written without a network") == 1


async def test_the_server_ends_in_mid_conversation(fresh: ServerProcess, sits_down: SitsDown, lives: Lives) -> None:
    alice, bob = await sits_down("alice", at=fresh), await lives("Bob", fresh)
    await alice.finds_by_number(bob.phone, "Bob")
    await alice.says("before the end")
    alice.watch.expects(*LOST_LINE)
    await fresh.kill()
    await alice.composer.fill("said to nobody yet")
    await alice.page.keyboard.press("Enter")
    await expect(alice.bubble("said to nobody yet")).to_be_visible()
    await asyncio.sleep(2)
    await fresh.start()
    await expect(alice.bubble("said to nobody yet").locator(".ticks")).to_be_visible(timeout=240_000)
    await bob.wire.connects()
    me = await bob.latest_partner()
    said = [one.message for one in await bob.history(bob.to(me), 5)]
    assert said == ["said to nobody yet", "before the end"]
    await bob.says(bob.to(me), "welcome back")
    await alice.reads("welcome back")


async def test_a_window_closed_and_opened_again(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob = await sits_down("alice"), await lives("Bob")
    await alice.finds_by_number(bob.phone, "Bob")
    await alice.says("see you")
    me = await bob.latest_partner()
    await alice.composer.fill("half a thou")
    await alice.page.close()
    await bob.says(bob.to(me), "are you there?")
    alice.page = await alice.context.new_page()
    await alice.goes("/app/")
    await expect(alice.row("Bob").locator(".badge")).to_have_text("1")
    await alice.opens("Bob")
    await alice.reads("are you there?")
    await expect(alice.composer).to_have_value("half a thou")
    await expect(alice.conversation.locator(".message", has_text="see you")).to_have_count(1)


@pytest.mark.parametrize("how", ["garbled", "swallowed"])
async def test_a_dead_line_is_noticed_and_replaced(arrives: Arrives, lives: Lives, how: str) -> None:
    alice = cast(Messenger, await arrives("alice", kind=Messenger))
    dead: list[bool] = []
    await alice.context.route_web_socket(re.compile("/apiws"), lambda line: carries(line, dead, how))
    await alice.signs_in(f"99966110{('garbled', 'swallowed').index(how):03d}")
    bob = await lives("Bob")
    await alice.finds_by_number(bob.phone, "Bob")
    await alice.says("before")
    status = alice.chats.get_by_role("status")
    await status.evaluate(STATUSES)
    dead.append(True)
    await alice.composer.fill("said into the dark")
    await alice.page.keyboard.press("Enter")
    await alice.page.wait_for_function("() => statuses.some((one) => one.includes('Connecting'))")
    await expect(alice.bubble("said into the dark").locator(".ticks")).to_be_visible()
    await expect(status).to_have_text("")
    me = await bob.latest_partner()
    assert [one.message for one in await bob.history(bob.to(me), 3)][:2] == ["said into the dark", "before"]


def carries(line: WebSocketRoute, dead: list[bool], how: str) -> None:
    """A line that works, until it is said to be dead: then this one is, and those after it work."""
    server = line.connect_to_server()
    later = bool(dead)

    def hear(message: str | bytes) -> None:
        if later or not dead:
            line.send(message)
        elif how == "garbled":
            line.send(bytes(byte ^ 0x55 for byte in cast(bytes, message)))

    line.on_message(lambda message: None if dead and not later and how == "swallowed" else server.send(message))
    server.on_message(hear)
