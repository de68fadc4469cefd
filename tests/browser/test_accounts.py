"""Source: method/account.updateStatus

Several accounts in one browser: one is shown, and the others are not deaf meanwhile.
"""

import itertools

from playwright.async_api import expect
from tests.browser.conftest import Lives, SitsDown
from tests.browser.folk import Folk
from tests.browser.messenger import Messenger

from chappe.tl import functions as f
from chappe.tl import types as t

numbers = itertools.count(1)
NOTICES = """
() => {
  window.noticed = []
  window.Notification = class {
    static permission = 'granted'
    static requestPermission = async () => 'granted'
    constructor(title, { body, tag }) {
      noticed.push({ title, body, tag })
      window.lastNotice = this
    }
    close() {}
  }
}
"""


async def comes_as_well(alice: Messenger, name: str) -> str:
    """Another account of hers is in the same browser, and on screen. The answer is its number."""
    phone = f"999662{next(numbers):05d}"
    await alice.presses("Menu")
    await alice.page.get_by_role("menuitem", name="Add an account").click()
    await alice.page.locator("#phone").fill("+" + phone)
    await alice.page.keyboard.press("Enter")
    await alice.page.locator("#code").fill(phone[5] * 5)
    await alice.page.locator("#first").fill(name)
    await alice.page.keyboard.press("Enter")
    await alice.is_in()
    return phone


async def knows(bob: Folk, phone: str) -> int:
    """The account of this number."""
    found = await bob.calls(f.contacts.ResolvePhone(phone=phone))
    return int(found.users[0].id)


async def test_the_other_account_is_not_deaf(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob = await sits_down("alice"), await lives("Bob")
    home = await knows(bob, alice.phone)
    work = await knows(bob, await comes_as_well(alice, "Alice at work"))
    await bob.says(bob.to(home), "supper is ready")
    menu = alice.chats.get_by_role("button", name="Menu")
    await expect(menu).to_have_accessible_name("Menu. Unread chats in other accounts: 1")
    await alice.finds_no_barrier()
    await alice.page.reload()
    await alice.is_in()
    await expect(menu.locator(".badge")).to_have_text("1")
    await bob.says(bob.to(work), "and the report?")
    await alice.opens("Bob")
    await alice.reads("and the report?")
    await menu.click()
    await alice.page.get_by_role("menuitem", name="Alice").first.click()
    await alice.opens("Bob")
    await alice.reads("supper is ready")
    await alice.says("coming")
    await expect(menu.locator(".badge")).to_have_count(0)


async def test_a_notice_of_the_other_account_leads_there(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob = await sits_down("alice"), await lives("Bob")
    await alice.page.add_init_script(f"({NOTICES})()")
    await alice.page.evaluate("localStorage.setItem('chappe.notices', 'yes')")
    home = await knows(bob, alice.phone)
    await comes_as_well(alice, "Alice at work")
    await alice.page.reload()
    await alice.is_in()
    await bob.says(bob.to(home), "are you there?")
    await expect(alice.chats.get_by_role("button", name="Menu").locator(".badge")).to_have_text("1")
    await bob.says(bob.to(home), "the kettle boils")
    await alice.page.wait_for_function("() => noticed.some((one) => one.body === 'the kettle boils')")
    assert [one for one in await alice.page.evaluate("noticed") if one["body"] != "are you there?"] == [
        {"title": "Bob (for Alice)", "body": "the kettle boils", "tag": f"{home}/{bob.id}"}
    ]
    await alice.page.evaluate("lastNotice.onclick()")
    await alice.reads("the kettle boils")
    await alice.says("thank you")


async def test_an_account_signed_out_in_another_window(sits_down: SitsDown) -> None:
    alice = await sits_down("alice")
    await comes_as_well(alice, "Alice at work")
    window, alice.page = alice.page, await alice.context.new_page()
    await alice.goes("/app/#/settings")
    await alice.presses("Sign out")
    async with alice.page.expect_navigation():
        await alice.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    await alice.is_in()
    await alice.goes_to("settings")
    await expect(alice.page.locator("main").get_by_text("Alice", exact=True)).to_be_visible()
    alice.page = window
    await alice.goes_to("settings")
    await expect(alice.page.locator("main").get_by_text("Alice", exact=True)).to_be_visible()
    await alice.presses("Menu")
    await expect(alice.page.get_by_role("menuitem", name="Alice at work")).to_have_count(0)


async def test_a_silenced_kind_of_chat_tells_nothing(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob = await sits_down("alice"), await lives("Bob")
    await alice.page.add_init_script(f"({NOTICES})()")
    await alice.page.evaluate("localStorage.setItem('chappe.notices', 'yes')")
    home = await knows(bob, alice.phone)
    await comes_as_well(alice, "Alice at work")
    await alice.page.reload()
    await alice.is_in()
    await bob.says(bob.to(home), "are you there?")
    await expect(alice.chats.get_by_role("button", name="Menu").locator(".badge")).to_have_text("1")
    phone = await Folk.comes(bob.wire.port, bob.wire.key, alice.phone, "Alice")
    until = t.InputPeerNotifySettings(mute_until=2_000_000_000)
    await phone.calls(f.account.UpdateNotifySettings(peer=t.InputNotifyUsers(), settings=until))
    await bob.says(bob.to(home), "hush")
    # The service has told of the new device, too.
    await expect(alice.chats.get_by_role("button", name="Menu").locator(".badge")).to_have_text("2")
    await phone.calls(f.account.UpdateNotifySettings(
        peer=t.InputNotifyUsers(), settings=t.InputPeerNotifySettings(mute_until=0)
    ))  # fmt: skip
    phone.leaves()
    await bob.says(bob.to(home), "and now aloud")
    await alice.page.wait_for_function("() => noticed.some((one) => one.body === 'and now aloud')")
    assert "hush" not in [one["body"] for one in await alice.page.evaluate("noticed")]
