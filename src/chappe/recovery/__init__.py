"""Recovery kits: what the service cannot live without, in the hands of several people, none of whom has it alone.

Comes in: the keys of a data folder, people who keep a sheet each, later the words of enough sheets. Goes out: sheets to
print, sealed backups, the keys again, the record of a drill.
Must never leave the secret that opens it all on the server: it is made, split, printed and forgotten; what stays is
the public half, to which backups are sealed. Must never store or log a word of a sheet.
`sheets` is imported by who prints alone: a server starts without it.
"""

from chappe.recovery.drill import Drill, opened_record, signed_record
from chappe.recovery.errors import RecoveryError
from chappe.recovery.hands import RecoveryHands
from chappe.recovery.identity import Identity, Sealing, opener, sealer
from chappe.recovery.keybox import KeyBox
from chappe.recovery.kits import Sheet, combine, needed_by, split

__all__ = [
    "Drill",
    "Identity",
    "KeyBox",
    "RecoveryError",
    "RecoveryHands",
    "Sealing",
    "Sheet",
    "combine",
    "needed_by",
    "opened_record",
    "opener",
    "sealer",
    "signed_record",
    "split",
]
