"""What every visitor sees, in which language, and what pages never load."""

import re

import pytest
from tests.web.conftest import Opened

from chappe.web.language import choose, load_texts

ADDRESSES = [
    "/", "/terms", "/channels", "/hashtag/telegraph", "/design", "/install-ca", "/operator", "/operator/unknown",
    "/invite/unknown", "/nothing", "/@nobody_there", "/notice", "/notice/unknown", "/statement/unknown",
]  # fmt: skip


async def test_the_start_page_says_what_it_is_and_how_to_connect(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        text = (await alice.get("/")).text
        for fact in (
            "Association Exemple",
            "mailto:desk@example.org",
            "da6e784ef0593115",
            "BEGIN RSA PUBLIC KEY",
            "tg://proxy?server=localhost&amp;port=8443&amp;secret=dd000102030405060708090a0b0c0d0e0f",
            "Telethon",
            "Kurigram",
            "Pyrofork",
            "mtcute",
            "TDLib",
        ):
            assert fact in text


@pytest.mark.parametrize("address", ADDRESSES)
async def test_every_page_forbids_what_comes_from_elsewhere(opened: Opened, address: str) -> None:
    async with opened() as pages, pages.visitor() as alice:
        answer = await alice.get(address)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] in ("no-store", "no-cache")
        text = re.sub(r'<link rel="canonical"[^>]*>', "", answer.text)  # loads nothing
        assert not re.search(r"""(src|href|action)=["'](https?:)?//""", text)
        assert not re.search(r"<script(?![^>]*src=)|<style|\son[a-z]+=|style=", answer.text)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_test_mode_shows_on_every_page(opened: Opened, address: str, language: str) -> None:
    words = {"en": "Test mode", "fr": "Mode test"}[language]
    async with opened(test_mode=True) as pages, pages.visitor(language=language) as alice:
        assert words in (await alice.get(address)).text
    async with opened() as pages, pages.visitor(language=language) as alice:
        assert words not in (await alice.get(address)).text


async def test_pages_for_all_are_packed_and_those_with_secrets_are_not(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        for address in ("/", "/terms", "/design", "/channels"):
            page = await alice.get(address)
            assert page.headers["content-encoding"] == "gzip" and "</html>" in page.text, address
            assert "accept-encoding" in page.headers["vary"].lower()
            plain = await alice.get(address, headers={"accept-encoding": "identity"})
            assert plain.text == page.text and "content-encoding" not in plain.headers
        assert int((await alice.get("/")).headers["content-length"]) < 5000
        for address in ("/operator", f"/invite/{await pages.invites.make('server')}"):
            assert "content-encoding" not in (await alice.get(address)).headers, address


async def test_a_page_for_all_knows_no_more_of_its_visitor_than_it_shows(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor(language="fr") as bob:
        first = await alice.get("/?lang=en&utm=x%22%3E%3Cscript%3E")
        assert "utm" not in first.text and "lang=en" in first.headers["set-cookie"]
        again = await alice.get("/", headers={"cookie": ""})
        assert "set-cookie" not in again.headers and again.text == first.text
        assert "Une messagerie à soi" in (await bob.get("/")).text
        async with pages.visitor("http://192.0.2.2:8443") as carol:
            assert "192.0.2.2" in (await carol.get("/")).text and "192.0.2.2" not in (await bob.get("/")).text


async def test_a_visitor_reads_their_language(opened: Opened) -> None:
    async with opened() as pages, pages.visitor(language="fr-FR,en;q=0.5") as bob:
        answer = await bob.get("/")
        assert "Une messagerie à soi" in answer.text
        assert answer.headers["content-language"] == "fr"
        assert '<html lang="fr">' in answer.text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "en"),
        ("fr", "fr"),
        ("en;q=0.2, fr;q=0.9", "fr"),
        ("fr;q=0, en", "en"),
        ("de, fr-CA;q=0.1", "fr"),
        ("fr;q=x", "en"),
        (",;,=", "en"),
    ],
)
def test_the_header_chooses(header: str, language: str) -> None:
    assert choose(header) == language


def test_both_languages_say_everything() -> None:
    english, french = (load_texts()[code].all for code in ("en", "fr"))
    assert english.keys() == french.keys()
    for key, text in english.items():
        assert re.findall(r"{\w+}", text) == re.findall(r"{\w+}", french[key]), key


async def test_plain_connections_from_elsewhere_are_led_to_the_secure_origin(opened: Opened) -> None:
    async with opened() as pages, pages.visitor("http://192.0.2.2:8443", "192.0.2.9") as alice:
        answer = await alice.get("/operator?x=1")
        assert answer.status_code == 308
        assert answer.headers["location"] == "https://192.0.2.2:8443/operator?x=1"
        for address in ("/install-ca", "/ca.crt", "/ca.pem", "/health", "/static/chappe.css"):
            assert (await alice.get(address)).status_code == 200
    async with opened(tls=False) as pages, pages.visitor("http://192.0.2.2:8443", "192.0.2.9") as alice:
        assert (await alice.get("/")).status_code == 200


async def test_the_install_page_leads_a_phone_here(opened: Opened) -> None:
    async with opened() as pages, pages.visitor("http://192.168.1.5:8443", "192.168.1.9") as alice:
        text = (await alice.get("/install-ca")).text
        assert "http://192.168.1.5:8443/install-ca" in text
        assert "<svg" in text
        assert "AB:CD" in text
    async with opened() as pages, pages.visitor() as alice:
        assert "http://chat.example.org:8443/install-ca" in (await alice.get("/install-ca")).text
    async with opened(certificate=None) as pages, pages.visitor() as alice:
        assert (await alice.get("/install-ca")).status_code == 404


async def test_figures_are_for_some_networks_only(opened: Opened) -> None:
    async with opened() as pages:
        async with pages.visitor() as alice:
            assert (await alice.get("/metrics")).text == "figure 1\n"
        async with pages.visitor("https://chat.example.org:8443", "192.0.2.9") as bob:
            assert (await bob.get("/metrics")).status_code == 403


@pytest.mark.parametrize("host", ["", "a b", "x/y", "a@b", "[::1", "x:99999999"])
async def test_a_host_that_is_none_is_refused(opened: Opened, host: str) -> None:
    async with opened() as pages, pages.visitor() as alice:
        assert (await alice.get("/", headers={"host": host})).status_code == 400


async def test_bodies_are_bounded_with_and_without_their_length(opened: Opened) -> None:
    async def endless() -> object:
        for _ in range(100):
            yield b"x" * 1024

    async with opened() as pages, pages.visitor() as alice:
        assert (await alice.post("/operator/sign-in", content=b"x" * 5000)).status_code == 413
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = await alice.post("/operator/sign-in", content=endless(), headers=form)  # type: ignore[arg-type]
        assert answer.status_code == 413


async def test_forms_of_other_sites_are_refused(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        for origin in ("https://evil.example", "null", "http://localhost:9999"):
            assert (await alice.post("/operator/sign-out", headers={"origin": origin})).status_code == 403


async def test_seven_cards_open_the_living_thing(opened: Opened) -> None:
    async with opened(portal_port=8445) as pages, pages.visitor() as alice:
        text = (await alice.get("/")).text
        cards = dict(re.findall(r'<li class="card deed" id="(\w+)">(.*?)</li>', text, re.DOTALL))
        assert list(cards) == ["talk", "encrypt", "report", "moderate", "answer", "publish", "leave"]
        for key, card in cards.items():
            link = re.search(r'href="([^"]+)"', card)
            assert link and "It comes" not in card, key
            if key == "answer":
                assert link[1] == "http://localhost:8445/"
            elif not link[1].startswith("/app/"):
                assert (await alice.get(link[1])).status_code == 200, key
        assert 'id="who"' in text
    async with opened() as pages, pages.visitor() as alice:
        card = re.search(r'id="answer">(.*?)</li>', (await alice.get("/")).text, re.DOTALL)
        assert card and 'href="#who"' in card[1], "where there is no portal, the contact is there"


async def test_who_runs_it_is_said_as_far_as_it_is_known(opened: Opened) -> None:
    known = {
        "operator_address": "1 rue <de> l'Exemple, Paris",
        "authority_contact": "authorities@example.org",
        "contact_languages": ("français", "English"),
    }
    async with opened(**known) as pages, pages.visitor() as alice:
        text = (await alice.get("/")).text
        assert "1 rue &lt;de&gt; l&#39;Exemple" in text and "mailto:authorities@example.org" in text
        assert "français, English" in text
    async with opened() as pages, pages.visitor() as alice:
        assert "For authorities" not in (await alice.get("/")).text


async def test_a_browser_finds_the_sign_where_it_looks_by_itself(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        answer = await alice.get("/favicon.ico")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")


async def test_the_start_page_says_when_everybody_may_join(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        assert "Everybody may join" not in (await alice.get("/")).text
    async with opened(everybody=True) as pages, pages.visitor() as alice:
        page = (await alice.get("/")).text
        assert "Everybody may join here" in page and 'href="/app/#/join"' in page
