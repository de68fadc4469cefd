"""Where something is: an address that somebody wrote down, and what of this server it means.

Source: dsa/16(2)
Whoever has no account learns no more here than the public pages tell: what lies in a room for members, who holds a
name and whether anybody does look the same. Such addresses are taken as they are, for somebody to look at.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from chappe.base import Invalid, NotFound, Refusal
from chappe.base.ids import PeerId, channel_peer, is_channel
from chappe.domain import contacts, open_rooms
from chappe.domain.open_rooms import OpenRoom
from chappe.domain.rulings import Item
from chappe.safety.records import Case, Located
from chappe.store import Reader, Tx
from chappe.store.safety import addresses as rows

ADDRESS_LENGTH = 300
TITLE_LENGTH = 80
HIGHEST = 2**31 - 1
_NAME = r"@?(?P<name>[A-Za-z][A-Za-z0-9_]{0,31})"
_PATHS = (
    re.compile(r"(?:\+|joinchat/)(?P<invite>[\w-]{8,64})"),
    re.compile(r"c/(?P<channel>\d{1,12})(?:/(?P<thread>\d{1,10}))??(?:/(?P<id>\d{1,10}))?"),
    re.compile(r"app/#/c/(?P<peer>-?\d{1,19})(?:/(?P<id>\d{1,10}))?"),
    re.compile(r"app/#/info/(?P<peer>-?\d{1,19})"),
    re.compile(r"app/#/invited/(?P<invite>[\w-]{8,64})"),
    re.compile(rf"app/#/to/{_NAME}(?:/(?P<id>\d{{1,10}}))?"),
    re.compile(rf"(?:s/)?{_NAME}(?:/(?P<thread>\d{{1,10}}))??(?:/(?P<id>\d{{1,10}}))?"),
)
OWN_PAGES = frozenset(
    (
        "api", "app", "channels", "design", "hashtag", "health", "invite", "joinchat", "log", "metrics", "notice",
        "operator", "ready", "recover", "refuse", "report", "reports", "s", "statement", "static", "terms",
    )
)  # fmt: skip
"""First words of addresses that are no names."""


@dataclass(frozen=True, slots=True)
class Place:
    """What an address says, before anybody looks whether it is there. Shape: one of name, invite and peer is given."""

    name: str = ""
    invite: str = ""
    peer: int = 0
    message_id: int = 0
    comment_id: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What an address means. Shape: title and path are empty where `closed`: nothing may be said about it."""

    address: str
    item: Item
    title: str = ""
    path: str = ""

    @property
    def closed(self) -> bool:
        """True if strangers may not know what is there."""
        return not self.path


def read(address: str, hosts: Collection[str]) -> Place:
    """What the address says. Shape: hosts are the names of this server, with their ports where they have one.

    Errors: Invalid location_malformed, location_elsewhere.
    """
    text = address.strip()
    if not text or len(text) > ADDRESS_LENGTH or not text.isprintable() or " " in text:
        raise Invalid("location_malformed")
    if text.lower().startswith("tg:"):
        return _of_scheme(text)
    if re.fullmatch(r"@[A-Za-z]\w{0,31}(/\d{1,10})?", text, re.ASCII):
        return _of_path(text, "")
    try:
        parts = urlsplit(text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid("location_malformed") from None
    if not {host, f"{host}:{port or 443}"} & {one.lower() for one in hosts}:
        raise Invalid("location_elsewhere" if "." in host or ":" in host else "location_malformed")
    fragment = f"#{parts.fragment}" if parts.path.startswith("/app/") else ""
    return _of_path(f"{parts.path.lstrip('/')}{fragment}", parts.query, parts.fragment)


def look(rx: Reader, address: str, place: Place) -> Found:
    """What is there. Errors: NotFound location_gone, where strangers may know that nothing is."""
    if not place.name:
        peer = place.peer or (_behind(rx, place.invite) if place.invite else 0)
        return Found(address, _item(peer, place.message_id, address))
    try:
        there = open_rooms.find(rx, place.name)
    except NotFound:
        return Found(address, _item(_holder(rx, place.name), place.message_id, address))
    room, message_id = there.room, place.message_id
    title, path = room.title[:TITLE_LENGTH], f"/@{room.username}"
    if not message_id:
        return Found(address, Item("room", room.id), title, path)
    if not there.readable:
        return Found(address, Item("message", room.id, message_id))
    try:
        open_rooms.message(rx, there, message_id)
    except Refusal:
        raise NotFound("location_gone") from None
    path = f"{path}/{message_id}"
    if not place.comment_id:
        return Found(address, Item("message", room.id, message_id), title, path)
    return Found(address, _comment(rx, there, place), title, f"{path}#comment-{place.comment_id}")


@dataclass(frozen=True, slots=True)
class Named:
    """An address of a notice, as it was written, and how its case stands. Shape: case None if nobody knows."""

    address: str
    case: Case | None


def keep(tx: Tx, notice_id: int, named: Sequence[tuple[str, Located]]) -> None:
    """The notice's page repeats these addresses, each with what it was found to be."""
    rows.add(tx, notice_id, [(address, located.key) for address, located in named])


def of_notice(rx: Reader, notice_id: int, there: Sequence[tuple[Located, Case]]) -> list[Named]:
    """The addresses of a notice. Shape: there as `notices.items_of` gives it."""
    known = {located.key: case for located, case in there}
    return [Named(address, known.get(key)) for address, key in rows.of_notice(rx, notice_id)]


def _of_scheme(text: str) -> Place:
    """An address that clients give to each other."""
    found = re.fullmatch(r"tg:(?://)?(resolve|privatepost|join|user)\?(.*)", text, re.IGNORECASE)
    if found is None:
        raise Invalid("location_malformed")
    facts = {key: values[0] for key, values in parse_qs(found[2]).items()}
    kind, message_id = found[1].lower(), _number(facts.get("post", ""))
    name = re.fullmatch(_NAME, facts.get("domain", ""))
    if kind == "resolve" and name:
        return Place(name=name["name"], message_id=message_id, comment_id=_number(facts.get("comment", "")))
    if kind == "join" and re.fullmatch(r"[\w-]{8,64}", facts.get("invite", "")):
        return Place(invite=facts["invite"])
    channel, user = _number(facts.get("channel", "")), _number(facts.get("id", ""))
    if kind == "privatepost" and channel:
        return Place(peer=channel_peer(channel), message_id=message_id)
    if kind == "user" and user:
        return Place(peer=user)
    raise Invalid("location_malformed")


def _of_path(path: str, query: str, fragment: str = "") -> Place:
    found = next((one for pattern in _PATHS if (one := pattern.fullmatch(path.rstrip("/")))), None)
    if found is None:
        raise Invalid("location_malformed")
    said = {key: value for key, value in found.groupdict().items() if value}
    message_id = _number(said.get("id", ""))
    if "name" in said:
        if said["name"].lower() in OWN_PAGES and not path.startswith("@"):
            raise Invalid("location_malformed")
        asked = parse_qs(query).get("comment", [fragment.removeprefix("comment-")])[0]
        return Place(name=said["name"], message_id=message_id, comment_id=_number(asked) if message_id else 0)
    if "invite" in said:
        return Place(invite=said["invite"])
    peer = channel_peer(int(said["channel"])) if "channel" in said else int(said["peer"])
    return Place(peer=peer, message_id=message_id)


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 13 and int(said) <= HIGHEST else 0


def _comment(rx: Reader, there: OpenRoom, place: Place) -> Item:
    """What was said under a post, as everybody reads it there. Errors: NotFound location_gone."""
    said = open_rooms.comments(rx, there, place.message_id, place.comment_id - 1)
    if said is None or all(one.id != place.comment_id for one in said.messages):
        raise NotFound("location_gone")
    return Item("message", said.group.id, place.comment_id)


def _holder(rx: Reader, name: str) -> int:
    """Whose name it is, 0 for nobody's. For those who look at notices, never for the page."""
    try:
        return contacts.resolve_username(rx, name)
    except Refusal:
        return 0


def _behind(rx: Reader, invite: str) -> int:
    """The room behind an invite link, 0 for none."""
    try:
        return open_rooms.behind_link(rx, invite).id
    except Refusal:
        return 0


def _item(peer: int, message_id: int, address: str) -> Item:
    """The item, as the address names it; the address itself where that leads nowhere we know."""
    if peer > 0:
        return Item("account", peer)
    if peer < 0:
        return Item("message", peer, message_id) if message_id and is_channel(PeerId(peer)) else Item("room", peer)
    return Item("link", extra=address)
