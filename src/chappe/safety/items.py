"""What may be noticed, found with the eyes of who files: the only maker of `Located`.

Source: dsa/16(2)
What the notifier may not see is answered like what does not exist.
"""

from collections.abc import Sequence

from chappe.base.ids import UserId
from chappe.domain.access import Grant
from chappe.domain.rulings import Item
from chappe.safety.records import Located
from chappe.store import Reader


def messages(rx: Reader, grant: Grant, ids: Sequence[int]) -> tuple[Located, ...]:
    """The messages of the dialog, one item each. Errors: NotFound message_id_invalid if one cannot be seen."""
    raise NotImplementedError


def account(rx: Reader, viewer: UserId, user_id: UserId, latest: int = 0) -> Located:
    """A person's account, with so many of the newest messages they wrote to the viewer.

    Errors: NotFound user_id_invalid.
    """
    raise NotImplementedError


def room(rx: Reader, grant: Grant) -> Located:
    """The room itself: its name, description and photo."""
    raise NotImplementedError


def profile_photo(rx: Reader, grant: Grant, photo_id: int) -> Located:
    """One of the photos of a person or room. Errors: NotFound photo_id_invalid."""
    raise NotImplementedError


def reaction(rx: Reader, grant: Grant, message_id: int, user_id: UserId) -> Located:
    """A person's reaction to a message. Errors: NotFound message_id_invalid, user_id_invalid."""
    raise NotImplementedError


def named(rx: Reader, item: Item) -> Located:
    """What somebody named without proving that they may see it, as on a form or by a signal.

    Shape: what strangers may read is kept as evidence; of what is closed to them only that it was named. Nothing is
    refused: what does not exist is still an item, so that no notice is lost.
    """
    raise NotImplementedError
