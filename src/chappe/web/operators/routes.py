"""The operators' pages themselves."""

import datetime
import logging
from collections.abc import Awaitable, Callable

import segno
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe.base import Conflict, NotFound, Refusal, TooMany
from chappe.domain.operators import FIRST, REPLACE, SESSION_S, Operator, Proof
from chappe.store import StoreUnavailable
from chappe.web.invites import Invites
from chappe.web.operators import passkeys
from chappe.web.operators.desk import Desk
from chappe.web.operators.passkeys import BadPasskey
from chappe.web.page import Pages
from chappe.web.recoveries import Recoveries, moment
from chappe.web.site import origin

log = logging.getLogger("chappe.web")
COOKIE = "chappe_operator"
HOME = "/operator"
SAYS = {
    "operator_password_short": "operator_password_short",
    "operator_name_needed": "operator_name_needed",
    "operator_name_taken": "operator_name_taken",
    "operator_passkey_taken": "operator_passkey_failed",
    "operator_recover_wrong": "operator_recover_wrong",
    "operator_unknown": "missing_text",
    "operator_own_key": "refused_text",
    "operator_link_gone": "missing_text",
    "operator_not_owner": "refused_text",
    "recovery_unknown": "operator_recovery_unknown",
    "recovery_refused": "operator_recovery_refused",
    "recovery_gone": "missing_text",
    "recovery_own": "refused_text",
}
Page = Callable[[Request, Operator], Awaitable[Response]]


def operator_routes(pages: Pages, desk: Desk, invites: Invites, recoveries: Recoveries) -> list[Route]:
    """The routes; the one that takes any token comes last."""
    door = _Door(pages, desk, invites, recoveries)
    return [
        Route(HOME, door.home),
        Route(f"{HOME}/sign-in", door.sign_in, methods=["POST"]),
        Route(f"{HOME}/sign-out", door.sign_out, methods=["POST"]),
        Route(f"{HOME}/recover", door.recover, methods=["POST"]),
        Route(f"{HOME}/links", door.signed_in(door.add_link), methods=["POST"]),
        Route(f"{HOME}/invites", door.signed_in(door.invite), methods=["POST"]),
        Route(f"{HOME}/account", door.signed_in(door.account), methods=["POST"]),
        Route(f"{HOME}/recoveries/approve", door.signed_in(door.agree), methods=["POST"]),
        Route(f"{HOME}/recoveries", door.signed_in(door.recovery), methods=["POST"]),
        Route(f"{HOME}/new-key", door.signed_in(door.approve), methods=["POST"]),
        Route(f"{HOME}/new-key/refusal", door.signed_in(door.refuse), methods=["POST"]),
        Route(f"{HOME}/passkey", door.signed_in(door.add_passkey), methods=["POST"]),
        *(Route(f"{HOME}/{one}", door.back) for one in ("sign-in", "recover")),
        Route(HOME + "/{token}", door.link, methods=["GET", "POST"]),
    ]


class _Door:
    def __init__(self, pages: Pages, desk: Desk, invites: Invites, recoveries: Recoveries) -> None:
        self.pages = pages
        self.desk = desk
        self.invites = invites
        self.recoveries = recoveries

    # The link that makes an operator

    async def link(self, request: Request) -> Response:
        """The page behind a link, and what it does when it is sent back."""
        token = request.path_params["token"]
        try:
            link = await self.desk.look(token)
        except NotFound:
            return self.pages.notice(request, "gone", 404)
        except Conflict as early:
            return self._early_page(request, int(str(early.facts["ready"])))
        if request.method == "GET":
            return self._enrol_page(request, link.kind, link.name)
        form = await request.form()
        try:
            proof = await self._proof(request, form)
            enrolled = await self.desk.enrol(token, _field(form, "name"), proof)
        except (Refusal, BadPasskey) as error:
            return self._enrol_page(request, link.kind, link.name, self._said(request, error))
        response = self.pages.show(request, "kit.html", {"kit": enrolled.kit})
        return self._with_session(request, response, enrolled.session)

    def _early_page(self, request: Request, ready: int) -> Response:
        """From when the link opens; until then its person may refuse it."""
        text = self.pages.say(request, "operator_early_text", date=moment(ready))
        facts = {"title": self.pages.say(request, "operator_early_title"), "text": text}
        return self.pages.show(request, "notice.html", facts, 403)

    def _enrol_page(self, request: Request, kind: str, name: str, error: str = "") -> Response:
        topic = {FIRST: "first", REPLACE: "replace"}.get(kind, "add")
        facts = {
            "title": self.pages.say(request, f"operator_{topic}_title", name=name),
            "lead": self.pages.say(request, f"operator_{topic}_lead"),
            "name": name,
            "options": self._creation_options(request),
            "error": error,
        }
        return self.pages.show(request, "enrol.html", facts, 400 if error else 200)

    def _creation_options(self, request: Request) -> str:
        """Options for a new passkey; empty where browsers make none."""
        if not passkeys.possible(request, self.pages.site.tls):
            return ""
        given = self.desk.challenges.give()
        return passkeys.creation_options(request, self.pages.site.name, given, self.desk.handle())

    async def _proof(self, request: Request, form: FormData) -> Proof:
        credential = _field(form, "credential")
        if credential:
            return passkeys.verified_creation(request, credential, self.desk.challenges)
        return await self.desk.hashed(_field(form, "password"))

    # Signing in and out

    async def home(self, request: Request) -> Response:
        """The operators, or the way in."""
        operator = await self._operator(request)
        if operator is None:
            return self._sign_in_page(request)
        return await self._home_page(request, operator)

    async def back(self, request: Request) -> Response:
        """Where a form was refused its page stands at the form's address: another language of it is the way in."""
        return RedirectResponse(f"{HOME}?{request.url.query}", 303)

    async def sign_in(self, request: Request) -> Response:
        """A session for a passkey, or for a name and its password."""
        form = await request.form()
        try:
            if credential := _field(form, "credential"):
                session = await self._by_passkey(request, credential)
            else:
                name, password = _field(form, "name"), _field(form, "password")
                session = await self.desk.sign_in_by_password(name, password, _address(request)) or ""
        except (TooMany, BadPasskey) as error:
            return self._sign_in_page(request, self._said(request, error), 429 if isinstance(error, TooMany) else 403)
        if not session:
            return self._sign_in_page(request, self.pages.say(request, "operator_sign_in_wrong"), 403)
        return self._with_session(request, RedirectResponse(HOME, 303), session)

    async def _by_passkey(self, request: Request, credential: str) -> str:
        credential_id = passkeys.credential_id(credential)
        found = await self.desk.passkey(credential_id)
        if found is None:
            raise BadPasskey("nobody's passkey")
        operator_id, known = found
        count = passkeys.verified_use(request, credential, self.desk.challenges, known)
        return await self.desk.sign_in_by_passkey(operator_id, credential_id, count)

    async def sign_out(self, request: Request) -> Response:
        """The session is over."""
        await self.desk.sign_out(request.cookies.get(COOKIE, ""))
        response = RedirectResponse(HOME, 303)
        response.delete_cookie(COOKIE, path=HOME)
        return response

    async def recover(self, request: Request) -> Response:
        """A code of the kit opens the page where a new key is made."""
        form = await request.form()
        try:
            token = await self.desk.recover(_field(form, "name"), _field(form, "code"), _address(request))
        except Refusal as error:
            return self._sign_in_page(request, self._said(request, error), 403)
        return RedirectResponse(f"{HOME}/{token}", 303)

    def _sign_in_page(self, request: Request, error: str = "", status: int = 200) -> Response:
        options = ""
        if passkeys.possible(request, self.pages.site.tls):
            options = passkeys.request_options(request, self.desk.challenges.give())
        return self.pages.show(request, "sign_in.html", {"options": options, "error": error}, status)

    # For operators

    def signed_in(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """The page for operators only; others are led to the way in."""

        async def guarded(request: Request) -> Response:
            operator = await self._operator(request)
            if operator is None:
                return RedirectResponse(HOME, 303)
            try:
                return await page(request, operator)
            except (Refusal, BadPasskey) as error:
                return await self._home_page(request, operator, error=self._said(request, error))

        return guarded

    async def add_link(self, request: Request, operator: Operator) -> Response:
        """A link that makes one more operator, shown once."""
        token = await self.desk.add_link(operator)
        return await self._home_page(request, operator, link=self._absolute(request, f"{HOME}/{token}"))

    async def invite(self, request: Request, operator: Operator) -> Response:
        """A link that gives one person an anonymous number, shown once."""
        token = await self.invites.make(f"operator:{operator.operator_id}")
        return await self._home_page(request, operator, invite=self._absolute(request, f"/invite/{token}"))

    async def account(self, request: Request, operator: Operator) -> Response:
        """An invite that the operator takes up here and now, in the web client."""
        token = await self.invites.make(f"operator:{operator.operator_id}")
        return RedirectResponse(f"/app/#/join/{token}", 303)

    async def recovery(self, request: Request, operator: Operator) -> Response:
        """A link that lets somebody back into their account after days, shown once."""
        who = _field(await request.form(), "who")
        token, begun = await self.recoveries.begin(who, f"operator:{operator.operator_id}")
        said = self.pages.say(request, "operator_recovery_link", date=moment(begun.ready))
        return await self._home_page(
            request, operator, link=self._absolute(request, f"/recover/{token}"), link_text=said
        )

    async def agree(self, request: Request, operator: Operator) -> Response:
        """A second operator agrees to a recovery."""
        number = _field(await request.form(), "account")
        await self.recoveries.approve(f"operator:{operator.operator_id}", int(number) if number.isdecimal() else 0)
        return RedirectResponse(HOME, 303)

    async def approve(self, request: Request, operator: Operator) -> Response:
        """One word for a new key; the second shows the link, and from when it opens."""
        token, ready = await self.desk.approve_new_key(operator, _number(await request.form()))
        if not token:
            return await self._home_page(request, operator, said=self.pages.say(request, "operator_lost_once"))
        said = self.pages.say(request, "operator_lost_link", date=moment(ready))
        link = self._absolute(request, f"{HOME}/{token}")
        return await self._home_page(request, operator, link=link, link_text=said)

    async def refuse(self, request: Request, operator: Operator) -> Response:
        """One's own key is not lost: the link to a new one opens nothing."""
        await self.desk.refuse_new_key(operator, _number(await request.form()))
        return await self._home_page(request, operator, said=self.pages.say(request, "operator_lost_refused"))

    async def add_passkey(self, request: Request, operator: Operator) -> Response:
        """One more passkey for the operator."""
        form = await request.form()
        made = passkeys.verified_creation(request, _field(form, "credential"), self.desk.challenges)
        await self.desk.add_passkey(operator, made)
        return RedirectResponse(HOME, 303)

    def _absolute(self, request: Request, path: str) -> str:
        url = request.url
        return self.pages.site.base_for_others(f"{url.scheme}://{url.netloc}", url.hostname or "") + path

    async def _home_page(
        self,
        request: Request,
        operator: Operator,
        *,
        link: str = "",
        link_text: str = "",
        invite: str = "",
        said: str = "",
        error: str = "",
    ) -> Response:
        facts = {
            "me": operator,
            "console": self._console(request),
            "lead": self.pages.say(request, "operator_home_lead", name=operator.name),
            "everyone": [(one, _day(one.date)) for one in await self.desk.everyone()],
            "new_keys": {one: moment(ready) for one, ready in (await self.desk.new_keys()).items()},
            "options": self._creation_options(request),
            "link": link,
            "link_text": link_text or self.pages.say(request, "operator_link_text"),
            "invite": invite,
            "qr": segno.make(invite, error="m").svg_inline(omitsize=True) if invite else "",
            "recoveries": [
                (one, moment(one.date), moment(one.ready), await self.recoveries.needs_approval(one))
                for one in await self.recoveries.everyone()
            ],
            "said": said,
            "error": error,
        }
        return self.pages.show(request, "operators.html", facts, 400 if error else 200)

    def _console(self, request: Request) -> str:
        """The console's address as one reaches it from here."""
        port = self.pages.site.console_port
        return f"{origin(request.url.scheme, request.url.hostname or '', port)}/" if port > 0 else ""

    async def _operator(self, request: Request) -> Operator | None:
        token = request.cookies.get(COOKIE, "")
        return await self.desk.in_session(token) if token else None

    def _with_session(self, request: Request, response: Response, session: str) -> Response:
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, session, SESSION_S, path=HOME, secure=secure, httponly=True, samesite="strict")
        return response

    def _said(self, request: Request, error: Exception) -> str:
        """What a refusal says to people."""
        if isinstance(error, StoreUnavailable):
            raise error
        if isinstance(error, TooMany):
            return self.pages.say(request, "operator_sign_in_wait", wait_s=error.wait_s)
        if isinstance(error, Refusal):
            return self.pages.say(request, SAYS[error.reason])
        log.info("passkey refused: %s", error)
        return self.pages.say(request, "operator_passkey_failed")


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _number(form: FormData) -> int:
    """The operator that a form means; 0 for nobody."""
    said = _field(form, "operator")
    return int(said) if said.isdecimal() else 0


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _day(date: int) -> str:
    return datetime.datetime.fromtimestamp(date, datetime.UTC).date().isoformat()
