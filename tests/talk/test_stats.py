"""Source: api/stats, method/stats.getBroadcastStats, method/stats.getMegagroupStats. A room's figures are true."""

import json
from typing import Any

import pytest
from tests.kit.rooms import Hall, hall
from tests.kit.stage import Person, Stage
from tests.talk.test_polls import asks, posted

from chappe import tl
from chappe.domain import room_counts
from chappe.jobs import Counting, clearing
from chappe.tl import functions as f
from chappe.tl import types as t

DAY_S = 86_400


def drawn(graph: t.StatsGraph) -> dict[str, list[int]]:
    """Name of a line → its values, `x` among them."""
    whole = json.loads(graph.json.data)
    assert set(whole["types"]) == {column[0] for column in whole["columns"]} and whole["types"]["x"] == "x"
    return {whole["names"].get(column[0], column[0]): column[1:] for column in whole["columns"]}


async def loaded(person: Person, graph: Any) -> dict[str, list[int]]:
    return drawn(await person.calls(f.stats.LoadAsyncGraph(token=graph.token)))


async def news_of(stage: Stage, alice: Person, *others: Person) -> Hall:
    """A public channel, old enough to have a yesterday."""
    room = await hall(stage, alice, *others, broadcast=True, title="News")
    await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username="the_news"))
    stage.clock.moves(10 * DAY_S)
    return room


async def sees(person: Person, room: Hall, *ids: int) -> None:
    await person.calls(f.messages.GetMessagesViews(peer=room.peer(person), id=list(ids), increment=True))


async def reacts(person: Person, room: Hall, post: int, sign: str) -> None:
    signs = [t.ReactionEmoji(emoticon=sign)]
    await person.calls(f.messages.SendReaction(peer=room.peer(person), msg_id=post, reaction=signs))


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_channel_counts_what_happens(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    room = await news_of(stage, alice, bob)
    first, second = await room.says(alice, "one"), await room.says(alice, "two")
    await sees(bob, room, first.id, second.id)
    await sees(bob, room, first.id)
    await sees(carol, room, first.id)
    await carol.calls(f.channels.JoinChannel(channel=room.to(carol)))
    await reacts(bob, room, first.id, "🔥")
    await bob.calls(f.messages.ForwardMessages(
        from_peer=room.peer(bob), id=[first.id], to_peer=bob.sees(carol), random_id=[7]
    ))  # fmt: skip
    await Counting().step(stage.store)
    ask = f.stats.GetBroadcastStats(channel=room.to(alice))
    told = await alice.calls(ask)
    assert (told.followers.current, told.followers.previous) == (3, 2)
    each = (told.views_per_post, told.shares_per_post, told.reactions_per_post)
    assert [one.current for one in each] == [1.5, 0.5, 0.5]
    shown = {one.msg_id: (one.views, one.forwards, one.reactions) for one in told.recent_posts_interactions}
    assert (shown[first.id], shown[second.id]) == ((3, 1, 1), (2, 0, 0))
    seen = drawn(told.interactions_graph)
    assert (seen["Views"][-1], seen["Shares"][-1], sum(seen["Views"])) == (3, 1, 3)
    assert drawn(told.growth_graph)["Followers"][-2:] == [2, 3]
    assert await loaded(alice, told.views_by_source_graph) | {"x": []} == {
        "x": [], "Followers": [*[0] * 10, 2], "Others": [*[0] * 10, 1]
    }
    ways = await loaded(alice, told.new_followers_by_source_graph)
    assert (ways["Public name"][-1], ways["Invited by members"][0]) == (1, 1)
    assert (await loaded(alice, told.languages_graph))["en"][-1] == 3
    assert (await loaded(alice, told.reactions_by_emotion_graph))["🔥"][-1] == 1
    assert sum((await loaded(alice, told.top_hours_graph))["These seven days"]) == 3
    assert await bob.fails(f.stats.GetBroadcastStats(channel=room.to(bob))) == "400 CHAT_ADMIN_REQUIRED"
    assert await alice.fails(f.stats.GetMegagroupStats(channel=room.to(alice))) == "400 MEGAGROUP_REQUIRED"


async def test_a_group_counts_who_does_what(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    room = await hall(stage, alice, bob, carol)
    stage.clock.moves(8 * DAY_S)
    for text in ("four", "and six"):
        said = await room.says(bob, text)
    await room.says(alice, "hello")
    await carol.calls(f.channels.ReadHistory(channel=room.to(carol), max_id=said.id))
    await carol.calls(f.channels.ReadHistory(channel=room.to(carol), max_id=said.id + 1))
    await alice.calls(f.channels.DeleteMessages(channel=room.to(alice), id=[said.id]))
    ban = t.ChatBannedRights(view_messages=True, until_date=0)
    await alice.calls(f.channels.EditBanned(channel=room.to(alice), participant=alice.sees(carol), banned_rights=ban))
    while not await Counting().step(stage.store):
        pass
    told = await alice.calls(f.stats.GetMegagroupStats(channel=room.to(alice)))
    assert [(one.current, one.previous) for one in (told.members, told.messages, told.viewers, told.posters)] == [
        (2, 3), (2, 0), (1, 0), (2, 0)
    ]
    assert [(p.user_id, p.messages, p.avg_chars) for p in told.top_posters] == [(alice.id, 1, 5), (bob.id, 1, 4)]
    assert [(one.user_id, one.deleted, one.kicked, one.banned) for one in told.top_admins] == [(alice.id, 1, 1, 0)]
    assert {user.id for user in told.users} == {alice.id, bob.id}
    moved = drawn(told.members_graph)
    assert (moved["Joined"][0], moved["Left"][-1]) == (2, 1)
    assert drawn(told.messages_graph)["Messages"][-1] == 2
    assert sum((await loaded(alice, told.weekdays_graph))["Messages"]) == 2


async def test_nothing_is_counted_twice(stage: Stage, alice: Person) -> None:
    room = await hall(stage, alice)
    await room.says(alice, "once")
    lot = await stage.reads(room_counts.waiting)
    assert lot is not None
    for _ in range(2):
        await stage.writes(lambda tx: room_counts.count(tx, lot))
    await Counting().step(stage.store)
    told = await alice.calls(f.stats.GetMegagroupStats(channel=room.to(alice)))
    assert told.messages.current == 1


async def test_a_post_has_figures_of_its_own(stage: Stage, alice: Person, bob: Person) -> None:
    room, other = await news_of(stage, alice, bob), await hall(stage, bob, broadcast=True, title="Echo")
    await bob.calls(f.channels.UpdateUsername(channel=other.to(bob), username="the_echo"))
    post = await room.says(alice, "one")
    await sees(bob, room, post.id)
    stage.clock.moves(DAY_S)
    await sees(bob, room, post.id)
    await reacts(bob, room, post.id, "👍")
    for number in (1, 2):
        await bob.calls(f.messages.ForwardMessages(
            from_peer=room.peer(bob), id=[post.id], to_peer=other.peer(bob), random_id=[number]
        ))  # fmt: skip
    await Counting().step(stage.store)
    told = await alice.calls(f.stats.GetMessageStats(channel=room.to(alice), msg_id=post.id))
    seen = drawn(told.views_graph)
    assert (seen["Views"], seen["Shares"]) == ([1, 1], [0, 2])
    assert drawn(told.reactions_by_emotion_graph)["👍"] == [0, 1]
    ask = {"channel": room.to(alice), "msg_id": post.id, "limit": 1}
    page = await alice.calls(f.stats.GetMessagePublicForwards(offset="", **ask))
    rest = await alice.calls(f.stats.GetMessagePublicForwards(offset=page.next_offset, **ask))
    copies = [page.forwards[0].message, rest.forwards[0].message]
    assert page.count == 2 and copies[0].id == copies[1].id + 1
    assert {m.peer_id.channel_id for m in copies} == {other.id} and page.chats
    await bob.calls(f.channels.UpdateUsername(channel=other.to(bob), username=""))
    assert not (await alice.calls(f.stats.GetMessagePublicForwards(offset="", **ask))).forwards
    await alice.calls(f.channels.DeleteMessages(channel=room.to(alice), id=[post.id]))
    assert not await stage.reads(lambda rx: rx.all("SELECT * FROM post_days"))


async def test_who_silences_a_channel_is_counted(stage: Stage, alice: Person, bob: Person) -> None:
    room = await news_of(stage, alice, bob)
    for until in (2**31 - 1, 2**31 - 2, 0, 2**31 - 1):
        await bob.calls(f.account.UpdateNotifySettings(
            peer=t.InputNotifyPeer(peer=room.peer(bob)), settings=t.InputPeerNotifySettings(mute_until=until)
        ))  # fmt: skip
    told = await alice.calls(f.stats.GetBroadcastStats(channel=room.to(alice)))
    assert (told.enabled_notifications.part, told.enabled_notifications.total) == (1, 2)
    lines = drawn(told.mute_graph)
    assert (lines["Silenced"][-1], lines["Not silenced any more"][-1]) == (2, 1)


async def test_a_poll_shows_its_votes(stage: Stage, alice: Person, bob: Person) -> None:
    room = await hall(stage, alice, bob)
    asked = posted(await alice.calls(asks(room.peer(alice), "tea", "milk")))
    stage.clock.moves(DAY_S)
    await bob.calls(f.messages.SendVote(peer=room.peer(bob), msg_id=asked.id, options=[b"tea"]))
    told = await alice.calls(f.stats.GetPollStats(peer=room.peer(alice), msg_id=asked.id))
    assert drawn(told.votes_graph)["tea"] == [0, 1]


async def test_tokens_of_graphs_are_ones_own(stage: Stage, alice: Person, bob: Person) -> None:
    room = await news_of(stage, alice, bob)
    told = await alice.calls(f.stats.GetBroadcastStats(channel=room.to(alice)))
    token = told.languages_graph.token
    assert isinstance(await alice.calls(f.stats.LoadAsyncGraph(token=token)), t.StatsGraphError)
    assert await bob.fails(f.stats.LoadAsyncGraph(token=token)) == "400 GRAPH_INVALID_RELOAD"
    for wrong in ("", "languages", "languages:1:2", token.replace("languages", "hours"), "x:" + token):
        assert await alice.fails(f.stats.LoadAsyncGraph(token=wrong)) == "400 GRAPH_INVALID_RELOAD"
    full = (await alice.calls(f.channels.GetFullChannel(channel=room.to(alice)))).full_chat
    theirs = (await bob.calls(f.channels.GetFullChannel(channel=room.to(bob)))).full_chat
    assert full.can_view_stats and full.stats_dc and not theirs.can_view_stats and theirs.stats_dc is None


async def test_who_was_active_is_forgotten(stage: Stage, alice: Person) -> None:
    room = await hall(stage, alice)
    await room.says(alice, "hello")
    await Counting().step(stage.store)
    kept = "SELECT COUNT(*) FROM room_people"
    stage.clock.moves(room_counts.PEOPLE_DAYS * DAY_S)
    await clearing(stage.store, stage.clock)()
    assert await stage.reads(lambda rx: rx.one(kept)) == (1,)
    stage.clock.moves(DAY_S)
    await clearing(stage.store, stage.clock)()
    assert await stage.reads(lambda rx: rx.one(kept)) == (0,)
