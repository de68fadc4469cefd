"""Notices what a browser complains of: errors, breaches of the page's policy, requests that fail or go elsewhere."""

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Request, Response

BREACHES = """
addEventListener('securitypolicyviolation', ({effectiveDirective, blockedURI, sourceFile, lineNumber}) =>
  window.chappeBreach(`${effectiveDirective} forbids ${blockedURI} (${sourceFile}:${lineNumber})`))
"""
GONE_WITH_THE_PAGE = "net::ERR_ABORTED"


class Watch:
    """The troubles of one browser context. What a play brings about itself is announced with `expects`."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._seen: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        self.transferred: dict[str, int] = {}

    async def begins(self, context: BrowserContext) -> None:
        """Every page of the context, workers' requests too, is watched from now on."""
        await context.expose_binding("chappeBreach", lambda source, text: self._note(f"policy: {text}"))
        await context.add_init_script(BREACHES)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(f"uncaught: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def expects(self, *patterns: str) -> None:
        """Troubles that match are part of the play."""
        self._expected += [re.compile(pattern) for pattern in patterns]

    @property
    def troubles(self) -> list[str]:
        """What was seen and not expected."""
        return [text for text in self._seen if not any(pattern.search(text) for pattern in self._expected)]

    def forgets(self) -> None:
        """What was seen so far is settled."""
        self._seen.clear()

    def _note(self, text: str) -> None:
        self._seen.append(text)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "assert"):
            self._note(f"console: {message.text} ({_place(message.location)})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self._origin:
            self._note(f"left for another host: {request.url}")

    def _failed(self, request: Request) -> None:
        # A page that is left gives up what it still loads; a download is taken out of the page's hands.
        if request.failure != GONE_WITH_THE_PAGE:
            self._note(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"status {response.status}: {urlsplit(response.url).path}")


def _place(location: dict[str, Any] | Any) -> str:
    return f"{location.get('url', '')}:{location.get('lineNumber', '')}"
