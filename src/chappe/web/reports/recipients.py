"""The half-yearly figure: how many people a month the service reaches, with the months it is the average of.

Source: dsa/24(2)
"""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chappe.transparency import Ledger, recipients
from chappe.web.page import Pages

HEADERS = {"cache-control": "public, max-age=300"}


def recipient_routes(pages: Pages, log: Ledger) -> list[Route]:
    """The page, and the same as data."""

    async def page(request: Request) -> Response:
        return pages.show(request, "reports/recipients.html", {"found": await recipients(log.reports)})

    async def data(request: Request) -> Response:
        """Shape: {months: [{name, people, union, whole}], people, union, over}."""
        headers = HEADERS | {"access-control-allow-origin": "*"}
        return JSONResponse(asdict(await recipients(log.reports)), headers=headers)

    return [Route("/reports/recipients.json", data), Route("/reports/recipients", page)]
