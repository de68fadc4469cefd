"""Source: requirements/invites

Each page without an account, in each look and language: no complaint of the browser, no barrier, nothing too wide.
"""

import re

import pytest
from tests.browser.conftest import Arrives, invite
from tests.browser.looks import DARK, LIGHT, LOOKS, PHONE, RTL, Look
from tests.kit.server_process import ServerProcess
from tests.kit.wire_client import WireClient

from chappe.tl import functions as f
from chappe.tl import types as t

WORDS = {
    "/": {"en": "A messenger of its own", "fr": "Une messagerie à soi"},
    "/design": {"en": "The design system", "fr": "Le système"},
    "/install-ca": {"en": "Trust this server", "fr": "Faire confiance à ce serveur"},
    "/operator": {"en": "Operator sign-in", "fr": "Connexion des opérateurs"},
    "/terms": {"en": "Terms of use", "fr": "Conditions d'utilisation"},
    "/channels": {"en": "Public channels", "fr": "Canaux publics"},
    "/hashtag/telegraph": {"en": "#telegraph", "fr": "#telegraph"},
    "/nowhere": {"en": "There is no public page here", "fr": "Il n'y a pas de page publique ici"},
    "/no/where": {"en": "There is no such page", "fr": "Cette page n'existe pas"},
}
STATUS = {"/nowhere": 404, "/no/where": 404}
EACH = [look.says(language) for look in LOOKS for language in ("en", "fr")]


@pytest.mark.parametrize("look", EACH, ids=lambda look: f"{look.name}-{look.language}")
async def test_every_page_is_open_to_everybody(arrives: Arrives, look: Look) -> None:
    alice = await arrives("alice", look)
    for path, words in WORDS.items():
        await alice.goes(path, status=STATUS.get(path, 200))
        heading = await alice.page.locator("h1").first.inner_text()
        assert words[look.language] in heading, f"{path}: {heading}"
        assert await alice.page.get_attribute("html", "lang") == look.language
        await alice.finds_no_barrier()


@pytest.mark.parametrize("look", [LIGHT, DARK, PHONE, RTL], ids=lambda look: look.name)
async def test_the_page_of_an_invite(arrives: Arrives, server: ServerProcess, look: Look) -> None:
    alice = await arrives("alice", look)
    await alice.goes(f"/invite/{await invite(server)}")
    number = await (await alice.sees(re.compile(r"\+888 \d{4} \d{4}"))).inner_text()
    await alice.finds_no_barrier()
    client = await WireClient(server.port, server.key).connects()
    asked = f.auth.SendCode(phone_number=number, api_id=4, api_hash="wire", settings=t.CodeSettings())
    await client.calls(asked)
    await alice.sees(re.compile(r"^\d{5}$"))
    await alice.finds_no_barrier()
    client.cuts()
