"""Source: api/channel

Rooms founded and run in the browser, and seen from the other side: by members, by strangers, by who may not.
"""

import re

from playwright.async_api import expect
from tests.browser.conftest import Arrives, SitsDown
from tests.browser.folk import Folk
from tests.browser.messenger import Messenger
from tests.kit.server_process import ServerProcess

from chappe.tl import functions as f


async def founds_group(alice: Messenger, title: str) -> str:
    """The key of a new group, as it stands in the address."""
    await alice.goes_to("new/group")
    await alice.page.locator("#title").fill(title)
    await alice.presses("Create")
    await expect(alice.conversation.get_by_role("heading", level=1)).to_have_text(title)
    return alice.page.url.rpartition("/")[2]


async def makes_link(alice: Messenger, key: str, *, approval: bool) -> str:
    """A new invite link's last word."""
    await alice.goes_to(f"info/{key}/links")
    await alice.presses("New link")
    dialog = alice.page.get_by_role("dialog")
    if approval:
        await dialog.get_by_label("With approval").click()
    await dialog.get_by_role("button", name="Save").click()
    row = alice.page.locator("li.row", has_text="With approval" if approval else "joined").first
    found = re.search(r"[+/]([\w-]{10,})$", await row.locator(".title").inner_text())
    assert found
    return found[1]


async def test_a_channel_with_a_public_page_and_comments(
    server: ServerProcess, sits_down: SitsDown, arrives: Arrives
) -> None:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    await alice.goes_to("new/channel")
    await alice.page.locator("#title").fill("Lighthouse")
    await alice.page.locator("#room-name").fill("lighthouse_news")
    await alice.sees("This name is free.")
    await alice.presses("Create")
    await expect(alice.conversation).to_be_visible()
    await alice.composer.fill("The lamp is lit")
    await alice.page.keyboard.press("Enter")
    await alice.reads("The lamp is lit")
    await discussed(server, alice)
    await bob.goes_to("to/lighthouse_news")
    await bob.reads("The lamp is lit")
    await alice.composer.fill("Comments are open #lamp")
    await alice.page.keyboard.press("Enter")
    await bob.reads("Comments are open")
    await bob.presses("Join channel")
    await expect(bob.row("Lighthouse")).to_be_visible()
    await bob.bubble("Comments are open").get_by_role("button", name=re.compile("[Cc]omment")).click()
    await expect(bob.conversation.get_by_role("heading", level=1)).to_have_text("Comments")
    await bob.says("What a light!")
    await alice.page.reload()
    await expect(alice.bubble("Comments are open")).to_contain_text("1 comment")
    stranger = await arrives("a stranger")
    await stranger.goes("/lighthouse_news")
    await stranger.sees("The lamp is lit")
    await stranger.sees(re.compile("Comments are open"))
    await stranger.finds_no_barrier()
    post = await alice.bubble("Comments are open").get_attribute("data-message")
    await stranger.page.locator(f"a[href$='/@lighthouse_news/{post}']").first.click()
    await stranger.sees("What a light!")
    await stranger.finds_no_barrier()


async def discussed(server: ServerProcess, alice: Messenger) -> None:
    """Her other device founds the group in which the posts are discussed."""
    phone = await Folk.comes(server.port, server.key, alice.phone, "Alice")
    await phone.finds("lighthouse_news")
    group = await phone.founds("Lighthouse talk")
    channel = next(number for number in phone.rooms if number != group)
    await phone.calls(f.channels.SetDiscussionGroup(broadcast=phone.channel(channel), group=phone.channel(group)))
    phone.leaves()


async def test_an_invite_with_approval(sits_down: SitsDown) -> None:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    key = await founds_group(alice, "Workshop")
    link = await makes_link(alice, key, approval=True)
    await bob.goes_to(f"invited/{link}")
    await bob.sees("Workshop")
    await bob.finds_no_barrier()
    await bob.presses("Ask to join")
    await bob.sees(re.compile("Asked"))
    await alice.goes_to(f"info/{key}/requests")
    await alice.sees("Bob")
    await alice.presses("Let in")
    await expect(bob.row("Workshop")).to_be_visible()
    await bob.opens("Workshop")
    await bob.says("thank you for having me")
    await alice.goes_to(f"c/{key}")
    await alice.reads("thank you for having me")


async def test_a_link_used_up_is_said_to_be(sits_down: SitsDown) -> None:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    key = await founds_group(alice, "Cellar")
    link = await makes_link(alice, key, approval=False)
    await bob.goes_to(f"invited/{link}")
    await bob.presses("Join group")
    await bob.says("found it")
    await alice.goes_to(f"info/{key}/links")
    await alice.presses("What to do with the link")
    await alice.page.get_by_role("menuitem", name="Revoke").click()
    await alice.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    carol = await sits_down("carol")
    await carol.goes_to(f"invited/{link}")
    await expect(carol.page.get_by_role("alert")).to_be_visible()
    await carol.finds_no_barrier()


async def test_a_restriction_is_felt_at_once(sits_down: SitsDown) -> None:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    key = await founds_group(alice, "Choir")
    link = await makes_link(alice, key, approval=False)
    await bob.goes_to(f"invited/{link}")
    await bob.presses("Join group")
    await bob.says("la la la")
    await alice.goes_to(f"info/{key}/members")
    await alice.presses("What to do with Bob")
    await alice.page.get_by_role("menuitem", name="Restrict").click()
    dialog = alice.page.get_by_role("dialog")
    for kept in ("Send photos", "Send files"):
        await dialog.get_by_label(kept).click()
    await dialog.get_by_role("button", name="Save").click()
    await expect(bob.composer).to_be_disabled()
    await bob.finds_no_barrier()
    await alice.presses("What to do with Bob")
    await alice.page.get_by_role("menuitem", name="Lift restrictions").click()
    await expect(bob.composer).to_be_enabled()
    await bob.says("la again")
    await alice.presses("What to do with Bob")
    await alice.page.get_by_role("menuitem", name="Ban").click()
    await alice.page.get_by_role("dialog").get_by_role("button", name="Ban").click()
    await expect(bob.composer).to_have_count(0)
