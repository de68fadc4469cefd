"""Invite links and who came by them, as TL values. Source: type/ExportedChatInvite"""

from chappe.domain.room_records import Importer, InviteLink
from chappe.tl import types as t


def link_view(link: InviteLink, prefix: str) -> t.ChatInviteExported:
    """The link as administrators see it. Source: type/chatInviteExported"""
    return t.ChatInviteExported(
        revoked=link.revoked,
        permanent=link.permanent,
        request_needed=link.request_needed,
        link=f"{prefix}+{link.hash}",
        admin_id=link.admin_id,
        date=link.date,
        start_date=link.start_date or None,
        expire_date=link.expires or None,
        usage_limit=link.usage_limit or None,
        usage=link.usage or None,
        requested=link.requested or None,
        title=link.title or None,
    )


def importer_view(importer: Importer) -> t.ChatInviteImporter:
    """Somebody who came by a link, or asks to. Source: type/chatInviteImporter"""
    return t.ChatInviteImporter(
        requested=importer.requested, user_id=importer.user_id, date=importer.date, about=importer.about or None,
        approved_by=importer.approved_by or None,
    )  # fmt: skip
