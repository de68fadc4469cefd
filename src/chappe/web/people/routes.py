"""The sign-in page, and the JSON doors that it and the web client knock at; from this origin alone (`web.guard`).

Source: requirements/sign-in-page, requirements/invites
Shape: a POST with a JSON object; bytes are base64url. Answers are objects, refusals `{"error": reason, "wait_s"?}`.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from chappe.base import NotFound, Refusal, TooMany
from chappe.domain import webauthn
from chappe.domain.limits import network
from chappe.domain.passwords import P_BYTES, Answer, G
from chappe.domain.webauthn import BadPasskey, unwritten, written
from chappe.web.invites import Invites, spaced
from chappe.web.operators import passkeys
from chappe.web.page import Pages
from chappe.web.people.desk import People, Proven

API = "/app/api"
BODY_MOST = 16_384
Facts = Mapping[str, Any]
Door = Callable[[Request, Facts], Awaitable[Facts]]


class BadRequest(Exception):
    """What was sent is not what the door takes."""


def people_routes(
    pages: Pages, people: People, invites: Invites, client: Callable[[], Facts]
) -> list[BaseRoute]:
    """The page, the doors, and what the web client reads first."""

    async def config(request: Request) -> Response:
        return JSONResponse(dict(client()), headers={"cache-control": "no-cache"})

    doors = _Doors(pages, people, invites)
    named: dict[str, Door] = {
        "invite": doors.invite,
        "number": doors.number,
        "proof/challenge": doors.challenge,
        "proof/password": doors.password,
        "proof/options": doors.options,
        "proof/passkey": doors.passkey,
        "proof/code": doors.code,
    }
    return [
        Route("/sign-in", doors.page),
        Route("/app/config.json", config),
        *(Route(f"{API}/{name}", _door(door), methods=["POST"]) for name, door in named.items()),
    ]


class _Doors:
    def __init__(self, pages: Pages, people: People, invites: Invites) -> None:
        self.pages = pages
        self.people = people
        self.invites = invites

    async def page(self, request: Request) -> Response:
        """Where a person proves an account and is shown its code."""
        here = passkeys.possible(request, self.pages.site.tls)
        return self.pages.show(request, "code.html", {"passkeys": here})

    async def invite(self, request: Request, facts: Facts) -> Facts:
        """What an invite gives: its number, and the code once a client has asked for it."""
        found = await self.invites.look(_text(facts, "token"))
        return {"number": found.phone, "shown": spaced(found.phone), "code": found.code, "expires": found.expires}

    async def number(self, request: Request, facts: Facts) -> Facts:
        """A new number for whoever asks, where everybody may join: the token of an invite that is used at once."""
        token = await self.invites.offer(_address(request))
        return {"token": token, **await self.invite(request, {"token": token})}

    async def challenge(self, request: Request, facts: Facts) -> Facts:
        """What the browser needs to prove a password without sending it."""
        shown, made = await self.people.challenge(_text(facts, "who"), _address(request))
        return {
            "id": str(made.srp_id), "b": written(made.public), "salt1": written(shown.salt1),
            "salt2": written(shown.salt2), "g": G, "p": written(P_BYTES),
        }  # fmt: skip

    async def password(self, request: Request, facts: Facts) -> Facts:
        """Somebody proved a password."""
        answer = Answer(_number(facts, "id"), _bytes(facts, "a"), _bytes(facts, "m1"))
        return _proven(await self.people.by_password(_text(facts, "who"), answer, _address(request)))

    async def options(self, request: Request, facts: Facts) -> Facts:
        """What the browser needs to use a passkey."""
        return webauthn.request_options(passkeys.here(request), self.people.challenges.give())

    async def passkey(self, request: Request, facts: Facts) -> Facts:
        """Somebody used a passkey."""
        credential = _text(facts, "credential")
        kept = await self.people.passkey(passkeys.credential_id(credential))
        count = passkeys.verified_use(request, credential, self.people.challenges, kept.passkey)
        return _proven(await self.people.by_passkey(kept, count))

    async def code(self, request: Request, facts: Facts) -> Facts:
        """The code of whoever holds the ticket, once a client has asked for it; shown once."""
        return {"code": await self.people.code(_text(facts, "ticket"))}


def _door(door: Door) -> Callable[[Request], Awaitable[Response]]:
    """A door as a route: JSON in, JSON out, refusals in words of ours."""

    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await door(request, await _given(request)))
        except TooMany as refusal:
            headers = {"retry-after": str(refusal.wait_s)}
            return JSONResponse({"error": "wait", "wait_s": refusal.wait_s}, 429, headers)
        except NotFound:
            return JSONResponse({"error": "gone"}, 404)
        except BadRequest:
            return JSONResponse({"error": "broken"}, 400)
        except (Refusal, BadPasskey) as refusal:
            said = refusal.reason if isinstance(refusal, Refusal) else "credential_invalid"
            return JSONResponse({"error": SAYS.get(said, "refused")}, 403)

    return answer


SAYS = {"password_hash_invalid": "wrong", "srp_id_invalid": "again", "credential_invalid": "wrong", "closed": "closed"}


def _proven(proven: Proven) -> Facts:
    return {"number": proven.phone, "shown": spaced(proven.phone), "ticket": proven.ticket or None}


async def _given(request: Request) -> Facts:
    """The object that was sent. Errors: BadRequest."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise BadRequest
    body = await request.body()
    try:
        facts = json.loads(body) if len(body) <= BODY_MOST else None
    except (ValueError, RecursionError):
        raise BadRequest from None
    if not isinstance(facts, dict):
        raise BadRequest
    return facts


def _text(facts: Facts, name: str) -> str:
    value = facts.get(name)
    if not isinstance(value, str) or not value:
        raise BadRequest
    return value


def _number(facts: Facts, name: str) -> int:
    """A number of 64 bits; it is sent as text, since scripts lose digits."""
    text = _text(facts, name)
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or not -(2**63) <= int(text[:21]) < 2**63:
        raise BadRequest
    return int(text[:21])


def _bytes(facts: Facts, name: str) -> bytes:
    try:
        return unwritten(_text(facts, name))
    except ValueError:
        raise BadRequest from None


def _address(request: Request) -> str:
    """Whom attempts are counted by."""
    return network(request.client.host if request.client else "")
