"""Notification settings: for all private chats, groups or channels, and for single peers.

Source: method/account.getNotifySettings
"""

from collections.abc import Collection

import msgspec

from chappe.base.ids import PeerId, is_channel
from chappe.domain import room_counts, rooms
from chappe.domain.updates import NotifyChanged, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import dialogs
from chappe.store.queries import notifications as rows

USERS, CHATS, BROADCASTS = "users", "chats", "broadcasts"
SCOPES = (USERS, CHATS, BROADCASTS)


class Settings(msgspec.Struct, array_like=True, frozen=True):
    """How one is told of messages; None leaves it to the wider scope. Shape: sound is default, none, local or a name.

    Fields are only ever added at the end, with a default.
    """

    show_previews: bool | None = None
    silent: bool | None = None
    mute_until: int | None = None
    sound: str | None = None
    stories_muted: bool | None = None
    stories_hide_sender: bool | None = None


UNSET = Settings()
_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Settings] = msgspec.msgpack.Decoder(Settings)


class OfReactions(msgspec.Struct, array_like=True, frozen=True):
    """Whose reactions and votes one is told of. Shape: all, contacts, or nothing for nobody's; sound as in Settings."""

    messages: str = "all"
    stories: str = ""
    votes: str = "all"
    sound: str = "default"
    show_previews: bool = True


_REACTIONS = "notices_of_reactions"
_reactions_decoder: msgspec.msgpack.Decoder[OfReactions] = msgspec.msgpack.Decoder(OfReactions)


def of_reactions(rx: Reader, owner: PeerId) -> OfReactions:
    """What the owner set about reactions, else the default."""
    blob = dialogs.preference(rx, owner, _REACTIONS)
    return _reactions_decoder.decode(blob) if blob else OfReactions()


def put_of_reactions(tx: Tx, owner: PeerId, settings: OfReactions) -> None:
    """This holds for reactions. Source: method/account.setReactionsNotifySettings"""
    dialogs.set_preference(tx, owner, _REACTIONS, _encode(settings))


def peer_scope(peer: PeerId) -> str:
    """The scope of one dialog."""
    return f"peer:{peer}"


def topic_scope(peer: PeerId, topic_id: int) -> str:
    """The scope of one topic of a forum."""
    return f"peer:{peer}/{topic_id}"


def peer_of(scope: str) -> int:
    """Whose dialog a scope is about, 0 for all of a kind."""
    return 0 if scope in SCOPES else int(scope.removeprefix("peer:").partition("/")[0])


def of_topics(rx: Reader, owner: PeerId, peer: PeerId, ids: Collection[int]) -> dict[int, Settings]:
    """What the owner set for those of the topics for which something is set."""
    scopes = {topic_scope(peer, i): i for i in ids}
    found = rows.some(rx, owner, tuple(scopes)) if scopes else {}
    return {scopes[scope]: _decoder.decode(blob) for scope, blob in found.items()}


def of_scope(rx: Reader, owner: PeerId, scope: str) -> Settings:
    """What the owner set for the scope."""
    blob = rows.some(rx, owner, (scope,)).get(scope)
    return _decoder.decode(blob) if blob else UNSET


def of_peers(rx: Reader, owner: PeerId, peers: Collection[PeerId]) -> dict[PeerId, Settings]:
    """What the owner set for each of the peers."""
    scopes = {peer_scope(p): p for p in peers}
    found = rows.some(rx, owner, tuple(scopes)) if scopes else {}
    return {peer: _decoder.decode(found[scope]) if scope in found else UNSET for scope, peer in scopes.items()}


def put(tx: Tx, owner: PeerId, scope: str, settings: Settings, origin: int = 0) -> None:
    """The scope has these settings. Source: method/account.updateNotifySettings"""
    _count(tx, owner, scope, settings)
    rows.put(tx, owner, scope, _encode(settings))
    commit_state(tx, owner, NotifyChanged(scope), origin)


def _count(tx: Tx, owner: PeerId, scope: str, settings: Settings) -> None:
    """The room that the scope is about, if it is one, is muted by one more or fewer."""
    room = scope.removeprefix("peer:")
    if room[:1] == "-" and room[1:].isdecimal() and is_channel(PeerId(int(room))):
        before, after = _mute(of_scope(tx, owner, scope), tx.now), _mute(settings, tx.now)
        if before != after:
            room_counts.muted(tx, PeerId(int(room)), after)


def _mute(settings: Settings, now: int) -> bool:
    return settings.mute_until is not None and settings.mute_until > now


def muted(rx: Reader, owner: PeerId, peer: PeerId, now: int) -> bool:
    """True if messages of the private dialog are not announced to the owner now."""
    until = of_scope(rx, owner, peer_scope(peer)).mute_until
    if until is None:
        until = of_scope(rx, owner, USERS).mute_until
    return until is not None and until > now


def exceptions(rx: Reader, owner: PeerId, only: str = "") -> dict[str, Settings]:
    """Scope → settings, of every dialog that has its own; `only` is one scope, or a kind of dialogs."""
    found = {scope: _decoder.decode(blob) for scope, blob in rows.of_owner(rx, owner) if scope not in SCOPES}
    if only not in SCOPES:
        return {scope: settings for scope, settings in found.items() if only in ("", scope)}
    posting = {room.id for room in rooms.some(rx, map(peer_of, found)) if room.broadcast}
    return {scope: settings for scope, settings in found.items() if only == _kind(peer_of(scope), posting)}


def _kind(peer: int, posting: Collection[int]) -> str:
    return USERS if peer > 0 else BROADCASTS if peer in posting else CHATS


def reset(tx: Tx, owner: PeerId, origin: int = 0) -> None:
    """Nothing is set for any scope. Source: method/account.resetNotifySettings"""
    for scope, _ in rows.of_owner(tx, owner):
        _count(tx, owner, scope, UNSET)
        rows.remove(tx, owner, scope)
        commit_state(tx, owner, NotifyChanged(scope), origin)
