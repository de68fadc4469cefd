"""The interface by which programs of trusted flaggers give notice and ask what became of it.

Comes in: JSON with a key. Goes out: JSON as the document at `/api/flaggers/v1/openapi.json` says, problems as RFC 9457
says. All rules are in `safety.flaggers`. Must never show a flagger anything but its own notices.
"""

from chappe.web.flaggers.routes import FLAGGER_BODIES, flagger_routes

__all__ = ["FLAGGER_BODIES", "flagger_routes"]
