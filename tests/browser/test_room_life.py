"""Source: api/forum, api/rights

Rooms as their members live in them: topics, rights given and taken and felt on the other side, names and settings.
"""

import re

from playwright.async_api import expect
from tests.browser.conftest import Arrives, Lives, SitsDown
from tests.browser.folk import Folk
from tests.browser.messenger import Messenger
from tests.browser.test_rooms import founds_group, makes_link
from tests.kit.server_process import ServerProcess

from chappe.tl import functions as f


async def both_in(alice: Messenger, bob: Messenger, title: str) -> str:
    """A group of hers in which he is too; its key."""
    key = await founds_group(alice, title)
    link = await makes_link(alice, key, approval=False)
    await bob.goes_to(f"invited/{link}")
    await bob.presses("Join group")
    await expect(bob.composer).to_be_enabled()
    await alice.goes_to(f"c/{key}")
    return key


async def test_topics_of_a_forum(sits_down: SitsDown) -> None:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    key = await both_in(alice, bob, "Harbour works")
    await alice.goes_to(f"info/{key}/edit")
    await alice.page.get_by_label("Topics").click()
    await alice.presses("Save")
    await alice.goes_to(f"c/{key}")
    await alice.presses("New topic")
    await alice.page.locator("#topic-title").fill("The crane")
    await alice.finds_no_barrier()
    await alice.page.get_by_role("dialog").get_by_role("button", name="Open topic").click()
    await expect(bob.conversation.get_by_role("link", name=re.compile("The crane"))).to_be_visible()
    await alice.conversation.get_by_role("link", name=re.compile("The crane")).click()
    await alice.says("it squeaks")
    crane = bob.conversation.get_by_role("link", name=re.compile("The crane"))
    await expect(crane.locator(".badge")).to_have_text("1")
    await expect(crane).to_contain_text("it squeaks")
    await bob.finds_no_barrier()
    await crane.click()
    await bob.reads("it squeaks")
    await bob.says("oil it")
    await alice.reads("oil it")
    await bob.presses("Back")
    await bob.conversation.get_by_role("link", name=re.compile("General")).click()
    await bob.says("in the general topic")
    await expect(alice.bubble("in the general topic")).to_have_count(0)
    await alice.presses("Back")
    general = alice.conversation.get_by_role("link", name=re.compile("General"))
    await expect(general).to_contain_text("in the general topic")
    await alice.conversation.get_by_role("link", name=re.compile("The crane")).click(button="right")
    await alice.page.get_by_role("menuitem", name="Close topic").click()
    await bob.presses("Back")
    await bob.conversation.get_by_role("link", name=re.compile("The crane")).click()
    await expect(bob.composer).to_have_count(0)


async def test_what_members_may_is_felt_by_all(sits_down: SitsDown) -> None:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    key = await both_in(alice, bob, "Orchestra")
    await alice.goes_to(f"info/{key}/permissions")
    await alice.page.get_by_label("Write", exact=True).click()
    await alice.presses("Save")
    await expect(bob.composer).to_be_disabled()
    await alice.page.get_by_label("Write", exact=True).click()
    await alice.presses("Save")
    await expect(bob.composer).to_be_enabled()
    await bob.says("tuning up")


async def test_a_right_given_can_be_used_and_taken(sits_down: SitsDown) -> None:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    key = await both_in(alice, bob, "Bakery")
    await alice.says("too much salt")
    await bob.bubble("too much salt").click(button="right")
    await expect(bob.page.get_by_role("menuitem", name="Delete")).to_have_count(0)
    await bob.page.keyboard.press("Escape")
    await alice.goes_to(f"info/{key}/members")
    await alice.presses("What to do with Bob")
    await alice.page.get_by_role("menuitem", name="Make admin").click()
    dialog = alice.page.get_by_role("dialog")
    await dialog.get_by_label("Title").fill("Miller")
    await alice.finds_no_barrier()
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    await bob.says("now I may")
    await bob.does("Delete", "too much salt")
    await bob.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(bob.bubble("too much salt")).to_have_count(0)
    await alice.goes_to(f"c/{key}")
    await expect(await alice.reads("now I may")).to_contain_text("Miller")
    await expect(alice.bubble("too much salt")).to_have_count(0)
    await alice.goes_to(f"info/{key}/members")
    await alice.presses("What to do with Bob")
    await alice.page.get_by_role("menuitem", name="Take admin rights away").click()
    await alice.goes_to(f"c/{key}")
    await alice.says("and now you may not")
    await bob.bubble("and now you may not").click(button="right")
    await expect(bob.page.get_by_role("menuitem", name="Choose")).to_be_visible()
    await expect(bob.page.get_by_role("menuitem", name="Delete")).to_have_count(0)
    await bob.page.keyboard.press("Escape")
    await alice.goes_to(f"info/{key}/actions")
    await alice.sees(re.compile("deleted a message"))
    await alice.finds_no_barrier()


async def test_slow_mode_and_a_name_changed(sits_down: SitsDown) -> None:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    key = await both_in(alice, bob, "Night watch")
    await alice.goes_to(f"info/{key}/edit")
    await alice.page.locator("#title").fill("Day watch")
    await alice.page.get_by_label("One message per member every").select_option(index=3)
    await alice.presses("Save")
    await expect(bob.conversation.get_by_role("heading", level=1)).to_have_text("Day watch")
    await bob.says("first")
    await bob.composer.fill("second")
    await bob.page.keyboard.press("Enter")
    await expect(bob.conversation.get_by_role("alert")).to_be_visible()
    await bob.finds_no_barrier()


async def test_a_room_is_handed_on_and_left(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    key = await both_in(alice, bob, "Old mill")
    await bob.row("Old mill").click(button="right")
    await bob.page.get_by_role("menuitem", name="Leave group").click()
    await bob.page.get_by_role("dialog").get_by_role("button", name="Leave group").click()
    await expect(bob.row("Old mill")).to_have_count(0)
    await alice.goes_to(f"info/{key}/members")
    await expect(alice.page.locator("main").get_by_text("Bob")).to_have_count(0)
    await alice.goes_to(f"info/{key}/edit")
    await alice.presses("Delete for everybody")
    await alice.page.get_by_role("dialog").get_by_role("button", name="Delete for everybody").click()
    await expect(alice.row("Old mill")).to_have_count(0)


async def test_a_mention_is_shown_and_found(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    await both_in(alice, bob, "Choir of the quay")
    await alice.goes_to("")
    await bob.composer.fill("")
    await bob.composer.press_sequentially("@Ali")
    await bob.conversation.get_by_role("option", name=re.compile("Alice")).click()
    await bob.composer.press_sequentially("can you sing?")
    await bob.page.keyboard.press("Enter")
    await expect(bob.bubble("can you sing?").locator(".ticks")).to_be_visible()
    row = alice.row("Choir of the quay")
    await expect(row).to_contain_text("@")
    await row.click()
    await alice.reads(re.compile("Alice can you sing"))


async def test_statistics_and_people_of_a_channel(sits_down: SitsDown, lives: Lives) -> None:
    alice, carol = await sits_down("alice"), await lives("Carol")
    phone = await Folk.comes(carol.wire.port, carol.wire.key, alice.phone, "Alice")
    channel = await phone.founds("Weather of the coast", broadcast=True, username="weather_of_the_coast")
    there = await carol.finds("weather_of_the_coast")
    await carol.calls(f.channels.JoinChannel(channel=carol.channel(channel)))
    post = await phone.says(phone.room(channel), "fog, lifting at noon")
    await carol.reacts(there, post.id, "👍")
    phone.leaves()
    key = -1_000_000_000_000 - channel
    await alice.goes_to(f"info/{key}/statistics")
    await alice.sees("Growth")
    await alice.finds_no_barrier()
    await alice.goes_to(f"info/{key}/members")
    await alice.sees("Carol")
    await alice.finds_no_barrier()


async def test_what_strangers_find_is_said_in_words(
    server: ServerProcess, sits_down: SitsDown, arrives: Arrives
) -> None:
    alice = await sits_down("alice")
    phone = await Folk.comes(server.port, server.key, alice.phone, "Alice")
    group = await phone.founds("Quay talk", "What is said at the quay.", username="quay_talk_open")
    await phone.says(phone.room(group), "the tide turns")
    phone.leaves()
    stranger = await arrives("a stranger")
    await stranger.goes("/@quay_talk_open")
    assert "the tide turns" not in await stranger.page.content()
    await alice.goes_to(f"info/{-1_000_000_000_000 - group}/edit")
    readable = alice.page.get_by_label("Anybody reads it without an account")
    await expect(readable).not_to_be_checked()
    await readable.click()
    await expect(readable).to_be_checked()
    listed = alice.page.get_by_label("Let search engines find it")
    await expect(listed).to_be_checked()
    await listed.click()
    await expect(listed).not_to_be_checked()
    await expect(alice.page.locator("#about")).to_have_value("What is said at the quay.")
    await alice.finds_no_barrier()
    await stranger.goes("/@quay_talk_open")
    await stranger.sees("the tide turns")
    await expect(stranger.page.locator("meta[name=robots]")).to_have_attribute("content", "noindex")
