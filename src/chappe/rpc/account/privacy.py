"""Who may see, find, write to and call a person. Source: api/privacy"""

from collections.abc import Sequence

from chappe.base.errors import Invalid, NotAllowed
from chappe.base.ids import CHANNEL_MARK, PeerId, UserId, channel_peer, chat_peer
from chappe.domain import accounts, privacy, rooms
from chappe.domain.accounts import Settings
from chappe.domain.privacy import Rule
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import chats, users
from chappe.rpc.views.privacy import rules_view
from chappe.store import Reader, Tx
from chappe.tl import functions as f
from chappe.tl import types as t


@method("account.getPrivacy")
async def get_privacy(call: Call, q: f.account.GetPrivacy) -> t.account.PrivacyRules:
    """The rules of a key: those that were set, else the default. Source: method/account.getPrivacy"""
    key, user_id = key_of(q.key), call.user_id
    return await shown(call, await call.read(lambda rx: privacy.rules(rx, user_id, key)))


@method("account.setPrivacy")
async def set_privacy(call: Call, q: f.account.SetPrivacy) -> t.account.PrivacyRules:
    """The key has these rules.

    Source: method/account.setPrivacy
    Errors: PRIVACY_KEY_INVALID, PRIVACY_VALUE_INVALID, PRIVACY_TOO_LONG.
    """
    key, user_id, origin = key_of(q.key), call.user_id, call.device.auth_key_id
    if sum(1 + len(getattr(one, "users", ())) + len(getattr(one, "chats", ())) for one in q.rules) > 2 * privacy.LISTED:
        raise Invalid("privacy_too_long")
    rules = tuple([await _rule(call, one) for one in q.rules])
    await call.write(lambda tx: privacy.change(tx, user_id, key, rules, origin))
    return await shown(call, rules)


@method("account.getGlobalPrivacySettings")
async def get_global_privacy_settings(call: Call, q: f.account.GetGlobalPrivacySettings) -> t.GlobalPrivacySettings:
    """What holds for all chats. Source: method/account.getGlobalPrivacySettings"""
    user_id = call.user_id
    return global_view(await call.read(lambda rx: accounts.settings(rx, user_id)))


@method("account.setGlobalPrivacySettings")
async def set_global_privacy_settings(call: Call, q: f.account.SetGlobalPrivacySettings) -> t.GlobalPrivacySettings:
    """What holds for all chats is this. What this server does not offer is refused.

    Source: method/account.setGlobalPrivacySettings
    Errors: AUTOARCHIVE_NOT_AVAILABLE, PREMIUM_ACCOUNT_REQUIRED.
    """
    wanted, user_id = q.settings, call.user_id
    if wanted.archive_and_mute_new_noncontact_peers:
        raise NotAllowed("autoarchive_not_available")
    if wanted.new_noncontact_peers_require_premium or wanted.noncontact_peers_paid_stars:
        raise NotAllowed("premium_account_required")

    def act(tx: Tx) -> Settings:
        return accounts.change_settings(
            tx, user_id, keep_archived_unmuted=bool(wanted.keep_archived_unmuted),
            keep_archived_folders=bool(wanted.keep_archived_folders), hide_read_marks=bool(wanted.hide_read_marks),
        )  # fmt: skip

    return global_view(await call.write(act))


def key_of(value: t.TypeInputPrivacyKey) -> str:
    """The name of a key."""
    return type(value).NAME.removeprefix("inputPrivacyKey")


async def _rule(call: Call, value: t.TypeInputPrivacyRule) -> Rule:
    """A rule with the ids of whom it names. Errors: Invalid privacy_value_invalid, user_id_invalid."""
    kind = type(value).NAME.removeprefix("inputPrivacyValue")
    match value:
        case t.InputPrivacyValueAllowUsers() | t.InputPrivacyValueDisallowUsers():
            return Rule(kind, tuple([await inputs.user(call, user) for user in value.users]))
        case t.InputPrivacyValueAllowChatParticipants() | t.InputPrivacyValueDisallowChatParticipants():
            return Rule(kind, await _rooms(call, value.chats))
        case t.InputPrivacyValueAllowPremium() | t.InputPrivacyValueAllowCloseFriends():
            raise Invalid("privacy_value_invalid")
        case _:
            return Rule(kind)


async def _rooms(call: Call, numbers: Sequence[int]) -> tuple[PeerId, ...]:
    """The groups that the caller is in and means by bare numbers. Errors: Invalid privacy_value_invalid.

    A basic group comes first where a supergroup has the same number, as clients take it.
    """

    def query(rx: Reader) -> tuple[PeerId, ...]:
        return tuple(_room(rx, call.user_id, number) for number in dict.fromkeys(numbers))

    return await call.read(query)


def _room(rx: Reader, user_id: UserId, number: int) -> PeerId:
    if not 0 < number < CHANNEL_MARK:
        raise Invalid("privacy_value_invalid")
    for one in (chat_peer(number), channel_peer(number)):
        if rooms.member(rx, one, user_id).inside and not rooms.find(rx, one).broadcast:
            return one
    raise Invalid("privacy_value_invalid")


async def shown(call: Call, rules: Sequence[Rule]) -> t.account.PrivacyRules:
    """The rules with the people they name. Source: type/account.privacyRules"""
    named = {i for rule in rules for i in rule.ids}
    around = await chats(call, named)
    return t.account.PrivacyRules(rules=rules_view(rules), chats=around, users=await users(call, named))


def global_view(settings: Settings) -> t.GlobalPrivacySettings:
    """Source: type/globalPrivacySettings"""
    return t.GlobalPrivacySettings(
        keep_archived_unmuted=settings.keep_archived_unmuted,
        keep_archived_folders=settings.keep_archived_folders,
        hide_read_marks=settings.hide_read_marks,
    )
