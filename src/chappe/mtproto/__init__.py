"""MTProto without sockets: framing, key exchange, encryption, sessions; client and server role.

Comes in: bytes, the time, entropy. Goes out: events, and bytes to write. Bodies of calls are decoded with `tl`.
Must never open a socket, read a clock, make randomness, or know what a method does.
"""

from chappe.mtproto.bind import make_bind, verify_bind
from chappe.mtproto.connection import ServerConnection
from chappe.mtproto.crypto import AuthKey
from chappe.mtproto.events import (
    Call,
    Closed,
    Dropped,
    Event,
    KeyCreated,
    KeyDestroyed,
    KeyNeeded,
    SessionCreated,
    SessionDestroyed,
)
from chappe.mtproto.limits import Limits
from chappe.mtproto.rsa import RsaKey, RsaPublicKey
from chappe.mtproto.server import Server
from chappe.mtproto.session import Session
from chappe.mtproto.wire import rpc_error

__all__ = [
    "AuthKey",
    "Call",
    "Closed",
    "Dropped",
    "Event",
    "KeyCreated",
    "KeyDestroyed",
    "KeyNeeded",
    "Limits",
    "RsaKey",
    "RsaPublicKey",
    "Server",
    "ServerConnection",
    "Session",
    "SessionCreated",
    "SessionDestroyed",
    "make_bind",
    "rpc_error",
    "verify_bind",
]
