"""A server with some life in it, all by real acts: people, their talk, a group, a channel that strangers read.

Alice sits at the browser in the pictures and in many plays; the town is seen with her eyes.
"""

from dataclasses import dataclass

from tests.browser.folk import Folk
from tests.browser.pictures import landscape, portrait, voice
from tests.kit.server_process import ServerProcess

from chappe.tl import functions as f
from chappe.tl import types as t

CHANNEL = "semaphore"
GROUP = "gardeners"
PEOPLE = (
    ("Alice", "on the Hill", "alice_m"), ("Bob", "at the Quay", "bob_l"), ("Carol", "by the Mill", "carol_h"),
    ("Dan", "in the Dale", "dan_o"), ("Erin", "over the Bridge", "erin_w"),
)  # fmt: skip
POSTS = (
    "The north tower is manned again. First sign of the season went out at 06:12 and came back from the coast nine "
    "minutes later.",
    "Four arms, ninety-eight signs. We drew a poster of them for the schoolroom; the file is free to print.",
    "Open day on Sunday from ten. Bring good shoes and, if you have one, a telescope. #openday",
    "Fog on the whole line since noon. Messages wait in order and nothing is lost: that is what the book is for.",
)
EVENING = (
    ("bob", "Are you still at the tower?"),
    ("alice", "Until the light goes. Come up, the view is worth it."),
    ("bob", "On my way. Shall I bring bread?"),
    ("alice", "Bread, and the blue lamp, please."),
    ("bob", "Found it. Twenty minutes."),
)


@dataclass(slots=True)
class Town:
    """Who lives there, and what they founded."""

    alice: Folk
    bob: Folk
    carol: Folk
    dan: Folk
    erin: Folk
    channel: int = 0
    talk: int = 0
    group: int = 0

    @property
    def everybody(self) -> tuple[Folk, ...]:
        """All five."""
        return (self.alice, self.bob, self.carol, self.dan, self.erin)

    def leaves(self) -> None:
        """Nobody is online by our client any more."""
        for one in self.everybody:
            one.leaves()


async def settle(server: ServerProcess, digit: int = 7) -> Town:
    """The town is there. Shape: their numbers begin 99966 and this digit; the code is the digit five times."""
    people = []
    for place, (name, last_name, username) in enumerate(PEOPLE):
        one = await Folk.comes(server.port, server.key, f"99966{digit}10{place:02d}", name, last_name)
        await one.calls(f.account.UpdateUsername(username=username))
        await one.calls(f.photos.UploadProfilePhoto(file=await one.uploads(portrait(place + 10), "me.jpg")))
        people.append(one)
    town = Town(*people)
    for one in people:
        await one.meets(*(other for other in people if other is not one))
    await _channel(town)
    await _group(town)
    await _small_talk(town)
    await _evening(town)
    return town


async def _channel(town: Town) -> None:
    alice = town.alice
    town.channel = await alice.founds(
        "The Semaphore", "News of the line, from the towers themselves.", broadcast=True, username=CHANNEL,
        photo=portrait(1),
    )  # fmt: skip
    town.talk = await alice.founds("The Semaphore: talk")
    await alice.calls(f.channels.SetDiscussionGroup(
        broadcast=alice.channel(town.channel), group=alice.channel(town.talk)
    ))  # fmt: skip
    here = alice.room(town.channel)
    first = await alice.shows(here, landscape(1), caption=POSTS[0])
    await alice.hands(here, b"%PDF-1.4 poster", "ninety-eight-signs.pdf", "application/pdf", POSTS[1])
    await alice.asks(here, "Which tower should open next?", "Montmartre", "Belleville", "Saint-Haon")
    await alice.says(here, POSTS[2])
    for one in town.everybody[1:]:
        there = await one.finds(CHANNEL)
        await one.calls(f.channels.JoinChannel(channel=one.channel(town.channel)))
        await one.reacts(there, first.id, "👍" if one is town.bob else "❤")
        await one.calls(f.messages.GetMessagesViews(peer=there, id=[first.id], increment=True))
    await _comments(town, first.id)
    await alice.says(here, POSTS[3])


async def _comments(town: Town, post: int) -> None:
    for one, text in ((town.bob, "Nine minutes! That beats the mail coach."), (town.carol, "We saw it from the mill.")):
        there = one.room(town.channel)
        found = await one.calls(f.messages.GetDiscussionMessage(peer=there, msg_id=post))
        top = found.messages[0]
        await one.says(one.room(top.peer_id.channel_id), text, answers=top.id)


async def _group(town: Town) -> None:
    bob = town.bob
    town.group = await bob.founds(
        "Gardeners", "Plots, seeds and who waters when.", *(one for one in town.everybody if one is not bob),
        username=GROUP, photo=portrait(3),
    )  # fmt: skip
    here = bob.room(town.group)
    for one in town.everybody:
        await one.finds(GROUP)
    plan = await bob.says(here, "Saturday: we turn the lower beds. Who comes?")
    await bob.calls(f.messages.UpdatePinnedMessage(peer=here, id=plan.id, silent=True))
    await town.carol.says(town.carol.room(town.group), "I do, and I bring the big fork.", answers=plan.id)
    await town.dan.says(town.dan.room(town.group), "Count me in from eleven.")
    await town.erin.shows(town.erin.room(town.group), landscape(3), landscape(0), landscape(2), caption="This morning")
    poll = await town.dan.asks(town.dan.room(town.group), "What goes into the lower beds?", "Beans", "Leeks", "Chard",
                               public_voters=True)  # fmt: skip
    for place, one in enumerate((bob, town.carol, town.erin)):
        await one.votes(one.room(town.group), poll.id, min(place, 1))
    last = await town.carol.says(town.carol.room(town.group), "@alice_m could you open the tool shed at nine?")
    await town.bob.reacts(here, last.id, "👍")


async def _small_talk(town: Town) -> None:
    for one, text in ((town.erin, "The seeds came!"), (town.dan, "Merci pour hier, c'était parfait.")):
        await one.says(one.to(town.alice), text)
    await town.carol.says(town.carol.to(town.alice), "See you at the mill?")
    await town.alice.says(town.alice.to(town.carol), "At six.")
    await town.alice.calls(f.messages.SaveDraft(peer=town.alice.to(town.erin), message="Wonderful, I will"))
    await town.alice.says(t.InputPeerSelf(), "Lamp oil, rope, new lens for the telescope")
    await town.alice.calls(f.messages.ToggleDialogPin(
        peer=t.InputDialogPeer(peer=town.alice.room(town.group)), pinned=True
    ))  # fmt: skip


async def _evening(town: Town) -> None:
    alice, bob = town.alice, town.bob
    for name, text in EVENING:
        speaker, other = (alice, bob) if name == "alice" else (bob, alice)
        await speaker.says(speaker.to(other), text)
    promised = (await alice.history(alice.to(bob), 1))[0]
    sound, bars = voice(6)
    await bob.speaks(bob.to(alice), sound, bars, 6)
    await alice.reads(alice.to(bob))
    await bob.reads(bob.to(alice))
    await alice.shows(alice.to(bob), landscape(2), caption="Hurry, it will not wait")
    await alice.reacts(alice.to(bob), promised.id, "🎉")
    newest = (await bob.history(bob.to(alice), 1))[0]
    await bob.reacts(bob.to(alice), newest.id, "🔥")
    await bob.says(bob.to(alice), "What a sky. Running now!", answers=newest.id)
