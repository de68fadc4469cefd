"""TL: values of Telegram's schema and their bytes, for every layer Chappe serves.

In: values of the newest layer (`types`, `functions`, `service`) or bytes of any layer. Out: bytes as a client of a
layer reads them, or values of the newest layer. Never: sockets, time, chance, files beyond its own table.
"""

from chappe.tl.codec import Lacking, decode, decode_at, decode_result, encode, encode_result
from chappe.tl.empty import empty, lacks, served_layer
from chappe.tl.envelope import GZIP_PACKED, MSG_CONTAINER, Allowance, gzip, join_container, split_container, unpack
from chappe.tl.lazy import function, function_names
from chappe.tl.table import LAYERS, NEWEST
from chappe.tl.values import Encoded, TLObject

__all__ = [
    "GZIP_PACKED",
    "LAYERS",
    "MSG_CONTAINER",
    "NEWEST",
    "Allowance",
    "Encoded",
    "Lacking",
    "TLObject",
    "decode",
    "decode_at",
    "decode_result",
    "empty",
    "encode",
    "encode_result",
    "function",
    "function_names",
    "gzip",
    "join_container",
    "lacks",
    "served_layer",
    "split_container",
    "unpack",
]
