"""Source: rfc/8030, rfc/8188, rfc/8291, rfc/8292. What leaves for a browser only that browser reads."""

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_network
from pathlib import Path

import http_ece
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from tests.kit.clock import FakeClock

from chappe import media, store
from chappe.domain import outbox, push_tokens
from chappe.domain.outbox import Message
from chappe.domain.push_tokens import Subscription
from chappe.outbound import Parcel, PushChannel, Runner, Undelivered, application_key
from chappe.outbound.webpush import encrypted, padded, public_point

HERE = (ip_network("127.0.0.0/8"),)
SECRET = bytes(range(32))
CONTACT = "mailto:desk@example.org"


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def raw(said: str) -> bytes:
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))


@dataclass
class Browser:
    """Somebody's browser: makes a subscription and reads what comes for it."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    def subscribes(self, endpoint: str) -> str:
        return json.dumps({
            "endpoint": endpoint, "expirationTime": None,
            "keys": {"p256dh": text(public_point(self.key)), "auth": text(self.secret)},
        })  # fmt: skip

    def reads(self, body: bytes) -> str:
        opened: bytes = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return opened.decode()


@dataclass
class Service:
    """A push service on this machine: answers as told, keeps what it was given."""

    port: int = 0
    status: str = "201 Created"
    more: str = ""
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/push/abc"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.taken.append((head[0], headers, body))
        writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\n{self.more}Connection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def service() -> AsyncIterator[Service]:
    made = Service()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


@dataclass
class Desk:
    """A channel over a clock that stands still; `forgotten` is who reaches nobody."""

    clock: FakeClock = field(default_factory=FakeClock)
    forgotten: list[tuple[str, str]] = field(default_factory=list)
    nets: tuple[object, ...] = HERE
    plain: bool = True

    def channel(self) -> PushChannel:
        async def forget(address: str, token: str) -> None:
            self.forgotten.append((address, token))

        may_reach = partial(media.may_reach, allowed=self.nets)  # type: ignore[arg-type]
        return PushChannel(SECRET, CONTACT, self.clock, os.urandom, may_reach, forget, plain=self.plain)


def parcel(token: str, said: str = '{"title":"Alice"}') -> Parcel:
    return Parcel(1, "1000001:7", Message(said, token), 1_750_000_000)


def test_the_example_of_the_standard_comes_out() -> None:
    """RFC 8291, section 5 and appendix A."""
    keys = push_tokens.Keys(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    once = ec.derive_private_key(
        int.from_bytes(raw("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    body = encrypted(
        b"When I grow up, I want to be a watermelon\x02", Subscription("https://push.example.net", keys), once,
        raw("DGv6ra1nlYgDCS1FRnbzlw"),
    )  # fmt: skip
    assert text(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7"
        "A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


async def test_only_the_browser_reads_it_and_the_service_knows_who_sends() -> None:
    desk, alice = Desk(), Browser()
    async with service() as push:
        await desk.channel().deliver(parcel(alice.subscribes(push.url), '{"title":"Bob","mute":"1"}'))
        ((line, headers, body),) = push.taken
    assert line == "POST /push/abc HTTP/1.1"
    assert json.loads(alice.reads(body)) == {"title": "Bob", "mute": "1"}
    assert (headers["content-encoding"], headers["urgency"], headers["ttl"]) == ("aes128gcm", "low", "43200")
    with pytest.raises(http_ece.ECEException):
        Browser().reads(body)
    scheme, _, rest = headers["authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(", "))
    head, claims, signature = parts["t"].split(".")
    assert scheme == "vapid" and json.loads(raw(head)) == {"typ": "JWT", "alg": "ES256"}
    assert parts["k"] == application_key(SECRET)
    expected = {"aud": f"http://127.0.0.1:{push.port}", "exp": 1_750_000_000 + 43_200, "sub": CONTACT}
    assert json.loads(raw(claims)) == expected
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(parts["k"]))
    signed = raw(signature)
    proof = encode_dss_signature(int.from_bytes(signed[:32], "big"), int.from_bytes(signed[32:], "big"))
    key.verify(proof, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


async def test_lengths_tell_little_and_none_is_too_long_for_a_service() -> None:
    desk, alice, sizes = Desk(), Browser(), set()
    async with service() as push:
        for words in ("", "x", "y" * 100, "z" * 3900):
            await desk.channel().deliver(parcel(alice.subscribes(push.url), json.dumps({"title": words})))
        for _, _, body in push.taken:
            sizes.add(len(body))
            alice.reads(body)
    assert len(sizes) == 2 and max(sizes) <= 4096
    with pytest.raises(Undelivered) as failure:
        padded(b"x" * 3993)
    assert failure.value.final


@pytest.mark.parametrize(
    ("status", "failure", "final"),
    [("404 Not Found", "gone", True), ("410 Gone", "gone", True), ("429 Slow Down", "http_429", False),
     ("500 Broken", "http_500", False), ("403 Forbidden", "http_403", True), ("302 Found", "http_302", False),
     ("413 Too Large", "http_413", True)],
)  # fmt: skip
async def test_what_a_service_answers_is_heeded(status: str, failure: str, final: bool) -> None:
    desk, token = Desk(), ""
    async with service() as push, service() as other:
        push.status, push.more = status, f"Retry-After: 120\r\nLocation: {other.url}\r\n"
        token = Browser().subscribes(push.url)
        with pytest.raises(Undelivered) as told:
            await desk.channel().deliver(parcel(token))
        assert other.taken == []
    assert (told.value.failure, told.value.final) == (failure, final)
    assert desk.forgotten == ([("1000001:7", token)] if failure == "gone" else [])
    assert told.value.wait_s == (0 if failure == "gone" else 120)


async def test_nothing_inside_a_private_network_is_reached() -> None:
    desk = Desk(nets=())
    async with service() as push:
        port = push.port
        local = ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "0x7f.1", "2130706433")
        long = "no" * 40 + ".example"
        names = *(f"{name}:{port}" for name in local), "10.0.0.1", "192.168.1.1", "169.254.169.254", long
        for host in names:
            for scheme in ("http", "https"):
                with pytest.raises(Undelivered) as told:
                    await desk.channel().deliver(parcel(Browser().subscribes(f"{scheme}://{host}/push")))
                assert told.value.failure == "forbidden_address", host
        assert push.taken == []


async def test_the_open_internet_is_reached_with_tls_alone() -> None:
    desk = Desk(nets=(), plain=False)
    with pytest.raises(Undelivered) as told:
        await desk.channel().deliver(parcel(Browser().subscribes("http://push.example.net/abc")))
    assert (told.value.failure, told.value.final) == ("forbidden_address", True)


async def test_the_runner_tries_again_and_lets_bursts_wait(tmp_path: Path) -> None:
    desk, alice = Desk(), Browser()
    database = store.open_sqlite(tmp_path / "push.sqlite", desk.clock)
    try:
        async with service() as push:
            token = alice.subscribes(push.url)
            runner = Runner(database, desk.clock, [desk.channel()], lambda payload: payload)

            async def queue(said: str) -> None:
                payload = outbox.pack(Message(said, token), lambda letter: letter)
                await database.write(lambda tx: outbox.enqueue(tx, "web_push", "1000001:7", payload))

            await queue('{"title":"one"}')
            push.status = "503 Busy"
            assert await runner.step() == 1
            push.status = "201 Created"
            assert await runner.step() == 0
            desk.clock.moves(5)
            assert await runner.step() == 1
            assert [json.loads(alice.reads(body))["title"] for _, _, body in push.taken] == ["one", "one"]
            for number in range(70):
                await queue(f'{{"title":"{number}"}}')
            while await runner.step():
                pass
            assert len(push.taken) == 61
            desk.clock.moves(61)
            while await runner.step():
                pass
            assert len(push.taken) == 72
    finally:
        await database.close()
