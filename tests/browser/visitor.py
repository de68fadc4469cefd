"""A person at a browser: one context with its own cookies and storage, one page at first, and a watch over it."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect
from tests.browser.axe import findings
from tests.browser.looks import LIGHT, Look
from tests.browser.watch import Watch

PATIENCE_MS = 120_000
"""The machine may be busy; what is measured is measured in the browser, never by this."""

TURN_ROUND = """
addEventListener('DOMContentLoaded', () => {
  const turn = () => document.documentElement.dir === 'rtl' || (document.documentElement.dir = 'rtl')
  turn()
  new MutationObserver(turn).observe(document.documentElement, {attributes: true, attributeFilter: ['dir']})
})
"""
TOO_WIDE = """
() => [...document.body.querySelectorAll('*')]
  .filter((one) => {
    const box = one.getBoundingClientRect()
    return box.width && (box.right > innerWidth + 1 || box.left < -1) && !one.closest('pre, table, [data-scrolls]')
  })
  .slice(0, 5)
  .map((one) => `<${one.tagName.toLowerCase()} class="${one.className}">`)
"""


class Visitor:
    """Acts in the present tense, as a play tells it. `watch` holds what went wrong besides."""

    def __init__(self, name: str, base: str, look: Look, context: BrowserContext, page: Page, watch: Watch) -> None:
        self.name = name
        self.base = base
        self.look = look
        self.context = context
        self.page = page
        self.watch = watch

    @classmethod
    async def comes(cls, browser: Browser, base: str, name: str, look: Look = LIGHT, **more: Any) -> "Visitor":
        """A browser of this person's own is open at an empty page."""
        context = await browser.new_context(**look.context(), base_url=base, **more)
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(base.partition("://")[2])
        await watch.begins(context)
        if look.rtl:
            await context.add_init_script(TURN_ROUND)
        return cls(name, base, look, context, await context.new_page(), watch)

    def __str__(self) -> str:
        return f"{self.name} ({self.look.name}, {self.look.language})"

    async def goes(self, path: str, *, status: int = 200) -> None:
        """The page at this path is loaded. Shape: a status from 400 is no trouble where it is said here."""
        if status >= 400:
            self.watch.expects(rf"status {status}: ", rf"console: Failed to load resource.* {status} ")
        response = await self.page.goto(urljoin(self.base, path))
        assert response is not None
        assert response.status == status, f"{self}: {path} answered {response.status}"

    async def sees(self, text: str | re.Pattern[str]) -> Locator:
        """Words are to be seen on the page."""
        found = self.page.get_by_text(text).first
        await expect(found, f"{self} sees {text!r}").to_be_visible(timeout=PATIENCE_MS)
        await self.page.wait_for_load_state()
        return found

    async def is_at(self, address: re.Pattern[str]) -> None:
        """The page of this address is there, and hears keys."""
        await expect(self.page).to_have_url(address)
        await self.page.wait_for_load_state()

    async def presses(self, name: str | re.Pattern[str], role: Any = "button") -> None:
        """The button of this name is pressed."""
        await self.page.get_by_role(role, name=name).first.click()

    async def finds_no_barrier(self) -> None:
        """axe-core has no serious finding, and nothing hangs over the side of the page."""
        found = await findings(self.page)
        assert not found, "\n".join([f"{self} at {self.page.url}", *found])
        too_wide = await self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not too_wide, f"{self} at {self.page.url}: wider than the page: {await self.page.evaluate(TOO_WIDE)}"

    async def has_passkeys(self) -> None:
        """The browser has an authenticator that says yes at once, as a phone does after a look at its owner."""
        session = await self.context.new_cdp_session(self.page)
        await session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        await session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    async def draws(self, path: Path) -> None:
        """A picture of what the person sees now."""
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=path, animations="disabled", caret="hide")

    async def leaves(self) -> list[str]:
        """The browser is closed; what went wrong in it."""
        await self.context.close()
        return [f"{self}: {trouble}" for trouble in self.watch.troubles]
