"""What the server itself says in a public channel, in the name of the channel: the figures of each day.

Source: requirements/daily-report
"""

from chappe.base.errors import NotAllowed
from chappe.domain import access, sending
from chappe.domain.content import Entity, Text, utf16_len
from chappe.domain.messages import Outgoing
from chappe.store import Tx


def announce(tx: Tx, username: str, text: str, link: str = "") -> None:
    """The text is a post of the public channel of this name, as if its owner had written it; the link behind it.

    Errors: NotFound username_not_occupied; NotAllowed chat_admin_required for what is no channel; and those of
    `access.require_write`.
    After: an entry in the channel's box.
    """
    room = access.require_public(tx, username).room
    assert room is not None
    if not room.broadcast:
        raise NotAllowed("chat_admin_required")
    grant = access.require_write(tx, room.creator_id, room.id)
    whole = f"{text}\n{link}" if link else text
    entities = (Entity("Url", utf16_len(text) + 1, utf16_len(link)),) if link else ()
    sending.send(tx, grant, Outgoing(Text(whole, entities), 0))
