"""The stage of the talk plays: a whole server without sockets, and people who call it and hear from it.

    async def test_a_message_arrives(stage):
        alice, bob = await stage.people("alice", "bob")
        await alice.calls(f.messages.SendMessage(peer=alice.sees(bob), message="hi", random_id=1))
        assert bob.receives(t.UpdateShortMessage).message == "hi"

Every call and every answer goes through `tl` in the caller's own layer, as bytes. The store is a real SQLite file, the
clock stands still until `stage.clock.moves(seconds)`, chance is a fixed sequence. What a call sets in motion is over
when `calls` returns, so `receives` never waits.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh

from chappe import tl
from chappe.domain import accounts, auth_keys, outbox
from chappe.domain.access import Access
from chappe.rpc import Init, Request, Rpc, Services
from chappe.rpc.context import Limits
from chappe.store import Reader, Store, Tx, open_postgres
from chappe.tl import functions as f
from chappe.tl import service as s
from chappe.tl import types as t
from chappe.tl.values import TLObject

T = TypeVar("T")
SECRET = b"the stage's own server secret..."
BOTH_KEYS = b"a proof that both keys are the caller's"
"""What the stage takes for the encrypted part of auth.bindTempAuthKey."""
RPC_ERROR = s.RpcError.ID.to_bytes(4, "little")


class RpcFailure(Exception):
    """The server answered with an rpc_error; `str()` is `400 PEER_ID_INVALID`."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


@dataclass(eq=False)
class Session:
    """The server's end of an MTProto session: keeps what was pushed, as the bytes that would leave."""

    pushed: list[bytes] = field(default_factory=list)

    def push(self, body: bytes, now: float, /) -> None:
        self.pushed.append(body)

    def withdraw(self) -> None:
        self.pushed.clear()


class Device:
    """One device with its own auth key; before sign-in it is nobody's. `layer` is what it announces."""

    def __init__(self, stage: "Stage", auth_key_id: int, layer: int, ip: str = "192.0.2.1") -> None:
        self.stage = stage
        self.auth_key_id = auth_key_id
        self.layer = layer
        self.ip = ip
        self.port = 0
        self.session = Session()
        self.heard: list[TLObject] = []
        self.init: Init | None = Init(4, "Stage", "Linux", "1.0", "en", "")
        self._msg_ids = count(1)

    async def calls(self, query: TLObject) -> Any:
        """The server's answer, decoded as this device's layer has it. Errors: RpcFailure."""
        sent = tl.decode(tl.encode(query, self.layer))
        request = Request(
            self.session, self.auth_key_id, next(self._msg_ids) * 4, sent, self.layer, self.init, ip=self.ip,
            port=self.port,
        )  # fmt: skip
        body = await self.stage.rpc.handle(request)
        await self.stage.settles()
        return _answer(type(query), body)

    async def tries(self, query: TLObject) -> str | None:
        """The error the server answers with, None when it answers as asked."""
        try:
            await self.calls(query)
        except RpcFailure as failure:
            return str(failure)
        return None

    async def fails(self, query: TLObject) -> str:
        """The error the server answers with, as `400 PEER_ID_INVALID`."""
        try:
            result = await self.calls(query)
        except RpcFailure as failure:
            return str(failure)
        raise AssertionError(f"answered with {result!r}")

    def receives(self, kind: Callable[..., T]) -> T:
        """The oldest update of this kind that was pushed and not yet asked for, alone or inside an envelope."""
        self._listens()
        for place, one in enumerate(self.heard):
            if isinstance(one, kind):  # type: ignore[arg-type]
                del self.heard[place]
                return one  # type: ignore[return-value]
        raise AssertionError(f"{kind.__name__} was not pushed; heard {self.heard!r}")

    def hears(self) -> list[TLObject]:
        """Everything pushed since last asked, envelopes opened; nothing is left."""
        self._listens()
        heard, self.heard = self.heard, []
        return heard

    def _listens(self) -> None:
        for body in self.session.pushed:
            update = tl.decode(body)
            if isinstance(update, t.UpdateShort):
                self.heard.append(update.update)
            elif isinstance(update, t.Updates):
                self.stage.introduces(self, update.users)
                self.heard += update.updates
            else:
                self.heard.append(update)
        self.session.pushed.clear()


class Person(Device):
    """Somebody signed in; `id`, `phone` and `name` are what the server calls them."""

    def __init__(self, stage: "Stage", device: Device, name: str, phone: str, user: t.User) -> None:
        super().__init__(stage, device.auth_key_id, device.layer, device.ip)
        self.session = device.session
        self.init = device.init
        self.name = name
        self.phone = phone
        self.id = user.id

    def sees(self, other: "Person") -> t.InputPeerUser:
        """How this person's clients name the other one as a peer."""
        return t.InputPeerUser(user_id=other.id, access_hash=self.stage.access.hash_for(self.id, other.id))

    def knows(self, other: "Person") -> t.InputUser:
        """How this person's clients name the other one as a user."""
        return t.InputUser(user_id=other.id, access_hash=self.stage.access.hash_for(self.id, other.id))

    async def says(self, other: "Person", text: str, random_id: int = 0) -> Any:
        """The answer to a plain text message."""
        number = random_id or next(self.stage.numbers)
        return await self.calls(f.messages.SendMessage(peer=self.sees(other), message=text, random_id=number))

    async def brings(self, layer: int | None = None) -> "Person":
        """Another device of the same person, signed in by its test number and ready for updates."""
        return await self.stage.signs_in(self.name, self.phone, layer or self.layer)

    async def listens(self) -> None:
        """From now on updates are pushed to this device, and what came before is forgotten."""
        await self.calls(f.updates.GetState())
        self.hears()


class Stage:
    """The server of a play."""

    def __init__(self, store: Store, clock: FakeClock, limits: Limits, outlets: tuple[str, ...], first: int) -> None:
        self.store = store
        self.clock = clock
        self.numbers = count(first)
        self.closed: list[int] = []
        """Keys whose connections the server closed."""
        self.access = Access(SECRET)
        self.wrapper = auth_keys.Wrapper(SECRET, self.entropy)
        self.services = Services(
            store=store, clock=clock, entropy=self.entropy, access=self.access, wrapper=self.wrapper, limits=limits,
            outlets=outlets,
        )  # fmt: skip
        self.services.bind_temp_key = lambda request, query, key: query.encrypted_message == BOTH_KEYS
        self.services.close_key = self.services.forget_key = self.closed.append
        self.rpc = Rpc(self.services)
        self.notes: list[object] = []
        store.on_commit(self.notes.extend)

    def entropy(self, size: int) -> bytes:
        """Bytes that never repeat within a play and are the same in each run of it."""
        seed = next(self.numbers).to_bytes(8, "big")
        return b"".join(blake2b(seed + bytes([i]), digest_size=64).digest() for i in range(size // 64 + 1))[:size]

    async def device(self, layer: int = tl.NEWEST, ip: str = "192.0.2.1", temporary_s: int = 0) -> Device:
        """A device with a fresh auth key, permanent unless said otherwise, that nobody has signed in on."""
        key = self.entropy(256)
        auth_key_id = int.from_bytes(key[:8], "little", signed=True)
        expires = int(self.clock.now()) + temporary_s if temporary_s else None
        await self.writes(lambda tx: auth_keys.keep(tx, self.wrapper, auth_key_id, key, expires))
        return Device(self, auth_key_id, layer, ip)

    async def signs_in(self, name: str, phone: str, layer: int = tl.NEWEST, device: Device | None = None) -> Person:
        """Somebody on a device of theirs, by a test number, signed up if need be, listening to updates."""
        device = device or await self.device(layer)
        settings = t.CodeSettings()
        sent = await device.calls(
            f.auth.SendCode(phone_number=phone, api_id=4, api_hash="stage", settings=settings)
        )
        proof = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
        answer = await device.calls(f.auth.SignIn(**proof, phone_code=phone[5] * 5))
        if isinstance(answer, t.auth.AuthorizationSignUpRequired):
            answer = await device.calls(f.auth.SignUp(**proof, first_name=name.capitalize(), last_name=""))
        person = Person(self, device, name, phone, answer.user)
        await person.listens()
        return person

    async def person(self, name: str, layer: int = tl.NEWEST) -> Person:
        """A new account on a new device. Shape: the test number ends in a number of its own."""
        return await self.signs_in(name, f"9996612{next(self.numbers):05}", layer)

    async def people(self, *names: str, layer: int = tl.NEWEST) -> list[Person]:
        """New accounts, none of whom has heard of another."""
        return [await self.person(name, layer) for name in names]

    async def writes(self, act: Callable[[Tx], T]) -> T:
        """The result of a domain act, committed, its updates delivered."""
        result = await self.store.write(act)
        await self.settles()
        return result

    async def reads(self, query: Callable[[Reader], T]) -> T:
        """The result of a query."""
        return await self.store.read(query)

    async def letters(self, pages: bool = False) -> list[tuple[str, str, str]]:
        """(kind, address, text) of the letters that left since last asked: to people on call, or all others."""
        taken = await self.writes(lambda tx: outbox.take_due(tx, pages=pages))
        for letter in taken:
            await self.writes(lambda tx, done=letter: outbox.mark_done(tx, done))  # type: ignore[misc]
        opened = [(one, outbox.unpack(one.payload, self.wrapper.unseal)) for one in taken]
        return [(one.kind, one.address, message.text) for one, message in opened]

    async def settles(self) -> None:
        """Everything that was committed is pushed, and who may not stay is shown out."""
        await asyncio.sleep(0)
        busy = (self.rpc.push, self.services.views, self.rpc.standings)
        while tasks := set().union(*(one.under_way() for one in busy)):
            await asyncio.wait(tasks)

    def introduces(self, device: Device, users: list[Any]) -> None:
        """The people an update brings along carry the access hashes that this device may use."""
        if isinstance(device, Person):
            for user in users:
                if isinstance(user, t.User) and user.access_hash is not None:
                    assert user.access_hash == self.access.hash_for(device.id, user.id)


@asynccontextmanager
async def raised(
    folder: Path, limits: Limits = Limits(test_mode=True), outlets: tuple[str, ...] = (), after: Stage | None = None,
    dsn: str = "",
) -> AsyncIterator[Stage]:  # fmt: skip
    """A stage over the database in the folder, struck when the play is over.

    Shape: `after` is an earlier stage over the same folder, already struck: the server starts again; dsn names an
    empty PostgreSQL database to play on instead.
    """
    clock = after.clock if after else FakeClock()
    store = open_postgres(dsn, clock) if dsn else open_fresh(folder / "stage.sqlite", clock)
    try:
        await store.write(accounts.prepare)
        yield Stage(store, clock, limits, outlets, next(after.numbers) if after else 1)
    finally:
        await store.close()


def _answer(method: type[TLObject], body: bytes) -> Any:
    if body[:4] == RPC_ERROR:
        error: Any = tl.decode(body)
        raise RpcFailure(error.error_code, error.error_message)
    return tl.decode_result(method, body)

