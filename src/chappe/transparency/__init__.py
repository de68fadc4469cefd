"""The log of accountable acts: a Merkle tree over the journal's public parts, published as tiles anybody can check.

Comes in: journal entries with a public part, and the log's keys. Goes out: leaves, tiles, signed checkpoints, proofs.
Must never change an entry, sign two trees of which one is not the beginning of the other, or show whom a leaf is about.
"""

from chappe.transparency.keys import KeysError
from chappe.transparency.ledger import Ledger
from chappe.transparency.proofs import Proof
from chappe.transparency.rebuilding import Rebuilt, rebuild
from chappe.transparency.recipients import RECIPIENTS, Recipients, recipients
from chappe.transparency.reports import Announce, DayReport, Reports, Stretch, nobody
from chappe.transparency.sequencer import LogFault, Status
from chappe.transparency.tree import Tile

__all__ = [
    "RECIPIENTS", "Announce", "DayReport", "KeysError", "Ledger", "LogFault", "Proof", "Rebuilt", "Recipients",
    "Reports", "Status", "Stretch", "Tile", "nobody", "rebuild", "recipients",
]  # fmt: skip
