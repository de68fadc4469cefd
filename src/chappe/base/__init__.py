"""What every room may use: the clock protocol, typed ids, refusals and protocol errors.

Comes in: nothing. Goes out: names without behaviour of their own.
Must never import another room, read a clock or make randomness itself.
"""

from chappe.base.clock import Clock
from chappe.base.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    ProtocolError,
    Refusal,
    Restricted,
    TooMany,
)

__all__ = [
    "Clock",
    "Conflict",
    "Invalid",
    "NotAllowed",
    "NotFound",
    "ProtocolError",
    "Refusal",
    "Restricted",
    "TooMany",
]
