"""From what was written to what an order's form asks: lines `Name: value`, in French or English, or JSON.

Source: requirements/legal-intake
A mail, a document or a file is an order by itself only where it names its instrument; everything else is a letter for
a person to read. Nothing is guessed.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from chappe.legal.orders import INSTRUMENTS
from chappe.legal.records import CATEGORIES, TARGET_KINDS, Target

TARGETS, VALUE, LINE = 1000, 20_000, 500
DAY_S = 86_400
_DATES = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S",
          "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d.%m.%Y")  # fmt: skip
_DATED = frozenset({"answer_by", "secrecy_until"})
_PHONE = re.compile(r"\+[0-9][0-9 .()/-]{5,24}")
_NAME = re.compile(r"@[A-Za-z][A-Za-z0-9_]{2,63}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}[./][0-9]{2}[./][0-9]{4}")
_EXAMPLE = re.compile(r"<[^<>]*>")
"""What an empty form shows: nothing was written there."""
_WITH_PORT = re.compile(r"(?:\[([0-9a-fA-F:.]{2,45})\]|([0-9.]{7,15}))(?::| +port +)([0-9]{1,5})")
_CODE = re.compile(r"[a-z0-9_]{2,40}")

LABELS: Mapping[str, tuple[str, ...]] = {
    "instrument": ("instrument", "kind of order", "type d'ordre", "nature de l'ordre", "type d'injonction"),
    "external_ref": ("file number", "reference", "reference number", "our reference", "numero de dossier",
                     "reference du dossier", "notre reference"),
    "country": ("country", "pays"),
    "territories": ("territories", "territorial scope", "territoires", "portee territoriale"),
    "language": ("language", "langue"),
    "category": ("category", "categorie"),
    "keywords": ("keywords", "mots-cles"),
    "legal_basis": ("legal basis", "base legale", "fondement juridique"),
    "reasons": ("reasons", "statement of reasons", "motifs", "motivation"),
    "redress": ("redress", "voies de recours", "recours"),
    "urgent": ("urgent", "urgence"),
    "secrecy_until": ("secrecy until", "secret jusqu'au", "ne pas informer avant le"),
    "secrecy_basis": ("secrecy basis", "base legale du secret"),
    "targets": ("target", "targets", "location", "cible", "emplacement", "url"),
    "data": ("data", "data categories", "donnees", "categories de donnees"),
    "answer_by": ("answer by", "deadline", "reponse avant le", "delai"),
    "report_to": ("report to", "rendre compte a"),
    "material": ("material", "type of material", "type de contenu"),
    "issued_at": ("issued at", "date of issue", "date d'emission"),
    "signed_by": ("signed by", "signatory", "signataire", "signe par"),
    "cross_border": ("cross-border", "transfrontalier"),
    "copy_sent": ("copy sent", "copie envoyee"),
    "feedback_to": ("feedback to", "retour a"),
    "offence": ("offence", "infraction"),
    "offence_three_years": ("offence of three years", "infraction punie de trois ans"),
    "enforcing_notified": ("enforcing authority notified", "autorite d'execution informee"),
    "enforcing_confirmed": ("enforcing authority confirmed", "autorite d'execution consultee"),
    "validated_by": ("validated by", "valide par"),
    "treaty": ("treaty", "traite"),
    "central_authority": ("central authority", "autorite centrale"),
    "danger": ("danger",),
    "persons": ("persons in danger", "people in danger", "personnes en danger"),
    "call_back": ("call back", "telephone", "numero de rappel"),
    "questions": ("questions",),
    "right": ("right", "droit"),
    "told_to": ("told to", "signale a"),
    "wish": ("wish", "souhait"),
    "token": ("token",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """What a form says. Shape: instrument empty where it names none of ours; asked is what it called it."""

    instrument: str = ""
    asked: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()


class _JsonTarget(msgspec.Struct, frozen=True):
    kind: str = ""
    text: str = ""
    category: str = ""
    since: int | str = 0
    until: int | str = 0


class _JsonForm(msgspec.Struct, frozen=True):
    instrument: str
    fields: dict[str, str] = {}
    targets: list[_JsonTarget] = []


_json: msgspec.json.Decoder[_JsonForm] = msgspec.json.Decoder(_JsonForm)


def of_text(text: str) -> Form:
    """What the lines of a form say; empty where no line names an instrument."""
    said: dict[str, list[str]] = {}
    targets: list[str] = []
    name = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.strip() in ("--", "---", "-- "):
            break
        label, colon, value = line.partition(":")
        known = _ALIASES.get(plain(label)) if colon else None
        if known is None and name == "targets":
            if line.strip() and kind_of(line.partition("|")[0]) != "text":
                targets.append(line.strip())
            else:  # the list is over: what follows is a greeting or a signature
                name = ""
            continue
        if known is None and name:
            said[name].append(line.strip())
            continue
        name = known or ""
        if name == "targets":
            targets.append(value.strip())
        elif name:
            said.setdefault(name, []).append(value.strip())
    return _form({key: "\n".join(lines).strip() for key, lines in said.items()}, targets)


def of_pairs(pairs: Iterable[tuple[str, str]]) -> Form:
    """The same of a document's own form fields."""
    said: dict[str, str] = {}
    targets: list[str] = []
    for label, value in pairs:
        name = _ALIASES.get(plain(label.rpartition(".")[2]))
        if name == "targets":
            targets += value.split("\n")
        elif name:
            said[name] = value.strip()
    return _form(said, targets)


def of_paper(kind: str, text: str, fields: Iterable[tuple[str, str]]) -> Form:
    """The order that a document is, if it says so; empty for XML, of which no form is known here.

    Shape: kind, text and fields of a `PaperResult`.
    """
    if kind == "xml":
        return Form()
    if kind == "json":
        return of_json(text)
    by_fields = of_pairs(fields)
    return by_fields if by_fields.instrument else of_text(text)


def of_json(text: str) -> Form:
    """The same of JSON: instrument, fields by name, targets. Empty where it is none."""
    try:
        found = _json.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return Form()
    code = instrument_of(found.instrument)
    if not code:
        return Form(asked=found.instrument[:80])
    targets = [
        _of_json(one) for one in found.targets[:TARGETS]
        if one.text.strip() and (not one.kind or one.kind in TARGET_KINDS)
    ]  # fmt: skip
    fields = {name: value[:VALUE] for name, value in found.fields.items() if _CODE.fullmatch(name)}
    return Form(code, found.instrument[:80], _dated(fields), tuple(targets))


def _of_json(one: _JsonTarget) -> Target:
    category = one.category if one.category in CATEGORIES else ""
    since, until = (str(said or "") for said in (one.since, one.until))
    times = span_of(f"{since}..{until}")
    if times is None:
        return Target("text", f"{one.text.strip()} | {since} .. {until}"[:LINE], category)
    return Target(one.kind or kind_of(one.text), one.text.strip(), category, *times)


def of_lines(lines: Iterable[str], categories: Iterable[str] = ()) -> tuple[Target, ...]:
    """Targets, one a line: `what`, or `what | categories of data | since .. until`."""
    asked = tuple(one for one in CATEGORIES if one in set(categories))
    found: list[Target] = []
    for line in lines:
        found += _target(line, asked)
        if len(found) >= TARGETS:
            break
    return tuple(dict.fromkeys(found[:TARGETS]))


def instrument_of(said: str) -> str:
    """The code of an instrument named by its code; empty for what we do not know."""
    code = plain(said).replace(" ", "_").replace("-", "_")
    return code if code in INSTRUMENTS and code != "unknown" else ""


def kind_of(text: str) -> str:
    """What kind of target this is, by how it is written."""
    said = text.strip()
    if _NAME.fullmatch(said):
        return "username"
    if "://" in said or said.lower().startswith(("t.me/", "tg:")):
        return "link"
    if _PHONE.fullmatch(said):
        return "phone"
    if address_of(said) is not None:
        return "ip"
    return "user_id" if said.isascii() and said.isdecimal() and len(said) < 16 else "text"


def address_of(said: str) -> tuple[str, int] | None:
    """(address, port or 0) of what is written as `192.0.2.1`, `192.0.2.1:50000` or `[2001:db8::1]:50000`; else None."""
    text = said.strip()
    found = _WITH_PORT.fullmatch(text)
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    host, port = (found[1] or found[2], int(found[3])) if found is not None else (text, 0)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    if found is not None and not 0 < port < 65_536:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address), port


def span_of(said: str) -> tuple[int, int] | None:
    """(since, until) of a time as people write it, 0 where nothing is said; None where it cannot be read.

    A day alone is the whole of that day, and a time that ends with a day ends with the end of it.
    """
    first, dots, last = (one.strip() for one in said.partition(".."))
    if not dots and _DAY.fullmatch(first):
        last = first
    since, until = date_of(first), date_of(last)
    if (first and not since) or (last and not until):
        return None
    until += DAY_S - 1 if _DAY.fullmatch(last) else 0
    return (since, until) if not until or since <= until else None


def date_of(said: str) -> int:
    """Seconds since 1970 of a date as people write it, by UTC unless it says otherwise; 0 for what is none."""
    text = said.strip().replace("Z", "+0000").replace(" UTC", "+0000")
    if text.isascii() and text.isdecimal() and len(text) < 12:
        return int(text)
    for shape in _DATES:
        try:
            found = datetime.strptime(text, shape)
        except ValueError:
            continue
        return max(0, int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()))
    return 0


def plain(label: str) -> str:
    """A label as it is compared: small letters, no accents, single spaces."""
    bare = unicodedata.normalize("NFKD", label.strip()[:80].replace("’", "'"))
    letters = "".join(char for char in bare if not unicodedata.combining(char))
    return " ".join(letters.casefold().replace("*", " ").split())


def _form(said: dict[str, str], targets: list[str]) -> Form:
    asked = said.pop("instrument", "").split("\n")[0]
    code = instrument_of(asked.split("(")[0])
    if not code:
        return Form(asked=asked[:80])
    categories = [word.strip(" ,;") for word in said.pop("data", "").replace(",", " ").split()]
    fields = {name: value[:VALUE] for name, value in said.items() if value and not _EXAMPLE.fullmatch(value)}
    return Form(code, asked[:80], _dated(fields), of_lines(targets, categories))


def _dated(fields: dict[str, str]) -> dict[str, str]:
    """Dates that are reckoned with as seconds; what is none stays as it was written."""
    return {name: str(date_of(value) or value) if name in _DATED else value for name, value in fields.items()}


def _target(line: str, asked: tuple[str, ...]) -> list[Target]:
    what, _, rest = line.strip().lstrip("-•*").strip().partition("|")
    what = what.strip()
    if not what or what.startswith("<"):  # what the empty form shows as an example
        return []
    said, _, span = rest.partition("|")
    words = {one.strip(" ,;") for one in said.replace(",", " ").split()}
    categories = tuple(one for one in CATEGORIES if one in words) or asked or ("",)
    times = span_of(span)
    if times is None:  # of which time is asked, never of all of it
        return [Target("text", line.strip()[:LINE], category) for category in categories]
    kind = kind_of(what)
    return [Target(kind, what, category, *times) for category in categories]


_NAMES = {one.name for instrument in INSTRUMENTS.values() for one in instrument.fields} - {"authority"}
_ALIASES = {plain(one): name for name in sorted(_NAMES | set(LABELS)) for one in (name, name.replace("_", " "))} | {
    plain(label): name for name, labels in LABELS.items() for label in labels
}
