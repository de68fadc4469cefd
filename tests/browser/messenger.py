"""A person at the messenger in the browser: comes in, opens chats, writes, and sees what others wrote."""

import re
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, expect
from tests.browser.visitor import PATIENCE_MS, Visitor

APP = "/app/"
FOCUSED = """
() => {
  const one = document.activeElement
  const label = one.id && document.querySelector(`label[for="${one.id}"]`)
  return one.getAttribute('aria-label') || (label || one).textContent.trim() || one.getAttribute('placeholder') || ''
}
"""
FOCUS = """
() => {
  window.unseenFocus = []
  addEventListener('focusin', ({target}) => setTimeout(() => {
    if (document.activeElement !== target || !target.matches(':focus-visible') || target.tabIndex < 0) return
    const frames = [target, target.parentElement].map((one) => getComputedStyle(one))
    const seen = frames.some((style) => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1)
      || style.boxShadow !== 'none')
    if (!seen) window.unseenFocus.push(target.outerHTML.slice(0, 120))
  }, 50))
}
"""


class Messenger(Visitor):
    """A visitor whose page is the messenger."""

    phone = ""
    first_name = ""

    # --- coming in ----------------------------------------------------------------------------------------------

    async def signs_in(self, phone: str, name: str = "", place: str = "") -> None:
        """They are in, with a new account if the number has none. Shape: 99966X…, code XXXXX; place as in `goes_to`."""
        self.phone, self.first_name = phone, name or self.name.capitalize()
        await self.goes(f"{APP}#/{place}" if place else APP)
        await self.page.locator("#phone").fill("+" + phone)
        await self.page.keyboard.press("Enter")
        await self.page.locator("#code").fill(phone[5] * 5)
        first = self.page.locator("#first")
        await expect(first.or_(self.chats)).to_be_visible(timeout=PATIENCE_MS)
        if await first.is_visible():
            await first.fill(self.first_name)
            await self.page.keyboard.press("Enter")
        await self.is_in()

    async def is_in(self) -> None:
        """The chat list is there, and the server too."""
        await expect(self.chats).to_be_visible(timeout=PATIENCE_MS)

    # --- places -------------------------------------------------------------------------------------------------

    @property
    def chats(self) -> Locator:
        """The chat list."""
        return self.page.locator("nav.chats")

    @property
    def conversation(self) -> Locator:
        """The open chat."""
        return self.page.locator("section.conversation")

    @property
    def composer(self) -> Locator:
        """Where they write."""
        return self.conversation.locator("[role=textbox], textarea").last

    def row(self, name: str) -> Locator:
        """A chat's line in the list."""
        return self.chats.locator("a.chat-row", has=self.page.locator(".title", has_text=name)).first

    def bubble(self, text: str | re.Pattern[str]) -> Locator:
        """The message that says this."""
        return self.conversation.locator(".message", has=self.page.locator(".words", has_text=text)).last

    # --- acts ---------------------------------------------------------------------------------------------------

    async def opens(self, name: str) -> None:
        """The chat of this name is open."""
        await self.row(name).click()
        await expect(self.conversation.get_by_role("heading", level=1)).to_have_text(name, timeout=PATIENCE_MS)

    async def goes_to(self, place: str) -> None:
        """Another place in the messenger, as by a link: what stands after the # of its address."""
        await self.page.evaluate("place => { location.hash = `#/${place}` }", place)

    async def finds_by_number(self, phone: str, name: str) -> None:
        """The chat with whoever has this number is open."""
        await self.goes_to("new/chat")
        await self.page.locator("#number").fill("+" + phone)
        await self.presses("Find")
        await expect(self.conversation.get_by_role("heading", level=1)).to_have_text(name, timeout=PATIENCE_MS)

    async def says(self, text: str, shown: str = "") -> None:
        """They write it and press Enter; it stands in the chat, and the server has it. Shape: `shown` without marks."""
        await self.composer.click()
        await self.composer.fill(text)
        await self.page.keyboard.press("Enter")
        await expect(self.bubble(shown or text).locator(".ticks")).to_be_visible(timeout=PATIENCE_MS)

    async def reads(self, text: str | re.Pattern[str]) -> Locator:
        """A message of the open chat says this."""
        found = self.bubble(text)
        await expect(found).to_be_visible(timeout=PATIENCE_MS)
        return found

    async def does(self, name: str | re.Pattern[str], text: str) -> None:
        """An entry of the message's menu is chosen."""
        await self.bubble(text).click(button="right")
        await self.page.get_by_role("menuitem", name=name).click()

    async def attaches(self, *files: Path | dict[str, Any]) -> None:
        """Files are chosen, as by the file dialog."""
        await self.presses("Attach")
        async with self.page.expect_file_chooser() as chosen:
            await self.page.get_by_role("menuitem", name="Photos, videos, files").click()
        await (await chosen.value).set_files(list(files))  # type: ignore[arg-type]

    # --- keyboard -----------------------------------------------------------------------------------------------

    async def watch_focus(self) -> None:
        """From now on it is written down when something has the focus and does not look like it."""
        await self.page.evaluate(FOCUS)

    async def unseen_focus(self) -> list[str]:
        """What had the focus without a ring or frame that showed it."""
        found: list[str] = await self.page.evaluate("window.unseenFocus")
        return found

    async def tabs_to(self, name: re.Pattern[str]) -> None:
        """Tab is pressed until something of this name has the focus."""
        await self._presses_until("Tab", name)

    async def arrows_to(self, name: re.Pattern[str]) -> None:
        """The arrow is pressed until the entry has the focus."""
        await self._presses_until("ArrowDown", name)

    async def _presses_until(self, key: str, name: re.Pattern[str]) -> None:
        passed = []
        for _ in range(40):
            said = str(await self.page.evaluate(FOCUSED))
            if name.search(said):
                return
            passed.append(said)
            await self.page.keyboard.press(key)
            await self.page.wait_for_timeout(60)
        raise AssertionError(f"{self}: {key} never comes to {name.pattern!r}, only to {passed}")
