"""Somebody at the form: what they write, and those who decide about it."""

import re
from html import unescape
from typing import Any

import httpx
from tests.kit.moderation import somebody
from tests.web.press import Press

from chappe.domain import operators
from chappe.domain.access import Moderator
from chappe.safety import Desk

BASE = "https://chat.example.org:8443"
DRUGS = "UNSAFE_AND_PROHIBITED_PRODUCTS/PROHIBITED_PRODUCTS"
CHILD = "PROTECTION_OF_MINORS/CHILD_SEXUAL_ABUSE_MATERIAL"
WHOLE = {
    "where": f"{BASE}/@the_news",
    "more": "",
    "what": DRUGS,
    "why": "It offers what nobody may sell, with prices and a telephone number.",
    "name": "Carol",
    "email": "carol@example.org",
    "faith": "1",
}
Files = list[tuple[str, tuple[str, bytes, str]]]


async def hands_in(visitor: httpx.AsyncClient, do: str, files: Files | None = None, **fields: Any) -> httpx.Response:
    """The form is sent, by this of its buttons; a field None is left away."""
    data = {name: value for name, value in (WHOLE | fields | {"do": do}).items() if value is not None}
    return await visitor.post("/notice", data=data, files=files)


def hidden(page: str) -> dict[str, str]:
    """What the page carries on unseen."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


async def notifies(visitor: httpx.AsyncClient, files: Files | None = None, **fields: Any) -> str:
    """The notice is written, looked over and sent; the token of its page."""
    page = await hands_in(visitor, "look", files, **fields)
    assert page.status_code == 200, page.text
    sent = await visitor.post("/notice", data=hidden(page.text) | {"do": "send"})
    assert sent.status_code == 303, sent.text
    found = re.fullmatch(r"/notice/([0-9a-f]{32})\?sent=\w+", sent.headers["location"])
    assert found, sent.headers
    return found[1]


def fault(page: str, field: str) -> str:
    """What stands beside a field."""
    found = re.search(rf'<span class="error" id="{field}-wrong">(.*?)</span>\n', page, re.DOTALL)
    return unescape(re.sub(r"<.*?>", " ", found[1])).strip() if found else ""


async def moderator(press: Press, name: str = "moderator", roles: tuple[str, ...] = operators.ROLES) -> Moderator:
    """Somebody who decides."""
    return await press.stage.writes(lambda tx: somebody(tx, name, roles))


def desk(press: Press) -> Desk:
    """What the room of notices works with."""
    return Desk(press.stage.wrapper, f"{BASE}/", mails=True)
