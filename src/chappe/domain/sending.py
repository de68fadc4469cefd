"""Where a message goes: to a person, to oneself, or into a room.

Source: method/messages.sendMessage
"""

from chappe.domain import messages, posts
from chappe.domain.access import Grant
from chappe.domain.messages import Outgoing, Sent
from chappe.store import Tx


def send(tx: Tx, grant: Grant, outgoing: Outgoing, origin: int = 0) -> Sent:
    """The message stands in every box it belongs in; a repeated random_id answers with the first one again.

    After: as `messages.send` or `posts.post`.
    """
    if grant.room is not None:
        return posts.post(tx, grant, grant.room, outgoing, origin)
    return messages.send(tx, grant, outgoing, origin)
