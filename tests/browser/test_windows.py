"""Source: api/updates

Two windows of one browser, one account: each shows what was done in the other.
"""

from playwright.async_api import expect
from tests.browser.conftest import Lives, SitsDown
from tests.browser.messenger import Messenger


async def test_two_windows_of_one_account(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob = await sits_down("alice"), await lives("Bob")
    await alice.finds_by_number(bob.phone, "Bob")
    await alice.says("from the first window")
    me = bob.to(await bob.latest_partner())
    other = Messenger(alice.name, alice.base, alice.look, alice.context, await alice.context.new_page(), alice.watch)
    await other.goes("/app/")
    await other.opens("Bob")
    await other.reads("from the first window")
    await other.says("from the second window")
    await alice.reads("from the second window")
    await expect(alice.conversation.locator(".message", has_text="second window")).to_have_count(1)
    await alice.goes_to("settings")
    await bob.says(me, "which one do you read?")
    await expect(alice.row("Bob").locator(".badge")).to_have_text("1")
    await other.page.bring_to_front()
    await other.reads("which one do you read?")
    await expect(alice.row("Bob").locator(".badge")).to_have_count(0)
    await other.does("Delete", "from the first window")
    await other.page.get_by_role("dialog").get_by_role("button", name="Delete").first.click()
    await alice.opens("Bob")
    await alice.reads("which one do you read?")
    await expect(alice.bubble("from the first window")).to_have_count(0)
    await other.does("Reply", "which one do you read?")
    await other.says("this one")
    await alice.reads("this one")
    await alice.says("and that one")
    await other.reads("and that one")
