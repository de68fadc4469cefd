"""A server with a month behind it that can be looked at and tried: all of it was done through the real doors.

Comes in: an empty data folder. Goes out: the same folder after thirty days by a clock that was moved, and the roles one
can step into.
Must never run over the data of a server in earnest, nor write anything that no door of the server would have written.
"""

from chappe.demo.making import built
from chappe.demo.world import NAME, World, settings

__all__ = ["NAME", "World", "built", "settings"]
