"""Pages of countries: how each stands, what holds there and since when, where one is thought to be.

Comes in: requests, the book of profiles, the store. Goes out: HTML and JSON that anybody may copy.
Must never tell where somebody is to anybody but them.
"""

from chappe.web.territories.routes import Lands, land_routes

__all__ = ["Lands", "land_routes"]
