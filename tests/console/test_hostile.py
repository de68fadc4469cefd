"""What the console is sent that makes no sense: it is refused with a reason, never by breaking.

Source: requirements/console
"""

import itertools
import json
import typing
from typing import Any

import pytest
from tests.console.conftest import Desk
from tests.safety.conftest import Scene

from chappe.console.deeds import Deed
from chappe.console.pages import deeds

pytestmark = pytest.mark.slow

NUMBERS = (0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30)
WORDS = ("", "x", "<script>alert(1)</script>", "a\x00b", "é" * 6000, "' OR 1=1 --", "{}", "../../etc/passwd", "\ud800")
ODD = (None, [], {}, True, 1.5, "1", -1)


def asked(deed: Deed) -> list[dict[str, Any]]:
    """What may be asked of the deed: each field odd in turn, the others as they belong."""
    hints = typing.get_type_hints(deed.asks)
    usual = {name: _usual(hint) for name, hint in hints.items()}
    out = [usual, {}]
    for name, hint in hints.items():
        values = {int: NUMBERS, str: WORDS}.get(hint, tuple([one] for one in WORDS) if _listed(hint) else ())
        out += [usual | {name: value} for value in itertools.chain(values, ODD)]
    return out


def _listed(hint: Any) -> bool:
    return typing.get_origin(hint) is tuple


def _usual(hint: Any) -> Any:
    return 1 if hint is int else [] if _listed(hint) else "x" if hint is str else False


@pytest.mark.slow
@pytest.mark.parametrize("deed", deeds(), ids=lambda deed: deed.name)
async def test_nothing_that_is_asked_breaks_a_deed(scene: Scene, floor: Desk, deed: Deed) -> None:
    """A fault of ours would come through as an exception here."""
    await scene.notices(scene.bob, await scene.says("one"))
    program = await floor.program("alice", "lead", "appeals", "child_safety", rank="owner")
    for facts in asked(deed):
        path, query = deed.path, dict(facts)
        for name in list(query):
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", _in_path(query.pop(name)))
        if deed.method == "POST":
            answer = await program.post(path, content=json.dumps(query).encode())
        else:
            words = {name: str(value) for name, value in query.items() if isinstance(value, int | float | str)}
            answer = await program.request(deed.method, path, params={k: _clean(v) for k, v in words.items()})
        if answer.status_code == 401 and deed.name == "end_token":
            return  # it was the program's own
        assert answer.status_code in (200, 400, 403, 404, 405, 409, 429), (facts, answer.text)
        if answer.status_code != 200 and answer.headers["content-type"] == "application/json":
            assert answer.json()["error"], facts


def _in_path(value: Any) -> str:
    text = str(value)
    return text if text and text.isascii() and text.isalnum() else str(abs(hash(text)) % 10**6)


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


async def test_odd_addresses_of_screens_break_nothing(scene: Scene, floor: Desk) -> None:
    await scene.notices(scene.bob, await scene.says("one"))
    lead = await floor.at_work("lead", "lead", "appeals")
    for path in (
        "/?queue_id=9223372036854775808", "/?author_id=-9223372036854775809", "/?after=%00", "/?after=1.1.1",
        "/?state=%3Cscript%3E", "/?priority_least=1e9", "/?languages=" + "x," * 200, "/?said=%3Cb%3E&refusal=%3Cb%3E",
        "/?refusal=" + "a" * 70, "/?lang=xx", "/cases/9223372036854775808", "/cases/99999999999999999999999",
        "/cases/1/files/..%2f..%2fetc", "/cases/1/files/" + "f" * 64, "/decisions?before=x", "/decisions?before=-1",
        "/decisions/9223372036854775808", "/accounts/9223372036854775808", "/rooms/-9223372036854775809", "/rooms/0",
        "/bulk?measure=%3Cb%3E", "/bulk?queue_id=x", "/bulk", "/complaints?after=x", "/complaints/99999999999999999999",
        "/people/x", "/do/claim", "/do/nothing",
    ):  # fmt: skip
        answer = await lead.get(path)
        assert answer.status_code in (200, 400, 403, 404), path
        assert "<script>" not in answer.text and "<b>" not in answer.text.split("<main", 1)[-1], path
    for form in ({}, {"case_id": "x"}, {"case_id": "9223372036854775808"}, {"case_id": "1", "back": "//evil.example"}):
        answer = await lead.post("/do/claim", data=form)
        assert answer.status_code == 303 and answer.headers["location"].startswith("/") and "evil" not in str(
            answer.headers["location"]
        ), form
