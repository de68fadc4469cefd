"""Source: method/help.getConfig, api/config. What clients ask before anything else."""

import pytest
from tests.kit.stage import Person, Stage

from chappe import tl
from chappe.rpc import Request
from chappe.rpc.dispatch import methods
from chappe.rpc.empty import EMPTY
from chappe.tl import functions as f
from chappe.tl import service as s
from chappe.tl import types as t


@pytest.mark.parametrize("layer", tl.LAYERS)
async def test_the_configuration_needs_no_sign_in(stage: Stage, layer: int) -> None:
    device = await stage.device(layer)
    config = await device.calls(f.help.GetConfig())
    assert config.this_dc == stage.services.dc_id
    assert {o.id for o in config.dc_options} == {1, 2, 3, 4, 5}
    assert (config.message_length_max, config.caption_length_max) == (4096, 1024)
    assert (await device.calls(f.help.GetNearestDc())).this_dc == config.this_dc


@pytest.mark.parametrize(("dialled", "dc", "test"), [(4, 4, False), (-3, 3, False), (10002, 2, True)])
async def test_this_dc_is_the_one_dialled(stage: Stage, dialled: int, dc: int, test: bool) -> None:
    device = await stage.device()
    request = Request(device.session, device.auth_key_id, 4, f.help.GetConfig(), tl.NEWEST, device.init, dc=dialled)
    config = tl.decode_result(f.help.GetConfig, await stage.rpc.handle(request))
    assert (config.this_dc, config.test_mode) == (dc, test)


@pytest.mark.parametrize(("dialled", "answer"), [(0, ""), (4, ""), (-4, ""), (10004, ""), (1, "PHONE_MIGRATE_4")])
async def test_people_sign_in_where_the_files_are(stage: Stage, dialled: int, answer: str) -> None:
    stage.services.dc_id = 4
    device = await stage.device()
    ask = f.auth.SendCode(phone_number="99966123451", api_id=4, api_hash="x", settings=t.CodeSettings())
    request = Request(device.session, device.auth_key_id, 4, ask, tl.NEWEST, device.init, dc=dialled)
    body = await stage.rpc.handle(request)
    if answer:
        assert tl.decode(body) == s.RpcError(error_code=303, error_message=answer)
    else:
        assert isinstance(tl.decode(body), t.auth.SentCode)


async def test_limits_are_asked_for_once(alice: Person) -> None:
    first = await alice.calls(f.help.GetAppConfig(hash=0))
    names = {pair.key for pair in first.config.value}
    assert "dialogs_pinned_limit_default" in names
    assert isinstance(await alice.calls(f.help.GetAppConfig(hash=first.hash)), t.help.AppConfigNotModified)


async def test_countries_and_time_zones(alice: Person) -> None:
    listed = await alice.calls(f.help.GetCountriesList(lang_code="fr", hash=0))
    germany = next(c for c in listed.countries if c.iso2 == "DE")
    assert (germany.default_name, germany.name, germany.country_codes[0].country_code) == ("Germany", "Allemagne", "49")
    again = await alice.calls(f.help.GetCountriesList(lang_code="fr", hash=listed.hash))
    assert isinstance(again, t.help.CountriesListNotModified)
    zones = {z.id: z.utc_offset for z in (await alice.calls(f.help.GetTimezonesList(hash=0))).timezones}
    assert zones["Asia/Kolkata"] == 19_800


async def test_what_is_not_there_is_refused_cleanly(alice: Person) -> None:
    from_call = f.phone.RequestCall(
        user_id=t.InputUserSelf(), random_id=1, g_a_hash=b"",
        protocol=t.PhoneCallProtocol(min_layer=65, max_layer=92, library_versions=[]),
    )  # fmt: skip
    assert await alice.fails(from_call) == "400 METHOD_INVALID"
    assert await alice.fails(f.stories.GetStoriesArchive(peer=t.InputPeerSelf(), offset_id=0, limit=1)) == (
        "400 METHOD_INVALID"
    )
    assert await alice.fails(f.payments.GetStarsStatus(peer=t.InputPeerSelf())) == "400 METHOD_INVALID"


def test_only_what_is_read_is_answered_empty() -> None:
    assert not [name for name in EMPTY if not name.partition(".")[2].startswith("get")]
    assert not set(EMPTY) & set(methods())


async def test_what_is_empty_is_about_what_was_asked(stage: Stage, alice: Person, bob: Person) -> None:
    """TDLib writes an error to its log for each of these when it is not so."""
    for peer, owner in ((alice.sees(bob), bob), (t.InputPeerSelf(), alice)):
        shown = await alice.calls(f.stories.GetPeerStories(peer=peer))
        assert shown.stories == t.PeerStories(peer=t.PeerUser(user_id=owner.id), stories=[])
    assert (await alice.calls(f.stories.GetAllStories())).state
    words = await alice.calls(f.messages.GetEmojiKeywordsDifference(lang_code="fr", from_version=7))
    assert (words.lang_code, words.from_version, words.version) == ("fr", 7, 7)
    assert (await alice.calls(f.messages.GetEmojiKeywords(lang_code="fr"))).version == 1
    languages = f.messages.GetEmojiKeywordsLanguages(lang_codes=["fr"])
    assert await alice.calls(languages) == [t.EmojiLanguage(lang_code="fr")]
    assert (await alice.calls(f.messages.GetAllStickers(hash=0))).sets == []
    assert await alice.calls(f.messages.GetSponsoredMessages(peer=alice.sees(bob))) == (
        t.messages.SponsoredMessagesEmpty()
    )


async def test_an_unknown_layer_is_refused_and_a_newer_one_served(stage: Stage) -> None:
    for layer, served in ((219, False), (222, False), (226, False), (230, True), (400, True)):
        device = await stage.device()
        request = Request(device.session, device.auth_key_id, 4, f.help.GetConfig(), layer, device.init)
        body = await stage.rpc.handle(request)
        assert (b"CONNECTION_LAYER_INVALID" in body) is not served
