"""Who does the operators' acts for the pages: the store, chance, and hashing off the loop."""

import asyncio
import base64
from collections.abc import Collection
from dataclasses import dataclass

from chappe.base import Clock
from chappe.base.ids import Entropy
from chappe.domain import continuity, new_keys, operators, trial
from chappe.domain.operators import REPLACE, Link, Operator, Proof
from chappe.domain.webauthn import Passkey
from chappe.store import Store, Tx
from chappe.web.operators.passkeys import Challenges

KIT_CODES = 8
TOKEN_BYTES = 32
SEEN_EVERY_S = 60


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new operator, the token of their session, and the codes of their kit, shown once."""

    operator: Operator
    session: str
    kit: list[str]


class Desk:
    """The operators' acts as the pages call them; every refusal is the domain's.

    Its sessions hold at one place, these pages or the console, and end when nobody uses them for `idle_s`.
    """

    def __init__(
        self, store: Store, clock: Clock, entropy: Entropy, place: str = "", idle_s: int = operators.SESSION_S
    ) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._place = place
        self._idle_s = idle_s
        self.challenges = Challenges(entropy, clock.monotonic)

    async def first_link(self) -> str | None:
        """A token that makes its holder the first operator; None if there is one already."""
        token = self._token()
        made = await self._store.write(lambda tx: operators.first_link(tx, raw(token)))
        return token if made else None

    async def look(self, token: str) -> Link:
        """What a link does. Errors: NotFound."""
        now = int(self._clock.now())
        return await self._store.read(lambda rx: operators.look(rx, raw(token), now))

    async def hashed(self, password: str) -> operators.Password:
        """The stored form of a password. Errors: Invalid."""
        salt = self._entropy(operators.SALT_BYTES)
        return operators.Password(await asyncio.to_thread(operators.hash_password, password, salt))

    async def enrol(self, token: str, name: str, proof: Proof) -> Enrolled:
        """The holder of the link is an operator and signed in. Errors: as `operators.enrol`."""
        kit = [self._code() for _ in range(KIT_CODES)]
        session = self._token()

        def act(tx: Tx) -> Operator:
            replaces = operators.look(tx, raw(token), tx.now).kind == REPLACE
            operator = operators.enrol(tx, raw(token), name, proof, kit)
            if replaces:
                new_keys.used(tx, operator.operator_id)
            operators.begin_session(tx, operator.operator_id, raw(session), self._place)
            continuity.alive(tx, operator.operator_id, continuity.SIGN_IN)
            return operator

        return Enrolled(await self._store.write(act), session, kit)

    async def sign_in_by_password(self, name: str, password: str, address: str) -> str | None:
        """The token of a session, or None if name or password are wrong. Errors: TooMany."""
        await self._attempt("password", name, address)
        operator_id, hashed = await self._store.read(lambda rx: operators.password_of(rx, name))
        right = await asyncio.to_thread(operators.same_password, password, hashed)
        return await self._session(operator_id) if right else None

    async def passkey(self, credential_id: bytes) -> tuple[int, Passkey] | None:
        """Whose passkey this is."""
        return await self._store.read(lambda rx: operators.passkey(rx, credential_id))

    async def sign_in_by_passkey(self, operator_id: int, credential_id: bytes, sign_count: int) -> str:
        """The token of a session for a verified passkey."""
        await self._store.write(lambda tx: operators.passkey_used(tx, credential_id, sign_count))
        return await self._session(operator_id)

    async def in_session(self, token: str) -> Operator | None:
        """Whose session this is; that it was used is written down now and then."""
        now = int(self._clock.now())
        found = await self._store.read(lambda rx: operators.in_session(rx, raw(token), now, self._place, self._idle_s))
        if found is None:
            return None
        operator, seen = found
        if now - seen >= SEEN_EVERY_S:
            await self._store.write(lambda tx: operators.seen(tx, raw(token)))
        return operator

    async def play(self, part: str) -> str:
        """The token of a session as somebody on trial. Errors: NotFound operator_part_unknown."""
        session = self._token()

        def act(tx: Tx) -> None:
            played = trial.play(tx, part)
            operators.begin_session(tx, played.operator_id, raw(session), self._place)

        await self._store.write(act)
        return session

    async def sign_out(self, token: str) -> None:
        """The session is over."""
        await self._store.write(lambda tx: operators.end_session(tx, raw(token)))

    async def everyone(self) -> list[Operator]:
        """All operators."""
        return await self._store.read(operators.everyone)

    async def add_link(self, by: Operator, roles: Collection[str] = ()) -> str:
        """The token of a link that makes one more operator with these roles. Errors: NotAllowed, Invalid."""
        token = self._token()
        await self._store.write(lambda tx: operators.add_link(tx, by, raw(token), roles=roles))
        return token

    async def set_roles(self, by: Operator, operator_id: int, roles: Collection[str]) -> Operator:
        """The operator holds these roles. Errors: NotAllowed, NotFound, Invalid."""
        return await self._store.write(lambda tx: operators.set_roles(tx, by, operator_id, roles))

    async def add_passkey(self, operator: Operator, passkey: Passkey) -> None:
        """The operator has one more passkey. Errors: Conflict."""
        await self._store.write(lambda tx: operators.add_passkey(tx, operator, passkey))

    async def approve_new_key(self, by: Operator, operator_id: int) -> tuple[str, int]:
        """(the token of the link to a new key, from when it opens), ("", 0) while another word is needed.

        Errors: NotFound, NotAllowed.
        """
        token = self._token()
        ready = await self._store.write(lambda tx: new_keys.approve(tx, by, operator_id, raw(token)))
        return (token, ready) if ready else ("", 0)

    async def refuse_new_key(self, by: Operator, operator_id: int) -> None:
        """The link to the operator's new key opens nothing. Errors: NotFound, NotAllowed."""
        await self._store.write(lambda tx: new_keys.refuse(tx, by, operator_id))

    async def new_keys(self) -> dict[int, int]:
        """Operators for whom a new key waits, and from when it can be made."""
        return await self._store.read(new_keys.waiting)

    async def recover(self, name: str, code: str, address: str) -> str:
        """The token of the link to a new key, for a code of the kit. Errors: Invalid, TooMany."""
        await self._attempt("recover", name, address)
        token = self._token()
        await self._store.write(lambda tx: operators.recover(tx, name, code, raw(token)))
        return token

    def handle(self) -> bytes:
        """What a passkey knows its person by: chance, so that it tells nobody anything."""
        return self._entropy(16)

    async def _attempt(self, way: str, name: str, address: str) -> None:
        who = name.strip()[: operators.NAME_MOST]
        operators.require_attempt(await self._store.write(lambda tx: operators.count_attempt(tx, way, who, address)))

    async def _session(self, operator_id: int) -> str:
        session = self._token()

        def act(tx: Tx) -> None:
            operators.begin_session(tx, operator_id, raw(session), self._place)
            continuity.alive(tx, operator_id, continuity.SIGN_IN)

        await self._store.write(act)
        return session

    def _token(self) -> str:
        return base64.urlsafe_b64encode(self._entropy(TOKEN_BYTES)).decode().rstrip("=")

    def _code(self) -> str:
        letters = base64.b32encode(self._entropy(15)).decode()
        return "-".join(letters[at : at + 6] for at in range(0, 24, 6))


def raw(token: str) -> bytes:
    """A token as it is digested."""
    return token.encode()
