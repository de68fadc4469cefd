"""api/push-updates: a device that is away is woken for its secret chats, and its push service learns nothing."""

import pytest
from tests.kit.secrets import accepts, asks, end, sealed, whispers
from tests.kit.stage import Person, Stage
from tests.talk.test_web_push import subscribes, told

from chappe.domain import push_tokens, secret
from chappe.domain.pushing import OLD_S
from chappe.tl import functions as f


@pytest.fixture
async def two(stage: Stage) -> list[Person]:
    people = await stage.people("alice", "bob")
    for one in people:
        await subscribes(one)
    await told(stage)
    return people


def test_both_mean_the_same_tokens() -> None:
    assert secret.WEB_PUSH == push_tokens.WEB_PUSH


async def test_the_device_is_woken_for_a_request_an_answer_and_a_message(stage: Stage, two: list[Person]) -> None:
    alice, bob = two
    desk = await bob.brings()
    await subscribes(desk)
    await told(stage)
    await asks(alice, bob, 3)
    assert {one["loc_key"] for one in await told(stage)} == {"ENCRYPTION_REQUEST"}
    await accepts(desk, 3)
    (one,) = await told(stage)
    assert (one["loc_key"], one["user_id"]) == ("ENCRYPTION_ACCEPT", str(alice.id))
    data = [await whispers(alice, 3) for _ in range(3)]
    (one,) = await told(stage)
    assert (one["loc_key"], one["user_id"], one["custom"]) == ("ENCRYPTED_MESSAGE", str(bob.id), {"encryption_id": "3"})
    assert str(alice.id) not in str(one)
    assert not any(piece.hex() in str(one) for piece in data)
    assert await told(stage) == []


async def test_what_is_silent_or_old_or_heard_wakes_nobody(stage: Stage, two: list[Person]) -> None:
    alice, bob = two
    await asks(alice, bob, 3)
    await accepts(bob, 3)
    await told(stage)
    quiet = f.messages.SendEncrypted(silent=True, peer=end(alice, 3), random_id=1, data=sealed(alice))
    await alice.calls(quiet)
    await alice.calls(f.messages.SendEncryptedService(peer=end(alice, 3), random_id=2, data=sealed(alice)))
    assert await told(stage) == []
    await whispers(alice, 3)
    assert await told(stage, bob) == []
    await whispers(alice, 3)
    stage.clock.moves(OLD_S + 1)
    assert await told(stage) == []
    await whispers(alice, 3)
    assert len(await told(stage)) == 1
