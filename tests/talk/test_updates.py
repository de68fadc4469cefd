"""Source: api/updates. Whoever missed changes hears so, and asks for the difference."""

from typing import Any

from tests.kit.stage import Person, Stage
from tests.talk.test_switching import SlowStore

from chappe.base.ids import PeerId
from chappe.domain import updates as u
from chappe.rpc.push import QUEUED
from chappe.tl import functions as f
from chappe.tl import types as t


async def test_changes_faster_than_they_can_be_shown_become_one_hint(stage: Stage, alice: Person) -> None:
    slow: Any = SlowStore(stage)
    stage.services.store = slow
    change = u.StateNote(PeerId(alice.id), u.ContactsReset(), int(stage.clock.now()))
    stage.rpc.push.committed([change])
    await slow.asked.wait()
    stage.rpc.push.committed([change] * (QUEUED + 1))
    slow.go_on.set()
    await stage.settles()
    assert [type(update) for update in alice.hears()] == [t.UpdateContactsReset, t.UpdatesTooLong]


async def test_a_client_ahead_of_its_box_begins_anew(alice: Person, bob: Person) -> None:
    await bob.says(alice, "hello")
    here = await alice.calls(f.updates.GetState())
    answer = await alice.calls(f.updates.GetDifference(pts=here.pts + 10, date=here.date, qts=0))
    assert answer == t.updates.DifferenceTooLong(pts=here.pts)


async def test_a_change_committed_after_its_date_is_not_missed(stage: Stage, alice: Person) -> None:
    await alice.calls(f.messages.SaveDraft(peer=t.InputPeerSelf(), message="to be continued"))
    stage.clock.moves(2)
    here = await alice.calls(f.updates.GetState())
    answer = await alice.calls(f.updates.GetDifference(pts=here.pts, date=here.date, qts=0))
    assert [type(update) for update in answer.other_updates] == [t.UpdateDraftMessage]
    stage.clock.moves(60)
    here = await alice.calls(f.updates.GetState())
    quiet = await alice.calls(f.updates.GetDifference(pts=here.pts, date=here.date, qts=0))
    assert isinstance(quiet, t.updates.DifferenceEmpty)
