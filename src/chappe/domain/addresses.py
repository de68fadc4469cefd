"""What an address says: links to rooms, messages and people as clients and pages write them, names with an at sign.

Source: dsa/16(2), dsa/9(2)
Nothing is looked up here; whoever looks decides what may be said about it.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from chappe.base import Invalid
from chappe.base.ids import channel_peer

ADDRESS_LENGTH = 300
MALFORMED, ELSEWHERE = "location_malformed", "location_elsewhere"
"""Reasons that pages and desks show; no client of Telegram hears them."""
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


def read(address: str, hosts: Collection[str]) -> Place:
    """What the address says. Shape: hosts are the names of this server, with their ports where they have one.

    Errors: Invalid location_malformed, location_elsewhere.
    """
    text = address.strip()
    if not text or len(text) > ADDRESS_LENGTH or not text.isprintable() or " " in text:
        raise Invalid(MALFORMED)
    if text.lower().startswith("tg:"):
        return _of_scheme(text)
    if re.fullmatch(r"@[A-Za-z]\w{0,31}(/\d{1,10})?", text, re.ASCII):
        return _of_path(text, "")
    try:
        parts = urlsplit(text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid(MALFORMED) from None
    if not {host, f"{host}:{port or 443}"} & {one.lower() for one in hosts}:
        elsewhere = "." in host or ":" in host
        raise Invalid(ELSEWHERE if elsewhere else MALFORMED)
    fragment = f"#{parts.fragment}" if parts.path.startswith("/app/") else ""
    return _of_path(f"{parts.path.lstrip('/')}{fragment}", parts.query, parts.fragment)


def _of_scheme(text: str) -> Place:
    """An address that clients give to each other."""
    found = re.fullmatch(r"tg:(?://)?(resolve|privatepost|join|user)\?(.*)", text, re.IGNORECASE)
    if found is None:
        raise Invalid(MALFORMED)
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
    raise Invalid(MALFORMED)


def _of_path(path: str, query: str, fragment: str = "") -> Place:
    found = next((one for pattern in _PATHS if (one := pattern.fullmatch(path.rstrip("/")))), None)
    if found is None:
        raise Invalid(MALFORMED)
    said = {key: value for key, value in found.groupdict().items() if value}
    message_id = _number(said.get("id", ""))
    if "name" in said:
        if said["name"].lower() in OWN_PAGES and not path.startswith("@"):
            raise Invalid(MALFORMED)
        asked = parse_qs(query).get("comment", [fragment.removeprefix("comment-")])[0]
        return Place(name=said["name"], message_id=message_id, comment_id=_number(asked) if message_id else 0)
    if "invite" in said:
        return Place(invite=said["invite"])
    peer = channel_peer(int(said["channel"])) if "channel" in said else int(said["peer"])
    return Place(peer=peer, message_id=message_id)


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 13 and int(said) <= HIGHEST else 0
