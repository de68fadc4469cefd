"""Source: method/account.checkUsername, api/links. Nobody is called like a page of this server, or like who runs it."""

from dataclasses import replace
from unittest.mock import Mock

import pytest
from starlette.applications import Starlette
from tests.web.conftest import SITE

from chappe import web
from chappe.domain import accounts, reserved_names
from chappe.net.http import SOCKET_PATHS


def pages() -> set[str]:
    """First parts of the addresses of all pages, as far as they could be names."""
    everything = web.Inside(**dict.fromkeys(web.Inside.__dataclass_fields__, Mock()) | {"terms": (), "goals": ()})
    app = web.make_app(replace(SITE, demo=True, certificate=b"one"), everything, 4096)
    assert isinstance(app.app, Starlette)  # type: ignore[attr-defined]
    paths = [route.path for route in app.app.routes] + list(SOCKET_PATHS)  # type: ignore[attr-defined]
    first = {path.removeprefix("/").partition("/")[0] for path in paths}
    return {one for one in first if accounts._USERNAME.fullmatch(one)}


def test_the_pages_that_are_reserved_are_those_that_there_are() -> None:
    found = pages()
    assert {"notice", "operator", "territories"} <= found
    assert found == reserved_names.PAGES


RESERVED = [
    "notice", "Notices", "admin", "Ad_Min", "support", "chappe", "Chappe_Support", "support_chappe", "official_admin",
    "telegram", "joinchat", "BotFather", "report",
]  # fmt: skip


@pytest.mark.parametrize("username", RESERVED)
def test_a_name_of_the_house_is_nobodys(username: str) -> None:
    assert reserved_names.is_reserved(username)


@pytest.mark.parametrize("username", ["support_bot", "ChappeBot", "chappe_admin_bot", "Botfather_bot", "noticebot"])
def test_nor_a_bots(username: str) -> None:
    assert reserved_names.is_reserved(username, bot=True)


FREE = ["alice", "claude_chappe", "noticed", "supporters_of_lyon", "reporter", "healthy", "my_server", "admiral"]


@pytest.mark.parametrize("username", FREE)
def test_others_are_free(username: str) -> None:
    assert not reserved_names.is_reserved(username)
    assert not reserved_names.is_reserved(f"{username}_bot", bot=True)
