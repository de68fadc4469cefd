"""Privacy rules: who may see a number, a photo, when somebody was last here, and who may write or call.

Source: api/privacy
A key that was never set has Telegram's default; it is not stored.
"""

from collections.abc import Collection

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import updates
from chappe.store import Reader, Tx
from chappe.store.queries import bots, people
from chappe.store.queries import rooms as room_rows


class Rule(msgspec.Struct, array_like=True, frozen=True):
    """One line of a rule list. Shape: kind is TL's name without `privacyValue`; marked ids of people or rooms."""

    kind: str
    ids: tuple[int, ...] = ()


ALL = (Rule("AllowAll"),)
CONTACTS = (Rule("AllowContacts"),)
NOBODY = (Rule("DisallowAll"),)

DEFAULTS: dict[str, tuple[Rule, ...]] = {
    "StatusTimestamp": ALL,
    "ChatInvite": ALL,
    "PhoneCall": ALL,
    "PhoneP2P": ALL,
    "Forwards": ALL,
    "ProfilePhoto": ALL,
    "PhoneNumber": CONTACTS,
    "AddedByPhone": ALL,
    "VoiceMessages": ALL,
    "About": ALL,
    "Birthday": CONTACTS,
    "StarGiftsAutoSave": ALL,
    "NoPaidMessages": NOBODY,
    "SavedMusic": ALL,
}
"""Every key of the newest layer with the answer when no row exists. Source: type/PrivacyKey"""

_LOOKED_UP = frozenset({"AllowChatParticipants", "DisallowChatParticipants", "AllowBots", "DisallowBots"})
"""Kinds of rules for which the viewer has to be looked up."""

LISTED = 1000
"""Ids in one exception list at most."""

_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[tuple[Rule, ...]] = msgspec.msgpack.Decoder(tuple[Rule, ...])

def allows(rx: Reader, rules: Collection[Rule], viewer: UserId, *, contact: bool) -> bool:
    """True if the rules let the viewer; people by name come first, then those of a room, then bots, then classes.

    Shape: contact says that the owner has the viewer in the contact list.
    """
    for rule in rules:
        if rule.kind == "DisallowUsers" and viewer in rule.ids:
            return False
        if rule.kind == "AllowUsers" and viewer in rule.ids:
            return True
    kinds = {rule.kind for rule in rules}
    if not kinds.isdisjoint(_LOOKED_UP):
        found = _by_what_they_are(rx, rules, viewer)
        if found is not None:
            return found
    if "DisallowContacts" in kinds and contact:
        return False
    if "AllowContacts" in kinds and contact:
        return True
    return "AllowAll" in kinds


def excepts(rules: Collection[Rule]) -> bool:
    """True if the rules keep somebody out."""
    kinds = {rule.kind for rule in rules}
    return "AllowAll" not in kinds or any(kind.startswith("Disallow") for kind in kinds)


def _by_what_they_are(rx: Reader, rules: Collection[Rule], viewer: UserId) -> bool | None:
    """What the rules say of somebody in those rooms, or of a bot; None if nothing."""
    for rule in rules:
        if rule.kind.endswith("ChatParticipants") and room_rows.is_in_one(rx, viewer, rule.ids):
            return rule.kind.startswith("Allow")
    said = [rule.kind == "AllowBots" for rule in rules if rule.kind in ("AllowBots", "DisallowBots")]
    return all(said) if said and bots.bits(rx, viewer) else None


def permits(rx: Reader, owner: UserId, key: str, viewer: UserId) -> bool:
    """True if the owner's rules of the key let the viewer, by the stored rules or the default."""
    if owner == viewer:
        return True
    stored = people.privacy_rows(rx, (owner,), (key,)).get((owner, key))
    rules = decode(stored) if stored else DEFAULTS[key]
    return allows(rx, rules, viewer, contact=owner in people.saved_by(rx, viewer, (owner,)))


def decode(blob: bytes) -> tuple[Rule, ...]:
    """The rules of a stored row."""
    return _decoder.decode(blob)


def set_rules(tx: Tx, owner: UserId, key: str, rules: tuple[Rule, ...]) -> None:
    """The key has these rules.

    Source: method/account.setPrivacy
    Errors: Invalid privacy_key_invalid, privacy_too_long.
    """
    if key not in DEFAULTS:
        raise Invalid("privacy_key_invalid")
    if sum(len(rule.ids) for rule in rules) > LISTED:
        raise Invalid("privacy_too_long")
    people.put_privacy(tx, owner, key, _encode(rules))


def rules(rx: Reader, owner: UserId, key: str) -> tuple[Rule, ...]:
    """The owner's rules of the key: those that were set, else the default. Errors: Invalid privacy_key_invalid."""
    if key not in DEFAULTS:
        raise Invalid("privacy_key_invalid")
    stored = people.privacy_rows(rx, (owner,), (key,)).get((owner, key))
    return decode(stored) if stored else DEFAULTS[key]


def change(tx: Tx, owner: UserId, key: str, given: tuple[Rule, ...], origin: int = 0) -> None:
    """The key has these rules, and the owner's other devices will hear of it.

    Errors: Invalid privacy_key_invalid, privacy_value_invalid, privacy_too_long.
    """
    kinds = [rule.kind for rule in given]
    if len(set(kinds)) < len(kinds):
        raise Invalid("privacy_value_invalid")
    set_rules(tx, owner, key, given)
    updates.commit_state(tx, PeerId(owner), updates.PrivacyChanged(key), origin)
