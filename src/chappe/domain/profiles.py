"""A person's full profile as one viewer may see it.

Source: type/userFull
"""

from dataclasses import dataclass

from chappe.base.errors import NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import (
    access,
    bots,
    dialogs,
    enforcement,
    members,
    notifications,
    peers,
    privacy,
    reading,
    scheduling,
)  # fmt: skip
from chappe.domain.bots import Info
from chappe.domain.content import Photo
from chappe.domain.dialogs import Bar
from chappe.domain.notifications import Settings
from chappe.domain.records import UserCard
from chappe.store import Reader
from chappe.store.queries import accounts as account_rows
from chappe.store.queries import people
from chappe.store.queries import profiles as rows

_KEYS = ("About", "Birthday", "Forwards", "VoiceMessages", "PhoneCall")


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything shown on a profile page. Shape: birthday (day, month, year or 0), all 0 when hidden."""

    card: UserCard
    about: str
    birthday: tuple[int, int, int]
    photo: Photo | None
    blocked: bool
    phone_calls_private: bool
    voice_messages_forbidden: bool
    hides_forwards: bool
    read_dates_private: bool
    pinned_msg_id: int
    folder_id: int
    ttl_period_s: int
    notify: Settings
    note: bytes | None
    bar: Bar
    scheduled: bool
    common: int
    bot: Info | None = None


def profile(rx: Reader, viewer: UserId, user_id: UserId, now: int, language: str = "") -> Profile:
    """The person's profile; of a bot in the viewer's language. Errors: NotFound user_id_invalid."""
    cards = peers.cards(rx, viewer, (user_id,), now)
    row = account_rows.account(rx, user_id)
    if not cards or row is None:
        raise NotFound("user_id_invalid")
    may = _permitted(rx, viewer, user_id)
    bot = bots.info(rx, user_id, viewer, language) if cards[0].bot else None
    dialog = rows.dialog(rx, viewer, user_id) or (0, 0)
    grant = access.require_read(rx, viewer, PeerId(user_id))
    return Profile(
        card=cards[0],
        about=_about(row[5], cards[0], allowed=may["About"]),
        birthday=_birthday(row[6]) if may["Birthday"] else (0, 0, 0),
        photo=cards[0].photo,
        blocked=people.has_blocked(rx, viewer, user_id),
        phone_calls_private=not may["PhoneCall"],
        voice_messages_forbidden=not may["VoiceMessages"],
        hides_forwards=not may["Forwards"],
        read_dates_private=reading.hides_reading(rx, user_id, viewer),
        pinned_msg_id=rows.newest_pinned(rx, viewer, user_id),
        folder_id=dialog[0],
        ttl_period_s=dialog[1],
        notify=notifications.of_scope(rx, PeerId(viewer), notifications.peer_scope(PeerId(user_id))),
        note=rows.contact_note(rx, viewer, user_id),
        bar=dialogs.bar(rx, grant, now),
        scheduled=scheduling.any_for(rx, grant),
        common=len(members.common(rx, viewer, user_id)) if user_id != viewer else 0,
        bot=bot,
    )


def _about(words: str, card: UserCard, *, allowed: bool) -> str:
    """What the profile says; of a bot that was stopped, that it was."""
    if card.bot and card.mark == enforcement.STOPPED:
        return card.mark
    return words if allowed else ""


def _permitted(rx: Reader, viewer: UserId, user_id: UserId) -> dict[str, bool]:
    """Which of the keys let the viewer."""
    if viewer == user_id:
        return dict.fromkeys(_KEYS, True)
    stored = people.privacy_rows(rx, (user_id,), _KEYS)
    contact = user_id in people.saved_by(rx, viewer, (user_id,))
    rules = {key: privacy.decode(blob) for (_, key), blob in stored.items()}
    return {key: privacy.allows(rx, rules.get(key, privacy.DEFAULTS[key]), viewer, contact=contact) for key in _KEYS}


def _birthday(text: str) -> tuple[int, int, int]:
    day, month, year = ([int(part) for part in text.split("-")] + [0, 0, 0])[:3] if text else (0, 0, 0)
    return day, month, year
