"""Statements of reasons as the transparency database of the European Union takes them.

Source: dsa/24(5)
One record for each person who was told; no personal data, and an id that leads nobody to a person. Only what happened
on public surfaces is sent there, and only what holds in the Union; orders of authorities have no statement.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import msgspec

from chappe.domain.categories import KEYWORDS, OF_DECISIONS
from chappe.domain.media_kinds import MEDIA_KINDS, WITH_URL
from chappe.domain.rulings import Item
from chappe.store import Reader, Row
from chappe.store import yearly as rows

MOST = 100
"""Records of one request. Source: dsa/24(5)"""
ITEMS = 20
Record = dict[str, Any]
STATES = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
_item = msgspec.msgpack.Decoder(Item)

_VISIBILITY = {
    "remove": "DECISION_VISIBILITY_CONTENT_REMOVED",
    "remove_room": "DECISION_VISIBILITY_CONTENT_REMOVED",
    "hide": "DECISION_VISIBILITY_CONTENT_DISABLED",
    "hide_room": "DECISION_VISIBILITY_CONTENT_DISABLED",
    "age_gate": "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
    "label": "DECISION_VISIBILITY_CONTENT_LABELLED",
}
_SOURCES = {
    "notice": "SOURCE_ARTICLE_16",
    "trusted_flagger": "SOURCE_TRUSTED_FLAGGER",
    "own_initiative": "SOURCE_VOLUNTARY",
    "rule": "SOURCE_VOLUNTARY",
}
_AUTOMATED = {
    "none": "AUTOMATED_DECISION_NOT_AUTOMATED",
    "partial": "AUTOMATED_DECISION_PARTIALLY",
    "full": "AUTOMATED_DECISION_FULLY",
}
_CONTENT = {
    "photo": "CONTENT_TYPE_IMAGE", "gif": "CONTENT_TYPE_IMAGE", "sticker": "CONTENT_TYPE_IMAGE",
    "chat_photo": "CONTENT_TYPE_IMAGE", "video": "CONTENT_TYPE_VIDEO", "round": "CONTENT_TYPE_VIDEO",
    "audio": "CONTENT_TYPE_AUDIO", "voice": "CONTENT_TYPE_AUDIO", "document": "CONTENT_TYPE_OTHER",
    "geo": "CONTENT_TYPE_OTHER", "contact": "CONTENT_TYPE_OTHER",
}  # fmt: skip
_TEXT = "CONTENT_TYPE_TEXT"
_BY_NUMBER = {number: _CONTENT.get(name, _TEXT) for name, number in MEDIA_KINDS.items()}
_OTHERS = {"account": "An account", "room": "A room with its messages", "media": "A file", "message": "A file"}


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records, ready to be posted together. Shape: after is where the next batch begins, None behind the last."""

    records: list[Record]
    after: tuple[int, int] | None


def batch(rx: Reader, since: int, until: int, after: tuple[int, int] = (0, 0)) -> Batch:
    """The next records of decisions from `since` to before `until`, a hundred at most."""
    found: list[Record] = []
    while True:
        page = rows.statements(rx, since, until, after, MOST - len(found))
        for row in page:
            after = int(row[0]), int(row[-1])
            if record := _record(rx, row):
                found.append(record)
        if not page:
            return Batch(found, None)
        if len(found) == MOST:
            return Batch(found, after)


def _record(rx: Reader, row: Row) -> Record | None:
    (
        decision_id, made, measure, territories, until, basis, clause, version, explanation, category, keywords,
        source, detected, automated, facts, case_id, token_digest, person_id,
    ) = row  # fmt: skip
    items = [_item.decode(blob) for blob in rows.items(rx, decision_id, person_id, ITEMS)]
    scope = [code for code in STATES if not territories or code in territories.split()]
    if not scope or not _is_public(rx, case_id, items):
        return None
    kinds, begun = _content(rx, items)
    record: Record = {
        "puid": sha256(b"puid" + bytes(token_digest)).hexdigest()[:40],
        "category": f"STATEMENT_CATEGORY_{category}",
        "content_type": kinds,
        "content_date": _day(begun or made),
        "territorial_scope": scope,
        "application_date": _day(made),
        "decision_facts": facts,
        "source_type": _SOURCES[source],
        "automated_detection": "Yes" if detected else "No",
        "automated_decision": _AUTOMATED[automated],
    }
    if words := [f"KEYWORD_{word}" for word in keywords.split()]:
        record["category_specification"] = words
    if "CONTENT_TYPE_OTHER" in kinds:
        record["content_type_other"] = ", ".join(sorted({_OTHERS.get(item.kind, "Other") for item in items}))
    record |= _decided(measure, until)
    return record | _ground(basis, clause, version, explanation)


def _decided(measure: str, until: int) -> Record:
    """What was done, in the field it belongs to, and until when."""
    if measure in _VISIBILITY:
        what: Record = {"decision_visibility": [_VISIBILITY[measure]]}
        ends = "end_date_visibility_restriction"
    elif measure in ("freeze", "suspend"):
        lasting = measure == "suspend" and not until
        what = {"decision_account": f"DECISION_ACCOUNT_{'TERMINATED' if lasting else 'SUSPENDED'}"}
        ends = "end_date_account_restriction"
    else:
        part = "TOTAL_TERMINATION" if measure == "stop_bot" and not until else "PARTIAL_SUSPENSION"
        what = {"decision_provision": f"DECISION_PROVISION_{part}"}
        ends = "end_date_service_restriction"
    return what | ({ends: _day(until)} if until else {})


def _ground(basis: str, clause: str, version: int, explanation: str) -> Record:
    if basis == "law":
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": clause[:500],
            "illegal_content_explanation": explanation[:2000],
        }
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": f"Terms, version {version}, clause {clause}"[:500],
        "incompatible_content_explanation": explanation[:2000],
    }


def _is_public(rx: Reader, case_id: int, items: list[Item]) -> bool:
    """True if anybody could see one of the items."""
    if surface := rows.surface(rx, case_id) if case_id else "":
        return surface == "public"
    for item in items:
        if item.kind == "account":
            return True
        found = rows.room(rx, item.peer_id) if item.peer_id < 0 else None
        if found is not None and found[1]:
            return True
    return any(item.kind == "media" for item in items)


def _content(rx: Reader, items: list[Item]) -> tuple[list[str], int]:
    """The kinds of content, and when the first of it came."""
    kinds: set[str] = set()
    dates: list[int] = []
    for item in items:
        kind, began = "CONTENT_TYPE_OTHER", 0
        if item.kind == "message":
            found = rows.message(rx, item.peer_id, item.message_id)
            began, number = (int(found[0]), int(found[1])) if found is not None else (0, 0)
            kind = _BY_NUMBER.get(number & ~WITH_URL, _TEXT)
        elif item.kind == "account":
            began = rows.account_date(rx, item.peer_id)
        elif item.kind == "room":
            found = rows.room(rx, item.peer_id)
            began = int(found[0]) if found is not None else 0
        elif item.kind == "profile_photo":
            kind = "CONTENT_TYPE_IMAGE"
        kinds.add(kind)
        dates += [began] if began else []
    return sorted(kinds) or ["CONTENT_TYPE_OTHER"], min(dates, default=0)


def _day(instant: int) -> str:
    return str(datetime.fromtimestamp(instant, UTC).date())


_ONE_OF = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
_REQUIRED = (
    "decision_ground", "category", "content_type", "content_date", "application_date", "decision_facts", "source_type",
    "automated_detection", "automated_decision", "puid",
)  # fmt: skip
_LENGTHS = {
    "decision_facts": 5000, "illegal_content_legal_ground": 500, "illegal_content_explanation": 2000,
    "incompatible_content_ground": 500, "incompatible_content_explanation": 2000, "content_type_other": 500,
    "puid": 500,
}  # fmt: skip
_CONTENT_TYPES = {
    f"CONTENT_TYPE_{word}"
    for word in ("APP", "AUDIO", "IMAGE", "PRODUCT", "SYNTHETIC_MEDIA", "TEXT", "VIDEO", "OTHER")
}
_PROVISIONS = {f"DECISION_PROVISION_{a}_{b}" for a in ("PARTIAL", "TOTAL") for b in ("SUSPENSION", "TERMINATION")}
_VALUES: Mapping[str, set[str]] = {
    "decision_visibility": {*_VISIBILITY.values()},
    "decision_account": {"DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"},
    "decision_provision": _PROVISIONS,
    "decision_ground": {"DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"},
    "category": {f"STATEMENT_CATEGORY_{code}" for code in OF_DECISIONS},
    "category_specification": {f"KEYWORD_{word}" for words in KEYWORDS.values() for word in (*words, "OTHER")},
    "content_type": _CONTENT_TYPES,
    "territorial_scope": set(STATES),
    "source_type": {*_SOURCES.values(), "SOURCE_TYPE_OTHER_NOTIFICATION"},
    "automated_detection": {"Yes", "No"},
    "automated_decision": {*_AUTOMATED.values()},
}
_PUID = re.compile(r"[A-Za-z0-9_-]+")
_DAYS = {"content_date": 2000, "application_date": 2020}


def faults(record: Record) -> list[str]:
    """What the database would refuse in the record, in words; nothing when it is good. Source: dsa/24(5)"""
    wrong = [f"{name} is missing" for name in _REQUIRED if not record.get(name)]
    if not any(record.get(name) for name in _ONE_OF):
        wrong.append("no restriction is named")
    for name, allowed in _VALUES.items():
        value = record.get(name)
        given = value if isinstance(value, list) else [] if value is None else [value]
        wrong += [f"{name} has no value {one!r}" for one in given if one not in allowed]
    wrong += [f"{name} is longer than {most}" for name, most in _LENGTHS.items() if len(record.get(name, "")) > most]
    wrong += [f"{name} is no such date" for name, first in _DAYS.items() if not _is_day(record.get(name), first)]
    wrong += [
        f"{name} is no such date" for name in record if name.startswith("end_date") and not _is_day(record[name], 2020)
    ]
    if not _PUID.fullmatch(record.get("puid", "")):
        wrong.append("puid has other characters than letters, digits, - and _")
    return wrong + _unexplained(record)


def _unexplained(record: Record) -> list[str]:
    ground = record.get("decision_ground", "")
    sort = "illegal" if ground.endswith("_ILLEGAL_CONTENT") else "incompatible"
    needed = [f"{sort}_content_{'legal_' if sort == 'illegal' else ''}ground", f"{sort}_content_explanation"]
    if "CONTENT_TYPE_OTHER" in record.get("content_type", ()):
        needed.append("content_type_other")
    return [f"{name} is missing" for name in needed if not record.get(name)]


def _is_day(text: object, first: int) -> bool:
    try:
        return date(first, 1, 1) <= date.fromisoformat(str(text)) <= date(2038, 1, 1)
    except ValueError:
        return False
