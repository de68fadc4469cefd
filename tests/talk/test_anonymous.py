"""Source: api/rights, api/reactions. An administrator who is not shown is named to ordinary members by nothing."""

import pytest
from tests.kit.rooms import Hall, hall
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.domain import many_reactions, updates
from chappe.tl import functions as f
from chappe.tl import types as t

FIRE = [t.ReactionEmoji(emoticon="🔥")]
HIDDEN = t.ChatAdminRights(anonymous=True, add_admins=True, ban_users=True, invite_users=True, manage_topics=True)


async def promotes(one: Person, room: Hall, other: Person, rights: t.ChatAdminRights) -> None:
    await one.calls(f.channels.EditAdmin(
        channel=room.to(one), user_id=one.knows(other), admin_rights=rights, rank=""
    ))  # fmt: skip


async def listed(person: Person, room: Hall, kind: t.TypeChannelParticipantsFilter) -> t.channels.ChannelParticipants:
    asked = f.channels.GetParticipants(channel=room.to(person), filter=kind, offset=0, limit=50, hash=0)
    found: t.channels.ChannelParticipants = await person.calls(asked)
    return found


def named(value: object) -> set[int]:
    """Every number in the answer that could be a person."""
    if isinstance(value, int):
        return {value}
    if isinstance(value, list | tuple):
        return {one for part in value for one in named(part)}
    fields = getattr(value, "FIELDS", ())
    return {one for name in fields for one in named(getattr(value, name))}


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_a_reaction_is_the_groups(stage: Stage, layer: int) -> None:
    alice, bob, carol = await stage.people("alice", "bob", "carol", layer=layer)
    room = await hall(stage, alice, bob, carol)
    await promotes(alice, room, bob, HIDDEN)
    said = await room.says(carol, "hello")
    bob.hears()
    here = f.messages.SendReaction(peer=room.peer(bob), msg_id=said.id, reaction=FIRE)
    mine = (await bob.calls(here)).updates[0].reactions
    group = t.PeerChannel(channel_id=room.id)
    assert [(r.my, r.peer_id) for r in mine.recent_reactions] == [(True, group)]
    assert mine.results[0].chosen_order == 0
    told = carol.receives(t.UpdateMessageReactions).reactions
    assert [(r.my, r.peer_id, r.unread) for r in told.recent_reactions] == [(False, group, True)]
    asked = f.messages.GetMessageReactionsList(peer=room.peer(carol), id=said.id, limit=9)
    page = await carol.calls(asked)
    assert [r.peer_id for r in page.reactions] == [group] and page.users == [] and bob.id not in named(page)
    shown = await room.history(carol)
    assert bob.id not in named(shown.messages[0])
    # What was done unseen stays so when the right is taken away.
    await promotes(alice, room, bob, t.ChatAdminRights(ban_users=True))
    assert [r.peer_id for r in (await carol.calls(asked)).reactions] == [group]
    if layer < tl.NEWEST:
        return
    take = f.messages.DeleteParticipantReaction(peer=room.peer(alice), msg_id=said.id, participant=room.peer(alice))
    assert (await alice.calls(take)).updates[0].reactions.results == []


async def test_many_reactions_keep_the_secret(
    stage: Stage, alice: Person, bob: Person, carol: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (many_reactions, updates):
        monkeypatch.setattr(module, "REACTIONS_KEPT", 1)
    room = await hall(stage, alice, bob, carol)
    await promotes(alice, room, bob, HIDDEN)
    said = await room.says(carol, "hello")
    for one in (bob, alice):
        stage.clock.moves(1)
        await one.calls(f.messages.SendReaction(peer=room.peer(one), msg_id=said.id, reaction=FIRE))
    page = await carol.calls(f.messages.GetMessageReactionsList(peer=room.peer(carol), id=said.id, limit=9))
    assert [r.peer_id for r in page.reactions] == [t.PeerUser(user_id=alice.id), t.PeerChannel(channel_id=room.id)]


async def test_who_promoted_and_restricted_is_not_named(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    dave = await stage.person("dave")
    room = await hall(stage, alice, bob, carol, dave)
    await promotes(alice, room, bob, HIDDEN)
    await promotes(bob, room, dave, t.ChatAdminRights(ban_users=True))
    rights = t.ChatBannedRights(until_date=0, send_media=True)
    await bob.calls(f.channels.EditBanned(channel=room.to(bob), participant=bob.sees(carol), banned_rights=rights))
    admins = await listed(carol, room, t.ChannelParticipantsAdmins())
    assert [p.user_id for p in admins.participants] == [alice.id, dave.id] and admins.count == 2
    assert bob.id not in named(admins)
    assert bob.id in named(await listed(alice, room, t.ChannelParticipantsAdmins()))
    for one in (dave, carol):
        asked = f.channels.GetParticipant(channel=room.to(carol), participant=carol.sees(one))
        found = await carol.calls(asked)
        assert bob.id not in named(found)
    me = (await carol.calls(f.channels.GetParticipant(channel=room.to(carol), participant=t.InputPeerSelf())))
    assert me.participant.kicked_by == carol.id
    everybody = await listed(carol, room, t.ChannelParticipantsRecent())
    assert bob.id not in named(everybody)
    searched = await listed(carol, room, t.ChannelParticipantsSearch(q="bob"))
    assert (searched.count, searched.participants) == (0, [])
    assert (await listed(alice, room, t.ChannelParticipantsSearch(q="bob"))).count == 1


async def test_who_brought_one_is_not_named(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    room = await hall(stage, alice, bob)
    await promotes(alice, room, bob, HIDDEN)
    await bob.calls(f.channels.InviteToChannel(channel=room.to(bob), users=[bob.knows(carol)]))
    me = await carol.calls(f.channels.GetParticipant(channel=room.to(carol), participant=t.InputPeerSelf()))
    assert (me.participant.inviter_id, bob.id in named(me)) == (carol.id, False)


async def test_whose_link_it_was_is_not_told(stage: Stage, alice: Person, bob: Person, carol: Person) -> None:
    room = await hall(stage, alice, bob)
    await promotes(alice, room, bob, HIDDEN)
    link = (await bob.calls(f.messages.ExportChatInvite(peer=room.peer(bob)))).link
    shown = await carol.calls(f.messages.CheckChatInvite(hash=link))
    assert bob.id not in named(shown)
    await carol.calls(f.messages.ImportChatInvite(hash=link))
    page = await room.history(carol)
    assert bob.id not in named(page.messages[0]) and page.messages[0].action.inviter_id == carol.id
    me = await carol.calls(f.channels.GetParticipant(channel=room.to(carol), participant=t.InputPeerSelf()))
    assert bob.id not in named(me)


async def test_a_reader_and_a_topics_opener_are_not_named(
    stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    room = await hall(stage, alice, bob, carol)
    await promotes(alice, room, bob, HIDDEN)
    said = await room.says(carol, "hello")
    for one in (alice, bob):
        await one.calls(f.channels.ReadHistory(channel=room.to(one), max_id=said.id))
    asked = f.messages.GetMessageReadParticipants(peer=room.peer(carol), msg_id=said.id)
    assert [one.user_id for one in await carol.calls(asked)] == [alice.id]
    await alice.calls(f.channels.ToggleForum(channel=room.to(alice), enabled=True, tabs=False))
    await bob.calls(f.messages.CreateForumTopic(peer=room.peer(bob), title="Plans", random_id=1))
    page = f.messages.GetForumTopics(
        peer=room.peer(carol), offset_date=0, offset_id=0, offset_topic=0, limit=9
    )  # fmt: skip
    theirs = await carol.calls(page)
    assert bob.id not in named(theirs)
    assert {topic.title: topic.from_id for topic in theirs.topics}["Plans"] == t.PeerChannel(channel_id=room.id)
    mine = {topic.title: topic for topic in (await bob.calls(page.replace(peer=room.peer(bob)))).topics}
    assert mine["Plans"].my and mine["Plans"].from_id == t.PeerUser(user_id=bob.id)
