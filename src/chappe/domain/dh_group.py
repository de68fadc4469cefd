"""The group in which clients agree on keys, and what a public half in it must be: numbers, no arithmetic.

Source: api/end-to-end, api/srp
The prime is a safe one that clients know; they check it themselves and refuse another.
"""

from chappe.base.errors import Invalid

P = int(
    "c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4dbfa336f6e0ac92513"
    "9543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f642477fe96bb2a941d5bcd1d4ac8cc4988"
    "0708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4"
    "b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f"
    "0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b",
    16,
)
"""The well-known prime. COMPAT Web K, Pyrogram: no other is accepted."""
G = 3
SIZE = 256
"""Bytes of the prime and of each half."""
VERSION = 1
"""Rises when the group changes; a client that names another version is told the group."""
MARGIN = 2 ** (2048 - 64)
"""Halves nearer than this to either end are refused. Source: mtproto/security_guidelines#g-a-and-g-b-validation"""

P_BYTES = P.to_bytes(SIZE, "big")


def require_half(half: bytes) -> bytes:
    """The public half is in the safe range; as it is passed on, 256 bytes. Errors: Invalid dh_g_a_invalid."""
    if len(half) > SIZE or not MARGIN <= int.from_bytes(half, "big") <= P - MARGIN:
        raise Invalid("dh_g_a_invalid")
    return half.rjust(SIZE, b"\0")
