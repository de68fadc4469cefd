"""Reports of messages and chats: the menu the server serves, and the older one-tap buttons. Source: api/report"""

from collections.abc import Sequence

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId, UserId
from chappe.domain import access, dialogs, secret
from chappe.rpc import inputs, reporting
from chappe.rpc.context import Call, method
from chappe.rpc.messages.secret import named
from chappe.safety import items, notices, taxonomy
from chappe.safety.records import BUTTON, MENU, Located
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("messages.report")
async def report(call: Call, q: f.messages.Report) -> t.TypeReportResult:
    """The next question about what is reported, or that it was: the notice stands and its receipt is on its way.

    Source: method/messages.report
    Shape: an empty option begins; without message ids the chat itself is reported.
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, OPTION_INVALID, MESSAGE_TOO_LONG, FLOOD_WAIT_X, NOTICES_LIMITED.
    """
    peer, ids = await _reportable(call, q.peer), q.id
    if len(ids) > notices.ITEMS:
        raise Invalid("message_id_invalid")
    path = reporting.chosen(call, peer, q.option)
    asked, words = reporting.menu(call, peer, path), q.message.strip()
    if len(words) > notices.EXPLANATION_LENGTH:
        raise Invalid("message_too_long")

    def found(rx: Reader) -> Sequence[Located]:
        return _what(rx, call, peer, ids)

    if isinstance(asked, t.ReportResultChooseOption) or (asked is not None and not words):
        await call.read(found)
        return asked
    category, keyword = path[0], path[1] if len(path) > 1 else ""
    if not words and taxonomy.needs_words(category, keyword):
        return t.ReportResultAddComment(optional=False, option=q.option)
    await reporting.file(call, MENU, (category, keyword), words, found)
    return t.ReportResultReported()


@method("messages.reportSpam")
async def report_spam(call: Call, q: f.messages.ReportSpam) -> bool:
    """The person or room is noticed as a source of spam, and the bar above the chat is closed.

    Source: method/messages.reportSpam
    Errors: PEER_ID_INVALID, FLOOD_WAIT_X, NOTICES_LIMITED.
    """
    peer, origin = await _reportable(call, q.peer), call.device.auth_key_id

    def found(rx: Reader) -> Sequence[Located]:
        return _what(rx, call, peer, ())

    await reporting.file(call, BUTTON, reporting.REASONS[t.InputReportReasonSpam], "", found)

    def act(tx: Tx) -> None:
        dialogs.hide_bar(tx, access.require_read(tx, call.user_id, peer), origin)

    await call.write(act)
    return True


@method("messages.reportReaction")
async def report_reaction(call: Call, q: f.messages.ReportReaction) -> bool:
    """The person's reaction to the message is noticed.

    Source: method/messages.reportReaction
    Errors: PEER_ID_INVALID, MESSAGE_ID_INVALID, USER_ID_INVALID, FLOOD_WAIT_X, NOTICES_LIMITED.
    """
    peer, person = await _reportable(call, q.peer), UserId(await inputs.peer(call, q.reaction_peer))

    def found(rx: Reader) -> Sequence[Located]:
        grant = access.require_read(rx, call.user_id, peer)
        return (items.reaction(rx, grant, q.id, person),)

    await reporting.file(call, BUTTON, reporting.REASONS[t.InputReportReasonOther], "", found)
    return True


@method("messages.reportEncryptedSpam")
async def report_encrypted_spam(call: Call, q: f.messages.ReportEncryptedSpam) -> bool:
    """Who is at the other end of the secret chat is noticed as a source of spam; what was said there is not known.

    Source: method/messages.reportEncryptedSpam
    Errors: CHAT_ID_INVALID, FLOOD_WAIT_X, NOTICES_LIMITED.
    """
    chat_id, own = named(call, q.peer), PeerId(call.user_id)

    def found(rx: Reader) -> Sequence[Located]:
        chat = secret.find(rx, own, chat_id)
        if chat is None or not chat.peer_id:
            raise Invalid("chat_id_invalid")
        return (items.account(rx, call.user_id, UserId(chat.peer_id), 0),)

    await reporting.file(call, BUTTON, reporting.REASONS[t.InputReportReasonSpam], "", found)
    return True


async def _reportable(call: Call, value: t.TypeInputPeer) -> PeerId:
    """Anybody but the caller. Errors: PEER_ID_INVALID."""
    peer = await inputs.peer(call, value)
    if peer == PeerId(call.user_id):
        raise Invalid("peer_id_invalid")
    return peer


def _what(rx: Reader, call: Call, peer: PeerId, ids: Sequence[int]) -> Sequence[Located]:
    """The messages, or without any the person with the latest they wrote, or the room."""
    grant = access.require_read(rx, call.user_id, peer)
    if ids:
        return items.messages(rx, grant, ids)
    if grant.room is not None:
        return (items.room(rx, grant),)
    return (items.account(rx, call.user_id, UserId(peer), items.LATEST),)
