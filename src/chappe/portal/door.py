"""The way in: what the portal is, signing in with a passkey, an authority's own form, links for colleagues.

Source: requirements/legal-portal, webauthn/7.2
"""

import ipaddress
import logging

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe import web
from chappe.base import NotFound, Refusal
from chappe.domain import access, trial
from chappe.domain.operators import DESK
from chappe.domain.webauthn import Passkey
from chappe.legal import members
from chappe.legal.authorities import KINDS, Profile
from chappe.legal.members import Member
from chappe.legal.orders import INSTRUMENTS
from chappe.portal.frame import COOKIE, Frame, comes_from_here, local
from chappe.store import Tx
from chappe.web import passkeys

log = logging.getLogger("chappe.portal")
ASKED = ("name", "country", "kind", "person", "post", "address", "email", "mail_domain", "phone", "age_key")
OPTIONAL = ("mail_domain", "age_key", "post")
KIND_CHOICES = tuple(one for one in KINDS if one != "enforcing")
PLAYED = Profile(
    "(trial) Tribunal d’Exemple", "FR", "court", person="Greffe", email="greffe@example.org", language="fr"
)
OURS = frozenset({"unknown", "synthetic", "threat_to_life18"})
"""Instruments that no authority files."""


def door_routes(frame: Frame) -> list[Route]:
    """Signing in and out, registering, joining."""
    door = _Door(frame)
    routes = [
        Route("/", door.home),
        Route("/sign-in", door.sign_in, methods=["POST"]),
        Route("/sign-out", door.sign_out, methods=["POST"]),
        Route("/register", door.register, methods=["GET", "POST"]),
        Route("/join/{token}", door.join, methods=["GET", "POST"]),
        Route("/us", frame.signed_in(door.us)),
        Route("/us/invite", frame.signed_in(door.invite), methods=["POST"]),
        Route("/us/end-key", frame.signed_in(door.end_key), methods=["POST"]),
    ]
    if frame.inside.trial:
        routes.append(Route("/play", door.play, methods=["POST"]))
    return routes


class _Door:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def home(self, request: Request) -> Response:
        """What the portal is and how to get in; who is in sees their orders."""
        if await self.frame.who(request) is not None:
            return RedirectResponse(local(request.query_params.get("to", "/orders")).replace("//", "/"), 303)
        return self._home_page(request)

    def _home_page(self, request: Request, error: str = "", status: int = 200) -> Response:
        to = local(request.query_params.get("to", "/orders"))
        facts = {"options": self.frame.request_options(request), "error": error, "to": "/orders" if to == "/" else to}
        return self.frame.show(request, None, "portal_home.html", facts, status)

    async def sign_in(self, request: Request) -> Response:
        """A passkey opens the portal."""
        credential = str((await request.form()).get("credential", ""))
        try:
            known = await self._known(credential)
            count = passkeys.verified_use(request, credential, self.frame.challenges, known)
            session = self.frame.token()
            await self.inside.write(lambda tx: members.begin_session(tx, known.credential_id, count, session.encode()))
        except (web.BadPasskey, NotFound) as error:
            log.info("passkey refused: %s", error)
            return self._home_page(request, self.frame.pages.say(request, "portal_passkey_failed"), 403)
        to = local(request.query_params.get("to", "/orders"))
        return self.frame.with_session(request, RedirectResponse(to, 303), session)

    async def _known(self, credential: str) -> Passkey:
        credential_id = passkeys.credential_id(credential)
        known = await self.inside.read(lambda rx: members.known_key(rx, credential_id))
        if known is None:
            raise web.BadPasskey("nobody's passkey")
        return known

    async def sign_out(self, request: Request) -> Response:
        """The session is over."""
        token = request.cookies.get(COOKIE, "").encode()
        if await self.frame.who(request) is not None:
            await self.inside.write(lambda tx: members.end_session(tx, token))
        response = RedirectResponse("/", 303)
        response.delete_cookie(COOKIE, path="/")
        return response

    async def register(self, request: Request) -> Response:
        """An authority's own form, with the passkey of who fills it in."""
        if request.method == "GET":
            return self._form_page(request, {})
        form = await request.form()
        said = {name: str(form.get(name, "")) for name in ASKED}
        try:
            made = passkeys.verified_creation(request, str(form.get("credential", "")), self.frame.challenges)
            profile = Profile(**said, language=web.language_of(request))
            network, limited = _network(request), self.inside.limited
            await self.inside.write(lambda tx: members.register(tx, profile, made, network, limited=limited))
        except Refusal as refusal:
            return self._form_page(request, said, self.frame.why(request, refusal))
        except web.BadPasskey as error:
            log.info("passkey refused: %s", error)
            return self._form_page(request, said, self.frame.pages.say(request, "portal_passkey_failed"))
        return await self._welcome(request, made)

    def _form_page(self, request: Request, said: dict[str, str], error: str = "") -> Response:
        facts = {"options": self.frame.creation_options(request), "said": said, "error": error, "asked": ASKED,
                 "optional": OPTIONAL, "kinds": KIND_CHOICES}  # fmt: skip
        return self.frame.show(request, None, "portal_register.html", facts, 400 if error else 200)

    async def _welcome(self, request: Request, made: Passkey) -> Response:
        """Signed in at once, with the code that is read aloud when the desk calls back."""
        session = self.frame.token()
        me = await self.inside.write(
            lambda tx: members.begin_session(tx, made.credential_id, made.sign_count, session.encode())
        )
        page = self.frame.show(
            request, me, "portal_registered.html", {"code": members.code_of(made.credential_id)}
        )
        return self.frame.with_session(request, page, session)

    async def join(self, request: Request) -> Response:
        """The page behind a link, where one more person of an authority makes a passkey."""
        token, now = request.path_params["token"].encode(), self.inside.now
        try:
            authority, person = await self.inside.read(lambda rx: members.look(rx, token, now))
        except NotFound:
            return self.frame.notice(request, "gone", 404)
        error = ""
        if request.method == "POST":
            credential = str((await request.form()).get("credential", ""))
            try:
                made = passkeys.verified_creation(request, credential, self.frame.challenges)
                await self.inside.write(lambda tx: members.join(tx, token, made))
                return await self._welcome(request, made)
            except web.BadPasskey as wrong:
                log.info("passkey refused: %s", wrong)
                error = self.frame.pages.say(request, "portal_passkey_failed")
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
        facts = {"authority": authority, "person": person, "error": error,
                 "options": self.frame.creation_options(request)}  # fmt: skip
        return self.frame.show(request, None, "portal_join.html", facts, 400 if error else 200)

    async def us(self, request: Request, me: Member) -> Response:
        """The authority as it is registered here, and its people's keys."""
        return await self._us_page(request, me)

    async def _us_page(self, request: Request, me: Member, link: str = "") -> Response:
        keys = await self.inside.read(lambda rx: members.keys_of(rx, me.authority.authority_id))
        return self.frame.show(request, me, "portal_us.html", {"keys": keys, "link": link})

    async def invite(self, request: Request, me: Member) -> Response:
        """A link with which a colleague makes a passkey, shown once."""
        person, token = str((await request.form()).get("person", "")), self.frame.token()
        await self.inside.write(lambda tx: members.invite_colleague(tx, me, person, token.encode()))
        url = request.url
        return await self._us_page(request, me, f"{url.scheme}://{url.netloc}/join/{token}")

    async def end_key(self, request: Request, me: Member) -> Response:
        """A lost passkey opens nothing any more."""
        said = str((await request.form()).get("key", ""))
        key = bytes.fromhex(said) if len(said) % 2 == 0 and set(said) <= set("0123456789abcdef") else b""
        await self.inside.write(lambda tx: members.end_key(tx, me.actor, me.authority.authority_id, key))
        return RedirectResponse("/us", 303)

    async def play(self, request: Request) -> Response:
        """On trial: who comes is an authority that is made up."""
        if not comes_from_here(request):
            return self.frame.notice(request, "refused", 403)
        session = self.frame.token()

        def act(tx: Tx) -> None:
            desk = trial.play(tx, "desk")
            who = access.require_moderator(tx, desk.operator_id, DESK)
            members.play(tx, who, PLAYED, frozenset(INSTRUMENTS) - OURS, session.encode())

        await self.inside.write(act)
        return self.frame.with_session(request, RedirectResponse("/orders", 303), session)


def mandates(me: Member, now: int) -> tuple[str, ...]:
    """The instruments that this authority may file; one that nobody vouched for yet sees them all."""
    if me.authority.holds(now):
        return tuple(code for code in INSTRUMENTS if code in me.authority.mandates and code not in OURS)
    return tuple(code for code in INSTRUMENTS if code not in OURS)


def _network(request: Request) -> str:
    """Whom forms are counted by: an address, of IPv6 its /64."""
    host = request.client.host if request.client else "0.0.0.0"
    found = ipaddress.ip_address(host)
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else host


