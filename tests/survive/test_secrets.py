"""Source: mtproto/security_guidelines. Whatever goes right or wrong, no log says a code, a key, a number or a message.

The log is the most talkative one, in both of its forms; the codes are real ones, sent as SMS to a webhook.
"""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.kit.server_process import serving
from tests.kit.stage import RpcFailure
from tests.kit.wire_client import WireClient

from chappe.tl import functions as f
from chappe.tl import types as t

PHONES = ("33612345678", "33687654321")
NAME, TEXT = "Zebulonia", "the crow flies at midnight"


class Carrier:
    """Takes what the server would have sent as SMS."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[str] = asyncio.Queue()
        self.port = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head.lower())
        body = json.loads(await reader.readexactly(int(found[1]) if found else 0))
        code = re.search(r"\d{5,6}", body["text"])
        assert code
        self.sent.put_nowait(code[0])
        writer.write(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()


@asynccontextmanager
async def carrying() -> AsyncIterator[Carrier]:
    """A carrier that listens."""
    carrier = Carrier()
    listening = await asyncio.start_server(carrier, "127.0.0.1", 0)
    carrier.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield carrier


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_a_log_at_its_most_talkative_says_no_secret(tmp_path: Path, log_format: str) -> None:
    async with carrying() as carrier, serving(
        tmp_path / "data", test_mode=False, log_level="debug", log_format=log_format,
        sms_webhook=f"http://127.0.0.1:{carrier.port}/sms?token=hush-hush", sms_webhook_secret="hush-hush",
    ) as server:  # fmt: skip
        secrets = {"hush-hush", NAME, TEXT, *PHONES}
        people = []
        for phone in PHONES:
            person = WireClient(server.port, server.key)
            await person.connects()
            secrets |= await signs_in(person, carrier, phone)
            people.append(person)
        alice, bob = people
        assert bob.user is not None
        await alice.calls(f.contacts.ImportContacts(contacts=[
            t.InputPhoneContact(client_id=1, phone="+" + PHONES[1], first_name="Bob", last_name=NAME)
        ]))  # fmt: skip
        found = await alice.calls(f.contacts.ResolvePhone(phone=PHONES[1]))
        peer = t.InputPeerUser(user_id=found.users[0].id, access_hash=found.users[0].access_hash)
        secrets.add(str(peer.access_hash))
        await alice.calls(f.messages.SendMessage(peer=peer, message=TEXT, random_id=1))
        await goes_wrong(alice, peer)
        for person in people:
            assert person.session is not None
            key = person.session.key.key
            secrets |= {key.hex(), repr(key)[2:40], str(int.from_bytes(key, "big"))}
            person.cuts()
        assert await server.stop() == 0
        log = server.log.read_text()
        secrets |= own_secrets(server.data)
    assert "stopping" in log
    for secret in secrets:
        assert secret not in log and secret.lower() not in log.lower(), secret
    stored = b"".join(path.read_bytes() for path in server.data.glob("chappe.sqlite*"))
    assert TEXT.encode() in stored
    for person in people:
        assert person.session is not None
        assert person.session.key.key[:64] not in stored


def own_secrets(data: Path) -> set[str]:
    """The server's own keys, as they lie in its folder and as they might be written."""
    found = set()
    for path in (data / "keys").iterdir():
        content = path.read_bytes()
        lines = [line.decode() for line in content.splitlines() if line.isascii() and len(line) > 30]
        lines = [line for line in lines if "-----" not in line]
        found |= {content.hex(), base64.b64encode(content).decode(), *lines}
    assert len(found) > 3
    return found


async def signs_in(person: WireClient, carrier: Carrier, phone: str) -> set[str]:
    """Signed up after two wrong codes; the codes, hashes and what else must stay secret."""
    settings = t.CodeSettings()
    sent = await person.calls(
        f.auth.SendCode(phone_number="+" + phone, api_id=4, api_hash="hush-hush", settings=settings)
    )
    code = await asyncio.wait_for(carrier.sent.get(), 120)
    proof = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
    wrong = str((int(code) + 1) % 10 ** len(code)).zfill(len(code))
    for said in (wrong, "", wrong):
        with pytest.raises(RpcFailure):
            await person.calls(f.auth.SignIn(**proof, phone_code=said))
    answer = await person.calls(f.auth.SignIn(**proof, phone_code=code))
    assert isinstance(answer, t.auth.AuthorizationSignUpRequired)
    person.user = (await person.calls(f.auth.SignUp(**proof, first_name=NAME, last_name=""))).user
    return {f"code {code}", f"={code}", f'"{code}"', f" {code} ", sent.phone_code_hash}


async def goes_wrong(alice: WireClient, peer: t.InputPeerUser) -> None:
    """Calls that are refused, do not exist, or cannot be right, with secrets in them."""
    for query in (
        f.messages.SendMessage(peer=peer, message=TEXT * 400, random_id=2),
        f.messages.SendMessage(peer=t.InputPeerUser(user_id=1, access_hash=2), message=TEXT, random_id=3),
        f.messages.EditMessage(peer=peer, id=2**31 - 1, message=TEXT),
        f.messages.Search(peer=peer, q=TEXT + "\x00\ud7ff", filter=t.InputMessagesFilterEmpty(), min_date=-(2**31),
                          max_date=2**31 - 1, offset_id=-(2**31), add_offset=-(2**31), limit=2**31 - 1, max_id=-5,
                          min_id=2**31 - 1, hash=-1),
        f.contacts.ResolveUsername(username=TEXT),
        f.account.UpdateProfile(first_name=NAME * 50, about=TEXT * 50),
        f.account.UpdateUsername(username=TEXT),
        f.phone.CreateConferenceCall(random_id=1),
        f.auth.CheckPassword(password=t.InputCheckPasswordSRP(srp_id=1, A=TEXT.encode(), M1=TEXT.encode())),
    ):  # fmt: skip
        try:
            await alice.calls(query)
        except RpcFailure as failure:
            assert failure.code != 500, (query.NAME, failure)
