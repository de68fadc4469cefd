"""Source: api/auth#session-management, method/account.resetAuthorization. One person, several devices."""

from pathlib import Path

from tests.kit.stage import BOTH_KEYS, Person, Stage, raised

from chappe.domain import authorizations
from chappe.rpc.context import Limits
from chappe.tl import functions as f
from chappe.tl import types as t


async def test_a_new_device_is_announced_and_confirmed(stage: Stage, alice: Person) -> None:
    phone = await alice.brings()
    news = alice.receives(t.UpdateNewAuthorization)
    assert news.unconfirmed and news.device == "Stage"
    notice = alice.receives(t.UpdateNewMessage).message
    assert notice.peer_id == t.PeerUser(user_id=777000) and "New login" in notice.message
    listed = await alice.calls(f.account.GetAuthorizations())
    mine, other = listed.authorizations
    assert (mine.current, mine.hash, other.current, other.hash) == (True, 0, False, news.hash)
    assert (mine.unconfirmed, other.unconfirmed) == (False, True)
    assert (other.device_model, other.app_version, other.api_id, other.ip) == ("Stage", "1.0", 4, "192.0.2.1")
    assert await alice.calls(f.account.ChangeAuthorizationSettings(confirmed=True, hash=news.hash))
    assert not phone.receives(t.UpdateNewAuthorization).unconfirmed
    assert not (await alice.calls(f.account.GetAuthorizations())).authorizations[1].unconfirmed


async def test_the_chat_of_the_service_is_read_with_the_hash_that_a_client_makes_up(
    stage: Stage, alice: Person, bob: Person
) -> None:
    """Source: api/peers. TDLib asks for what it was told of before it was told by whom."""
    await alice.brings()

    def history(user_id: int, access_hash: int) -> f.messages.GetHistory:
        peer = t.InputPeerUser(user_id=user_id, access_hash=access_hash)
        return f.messages.GetHistory(
            peer=peer, offset_id=0, offset_date=0, add_offset=0, limit=9, max_id=0, min_id=0, hash=0
        )

    [told] = (await alice.calls(history(777000, 1))).messages
    assert "New login" in told.message
    assert (await bob.calls(history(777000, 1))).messages == []
    for user_id, access_hash in ((777000, 2), (777000, 0), (bob.id, 1)):
        assert await alice.fails(history(user_id, access_hash)) == "400 PEER_ID_INVALID"


async def test_what_a_device_takes_is_its_owners_choice(stage: Stage, alice: Person) -> None:
    await alice.calls(f.account.ChangeAuthorizationSettings(hash=0, encrypted_requests_disabled=True))
    await alice.calls(f.account.ChangeAuthorizationSettings(hash=0, call_requests_disabled=True))
    [mine] = (await alice.calls(f.account.GetAuthorizations())).authorizations
    assert mine.encrypted_requests_disabled and mine.call_requests_disabled
    assert await alice.fails(f.account.ChangeAuthorizationSettings(hash=5)) == "400 HASH_INVALID"


async def test_an_ended_session_hears_nothing_more(stage: Stage, alice: Person, bob: Person) -> None:
    phone = await alice.brings()
    hash_ = alice.receives(t.UpdateNewAuthorization).hash
    assert await alice.calls(f.account.ResetAuthorization(hash=hash_)) is True
    assert phone.auth_key_id in stage.closed
    phone.hears()
    await bob.says(alice, "are you there?")
    assert alice.receives(t.UpdateNewMessage)
    assert phone.hears() == []
    assert await phone.fails(f.updates.GetState()) == "401 SESSION_REVOKED"
    assert await alice.fails(f.account.ResetAuthorization(hash=hash_)) == "400 HASH_INVALID"


async def test_all_others_end_at_once(stage: Stage, alice: Person) -> None:
    others = [await alice.brings() for _ in range(3)]
    assert await alice.calls(f.auth.ResetAuthorizations()) is True
    for device in others:
        assert await device.fails(f.updates.GetState()) == "401 SESSION_REVOKED"
    assert len((await alice.calls(f.account.GetAuthorizations())).authorizations) == 1


async def test_a_device_of_today_ends_no_other(tmp_path: Path) -> None:
    async with raised(tmp_path, Limits(test_mode=True, test_limits=True)) as stage:
        alice = await stage.person("alice")
        thief = await alice.brings()
        assert await thief.fails(f.auth.ResetAuthorizations()) == "406 FRESH_RESET_AUTHORISATION_FORBIDDEN"
        stage.clock.moves(86_400)
        assert await alice.calls(f.auth.ResetAuthorizations()) is True


async def test_a_key_at_another_address_speaks_for_the_device(stage: Stage, alice: Person) -> None:
    exported = await alice.calls(f.auth.ExportAuthorization(dc_id=4))
    media = await stage.device()
    answer = await media.calls(f.auth.ImportAuthorization(id=exported.id, bytes=exported.bytes))
    assert answer.user.id == alice.id
    assert (await media.calls(f.updates.GetState())).pts >= 1
    assert len((await alice.calls(f.account.GetAuthorizations())).authorizations) == 1
    thief = await stage.device()
    again = f.auth.ImportAuthorization(id=exported.id, bytes=exported.bytes)
    assert await thief.fails(again) == "400 AUTH_BYTES_INVALID"
    await alice.calls(f.auth.LogOut())
    assert await media.fails(f.updates.GetState()) == "401 AUTH_KEY_UNREGISTERED"


async def test_a_temporary_key_is_bound_and_dropped(stage: Stage, alice: Person) -> None:
    temporary = await stage.device(temporary_s=86_400)
    bind = f.auth.BindTempAuthKey(
        perm_auth_key_id=alice.auth_key_id, nonce=1, expires_at=int(stage.clock.now()) + 86_400,
        encrypted_message=b"forged",
    )  # fmt: skip
    assert await temporary.fails(bind) == "400 ENCRYPTED_MESSAGE_INVALID"
    bind.encrypted_message = BOTH_KEYS
    assert await temporary.calls(bind) is True
    assert (await temporary.calls(f.users.GetUsers(id=[t.InputUserSelf()])))[0].id == alice.id
    assert await alice.calls(f.auth.DropTempAuthKeys(except_auth_keys=[temporary.auth_key_id])) is True
    assert stage.closed == []
    assert await alice.calls(f.auth.DropTempAuthKeys(except_auth_keys=[])) is True
    assert stage.closed == [temporary.auth_key_id]


async def test_two_devices_that_import_each_other_are_one(stage: Stage, alice: Person, bob: Person) -> None:
    laptop = await alice.brings()
    tokens = [await device.calls(f.auth.ExportAuthorization(dc_id=2)) for device in (alice, laptop)]
    for device, token in zip((laptop, alice), tokens, strict=True):
        answer = await device.calls(f.auth.ImportAuthorization(id=alice.id, bytes=token.bytes))
        assert answer.user.id == alice.id
    for device in (alice, laptop):
        owner = await stage.reads(lambda rx, key=device.auth_key_id: authorizations.of_key(rx, key))
        assert (owner.auth_key_id, owner.user_id) == (alice.auth_key_id, alice.id)
    for device in (alice, laptop):
        await device.calls(f.updates.GetState())
        device.hears()
    await bob.says(alice, "hello")
    assert [len(device.hears()) for device in (alice, laptop)] == [1, 1]
