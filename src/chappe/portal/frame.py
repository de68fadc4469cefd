"""What all screens share: who is there, what they see around the page, how refusals read."""

import base64
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chappe import web
from chappe.base import NotAllowed, NotFound, Refusal, TooMany
from chappe.legal import intake_words, members, words
from chappe.legal.members import SESSION_S, Member
from chappe.portal.inside import Inside
from chappe.store import StoreUnavailable
from chappe.web import passkeys

COOKIE = "chappe_portal"
TOKEN_BYTES = 32
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
}
Screen = Callable[[Request, Member], Awaitable[Response]]


class Frame:
    """The pages, and who they are for."""

    def __init__(self, site: web.Site, inside: Inside) -> None:
        self.inside = inside
        self.pages = web.Pages(site, ("chappe.web", "chappe.portal"))
        self.challenges = passkeys.Challenges(inside.entropy, inside.clock.monotonic)

    async def who(self, request: Request) -> Member | None:
        """Whose session the request bears; one that changes something must say that it comes from here."""
        token = request.cookies.get(COOKIE, "")
        if not token or (request.method != "GET" and not comes_from_here(request)):
            return None
        raw, now = token.encode(), self.inside.now
        found = await self.inside.read(lambda rx: members.in_session(rx, raw, now))
        if found is None:
            return None
        if found[1]:
            await self.inside.write(lambda tx: members.seen(tx, raw))
        return found[0]

    def signed_in(self, screen: Screen) -> Callable[[Request], Awaitable[Response]]:
        """The screen for people of authorities only; others are led to the way in."""

        async def guarded(request: Request) -> Response:
            me = await self.who(request)
            if me is None:
                return RedirectResponse("/?" + urlencode({"to": request.url.path}), 303)
            try:
                return await screen(request, me)
            except Refusal as refusal:
                return self.refused(request, me, refusal)

        return guarded

    def show(
        self, request: Request, me: Member | None, template: str, facts: Mapping[str, object], status: int = 200
    ) -> Response:
        """The page with the frame around it."""
        lang = web.language_of(request)
        known = {
            "me": me,
            "here": request.url.path,
            "inside": self.inside,
            "now": self.inside.now,
            "w": lambda key: words.say(lang, key),
            "moment": intake_words.moment,
            "flaw_lines": lambda flaws: intake_words.flaw_lines(lang, flaws, self.place()),
            "in_force": me is not None and me.authority.holds(self.inside.now),
            **facts,
        }
        return self.pages.show(request, template, known, status)

    def place(self) -> intake_words.Place:
        """What sentences of receipts say of this server."""
        office = self.inside.office
        return intake_words.Place(name=office.name, pages=office.links, portal=office.portal,
                                  address=self.inside.address, phone=self.inside.hotline)  # fmt: skip

    def refused(self, request: Request, me: Member | None, refusal: Refusal) -> Response:
        """A page that says why not."""
        if isinstance(refusal, StoreUnavailable):
            return self.unstored(request, refusal)
        status = {NotFound: 404, NotAllowed: 403, TooMany: 429}.get(type(refusal), 400)
        return self.show(request, me, "portal_refused.html", {"text": self.why(request, refusal)}, status)

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
        text = known.get(f"portal_refusal_{refusal.reason}") or known["portal_refusal_other"]
        minutes = -(-refusal.wait_s // 60) if isinstance(refusal, TooMany) else 0
        return text.format(reason=refusal.reason, minutes=minutes)

    def with_session(self, request: Request, response: Response, session: str) -> Response:
        """The answer bears the session."""
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, session, SESSION_S, path="/", secure=secure, httponly=True, samesite="strict")
        return response

    def token(self) -> str:
        """A fresh secret word."""
        return base64.urlsafe_b64encode(self.inside.entropy(TOKEN_BYTES)).decode().rstrip("=")

    def creation_options(self, request: Request) -> str:
        """Options for a new passkey; empty where browsers make none."""
        if not passkeys.possible(request, self.pages.site.tls):
            return ""
        given = self.challenges.give()
        return passkeys.creation_options(request, self.pages.site.name, given, self.inside.entropy(16))

    def request_options(self, request: Request) -> str:
        """Options to sign in with a passkey; the same."""
        if not passkeys.possible(request, self.pages.site.tls):
            return ""
        return passkeys.request_options(request, self.challenges.give())


def comes_from_here(request: Request) -> bool:
    """True if the browser says where a form comes from; the guard has compared it."""
    return bool({"origin", "sec-fetch-site"} & set(request.headers))


def local(to: str) -> str:
    """The address, if it is one of this origin; the first page otherwise."""
    parts = urlsplit(to)
    safe = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() and not parts.netloc
    return to if safe else "/"
