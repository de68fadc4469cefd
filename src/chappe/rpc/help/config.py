"""help.getConfig and its like: what clients ask before anything else. Source: api/config, method/help.getConfig"""

from chappe.base.ids import PeerId
from chappe.domain import reactions
from chappe.domain.access import SERVICE_USER
from chappe.domain.account_measures import FREE
from chappe.domain.messages import CAPTION_LENGTH, MESSAGE_LENGTH
from chappe.rpc.context import Call, method
from chappe.rpc.help.app_config import APP_CONFIG, APP_CONFIG_HASH, Json, hash_of, json_value
from chappe.tl import functions as f
from chappe.tl import types as t

EDIT_TIME_S = 48 * 3600
CONFIG_LIFE_S = 3600


def dialled_dc(call: Call) -> tuple[int, bool]:
    """(dc id, test) that the client dialled; ours when it did not say."""
    dialled = abs(call.request.dc)
    test = dialled > 10_000
    dc = dialled - 10_000 if test else dialled
    return (dc if 1 <= dc <= 5 else call.services.dc_id), test


@method("help.getConfig", open=True)
async def get_config(call: Call, q: f.help.GetConfig) -> t.Config:
    """Addresses and limits, and what a double tap of the caller's gives. Source: method/help.getConfig

    COMPAT TDLib: this_dc and test_mode must be what it dialled, or it asks again without pause.
    """
    dc, test = dialled_dc(call)
    host, port = call.services.address
    now, owner = call.now(), PeerId(call.user_id)
    sign = await call.read(lambda rx: reactions.preferred(rx, owner)) if owner else reactions.DEFAULT
    options = [t.DcOption(id=i, ip_address=host, port=port, static=True, ipv6=":" in host) for i in range(1, 6)]
    return t.Config(
        date=now, expires=now + CONFIG_LIFE_S, test_mode=test, this_dc=dc, dc_options=options,
        dc_txt_domain_name="", chat_size_max=200, megagroup_size_max=200_000, forwarded_count_max=100,
        online_update_period_ms=210_000, offline_blur_timeout_ms=5_000, offline_idle_timeout_ms=30_000,
        online_cloud_timeout_ms=300_000, notify_cloud_delay_ms=30_000, notify_default_delay_ms=1_500,
        push_chat_period_ms=60_000, push_chat_limit=2, edit_time_limit=EDIT_TIME_S, revoke_time_limit=2**31 - 1,
        revoke_pm_time_limit=2**31 - 1, revoke_pm_inbox=True, rating_e_decay=2_419_200, stickers_recent_limit=200,
        channels_read_media_period=604_800, call_receive_timeout_ms=20_000, call_ring_timeout_ms=90_000,
        call_connect_timeout_ms=30_000, call_packet_timeout_ms=10_000, me_url_prefix=call.services.link_prefix,
        caption_length_max=CAPTION_LENGTH, message_length_max=MESSAGE_LENGTH, webfile_dc_id=dc,
        reactions_default=t.ReactionEmoji(emoticon=sign),
    )  # fmt: skip


@method("help.getNearestDc", open=True)
async def get_nearest_dc(call: Call, q: f.help.GetNearestDc) -> t.NearestDc:
    """The data centre to use. Source: method/help.getNearestDc"""
    dc, _ = dialled_dc(call)
    country = call.services.places.country(call.request.ip) or call.services.country
    return t.NearestDc(country=country, this_dc=dc, nearest_dc=call.services.dc_id)


@method("help.getAppConfig", open=True)
async def get_app_config(call: Call, q: f.help.GetAppConfig) -> t.help.TypeAppConfig:
    """The limits clients look up by name; whether the caller's account is frozen or only reads, and where it says why.

    Source: method/help.getAppConfig, api/config#client-configuration
    """
    config, hash_ = APP_CONFIG, APP_CONFIG_HASH
    standing = await call.services.standings.of(call.user_id) if call.device.user_id else FREE
    away = standing.away
    if standing.frozen_since or away.step:
        frozen: dict[str, Json] = {
            "freeze_since_date": standing.frozen_since or away.since,
            "freeze_until_date": standing.frozen_until if standing.frozen_since else away.until,
            # The chat with the statement and the link to the complaint; or how things stand in the country.
            "freeze_appeal_url": call.services.link_prefix
            + (f"app/#/c/{SERVICE_USER}" if standing.frozen_since else f"territories/{away.territory}"),
        }  # fmt: skip
        config = {**APP_CONFIG, **frozen}
        hash_ = hash_of(config)
    if q.hash == hash_:
        return t.help.AppConfigNotModified()
    return t.help.AppConfig(hash=hash_, config=json_value(config))


@method("help.getAppUpdate", open=True)
async def get_app_update(call: Call, q: f.help.GetAppUpdate) -> t.help.TypeAppUpdate:
    """Chappe ships no client, so there is never an update. Source: method/help.getAppUpdate"""
    return t.help.NoAppUpdate()


@method("help.getInviteText", open=True)
async def get_invite_text(call: Call, q: f.help.GetInviteText) -> t.help.InviteText:
    """What a client proposes to send to somebody who is not here yet. Source: method/help.getInviteText"""
    return t.help.InviteText(message=f"Let's talk on Chappe: {call.services.link_prefix}")


@method("help.getTermsOfServiceUpdate", open=True)
async def get_terms_update(call: Call, q: f.help.GetTermsOfServiceUpdate) -> t.help.TypeTermsOfServiceUpdate:
    """No new terms to accept. Source: method/help.getTermsOfServiceUpdate"""
    return t.help.TermsOfServiceUpdateEmpty(expires=call.now() + 86_400)
