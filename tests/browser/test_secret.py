"""Source: api/end-to-end

Two people at browsers talk so that only the two browsers can read it.
"""

import asyncio
import re
from pathlib import Path

from playwright.async_api import Locator, expect
from tests.browser.conftest import SitsDown
from tests.browser.messenger import Messenger
from tests.browser.pictures import landscape

OPEN = re.compile("Secret message")
STATE = """
() => window.chappe.secret.held().rooms().map(({chat}) => ({
  stage: chat.stage, key: chat.key && [...chat.key.bytes].join(), received: chat.received, layer: chat.layer,
}))
"""
DATABASES = """
async () => {
  const found = []
  for (const {name} of await indexedDB.databases()) {
    const base = await new Promise((done) => { const ask = indexedDB.open(name); ask.onsuccess = () => done(ask.result) })
    for (const store of base.objectStoreNames) {
      const rows = base.transaction(store).objectStore(store)
      const [keys, values] = await Promise.all([rows.getAllKeys(), rows.getAll()].map(
        (ask) => new Promise((done) => { ask.onsuccess = () => done(ask.result) })))
      found.push({name, store, rows: values.map((one, at) => [String(keys[at]),
        one instanceof Uint8Array ? new TextDecoder('latin1').decode(one)
        : one instanceof CryptoKey ? `CryptoKey ${one.extractable}`
        : JSON.stringify(one, (_, inner) => inner instanceof Uint8Array ? new TextDecoder('latin1').decode(inner) : inner)])})
    }
    base.close()
  }
  return found
}
"""


async def test_two_browsers_in_secret(sits_down: SitsDown, tmp_path: Path) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    assert await _digits(alice) == await _digits(bob)
    await _says(alice, "Only **you** read this", "Only you read this")
    await expect((await _reads(bob, "Only you read this")).locator("strong")).to_have_text("you")
    await expect(_bubble(alice, "Only you read this").locator(".ticks.read")).to_be_visible()
    await _says(bob, "And only you this")
    await _reads(alice, "And only you this")
    # A photo, as it was.
    picture = tmp_path / "view.jpg"
    picture.write_bytes(landscape(1, 640, 480))
    await _attaches(bob, picture)
    await bob.composer.fill("look")
    await bob.page.keyboard.press("Enter")
    shown = (await _reads(alice, "look")).locator(".tile img:not(.blurred)")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("async one => (await one.decode(), one.naturalWidth)") == 640
    # Closed in mid-conversation: what is said meanwhile is there when the page is back, once and in order.
    await alice.page.goto("about:blank")
    for text in ("while you were away", "and still away"):
        await _says(bob, text)
    await alice.goes("/app/")
    await alice.page.locator("a.secret-row").click()
    await _reads(alice, "and still away")
    assert await _texts(alice) == [
        "Only you read this", "And only you this", "look", "while you were away", "and still away"
    ]  # fmt: skip
    await expect(_bubble(alice, "look").locator(".tile img:not(.blurred)")).to_be_visible()
    await _says(alice, "I am back")
    await _reads(bob, "I am back")
    await alice.finds_no_barrier()


async def test_nothing_lies_open_in_the_browser(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    await _says(alice, "zephyr in the quince tree")
    await _reads(bob, "zephyr in the quince tree")
    await bob.page.wait_for_timeout(1500)
    rows = [(one["store"], key, text) for one in await bob.page.evaluate(DATABASES) for key, text in one["rows"]]
    assert [text for _, _, text in rows if "quince" in text] == []
    assert [text for store, _, text in rows if store == "keys"] == ["CryptoKey false"]
    assert len([text for store, _, text in rows if store == "lines"]) == 1


async def test_a_timer_runs_out_on_both_sides(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    await alice.presses("More about this chat")
    await alice.page.get_by_role("menuitem", name="Messages vanish").click()
    await alice.finds_no_barrier()
    await alice.page.get_by_label("5 seconds", exact=True).check()
    await alice.presses("Save")
    await bob.sees(re.compile("set: messages vanish after 5 seconds"))
    await _says(alice, "gone in a moment")
    await _reads(bob, "gone in a moment")
    await expect(_bubble(bob, "gone in a moment")).to_have_count(0)
    await expect(_bubble(alice, "gone in a moment")).to_have_count(0)


async def test_deleted_for_both_and_ended(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    await _says(alice, "a slip")
    await _says(alice, "stays")
    await _reads(bob, "stays")
    await _bubble(bob, "a slip").click(button="right")
    await bob.page.get_by_role("menuitem", name="Delete for both").click()
    await expect(_bubble(alice, "a slip")).to_have_count(0)
    await bob.presses("More about this chat")
    await bob.page.get_by_role("menuitem", name="End the secret chat").click()
    await bob.page.get_by_role("dialog").get_by_role("button", name="End the secret chat").click()
    await alice.sees(re.compile("ended this secret chat, or signed out there"))
    await _reads(alice, "stays")
    assert (await alice.page.evaluate(STATE))[0] == {"stage": "ended", "key": None, "received": 2, "layer": 144}
    await alice.finds_no_barrier()
    await alice.presses("Remove from this browser")
    await alice.page.get_by_role("dialog").get_by_role("button", name="Remove from this browser").click()
    await expect(alice.page.locator("a.secret-row")).to_have_count(0)


async def test_a_new_key_after_a_hundred_messages(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    [before] = await alice.page.evaluate(STATE)
    say = "async n => { for (let i = 0; i < n; i += 1) await window.chappe.secret.held().rooms()[0].say(`word ${i}`, []) }"
    await alice.page.evaluate(say, 60)
    await bob.page.evaluate(say, 60)
    await _reads(bob, "word 59")
    for _ in range(60):
        ([a], [b]) = await asyncio.gather(alice.page.evaluate(STATE), bob.page.evaluate(STATE))
        if a["key"] == b["key"] != before["key"]:
            break
        await alice.page.wait_for_timeout(500)
    assert a["key"] == b["key"] != before["key"]
    await _says(alice, "under the new key")
    await _reads(bob, "under the new key")


async def test_declined_and_asked_where_nobody_looks(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _begin(alice, bob)
    await bob.page.reload()
    await bob.page.locator("a.secret-row").click()
    await bob.sees("Alice asks for a secret chat")
    await bob.finds_no_barrier()
    await bob.presses("Decline")
    await alice.sees("Bob did not accept.")
    await expect(bob.page.locator("a.secret-row")).to_have_count(0)


async def test_one_window_at_a_time(sits_down: SitsDown) -> None:
    alice, bob = await _both(sits_down)
    await _ask(alice, bob)
    second = await alice.context.new_page()
    await second.goto(alice.page.url)
    await expect(second.get_by_text("open in another window").first).to_be_visible()
    await _says(bob, "to the first window")
    await _reads(alice, "to the first window")
    await second.get_by_role("button", name="Use them here").click()
    await expect(second.locator(".message", has_text="to the first window")).to_be_visible()
    await alice.sees(re.compile("open in another window"))
    await _says(bob, "to the second window")
    await expect(second.locator(".message", has_text="to the second window")).to_be_visible()
    await second.close()
    await _reads(alice, "to the second window")


# --- what they do ------------------------------------------------------------------------------------------------------


async def _both(sits_down: SitsDown) -> tuple[Messenger, Messenger]:
    alice, bob = await sits_down("alice"), await sits_down("bob")
    await alice.finds_by_number(bob.phone, "Bob")
    return alice, bob


async def _begin(alice: Messenger, bob: Messenger) -> None:
    """Alice, who has the chat with Bob open, asks him."""
    await alice.conversation.locator("a.head-who").click()
    await alice.presses("Start a secret chat")
    await alice.sees(re.compile("not the server, nor your other devices"))
    await alice.finds_no_barrier()
    await alice.presses("Ask Bob")
    await alice.sees(re.compile("Waiting until Bob accepts"))
    await expect(bob.page.locator("a.secret-row")).to_be_visible()


async def _ask(alice: Messenger, bob: Messenger) -> None:
    """The two have a secret chat open."""
    await _begin(alice, bob)
    await bob.page.locator("a.secret-row").click()
    await bob.presses("Accept here")
    for one in (alice, bob):
        await expect(one.page.get_by_label(OPEN)).to_be_visible()
        await one.sees(re.compile("This chat lives in this browser only"))


async def _digits(one: Messenger) -> str:
    """The digits on the screen where keys are compared, which has a picture, too."""
    await one.page.get_by_role("button", name="Compare the key").click()
    dialog = one.page.get_by_role("dialog")
    await expect(dialog.get_by_role("img", name=re.compile("Picture of the key"))).to_be_visible()
    await one.finds_no_barrier()
    found = await dialog.locator(".key-digits").inner_text()
    assert len(re.sub(r"\s", "", found)) == 72
    await dialog.get_by_role("button", name="They are the same").click()
    return found


async def _says(one: Messenger, text: str, shown: str = "") -> None:
    await one.page.get_by_label(OPEN).fill(text)
    await one.page.keyboard.press("Enter")
    await expect(_bubble(one, shown or text).locator(".ticks")).to_be_visible()


def _bubble(one: Messenger, text: str) -> Locator:
    return one.page.locator(".conversation.secret .message", has=one.page.locator(".words", has_text=text))


async def _reads(one: Messenger, text: str) -> Locator:
    found = _bubble(one, text).last
    await expect(found).to_be_visible()
    return found


async def _texts(one: Messenger) -> list[str]:
    return await one.page.locator(".conversation.secret .message .words").all_inner_texts()


async def _attaches(one: Messenger, file: Path) -> None:
    async with one.page.expect_file_chooser() as chosen:
        await one.page.locator(".conversation.secret").get_by_role("button", name="Attach").click()
    await (await chosen.value).set_files([file])
