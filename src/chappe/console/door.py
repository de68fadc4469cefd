"""The way in: passkeys, a password where there is none, and on trial any part with one click."""

import logging

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe import web
from chappe.base import NotFound, TooMany
from chappe.console.frame import COOKIE, Frame, local
from chappe.domain.trial import PARTS
from chappe.web import passkeys

log = logging.getLogger("chappe.console")
HOME = "/"


def door_routes(frame: Frame) -> list[Route]:
    """Signing in and out."""
    door = _Door(frame)
    routes = [
        Route("/sign-in", door.sign_in, methods=["GET", "POST"]),
        Route("/sign-out", door.sign_out, methods=["POST"]),
    ]
    if frame.inside.trial:
        routes.append(Route("/play", door.play, methods=["POST"]))
    if frame.pages.site.demo:
        routes.append(Route("/play/{part}", door.step_in))
    return routes


class _Door:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.desk = frame.desk

    async def sign_in(self, request: Request) -> Response:
        """The page, and what it sends: a passkey, or a name and its password."""
        if request.method == "GET":
            return self._page(request)
        form = await request.form()
        given = {name: value for name, value in form.items() if isinstance(value, str)}
        try:
            session = await self._session(request, given)
        except TooMany as refusal:
            return self._page(request, self.frame.why(request, refusal), 429)
        except web.BadPasskey as error:
            log.info("passkey refused: %s", error)
            return self._page(request, self.frame.pages.say(request, "operator_passkey_failed"), 403)
        if not session:
            return self._page(request, self.frame.pages.say(request, "operator_sign_in_wrong"), 403)
        response = RedirectResponse(local(request.query_params.get("to", HOME)), 303)
        return self.frame.with_session(request, response, session)

    async def _session(self, request: Request, given: dict[str, str]) -> str | None:
        credential = given.get("credential", "")
        if not credential:
            address = request.client.host if request.client else ""
            return await self.desk.sign_in_by_password(given.get("name", ""), given.get("password", ""), address)
        credential_id = passkeys.credential_id(credential)
        found = await self.desk.passkey(credential_id)
        if found is None:
            raise web.BadPasskey("nobody's passkey")
        operator_id, known = found
        count = passkeys.verified_use(request, credential, self.desk.challenges, known)
        return await self.desk.sign_in_by_passkey(operator_id, credential_id, count)

    async def play(self, request: Request) -> Response:
        """On trial: who comes is this part."""
        form = await request.form()
        if not {"origin", "sec-fetch-site"} & set(request.headers):
            return self.frame.notice(request, "refused", 403)
        return await self._played(request, str(form.get("part", "")))

    async def step_in(self, request: Request) -> Response:
        """In a demonstration a link is enough: there is nothing that anybody could be tricked into."""
        return await self._played(request, request.path_params["part"])

    async def _played(self, request: Request, part: str) -> Response:
        try:
            session = await self.desk.play(part)
        except NotFound:
            return self.frame.notice(request, "missing", 404)
        await self.desk.sign_out(request.cookies.get(COOKIE, ""))
        return self.frame.with_session(request, RedirectResponse(HOME, 303), session)

    async def sign_out(self, request: Request) -> Response:
        """The session is over."""
        if await self.frame.who(request) is not None:
            await self.desk.sign_out(request.cookies.get(COOKIE, ""))
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(COOKIE, path="/")
        return response

    def _page(self, request: Request, error: str = "", status: int = 200) -> Response:
        options = ""
        if passkeys.possible(request, self.frame.pages.site.tls):
            options = passkeys.request_options(request, self.desk.challenges.give())
        to = local(request.query_params.get("to", HOME))
        facts = {"options": options, "error": error, "to": to, "parts": list(PARTS) if self.frame.inside.trial else []}
        return self.frame.show(request, None, "sign_in.html", facts, status)
