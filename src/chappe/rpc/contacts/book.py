"""contacts.*: the address book. Source: api/contacts"""

from collections.abc import Sequence

import msgspec

from chappe.base.ids import UserId
from chappe.domain import contacts, peers
from chappe.domain.contacts import Saved
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import users
from chappe.rpc.views.users import status_view
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t

IMPORTED = 500
"""Numbers in one call."""


def contacts_hash(ids: Sequence[int]) -> int:
    """The hash clients keep of the list. Source: api/offsets#hash-generation"""
    value = 0
    for number in ids:
        value ^= value >> 21
        value ^= (value << 35) & 0xFFFFFFFFFFFFFFFF
        value ^= value >> 4
        value = (value + number) & 0xFFFFFFFFFFFFFFFF
    return value - (1 << 64) if value >> 63 else value


@method("contacts.getContacts")
async def get_contacts(call: Call, q: f.contacts.GetContacts) -> t.contacts.TypeContacts:
    """The caller's contacts. Source: method/contacts.getContacts"""
    found = await call.read(lambda rx: contacts.contacts(rx, call.user_id))
    ids = [user for user, _ in found]
    if found and q.hash and q.hash == contacts_hash([len(ids), *ids]):
        return t.contacts.ContactsNotModified()
    listed: list[t.TypeContact] = [t.Contact(user_id=user, mutual=mutual) for user, mutual in found]
    return t.contacts.Contacts(contacts=listed, saved_count=len(listed), users=await users(call, ids))


@method("contacts.getContactIDs")
async def get_contact_ids(call: Call, q: f.contacts.GetContactIDs) -> list[int]:
    """Ids of the caller's contacts. Source: method/contacts.getContactIDs"""
    return [user for user, _ in await call.read(lambda rx: contacts.contacts(rx, call.user_id))]


@method("contacts.getStatuses")
async def get_statuses(call: Call, q: f.contacts.GetStatuses) -> list[t.TypeContactStatus]:
    """When each contact was last here, as far as they show it. Source: method/contacts.getStatuses"""
    now = call.now()

    def query(rx: Reader) -> list[t.TypeContactStatus]:
        ids = [user for user, _ in contacts.contacts(rx, call.user_id)]
        cards = peers.cards(rx, call.user_id, ids, now)
        return [t.ContactStatus(user_id=c.id, status=status_view(c) or t.UserStatusEmpty()) for c in cards]

    return await call.read(query)


@method("contacts.importContacts")
async def import_contacts(call: Call, q: f.contacts.ImportContacts) -> t.contacts.ImportedContacts:
    """The numbers are saved; those that belong to somebody here are contacts.

    Source: method/contacts.importContacts
    Errors: FLOOD_WAIT_X.
    """
    taken = q.contacts[:IMPORTED]
    entries = [(c.client_id, Saved(c.phone, *_names(c.first_name, c.last_name), _note(call, c.note))) for c in taken]
    limits = call.services.limits

    def act(tx: Tx) -> tuple[list[tuple[int, UserId]], list[int]]:
        if limits.limited:
            contacts.take_lookups(tx, call.user_id, len(entries))
        return contacts.import_phones(tx, call.user_id, entries, limits.contacts, test_mode=limits.test_mode)

    imported, retry = await call.write(act)
    return t.contacts.ImportedContacts(
        imported=[t.ImportedContact(user_id=user, client_id=client_id) for client_id, user in imported],
        popular_invites=[],
        retry_contacts=[*retry, *(c.client_id for c in q.contacts[IMPORTED:])],
        users=await users(call, [user for _, user in imported]),
    )


def _names(first: str, last: str) -> tuple[str, str]:
    return first.strip()[: contacts.NAME_LENGTH], last.strip()[: contacts.NAME_LENGTH]


def _note(call: Call, value: t.TypeTextWithEntities | None) -> bytes | None:
    """A private note as it is stored. Shape: at most 128 characters."""
    if not isinstance(value, t.TextWithEntities):
        return None
    return msgspec.msgpack.encode((value.text[:128], inputs.entities(call, value.entities)))


@method("contacts.addContact")
async def add_contact(call: Call, q: f.contacts.AddContact) -> t.TypeUpdates:
    """The person is in the contacts under this name.

    Source: method/contacts.addContact
    Errors: CONTACT_ID_INVALID, CONTACT_NAME_EMPTY, FLOOD_WAIT_X.
    """
    user = await inputs.user(call, q.id)
    first, last = contacts.require_name(q.first_name, q.last_name)
    entry = Saved("".join(c for c in q.phone if c.isdigit()), first, last, _note(call, q.note))
    show = bool(q.add_phone_privacy_exception)

    def act(tx: Tx) -> None:
        if entry.phone and call.services.limits.limited:
            contacts.take_lookups(tx, call.user_id, 1)
        contacts.add(tx, call.user_id, user, entry, show_phone=show)

    await call.write(act)
    return await _user_update(call, (user,))


@method("contacts.acceptContact")
async def accept_contact(call: Call, q: f.contacts.AcceptContact) -> t.TypeUpdates:
    """The contact sees the caller's number. Source: method/contacts.acceptContact. Errors: CONTACT_REQ_MISSING."""
    user = await inputs.user(call, q.id)
    await call.write(lambda tx: contacts.share_phone(tx, call.user_id, user))
    return await _user_update(call, (user,))


@method("contacts.deleteContacts")
async def delete_contacts(call: Call, q: f.contacts.DeleteContacts) -> t.TypeUpdates:
    """The people are no contacts any more. Source: method/contacts.deleteContacts"""
    ids = [await inputs.user(call, value) for value in q.id[:IMPORTED]]
    gone = await call.write(lambda tx: contacts.remove(tx, call.user_id, ids))
    return await _user_update(call, gone)


@method("contacts.deleteByPhones")
async def delete_by_phones(call: Call, q: f.contacts.DeleteByPhones) -> bool:
    """The numbers are not saved any more. Source: method/contacts.deleteByPhones"""
    numbers, test = q.phones[:IMPORTED], call.services.limits.test_mode
    await call.write(lambda tx: contacts.remove_phones(tx, call.user_id, numbers, test_mode=test))
    return True


@method("contacts.updateContactNote")
async def update_contact_note(call: Call, q: f.contacts.UpdateContactNote) -> bool:
    """The caller's private note on a contact. Source: method/contacts.updateContactNote. Errors: CONTACT_MISSING."""
    user, note = await inputs.user(call, q.id), _note(call, q.note)
    await call.write(lambda tx: contacts.set_note(tx, call.user_id, user, note))
    return True


@method("contacts.getSaved")
async def get_saved(call: Call, q: f.contacts.GetSaved) -> list[t.TypeSavedContact]:
    """Numbers saved of people who are not here. Source: method/contacts.getSaved"""
    found = await call.read(lambda rx: contacts.saved_phones(rx, call.user_id))
    return [t.SavedPhoneContact(phone=p, first_name=first, last_name=last, date=d) for p, first, last, d in found]


@method("contacts.resetSaved")
async def reset_saved(call: Call, q: f.contacts.ResetSaved) -> bool:
    """Numbers of people who are not here are forgotten. Source: method/contacts.resetSaved"""
    await call.write(lambda tx: contacts.forget_saved(tx, call.user_id))
    return True


async def _user_update(call: Call, ids: Sequence[UserId]) -> t.Updates:
    changed: list[t.TypeUpdate] = [t.UpdateUser(user_id=user) for user in ids]
    return t.Updates(updates=changed, users=await users(call, ids), chats=[], date=call.now(), seq=0)


