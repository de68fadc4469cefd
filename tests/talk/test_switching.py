"""Source: api/auth#session-management. Calls under way while their device is signed out, or signed in for another."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.kit.stage import Person, RpcFailure, Stage
from tests.talk.test_files import picture, upload

from chappe.domain import authorizations
from chappe.media import MediaProcess, PhotoResult
from chappe.rpc.devices import Devices
from chappe.store import FileStore, Reader
from chappe.tl import functions as f
from chappe.tl import types as t

T = TypeVar("T")


class SlowMedia:
    """The media process, which looks at a photo when it is told to."""

    def __init__(self, real: MediaProcess) -> None:
        self.real = real
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def photo(self, source: Path, /) -> PhotoResult:
        self.asked.set()
        await self.go_on.wait()
        return await self.real.photo(source)


@pytest.mark.parametrize("next_one", ["nobody", "carol"])
async def test_a_message_is_sent_by_who_wrote_it_or_not_at_all(
    stage: Stage, alice: Person, bob: Person, tmp_path: Path, next_one: str
) -> None:
    async with MediaProcess(tmp_path / "decode") as real:
        media: Any = SlowMedia(real)
        stage.services.blobs, stage.services.media = FileStore(tmp_path, stage.clock), media
        file = await upload(alice, 7, picture(64, 64))
        sending = asyncio.ensure_future(alice.calls(f.messages.SendMedia(
            peer=alice.sees(bob), media=t.InputMediaUploadedPhoto(file=file), message="mine", random_id=1
        )))  # fmt: skip
        await media.asked.wait()
        await alice.calls(f.auth.LogOut())
        if next_one == "carol":
            await stage.signs_in("carol", "9996679999", device=alice)
        media.go_on.set()
        with pytest.raises(RpcFailure) as refused:
            await sending
    assert str(refused.value) == ("401 AUTH_KEY_UNREGISTERED" if next_one == "nobody" else "400 USER_ID_INVALID")
    assert bob.hears() == []


class SlowStore:
    """A store whose answers arrive late."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def read(self, query: Callable[[Reader], T]) -> T:
        found = await self.stage.reads(query)
        self.asked.set()
        await self.go_on.wait()
        return found


async def test_a_device_signed_out_while_it_is_read_stays_so(stage: Stage, alice: Person) -> None:
    store: Any = SlowStore(stage)
    devices = Devices(store)
    reading = asyncio.ensure_future(devices.of_key(alice.auth_key_id))
    await store.asked.wait()
    await stage.writes(lambda tx: authorizations.sign_out(tx, alice.id, alice.auth_key_id))
    devices.revoked(alice.auth_key_id)
    store.go_on.set()
    assert (await reading).user_id == 0


async def test_a_session_that_is_gone_hears_nothing_though_its_key_went_first(
    stage: Stage, alice: Person, bob: Person
) -> None:
    temporary = await stage.device(temporary_s=86_400)
    await temporary.calls(f.auth.BindTempAuthKey(
        perm_auth_key_id=bob.auth_key_id, nonce=1, expires_at=int(stage.clock.now()) + 86_400,
        encrypted_message=b"a proof that both keys are the caller's",
    ))  # fmt: skip
    await temporary.calls(f.updates.GetState())
    stage.rpc.key_destroyed(temporary.auth_key_id)
    stage.rpc.session_gone(temporary.auth_key_id, temporary.session)
    await alice.says(bob, "hello")
    assert bob.receives(t.UpdateNewMessage)
    assert temporary.session.pushed == []
