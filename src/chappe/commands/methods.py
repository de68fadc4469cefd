"""`chappe methods`: what of the newest layer Chappe does, does in part, answers empty, or does not do."""

import argparse
from collections import Counter

from chappe import tl
from chappe.commands.frame import Command, show
from chappe.config import Config
from chappe.rpc.absent import WHY, WRAPPERS
from chappe.rpc.dispatch import methods
from chappe.rpc.empty import EMPTY

STATES = ("done", "part", "empty", "not done")


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `methods`."""
    parser.add_argument("begin", nargs="?", default="", help="only methods whose names begin so, as `messages.send`")
    parser.add_argument("--state", choices=STATES, help="only these")


def run(config: Config, given: argparse.Namespace) -> int:
    """The methods are printed, with how many there are of each."""
    told = {
        name: (state, why)
        for name, (state, why) in states_of_all().items()
        if name.startswith(given.begin) and given.state in (None, state)
    }
    counts = Counter(state for state, _ in told.values())
    lines = [f"{state:<9} {name}{f' ({why})' if why else ''}" for name, (state, why) in told.items()]
    lines.append(f"layer {tl.NEWEST}: " + ", ".join(f"{counts[state]} {state}" for state in STATES))
    facts = {
        "layer": tl.NEWEST,
        "counts": {state: counts[state] for state in STATES},
        "methods": {name: state for name, (state, _) in told.items()},
        "why": {name: why for name, (_, why) in told.items() if why},
    }
    show(given, facts, "\n".join(lines))
    return 0


def states_of_all() -> dict[str, tuple[str, str]]:
    """Method → (state, why), by name. Shape: why says what is left out, or which client asks for the empty value."""
    answered = methods()
    out: dict[str, tuple[str, str]] = {}
    for name in sorted(tl.function_names(tl.NEWEST)):
        lacks = WRAPPERS.get(name, "") or getattr(answered.get(name), "lacks", "")
        if name in answered or name in WRAPPERS:
            out[name] = ("part" if lacks else "done", lacks)
        else:
            out[name] = ("empty", f"for {EMPTY[name].client}") if name in EMPTY else ("not done", WHY.get(name, ""))
    return out


COMMAND = Command("methods", "Say which methods of the newest layer are done.", words, run)
