"""Contacts and block lists: who saved whom, who is found by number, name or username.

Source: api/contacts
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chappe.base.errors import Invalid, NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import limits, peers, phones, privacy, updates
from chappe.domain.access import SERVICE_USER
from chappe.domain.limits import Rate
from chappe.domain.records import UserCard
from chappe.store import Reader, Tx
from chappe.store.queries import boxes, people
from chappe.store.queries import contacts as rows

NAME_LENGTH = 64
SEARCHED = 50
"""People found by one search at most."""
LOOKUPS = Rate(10_000, 86_400)
"""Numbers that one person may ask about: an address book, not a country's numbering plan."""
NEAR = 5000
"""People with a dialog who are searched by name at most."""
PART = 500
"""People looked at in one read."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A contact as somebody wants to save it."""

    phone: str
    first_name: str
    last_name: str
    note: bytes | None = None


def require_name(first_name: str, last_name: str) -> tuple[str, str]:
    """The names, trimmed to their limits. Errors: Invalid contact_name_empty."""
    first, last = first_name.strip()[:NAME_LENGTH], last_name.strip()[:NAME_LENGTH]
    if not first and not last:
        raise Invalid("contact_name_empty")
    return first, last


def visible_by_phone(rx: Reader, viewer: UserId, phone: str) -> UserId | None:
    """Who holds the number, if their privacy lets the viewer find them by it. Source: api/privacy"""
    found = people.by_phone(rx, phone)
    if found is None:
        return None
    if found != viewer:
        stored = people.privacy_rows(rx, (found,), ("AddedByPhone",)).get((found, "AddedByPhone"))
        rules = privacy.decode(stored) if stored else privacy.DEFAULTS["AddedByPhone"]
        if not privacy.allows(rx, rules, viewer, contact=viewer in people.contact_names(rx, found, (viewer,))):
            return None
    return UserId(found)


def take_lookups(tx: Tx, viewer: UserId, numbers: int) -> None:
    """The viewer asks whom so many numbers belong to. Errors: TooMany flood_wait_x."""
    limits.take(tx, f"numbers:{viewer}", LOOKUPS, numbers)


def import_phones(
    tx: Tx, owner: UserId, entries: Sequence[tuple[int, Saved]], limit: int, *, test_mode: bool
) -> tuple[list[tuple[int, UserId]], list[int]]:
    """The numbers are saved: as contacts where their owners are here, for later where not.

    Source: method/contacts.importContacts
    Shape: returns ((client_id, user id) of those found, client ids to try again because the list is full).
    """
    imported: list[tuple[int, UserId]] = []
    retry: list[int] = []
    room, shelf = limit - rows.count(tx, owner), limit - rows.count_saved(tx, owner)
    for client_id, entry in entries:
        try:
            phone = phones.normalise(entry.phone, test_mode=test_mode)
        except Invalid:
            continue
        found = visible_by_phone(tx, owner, phone)
        if found is None and shelf <= 0:
            retry.append(client_id)
        elif found is None:
            shelf -= 1
            rows.save_phone(tx, owner, phone, entry.first_name, entry.last_name, tx.now)
        elif room <= 0 and not people.contact_names(tx, owner, (found,)):
            retry.append(client_id)
        else:
            room -= 1
            _save(tx, owner, found, Saved(phone, entry.first_name, entry.last_name, entry.note))
            imported.append((client_id, found))
    return imported, retry


def add(tx: Tx, owner: UserId, user: UserId, entry: Saved, *, show_phone: bool) -> None:
    """The person is in the owner's contacts; with `show_phone` they may see the owner's number.

    Source: method/contacts.addContact
    Shape: a number of theirs is kept if they may be found by it: nobody learns by guesses which is right.
    Errors: NotFound contact_id_invalid.
    """
    if user == owner or people.exists(tx, user) != 0:
        raise NotFound("contact_id_invalid")
    phone = entry.phone
    known = visible_by_phone(tx, owner, phone) if phone else None
    kept = Saved(phone if known == user else "", entry.first_name, entry.last_name, entry.note)
    _save(tx, owner, user, kept, tell=show_phone)
    if show_phone:
        _allow_phone(tx, owner, user)


def _save(tx: Tx, owner: UserId, user: UserId, entry: Saved, *, tell: bool = False) -> None:
    first, last = entry.first_name, entry.last_name
    rows.put(tx, owner, user, entry.phone, first, last, entry.note, tx.now)
    updates.commit_state(tx, PeerId(owner), updates.UserChanged(user, "contact"))
    updates.commit_state(tx, PeerId(owner), updates.PeerSettings(user))
    if user != owner and (tell or _knows(tx, user, owner)):
        updates.commit_state(tx, PeerId(user), updates.UserChanged(owner, "contact"))


def _knows(rx: Reader, user: UserId, other: UserId) -> bool:
    """True if the person has the other among contacts or dialogs; a stranger is not told who saved them."""
    return bool(people.contact_names(rx, user, (other,))) or boxes.dialog_count(rx, user, other) > 0


def _allow_phone(tx: Tx, owner: UserId, user: UserId) -> None:
    """The person is an exception of the owner's number privacy."""
    stored = people.privacy_rows(tx, (owner,), ("PhoneNumber",)).get((owner, "PhoneNumber"))
    rules = privacy.decode(stored) if stored else privacy.DEFAULTS["PhoneNumber"]
    kept = tuple(
        privacy.Rule(r.kind, tuple(i for i in r.ids if i != user)) if r.kind == "DisallowUsers" else r for r in rules
    )
    allowed = next((tuple(i for i in r.ids if i != user) for r in kept if r.kind == "AllowUsers"), ())
    others = tuple(r for r in kept if r.kind != "AllowUsers")
    privacy.set_rules(tx, owner, "PhoneNumber", (privacy.Rule("AllowUsers", (*allowed, user)), *others))
    updates.commit_state(tx, PeerId(owner), updates.PrivacyChanged("PhoneNumber"))


def share_phone(tx: Tx, owner: UserId, user: UserId) -> None:
    """The contact may see the owner's number. Source: method/contacts.acceptContact"""
    if not people.contact_names(tx, owner, (user,)):
        raise NotFound("contact_req_missing")
    _allow_phone(tx, owner, user)


def remove(tx: Tx, owner: UserId, users: Iterable[UserId]) -> list[UserId]:
    """Those of the people who were contacts are none any more. Source: method/contacts.deleteContacts"""
    gone = [user for user in users if rows.remove(tx, owner, user)]
    for user in gone:
        updates.commit_state(tx, PeerId(owner), updates.UserChanged(user, "contact"))
        if _knows(tx, user, owner):
            updates.commit_state(tx, PeerId(user), updates.UserChanged(owner, "contact"))
    return gone


def remove_phones(tx: Tx, owner: UserId, numbers: Iterable[str], *, test_mode: bool) -> None:
    """The numbers are neither contacts nor saved. Source: method/contacts.deleteByPhones"""
    for number in numbers:
        try:
            phone = phones.normalise(number, test_mode=test_mode)
        except Invalid:
            continue
        rows.forget_phone(tx, owner, phone)
        user = rows.by_saved_phone(tx, owner, phone)
        if user is not None:
            remove(tx, owner, (UserId(user),))


def contacts(rx: Reader, owner: UserId) -> list[tuple[UserId, bool]]:
    """(user, mutual) of the owner's contacts, lowest id first."""
    return [(UserId(user), mutual) for user, mutual in rows.all_of(rx, owner)]


def saved_phones(rx: Reader, owner: UserId) -> list[tuple[str, str, str, int]]:
    """(phone, first name, last name, date) the owner saved of people who are not here."""
    return rows.saved_phones(rx, owner)


def forget_saved(tx: Tx, owner: UserId) -> None:
    """Numbers of people who are not here are forgotten. Source: method/contacts.resetSaved"""
    rows.forget_phones(tx, owner)


def set_note(tx: Tx, owner: UserId, user: UserId, note: bytes | None) -> None:
    """The owner's private note on a contact. Source: method/contacts.updateContactNote"""
    if not rows.set_note(tx, owner, user, note):
        raise NotFound("contact_missing")


def block(tx: Tx, owner: UserId, peer: PeerId, *, blocked: bool) -> None:
    """The peer can write to the owner no more, or again. Source: method/contacts.block

    Errors: NotFound peer_id_invalid.
    """
    if peer <= 0 or peer in (PeerId(owner), PeerId(SERVICE_USER)) or people.exists(tx, peer) is None:
        raise NotFound("peer_id_invalid")
    changed = rows.block(tx, owner, peer, tx.now) if blocked else rows.unblock(tx, owner, peer)
    if changed:
        updates.commit_state(tx, PeerId(owner), updates.PeerBlocked(peer, blocked))


def set_blocked(tx: Tx, owner: UserId, wanted: Sequence[PeerId]) -> None:
    """The block list is exactly this. Source: method/contacts.setBlocked"""
    for peer, _ in rows.blocked(tx, owner):
        if peer not in wanted:
            block(tx, owner, PeerId(peer), blocked=False)
    for target in wanted:
        block(tx, owner, target, blocked=True)


def blocked(rx: Reader, owner: UserId) -> list[tuple[int, int]]:
    """(peer, date) of the block list, newest first."""
    return rows.blocked(rx, owner)


def resolve_username(rx: Reader, username: str) -> PeerId:
    """Who holds the username. Source: method/contacts.resolveUsername

    Errors: Invalid username_invalid; NotFound username_not_occupied.
    """
    name = username.removeprefix("@").lower()
    if not 0 < len(name) <= NAME_LENGTH or not all(c.isalnum() or c == "_" for c in name) or not name.isascii():
        raise Invalid("username_invalid")
    found = people.by_username(rx, name)
    if found is None:
        raise NotFound("username_not_occupied")
    return PeerId(found)


def words_of(query: str) -> list[str]:
    """The words somebody looks for. Errors: Invalid search_query_empty."""
    wanted = query.removeprefix("@").casefold().split()
    if not wanted:
        raise Invalid("search_query_empty")
    return wanted


def near(rx: Reader, owner: UserId) -> list[int]:
    """Everybody the owner knows, by a contact or a dialog, and the owner."""
    return sorted({user for user, _ in rows.all_of(rx, owner)} | set(rows.partners(rx, owner, NEAR)) | {owner})


def fitting(rx: Reader, owner: UserId, ids: Sequence[int], wanted: Sequence[str]) -> list[int]:
    """Those of the people, at most `PART` at once, whose name or username fits as the owner sees it.

    Source: method/contacts.search
    """
    return [row[0] for row in rows.names(rx, owner, ids) if _fits(row[1:], wanted)]


def search(
    rx: Reader, owner: UserId, known: Sequence[int], fits: Sequence[int], wanted: Sequence[str], limit: int, now: int
) -> tuple[list[UserCard], list[UserCard]]:
    """(people the owner knows who fit, others whose username does).

    Source: method/contacts.search
    Shape: known and fits are what `near` and `fitting` found, in reads of their own so that none lasts.
    """
    limit = max(1, min(limit, SEARCHED))
    name = wanted[0] if len(wanted) == 1 and wanted[0].isascii() and len(wanted[0]) > 3 else ""
    others = set(rows.usernames_from(rx, name, limit)).difference(known) if name else set()
    near, far = (peers.cards(rx, owner, ids, now) for ids in (fits[:limit], others))
    return [one for one in near if not one.hidden], [one for one in far if not one.hidden][:limit]


def _fits(names: Sequence[str], wanted: Sequence[str]) -> bool:
    """True if every word begins a word of the name or the username."""
    words = " ".join(names).casefold().split()
    return all(any(word.startswith(part) for word in words) for part in wanted)
