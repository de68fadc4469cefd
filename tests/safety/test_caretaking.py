"""Source: dsa/16. Those who look after a group hear of what is noticed there: bounded, never by whom."""

from typing import Any

from tests.kit.rooms import group, hall, history, says
from tests.kit.stage import Person, Stage

from chappe.base.ids import PeerId, UserId
from chappe.domain import access
from chappe.rpc import Init
from chappe.safety import Desk, Filing, Notifier, caretaking, items, notices
from chappe.safety.telling import Telling, forget
from chappe.tl import functions as f
from chappe.tl import types as t


async def told(person: Person) -> list[str]:
    peer = t.InputPeerUser(user_id=777000, access_hash=person.stage.access.hash_for(person.id, 777000))
    page = await person.calls(f.messages.GetHistory(
        peer=peer, offset_id=0, offset_date=0, add_offset=0, limit=100, max_id=0, min_id=0, hash=0
    ))  # fmt: skip
    return [m.message for m in page.messages if isinstance(m, t.Message)]


async def noticed(stage: Stage, who: Person, room: int, *ids: int) -> None:
    desk = Desk(stage.wrapper, "http://localhost/", limited=False)

    def act(tx: Any) -> None:
        found = items.messages(tx, access.require_read(tx, UserId(who.id), PeerId(room)), ids)
        filing = Filing("menu", "SCAMS_AND_FRAUD", "PHISHING", "words", found)
        notices.file(tx, desk, Notifier(UserId(who.id)), filing, notices.token(stage.entropy))

    await stage.writes(act)
    while await Telling(desk).step(stage.store):
        pass


async def test_a_room_hears_so_often_a_day(stage: Stage) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol")
    room = await hall(stage, alice, bob, carol)
    for number in range(caretaking.PER_ROOM.most + 5):
        await noticed(stage, bob, room.marked, (await room.says(carol, f"spam {number}")).id)
    assert len(await told(alice)) == caretaking.PER_ROOM.most
    assert not await stage.reads(lambda rx: rx.all("SELECT 1 FROM report_telling WHERE told = 0"))
    stage.clock.moves(86_401)
    await noticed(stage, bob, room.marked, (await room.says(carol, "one more")).id)
    assert len(await told(alice)) == caretaking.PER_ROOM.most + 1
    stage.clock.moves(31 * 86_400)
    assert await stage.writes(forget) > 0


async def test_each_in_their_language_but_not_who_wrote_or_filed_it(stage: Stage) -> None:
    alice, bob, carol, dave = await stage.people("alice", "bob", "carol", "dave")
    room = await hall(stage, alice, bob, carol, dave)
    for one in (bob, carol, dave):
        await alice.calls(f.channels.EditAdmin(
            channel=room.to(alice), user_id=alice.knows(one), rank="",
            admin_rights=t.ChatAdminRights(delete_messages=one is not dave, pin_messages=True),
        ))  # fmt: skip
    stage.clock.moves(60)
    device = await stage.device()
    device.init = Init(4, "Stage", "Linux", "1.0", "fr", "")
    french = await stage.signs_in("alice", alice.phone, device=device)
    before = [len(await told(one)) for one in (french, bob, carol, dave)]
    await noticed(stage, bob, room.marked, (await room.says(carol, "spam")).id)
    after = [len(await told(one)) for one in (french, bob, carol, dave)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 0, 0]
    assert "Quelqu’un a signalé quelque chose dans « Garden »" in (await told(french))[0]
    assert "notice/" in (await told(bob))[0]


async def test_a_basic_group_is_looked_after_too(stage: Stage) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol")
    peer = await group(alice, bob, carol)
    await says(carol, peer, "spam")
    seen = next(m.id for m in (await history(bob, peer)).messages if isinstance(m, t.Message))
    await noticed(stage, bob, -peer.chat_id, seen)
    [text] = await told(alice)
    assert "“Kitchen”" in text and "Where: Kitchen" in text
