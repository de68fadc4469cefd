"""Marked ids as TL peers. Source: type/Peer"""

from chappe.base.ids import CHANNEL_MARK
from chappe.domain.access import Access
from chappe.tl import types as t


def peer_view(peer_id: int) -> t.TypePeer:
    """The TL peer of a marked id."""
    if peer_id > 0:
        return t.PeerUser(user_id=peer_id)
    if peer_id < -CHANNEL_MARK:
        return t.PeerChannel(channel_id=-peer_id - CHANNEL_MARK)
    return t.PeerChat(chat_id=-peer_id)


def input_peer_view(access: Access, me: int, peer_id: int) -> t.TypeInputPeer:
    """How my clients name the peer of a marked id. Source: api/peers"""
    if peer_id == me:
        return t.InputPeerSelf()
    if -CHANNEL_MARK <= peer_id < 0:
        return t.InputPeerChat(chat_id=-peer_id)
    access_hash = access.hash_for(me, peer_id)
    if peer_id < 0:
        return t.InputPeerChannel(channel_id=-peer_id - CHANNEL_MARK, access_hash=access_hash)
    return t.InputPeerUser(user_id=peer_id, access_hash=access_hash)
