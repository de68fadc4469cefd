"""The page of an invite: the anonymous number it gives, and the code for it once a client has asked.

Source: requirements/invites
"""

import base64
import binascii

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chappe.base import Clock, NotAllowed, NotFound
from chappe.base.ids import Entropy
from chappe.domain import invites
from chappe.domain.auth import Policy
from chappe.store import Store
from chappe.web.page import Pages


class Invites:
    """Makes invites and looks at them; a token in an address is base64 of its bytes."""

    def __init__(self, store: Store, clock: Clock, entropy: Entropy, policy: Policy, everybody: bool = False) -> None:
        self.everybody = everybody
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._policy = policy

    async def make(self, by: str, life_s: int = invites.LIFE_S) -> str:
        """The token of a new invite. Errors: Invalid invite_expires_invalid."""
        token = self._entropy(invites.TOKEN_BYTES)
        chance = int.from_bytes(self._entropy(8), "little")
        await self._store.write(lambda tx: invites.make(tx, by, token, chance, tx.now + life_s))
        return base64.urlsafe_b64encode(token).decode().rstrip("=")

    async def offer(self, address: str) -> str:
        """The token of an invite for a newcomer, where everybody may join. Errors: TooMany; NotAllowed closed."""
        if not self.everybody:
            raise NotAllowed("closed")
        token, chance = self._entropy(invites.TOKEN_BYTES), int.from_bytes(self._entropy(8), "little")
        await self._store.write(lambda tx: invites.offer(tx, self._policy, token, chance, address))
        return base64.urlsafe_b64encode(token).decode().rstrip("=")

    async def look(self, token: str) -> invites.Invite:
        """What the invite gives. Errors: NotFound."""
        raw = _decoded(token)
        now = int(self._clock.now())
        return await self._store.read(lambda rx: invites.look(rx, self._policy, raw, now))


def invite_routes(pages: Pages, desk: Invites) -> list[Route]:
    """The page of an invite."""

    async def invite(request: Request) -> Response:
        try:
            found = await desk.look(request.path_params["token"])
        except NotFound:
            return pages.notice(request, "gone", 404)
        facts = {"phone": spaced(found.phone), "code": found.code, "token": request.path_params["token"]}
        return pages.show(request, "invite.html", facts)

    return [Route("/invite/{token}", invite)]


def spaced(phone: str) -> str:
    """An anonymous number as people read it: +888 1234 5678."""
    return f"+{phone[:3]} {phone[3:7]} {phone[7:]}".strip()


def _decoded(token: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return b""
