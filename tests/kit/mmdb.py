"""Writes tables of the countries of addresses in MaxMind's format, small ones (maxmind.github.io/MaxMind-DB)."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path

FRANCE, ENGLAND, NOWHERE = "198.51.100.7", "203.0.113.7", "192.0.2.7"
"""Addresses for documentation, the first two in the table below."""
NETWORKS = {"198.51.100.0/24": "FR", "203.0.113.0/24": "GB", "2001:db8:f::/48": "FR"}
_MARKER = b"\xab\xcd\xefMaxMind.com"


def write_table(path: Path, networks: Mapping[str, str] = NETWORKS, built: int = 1_750_000_000) -> Path:
    """The file says which country each network is in; IPv4 stands in the tree of IPv6."""
    nodes: list[list[int | bytes | None]] = [[None, None]]
    data, places = b"", dict[str, int]()
    for network, country in networks.items():
        if country not in places:
            places[country] = len(data)
            data += _map({"country": _map({"iso_code": _text(country)})})
        bits = _bits(network)
        at = 0
        for bit in bits[:-1]:
            below = nodes[at][bit]
            if not isinstance(below, int):
                nodes.append([None, None])
                below = nodes[at][bit] = len(nodes) - 1
            at = below
        nodes[at][bits[-1]] = country.encode()
    count = len(nodes)

    def record(value: int | bytes | None) -> bytes:
        if value is None:
            return count.to_bytes(3, "big")
        if isinstance(value, bytes):
            return (count + 16 + places[value.decode()]).to_bytes(3, "big")
        return value.to_bytes(3, "big")

    tree = b"".join(record(left) + record(right) for left, right in nodes)
    about = _map({
        "node_count": _number(6, count), "record_size": _number(5, 24), "ip_version": _number(5, 6),
        "database_type": _text("Chappe-Test-Country"), "languages": bytes([0, 11 - 7]),
        "binary_format_major_version": _number(5, 2), "binary_format_minor_version": _number(5, 0),
        "build_epoch": _number(9, built), "description": _map({"en": _text("for tests")}),
    })  # fmt: skip
    path.write_bytes(tree + bytes(16) + data + _MARKER + about)
    return path


def _bits(network: str) -> list[int]:
    there = ipaddress.ip_network(network)
    value, length = int(there.network_address), there.prefixlen
    if there.version == 4:
        value, length = value, length + 96
    return [(value >> (127 - place)) & 1 for place in range(length)]


def _map(fields: Mapping[str, bytes]) -> bytes:
    return bytes([7 << 5 | len(fields)]) + b"".join(_text(key) + value for key, value in fields.items())


def _text(text: str) -> bytes:
    raw = text.encode()
    if len(raw) < 29:
        return bytes([2 << 5 | len(raw)]) + raw
    return bytes([2 << 5 | 29, len(raw) - 29]) + raw


def _number(kind: int, value: int) -> bytes:
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    if kind > 7:
        return bytes([len(raw), kind - 7]) + raw
    return bytes([kind << 5 | len(raw)]) + raw
