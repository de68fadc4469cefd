"""`chappe leave`: what leaving a country, or closing the service, would touch, and its steps, forward and back."""

import argparse
import datetime
from typing import Any

from chappe.commands.asking import ask
from chappe.commands.frame import Command, show
from chappe.config import Config
from chappe.domain.leaving import DAY_S, MARKS, STEPS, USUAL

PARTS = ("begin", "plan", "next", "back", "return", "mark")
DATED = tuple(USUAL)
SAID = {"closed_to_new": "no new accounts", "export": "export offered", "read_only": "read-only", "closed": "closed"}


def words(parser: argparse.ArgumentParser) -> None:
    """The options of `leave`."""
    parser.add_argument(
        "territory", nargs="?", default="", metavar="COUNTRY",
        help="two letters, or `all` for the whole service; none: how every country stands",
    )  # fmt: skip
    parser.add_argument(
        "part", nargs="?", choices=PARTS, metavar="|".join(PARTS),
        help="none: what leaving would touch, and how things stand; begin gives notice, next and back go a step, "
        "return comes back, plan sets other dates, mark says on the public page that a country blocks this server",
    )  # fmt: skip
    for step in DATED:
        name = "--" + step.replace("_", "-") + "-days"
        parser.add_argument(name, type=float, metavar="N", help=f"days from now until: {SAID[step]}")
    parser.add_argument("--by-hand", action="store_true", help="no dates: every step waits for a command")
    parser.add_argument("--to", choices=STEPS, metavar="STEP", help="with back: the step to go back to")
    parser.add_argument("--as", dest="mark", choices=("blocked", "restricted", "none"), help="with mark")
    parser.add_argument("--why", default="", metavar="TEXT", help="a reason, shown in the public history")
    parser.add_argument("--yes", action="store_true", help="do it; without this, begin and next only show")


def run(config: Config, given: argparse.Namespace) -> int:
    """The step is taken, or what it would touch is shown."""
    if not given.territory:
        found: list[dict[str, Any]] = ask(config, act="territories")
        show(given, found, "\n".join(map(_line, found)) or "Every country is open.")
        return 0
    territory = given.territory.upper()
    seen: dict[str, Any] = ask(config, act="territory", territory=territory)
    if given.part is None or (given.part in ("begin", "next") and not given.yes):
        hint = "" if given.part is None else "\n\nNothing was done. Add --yes to do it."
        show(given, seen, _shown(seen, given) + hint)
        return 0
    facts = _facts(given, seen)
    state: dict[str, Any] = ask(config, act="leave", territory=territory, note=given.why, **facts)
    show(given, state, _stands(state))
    return 0


def _facts(given: argparse.Namespace, seen: dict[str, Any]) -> dict[str, Any]:
    """What is asked of the server."""
    at = STEPS.index(seen["state"]["step"])
    match given.part:
        case "begin" | "plan":
            return {"part": given.part, "plan": _plan(given, at, seen["now"])}
        case "next":
            return {"part": STEPS[min(at + 1, len(STEPS) - 1)]}
        case "back":
            return {"part": given.to or STEPS[max(at - 1, 0)]}
        case "mark":
            return {"part": "mark", "mark": given.mark if given.mark in MARKS else ""}
    return {"part": STEPS[0]}


def _plan(given: argparse.Namespace, at: int, now: int) -> dict[str, int]:
    """Step → date: as given; where none is, the usual ones."""
    said = {step: getattr(given, f"{step}_days") for step in DATED}
    if given.by_hand:
        return {}
    if all(days is None for days in said.values()):
        said = {step: after / DAY_S for step, after in USUAL.items()}
    return {
        step: now + int(days * DAY_S) for step, days in said.items() if days is not None and STEPS.index(step) > at
    }


def _shown(seen: dict[str, Any], given: argparse.Namespace) -> str:
    found, state = seen["preview"], seen["state"]
    why = ", ".join(f"{count} by {reason}" for reason, count in sorted(found["reasons"].items()))
    lines = [
        f"{found['territory']}: {seen['status']}",
        f"  people there         {found['people']:>9}  {why}".rstrip(),
        f"  seen in 30 days      {found['active']:>9}",
        f"  rooms they own       {found['rooms']:>9}  with {found['room_people']} places taken in them, anywhere",
        f"  open orders, stay    {found['orders']:>9}",
        f"  holds, stay          {found['holds']:>9}",
        _stands(state),
    ]
    lines += [f"  {_date(one['date'])}  {one['what']}  {one['note']}".rstrip() for one in seen["history"][:10]]
    return "\n".join(lines)


def _stands(state: dict[str, Any]) -> str:
    at = STEPS.index(state["step"])
    lines = [f"Step {at} of {len(STEPS) - 1}: {state['step']}"]
    lines += [f"  {_date(state['plan'][step])}  {SAID[step]}" for step in DATED if step in state["plan"]]
    return "\n".join(lines)


def _line(one: dict[str, Any]) -> str:
    return f"{one['territory']}  {one['status']:<10} {one['step']} since {_date(one['since'])} {one['mark']}".rstrip()


def _date(date: int) -> str:
    return datetime.datetime.fromtimestamp(date, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


COMMAND = Command("leave", "Leave a country in good order, or all of them, step by step; or come back.", words, run)
