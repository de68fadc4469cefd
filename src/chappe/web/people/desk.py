"""Who does people's acts for the pages: the store, chance, and slow arithmetic off the loop.

Source: requirements/sign-in-page
"""

import asyncio
import base64
from collections import OrderedDict
from dataclasses import dataclass

from chappe.base import Clock, Invalid, NotFound
from chappe.base.ids import Entropy, UserId
from chappe.domain import passkeys, proofs
from chappe.domain.auth import Policy
from chappe.domain.passkeys import Kept
from chappe.domain.passwords import Answer, Challenge, Password
from chappe.store import Store, Tx
from chappe.web.operators.passkeys import Challenges

TICKET_S = 600.0
TICKETS_MOST = 2000


@dataclass(frozen=True, slots=True)
class Proven:
    """Somebody who proved themselves. Shape: ticket is empty when the code goes to their other devices."""

    phone: str
    ticket: str


class People:
    """The acts as the doors call them; every refusal is the domain's."""

    def __init__(self, store: Store, clock: Clock, entropy: Entropy, policy: Policy) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._policy = policy
        self._tickets: OrderedDict[str, tuple[UserId, float]] = OrderedDict()
        self.challenges = Challenges(entropy, clock.monotonic)

    async def challenge(self, who: str, address: str) -> tuple[Password, Challenge]:
        """What a page needs to prove the password of a name or number, whether it exists or not. Errors: TooMany."""
        known = await self._look(who)
        shown, made = await asyncio.to_thread(proofs.open_challenge, known, self._policy.wrapper, self._entropy)
        await self._store.write(lambda tx: proofs.keep_challenge(tx, self._policy, known, made, address))
        return shown, made

    async def by_password(self, who: str, answer: Answer, address: str) -> Proven:
        """The owner of the password. Errors: TooMany; Invalid srp_id_invalid, password_hash_invalid."""
        known, policy = await self._look(who), self._policy
        secret = await self._store.write(
            lambda tx: proofs.take_challenge(tx, policy, known, answer.srp_id, address)
        )
        if not await asyncio.to_thread(proofs.proven, known, policy.wrapper, secret, answer):
            raise Invalid("password_hash_invalid")
        now = int(self._clock.now())

        def act(tx: Tx) -> tuple[str, bool]:
            proofs.right(tx, policy, known, address)
            return proofs.phone_of(tx, known.user_id), proofs.reachable(tx, known.user_id, now)

        phone, elsewhere = await self._store.write(act)
        return Proven(phone, "" if elsewhere else self._ticket(known.user_id))

    async def passkey(self, credential_id: bytes) -> Kept:
        """What is known of a passkey. Errors: Invalid credential_invalid."""
        return await self._store.read(lambda rx: passkeys.find(rx, credential_id))

    async def by_passkey(self, kept: Kept, sign_count: int) -> Proven:
        """The owner of a passkey whose signature was verified. Errors: Invalid credential_invalid."""

        def act(tx: Tx) -> str:
            passkeys.signed(tx, kept, sign_count)
            return proofs.phone_of(tx, kept.user_id)

        return Proven(await self._store.write(act), self._ticket(kept.user_id))

    async def code(self, ticket: str) -> str | None:
        """The code a client has asked for, None while none has; shown once, then the ticket is used up.

        Errors: NotFound ticket_gone.
        """
        user_id, until = self._tickets.get(ticket, (proofs.NOBODY, 0.0))
        if not user_id or until <= self._clock.monotonic():
            raise NotFound("ticket_gone")
        code = await self._store.write(lambda tx: proofs.code(tx, self._policy, user_id))
        if code is not None:
            self._tickets.pop(ticket, None)
        return code

    async def _look(self, who: str) -> proofs.Known:
        key = proofs.key_of(who)
        return await self._store.read(lambda rx: proofs.look(rx, self._policy.wrapper, key))

    def _ticket(self, user_id: UserId) -> str:
        ticket = base64.urlsafe_b64encode(self._entropy(32)).decode().rstrip("=")
        self._tickets[ticket] = (user_id, self._clock.monotonic() + TICKET_S)
        while len(self._tickets) > TICKETS_MOST:
            self._tickets.popitem(last=False)
        return ticket
