"""A method about rooms is done, or `chappe methods` says why not."""

from chappe import tl
from chappe.commands.methods import states_of_all
from chappe.mtproto import peel
from chappe.rpc.absent import WHY, WRAPPERS


def test_every_method_of_rooms_is_done_or_says_why_not() -> None:
    told = states_of_all()
    silent = [name for name, (state, why) in told.items() if state == "not done" and not why]
    assert not [name for name in silent if name.startswith(("channels.", "stats."))]


def test_reasons_are_for_methods_that_are_there_and_not_done() -> None:
    told = states_of_all()
    assert set(WHY) <= set(tl.function_names(tl.NEWEST))
    assert not [name for name in WHY if told[name][0] != "not done"]


def test_wrappers_are_those_that_are_taken_off() -> None:
    told = states_of_all()
    assert set(WRAPPERS) == {kind.NAME for kind in peel._WRAPPERS}
    some = ("invokeAfterMsg", "invokeWithMessagesRange", "invokeWithBusinessConnection")
    assert [told[name][0] for name in some] == ["done", "part", "not done"]
