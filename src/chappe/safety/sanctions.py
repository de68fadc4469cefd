"""Lists of sanctions: read from their files, compared with the names of public rooms; a match is a case for people.

Source: requirements/sanctions
A list never hides anything: somebody looks whether the room is who the list means, and decides, with a territory and
a ground, or not. The list is what it is called by in territory profiles (`eu-consolidated`).
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from chappe.base.errors import Invalid, NotFound
from chappe.base.ids import PeerId
from chappe.domain import access, journal, words
from chappe.domain.rulings import Item
from chappe.safety import cases, intake, items
from chappe.store import Reader, Store, Tx
from chappe.store.safety import sanctions as rows

EU = "{http://eu.europa.ec/fpi/fsd/export}"
"""The namespace of the Union's consolidated list, version 1.1."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
FILE_BYTES = 256 << 20
ENTITIES = 500_000
PORTION = 500
ROOMS = 200
WORDS_MOST = 8
SHORTEST, SHORTEST_ALONE = 5, 6
"""Letters of a name of several words, and of one that is a single word; less says nothing."""
CATEGORY, KEYWORD = "OTHER_VIOLATION_TC", "GEOGRAPHICAL_REQUIREMENTS"
RULE = "sanctions@1"
Met = tuple[int, str, str, str, str, str, str, str]
"""(list_id, the list's name, folded, reference, name, kind, programme, basis) of a name that a room says."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name on a list. Shape: kind person, enterprise or empty; reference: the list's number of whom it means."""

    name: str
    reference: str
    kind: str
    programme: str
    basis: str

    @property
    def folded(self) -> str:
        """The name as it is compared: its words without case and accents."""
        return " ".join(_parts(self.name))


@dataclass(frozen=True, slots=True)
class Read:
    """A list as its file has it. Shape: made is the day the file says it was made, empty for none."""

    made: str
    names: tuple[Named, ...]
    digest: bytes


@dataclass(frozen=True, slots=True)
class SanctionsList:
    """A list in use. Shape: checked is when all public rooms were last compared, 0 for not yet."""

    list_id: int
    name: str
    made: str
    date: int
    actor: str
    entities: int
    checked: int


def read(data: bytes) -> Read:
    """The names of a file: the Union's XML, or one name a line, with `; reference; legal basis` behind it.

    Errors: Invalid operator_sanctions_file.
    """
    if len(data) > FILE_BYTES:
        raise Invalid("operator_sanctions_file")
    xml = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    try:
        made, names = _of_xml(data) if xml else ("", tuple(_of_lines(data.decode("utf-8-sig"))))
    except (ParseError, DefusedXmlException, UnicodeDecodeError, ValueError) as error:
        raise Invalid("operator_sanctions_file", what=str(error)[:200]) from error
    if not names or len(names) > ENTITIES:
        raise Invalid("operator_sanctions_file")
    return Read(made, names, sha256(data).digest())


def _of_xml(data: bytes) -> tuple[str, tuple[Named, ...]]:
    """Source: requirements/sanctions"""
    made, found = "", list[Named]()
    for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            if element.tag == f"{EU}export":
                made = element.get("generationDate", "")[:10]
            continue
        if element.tag == f"{EU}sanctionEntity":
            found += _entity(element)
            element.clear()
    return made, tuple(found)


def _entity(entity: Element) -> Iterator[Named]:
    """Every name that the list knows of one it means."""
    reference = entity.get("euReferenceNumber") or entity.get("logicalId") or ""
    subject, act = entity.find(f"{EU}subjectType"), entity.find(f"{EU}regulation")
    kind = (subject.get("code") or "") if subject is not None else ""
    programme = (act.get("programme") or "") if act is not None else ""
    basis = (act.get("numberTitle") or "") if act is not None else ""
    for alias in entity.iterfind(f"{EU}nameAlias"):
        name = alias.get("wholeName") or " ".join(
            part for key in ("firstName", "middleName", "lastName") if (part := alias.get(key, ""))
        )
        if name.strip():
            yield Named(name.strip()[:300], reference[:80], kind[:40], programme[:40], basis[:200])


def _of_lines(text: str) -> Iterator[Named]:
    for line in text.splitlines():
        name, reference, basis = (*(part.strip() for part in line.split(";", 2)), "", "")[:3]
        if name and not name.startswith("#"):
            yield Named(name[:300], reference[:80], "", "", basis[:200])


async def add(store: Store, name: str, found: Read, actor: str) -> SanctionsList:
    """The list of this name is this file from now on; what stood before in its place is gone.

    Errors: Invalid operator_sanctions_name. After: journal sanctions_list_added, public.
    """
    if not NAME.fullmatch(name):
        raise Invalid("operator_sanctions_name")
    there = [one for one in found.names if _worth(one.folded)]
    known = next((row for row in await store.read(rows.lists) if row[1] == name), None)
    if known is not None and bytes(known[3]) == found.digest and known[6]:
        return next(one for one in await store.read(lists) if one.name == name)
    list_id = await store.write(lambda tx: _begin(tx, name, found, actor))
    for start in range(0, len(there), PORTION):
        part = [
            (one.folded, one.reference, one.name, one.kind, one.programme, one.basis)
            for one in there[start : start + PORTION]
        ]  # fmt: skip
        await store.write(partial(rows.put_names, list_id=list_id, names=part))
    await store.write(lambda tx: _end(tx, list_id, name, len(there), actor))
    return next(one for one in await store.read(lists) if one.name == name)


def _begin(tx: Tx, name: str, found: Read, actor: str) -> int:
    for row in rows.lists(tx):
        if row[1] == name:
            rows.drop_list(tx, row[0])
    list_id = rows.next_list(tx)
    rows.put_list(tx, list_id, name, found.made, found.digest, actor, 0)
    return list_id


def _end(tx: Tx, list_id: int, name: str, count: int, actor: str) -> None:
    rows.whole(tx, list_id, max(count, 1))
    public = journal.Public("sanctions_list", outcome="added", count=count, source=name)
    journal.record(tx, "sanctions_list_added", actor, f"sanctions_list:{list_id}", public, name=name, names=count)


def remove(tx: Tx, name: str, actor: str) -> None:
    """The list is compared no more; cases and decisions it led to stay.

    Errors: NotFound operator_sanctions_unknown. After: journal sanctions_list_removed, public.
    """
    found = next((row for row in rows.lists(tx) if row[1] == name), None)
    if found is None:
        raise NotFound("operator_sanctions_unknown")
    rows.drop_list(tx, found[0])
    public = journal.Public("sanctions_list", outcome="removed", source=name)
    journal.record(tx, "sanctions_list_removed", actor, f"sanctions_list:{found[0]}", public, name=name)


def lists(rx: Reader) -> list[SanctionsList]:
    """Every list in use."""
    return [
        SanctionsList(list_id, name, made, date, actor, entities, checked)
        for list_id, name, made, _, date, actor, entities, checked in rows.lists(rx)
    ]


@dataclass(frozen=True, slots=True)
class Looked:
    """Rooms that meet a name which they had not met. Shape: last is where to go on, 0 when all were looked at."""

    rooms: tuple[int, ...]
    last: int


def look(rx: Reader, above: int) -> Looked:
    """Some more public rooms were compared with every list."""
    found = rows.public_rooms(rx, above, ROOMS)
    rooms = tuple(room_id for room_id, title, username in found if _fresh(rx, room_id, _met(rx, title, username)))
    return Looked(rooms, found[-1][0] if len(found) == ROOMS else 0)


def open_case(tx: Tx, room_id: int) -> None:
    """The room is a case, if it still meets a name that it had not met. After: journal sanctions_matched."""
    for _, title, username in rows.public_rooms(tx, room_id - 1, 1, room_id):
        met = _fresh(tx, room_id, _met(tx, title, username))
        for row in met:
            rows.match(tx, room_id, _mark(row[1]), row[2], row[3])
        if met:
            _open(tx, room_id, met)


def compared(tx: Tx) -> None:
    """Every public room was compared with every list now."""
    rows.checked(tx, tx.now)


def _fresh(rx: Reader, room_id: int, met: list[Met]) -> list[Met]:
    """Those that the room had not met before."""
    known = rows.known(rx, room_id) if met else frozenset()
    return [row for row in met if (_mark(row[1]), row[2], row[3]) not in known]


def _mark(name: str) -> int:
    """What stands for the list in what is remembered, also when a newer file takes its place."""
    return int.from_bytes(sha256(name.encode()).digest()[:6], "big")


def _met(rx: Reader, title: str, username: str) -> list[Met]:
    """The names that a room's title or username says."""
    asked: set[str] = set()
    for said in (title, username.replace("_", " ")):
        parts = _parts(said)
        asked |= {" ".join(parts)} | {
            " ".join(parts[start:end])
            for start in range(len(parts)) for end in range(start + 2, min(start + WORDS_MOST, len(parts)) + 1)
        }  # fmt: skip
    wanted = sorted(one for one in asked if _worth(one))
    return rows.meeting(rx, wanted) if wanted else []


def _worth(folded: str) -> bool:
    """True for a name that says something: a single short word stands in many titles."""
    return len(folded) >= (SHORTEST if " " in folded else SHORTEST_ALONE)


def _open(tx: Tx, room_id: int, met: Iterable[Met]) -> None:
    located = items.named(tx, Item("room", PeerId(room_id)))
    case = intake.open_for(tx, [located], "own_initiative", CATEGORY, KEYWORD, actor=f"rule:{RULE}")[0]
    for _, list_name, _, reference, name, kind, programme, basis in met:
        about = ", ".join(part for part in (reference, kind, programme, basis) if part)
        cases.tell(tx, access.machine(RULE), case, f"{list_name}: {name} ({about})")
        journal.record(tx, "sanctions_matched", "server", f"room:{room_id}", list=list_name, reference=reference)


def _parts(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", words.folded(text))
