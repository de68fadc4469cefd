"""updates.getState and getDifference. Source: api/updates"""

from dataclasses import replace

from chappe import tl
from chappe.base.ids import CHANNEL_MARK, PeerId
from chappe.domain import members, peers, secret, updates
from chappe.domain.sealed import SecretRead
from chappe.domain.secret import Waiting
from chappe.domain.updates import BoxState, Difference
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats_in, look_up, viewer
from chappe.rpc.states import state_update
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.messages import message_view
from chappe.rpc.views.secret import arrived_view
from chappe.rpc.views.secret import fact_update as secret_update
from chappe.rpc.views.updates import entry_update, people_of_entries
from chappe.rpc.views.users import user_view
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t


@method("updates.getState")
async def get_state(call: Call, q: f.updates.GetState) -> t.updates.State:
    """Where the caller's box stands, and the queue of this device. Source: method/updates.getState"""
    owner, now, key = PeerId(call.user_id), call.now(), call.device.auth_key_id

    def query(rx: Reader) -> BoxState:
        return replace(updates.state(rx, owner, now), qts=secret.qts_of(rx, owner, key))

    return state_view(await call.read(query))


@method("updates.getDifference")
async def get_difference(call: Call, q: f.updates.GetDifference) -> t.updates.TypeDifference:
    """What happened above the given pts, in slices; the last names the rooms in which something happened since.

    Source: method/updates.getDifference
    """
    owner, key = PeerId(call.user_id), call.device.auth_key_id

    def query(rx: Reader) -> tuple[t.updates.TypeDifference, bool]:
        sealed = secret.waiting(rx, owner, key, q.qts, q.date)
        return _difference(rx, call, q, sealed), sealed.known

    answer, known = await call.read(query)
    if known:
        await call.write(lambda tx: secret.known(tx, owner, key, q.qts))
    return answer


def _difference(rx: Reader, call: Call, q: f.updates.GetDifference, sealed: Waiting) -> t.updates.TypeDifference:
    now, seen = call.now(), viewer(call)
    limit = max(10, min(q.pts_limit or updates.DIFFERENCE_LIMIT, updates.DIFFERENCE_LIMIT))
    found = updates.difference(rx, PeerId(call.user_id), q.pts, q.date, now, limit)
    if found.too_long or (q.pts_total_limit and found.state.pts - q.pts > max(q.pts_total_limit, 1000)):
        return t.updates.DifferenceTooLong(pts=found.state.pts)
    moved = members.changed_since(rx, call.user_id, q.date) if found.final else []
    news = found.entries or found.states or moved or sealed.messages or sealed.reads
    if not news and (found.state.pts, sealed.qts) == (q.pts, q.qts or sealed.qts):
        return t.updates.DifferenceEmpty(date=now, seq=0)
    look_up(rx, seen, [e.message for e in found.entries if e.message is not None])
    states = [state_update(rx, s, seen) for s in found.states]
    ids = people_of_entries(found.entries).union((room for room, _ in moved), *(people for _, people in states))
    people = [user_view(c, seen) for c in peers.cards(rx, call.user_id, ids, now)]
    others = [entry_update(e, seen) for e in found.entries if e.message is None or e.edited]
    others += [update for update, _ in states if update is not None]
    others += [secret_update(SecretRead(*read), seen) for read in sealed.reads]
    others += [t.UpdateChannelTooLong(channel_id=-room - CHANNEL_MARK, pts=pts) for room, pts in moved]
    others = [update for update in others if not tl.lacks(update, call.layer)]
    return _difference_view(found, sealed, seen, others, people, chats_in(rx, seen, ids))


def _difference_view(
    found: Difference, sealed: Waiting, seen: Viewer, others: list[t.TypeUpdate], people: list[t.TypeUser],
    chats: list[t.TypeChat],
) -> t.updates.TypeDifference:
    new = [message_view(e.message, seen) for e in found.entries if e.message is not None and not e.edited]
    encrypted = [arrived_view(one, seen) for one in sealed.messages]
    state = state_view(replace(found.state, qts=sealed.qts))
    if found.final and sealed.final:
        return t.updates.Difference(
            new_messages=new, new_encrypted_messages=encrypted, other_updates=others, chats=chats, users=people,
            state=state,
        )  # fmt: skip
    return t.updates.DifferenceSlice(
        new_messages=new, new_encrypted_messages=encrypted, other_updates=others, chats=chats, users=people,
        intermediate_state=state,
    )  # fmt: skip


def state_view(state: BoxState) -> t.updates.State:
    """The TL form of a box's state. Source: type/updates.state"""
    return t.updates.State(
        pts=state.pts, qts=state.qts, date=state.date, seq=0, unread_count=state.unread_count
    )
