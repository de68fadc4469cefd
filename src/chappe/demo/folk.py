"""The people of the demo: each has a device whose calls are answered by the server's own methods."""

from itertools import count
from typing import Any

from chappe import tl
from chappe.app import App
from chappe.domain import auth_keys
from chappe.domain.access import Access
from chappe.rpc import Init, Request
from chappe.tl import functions as f
from chappe.tl import service as s
from chappe.tl import types as t
from chappe.tl.values import TLObject

RPC_ERROR = s.RpcError.ID.to_bytes(4, "little")
INIT = Init(1, "Demo", "Linux", "1.0", "en", "")


class Refused(Exception):
    """The server refused; the text is the error as clients see it."""


class Silent:
    """A session to which nothing needs to be pushed: these people look when they come back."""

    def push(self, body: bytes, now: float, /) -> None:
        """Nobody listens."""

    def withdraw(self) -> None:
        """There is nothing to take back."""


class Person:
    """Somebody signed in on one device."""

    def __init__(self, running: App, key_id: int, phone: str, name: str) -> None:
        self._app = running
        self._key_id = key_id
        self._numbers = count(1)
        self._session = Silent()
        self.phone, self.name, self.id = phone, name, 0

    async def calls(self, query: TLObject) -> Any:
        """The server's answer. Errors: Refused."""
        number = next(self._numbers)
        body = await self._app.rpc.handle(
            Request(self._session, self._key_id, number * 4, query, tl.NEWEST, INIT, ip="192.0.2.1")
        )
        if body[:4] == RPC_ERROR:
            error: Any = tl.decode(body)
            raise Refused(f"{error.error_code} {error.error_message}")
        return tl.decode_result(type(query), body)

    async def founds(self, title: str, about: str, username: str = "", *, group: bool = False) -> "Room":
        """A new channel, or supergroup, with a public name if one is given."""
        query = f.channels.CreateChannel(title=title, about=about, broadcast=not group, megagroup=group)
        made = (await self.calls(query)).chats[0]
        room = Room(made.id, self._app.rpc.services.access)
        if username:
            await self.calls(f.channels.UpdateUsername(channel=room.to(self), username=username))
        return room

    async def joins(self, room: "Room") -> None:
        """In the room from now on."""
        await self.calls(f.channels.JoinChannel(channel=room.to(self)))

    async def says(self, peer: t.TypeInputPeer, text: str, **more: Any) -> int:
        """The id of a new message."""
        number = self._key_id * 1000 + next(self._numbers)
        query = f.messages.SendMessage(peer=peer, message=text, random_id=number & (2**63 - 1), **more)
        answer = await self.calls(query)
        if isinstance(answer, t.UpdateShortSentMessage):
            return answer.id
        return next(one.id for one in answer.updates if isinstance(one, t.UpdateMessageID))

    def sees(self, other: "Person") -> t.InputPeerUser:
        """How this person's client names the other."""
        return t.InputPeerUser(user_id=other.id, access_hash=self._app.rpc.services.access.hash_for(self.id, other.id))

    async def hears_of(self, word: str) -> str:
        """The newest message of the chat with the server in which the word stands; empty if there is none."""
        peer = t.InputPeerUser(user_id=777000, access_hash=self._app.rpc.services.access.hash_for(self.id, 777000))
        asked = f.messages.GetHistory(
            peer=peer, offset_id=0, offset_date=0, add_offset=0, limit=30, max_id=0, min_id=0, hash=0
        )
        page = await self.calls(asked)
        return next((one.message for one in page.messages if word in getattr(one, "message", "")), "")


class Room:
    """A channel or supergroup, as each person names it."""

    def __init__(self, channel_id: int, access: Access) -> None:
        self.id = channel_id
        self._access = access

    @property
    def marked(self) -> int:
        """The id with its mark, as in the keys of items."""
        return -1_000_000_000_000 - self.id

    def to(self, person: Person) -> t.InputChannel:
        """As a channel."""
        return t.InputChannel(channel_id=self.id, access_hash=self._access.hash_for(person.id, self.marked))

    def peer(self, person: Person) -> t.InputPeerChannel:
        """As a peer."""
        return t.InputPeerChannel(channel_id=self.id, access_hash=self._access.hash_for(person.id, self.marked))


async def arrives(running: App, number: int, name: str, about: str = "") -> Person:
    """Somebody new, by the test number that ends so; their code is five times its sixth digit."""
    key = running.rpc.services.entropy(256)
    key_id = int.from_bytes(key[:8], "little", signed=True)
    wrapper = running.rpc.services.wrapper
    await running.store.write(lambda tx: auth_keys.keep(tx, wrapper, key_id, key, None))
    phone = f"9996621{number:04}"
    person = Person(running, key_id, phone, name)
    sent = await person.calls(
        f.auth.SendCode(phone_number=phone, api_id=1, api_hash="demo", settings=t.CodeSettings())
    )
    proof = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
    answer = await person.calls(f.auth.SignIn(**proof, phone_code=phone[5] * 5))
    if isinstance(answer, t.auth.AuthorizationSignUpRequired):
        answer = await person.calls(f.auth.SignUp(**proof, first_name=name, last_name=""))
    person.id = answer.user.id
    if about:
        await person.calls(f.account.UpdateProfile(about=about))
    return person
