"""Reports of what somebody wrote in a supergroup. Source: api/report"""

from collections.abc import Sequence

from chappe.base.errors import Invalid
from chappe.domain import access
from chappe.rpc import inputs, reporting
from chappe.rpc.context import Call, method
from chappe.safety import items, notices
from chappe.safety.records import BUTTON, Located
from chappe.store import Reader
from chappe.tl import functions as f
from chappe.tl import types as t


@method("channels.reportSpam")
async def report_spam(call: Call, q: f.channels.ReportSpam) -> bool:
    """The messages, all of one who wrote them, are noticed as spam.

    Source: method/channels.reportSpam
    Errors: CHANNEL_INVALID, CHANNEL_PRIVATE, MESSAGE_ID_INVALID, FLOOD_WAIT_X, NOTICES_LIMITED.
    """
    room, author = await inputs.channel(call, q.channel), await inputs.peer(call, q.participant)
    if not 0 < len(q.id) <= notices.ITEMS:
        raise Invalid("message_id_invalid")

    def found(rx: Reader) -> Sequence[Located]:
        return items.messages(rx, access.require_read(rx, call.user_id, room), q.id, author)

    await reporting.file(call, BUTTON, reporting.REASONS[t.InputReportReasonSpam], "", found)
    return True
