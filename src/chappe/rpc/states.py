"""Changes without a pts as TL updates; they say what is true now, so they are read afresh when rendered.

Source: api/updates
"""

from chappe.domain import updates as u
from chappe.rpc.views.media import Viewer
from chappe.rpc.views.messages import reactions_view
from chappe.rpc.views.peers import peer_view
from chappe.rpc.views.updates import draft_view
from chappe.store import Reader
from chappe.tl import types as t

Rendered = tuple[t.TypeUpdate | None, set[int]]
"""The update (None when it has become moot) and the people a client must know to show it."""


def state_update(rx: Reader, state: u.State, viewer: Viewer) -> Rendered:
    """The update that tells the owner's clients of the change."""
    simple = _dialog_state(state)
    if simple is not None:
        return simple
    match state:
        case u.Reactions():
            return _reactions(rx, state, viewer)
        case u.UserChanged():
            return t.UpdateUser(user_id=state.user_id), {state.user_id}
        case u.ContactsReset():
            return t.UpdateContactsReset(), set()
        case u.NewAuthorization():
            return _new_authorization(state), set()
        case u.DialogFilters():
            return t.UpdateDialogFilters(), set()
        case _:
            return None, set()


def _dialog_state(state: u.State) -> Rendered | None:
    match state:
        case u.Draft():
            update: t.TypeUpdate = t.UpdateDraftMessage(
                peer=peer_view(state.peer_id), draft=draft_view(state.draft, state.date)
            )
        case u.DialogPinned():
            update = t.UpdateDialogPinned(
                pinned=state.pinned, folder_id=state.folder_id or None, peer=t.DialogPeer(peer=peer_view(state.peer_id))
            )
        case u.PinnedOrder():
            order = [t.DialogPeer(peer=peer_view(p)) for p in state.peer_ids]
            update = t.UpdatePinnedDialogs(folder_id=state.folder_id or None, order=order)
            return update, set(state.peer_ids)
        case u.UnreadMark():
            update = t.UpdateDialogUnreadMark(unread=state.unread, peer=t.DialogPeer(peer=peer_view(state.peer_id)))
        case u.PeerBlocked():
            update = t.UpdatePeerBlocked(blocked=state.blocked, peer_id=peer_view(state.peer_id))
        case u.HistoryTtl():
            update = t.UpdatePeerHistoryTTL(peer=peer_view(state.peer_id), ttl_period=state.ttl_period_s or None)
        case _:
            return None
    return update, {state.peer_id}


def _reactions(rx: Reader, state: u.Reactions, viewer: Viewer) -> Rendered:
    found = u.messages_by_id(rx, u.PeerId(viewer.user_id), (state.message_id,))
    if not found:
        return None, set()
    shown = reactions_view(found[0].reactions, found[0].owner_id) or t.MessageReactions(results=[])
    update = t.UpdateMessageReactions(peer=peer_view(state.peer_id), msg_id=state.message_id, reactions=shown)
    return update, {state.peer_id, *(r.user_id for r in found[0].reactions)}


def _new_authorization(state: u.NewAuthorization) -> t.TypeUpdate:
    if not state.unconfirmed:
        return t.UpdateNewAuthorization(hash=state.hash)
    return t.UpdateNewAuthorization(
        unconfirmed=True, hash=state.hash, date=state.date, device=state.device, location=state.location
    )
