"""The checks: a whole log against what was kept of it, its figures, one proof, one promise."""

import base64
import hmac
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chappe_verify import formats, recount
from chappe_verify.formats import Checkpoint, Key, Wrong
from chappe_verify.recount import Stretch
from chappe_verify.source import Source, bundles
from chappe_verify.tree import Growing, followed

Progress = Callable[[int, int], None]
DAYS = "report/days.json"
SHOWN = (*recount.FIELDS, "instrument", "hours", "items", "count")
"""What a seal hides."""


@dataclass
class Report:
    """What was found; `wrong` has a sentence for each thing that is not as it should be."""

    checkpoint: Checkpoint
    leaves: int = 0
    days: int = 0
    kept_size: int = -1
    first: str = ""
    last: str = ""
    sealed: int = 0
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def log(source: Source, keys: Sequence[Key], kept: str | None, progress: Progress, figures: bool = True) -> Report:
    """Every leaf is read and hashed, compared with the checkpoint kept before, and the figures are counted again.

    Errors: Wrong if the log is not what was signed, or not what it was.
    """
    listed = source.get(DAYS) if figures else None  # before the checkpoint, which then covers every day of the list
    head = _checkpoint(source, keys)
    before = None if kept is None else formats.checkpoint(kept, keys)
    if before is not None:
        _require_no_less(before, head)
    report = Report(head, kept_size=-1 if before is None else before.size)
    ledger = _Ledger(report)
    tree = Growing()
    for leaf in _leaves(source, head.size):
        if before is not None and tree.size == before.size:
            _require_same(before, tree)
        tree.add(leaf)
        ledger.add(leaf)
        if not tree.size % 4096:
            progress(tree.size, head.size)
    if before is not None and tree.size == before.size:
        _require_same(before, tree)
    if tree.root() != head.root:
        raise Wrong(
            f"The {head.size} leaves do not give the root that was signed over them: one was changed, exchanged or "
            "taken out."
        )
    report.leaves = tree.size
    ledger.close()
    if figures:
        ledger.compare(source, listed)
    return report


def one_proof(text: str, keys: Sequence[Key], leaf: bytes | None = None) -> dict[str, Any]:
    """What a proof proves: the leaf, its index, and what its `extra` line opens. Errors: Wrong."""
    proof = formats.proof(text)
    head = formats.checkpoint(proof.checkpoint, keys)
    said = _json(proof.extra) if proof.extra else {}
    shown = said.get("leaf", "").encode() if leaf is None else leaf
    if not shown:
        raise Wrong("The proof does not bring the leaf it is about; give it with --leaf.")
    if followed(shown, proof.index, head.size, proof.path) != head.root:
        raise Wrong("The proof does not lead to the signed root: the leaf is not in this log.")
    found = {"index": proof.index, "size": head.size, "origin": head.origin, "leaf": _json(shown)}
    if "salt" in said:
        found["private"] = opened(_json(shown), said)
    return found


def opened(leaf: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """The private facts, once their salt shows that the leaf commits to them. Errors: Wrong."""
    private = str(said.get("private", ""))
    made = hmac.digest(bytes.fromhex(str(said["salt"])), private.encode(), "sha256").hex()
    if not hmac.compare_digest(made, str(leaf.get("commitment", ""))):
        raise Wrong("The leaf does not commit to the facts that were given with the proof.")
    return _json(private.encode())


def one_promise(text: str, keys: Sequence[Key], source: Source, now: datetime) -> dict[str, Any]:
    """Whether a promise was kept: its leaf is in the log, or its time has not come. Errors: Wrong if it was broken.

    A receipt holds a promise too: then `receipt` has what it says was received.
    """
    lines = formats.opened(text, keys).split("\n")
    receipt = {}
    if lines[0].endswith("/receipt"):
        receipt = {"receipt": lines[1:-3]}
        lines = [lines[0], *(line.partition(" ")[2] for line in lines[-3:-1]), ""]
    elif len(lines) != 4 or not lines[0].endswith("/promise"):
        raise Wrong("The signed note is no promise.")
    head = _checkpoint(source, keys)
    tree, found = Growing(), -1
    for leaf in _leaves(source, head.size):
        tree.add(leaf)
        if lines[1].encode() in leaf and _json(leaf).get("commitment") == lines[1]:
            found = tree.size - 1
    if tree.root() != head.root:
        raise Wrong("The leaves do not give the root that was signed over them.")
    by = datetime.fromisoformat(lines[2].replace("Z", "+00:00"))
    if found < 0 and now > by:
        raise Wrong(f"The promise was broken: what was to be in the log by {lines[2]} is not among {head.size} leaves.")
    return {"index": found, "by": lines[2], "size": head.size, **receipt}


class _Ledger:
    """Reads leaves as they come, day by day."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.days: defaultdict[str, Stretch] = defaultdict(Stretch)
        self.still: dict[str, int] = {}
        self._seals: dict[int, str] = {}
        self._open = 0
        self._index = 0
        self._hour = ""
        self._day = Stretch()

    def add(self, raw: bytes) -> None:
        """One leaf more."""
        leaf = _json(raw)
        hour = leaf.get("hour", "")
        if not isinstance(hour, str) or len(hour) != len("2026-11-22T05Z"):
            raise Wrong(f"Leaf {self._index} does not say its hour.")
        if hour != self._hour:
            if hour < self._hour:
                self.report.notes.append(f"Leaf {self._index} is of {hour}, after one of {self._hour}.")
            self._hour, self._day = hour, self.days[hour[:10]]
        self._day.add(leaf)
        if "sealed" in leaf:
            self._seals[self._index] = leaf["sealed"]
        elif "opens" in leaf:
            self._require_opened(leaf)
        self._index += 1

    def close(self) -> None:
        """All leaves were read."""
        still = 0
        for day in sorted(self.days):
            still += self.days[day].sealed - self.days[day].opened
            self.still[day] = still
        if self.days:
            self.report.first, self.report.last = min(self.days), max(self.days)
        self.report.sealed = still

    def compare(self, source: Source, listed: bytes | None) -> None:
        """Each published figure is what was counted, and no day of the list, or between them, is left out."""
        if listed is None:
            self.report.notes.append("No daily figures are published here.")
            return
        have = {str(one["day"]) for one in _json(listed)["days"]}
        for day in sorted(have):
            self._compare_day(source, day)
        for month in sorted({day[:7] for day in have}):
            self._compare_stretch(source, month, sorted(one for one in have if one[:7] == month), recount.LEAST)
        for year in sorted({day[:4] for day in have}):
            self._compare_stretch(source, year, sorted(one for one in have if one[:4] == year), 1)
        newest = max(have, default="")
        self.report.missing = sorted(_json(listed).get("missing", []))
        self.report.missing += [day for day in sorted(self.days) if day < newest and day not in have]
        self.report.wrong += [f"The report of {day} is missing." for day in self.report.missing]

    def _compare_day(self, source: Source, day: str) -> None:
        published = source.get(f"report/{day}.json")
        if published is None:
            self.report.wrong.append(f"The report of {day} is listed, but it is not there.")
            return
        counted = self.days.get(day, Stretch()).figures(self._still(day))
        self.report.days += 1
        self._say(f"The report of {day}", recount.difference(_json(published)["figures"], counted))

    def _compare_stretch(self, source: Source, name: str, days: list[str], least: int) -> None:
        published = source.get(f"report/{name}.json")
        if published is None:
            return
        whole = Stretch()
        for day in days:
            _join(whole, self.days.get(day, Stretch()))
        counted = whole.figures(self._still(days[-1]), least)
        self._say(f"The report of {name}", recount.difference(_json(published)["figures"], counted))

    def _say(self, what: str, difference: str) -> None:
        if difference:
            self.report.wrong.append(f"{what} is not the sum of the leaves: {difference}.")

    def _still(self, day: str) -> int:
        """How many leaves are sealed at the end of the day, one without leaves too."""
        before = max((one for one in self.still if one <= day), default="")
        return self.still.get(before, 0)

    def _require_opened(self, leaf: dict[str, Any]) -> None:
        """The opening leaf shows what the sealed one committed to."""
        sealed = self._seals.get(leaf["opens"])
        shown = {name: leaf[name] for name in SHOWN if name in leaf}
        spelled = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        made = hmac.digest(bytes.fromhex(leaf.get("seal_salt", "")), spelled, "sha256").hex()
        if sealed is None or made != sealed:
            self.report.wrong.append(f"Leaf {self._index} says that it opens leaf {leaf['opens']}, but it does not.")


def _join(whole: Stretch, day: Stretch) -> None:
    whole.leaves += day.leaves
    whole.sealed += day.sealed
    whole.opened += day.opened
    for name, known in day.instruments.items():
        mine = whole.instruments[name]
        mine.total += known.total
        mine.fields += known.fields
        mine.items += known.items
        mine.hours += known.hours
        mine.count = known.count
        mine.sum += known.sum
    for name, orders in day.orders.items():
        whole.orders[name].join(orders)


def _checkpoint(source: Source, keys: Sequence[Key]) -> Checkpoint:
    note = source.get("checkpoint")
    if note is None:
        raise Wrong("There is no checkpoint here.")
    return formats.checkpoint(note.decode("utf-8", "replace"), keys)


def _leaves(source: Source, size: int) -> Iterator[bytes]:
    """So many leaves in order. Errors: Wrong if one is missing."""
    seen = 0
    for data in bundles(source, size):
        for leaf in formats.entries(data):
            if seen < size:
                yield leaf
                seen += 1
    if seen != size:
        raise Wrong(f"The checkpoint says {size} leaves, only {seen} are there.")


def _require_no_less(before: Checkpoint, head: Checkpoint) -> None:
    if before.origin != head.origin:
        raise Wrong(f"This is the log {head.origin}; the checkpoint that was kept is of {before.origin}.")
    if head.size < before.size:
        raise Wrong(f"The log shrank: it had {before.size} leaves when you looked last, now it has {head.size}.")
    if head.size == before.size and head.root != before.root:
        raise Wrong(f"Two different logs of {head.size} leaves were signed: the log forked.")


def _require_same(before: Checkpoint, tree: Growing) -> None:
    if tree.root() != before.root:
        raise Wrong(f"The first {before.size} leaves are not those that you saw last time: the log was rewritten.")


def _json(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        raise Wrong("Something that should be JSON is not.") from None
    if not isinstance(found, dict):
        raise Wrong("Something that should be a JSON object is not.")
    return found




def as_base64(data: bytes) -> str:
    """For people who compare roots by eye."""
    return base64.b64encode(data).decode()
