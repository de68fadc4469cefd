"""Rooms in plays: how they are made, and how each person's clients name them."""

from typing import Any

from tests.kit.stage import Person, Stage

from chappe.base.ids import PeerId, channel_peer
from chappe.tl import functions as f
from chappe.tl import types as t


class Hall:
    """A supergroup or channel in a play."""

    def __init__(self, stage: Stage, channel_id: int) -> None:
        self.stage = stage
        self.id = channel_id

    @property
    def marked(self) -> PeerId:
        """Its marked id."""
        return channel_peer(self.id)

    def to(self, person: Person) -> t.InputChannel:
        """How the person's clients name it."""
        return t.InputChannel(channel_id=self.id, access_hash=self.stage.access.hash_for(person.id, self.marked))

    def peer(self, person: Person) -> t.InputPeerChannel:
        """How the person's clients name it as a peer."""
        named = self.to(person)
        return t.InputPeerChannel(channel_id=named.channel_id, access_hash=named.access_hash)

    async def says(self, person: Person, text: str, **more: Any) -> t.Message:
        """The message as its sender sees it."""
        return await says(person, self.peer(person), text, **more)

    async def history(self, person: Person, **more: Any) -> Any:
        """A page of the room as the person sees it."""
        return await history(person, self.peer(person), **more)

    async def line(self, person: Person) -> t.Dialog:
        """The room's line in the person's chat list."""
        listed = await person.calls(f.messages.GetPeerDialogs(peers=[t.InputDialogPeer(peer=self.peer(person))]))
        line: t.Dialog = listed.dialogs[0]
        return line


async def hall(
    stage: Stage, owner: Person, *members: Person, title: str = "Garden", broadcast: bool = False
) -> Hall:
    """A new supergroup or channel with these people in it; nobody has anything left to hear."""
    made = await owner.calls(
        f.channels.CreateChannel(title=title, about="", broadcast=broadcast, megagroup=not broadcast)
    )
    room = Hall(stage, made.chats[0].id)
    if members:
        await owner.calls(
            f.channels.InviteToChannel(channel=room.to(owner), users=[owner.knows(one) for one in members])
        )
    for one in (owner, *members):
        one.hears()
    return room


async def group(owner: Person, *members: Person, title: str = "Kitchen") -> t.InputPeerChat:
    """A new basic group with these people in it; nobody has anything left to hear."""
    made = await owner.calls(f.messages.CreateChat(users=[owner.knows(one) for one in members], title=title))
    for one in (owner, *members):
        one.hears()
    return t.InputPeerChat(chat_id=made.updates.chats[0].id)


async def says(person: Person, peer: t.TypeInputPeer, text: str, **more: Any) -> t.Message:
    """The message as its sender sees it."""
    number = next(person.stage.numbers)
    told = await person.calls(f.messages.SendMessage(peer=peer, message=text, random_id=number, **more))
    found: t.Message = next(u.message for u in told.updates if hasattr(u, "message"))
    return found


async def history(person: Person, peer: t.TypeInputPeer, **more: Any) -> Any:
    """A page of the dialog as the person sees it."""
    asked = {"offset_id": 0, "offset_date": 0, "add_offset": 0, "limit": 50, "max_id": 0, "min_id": 0} | more
    return await person.calls(f.messages.GetHistory(peer=peer, hash=0, **asked))


def texts(page: Any) -> list[str]:
    """What the messages of a page say, events left out."""
    return [m.message for m in page.messages if isinstance(m, t.Message)]
