"""What decisions of the platform lay between things and those who look: the questions that reads ask.

Source: dsa/17
A row bears bits: WITHHELD, its words are elsewhere and a mark stands in their place; NOTED, `enforcements` has rows
that change how it is shown, to everybody or in some territories. A row without bits costs no question.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from chappe.base.errors import Invalid
from chappe.domain import home_country, strangers, territories
from chappe.domain.content import MediaWebPage, ReplyTo, Text
from chappe.domain.records import Message
from chappe.domain.rooms import Room
from chappe.store import Reader
from chappe.store.queries import enforcement as rows
from chappe.store.queries import people

WITHHELD, NOTED = 1, 2
MARK = "Removed by a decision of this server. / Retiré par une décision de ce serveur."
"""What stands in the place of a message that was removed."""
VEIL = "Not shown here, by a decision of this server. / Non affiché ici, par décision de ce serveur."
"""What stands in the place of a message that is not shown in the reader's territory, or to who may be a child."""

STOPPED = "This bot was stopped by a decision of this server. / Ce robot a été arrêté par une décision de ce serveur."
"""What is said of a bot that a decision stopped."""

AGE = "For adults. / Pour adultes."
"""Why an item is not shown before its reader said that they want to see it."""


_POST = re.compile(r"(s/|@)?(?P<name>[A-Za-z][A-Za-z0-9_]{3,31})/(?P<id>[0-9]{1,9})(?![0-9])")
"""The address of a public room's post, behind that of the server."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One restriction in force. Shape: no territories means everywhere; basis is law or terms."""

    measure: str
    decision_id: int
    until: int
    territories: tuple[str, ...]
    detail: str
    basis: str

    def reaches(self, territory: str | None) -> bool:
        """True if it holds where the viewer is; or, where nobody knows that, anywhere."""
        return territory is None or not self.territories or territory in self.territories


Holds = Mapping[str, tuple[Hold, ...]]
"""Item's key → what is in force for it."""


def message_key(owner_id: int, message_id: int) -> str:
    """The key of a message in one box."""
    return f"message:{owner_id}:{message_id}"


def room_key(room_id: int) -> str:
    """The key of a room."""
    return f"room:{room_id}"


def account_key(user_id: int) -> str:
    """The key of an account."""
    return f"account:{user_id}"


def of_keys(rx: Reader, keys: Iterable[str]) -> dict[str, tuple[Hold, ...]]:
    """What is in force for the items; those under nothing are left out."""
    wanted = sorted(set(keys))
    found: dict[str, tuple[Hold, ...]] = {}
    for start in range(0, len(wanted), 500):
        for row in rows.of_keys(rx, wanted[start : start + 500]):
            key, measure, decision_id, until, territories, detail, basis = row
            hold = Hold(measure, decision_id, until, tuple(territories.split()), detail, basis)
            found[key] = (*found.get(key, ()), hold)
    return found


def of_messages(rx: Reader, messages: Iterable[Message]) -> Holds:
    """What is in force for those of the messages that say there may be something."""
    keys = [message_key(m.owner_id, m.id) for m in messages if m.held & NOTED]
    return dict.fromkeys(keys, ()) | of_keys(rx, keys) if keys else {}


def of_account(rx: Reader, user_id: int) -> tuple[Hold, ...]:
    """What is in force for the account."""
    key = account_key(user_id)
    return of_keys(rx, (key,)).get(key, ())


def stopped(holds: Iterable[Hold]) -> bool:
    """True if a decision stopped the bot."""
    return any(hold.measure == "stop_bot" for hold in holds)


def territory_of(rx: Reader, user_id: int) -> str:
    """Where the person counts as being: an ISO 3166 code; the server's own country when nothing says it."""
    return territories.of(rx, user_id) or home_country.of(rx)


def seen_from(rx: Reader, viewer: int) -> str | None:
    """Where the viewer is, or the stranger on whose behalf is read; None for a stranger of whom nobody knows it."""
    return territory_of(rx, viewer) if viewer > 0 else strangers.territory_of(rx)


def visible(rx: Reader, viewer: int, found: Sequence[Message]) -> list[Message]:
    """Those of the messages that are not hidden where the viewer is: what a search finds."""
    if not any(m.held & NOTED for m in found):
        return list(found)
    holds, where = of_messages(rx, found), seen_from(rx, viewer)
    return [m for m in found if veiling(holds.get(message_key(m.owner_id, m.id), ()), where) is None]


def veiling(holds: Iterable[Hold], territory: str | None) -> Hold | None:
    """What keeps the item from who is in the territory, None if nothing does."""
    return next((one for one in holds if one.measure in ("hide", "hide_room") and one.reaches(territory)), None)


def confines(rx: Reader, message: Message) -> bool:
    """True if the message is not for everybody everywhere."""
    holds = of_messages(rx, (message,)).get(message_key(message.owner_id, message.id), ())
    return bool(message.held & WITHHELD) or any(hold.measure in ("hide", "age_gate") for hold in holds)


def is_veiled_anywhere(rx: Reader, room: Room) -> bool:
    """True if the room is hidden from somebody."""
    if not room.held & NOTED:
        return False
    holds = of_keys(rx, (room_key(room.id),)).get(room_key(room.id), ())
    return any(hold.measure in ("hide", "hide_room") for hold in holds)


def require_free(rx: Reader, blobs: Sequence[bytes]) -> None:
    """None of the blobs was removed everywhere. Errors: Invalid media_invalid."""
    if blobs and rows.any_of(rx, [f"media:{blob.hex()}" for blob in blobs], "remove"):
        raise Invalid("media_invalid")


def require_given(rx: Reader, file_ids: Iterable[int]) -> None:
    """No decision removed any of the files. Errors: Invalid media_invalid."""
    if rows.any_held(rx, sorted(file_ids)):
        raise Invalid("media_invalid")


def withheld(rx: Reader, owner_id: int, ids: Sequence[int]) -> set[int]:
    """Those of the box's messages whose words are withheld."""
    return rows.withheld(rx, owner_id, ids) if ids else set()


def marked(before: Text, words: str = MARK) -> Text:
    """The message with a mark in the place of all it said; what it answers and whom it concerned stay."""
    reply, forward = before.reply_to, before.fwd_from
    return Text(
        words,
        reply_to=without_quote(reply) if reply is not None else None,
        fwd_from=msgspec.structs.replace(forward, from_name="", post_author="") if forward is not None else None,
        silent=before.silent, noforwards=True, edit_hide=before.edit_hide, ttl_period=before.ttl_period,
        author_id=before.author_id, post_author=before.post_author, no_webpage=True, mentions=before.mentions,
        from_scheduled=before.from_scheduled,
    )  # fmt: skip


def without_quote(reply: ReplyTo) -> ReplyTo | None:
    """What was answered, without its words."""
    bare = msgspec.structs.replace(reply, quote_text="", quote_entities=(), quote_offset=-1, from_name="", whole=False)
    return bare if bare.msg_id or bare.far_id else None


def is_mark(message: Message) -> bool:
    """True if the message says nothing but that it was removed."""
    return isinstance(message.content, Text) and message.content.message == MARK and bool(message.held & WITHHELD)


def tells_of_others(message: Message, site: str) -> bool:
    """True if the message shows words of another one: by a quote, or by the card of a post of this server."""
    content = message.content
    if content.reply_to is not None and content.reply_to.quote_text:
        return True
    media = content.media if isinstance(content, Text) else None
    return isinstance(media, MediaWebPage) and media.page.url.startswith(site)


def stale_cards(rx: Reader, found: Iterable[Message], site: str, viewer: int) -> set[tuple[int, int]]:
    """(owner_id, id) of those of the messages whose link card shows a post of this server that the viewer may not see.

    Shape: viewer 0 for several people at once, who are shown no card of what is hidden anywhere.
    """
    stale: set[tuple[int, int]] = set()
    for m in found:
        media = m.content.media if isinstance(m.content, Text) else None
        if not site or not isinstance(media, MediaWebPage) or not media.page.url.startswith(site):
            continue
        post = _POST.match(media.page.url.removeprefix(site))
        peer = people.by_username(rx, post["name"].lower()) if post else None
        if post and peer is not None and unseen(rx, viewer, peer, (int(post["id"]),)):
            stale.add((m.owner_id, m.id))
    return stale


def without_card(message: Message) -> Message:
    """The message, its link without the card."""
    assert isinstance(message.content, Text)
    return msgspec.structs.replace(message, content=msgspec.structs.replace(message.content, media=None))


def empty_quotes(rx: Reader, found: Iterable[Message], viewer: int) -> set[tuple[int, int]]:
    """(owner_id, id) of those of the messages that quote words of another which the viewer may not see."""
    quoting = [m for m in found if m.content.reply_to is not None and m.content.reply_to.quote_text]
    asked: defaultdict[int, set[int]] = defaultdict(set)
    for m in quoting:
        box, message_id = _quoted(m)
        asked[box].add(message_id)
    gone = {(box, i) for box, ids in asked.items() for i in unseen(rx, viewer, box, sorted(ids))}
    return {(m.owner_id, m.id) for m in quoting if _quoted(m) in gone}


def unseen(rx: Reader, viewer: int, box: int, ids: Sequence[int]) -> set[int]:
    """Those of the box's messages whose words are withheld, or hidden where the viewer is; all, if the room is."""
    keys = {message_key(box, i): i for i in ids} | ({room_key(box): 0} if box < 0 else {})
    holds = of_keys(rx, keys)
    where = seen_from(rx, viewer) if holds else ""
    hidden = {i for key, i in keys.items() if veiling(holds.get(key, ()), where) is not None}
    return set(ids) if 0 in hidden else hidden | withheld(rx, box, ids)


def _quoted(message: Message) -> tuple[int, int]:
    """The place of the message that this one quotes."""
    reply = message.content.reply_to
    assert reply is not None
    return (reply.peer_id, reply.far_id) if reply.far_id else (message.owner_id, reply.msg_id)


def unquoted(message: Message) -> Message:
    """The message, without the words it quotes."""
    reply = message.content.reply_to
    assert reply is not None
    bare = msgspec.structs.replace(message.content, reply_to=without_quote(reply))
    return msgspec.structs.replace(message, content=bare)


def veiled_whole(message: Message) -> Message:
    """The message of a room that is closed to its reader: it is there, and says nothing."""
    content = message.content if isinstance(message.content, Text) else Text("")
    return msgspec.structs.replace(message, content=marked(content, VEIL), reactions=(), tally=())


def for_strangers(rx: Reader, messages: Sequence[Message]) -> list[Message]:
    """The messages as pages for everybody show them: nobody knows how old their readers are."""
    empty = empty_quotes(rx, messages, 0)
    messages = [unquoted(m) if (m.owner_id, m.id) in empty else m for m in messages]
    noted = [m for m in messages if m.held & NOTED]
    if not noted:
        return messages
    holds, where = of_messages(rx, noted), strangers.territory_of(rx)

    def shown(m: Message) -> Message:
        mine = holds.get(message_key(m.owner_id, m.id), ())
        gated = any(one.measure == "age_gate" for one in mine)
        if (gated or veiling(mine, where) is not None) and isinstance(m.content, Text):
            return msgspec.structs.replace(m, content=marked(m.content, VEIL))
        return m

    return [shown(m) for m in messages]
