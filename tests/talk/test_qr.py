"""Source: api/qr-login. A device shows a code, another one scans it."""

from tests.kit.stage import Person, Stage

from chappe.tl import functions as f
from chappe.tl import types as t

EXPORT = f.auth.ExportLoginToken(api_id=4, api_hash="stage", except_ids=[])


async def test_a_scanned_code_signs_the_device_in(stage: Stage, alice: Person) -> None:
    screen = await stage.device()
    shown = await screen.calls(EXPORT)
    assert isinstance(shown, t.auth.LoginToken)
    accepted = await alice.calls(f.auth.AcceptLoginToken(token=shown.token))
    assert accepted.device_model == "Stage" and not accepted.current
    assert screen.receives(t.UpdateLoginToken)
    done = await screen.calls(EXPORT)
    assert isinstance(done, t.auth.LoginTokenSuccess) and done.authorization.user.id == alice.id
    assert (await screen.calls(f.updates.GetState())).pts >= 1
    assert accepted.hash in [a.hash for a in (await alice.calls(f.account.GetAuthorizations())).authorizations]


async def test_a_code_is_for_once_and_for_half_a_minute(stage: Stage, alice: Person, bob: Person) -> None:
    screen = await stage.device()
    old = await screen.calls(EXPORT)
    shown = await screen.calls(EXPORT)
    assert await alice.fails(f.auth.AcceptLoginToken(token=old.token)) == "400 AUTH_TOKEN_INVALID"
    stage.clock.moves(31)
    assert await alice.fails(f.auth.AcceptLoginToken(token=shown.token)) == "400 AUTH_TOKEN_EXPIRED"
    shown = await screen.calls(EXPORT)
    await alice.calls(f.auth.AcceptLoginToken(token=shown.token))
    assert await bob.fails(f.auth.AcceptLoginToken(token=shown.token)) == "400 AUTH_TOKEN_ALREADY_ACCEPTED"
