"""`python -m bench`: every figure in about ten minutes; `python -m bench quick`: most of them in less than one.

`python -m bench messages history` runs the named ones; names are those of `FIGURES`.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.browser import browser
from bench.figures import Run, cold_start, explain, history, idle, messages, profiled, transfers
from bench.gate import gate
from bench.ledger import ledger
from bench.lookups import lookups
from bench.machine import facts, note, share_out
from bench.orders import orders
from bench.queues import figures as queues
from bench.report import Report
from bench.rooms import rooms
from bench.scale import scale
from bench.secret import secret

FIGURES: dict[str, Callable[[Run], None]] = {
    "start": cold_start,
    "messages": messages,
    "history": history,
    "transfers": transfers,
    "idle": idle,
    "rooms": rooms,
    "scale": scale,
    "browser": browser,
    "gate": gate,
    "lookups": lookups,
    "queues": queues,
    "log": ledger,
    "secret": secret,
    "orders": orders,
}
QUICK: dict[str, Callable[[Run], None]] = {
    "start": cold_start,
    "messages": messages,
    "history": history,
    "transfers": transfers,
    "idle": lambda run: idle(run, 600),
    "gate": gate,
    "lookups": lookups,
}

HOW = (
    "The server is one `chappe serve --test-mode` process: SQLite with `synchronous=FULL`, encryption on. Clients are "
    "other processes, MTProto's client role over uvloop and TCP; those who talk signed up through real calls, larger "
    "sets of accounts and messages were loaded through the same domain acts before the start.",
    "CPU per message is user and system time of the server's processes, from the first send until the text index has "
    "caught up, divided by completed sends. A send is complete when its `rpc_result` came; the rate is the smaller of "
    "acknowledged and delivered; each delivery was decrypted and is acknowledged by its client, sixteen at a time.",
    "The floor program does only what must be done for a message: one socket read, open, decode, the same rows in "
    "transactions of the size the server just had, build, encode, two seals, two writes. Its slices alternate with "
    "the server's; a slice before and after which echo or fsync differ by half is void.",
    "Transfers are four connections that move files of 100 MB in parts of 512 KiB, two parts under way each, from a "
    "process that runs when the other clients do not; message times are those of 100 messages a second over 16 pairs.",
    "Rooms and their members were loaded through domain acts. A delivery is one post at one member who is online. Of "
    "sixteen listeners one opens, decodes and checks everything it hears; the others open the head of each packet "
    "(message id, length, kind), so that the clients' core does not limit what the server's can send. All acknowledge, "
    "sixteen at a time, and each must have heard every post exactly once.",
    "Orders come to a server with portal, mail box and console open, as courts send them; a time is from the moment "
    "they are sent until the database says so. The clock that jumps is the server's own, moved on by two hours.",
)


def main(words: list[str]) -> int:
    """The exit code: 0 when every bar is met."""
    parser = argparse.ArgumentParser("bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="FIGURE", help=f"quick, or some of: {', '.join(FIGURES)}")
    parser.add_argument("--readme", type=Path, metavar="FILE", help="also write the figures as Markdown")
    parser.add_argument("--no-pin", dest="pin", action="store_false", help="let server and clients share all cores")
    parser.add_argument("--folder", type=Path, help="where data folders are made; their disk is what is measured")
    parser.add_argument("--slice", type=float, default=0.0, metavar="SECONDS", help="length of a slice")
    parser.add_argument("--profile", metavar="SCENARIO", help="only the profile of talk, history, transfers or start")
    parser.add_argument("--no-profiles", action="store_true", help="do not look into what missed its bar")
    given = parser.parse_args(words)
    quick = given.names == ["quick"]
    if unknown := set() if quick else set(given.names) - set(FIGURES):
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    chosen = QUICK if quick else {name: FIGURES[name] for name in given.names or FIGURES}
    cores = share_out(given.pin)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="chappe-bench-", dir=given.folder) as folder:
        run = Run(Path(folder), cores, Report(), 2 if quick else 5, given.slice or (1.5 if quick else 4.0))
        if given.profile:
            print(profiled(run, given.profile))
            return 0
        for name, measure in chosen.items():
            note(f"{name} …")
            measure(run)
        if not given.no_profiles:
            explain(run)
        report = run.report
        report.facts = [*facts(Path(folder)), cores.words, f"the whole run took {time.perf_counter() - begun:.0f} s"]
    report.notes = [*HOW, *report.notes]
    print(report.text())
    if given.readme:
        given.readme.write_text(report.markdown())
    return 1 if report.missed() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
