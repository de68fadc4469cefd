"""What one person may know of others: the only maker of user cards, privacy applied.

Source: api/privacy, type/User
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec

from chappe.base.ids import UserId
from chappe.domain import privacy
from chappe.domain.access import SERVICE_USER
from chappe.domain.content import Photo
from chappe.domain.records import UserCard
from chappe.store import Reader
from chappe.store.queries import people

_CARD_KEYS = ("StatusTimestamp", "PhoneNumber", "ProfilePhoto")
_photo_decoder: msgspec.msgpack.Decoder[Photo] = msgspec.msgpack.Decoder(Photo)
_DAY_S = 86400


def cards(rx: Reader, viewer: UserId, ids: Iterable[int], now: int) -> list[UserCard]:
    """A card for each of the ids that names an account, as the viewer may see it.

    Shape: who blocked the viewer shows neither photo nor presence; who hides the own presence from somebody sees
    none of theirs.
    """
    wanted = sorted({i for i in ids if i > 0})
    if not wanted:
        return []
    names = people.contact_names(rx, viewer, wanted)
    saved_by = people.saved_by(rx, viewer, wanted)
    rules = people.privacy_rows(rx, wanted, _CARD_KEYS)
    mine = people.privacy_rows(rx, (viewer,), _CARD_KEYS[:1]).get((viewer, _CARD_KEYS[0]))
    shut_out = people.blocked_by(rx, viewer, wanted)
    out = []
    for row in people.accounts(rx, wanted):
        allowed = {
            key: row[0] == viewer or _allowed(rules.get((row[0], key)), key, viewer, row[0] in saved_by)
            for key in _CARD_KEYS
        }
        if mine is not None and row[0] != viewer:
            shown = privacy.allows(privacy.decode(mine), row[0], contact=row[0] in names)
            allowed["StatusTimestamp"] = allowed["StatusTimestamp"] and shown
        card = _card(row, viewer, names.get(row[0]), row[0] in saved_by, allowed, now)
        out.append(replace(card, photo=None, status="empty", status_date=0) if row[0] in shut_out else card)
    return out


def _allowed(stored: bytes | None, key: str, viewer: UserId, contact: bool) -> bool:
    rules = privacy.decode(stored) if stored else privacy.DEFAULTS[key]
    return privacy.allows(rules, viewer, contact=contact)


def _card(
    row: tuple[Any, ...], viewer: UserId, saved: tuple[str, str, str] | None, saved_me: bool,
    allowed: dict[str, bool], now: int,
) -> UserCard:  # fmt: skip
    user_id, phone, first, last, username, _about, _birthday, photo, _date, deleted, last_seen, *_ = row
    if deleted:
        return UserCard(user_id, "", "", "", None, None, "empty", 0, deleted=True)
    if saved:
        first, last = saved[0] or first, saved[1]
        if not allowed["PhoneNumber"] and saved[2] == phone:
            allowed["PhoneNumber"] = True
    status, status_date = _status(last_seen, now, exact=allowed["StatusTimestamp"])
    if user_id == SERVICE_USER:
        status, status_date = "empty", 0
    return UserCard(
        user_id, first, last, username,
        phone if allowed["PhoneNumber"] and phone else None,
        _photo_decoder.decode(photo) if photo and allowed["ProfilePhoto"] else None,
        status, status_date,
        is_self=user_id == viewer, contact=saved is not None, mutual_contact=saved is not None and saved_me,
        official=user_id == SERVICE_USER,
    )  # fmt: skip


def _status(last_seen: int, now: int, *, exact: bool) -> tuple[str, int]:
    """How the presence shows. Shape: last_seen lies ahead of now while the person is online."""
    if exact:
        return ("online", last_seen) if last_seen > now else ("offline", last_seen)
    away = now - last_seen
    if away <= 3 * _DAY_S:
        return "recently", 0
    if away <= 7 * _DAY_S:
        return "last_week", 0
    return ("last_month", 0) if away <= 30 * _DAY_S else ("empty", 0)
