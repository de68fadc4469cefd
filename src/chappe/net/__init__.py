"""Every socket: one port on which MTProto (bare, in WebSocket) and HTTP(S) are told apart by their first bytes.

Comes in: connections, and answers and pushes of `rpc`. Goes out: calls to `rpc`, requests to the pages, bytes.
Must never look into a call or its answer, hold a rule about people, or let one connection harm another.
"""

from chappe.net.authority import Authority
from chappe.net.gate import Gate
from chappe.net.hub import Calls, Hub, KeyStore
from chappe.net.limits import Limits, connections_allowed, raise_file_limit
from chappe.net.listener import bind
from chappe.net.secure import GivenTls, NoTls, OwnTls, Tls
from chappe.net.side_door import SideDoor
from chappe.net.tls import ends_at, server_context

__all__ = [
    "Authority",
    "Calls",
    "Gate",
    "GivenTls",
    "Hub",
    "KeyStore",
    "Limits",
    "NoTls",
    "OwnTls",
    "SideDoor",
    "Tls",
    "bind",
    "connections_allowed",
    "ends_at",
    "raise_file_limit",
    "server_context",
]
