"""From which country a page is looked at, and what follows of it: what is hidden there, or that all is closed there.

Source: requirements/territories, rfc/7725
The address is looked up in a table on this machine and forgotten. Without a table, or where it says nothing, a page
shows what may be seen from everywhere.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from chappe.domain import leaving
from chappe.domain.places import Places
from chappe.domain.strangers import Looking
from chappe.store import Reader, Store
from chappe.web.page import Pages

T = TypeVar("T")
Page = Callable[[Request], Awaitable[Response]]


class Eyes:
    """How the pages of public rooms read: on behalf of who looks at them."""

    def __init__(self, store: Store, places: Places, pages: Pages) -> None:
        self._store = store
        self._places = places
        self._pages = pages

    def territory(self, request: Request) -> str | None:
        """Where the page is looked at from; None where nobody knows."""
        return (self._places.country(request.client.host) if request.client else "") or None

    def key(self, request: Request) -> str:
        """What tells pages apart that are kept."""
        return self.territory(request) or "-"

    async def read(self, request: Request, query: Callable[[Reader], T]) -> T:
        """What the query found for who looks."""
        where = self.territory(request)
        return await self._store.read(lambda rx: query(Looking(rx, where)))

    def guarded(self, page: Page) -> Page:
        """The page, but where this server is closed: there is one that says so, and where to read more."""

        async def answer(request: Request) -> Response:
            where = self.territory(request)
            closed_by = await self._store.read(lambda rx: leaving.closed_by(rx, where))
            return self._closed(request, closed_by) if closed_by else await page(request)

        return answer

    def _closed(self, request: Request, where: str) -> Response:
        say = self._pages.say
        link = f"{self._pages.site.base}/territories/{where}"
        everywhere = where == leaving.EVERYWHERE
        words = "closed_down" if everywhere else "left"
        facts = {"title": say(request, f"{words}_title"), "text": say(request, f"{words}_text").format(link=link)}
        response = self._pages.show(request, "notice.html", facts, 410 if everywhere else 451)
        if not everywhere:
            response.headers["link"] = f'<{link}>; rel="blocked-by"'
        return response
