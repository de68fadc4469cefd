"""Source: requirements/demo. A demonstration says so on every page, and lets everybody be anybody."""

from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette
from tests.web.conftest import SITE, Opened

from chappe.web.demo import PEOPLE, PLACES, STAFF, demo_routes
from chappe.web.page import Pages


@pytest.mark.parametrize(("language", "said"), [("en", "A demonstration"), ("fr", "Une démonstration")])
async def test_every_part_is_one_click_away(language: str, said: str) -> None:
    site = replace(SITE, test_mode=True, demo=True, console_port=8444, demo_key="a-demo-s-key")
    app = Starlette(routes=demo_routes(Pages(site)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:8443") as visitor:
        page = (await visitor.get("/demo", headers={"accept-language": language})).text
    assert said in page
    for part in PEOPLE:
        assert f'href="/app/#/sign-in/{part.phone}"' in page
    for part in STAFF:
        assert f'href="http://localhost:8444/play/{part}"' in page
    assert "Bearer a-demo-s-key" in page and "http://localhost:8443/api/flaggers/v1/notices" in page
    for path, _ in PLACES:
        assert f'href="{path}"' in page


async def test_a_server_in_earnest_has_no_such_page(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as visitor:
        answer = await visitor.get("/demo")
        assert answer.status_code == 404
        assert "demonstration" not in answer.text
