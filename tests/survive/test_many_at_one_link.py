"""Source: api/invites. A crowd at one link: exactly as many come in as it allows, and others are served meanwhile."""

import asyncio
import time
from collections import Counter
from pathlib import Path

from tests.kit.rooms import hall
from tests.kit.stage import Person, raised

from chappe.base.errors import Refusal
from chappe.base.ids import UserId
from chappe.domain import accounts, invite_links
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

CROWD, LIMIT, CALLERS = 1000, 100, 40
SERVED_S = 60.0
"""For what hangs: a second where nobody else uses the machine."""


async def test_a_limit_holds_against_a_thousand_at_once(tmp_path: Path) -> None:
    async with raised(tmp_path) as stage:
        alice, bob = await stage.people("alice", "bob")
        room = await hall(stage, alice)
        made = await alice.calls(f.messages.ExportChatInvite(peer=room.peer(alice), usage_limit=LIMIT))
        hash_ = made.link.rpartition("+")[2]
        callers = [await stage.person(f"guest{number}") for number in range(CALLERS)]
        crowd = await stage.writes(lambda tx: [_somebody(tx, number) for number in range(CROWD - CALLERS)])
        outcomes: Counter[str] = Counter()

        async def enters(user: UserId) -> None:
            try:
                await stage.writes(lambda tx: invite_links.import_(tx, user, hash_))
                outcomes["in"] += 1
            except Refusal as refusal:
                outcomes[refusal.reason] += 1

        async def calls(person: Person) -> None:
            said = await person.tries(f.messages.ImportChatInvite(hash=hash_))
            outcomes["in" if said is None else said.split(" ")[1].lower()] += 1

        async def talks() -> float:
            began = time.monotonic()
            await bob.calls(f.messages.SendMessage(peer=t.InputPeerSelf(), message="meanwhile", random_id=7))
            return time.monotonic() - began

        everybody = [enters(user) for user in crowd] + [calls(person) for person in callers]
        *_, took_s = await asyncio.gather(*everybody, talks())
        assert outcomes == {"in": LIMIT, "invite_hash_expired": CROWD - LIMIT}
        assert took_s < SERVED_S
        full = (await alice.calls(f.channels.GetFullChannel(channel=room.to(alice)))).full_chat
        assert full.participants_count == LIMIT + 1
        link = await alice.calls(f.messages.GetExportedChatInvite(peer=room.peer(alice), link=made.link))
        assert link.invite.usage == LIMIT
        came = f.messages.GetChatInviteImporters(
            peer=room.peer(alice), link=made.link, offset_date=0, offset_user=t.InputUserEmpty(), limit=1
        )
        assert (await alice.calls(came)).count == LIMIT


def _somebody(tx: Tx, number: int) -> UserId:
    return accounts.create(tx, f"99966{number:05d}9", f"Guest {number}", "")


async def test_two_administrators_who_end_each_other(tmp_path: Path) -> None:
    """Neither may, for neither made the other one; what the creator does at the same time holds."""
    async with raised(tmp_path) as stage:
        alice, bob, carol = await stage.people("alice", "bob", "carol")
        room = await hall(stage, alice, bob, carol)
        every = t.ChatAdminRights(add_admins=True, ban_users=True, delete_messages=True)
        for one in (bob, carol):
            await alice.calls(f.channels.EditAdmin(
                channel=room.to(alice), user_id=alice.knows(one), admin_rights=every, rank=""
            ))  # fmt: skip

        def demotes(by: Person, of: Person) -> f.channels.EditAdmin:
            return f.channels.EditAdmin(
                channel=room.to(by), user_id=by.knows(of), admin_rights=t.ChatAdminRights(), rank=""
            )

        def bans(by: Person, of: Person) -> f.channels.EditBanned:
            rights = t.ChatBannedRights(view_messages=True, until_date=0)
            return f.channels.EditBanned(channel=room.to(by), participant=by.sees(of), banned_rights=rights)

        said = await asyncio.gather(
            bob.tries(demotes(bob, carol)), carol.tries(demotes(carol, bob)), bob.tries(bans(bob, carol)),
            carol.tries(bans(carol, bob)), alice.tries(demotes(alice, carol)),
        )  # fmt: skip
        assert (said[1], said[3], said[4]) == ("400 CHAT_ADMIN_REQUIRED", "400 CHAT_ADMIN_REQUIRED", None)
        shown = await alice.calls(f.channels.GetParticipants(
            channel=room.to(alice), filter=t.ChannelParticipantsAdmins(), offset=0, limit=10, hash=0
        ))  # fmt: skip
        assert sorted(p.user_id for p in shown.participants) == sorted((alice.id, bob.id))
