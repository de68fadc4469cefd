"""Reports of clients as notices: who files, what they chose, what the server answers.

Source: api/report, dsa/16
"""

from collections.abc import Callable, Sequence
from hmac import compare_digest

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import limits
from chappe.rpc.context import Call
from chappe.safety import notices, taxonomy
from chappe.safety.records import Desk, Filed, Filing, Located, Notifier
from chappe.store import Reader, Tx
from chappe.tl import types as t

MAC_BYTES = 8
LONGEST_OPTION = 256
WORDS = "words"
"""The last step of a menu: the notifier's own words, after which the notice is filed."""
Found = Callable[[Reader], Sequence[Located]]

REASONS: dict[type[t.TypeReportReason], tuple[str, str]] = {
    t.InputReportReasonSpam: ("OTHER_VIOLATION_TC", "OTHER"),
    t.InputReportReasonViolence: ("VIOLENCE", ""),
    t.InputReportReasonPornography: ("OTHER_VIOLATION_TC", "ADULT_SEXUAL_MATERIAL"),
    t.InputReportReasonChildAbuse: ("PROTECTION_OF_MINORS", "CHILD_SEXUAL_ABUSE_MATERIAL"),
    t.InputReportReasonCopyright: ("INTELLECTUAL_PROPERTY_INFRINGEMENTS", "COPYRIGHT_INFRINGEMENT"),
    t.InputReportReasonGeoIrrelevant: ("OTHER_VIOLATION_TC", "GEOGRAPHICAL_REQUIREMENTS"),
    t.InputReportReasonFake: ("SCAMS_AND_FRAUD", "IMPERSONATION_ACCOUNT_HIJACKING"),
    t.InputReportReasonIllegalDrugs: ("UNSAFE_AND_PROHIBITED_PRODUCTS", "PROHIBITED_PRODUCTS"),
    t.InputReportReasonPersonalDetails: ("DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "MISSING_PROCESSING_GROUND"),
    t.InputReportReasonOther: ("NOT_SPECIFIED_NOTICE", ""),
}
"""What the reasons of older reports mean in the categories of ours."""


def desk(call: Call) -> Desk:
    """What notices are filed with."""
    given = call.services
    return Desk(given.wrapper, given.link_prefix, "mail" in given.outlets, given.limits.limited)


def notifier(call: Call) -> Notifier:
    """The caller as one who notices something."""
    network = limits.network(call.device.ip) if call.device.ip else ""
    return Notifier(call.user_id, lang=call.language or taxonomy.LANGUAGES[0], network=network)


async def file(call: Call, way: str, category: tuple[str, str], words: str, found: Found) -> Filed:
    """The notice stands. Shape: found looks for the items with the caller's eyes, in the same transaction.

    Errors: FLOOD_WAIT_X, NOTICES_LIMITED, MESSAGE_TOO_LONG, OPTION_INVALID and what `found` refuses.
    """
    token = notices.token(call.services.entropy)

    def act(tx: Tx) -> Filed:
        filing = Filing(way, *category, words, tuple(found(tx)))
        return notices.file(tx, desk(call), notifier(call), filing, token)

    return await call.write(act)


def reason(value: t.TypeReportReason) -> tuple[str, str]:
    """(category, keyword) of a report's reason."""
    return REASONS.get(type(value), REASONS[t.InputReportReasonOther])


def option(call: Call, peer: PeerId, *path: str) -> bytes:
    """A step of a menu about the peer, which nobody else can use and which needs no memory here.

    Shape: MAC 8, then the codes with slashes between.
    """
    said = "/".join(path).encode()
    return _mac(call, peer, said) + said


def chosen(call: Call, peer: PeerId, value: bytes) -> tuple[str, ...]:
    """The path of an option that this caller was shown about this peer; empty at the start. Errors: OPTION_INVALID."""
    if not value:
        return ()
    mac, said = value[:MAC_BYTES], value[MAC_BYTES:]
    if len(value) > LONGEST_OPTION or not compare_digest(mac, _mac(call, peer, said)):
        raise Invalid("option_invalid")
    return tuple(said.decode().split("/"))


def _mac(call: Call, peer: PeerId, said: bytes) -> bytes:
    return call.services.wrapper.digest(said, f"report:{call.user_id}:{peer}".encode())[:MAC_BYTES]


def menu(call: Call, peer: PeerId, path: Sequence[str]) -> t.ReportResultChooseOption | t.ReportResultAddComment | None:
    """What is asked next: a category, a keyword of it, then words; None when all is said.

    Source: api/report
    """
    lang = call.language
    if not path:
        offered = taxonomy.category_menu(lang)
        return _choice(call, peer, taxonomy.menu_title(lang), [((code,), said) for code, said in offered])
    keywords = taxonomy.keyword_menu(path[0], lang)
    if len(path) == 1 and keywords:
        return _choice(call, peer, taxonomy.title(path[0], lang), [((path[0], code), said) for code, said in keywords])
    if path[-1] != WORDS:
        keyword = path[1] if len(path) > 1 else ""
        optional = not taxonomy.needs_words(path[0], keyword)
        return t.ReportResultAddComment(optional=optional, option=option(call, peer, path[0], keyword, WORDS))
    return None


def _choice(
    call: Call, peer: PeerId, title: str, offered: Sequence[tuple[tuple[str, ...], str]]
) -> t.ReportResultChooseOption:
    options: list[t.TypeMessageReportOption] = [
        t.MessageReportOption(text=said, option=option(call, peer, *path)) for path, said in offered
    ]
    return t.ReportResultChooseOption(title=title, options=options)
