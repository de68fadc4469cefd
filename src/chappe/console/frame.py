"""What all screens share: who is there, what they see around the page, how forms do deeds and refusals read."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chappe import web
from chappe.base import Invalid, NotAllowed, NotFound, Refusal, TooMany
from chappe.console.deeds import Deed, of_form
from chappe.console.inside import Inside
from chappe.domain import operators
from chappe.domain.operators import SESSION_S, Operator
from chappe.store import StoreUnavailable

COOKIE = "chappe_console"
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
}
NAV = (
    ("queue", "/", (operators.TRIAGE,)),
    ("orders", "/orders", (operators.DESK,)),
    ("approvals", "/orders/approvals", (operators.APPROVER,)),
    ("oncall", "/oncall", ()),
    ("decisions", "/decisions", tuple(operators.SAFETY_ROLES)),
    ("complaints", "/complaints", (operators.APPEALS,)),
    ("flaggers", "/flaggers", (operators.LEAD,)),
    ("rules", "/rules", ()),
    ("figures", "/figures", ()),
    ("territories", "/territories", ()),
    ("people", "/people", ()),
    ("continuity", "/continuity", ()),
    ("tokens", "/tokens", ()),
)
"""(topic, address, whose work it is) of the screens; without a role they are for everybody."""
Screen = Callable[[Request, Operator], Awaitable[Response]]


class Frame:
    """The pages, and who they are for."""

    def __init__(self, site: web.Site, inside: Inside) -> None:
        self.inside = inside
        self.pages = web.Pages(site, ("chappe.web", "chappe.console"))
        self.desk = inside.desk()

    async def who(self, request: Request) -> Operator | None:
        """The operator whose session the request bears; one that changes something must say that it comes from here."""
        token = request.cookies.get(COOKIE, "")
        if request.method != "GET" and not {"origin", "sec-fetch-site"} & set(request.headers):
            return None
        return await self.desk.in_session(token) if token else None

    def signed_in(self, screen: Screen) -> Callable[[Request], Awaitable[Response]]:
        """The screen for operators only; others are led to the way in."""

        async def guarded(request: Request) -> Response:
            me = await self.who(request)
            if me is None:
                asked = request.url.path if request.method == "GET" else "/"
                return RedirectResponse("/sign-in?" + urlencode({"to": asked}), 303)
            try:
                return await screen(request, me)
            except Refusal as refusal:
                return self.refused(request, me, refusal)

        return guarded

    def show(
        self, request: Request, me: Operator | None, template: str, facts: Mapping[str, object], status: int = 200
    ) -> Response:
        """The page with the frame around it."""
        path = request.url.path
        known = {
            "me": me,
            "here": path,
            "links": self.pages.site.as_here(self.inside.links, request.url.scheme, request.url.hostname or ""),
            "trial": self.inside.trial,
            "nav": [(topic, to, _within(path, to)) for topic, to, roles in NAV if me and _any_of(me, roles)],
            "reads_decisions": me is not None and _any_of(me, tuple(operators.SAFETY_ROLES)),
            "said": self._told(request, "said"),
            "refusal": self._told(request, "refusal"),
            **facts,
        }
        return self.pages.show(request, template, known, status)

    def go(self, path: str) -> Response:
        """The next page, after something was done."""
        return RedirectResponse(path, 303)

    def refused(self, request: Request, me: Operator | None, refusal: Refusal) -> Response:
        """A page that says why not."""
        if isinstance(refusal, StoreUnavailable):
            return self.unstored(request, refusal)
        status = {NotFound: 404, NotAllowed: 403, TooMany: 429}.get(type(refusal), 400)
        return self.show(request, me, "refused.html", {"text": self.why(request, refusal)}, status)

    def notice(self, request: Request, topic: str, status: int) -> Response:
        """A short page that says one thing: `missing`, `broken` or `refused`."""
        title, text = (self.pages.say(request, f"{topic}_{part}") for part in ("title", "text"))
        return self.show(request, None, "notice.html", {"title": title, "text": text}, status)

    def unstored(self, request: Request, error: Exception) -> Response:
        """Nothing was stored, or nothing can be read: the visitor is asked to come back."""
        answer = self.notice(request, web.topic_of(error), 503)
        answer.headers["retry-after"] = web.RETRY_S
        return answer

    def why(self, request: Request, refusal: Refusal) -> str:
        """A refusal in words."""
        known = self.pages.texts[web.language_of(request)].all
        text = known.get(f"refusal_{refusal.reason}")
        if text is None:
            return known["refusal_other"].format(reason=refusal.reason)
        wait_s = refusal.wait_s if isinstance(refusal, TooMany) else 0
        return text.format(what=refusal.facts.get("what", ""), wait_s=wait_s)

    def does(self, deed: Deed) -> Screen:
        """A form that does the deed, and then shows the page it says, or the one it came from with the reason."""

        async def doing(request: Request, me: Operator) -> Response:
            form = await request.form()
            pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
            back = local(dict(pairs).get("back", "/"))
            facts = of_form(deed.asks, [(name, value) for name, value in pairs if name != "back"])
            try:
                answer = await deed.do(self.inside, me, facts)
            except Refusal as refusal:
                return RedirectResponse(_with(back, refusal=refusal.reason), 303)
            to = deed.to.format(**{**facts, **msgspec.structs.asdict(answer)}) if deed.to else back
            if back.partition("?")[0] == to:
                to = back  # the same page, which may know more, as from which queue one came
            return RedirectResponse(_with(to, said=deed.name), 303)

        return doing

    async def facts(self, request: Request, deed: Deed) -> dict[str, Any]:
        """What a form asks of the deed."""
        form = await request.form()
        return of_form(deed.asks, [(name, value) for name, value in form.multi_items() if isinstance(value, str)])

    def with_session(self, request: Request, response: Response, session: str) -> Response:
        """The browser bears the session from now on."""
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, session, SESSION_S, path="/", secure=secure, httponly=True, samesite="strict")
        return response

    def _told(self, request: Request, kind: str) -> str:
        """What the last deed came to, by a word in the address that must be one of ours."""
        key = request.query_params.get(kind, "")
        if not key.replace("_", "").isalnum() or len(key) > 64:
            return ""
        known = self.pages.texts[web.language_of(request)].all
        if kind == "refusal":
            return self.why(request, Invalid(key))
        return known.get(f"said_{key}", "")


def _any_of(me: Operator, roles: Sequence[str]) -> bool:
    return not roles or any(map(me.may, roles))


def local(path: str) -> str:
    """The path if it is one of this origin, else the first page."""
    parts = urlsplit(path)
    clean = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and path.isprintable()
    return path if clean else "/"


def _with(path: str, **words: str) -> str:
    """The path with a word about what happened, and without an older one."""
    base, _, query = path.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith(("said=", "refusal="))]
    return f"{base}?{'&'.join([*kept, urlencode(words)])}"


def _within(path: str, to: str) -> bool:
    if to == "/orders":
        return path == to or (path.startswith(("/orders/", "/authorities")) and path != "/orders/approvals")
    return path == to or (to != "/" and path.startswith(f"{to}/")) or (to == "/" and path.startswith("/cases/"))
