"""The pages for people: what this server is, how to connect and to trust it, and who operates it.

Comes in: HTTP requests, and facts and functions handed in by `app`. Goes out: HTML, plain text, figures.
Must never read the database itself, run a script where plain HTML does, or load anything from elsewhere.
"""

from starlette.types import ASGIApp

from chappe.web.continuity import Continuity
from chappe.web.goals import Goal, GoalsError
from chappe.web.goals import load as load_goals
from chappe.web.guard import Guard
from chappe.web.hotline import Hotline
from chappe.web.invites import Invites
from chappe.web.language import of_request as language_of
from chappe.web.metrics import Figure, metrics_text
from chappe.web.notice import NoticeDesk
from chappe.web.operators import Desk, passkeys
from chappe.web.operators.passkeys import BadPasskey
from chappe.web.page import RETRY_S, Pages, topic_of
from chappe.web.pages import Inside, make_app
from chappe.web.people import People
from chappe.web.public import PublicRooms, safe_media
from chappe.web.recoveries import Recoveries
from chappe.web.reports import announcer
from chappe.web.side import side_app
from chappe.web.site import HTTPS_PORT, Site, origin
from chappe.web.terms import Terms, TermsError
from chappe.web.terms import load as load_terms
from chappe.web.territories import Lands

__all__ = [
    "ASGIApp",
    "BadPasskey",
    "Continuity",
    "Desk",
    "Figure",
    "Goal",
    "GoalsError",
    "Guard",
    "HTTPS_PORT",
    "Hotline",
    "Inside",
    "Invites",
    "Lands",
    "NoticeDesk",
    "Pages",
    "People",
    "PublicRooms",
    "RETRY_S",
    "Recoveries",
    "Site",
    "Terms",
    "TermsError",
    "announcer",
    "language_of",
    "load_goals",
    "load_terms",
    "make_app",
    "metrics_text",
    "origin",
    "passkeys",
    "safe_media",
    "side_app",
    "topic_of",
]
