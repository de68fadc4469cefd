"""A person's copy of what this server knows of them, as a file that any program reads.

Source: gdpr/15, gdpr/20
What stands in it: the account and its settings, in which country they are thought to be and why, devices and
addresses, rooms, bots, address book, decisions about the person with their statements, what they noticed and complained
of and what became of it, orders they were told of. Left out: who reported them, orders that are secret as long as they
are, and messages, which clients take along themselves.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from chappe.base.ids import UserId
from chappe.domain import accounts, bots, personal, retention, statements, territories
from chappe.domain.personal import Record
from chappe.store import Reader
from chappe.store.queries import personal as rows

FORMAT = "chappe-export/1"
_rules = msgspec.msgpack.Decoder(tuple[Any, ...])

Part = Callable[[Reader, UserId], list[dict[str, Any]]]
"""What another room knows of a person, each thing as plain JSON."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """Makes copies. Shape: parts by the word under which they stand in the file, handed in by `app`."""

    server: str
    parts: Mapping[str, Part]

    def about(self, rx: Reader, user_id: UserId) -> dict[str, Any]:
        """Everything but messages. Errors: NotFound user_id_invalid."""
        accounts.get(rx, user_id)
        kept = retention.of_person(rx, user_id)
        told: dict[str, Any] = {
            "format": FORMAT,
            "server": self.server,
            "made": rx.now,
            "made_utc": datetime.fromtimestamp(rx.now, UTC).isoformat(),
            "account": [plain(one) for one in personal.subscriber(rx, user_id)],
            "settings": _settings(rx, user_id),
            "where_you_are": _place(rx, user_id),
            "devices_and_rooms": [plain(one) for one in personal.standing(rx, user_id)],
            "connections": [plain(one) for one in personal.identification(rx, user_id)],
            "connections_kept_s": kept.connections_s,
            "bots": [
                {"id": int(one.id), "username": one.username, "name": one.name, "made": one.date}
                for one in bots.of_person(rx, user_id)
            ],
            "profile_and_contacts": [plain(one) for one in personal.profile(rx, user_id)],
            "statements_of_reasons": [_statement(rx, one) for one in statements.to_person(rx, user_id)],
            "left_out": ["who reported you", "orders that an authority keeps secret for now", "secret chats: not held"],
        }
        return told | {name: part(rx, user_id) for name, part in self.parts.items()}

    def file(self, rx: Reader, user_id: UserId) -> bytes:
        """The same as bytes. Shape: JSON in UTF-8."""
        return encoded(self.about(rx, user_id))


ALONE = Exporter("Chappe", {})
"""Of a server without other rooms."""


def encoded(value: Any) -> bytes:
    """JSON that people can read."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False).encode()


def plain(one: Record) -> dict[str, Any]:
    """A record as it stands in the file."""
    files = [{"name": file.name, "sha256": file.sha256, "size_bytes": file.size_bytes} for file in one.files]
    return {"kind": one.kind, **one.data, **({"shown_files": files} if files else {})}


def _settings(rx: Reader, user_id: UserId) -> dict[str, Any]:
    one = accounts.get(rx, user_id)
    return {
        "account": {name: getattr(one.settings, name) for name in one.settings.__struct_fields__},
        "account_ends_after_days": one.ttl_days,
        "devices_end_after_days": one.authorization_ttl_days,
        "privacy": {key: list(_rules.decode(rules)) for key, rules in rows.privacy(rx, user_id)},
        "blocked": [{"peer": personal.named(peer), "date": date} for peer, date in rows.blocked(rx, user_id)],
        "passkeys": [{"name": name, "date": date} for name, date in rows.passkeys(rx, user_id)],
    }


def _place(rx: Reader, user_id: UserId) -> dict[str, Any]:
    """In which country they are thought to be, why, and what that was told from. Source: requirements/territories"""
    found = territories.place(rx, user_id)
    return {
        "country": found.territory, "because_of": found.reason, "declared": found.declared,
        "seen_from_address_in": found.seen, "since": found.date,
    }  # fmt: skip


def _statement(rx: Reader, one: statements.Statement) -> dict[str, Any]:
    decision = one.decision
    return {
        "date": one.date, "state": decision.state, "measure": decision.measure.kind,
        "territories": list(decision.measure.territories), "until": decision.measure.until,
        "complaint_possible_until": one.complain_until, "text": statements.text(rx, one),
    }  # fmt: skip
