"""From what an authority has (a name, a link, a message, a number, an address and a time) to exactly what it matches.

Source: requirements/legal-targets, dsa/10(2)
Each match says how it was found, in words that the answer repeats. What matches nobody, or everybody, is said so: it is
asked back, never guessed. Ended accounts are found as far as their territory still keeps them. Behind a bot stands a
person who answers for it: who asks whose it is finds them too, beside the bot.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from chappe.base.errors import Invalid, NotFound, Refusal
from chappe.base.ids import PeerId, UserId, is_channel
from chappe.domain import accounts, addresses, bots, connections, contacts, open_rooms, personal, phones, rooms
from chappe.domain.addresses import Place
from chappe.domain.connections import Connection
from chappe.domain.content import Text
from chappe.domain.rulings import Item
from chappe.legal import reading
from chappe.legal.records import IDENTIFICATION, SUBSCRIBER, Order, Target
from chappe.store import Reader

MOST = 50
"""Accounts that one target may match: behind an address that more people share, nobody is identified."""
WINDOW_S = 24 * 3600
"""How long a time an address may be asked about, where the question is who was there."""
STORED_EVERY_S = 3600
OWNER = "owner"
"""The kind of key of a person who answers for a bot that was named: whose own account was not named."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a target was found to be.

    Shape: key as in `Item.key` (account, message, room), or `owner:1` of a bot's; person_id whose data it leads to, 0
    for nobody's; how is a word of the texts `matched_*`, and facts what stands in it: the name, the number, the address
    with its times.
    """

    no: int
    key: str
    person_id: UserId
    how: str
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def account(self) -> str:
        """The key of the person's account."""
        return f"account:{self.person_id}" if self.person_id else ""


@dataclass(frozen=True, slots=True)
class Found:
    """A target with all it matched; without any, `fault` says why: a code of the texts `target_*`."""

    target: Target
    matches: tuple[Match, ...] = ()
    fault: str = ""


def resolve(rx: Reader, order: Order, hosts: Collection[str]) -> list[Found]:
    """Every target of the order with what it matches. Shape: hosts are this server's names.

    What a target was once found to be holds: a name that changed hands since leads to nobody else, an account that
    ended since is still the one that was meant.
    """
    return [_as_found(look(rx, one, hosts)) for one in order.targets]


def _as_found(found: Found) -> Found:
    known = found.target.matched
    if not known:
        return found
    now = {match.key: match for match in found.matches}
    return Found(found.target, tuple(now.get(key) or _known(found.target.no, key) for key in known))


def _known(no: int, key: str) -> Match:
    kind, _, rest = key.partition(":")
    return Match(no, key, UserId(int(rest)) if kind in ("account", OWNER) else UserId(0), "before")


def look(rx: Reader, target: Target, hosts: Collection[str]) -> Found:
    """What the target matches; never an error, whatever an authority wrote. Source: requirements/legal-targets"""
    try:
        match target.kind:
            case "username":
                found = list(_username(rx, target))
            case "phone":
                found = list(_phone(rx, target))
            case "ip":
                found = list(_address(rx, target))
            case "user_id":
                found = list(_user_id(rx, target))
            case "link" | "message_link":
                found = list(_link(rx, target, hosts))
            case _:
                return Found(target, fault="target_unreadable")
    except Invalid as refusal:
        return Found(target, fault=refusal.reason if refusal.reason.startswith("target_") else "target_unreadable")
    except Refusal:
        return Found(target, fault="target_unknown")
    return Found(target, (*found, *_owners(rx, target, found)), "" if found else "target_unknown")


def asked_of_owner(category: str) -> str:
    """What is asked of the person behind a bot by who asks this category of the bot: who they are, and nothing else.

    Source: evidence/3(9), evidence/3(10)
    Addresses of a bot are those of its program; those of its owner's own devices were not ordered.
    """
    return SUBSCRIBER if category in (SUBSCRIBER, IDENTIFICATION) else ""


def _owners(rx: Reader, target: Target, found: Sequence[Match]) -> Iterator[Match]:
    """The people who answer for the bots among what was found, where who somebody is was asked."""
    if not asked_of_owner(target.category):
        return
    named = {one.person_id for one in found if one.person_id}
    behind = bots.owners(rx, named)
    for bot_id, person in sorted(behind.items()):
        bot = bots.find(rx, bot_id)
        assert bot is not None
        said = (("username", bot.username), ("user_id", str(bot_id)))
        yield Match(target.no, f"{OWNER}:{person}", UserId(person), "bot_owner", said)
    for one in sorted(named - behind.keys()):
        former = connections.kept(rx, one)
        if former is not None and former.person_id:
            said = (("username", former.username), ("user_id", str(one)))
            key, how = f"{OWNER}:{former.person_id}", "bot_owner_formerly"
            yield Match(target.no, key, UserId(former.person_id), how, (*said, ("ended", str(former.ended))))


def _username(rx: Reader, target: Target) -> Iterator[Match]:
    name = target.text.strip().removeprefix("@")
    holder = _holder(rx, name)
    if holder is not None:
        yield from _peer(rx, target, holder, (("username", name),))
    for one in connections.kept_by_username(rx, name):
        yield _ended(target, one, (("username", one.username),))


def _holder(rx: Reader, name: str) -> PeerId | None:
    try:
        return contacts.resolve_username(rx, name)
    except NotFound:
        return None
    except Invalid:
        raise Invalid("target_unreadable") from None


def _phone(rx: Reader, target: Target) -> Iterator[Match]:
    try:
        number = phones.normalise(target.text, test_mode=True)  # a test number that is nobody's matches nobody
    except Invalid:
        raise Invalid("target_unreadable") from None
    holder = accounts.by_phone(rx, number)
    if holder is not None:
        yield Match(target.no, f"account:{holder}", holder, "phone", (("phone", f"+{number}"),))
    for one in connections.kept_by_phone(rx, number):
        yield _ended(target, one, (("phone", f"+{number}"),))


def _ended(target: Target, one: connections.Kept, facts: tuple[tuple[str, str], ...]) -> Match:
    ended = ("ended", str(one.ended))
    return Match(target.no, f"account:{one.user_id}", one.user_id, f"{target.kind}_formerly", (*facts, ended))


def _address(rx: Reader, target: Target) -> Iterator[Match]:
    """Who was at the address in that time. Errors: Invalid target_time_needed, target_time_long, target_everybody."""
    place = reading.address_of(target.text)
    if place is None:
        raise Invalid("target_unreadable")
    if not target.since:
        raise Invalid("target_time_needed")
    until = target.until or target.since
    if until - target.since > WINDOW_S:
        raise Invalid("target_time_long")
    # Signs of life are stored once an hour: who gave one within the hour before may still have been there.
    found = connections.at_address(rx, place[0], target.since - STORED_EVERY_S, until, place[1])
    people = {one.user_id for one in found}
    if len(people) > MOST or len(found) >= connections.AT_MOST:
        raise Invalid("target_everybody")
    within: dict[UserId, Connection] = {}
    for seen in found:
        if seen.until >= target.since:
            within.setdefault(seen.user_id, seen)
    shown = (("ip", target.text.strip()), ("accounts", str(len(people))))
    for person in sorted(people):
        one = within.get(person)  # told is nothing that lies outside the time that was ordered
        since = max(one.since, target.since) if one is not None else target.since
        facts = (*shown, ("since", str(since)))
        if one is None:
            yield Match(target.no, f"account:{person}", person, "ip_before", facts)
        else:
            told = ("until", str(min(one.until, until)))
            yield Match(target.no, f"account:{person}", person, "ip", (*facts, told))


def _user_id(rx: Reader, target: Target) -> Iterator[Match]:
    said = target.text.strip()
    if not (said.isascii() and said.isdecimal() and len(said) < 16):
        raise Invalid("target_unreadable")
    yield from _peer(rx, target, PeerId(int(said)), (("user_id", said),))


def _link(rx: Reader, target: Target, hosts: Collection[str]) -> Iterator[Match]:
    try:
        place = addresses.read(target.text, hosts)
    except Invalid as refusal:
        elsewhere = refusal.reason == "location_elsewhere"
        raise Invalid("target_elsewhere" if elsewhere else "target_unreadable") from None
    peer = _behind(rx, place)
    if peer is None:
        return
    facts = (("link", target.text.strip()),)
    if not (place.message_id or place.comment_id):
        yield from _peer(rx, target, peer, facts)
    elif is_channel(peer):
        yield from _message(rx, target, peer, place, facts)


def _behind(rx: Reader, place: Place) -> PeerId | None:
    if place.invite:
        return open_rooms.behind_link(rx, place.invite).id
    if place.name:
        return _holder(rx, place.name)
    return PeerId(place.peer) if place.peer else None


def _message(
    rx: Reader, target: Target, room: PeerId, place: Place, facts: tuple[tuple[str, str], ...]
) -> Iterator[Match]:
    """The message, and who wrote it: also where the room speaks in their place."""
    if place.comment_id:
        group = rooms.find(rx, room).linked_id
        one = personal.message(rx, group, place.comment_id) if group else None
    else:
        one = personal.message(rx, room, place.message_id)
    if one is None:
        return
    wrote = one.content.author_id if isinstance(one.content, Text) and one.content.author_id else one.from_id
    author = UserId(wrote) if wrote > 0 else UserId(0)
    said = (*facts, ("date", str(one.date)))
    yield Match(target.no, Item("message", int(one.owner_id), int(one.id)).key, author, "message", said)


def _peer(rx: Reader, target: Target, peer: PeerId, facts: tuple[tuple[str, str], ...]) -> Iterator[Match]:
    """An account, or a room with who made it."""
    if peer > 0:
        account = accounts.get(rx, UserId(peer))
        if account.deleted and connections.kept(rx, UserId(peer)) is None:
            return
        yield Match(target.no, f"account:{peer}", UserId(peer), target.kind, facts)
    else:
        room = rooms.find(rx, peer)
        said = (*facts, ("room", room.title))
        yield Match(target.no, f"room:{room.id}", room.creator_id, f"{target.kind}_room", said)
