"""Pages of public rooms for people without an account.

Comes in: addresses as people type and clients make them. Goes out: HTML without a script, feeds, bytes of files that
cannot run. Must never show what an account would be needed for, a commenter's number, or that a private room exists.
"""

from chappe.web.public.routes import PublicPages, PublicRooms

__all__ = ["PublicPages", "PublicRooms"]
