"""The admin log: what was done to a room, by whom, written in the transaction that does it.

Source: api/recent-actions
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import msgspec

from chappe.base.errors import NotAllowed
from chappe.base.ids import UserId
from chappe.domain import enforcement, rights, room_counts, rooms, words
from chappe.domain.access import Grant
from chappe.domain.content import Photo, Text
from chappe.domain.records import Message
from chappe.domain.room_records import Act, InviteLink, Logged, Topic
from chappe.domain.rooms import Member, Room, Settings, Status
from chappe.store import Reader, Tx
from chappe.store.queries import people
from chappe.store.queries import room_log as rows

PAGE = 100
LOOKED_THROUGH = 2000
"""Lines that one search looks through."""
KEPT_S = 48 * 3600
"""How long a line is shown, and kept: it may hold what was deleted. Source: api/recent-actions"""
AT_ONCE = 500

_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Logged] = msgspec.msgpack.Decoder(Logged)


def write(tx: Tx, room: Room, actor: UserId, sort: str, action: str, logged: Logged = Logged()) -> None:
    """The act is in the room's log. Shape: sort is the flag of TL's `channelAdminLogEventsFilter` it falls under."""
    if room.own_box:
        rows.append(tx, room.id, tx.now, actor, sort, action, _encode(logged))
        left = sort == "kick" and logged.members[0].inside
        room_counts.logged(tx, room.id, actor, sort, action, left=left)


def changed(tx: Tx, room: Room, actor: UserId, what: str, before: int | str, after: int | str) -> None:
    """Something that the room says of itself changed. Shape: what is TL's name without `Change`."""
    write(tx, room, actor, "info", f"Change{what}", Logged((before, after)))


def switched(tx: Tx, room: Room, actor: UserId, what: str, after: bool) -> None:
    """A switch of the room changed. Shape: what is TL's name without `Toggle`."""
    write(tx, room, actor, "forums" if what == "Forum" else "settings", f"Toggle{what}", Logged((int(after),)))


def set_to(tx: Tx, room: Room, actor: UserId, action: str, before: int, after: int) -> None:
    """A setting of the room has another number."""
    write(tx, room, actor, "settings", action, Logged((before, after)))


def photo(tx: Tx, room: Room, actor: UserId, after: Photo | None) -> None:
    """The room shows another photo."""
    write(tx, room, actor, "info", "ChangePhoto", Logged(photos=(room.photo, after)))


def message(tx: Tx, room: Room, actor: UserId, sort: str, action: str, *messages: Message) -> None:
    """An administrator edited, deleted or pinned a message; it is kept as it was."""
    write(tx, room, actor, sort, action, Logged(messages=messages))


def deleted(tx: Tx, room: Room, actor: UserId, found: Sequence[Message]) -> None:
    """Messages of the room were deleted; each is kept as it was."""
    for one in found:
        message(tx, room, actor, "delete", "DeleteMessage", one)


def topics(tx: Tx, room: Room, actor: UserId, action: str, *found: Topic) -> None:
    """A topic was opened, pinned, deleted, or changed from the first to the second."""
    write(tx, room, actor, "forums", action, Logged(topics=found))


def reactions(tx: Tx, room: Room, actor: UserId, before: Settings, after: Settings) -> None:
    """Members react with other signs."""
    write(tx, room, actor, "settings", "ChangeAvailableReactions", Logged(settings=(before, after)))


def link(tx: Tx, room: Room, actor: UserId, action: str, *links: InviteLink) -> None:
    """An invite link was edited, revoked or deleted."""
    write(tx, room, actor, "invites", f"ExportedInvite{action}", Logged(links=links))


def invited(tx: Tx, room: Room, actor: UserId, user: UserId) -> None:
    """Somebody was brought into the room."""
    logged = Logged(members=(rooms.member(tx, room.id, user),))
    write(tx, room, actor, "invite", "ParticipantInvite", logged)


def promoted(tx: Tx, room: Room, actor: UserId, before: Member, after: Member) -> None:
    """Somebody's rights as an administrator changed."""
    sort = "promote" if after.status >= Status.ADMIN else "demote"
    write(tx, room, actor, sort, "ParticipantToggleAdmin", Logged(members=(before, after)))


def restricted(tx: Tx, room: Room, actor: UserId, before: Member, after: Member) -> None:
    """Somebody was restricted, banned, or freed of it."""
    was, is_ = before.banned, after.banned
    if (was | is_) & rights.VIEW:
        sort = "kick" if is_ & rights.VIEW else "unkick"
    else:
        sort = "unban" if was and not is_ else "ban"
    write(tx, room, actor, sort, "ParticipantToggleBan", Logged(members=(before, after)))


def require_reader(grant: Grant) -> None:
    """The viewer may read the log. Errors: NotAllowed chat_admin_required."""
    if grant.me is None or grant.me.status < Status.ADMIN:
        raise NotAllowed("chat_admin_required")


def listed(
    rx: Reader, grant: Grant, room: Room, sorts: Collection[str], admins: Collection[int], question: str,
    max_id: int, min_id: int, limit: int,
) -> list[Act]:  # fmt: skip
    """A page of the log of the last two days, newest first.

    Source: method/channels.getAdminLog
    Shape: sorts and admins empty mean all. Errors: NotAllowed chat_admin_required.
    """
    require_reader(grant)
    if grant.veiled:
        return []
    limit, asked = max(1, min(limit or PAGE, PAGE)), words.asked(question)
    found: list[Act] = []
    seen = 0
    while len(found) < limit and seen < LOOKED_THROUGH:
        page = rows.lines(rx, room.id, sorted(sorts), sorted(admins), (max_id, min_id, rx.now - KEPT_S), PAGE)
        acts = [Act(no, date, UserId(who), action, _decoder.decode(data)) for no, date, who, action, data in page]
        for act in _as_shown(rx, grant, room, acts):
            if not asked or _speaks_of(rx, act, asked):
                found.append(act)
        seen += len(page)
        if len(page) < PAGE:
            break
        max_id = page[-1][0]
    return found[:limit]


def _as_shown(rx: Reader, grant: Grant, room: Room, acts: Sequence[Act]) -> Iterable[Act]:
    """The lines, without the words of messages that a decision withholds, or hides where the viewer is."""
    ids = {m.id for act in acts for m in act.logged.messages}
    gone = enforcement.unseen(rx, grant.viewer, room.id, sorted(ids))
    for act in acts:
        if any(m.id in gone for m in act.logged.messages):
            said = tuple(enforcement.veiled_whole(m) if m.id in gone else m for m in act.logged.messages)
            act = replace(act, logged=msgspec.structs.replace(act.logged, messages=said))
        yield act


def old(rx: Reader) -> list[tuple[int, int]]:
    """(room, number) of lines that are kept no longer, some of them."""
    return rows.before(rx, rx.now - KEPT_S, AT_ONCE)


def forget(tx: Tx, lines: Sequence[tuple[int, int]]) -> None:
    """The lines are gone."""
    rows.forget(tx, lines)


def _speaks_of(rx: Reader, act: Act, asked: Collection[str]) -> bool:
    """True if every word begins one of the act's."""
    ids = {act.user_id, *(m.user_id for m in act.logged.members)}
    texts = [str(v) for v in act.logged.values] + [li.title for li in act.logged.links]
    texts += [topic.title for topic in act.logged.topics]
    texts += [m.content.message for m in act.logged.messages if isinstance(m.content, Text)]
    texts += [f"{row[2]} {row[3]} {row[4]}" for row in people.accounts(rx, sorted(ids))]
    said = {word for text in texts for word in words.words(text)}
    return all(any(word.startswith(one) for word in said) for one in asked)
