"""Typed ids. A `PeerId` is a marked id, one integer for users, basic groups and channels.

Source: botapi/Chat
Shape: user n → n; basic group n → -n; channel n → -(10**12 + n).
"""

from collections.abc import Callable
from typing import NewType

from chappe.base.errors import Invalid

UserId = NewType("UserId", int)
PeerId = NewType("PeerId", int)
MsgId = NewType("MsgId", int)

Entropy = Callable[[int], bytes]
"""Gives n unpredictable bytes; the real one is handed in by `app`."""

CHANNEL_MARK = 10**12



def chat_peer(chat_id: int) -> PeerId:
    """The marked id of a basic group. Errors: Invalid chat_id_invalid for a number that would name something else."""
    if not 0 < chat_id < CHANNEL_MARK:
        raise Invalid("chat_id_invalid")
    return PeerId(-chat_id)


def channel_peer(channel_id: int) -> PeerId:
    """The marked id of a channel or supergroup. Errors: Invalid channel_invalid for a number no channel has."""
    if not 0 < channel_id < CHANNEL_MARK:
        raise Invalid("channel_invalid")
    return PeerId(-(CHANNEL_MARK + channel_id))



def is_channel(peer: PeerId) -> bool:
    """True if the marked id names a channel or supergroup."""
    return peer < -CHANNEL_MARK


def is_chat(peer: PeerId) -> bool:
    """True if the marked id names a basic group."""
    return -CHANNEL_MARK <= peer < 0
