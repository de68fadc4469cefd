"""Accounts: made at sign-up, edited by their owner, deleted; and the account that speaks for the server.

Source: method/auth.signUp, method/account.updateProfile, method/account.deleteAccount
"""

import re
from dataclasses import dataclass

import msgspec

from chappe.base.errors import Conflict, Invalid, NotFound
from chappe.base.ids import PeerId, UserId
from chappe.domain import connections, journal, member_names, messages, reserved_names, secret, territories, updates
from chappe.domain.access import BOT_FATHER, SERVICE_USER
from chappe.domain.content import Service
from chappe.store import Reader, Tx
from chappe.store.queries import accounts as rows
from chappe.store.queries import bots, boxes, lapses, people

FIRST_ID = 1_000_001
NAME_LENGTH = 64
ABOUT_LENGTH = 70
SERVICE_NAME = "Chappe"
TOLD = 500
"""People who are told of one account's change in the same transaction."""
_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,30}[A-Za-z0-9]")
FATHER_NAME = "BotFather"
BOT_END = "bot"
"""How the usernames of bots end, and nobody else's."""


class Settings(msgspec.Struct, array_like=True, frozen=True):
    """What a person set for the whole account. Fields are only ever added at the end, with a default."""

    archive_and_mute_new_noncontact_peers: bool = False
    keep_archived_unmuted: bool = False
    keep_archived_folders: bool = False
    hide_read_marks: bool = False
    joined_silent: bool = False
    sensitive_enabled: bool = False
    login_email: str = ""


_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Settings] = msgspec.msgpack.Decoder(Settings)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its owner knows it."""

    id: UserId
    phone: str
    first_name: str
    last_name: str
    username: str
    about: str
    birthday: str
    date: int
    deleted: bool
    last_seen: int
    ttl_days: int
    authorization_ttl_days: int
    settings: Settings


def prepare(tx: Tx) -> None:
    """The account that speaks for the server exists, and the one that makes bots."""
    if people.exists(tx, SERVICE_USER) is None:
        people.insert_account(tx, SERVICE_USER, "", SERVICE_NAME, "", tx.now)
        boxes.open_box(tx, SERVICE_USER)
    if people.exists(tx, BOT_FATHER) is None:
        bots.insert(tx, BOT_FATHER, 0, FATHER_NAME, 1, None)
        boxes.open_box(tx, BOT_FATHER)
        if rows.take_username(tx, FATHER_NAME.lower(), BOT_FATHER):
            rows.set_username(tx, BOT_FATHER, FATHER_NAME)


def get(rx: Reader, user_id: UserId) -> Account:
    """The account. Errors: NotFound user_id_invalid."""
    row = rows.account(rx, user_id)
    if row is None:
        raise NotFound("user_id_invalid")
    id_, phone, first, last, username, about, birthday, _photo, date, deleted, seen, ttl, a_ttl, _, packed, *_ = row
    return Account(
        id_, phone, first, last, username, about, birthday, date, bool(deleted), seen, ttl, a_ttl,
        _decoder.decode(packed) if packed else Settings(),
    )  # fmt: skip


def by_phone(rx: Reader, phone: str) -> UserId | None:
    """Who holds the number."""
    found = people.by_phone(rx, phone)
    return UserId(found) if found is not None else None


def require_names(first_name: str, last_name: str) -> tuple[str, str]:
    """Both names without blanks around them. Errors: Invalid firstname_invalid, lastname_invalid."""
    first, last = " ".join(first_name.split()), " ".join(last_name.split())
    if not first or len(first) > NAME_LENGTH:
        raise Invalid("firstname_invalid")
    if len(last) > NAME_LENGTH:
        raise Invalid("lastname_invalid")
    return first, last


def create(tx: Tx, phone: str, first_name: str, last_name: str, *, quiet: bool = False) -> UserId:
    """The account and its box exist; those who kept the number have a contact now, and hear of it unless `quiet`.

    Source: method/auth.signUp
    Errors: Invalid firstname_invalid, lastname_invalid; Conflict phone_number_occupied.
    After: journal account_created, territory_settled; a service message in the box of each who kept the number.
    """
    first, last = require_names(first_name, last_name)
    if phone and people.by_phone(tx, phone) is not None:
        raise Conflict("phone_number_occupied")
    user_id = UserId(people.take_id(tx, "user", FIRST_ID))
    people.insert_account(tx, user_id, phone, first, last, tx.now)
    boxes.open_box(tx, user_id)
    territories.settle(tx, user_id)
    journal.record(tx, "account_created", f"user:{user_id}", f"user:{user_id}")
    if phone:
        _tell_savers(tx, user_id, phone, quiet)
    return user_id


def _tell_savers(tx: Tx, user_id: UserId, phone: str, quiet: bool) -> None:
    """Source: constructor/messageActionContactSignUp"""
    for owner, first, last in rows.savers_of_phone(tx, phone, TOLD):
        rows.make_contact(tx, owner, user_id, phone, first, last)
        if not quiet:
            silent = settings(tx, UserId(owner)).joined_silent
            messages.post_in_box(tx, PeerId(user_id), PeerId(owner), Service("ContactSignUp", silent=silent))
        updates.commit_state(tx, PeerId(owner), updates.UserChanged(user_id))


def settings(rx: Reader, user_id: UserId) -> Settings:
    """What the person set for the whole account."""
    packed = rows.settings(rx, user_id)
    return _decoder.decode(packed) if packed else Settings()


def set_settings(tx: Tx, user_id: UserId, changed: Settings) -> None:
    """The account's settings are these."""
    rows.set_settings(tx, user_id, _encode(changed))


def edit_profile(
    tx: Tx, user_id: UserId, first_name: str | None, last_name: str | None, about: str | None, origin: int = 0
) -> None:
    """What is given is changed; who knows the person will be told.

    Source: method/account.updateProfile
    Errors: Invalid firstname_invalid, lastname_invalid, about_too_long.
    """
    now = get(tx, user_id)
    first, last = require_names(
        now.first_name if first_name is None else first_name, now.last_name if last_name is None else last_name
    )
    words = now.about if about is None else about.strip()
    if len(words) > ABOUT_LENGTH:
        raise Invalid("about_too_long")
    rows.set_profile(tx, user_id, first, last, words)
    if (first, last) != (now.first_name, now.last_name):
        member_names.renamed(tx, user_id)
        tell(tx, user_id, "name", origin)


def require_username(username: str, *, bot: bool = False) -> None:
    """The username is well formed, not reserved, and ends as a bot's does if it is one's.

    Errors: Invalid username_invalid.
    """
    if username.lower().endswith(BOT_END) != bot:
        raise Invalid("username_invalid")
    if not _USERNAME.fullmatch(username) or "__" in username or reserved_names.is_reserved(username, bot=bot):
        raise Invalid("username_invalid")


def username_free(rx: Reader, user_id: UserId, username: str) -> bool:
    """True if the person could take it. Errors: Invalid username_invalid."""
    require_username(username)
    return people.by_username(rx, username.lower()) in (None, user_id)


def set_username(tx: Tx, user_id: UserId, username: str, origin: int = 0) -> None:
    """The person holds the username, or none when it is empty.

    Source: method/account.updateUsername
    Errors: Invalid username_invalid, Conflict username_not_modified, username_occupied.
    """
    before = get(tx, user_id).username
    if username == before:
        raise Conflict("username_not_modified")
    if username:
        require_username(username)
    if username.lower() != before.lower():
        if username and not rows.take_username(tx, username.lower(), user_id):
            raise Conflict("username_occupied")
        if before:
            rows.free_username(tx, before.lower(), user_id)
    rows.set_username(tx, user_id, username)
    member_names.renamed(tx, user_id)
    tell(tx, user_id, "name", origin)


def change_phone(tx: Tx, user_id: UserId, phone: str, origin: int = 0) -> None:
    """The person's number is this one; the old one is free.

    Source: method/account.changePhone
    Errors: Conflict phone_number_occupied.
    """
    if not rows.take_phone(tx, phone, user_id):
        raise Conflict("phone_number_occupied")
    before = get(tx, user_id).phone
    if before:
        rows.free_phone(tx, before)
    rows.set_phone(tx, user_id, phone)
    territories.settle(tx, user_id)
    tell(tx, user_id, "phone", origin)


def set_birthday(tx: Tx, user_id: UserId, day: int, month: int, year: int | None) -> None:
    """The birthday is this one; day 0 removes it. Errors: Invalid birthday_invalid."""
    if not day:
        rows.set_birthday(tx, user_id, "")
        return
    leap = year is None or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not 1 <= month <= 12 or not 1 <= day <= lengths[month - 1] or (year is not None and not 1800 <= year <= 9999):
        raise Invalid("birthday_invalid")
    rows.set_birthday(tx, user_id, f"{day:02}-{month:02}" + (f"-{year:04}" if year is not None else ""))


def tell(tx: Tx, user_id: UserId, what: str, origin: int = 0) -> None:
    """The person's other devices and those who know them will hear that `what` (name, phone, photo) changed."""
    change = updates.UserChanged(user_id, what)
    updates.commit_state(tx, PeerId(user_id), change, origin)
    for other in acquaintances(tx, user_id):
        updates.commit_state(tx, PeerId(other), change)


def acquaintances(rx: Reader, user_id: UserId) -> list[UserId]:
    """Those who have the person in their contacts, and those with whom they talked lately; at most 500 of each."""
    known = dict.fromkeys(rows.savers_of_user(rx, user_id, TOLD))
    known |= dict.fromkeys(rows.dialog_people(rx, user_id, TOLD))
    known.pop(user_id, None)
    known.pop(SERVICE_USER, None)
    known.pop(BOT_FATHER, None)
    return [UserId(i) for i in known]


def delete(tx: Tx, user_id: UserId) -> None:
    """The account is a grave: number and username are free, profile and lists gone; its box will be emptied.

    What it wrote stays with those it wrote to. Its devices are ended by the caller.

    Source: method/account.deleteAccount
    After: journal account_deleted.
    """
    account = get(tx, user_id)
    if account.deleted:
        raise NotFound("user_id_invalid")
    others = acquaintances(tx, user_id)
    connections.ended(tx, user_id)
    if account.phone:
        rows.free_phone(tx, account.phone)
    if account.username:
        rows.free_username(tx, account.username.lower(), user_id)
    rows.empty_lists(tx, user_id)
    rows.bury(tx, user_id)
    territories.forget(tx, user_id)
    secret.end_person(tx, PeerId(user_id))
    lapses.dig(tx, user_id)
    for other in others:
        updates.commit_state(tx, PeerId(other), updates.UserChanged(user_id))
    journal.record(tx, "account_deleted", f"user:{user_id}", f"user:{user_id}")


def set_ttl(tx: Tx, user_id: UserId, days: int) -> None:
    """After so many days without a sign of life the account is deleted.

    Source: method/account.setAccountTTL
    Errors: Invalid ttl_days_invalid.
    """
    if not 30 <= days <= 730:
        raise Invalid("ttl_days_invalid")
    rows.set_ttl(tx, user_id, days)


def set_authorization_ttl(tx: Tx, user_id: UserId, days: int) -> None:
    """After so many days without a sign of life a device is signed out.

    Source: method/account.setAuthorizationTTL
    Errors: Invalid ttl_days_invalid.
    """
    if not 1 <= days <= 366:
        raise Invalid("ttl_days_invalid")
    rows.set_authorization_ttl(tx, user_id, days)


def change_settings(tx: Tx, user_id: UserId, **changed: bool | str) -> Settings:
    """The account's settings, with what is named changed."""
    made = msgspec.structs.replace(settings(tx, user_id), **changed)
    set_settings(tx, user_id, made)
    return made
