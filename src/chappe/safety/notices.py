"""Notices: filed, counted, joined to cases, shown to who has the secret link.

Source: dsa/16
"""

from chappe.base.ids import Entropy
from chappe.safety.records import Case, Desk, Filed, Filing, Located, Notice, Notifier
from chappe.store import Reader, Tx

EXPLANATION_LENGTH = 5000
ITEMS = 100
"""Items of one notice at most."""
TOKEN_BYTES = 16


def token(entropy: Entropy) -> str:
    """A fresh token for `file`. Shape: 32 hex digits."""
    return entropy(TOKEN_BYTES).hex()


def file(tx: Tx, desk: Desk, notifier: Notifier, filing: Filing, token: str) -> Filed:
    """The notice stands, each of its items in exactly one open case, and its receipt is on its way.

    Source: dsa/16(4)
    Shape: token is fresh, of `token`. The receipt goes to the service chat of an account, by mail to an address.
    Errors: TooMany flood_wait_x; NotAllowed notices_limited while the notifier is limited (never for child abuse);
    Invalid option_invalid (no such category), message_too_long, message_id_invalid (no item, or too many).
    After: journal notice_filed, case_opened for a new case.
    """
    raise NotImplementedError


def by_token(rx: Reader, token: str) -> Notice | None:
    """The notice whose secret link this is. Shape: any text may be given."""
    raise NotImplementedError


def find(rx: Reader, notice_id: int) -> Notice:
    """The notice. Errors: NotFound operator_notice_unknown."""
    raise NotImplementedError


def items_of(rx: Reader, notice_id: int) -> list[tuple[Located, Case]]:
    """What the notice is about, and in which case each item is; without evidence."""
    raise NotImplementedError


def of_case(rx: Reader, case_id: int, after: int = 0, limit: int = 50) -> list[Notice]:
    """The notices joined in a case above that number, oldest first."""
    raise NotImplementedError


def between(rx: Reader, since: int, until: int, after: int = 0, limit: int = 1000) -> list[Notice]:
    """Notices received in a stretch of time, in the order of their numbers: for reports and exports."""
    raise NotImplementedError
