"""users.getUsers and getFullUser: who somebody is. Source: type/User, type/UserFull"""

from chappe.base.errors import Invalid, Refusal
from chappe.domain import profiles
from chappe.domain.profiles import Profile
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import users, viewer
from chappe.rpc.views.bots import bot_info_view
from chappe.rpc.views.dialogs import bar_view
from chappe.rpc.views.media import Viewer, photo_view
from chappe.rpc.views.notify import notify_view
from chappe.rpc.views.users import user_view
from chappe.tl import functions as f
from chappe.tl import types as t

ASKED = 200
"""People in one question."""


@method("users.getUsers")
async def get_users(call: Call, q: f.users.GetUsers) -> list[t.TypeUser]:
    """Those asked for, in that order; who cannot be named with this access hash is empty.

    Source: method/users.getUsers
    Errors: LIMIT_INVALID.
    """
    if len(q.id) > ASKED:
        raise Invalid("limit_invalid")
    wanted = [await _named(call, one) for one in q.id]
    found = {user.id: user for user in await users(call, (user_id for user_id, known in wanted if known))}
    return [(found.get(user_id) if known else None) or t.UserEmpty(id=user_id) for user_id, known in wanted]


async def _named(call: Call, value: t.TypeInputUser) -> tuple[int, bool]:
    """(id, the caller may name it so)."""
    try:
        return await inputs.user(call, value), True
    except Refusal:
        return getattr(value, "user_id", 0), False


@method("users.getFullUser")
async def get_full_user(call: Call, q: f.users.GetFullUser) -> t.users.UserFull:
    """Everything the caller may know of the person.

    Source: method/users.getFullUser
    Errors: USER_ID_INVALID.
    """
    user_id, me, now, language = await inputs.user(call, q.id), call.user_id, call.now(), call.language
    found = await call.read(lambda rx: profiles.profile(rx, me, user_id, now, language))
    seen = viewer(call)
    return t.users.UserFull(full_user=full_view(found, seen), chats=[], users=[user_view(found.card, seen)])


@method("users.getRequirementsToContact")
async def get_requirements_to_contact(
    call: Call, q: f.users.GetRequirementsToContact
) -> list[t.TypeRequirementToContact]:
    """What it takes to write to each of the people: nothing. Source: method/users.getRequirementsToContact"""
    return [t.RequirementToContactEmpty() for _ in q.id]


def full_view(p: Profile, seen: Viewer) -> t.UserFull:
    """The profile as TL has it. Source: type/userFull"""
    day, month, year = p.birthday
    return t.UserFull(
        id=p.card.id,
        blocked=p.blocked,
        can_pin_message=True,
        has_scheduled=p.scheduled,
        phone_calls_private=p.phone_calls_private,
        voice_messages_forbidden=p.voice_messages_forbidden,
        read_dates_private=p.read_dates_private and not p.card.is_self,
        about=p.about or None,
        settings=bar_view(p.bar),
        profile_photo=photo_view(p.photo, seen) if p.photo else None,
        notify_settings=notify_view(p.notify),
        bot_info=bot_info_view(p.bot) if p.bot else None,
        pinned_msg_id=p.pinned_msg_id or None,
        common_chats_count=p.common,
        folder_id=p.folder_id or None,
        ttl_period=p.ttl_period_s or None,
        private_forward_name=name_of(p) if p.hides_forwards else None,
        birthday=t.Birthday(day=day, month=month, year=year or None) if day else None,
    )


def name_of(p: Profile) -> str:
    """Both names of the person."""
    return f"{p.card.first_name} {p.card.last_name}".strip()
