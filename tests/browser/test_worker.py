"""Source: api/push-updates

The messenger without a network, and what it shows when the server pushes while no window is open.
"""

import json
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.browser.conftest import SitsDown
from tests.browser.launch import chromium


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The whole browser: the one without windows has no place for what a push shows."""
    async with chromium() as browser:
        yield browser


async def test_the_chat_list_without_a_network(sits_down: SitsDown) -> None:
    alice = await sits_down("alice")
    await alice.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await alice.page.reload()
    await alice.is_in()
    await alice.page.wait_for_timeout(500)
    await alice.context.set_offline(True)
    alice.watch.expects("ERR_INTERNET_DISCONNECTED", "WebSocket")
    await alice.page.reload()
    await alice.is_in()
    await expect(alice.page.get_by_role("status").first).to_be_visible()
    await alice.context.set_offline(False)


async def test_a_push_opens_its_chat(sits_down: SitsDown) -> None:
    alice = await sits_down("alice")
    page = alice.page
    # Where the browser does not allow it a switch is not on, and it is said why.
    await alice.goes_to("settings/notifications")
    for name in ("Notices on the desktop", "Notices while the page is closed"):
        await page.get_by_role("switch", name=name).click()
        await alice.sees("The browser does not allow notices for this page.")
        await expect(page.get_by_role("switch", name=name)).not_to_be_checked()
    await page.context.grant_permissions(["notifications"])
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    session = await page.context.new_cdp_session(page)
    found: list[str] = []
    told_of = "ServiceWorker.workerRegistrationUpdated"
    session.on(told_of, lambda told: found.extend(one["registrationId"] for one in told["registrations"]))
    await session.send("ServiceWorker.enable")
    for _ in range(600):
        if found:
            break
        await page.wait_for_timeout(100)
    assert found
    told = {"title": "Bob", "description": "good morning", "custom": {"from_id": "77", "msg_id": "1"}, "mute": "0"}
    # Nobody is told twice: a window that is looked at shows the message itself.
    await page.goto("about:blank")
    other = await page.context.new_page()
    await other.goto("about:blank")
    origin = alice.base
    session = await page.context.new_cdp_session(other)
    await session.send("ServiceWorker.enable")
    push = {"origin": origin, "registrationId": found[0], "data": json.dumps(told)}
    await session.send("ServiceWorker.deliverPushMessage", push)
    # Of a secret chat no more is told than that there is something.
    secret = {"title": "", "description": "", "custom": {"encryption_id": "5"}, "user_id": "9", "mute": "0"}
    await session.send("ServiceWorker.deliverPushMessage", {**push, "data": json.dumps(secret)})
    await other.wait_for_timeout(500)
    await other.goto(f"{origin}/health")
    for _ in range(600):
        shown = await other.evaluate(
            "navigator.serviceWorker.getRegistration('/app/').then(r => r.getNotifications())"
            ".then(all => all.map(n => [n.title, n.body, n.data]))"
        )
        if len(shown) >= 2:
            break
        await other.wait_for_timeout(100)
    assert sorted(shown) == [["Bob", "good morning", "/app/#/c/77"], ["Chappe", "New message", "/app/#/s/5?as=9"]]
