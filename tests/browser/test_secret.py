"""Source: api/end-to-end

Two people at browsers talk so that only the two browsers can read it.
"""

import asyncio
import re
from pathlib import Path

from playwright.async_api import expect
from tests.browser.conftest import SitsDown
from tests.browser.looks import PHONE
from tests.browser.messenger import Messenger
from tests.browser.pictures import landscape
from tests.browser.secrets import (
    SAY,
    STATE,
    WRITE,
    accepts,
    attaches,
    begins,
    bubble,
    digits,
    ends,
    glimpses,
    is_open,
    looks_closely,
    reads,
    says,
    sets_timer,
    speaks,
    texts,
)

DATABASES = """
async () => {
  const found = []
  const text = (one) => one instanceof Uint8Array ? new TextDecoder('latin1').decode(one) : one
  for (const {name} of await indexedDB.databases()) {
    const base = await new Promise((done) => {
      const ask = indexedDB.open(name)
      ask.onsuccess = () => done(ask.result)
    })
    for (const store of base.objectStoreNames) {
      const rows = base.transaction(store).objectStore(store)
      const [keys, values] = await Promise.all([rows.getAllKeys(), rows.getAll()].map(
        (ask) => new Promise((done) => { ask.onsuccess = () => done(ask.result) })))
      found.push({name, store, rows: values.map((one, at) => [String(keys[at]),
        one instanceof CryptoKey ? `CryptoKey ${one.extractable}`
        : one instanceof Uint8Array ? text(one) : JSON.stringify(one, (_, inner) => text(inner))])})
    }
    base.close()
  }
  return found
}
"""


async def test_two_browsers_in_secret(sits_down: SitsDown, tmp_path: Path) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    assert await digits(alice) == await digits(bob)
    await says(alice, "Only **you** read this", "Only you read this")
    await expect((await reads(bob, "Only you read this")).locator("strong")).to_have_text("you")
    await expect(bubble(alice, "Only you read this").locator(".ticks.read")).to_be_visible()
    await says(bob, "And only you this")
    await reads(alice, "And only you this")
    # A photo, as it was.
    picture = tmp_path / "view.jpg"
    picture.write_bytes(landscape(1, 640, 480))
    await attaches(bob, picture)
    await bob.composer.fill("look")
    await bob.page.keyboard.press("Enter")
    shown = (await reads(alice, "look")).locator(".tile img:not(.blurred)")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("async one => (await one.decode(), one.naturalWidth)") == 640
    await expect(bubble(bob, "look").locator(".tile img:not(.blurred)")).to_be_visible()
    # A voice: drawn as it sounds, and played.
    await speaks(alice)
    sound = bob.page.locator(".conversation.secret .message").last
    await expect(sound.get_by_role("img", name="Voice message")).to_be_visible()
    await sound.get_by_role("button", name="Play").click()
    await expect(sound.locator("audio")).to_be_visible()
    # Closed in mid-conversation: what is said meanwhile is there when the page is back, once and in order.
    await alice.page.goto("about:blank")
    for text in ("while you were away", "and still away"):
        await says(bob, text)
    await alice.goes("/app/")
    await alice.page.locator("a.secret-row").click()
    await reads(alice, "and still away")
    assert await texts(alice) == [
        "Only you read this", "And only you this", "look", "while you were away", "and still away"
    ]  # fmt: skip
    await expect(bubble(alice, "look").locator(".tile img:not(.blurred)")).to_be_visible()
    await says(alice, "I am back")
    await reads(bob, "I am back")
    await alice.finds_no_barrier()


async def test_nothing_lies_open_in_the_browser(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await alice.says("marigold for everybody")
    await _ask(alice, bob)
    await says(alice, "zephyr in the quince tree")
    await reads(bob, "zephyr in the quince tree")
    rows: list[tuple[str, str, str]] = []
    for _ in range(240):  # the list of chats is kept two seconds after it changed
        await bob.page.wait_for_timeout(500)
        rows = [(one["store"], key, text) for one in await bob.page.evaluate(DATABASES) for key, text in one["rows"]]
        if any("marigold" in text for _, _, text in rows):
            break
    assert [store for store, _, text in rows if "marigold" in text] == ["things"]
    assert [text for _, _, text in rows if "quince" in text] == []
    assert [text for store, _, text in rows if store == "keys"] == ["1", "CryptoKey false"]
    assert len([text for store, _, text in rows if store == "lines"]) == 1


async def test_a_timer_runs_out_on_both_sides(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    await sets_timer(alice, "5 seconds")
    await bob.sees(re.compile("set: messages vanish after 5 seconds"))
    for one in (alice, bob):
        await looks_closely(one)
    await alice.page.get_by_label(WRITE).fill("gone in a moment")
    await alice.page.keyboard.press("Enter")
    for one in (alice, bob):
        await glimpses(one, "gone in a moment")
    await expect(bubble(bob, "gone in a moment")).to_have_count(0)
    await expect(bubble(alice, "gone in a moment")).to_have_count(0)


async def test_deleted_for_both_and_ended(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    await says(alice, "a slip")
    await says(alice, "stays")
    await reads(bob, "stays")
    await bubble(bob, "a slip").click(button="right")
    await bob.page.get_by_role("menuitem", name="Delete for both").click()
    await expect(bubble(alice, "a slip")).to_have_count(0)
    await ends(bob)
    await alice.sees(re.compile("ended this secret chat, or signed out there"))
    await reads(alice, "stays")
    assert (await alice.page.evaluate(STATE))[0] == {"stage": "ended", "key": None, "received": 2, "layer": 144}
    await alice.finds_no_barrier()
    await alice.presses("Remove from this browser")
    await alice.page.get_by_role("dialog").get_by_role("button", name="Remove from this browser").click()
    await expect(alice.page.locator("a.secret-row")).to_have_count(0)


async def test_a_new_key_after_a_hundred_messages(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    [before] = await alice.page.evaluate(STATE)
    await alice.page.evaluate(SAY, 60)
    await bob.page.evaluate(SAY, 60)
    await reads(bob, "word 59")
    for _ in range(240):
        ([a], [b]) = await asyncio.gather(alice.page.evaluate(STATE), bob.page.evaluate(STATE))
        if a["key"] == b["key"] != before["key"]:
            break
        await alice.page.wait_for_timeout(500)
    assert a["key"] == b["key"] != before["key"]
    await says(alice, "under the new key")
    await reads(bob, "under the new key")


async def test_declined_and_asked_where_nobody_looks(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    # By the card of the start page.
    await alice.goes("/")
    await alice.page.get_by_role("link", name="Begin a secret chat").click()
    await alice.finds_no_barrier()
    await alice.page.locator("#number").fill("+" + bob.phone)
    await alice.presses("Find")
    await alice.presses("Ask Bob")
    await alice.sees(re.compile("Waiting until Bob accepts"))
    await expect(bob.page.locator("a.secret-row")).to_be_visible()
    await bob.page.reload()
    await bob.page.locator("a.secret-row").click()
    await bob.sees("Alice asks for a secret chat")
    await bob.finds_no_barrier()
    await bob.presses("Decline")
    await alice.sees("Bob did not accept.")
    await expect(bob.page.locator("a.secret-row")).to_have_count(0)


async def test_written_without_a_network(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    alice.watch.expects(r"WebSocket", r"ERR_INTERNET_DISCONNECTED", r"Failed to fetch")
    await alice.context.set_offline(True)
    for text in ("first", "second"):
        await alice.page.get_by_label(WRITE).fill(text)
        await alice.page.keyboard.press("Enter")
        await expect(bubble(alice, text).get_by_role("img", name="Sending")).to_be_visible()
    await alice.context.set_offline(False)
    await reads(bob, "second")
    assert await texts(bob) == ["first", "second"]
    await expect(bubble(alice, "second").locator(".ticks")).to_be_visible()


async def test_signing_out_ends_the_chats_and_leaves_nothing(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    await says(alice, "before I go")
    await reads(bob, "before I go")
    await bob.page.evaluate("window.chappe.leave()")
    await alice.sees(re.compile("ended this secret chat, or signed out there"))
    left = await bob.page.evaluate("indexedDB.databases().then(all => all.map(one => one.name))")
    assert [name for name in left if "secrets" in name] == []
    assert await bob.page.evaluate("Object.keys(localStorage).filter(one => one.includes('letters'))") == []


async def test_what_browsers_notice_of_screenshots_is_told(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    await alice.page.get_by_label(WRITE).press_sequentially("wri")
    await bob.sees("is writing…")
    await alice.page.keyboard.press("PrintScreen")
    await bob.sees("Alice took a picture of the screen")
    await alice.sees("You took a picture of the screen; Bob is told")


async def test_in_french_by_keyboard_on_a_phone(sits_down: SitsDown) -> None:
    alice, bob = await sits_down("alice", PHONE.says("fr")), await sits_down("bob")
    await bob.finds_by_number(alice.phone, "Alice")
    await begins(bob, "Alice")
    await alice.page.locator("a.secret-row").focus()
    await alice.page.keyboard.press("Enter")
    await alice.sees(re.compile("demande un échange secret"))
    await alice.finds_no_barrier()
    await alice.tabs_to(re.compile("Accepter ici"))
    await alice.page.keyboard.press("Enter")
    await expect(alice.page.get_by_label("Message secret")).to_be_visible()
    await alice.sees(re.compile("n’existe que dans ce navigateur"))
    await alice.tabs_to(re.compile("Message secret"))
    await alice.page.keyboard.type("bonsoir")
    await alice.page.keyboard.press("Enter")
    await reads(bob, "bonsoir")
    await alice.finds_no_barrier()
    await alice.page.get_by_role("log").focus()
    await alice.page.keyboard.press("ArrowUp")
    await alice.page.keyboard.press("Enter")
    await alice.arrows_to(re.compile("Supprimer pour les deux"))
    await alice.page.keyboard.press("Enter")
    await expect(bubble(bob, "bonsoir")).to_have_count(0)


async def test_one_window_at_a_time(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    second = await alice.context.new_page()
    await second.goto(alice.page.url)
    await expect(second.get_by_text("open in another window").first).to_be_visible()
    await says(bob, "to the first window")
    await reads(alice, "to the first window")
    # It is said in the list of chats, too, for who looks for them there.
    await second.locator("nav.chats").get_by_role("button", name="Use them here").click()
    await expect(second.locator(".message", has_text="to the first window")).to_be_visible()
    await alice.sees(re.compile("open in another window"))
    await says(bob, "to the second window")
    await expect(second.locator(".message", has_text="to the second window")).to_be_visible()
    await second.close()
    await reads(alice, "to the second window")


# --- what they do ----------------------------------------------------------------------------------------------------


async def _both(sits_down: SitsDown) -> tuple[Messenger, Messenger]:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    await alice.finds_by_number(bob.phone, "Bob")
    return alice, bob


async def _begin(alice: Messenger, bob: Messenger) -> None:
    """Alice, who has the chat with Bob open, asks him."""
    await begins(alice, "Bob")
    await alice.sees(re.compile("Waiting until Bob accepts"))
    await expect(bob.page.locator("a.secret-row")).to_be_visible()


async def _ask(alice: Messenger, bob: Messenger) -> None:
    """The two have a secret chat open."""
    await _begin(alice, bob)
    await accepts(bob)
    await is_open(alice)
