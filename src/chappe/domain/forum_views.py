"""In which forums a person reads all messages in one, as in a group without topics.

Source: method/channels.toggleViewForumAsMessages
"""

import msgspec

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain.updates import ForumViewed, commit_state
from chappe.store import Reader, Tx
from chappe.store.queries import dialogs

MOST = 1000
"""Forums remembered, those chosen last."""
_NAME = "forums_as_messages"
_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[list[int]] = msgspec.msgpack.Decoder(list[int])


def chosen(rx: Reader, owner: UserId) -> list[int]:
    """The forums that the person reads so."""
    value = dialogs.preference(rx, owner, _NAME)
    return _decoder.decode(value) if value else []


def choose(tx: Tx, owner: UserId, room_id: PeerId, enabled: bool, origin: int = 0) -> None:
    """The person reads the forum so, or by topics; their other devices hear. Errors: Invalid chat_not_modified."""
    before = chosen(tx, owner)
    if (room_id in before) == enabled:
        raise Invalid("chat_not_modified")
    after = [*before, room_id][-MOST:] if enabled else [one for one in before if one != room_id]
    dialogs.set_preference(tx, owner, _NAME, _encode(after))
    commit_state(tx, PeerId(owner), ForumViewed(room_id, enabled), origin)
