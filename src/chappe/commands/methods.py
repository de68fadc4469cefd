"""`chappe methods`: what of the newest layer Chappe does, answers empty, or does not do."""

import argparse
from collections import Counter

from chappe import tl
from chappe.commands.frame import Command, show
from chappe.config import Config
from chappe.rpc.dispatch import methods
from chappe.rpc.empty import EMPTY

STATES = ("done", "empty", "not done")


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `methods`."""
    parser.add_argument("--state", choices=STATES, help="only these")


def run(config: Config, given: argparse.Namespace) -> int:
    """The methods are printed, with how many there are of each."""
    states = {name: state for name, state in states_of_all().items() if given.state in (None, state)}
    counts = ", ".join(f"{count} {state}" for state, count in Counter(states.values()).most_common())
    text = "\n".join(f"{state:<9} {name}" for name, state in states.items())
    facts = {"layer": tl.NEWEST, "counts": Counter(states.values()), "methods": states}
    show(given, facts, f"{text}\nlayer {tl.NEWEST}: {counts}")
    return 0


def states_of_all() -> dict[str, str]:
    """Method → done, empty or not done."""
    answered = methods()
    return {
        name: "done" if name in answered else "empty" if name in EMPTY else "not done"
        for name in sorted(tl.function_names(tl.NEWEST))
    }


COMMAND = Command("methods", "Say which methods of the newest layer are done.", words, run)
