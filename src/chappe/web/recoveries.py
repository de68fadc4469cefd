"""The pages of a recovery: for who lost every way in, for who refuses it; begun on the operators' page.

Source: requirements/recovery
"""

import base64
import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe.base import Clock, NotFound, Refusal
from chappe.base.ids import Entropy, UserId
from chappe.domain import recoveries
from chappe.domain.auth import Policy
from chappe.domain.recoveries import OPENED, TOKEN_BYTES, Recovery, Wanted
from chappe.store import Store, StoreUnavailable
from chappe.web.invites import spaced
from chappe.web.page import Pages

HOUR_S = 3600


class Recoveries:
    """The acts as the pages call them; every refusal is the domain's."""

    def __init__(
        self, store: Store, clock: Clock, entropy: Entropy, policy: Policy, delay_h: int, network: str
    ) -> None:
        """`network` is the beginning of links that people open on their own devices."""
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._policy = policy
        self._delay_s = delay_h * HOUR_S
        self._network = network

    async def begin(self, who: str, by: str) -> tuple[str, Recovery]:
        """The token to hand over, and when it opens. Errors: NotFound, Conflict."""
        token, refusal = self._token(), self._token()
        link = f"{self._network}refuse/{refusal}"
        wanted = Wanted(who, by, token.encode(), refusal.encode(), link, self._delay_s)
        return token, await self._store.write(lambda tx: recoveries.begin(tx, self._policy, wanted))

    async def look(self, token: str) -> Recovery:
        """The recovery behind a link. Errors: NotFound."""
        now = self.now()
        return await self._store.read(lambda rx: recoveries.look(rx, token.encode(), now))

    async def needs_approval(self, found: Recovery) -> bool:
        """True while a second operator must still agree."""
        return await self._store.read(lambda rx: recoveries.needs_approval(rx, found))

    async def approve(self, by: str, user_id: int) -> None:
        """Another operator agrees. Errors: NotFound, NotAllowed."""
        await self._store.write(lambda tx: recoveries.approve(tx, by, UserId(user_id)))

    async def open_up(self, token: str) -> None:
        """The account can be entered. Errors: NotFound, Invalid."""
        await self._store.write(lambda tx: recoveries.open_up(tx, token.encode()))

    async def code(self, token: str) -> tuple[str, str | None]:
        """(number, code) of an opened recovery. Errors: NotFound."""
        return await self._store.write(lambda tx: recoveries.code(tx, self._policy, token.encode()))

    async def look_to_refuse(self, refusal: str) -> Recovery:
        """The recovery that a link refuses. Errors: NotFound."""
        now = self.now()
        return await self._store.read(lambda rx: recoveries.look_to_refuse(rx, refusal.encode(), now))

    async def refuse(self, refusal: str) -> None:
        """It opens nothing. Errors: NotFound."""
        await self._store.write(lambda tx: recoveries.refuse(tx, refusal.encode()))

    async def everyone(self) -> list[Recovery]:
        """All there are."""
        now = self.now()
        return await self._store.read(lambda rx: recoveries.everyone(rx, now))

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self._clock.now())

    def _token(self) -> str:
        return base64.urlsafe_b64encode(self._entropy(TOKEN_BYTES)).decode().rstrip("=")


def recovery_routes(pages: Pages, desk: Recoveries) -> list[Route]:
    """The page that lets back in, and the one that refuses."""
    doors = _Doors(pages, desk)
    return [
        Route("/recover/{token}", doors.recover, methods=["GET", "POST"]),
        Route("/refuse/{token}", doors.refuse, methods=["GET", "POST"]),
    ]


class _Doors:
    def __init__(self, pages: Pages, desk: Recoveries) -> None:
        self.pages = pages
        self.desk = desk

    async def recover(self, request: Request) -> Response:
        """When it opens; then the button; then the number and its code."""
        token = request.path_params["token"]
        try:
            if request.method == "POST":
                await self.desk.open_up(token)
                return RedirectResponse(request.url.path, 303)
            found = await self.desk.look(token)
            phone, code = await self.desk.code(token) if found.state == OPENED else ("", None)
        except NotFound:
            return self.pages.notice(request, "gone", 404)
        except StoreUnavailable:
            raise
        except Refusal:
            return self.pages.notice(request, "refused", 403)
        facts = {
            "alone": await self.desk.needs_approval(found), "ready": found.ready <= self.desk.now(),
            "opened": found.state == OPENED, "date": moment(found.ready), "phone": spaced(phone), "code": code,
        }  # fmt: skip
        return self.pages.show(request, "recover.html", facts)

    async def refuse(self, request: Request) -> Response:
        """One button, since links are opened by more than people; then it is over."""
        token = request.path_params["token"]
        try:
            if request.method == "POST":
                await self.desk.refuse(token)
                return self.pages.show(request, "refuse.html", {"done": True, "date": ""})
            found = await self.desk.look_to_refuse(token)
        except NotFound:
            return self.pages.notice(request, "gone", 404)
        return self.pages.show(request, "refuse.html", {"done": False, "date": moment(found.date)})


def moment(date: int) -> str:
    """A date as pages show it, the same everywhere."""
    return datetime.datetime.fromtimestamp(date, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
