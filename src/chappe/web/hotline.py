"""The hotline: its number and how fast it was answered in drills, for everybody; the link of a page, for who is called.

Source: requirements/on-call, dsa/11
"""

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chappe.base import Conflict, NotFound
from chappe.domain import drills, oncall, rota
from chappe.domain import oncall_words as w
from chappe.domain.drills import Drill
from chappe.store import Reader, Store
from chappe.web.language import of_request
from chappe.web.page import Pages

HEADERS = {"cache-control": "public, max-age=60", "access-control-allow-origin": "*"}
PRIVATE = {"cache-control": "no-store"}


class Hotline:
    """What the pages ask and do."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def drills(self) -> list[Drill]:
        """Those that were held, the newest first."""
        return await self._store.read(drills.past)

    async def pages(self, token: str) -> list[oncall.Page]:
        """The pages that the ring with this link spoke of. Errors: NotFound."""
        return (await self._store.read(lambda rx: oncall.by_token(rx, token)))[0]

    async def holder(self, page: oncall.Page) -> str:
        """Who took it, in words; empty while nobody has."""

        def asked(rx: Reader) -> str:
            return rota.name_of(rx, page.acked_by) or page.acked_by

        return await self._store.read(asked)

    async def take(self, token: str) -> None:
        """Who holds the link has taken its pages. Errors: NotFound; Conflict when somebody was faster with all."""
        await self._store.write(lambda tx: oncall.take_by_token(tx, token))

    async def decline(self, token: str) -> None:
        """Who holds the link cannot: the next person is called. Errors: NotFound, Conflict."""
        await self._store.write(lambda tx: oncall.decline_by_token(tx, token))


def hotline_routes(pages: Pages, desk: Hotline) -> list[Route]:
    """The page of the hotline, the same as data, and the links of pages."""
    doors = _Doors(pages, desk)
    return [
        Route("/hotline", doors.hotline),
        Route("/hotline.json", doors.data),
        Route("/on-call/{token}", doors.link, methods=["GET", "POST"]),
    ]


class _Doors:
    def __init__(self, pages: Pages, desk: Hotline) -> None:
        self.pages = pages
        self.desk = desk

    async def hotline(self, request: Request) -> Response:
        """Whom an authority calls, and how long it took in the drills until somebody answered."""
        held = await self.desk.drills()
        facts = {"drills": held, "target_s": oncall.TARGET_S, "dial": dial(self.pages.site.hotline)}
        return self.pages.show(request, "hotline.html", facts)

    async def data(self, request: Request) -> Response:
        """The same as JSON."""
        site = self.pages.site
        held = [
            {"date": one.due, "seconds": one.seconds if one.seconds >= 0 else None, "outcome": one.outcome}
            for one in await self.desk.drills()
        ]
        said = {
            "hotline": site.hotline, "contact": site.authority_contact or site.operator_contact,
            "languages": list(site.contact_languages), "target_seconds": oncall.TARGET_S, "drills": held,
        }  # fmt: skip
        return JSONResponse(said, headers=HEADERS)

    async def link(self, request: Request) -> Response:
        """A button, since links are opened by more than people; a telephone's machine posts at once."""
        token, refused = request.path_params["token"], False
        try:
            if request.method == "POST":
                form = await request.form()
                try:
                    await (self.desk.decline(token) if form.get("do") == "decline" else self.desk.take(token))
                except Conflict:
                    refused = True
            spoken = await self.desk.pages(token)
        except NotFound:
            return self.pages.notice(request, "gone", 404)
        ringing = [one for one in spoken if not one.acked_at and not one.over_at]
        page, lang = (ringing or spoken)[0], of_request(request)
        several = [(one, w.headline(lang, one.kind)) for one in spoken] if len(spoken) > 1 else []
        head = w.many(lang, len(spoken)) if several else w.headline(lang, page.kind)
        facts = {
            "page": page, "headline": head, "several": several, "refused": refused,
            "holder": await self.desk.holder(page) if page.acked_at else "", "robots": "noindex",
            "declined": request.method == "POST" and not page.acked_at and not page.over_at,
            "console": self.pages.site.console_link,
        }  # fmt: skip
        response = self.pages.show(request, "on_call.html", facts, 409 if refused else 200)
        response.headers.update(PRIVATE)
        return response


def dial(number: str) -> str:
    """The number as a telephone takes it. Source: rfc/3966"""
    return "tel:" + re.sub(r"[^+0-9]", "", number) if number else ""
