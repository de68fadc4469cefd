"""The form by which anybody gives notice of what is wrong, its receipt, and the page that says what became of it.

Comes in: forms from this origin, with files. Goes out: HTML that needs no script; a page by secret link.
All rules are in `safety`. Must never say whether something exists that strangers may not see, nor open a file here.
"""

from chappe.web.notice.desk import NoticeDesk
from chappe.web.notice.routes import BODY_BYTES, notice_routes

__all__ = ["BODY_BYTES", "NoticeDesk", "notice_routes"]
