"""Marked ids as TL peers. Source: type/Peer"""

from chappe.base.ids import CHANNEL_MARK
from chappe.tl import types as t


def peer_view(peer_id: int) -> t.TypePeer:
    """The TL peer of a marked id."""
    if peer_id > 0:
        return t.PeerUser(user_id=peer_id)
    if peer_id < -CHANNEL_MARK:
        return t.PeerChannel(channel_id=-peer_id - CHANNEL_MARK)
    return t.PeerChat(chat_id=-peer_id)
