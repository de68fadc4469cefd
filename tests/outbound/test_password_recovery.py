"""Source: api/srp#password-recovery. A whole server sends the code by a real SMTP server, and takes it back."""

import asyncio
import email
import email.policy
import re
from pathlib import Path

import pytest
from tests.kit.server_process import serving
from tests.kit.stage import RpcFailure
from tests.kit.wire_client import WireClient
from tests.outbound.test_channels import PostOffice
from tests.talk.test_password import padded, secret_of

from chappe.tl import functions as f
from chappe.tl import types as t

PHONE = "9996610042"


async def code_in(office: PostOffice, number: int) -> str:
    """The code in the letter of this number, addressed as it should be."""
    async with asyncio.timeout(120):
        while len(office.mails) < number:
            await asyncio.sleep(0.02)
    _, rcpt, body = office.mails[number - 1]
    assert "<alice@example.org>" in rcpt
    text = email.message_from_bytes(body, policy=email.policy.default).get_content()
    found = re.search(r"\d{8}", text)
    assert found, text
    return found[0]


@pytest.mark.slow
async def test_a_password_is_recovered_by_mail(tmp_path: Path) -> None:
    async with PostOffice().opened() as office:
        route = {"smtp_url": f"smtp+plain://127.0.0.1:{office.port}", "smtp_from": "Chappe <codes@chappe.example>"}
        async with serving(tmp_path / "data", **route) as server:
            alice = WireClient(server.port, server.key)
            await alice.connects()
            me = await alice.signs_up(PHONE, "Alice")
            stated = await alice.calls(f.account.GetPassword())
            algo = stated.new_algo
            algo.salt1 += b"thirty-two bytes of the client's"
            verifier = padded(pow(algo.g, secret_of(algo, "forgotten"), int.from_bytes(algo.p, "big")))
            new = t.account.PasswordInputSettings(
                new_algo=algo, new_password_hash=verifier, hint="", email="alice@example.org"
            )
            query = f.account.UpdatePasswordSettings(password=t.InputCheckPasswordEmpty(), new_settings=new)
            assert await alice.fails(query) == "400 EMAIL_UNCONFIRMED_8"
            assert await alice.calls(f.account.ConfirmPasswordEmail(code=await code_in(office, 1)))

            device = WireClient(server.port, server.key)
            await device.connects()
            with pytest.raises(RpcFailure, match="SESSION_PASSWORD_NEEDED"):
                await device.signs_up(PHONE)
            await device.calls(f.auth.RequestPasswordRecovery())
            code = await code_in(office, 2)
            assert (await device.calls(f.auth.RecoverPassword(code=code))).user.id == me.id
            assert not (await device.calls(f.account.GetPassword())).has_password
            for client in (alice, device):
                client.cuts()
            assert await server.stop() == 0
            log = server.log.read_text()
        assert code not in log and "alice@example.org" not in log
