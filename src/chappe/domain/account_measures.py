"""What a decision of the platform keeps an account from: limited in what it writes, frozen (it reads), suspended.

Source: dsa/23, api/errors
The bit NOTED of `accounts.held` says that `enforcements` has rows for the account; who has it not costs no question.
Nothing of the account is changed by a measure, so that taking it back leaves the account as it was; devices of a
suspended one have to sign in again.
"""

from dataclasses import dataclass

from chappe.base.errors import Invalid, NotAllowed, TooMany
from chappe.base.ids import PeerId, UserId
from chappe.domain import leaving, media_kinds, messages
from chappe.domain.access import SERVICE_USER, Grant
from chappe.domain.content import Content, MediaWebPage, Text
from chappe.domain.enforcement import NOTED, account_key
from chappe.domain.leaving import CLOSED, HERE, LEFT, READ_ONLY, Away
from chappe.domain.territories import STANDING
from chappe.domain.updates import SHARD, ConfigChanged, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import boxes, dialogs, people
from chappe.store.queries import enforcement as rows
from chappe.store.queries import search as events

LIMITS = frozenset({"mute", "slow", "no_links"})
MEASURES = frozenset({"limit", "freeze", "suspend", "stop_bot"})
SLOW_S = 60
"""Between two messages of an account that is slowed."""
LOOKED_AT = 200
"""Of a dialog's newest messages, among which one of the other side makes it a talk."""
_LAST = "slowed_at"
EVENTS = 1000


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in force for an account. Shape: dates in unix seconds, 0 for none; limits are words of LIMITS.

    away is no measure: what holds for everybody where the person is, since the server leaves that country; nor is
    bot: who is one may call other methods. A bot that was stopped is as good as suspended.
    """

    suspended: bool = False
    frozen_since: int = 0
    frozen_until: int = 0
    limits: frozenset[str] = frozenset()
    away: Away = HERE
    bot: bool = False


FREE = Standing()


@dataclass(frozen=True, slots=True)
class Measured:
    """What is in force for the account changed; announced after the commit."""

    user_id: UserId


def standing(rx: Reader, user_id: int) -> Standing:
    """What is in force for the account now."""
    found = rows.live(rx, user_id)
    away = leaving.away(rx, UserId(user_id)) if found is not None and found[2] in (READ_ONLY, CLOSED) else HERE
    bot = found is not None and found[3] != 0
    if found is None or not found[0] & NOTED:
        return Standing(away=away, bot=bot) if bot or away is not HERE else FREE
    held = {
        measure: (date, until, detail)
        for measure, date, until, detail in rows.against(rx, account_key(user_id)) if not 0 < until <= rx.now
    }  # fmt: skip
    since, ends, _ = held.get("freeze", (0, 0, ""))
    limits = frozenset({held["limit"][2]}) if "limit" in held else frozenset[str]()
    return Standing("suspend" in held or "stop_bot" in held, since, ends, limits, away, bot)


def changes(rx: Reader, after: int) -> tuple[int, list[UserId], bool]:
    """(the newest event, whose standing changed after that one, whether anybody's may have), in whichever process.

    Shape: after is below 0 for no matter what was before.
    """
    newest = events.newest(rx, SHARD)
    if after < 0 or newest <= after:
        return newest, [], False
    found = events.of_kinds(rx, SHARD, after, newest, (STANDING, LEFT), EVENTS)
    people = dict.fromkeys(UserId(box_id) for kind, box_id in found if kind == STANDING)
    return newest, list(people), len(found) == EVENTS or any(kind == LEFT for kind, _ in found)


def changed(tx: Tx, user_id: UserId) -> None:
    """A measure holds for the account, or holds no more: its devices ask what they may do."""
    commit_state(tx, PeerId(user_id), ConfigChanged())
    boxes.append_event(tx, SHARD, tx.now, STANDING, user_id, 0, 0, 0)
    tx.announce(Measured(user_id))


def require_not_suspended(rx: Reader, user_id: UserId) -> None:
    """The person may sign in. Errors: NotAllowed phone_number_banned."""
    if standing(rx, user_id).suspended:
        raise NotAllowed("phone_number_banned")


def require_may_say(tx: Tx, grant: Grant, content: Content, random_id: int = 0, *, anew: bool = True) -> None:
    """The viewer may say this there; what a room tells of them goes on, and what they write to themselves.

    Who is mute writes to those who have them in their contacts or wrote to them.

    Shape: what was said under the random_id before is only asked for again; anew: it is no edit.
    Errors: Invalid peer_flood, user_banned_in_channel; NotAllowed user_restricted, frozen_method_invalid;
    TooMany flood_wait_x.
    """
    if not isinstance(content, Text) or (grant.free and content.markup is None):
        return
    found = rows.live(tx, grant.viewer)
    if found is None:
        return
    if content.markup is not None and not found[3]:
        raise Invalid("reply_markup_invalid")
    if found[2] in (READ_ONLY, CLOSED):
        raise NotAllowed("frozen_method_invalid")
    if found[0] & NOTED:
        _require_free(tx, grant, content, random_id, anew)


def _require_free(tx: Tx, grant: Grant, content: Text, random_id: int, anew: bool) -> None:
    """No decision keeps the viewer from saying it."""
    now = standing(tx, grant.viewer)
    if now.suspended or now.frozen_since:
        raise NotAllowed("frozen_method_invalid")
    limits = now.limits
    if not limits or grant.peer in (PeerId(grant.viewer), PeerId(SERVICE_USER)):
        return
    if random_id and messages.sent_before(tx, PeerId(grant.viewer), random_id, grant.box) is not None:
        return
    if "mute" in limits:
        if grant.room is not None:
            raise Invalid("user_banned_in_channel")
        known = people.saved_by(tx, grant.viewer, (grant.peer,))
        if not known and not rows.answered(tx, grant.viewer, grant.peer, LOOKED_AT):
            raise Invalid("peer_flood")
    if "no_links" in limits and (media_kinds.has_url(content) or isinstance(content.media, MediaWebPage)):
        raise NotAllowed("user_restricted")
    if "slow" in limits and anew:
        _require_pause(tx, PeerId(grant.viewer))


def _require_pause(tx: Tx, owner: PeerId) -> None:
    last = dialogs.preference(tx, owner, _LAST)
    wait = int.from_bytes(last, "big") + SLOW_S - tx.now if last else 0
    if wait > 0:
        raise TooMany("flood_wait_x", wait)
    dialogs.set_preference(tx, owner, _LAST, tx.now.to_bytes(8, "big"))
