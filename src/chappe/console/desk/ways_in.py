"""Who of an authority may come in, and by which ways orders came lately: keys, certificates, links, daily tests, mail.

Source: requirements/legal-portal, requirements/synthetic-order
"""

import base64

import msgspec
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chappe import web
from chappe.base import NotFound, Refusal
from chappe.console.deeds import Deeds, Nothing
from chappe.console.desk.authorities import OneAuthority
from chappe.console.desk.orders import role_of
from chappe.console.frame import Frame
from chappe.console.inside import Inside
from chappe.domain.access import Moderator
from chappe.domain.operators import DESK, Operator
from chappe.legal import authorities, certificates, members, post, synthetic_orders, words
from chappe.store import Reader, Tx

DEEDS = Deeds()
DAYS, DAY_S = 30, 86_400
TOKEN_BYTES = 24


class PortalKeyLine(msgspec.Struct, frozen=True):
    """A passkey of somebody at an authority. Shape: key in hex; code is what they read aloud; dates 0 for never."""

    key: str
    person: str
    code: str
    added_at: int
    used_at: int
    ended_at: int


class CertificateLine(msgspec.Struct, frozen=True):
    """A key that signs for an authority. Shape: fingerprint SHA-256 in hex; ended_at 0 while it does."""

    fingerprint: str
    subject: str
    not_after: int
    added_at: int
    ended_at: int


class WaysIn(msgspec.Struct, frozen=True):
    """By what somebody is known as this authority."""

    authority_id: int
    name: str
    phone: str
    keys: tuple[PortalKeyLine, ...]
    certificates: tuple[CertificateLine, ...]


class NewCertificate(msgspec.Struct, frozen=True):
    """A certificate that signs for an authority. Shape: PEM."""

    authority_id: int
    pem: str


class WhichCertificate(msgspec.Struct, frozen=True):
    """Which certificate."""

    authority_id: int
    fingerprint: str


class WhichPortalKey(msgspec.Struct, frozen=True):
    """Which passkey. Shape: key in hex."""

    authority_id: int
    key: str


class InvitedPerson(msgspec.Struct, frozen=True):
    """For whom a link is."""

    authority_id: int
    person: str


class PortalLink(msgspec.Struct, frozen=True):
    """A link that makes one passkey within a week; shown once."""

    authority_id: int
    path: str


class WayTest(msgspec.Struct, frozen=True):
    """The test of one way on one day. Shape: seconds to the receipt, -1 without one."""

    day: int
    way: str
    sent_at: int
    seconds: int
    fault: str
    paged: bool


class WayTests(msgspec.Struct, frozen=True):
    """How the ways in did lately. Shape: oldest_letter 0 where none waits."""

    tests: tuple[WayTest, ...]
    oldest_letter: int


@DEEDS.deed("GET", "/api/authorities/{authority_id}/ways-in")
async def look_at_ways_in(inside: Inside, me: Operator, asked: OneAuthority) -> WaysIn:
    """By what somebody is known as this authority: passkeys, certificates."""
    return await inside.seen_as(me, role_of(me), lambda rx, _: ways_in(rx, asked.authority_id))


@DEEDS.deed("POST", "/api/authorities/{authority_id}/certificates")
async def add_certificate(inside: Inside, me: Operator, asked: NewCertificate) -> WaysIn:
    """What this certificate signs is the authority's: I made sure of its fingerprint by another way."""

    def act(tx: Tx, who: Moderator) -> WaysIn:
        certificates.add(tx, who, asked.authority_id, asked.pem.encode())
        return ways_in(tx, asked.authority_id)

    return await inside.as_role(me, DESK, act)


@DEEDS.deed("DELETE", "/api/authorities/{authority_id}/certificates/{fingerprint}")
async def end_certificate(inside: Inside, me: Operator, asked: WhichCertificate) -> WaysIn:
    """Nothing that this certificate signs is the authority's any more."""

    def act(tx: Tx, who: Moderator) -> WaysIn:
        certificates.end(tx, who, asked.authority_id, asked.fingerprint)
        return ways_in(tx, asked.authority_id)

    return await inside.as_role(me, DESK, act)


@DEEDS.deed("DELETE", "/api/authorities/{authority_id}/keys/{key}")
async def end_portal_key(inside: Inside, me: Operator, asked: WhichPortalKey) -> WaysIn:
    """This passkey opens the portal no more."""

    def act(tx: Tx, who: Moderator) -> WaysIn:
        try:
            key = bytes.fromhex(asked.key)
        except ValueError:
            raise NotFound("portal_key_unknown") from None
        members.end_key(tx, who.actor, asked.authority_id, key)
        return ways_in(tx, asked.authority_id)

    return await inside.as_role(me, DESK, act)


@DEEDS.deed("POST", "/api/authorities/{authority_id}/links")
async def invite_to_portal(inside: Inside, me: Operator, asked: InvitedPerson) -> PortalLink:
    """A link with which somebody of the authority makes a passkey, once, within a week."""
    token = base64.urlsafe_b64encode(inside.entropy(TOKEN_BYTES)).decode().rstrip("=")

    def act(tx: Tx, who: Moderator) -> PortalLink:
        members.invite(tx, who, asked.authority_id, asked.person, token.encode())
        return PortalLink(asked.authority_id, f"join/{token}")

    return await inside.as_role(me, DESK, act)


@DEEDS.deed("GET", "/api/ways-in")
async def list_tests(inside: Inside, me: Operator, asked: Nothing) -> WayTests:
    """How each way in did on each of the last thirty days, and whether mail waits."""

    def query(rx: Reader, who: Moderator) -> WayTests:
        found = synthetic_orders.since(rx, rx.now // DAY_S - DAYS)
        lines = tuple(
            WayTest(one.day * DAY_S, one.way, one.sent_at, one.seconds, one.fault, bool(one.paged_at)) for one in found
        )
        return WayTests(lines, post.oldest_waiting(rx))

    return await inside.seen_as(me, role_of(me), query)


def ways_in(rx: Reader, authority_id: int) -> WaysIn:
    """By what somebody is known as this authority. Errors: NotFound authority_unknown."""
    authority = authorities.get(rx, authority_id)
    keys = tuple(
        PortalKeyLine(one.credential_id.hex(), one.person, one.code, one.added_at, one.used_at, one.ended_at)
        for one in members.keys_of(rx, authority_id)
    )
    papers = tuple(
        CertificateLine(one.fingerprint, one.subject, one.not_after, one.added_at, one.ended_at)
        for one in certificates.of_authority(rx, authority_id)
    )
    return WaysIn(authority_id, authority.name, authority.profile.phone, keys, papers)


def ways_in_screens(frame: Frame) -> list[Route]:
    """The routes."""
    screens = _Screens(frame)
    return [
        Route("/ways-in", frame.signed_in(screens.tests)),
        Route("/authorities/{authority_id:int}/ways-in", frame.signed_in(screens.ways), methods=["GET", "POST"]),
    ]


class _Screens:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.inside = frame.inside

    async def tests(self, request: Request, me: Operator) -> Response:
        """How the ways in did lately."""
        found = await list_tests(self.inside, me, Nothing())
        return self._show(request, me, "ways_in.html", {"found": found})

    async def ways(self, request: Request, me: Operator) -> Response:
        """Keys, certificates and links of one authority."""
        number, link, error = request.path_params["authority_id"], "", ""
        if request.method == "POST":
            try:
                link = await self._done(request, me, number)
            except Refusal as refusal:
                error = self.frame.why(request, refusal)
            else:
                if not link:
                    return RedirectResponse(f"/authorities/{number}/ways-in", 303)
        found = await look_at_ways_in(self.inside, me, OneAuthority(number))
        facts = {"one": found, "link": link, "error": error, "desk": me.may(DESK)}
        return self._show(request, me, "authority_ways_in.html", facts, 400 if error else 200)

    async def _done(self, request: Request, me: Operator, number: int) -> str:
        """What the form asks is done; the link it made, if it did. Errors: as the deeds."""
        form = await request.form(max_files=1, max_fields=10)
        do = form.get("do")
        if do == "invite":
            who = InvitedPerson(number, str(form.get("person", "")))
            made: PortalLink = await invite_to_portal(self.inside, me, who)
            return made.path
        if do == "end_key":
            await end_portal_key(self.inside, me, WhichPortalKey(number, str(form.get("key", ""))))
        elif do == "end_certificate":
            await end_certificate(self.inside, me, WhichCertificate(number, str(form.get("fingerprint", ""))))
        elif do == "add_certificate":
            file = form.get("certificate")
            data = await file.read(certificates.LARGEST + 1) if isinstance(file, UploadFile) else b""
            await self.inside.as_role(me, DESK, lambda tx, who: certificates.add(tx, who, number, data))
        return ""

    def _show(
        self, request: Request, me: Operator, template: str, facts: dict[str, object], status: int = 200
    ) -> Response:
        known = {"w": words.texts(words.language(web.language_of(request))), "now": self.inside.now, **facts}
        return self.frame.show(request, me, template, known, status)
