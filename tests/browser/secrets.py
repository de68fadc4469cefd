"""What people do in secret chats at the messenger."""

import re
from pathlib import Path

from playwright.async_api import Locator, expect
from tests.browser.messenger import Messenger

WRITE = "Secret message"
REMEMBER = """
() => {
  window.remembered = []
  const note = () => document.querySelectorAll('.conversation.secret .message').forEach((one) => {
    if (!remembered.includes(one.textContent)) remembered.push(one.textContent)
  })
  new MutationObserver(note).observe(document.body, {childList: true, characterData: true, subtree: true})
  note()
}
"""
STATE = """
() => window.chappe.secret.held().rooms().map(({chat}) => ({
  stage: chat.stage, key: chat.key && [...chat.key.bytes].join(), received: chat.received, layer: chat.layer,
}))
"""
SAY = "async n => { for (let i = 0; i < n; i += 1) await window.chappe.secret.held().rooms()[0].say(`word ${i}`, []) }"


async def begins(one: Messenger, name: str) -> None:
    """They have the chat with this person open, and ask them for a secret one."""
    await one.conversation.locator("a.head-who").click()
    await one.presses("Start a secret chat")
    await one.sees(re.compile("not the server, nor your other devices"))
    await one.finds_no_barrier()
    await one.presses(f"Ask {name}")


async def accepts(one: Messenger) -> None:
    """They are asked, and say yes."""
    await one.page.locator("a.secret-row").click()
    await one.presses("Accept here")
    await is_open(one)


async def is_open(one: Messenger) -> None:
    """They can write, and are told where this lives."""
    await expect(one.page.get_by_label(WRITE)).to_be_visible()
    await one.sees(re.compile("This chat lives in this browser only"))


async def digits(one: Messenger) -> str:
    """The digits on the screen where keys are compared, which has a picture, too. Shape: 72 of them."""
    await one.page.get_by_role("button", name="Compare the key").click()
    dialog = one.page.get_by_role("dialog")
    await expect(dialog.get_by_role("img", name=re.compile("Picture of the key"))).to_be_visible()
    await one.finds_no_barrier()
    found = re.sub(r"\s", "", await dialog.locator(".key-digits").inner_text())
    assert len(found) == 72
    await dialog.get_by_role("button", name="They are the same").click()
    return found


async def says(one: Messenger, text: str, shown: str = "") -> None:
    """They write it and press Enter; the server has passed it on."""
    await one.page.get_by_label(WRITE).fill(text)
    await one.page.keyboard.press("Enter")
    await expect(bubble(one, shown or text).locator(".ticks")).to_be_visible()


def bubble(one: Messenger, text: str) -> Locator:
    """The message that says this."""
    return one.page.locator(".conversation.secret .message", has=one.page.locator(".words", has_text=text))


async def reads(one: Messenger, text: str) -> Locator:
    """A message of the open secret chat says this."""
    found = bubble(one, text).last
    await expect(found).to_be_visible()
    return found


async def looks_closely(one: Messenger) -> None:
    """From now on they remember what stood in the chat, however briefly."""
    await one.page.evaluate(REMEMBER)


async def glimpses(one: Messenger, text: str) -> None:
    """A message said this; it may be gone again."""
    await one.page.wait_for_function("text => remembered.some((said) => said.includes(text))", arg=text)


async def texts(one: Messenger) -> list[str]:
    """What was said, in order."""
    return await one.page.locator(".conversation.secret .message .words").all_inner_texts()


async def speaks(one: Messenger) -> None:
    """They record a voice message, and send it."""
    await one.presses("Record a voice message")
    await expect(one.page.locator(".recorder-time")).to_have_text(re.compile(r"^0:0[1-9]"))
    await one.presses("Send")
    await expect(one.page.locator(".conversation.secret .message.mine .ticks").last).to_be_visible()


async def attaches(one: Messenger, *files: Path) -> None:
    """Files are chosen, and not sent yet."""
    async with one.page.expect_file_chooser() as chosen:
        await one.page.locator(".conversation.secret").get_by_role("button", name="Attach").click()
    await (await chosen.value).set_files(list(files))


async def chooses(one: Messenger, entry: str) -> None:
    """An entry of the chat's menu."""
    await one.presses("More about this chat")
    await one.page.get_by_role("menuitem", name=entry, exact=True).click()


async def sets_timer(one: Messenger, span: str) -> None:
    """Messages vanish this long after they were read."""
    await chooses(one, "Messages vanish")
    await one.finds_no_barrier()
    await one.page.get_by_label(span, exact=True).check()
    await one.presses("Save")


async def ends(one: Messenger) -> None:
    """The chat is over for both."""
    await chooses(one, "End the secret chat")
    await one.page.get_by_role("dialog").get_by_role("button", name="End the secret chat").click()
