"""Source: requirements/invites, requirements/sign-in-page, api/passkeys

Somebody without a telephone number, with a real browser: from the link of the first start into the messenger, a passkey
that lets them in again, and the page that shows a login code for an unmodified client.
"""

import asyncio
import base64
import json
import os
import re
import time
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import expect
from tests.browser.conftest import Arrives
from tests.browser.looks import LIGHT, PHONE
from tests.browser.messenger import Messenger
from tests.browser.visitor import Visitor
from tests.kit.server_process import ServerProcess, chappe
from tests.kit.wire_client import WireClient
from tests.talk.test_password import padded, proof, secret_of

from chappe.tl import functions as f
from chappe.tl import types as t

MINUTE_S = 60.0
MAKES = """
async (options) => {
  const { publicKey } = PublicKeyCredential.parseCreationOptionsFromJSON
    ? { publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) } : { publicKey: options }
  return (await navigator.credentials.create({ publicKey })).toJSON()
}
"""
FORGETS = """
async () => {
  localStorage.clear()
  for (const one of await indexedDB.databases()) indexedDB.deleteDatabase(one.name)
}
"""
SIGNS = """
async (options) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  return (await navigator.credentials.get({ publicKey })).toJSON()
}
"""


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def options(data: t.TypeDataJSON) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data.data)["publicKey"]
    return found


def credential(made: dict[str, Any]) -> t.InputPasskeyCredentialPublicKey:
    """What a client sends of what the browser gave."""
    said = made["response"]
    client = t.DataJSON(data=raw(said["clientDataJSON"]).decode())
    response: t.TypeInputPasskeyResponse
    if "attestationObject" in said:
        response = t.InputPasskeyResponseRegister(client_data=client, attestation_data=raw(said["attestationObject"]))
    else:
        response = t.InputPasskeyResponseLogin(
            client_data=client, authenticator_data=raw(said["authenticatorData"]), signature=raw(said["signature"]),
            user_handle=raw(said["userHandle"]).decode(),
        )  # fmt: skip
    return t.InputPasskeyCredentialPublicKey(id=made["id"], raw_id=made["rawId"], response=response)


async def asks(wire: WireClient, phone: str) -> Any:
    settings = t.CodeSettings()
    return await wire.calls(f.auth.SendCode(phone_number=phone, api_id=4, api_hash="wire", settings=settings))


async def joins(server: ServerProcess, visitor: Visitor, name: str) -> tuple[WireClient, str]:
    """Somebody takes up an invite with a client of their own; the client and the number."""
    code, out, _ = await chappe("invite", "--data", str(server.data), "--json")
    assert code == 0
    made = json.loads(out)
    phone, token = made["phone"], made["link"].rpartition("/")[2]
    wire = await WireClient(server.port, server.key).connects()
    sent = await asks(wire, phone)
    await visitor.goes(f"/invite/{token}")
    shown = await visitor.sees(re.compile(r"^\s*\d{5}\s*$"))
    given = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
    await wire.calls(f.auth.SignIn(**given, phone_code=(await shown.inner_text()).strip()))
    wire.user = (await wire.calls(f.auth.SignUp(**given, first_name=name, last_name=""))).user
    return wire, phone


async def comes(arrives: Arrives, name: str, server: ServerProcess) -> Messenger:
    """Somebody without an account, before the messenger."""
    visitor = await arrives(name, LIGHT, server, kind=Messenger)
    assert isinstance(visitor, Messenger)
    return visitor


async def sets_password(wire: WireClient, password: str) -> None:
    """The account has this password."""
    algo = (await wire.calls(f.account.GetPassword())).new_algo
    algo.salt1 += os.urandom(32)
    secret = await asyncio.to_thread(secret_of, algo, password)
    verifier = padded(pow(algo.g, secret, int.from_bytes(algo.p, "big")))
    new = t.account.PasswordInputSettings(new_algo=algo, new_password_hash=verifier, hint="")
    await wire.calls(f.account.UpdatePasswordSettings(password=t.InputCheckPasswordEmpty(), new_settings=new))


async def test_from_the_first_link_into_the_messenger_in_under_a_minute(
    fresh: ServerProcess, arrives: Arrives
) -> None:
    alice = await comes(arrives, "alice", fresh)
    await alice.has_passkeys()
    began = time.monotonic()
    await alice.goes(urlsplit(fresh.ready["links"]["operator"]).path)
    await alice.page.locator("form[data-kind=create] input[name=name]").fill("alice")
    await alice.page.locator("form[data-kind=create] button").click()
    await alice.presses("Open the messenger")
    await alice.page.locator("#first").fill("Alice")
    await alice.presses("Begin")
    await alice.presses("Make a passkey")
    await alice.is_in()
    took = time.monotonic() - began
    print(f"from the link to the chat list: {took:.1f} s")
    assert took < MINUTE_S


async def test_a_passkey_of_a_real_browser_signs_in_over_mtproto(server: ServerProcess, arrives: Arrives) -> None:
    bob = await arrives("bob", PHONE)
    await bob.has_passkeys()
    wire, _ = await joins(server, bob, "Bob")
    asked = options((await wire.calls(f.account.InitPasskeyRegistration())).options)
    made = await bob.page.evaluate(MAKES, asked)
    kept = await wire.calls(f.account.RegisterPasskey(credential=credential(made)))
    assert kept.id == made["id"]
    other = await WireClient(server.port, server.key).connects()
    wanted = options((await other.calls(f.auth.InitPasskeyLogin(api_id=4, api_hash="wire"))).options)
    used = credential(await bob.page.evaluate(SIGNS, wanted))
    entered = await other.calls(f.auth.FinishPasskeyLogin(credential=used))
    assert wire.user is not None and entered.user.id == wire.user.id
    assert await other.fails(f.auth.FinishPasskeyLogin(credential=used)) == "400 CREDENTIAL_INVALID"
    # The authenticator counts; the server keeps the count for the next time.
    third = await WireClient(server.port, server.key).connects()
    wanted = options((await third.calls(f.auth.InitPasskeyLogin(api_id=4, api_hash="wire"))).options)
    again = credential(await bob.page.evaluate(SIGNS, wanted))
    assert (await third.calls(f.auth.FinishPasskeyLogin(credential=again))).user.id == entered.user.id
    for one in (wire, other, third):
        one.cuts()


async def test_the_page_shows_a_code_for_a_password_that_never_leaves_it(
    server: ServerProcess, arrives: Arrives
) -> None:
    carol = await arrives("carol")
    wire, phone = await joins(server, carol, "Carol")
    await sets_password(wire, "correct horse")
    await wire.calls(f.auth.LogOut())

    sent = await asks(wire, phone)
    assert isinstance(sent.type, t.auth.SentCodeTypeFragmentSms)
    sent_bodies: list[str] = []
    carol.page.on("request", lambda request: sent_bodies.append(request.post_data or ""))
    await carol.goes(urlsplit(sent.type.url).path)
    await carol.finds_no_barrier()
    await carol.page.locator("#who").fill(phone)
    await carol.page.locator("#password").fill("wrong horse")
    carol.watch.expects("status 403", "Failed to load resource.* 403")
    await carol.presses("Show the code")
    await carol.sees("Name, number or password are wrong.")
    await carol.page.locator("#password").fill("correct horse")
    await carol.presses("Show the code")
    shown = await carol.sees(re.compile(r"^\d{5}$"))
    await carol.finds_no_barrier()
    assert len(sent_bodies) >= 5 and not any("horse" in body for body in sent_bodies)

    given = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
    refused = await wire.fails(f.auth.SignIn(**given, phone_code=await shown.inner_text()))
    assert refused == "401 SESSION_PASSWORD_NEEDED"
    answer = await asyncio.to_thread(proof, await wire.calls(f.account.GetPassword()), "correct horse")
    assert (await wire.calls(f.auth.CheckPassword(password=answer))).user.phone == phone
    wire.cuts()


async def test_a_passkey_made_in_the_messenger_lets_back_in(fresh: ServerProcess, arrives: Arrives) -> None:
    code, out, _ = await chappe("invite", "--data", str(fresh.data), "--json")
    assert code == 0
    token = json.loads(out)["link"].rpartition("/")[2]
    alice = await comes(arrives, "alice", fresh)
    await alice.has_passkeys()
    await alice.goes(f"/invite/{token}")
    await alice.page.get_by_role("link", name="Continue in the browser").click()
    await alice.page.locator("#first").fill("Alice")
    await alice.presses("Begin")
    await alice.presses("Make a passkey")
    await alice.is_in()
    await alice.page.evaluate(FORGETS)
    await alice.goes("/")
    await alice.goes("/app/")
    await alice.presses("With a passkey")
    await alice.is_in()


async def test_a_password_is_set_on_coming_in(server: ServerProcess, arrives: Arrives) -> None:
    code, out, _ = await chappe("invite", "--data", str(server.data), "--json")
    assert code == 0
    alice = await comes(arrives, "alice", server)
    await alice.goes(f"/app/#/join/{json.loads(out)['link'].rpartition('/')[2]}")
    await alice.page.locator("#first").fill("Alice")
    await alice.presses("Begin")
    await alice.page.locator("#new-password").fill("short")
    await alice.presses("Set password")
    await alice.sees("At least 8 characters.")
    await alice.page.locator("#new-password").fill("correct horse")
    await alice.presses("Set password")
    await alice.is_in()
    await alice.goes_to("settings/password")
    await alice.sees("A second password is set.")


async def test_a_password_alone_lets_back_into_the_messenger(server: ServerProcess, arrives: Arrives) -> None:
    carol = await comes(arrives, "carol", server)
    wire, phone = await joins(server, carol, "Carol")
    await sets_password(wire, "correct horse")
    await wire.calls(f.auth.LogOut())
    wire.cuts()
    await carol.goes("/app/")
    await carol.page.locator("#phone").fill("+" + phone)
    await carol.page.keyboard.press("Enter")
    async with carol.context.expect_page() as opened:
        await carol.page.get_by_role("link", name="Show me the code").click()
    page = await opened.value
    await page.locator("#who").fill(phone)
    await page.locator("#password").fill("correct horse")
    await page.get_by_role("button", name="Show the code").click()
    await expect(page.locator("#code")).to_have_text(re.compile(r"\d{5}"))
    await carol.page.locator("#code").fill(await page.locator("#code").inner_text())
    await carol.page.locator("#password").fill("correct horse")
    await carol.page.keyboard.press("Enter")
    await carol.is_in()
