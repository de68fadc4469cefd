"""What one person may know of others: the only maker of user cards, privacy applied.

Source: api/privacy, type/User
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from chappe.base.ids import UserId
from chappe.domain import enforcement, privacy
from chappe.domain.access import BOT_FATHER, SERVICE_USER, STRANGER
from chappe.domain.content import Photo
from chappe.domain.enforcement import NOTED
from chappe.domain.records import UserCard
from chappe.store import Reader
from chappe.store.queries import people

_PHOTO = "ProfilePhoto"
_CARD_KEYS = ("StatusTimestamp", "PhoneNumber", _PHOTO)
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
    mine = people.privacy_rows(rx, (viewer,), _CARD_KEYS[:1]).get((viewer, _CARD_KEYS[0]))
    out = []
    for row in people.cards(rx, viewer, wanted, _CARD_KEYS):
        *account, first, last, phone, saved_me, blocked_me, rules_status, rules_phone, rules_photo = row
        saved = None if first is None else (first, last, phone)
        rules = (rules_status, rules_phone, rules_photo)
        allowed = {
            key: row[0] == viewer or _allowed(rx, stored, key, viewer, bool(saved_me))
            for key, stored in zip(_CARD_KEYS, rules, strict=True)
        }
        if mine is not None and row[0] != viewer:
            shown = privacy.allows(rx, privacy.decode(mine), row[0], contact=saved is not None)
            allowed["StatusTimestamp"] = allowed["StatusTimestamp"] and shown
        card = _card(account, viewer, saved, bool(saved_me), allowed, now)
        if account[-1] & NOTED and card.id != viewer:
            card = _under_decisions(rx, card, viewer)
        out.append(replace(card, photo=None, status="empty", status_date=0) if blocked_me else card)
    return out


def for_many(rx: Reader, ids: Iterable[int], now: int) -> list[UserCard]:
    """The cards as they go to many viewers at once, with the photos alone that nobody is kept from.

    Source: api/min
    """
    found = cards(rx, STRANGER, ids, now)
    shown = [card.id for card in found if card.photo is not None]
    if not shown:
        return found
    rules = people.privacy_rows(rx, shown, (_PHOTO,))
    kept = {owner for (owner, _), stored in rules.items() if privacy.excepts(privacy.decode(stored))}
    kept |= people.blockers(rx, shown)
    return [replace(card, photo=None) if card.id in kept else card for card in found] if kept else found


def _under_decisions(rx: Reader, card: UserCard, viewer: UserId) -> UserCard:
    """The card with the label a decision put on it; where one hides the account, nothing but that."""
    holds = enforcement.of_account(rx, card.id)
    territory = enforcement.seen_from(rx, viewer)
    if enforcement.veiling(holds, territory) is not None:
        return UserCard(card.id, "", "", "", None, None, "empty", 0, contact=card.contact, hidden=True)
    labels = [hold.detail for hold in holds if hold.measure == "label" and hold.reaches(territory)]
    if enforcement.stopped(holds):
        labels = [enforcement.STOPPED]
    return replace(card, mark=labels[0] if labels else "")


def _allowed(rx: Reader, stored: bytes | None, key: str, viewer: UserId, contact: bool) -> bool:
    rules = privacy.decode(stored) if stored else privacy.DEFAULTS[key]
    return privacy.allows(rx, rules, viewer, contact=contact)


def _card(
    row: Sequence[Any], viewer: UserId, saved: tuple[str, str, str] | None, saved_me: bool,
    allowed: dict[str, bool], now: int,
) -> UserCard:  # fmt: skip
    user_id, phone, first, last, username, _about, _birthday, photo, _date, deleted, last_seen, *_ = row
    version, _settings, bot, _held = row[-4:]
    if deleted:
        return UserCard(user_id, "", "", "", None, None, "empty", 0, deleted=True)
    if saved:
        first, last = saved[0] or first, saved[1]
        if not allowed["PhoneNumber"] and saved[2] == phone:
            allowed["PhoneNumber"] = True
    status, status_date = _status(last_seen, now, exact=allowed["StatusTimestamp"])
    if user_id == SERVICE_USER or bot:
        status, status_date = "empty", 0
    return UserCard(
        user_id, first, last, username,
        phone if allowed["PhoneNumber"] and phone else None,
        _photo_decoder.decode(photo) if photo and allowed["ProfilePhoto"] else None,
        status, status_date,
        is_self=user_id == viewer, contact=saved is not None, mutual_contact=saved is not None and saved_me,
        official=user_id in (SERVICE_USER, BOT_FATHER), bot=bot, version=version,
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
