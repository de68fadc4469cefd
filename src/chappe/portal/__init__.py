"""The portal of authorities: they register, file orders, see what becomes of each, and fetch answers; its own origin.

Comes in: requests of browsers, of people of authorities who signed in with a passkey. Goes out: pages, receipts,
letters, sealed packages. Every order goes through the single door of `legal.intake`.
Must never show one authority what is another's, decide anything, or need a script except for passkeys.
"""

from chappe.portal.inside import Inside
from chappe.portal.pages import make_portal

__all__ = ["Inside", "make_portal"]
