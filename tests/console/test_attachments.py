"""Source: dsa/16(2). What came with a notice is seen under its case alone: pictures as they were drawn anew."""

import re
from pathlib import Path

import pytest
from tests.console.conftest import Desk
from tests.console.test_cases import journal
from tests.talk.test_files import picture
from tests.web.notifying import BASE, notifies
from tests.web.press import opening

from chappe.safety import Desk as Safety
from chappe.safety import queues
from chappe.store import FileStore

PAGE = b"<script>alert(1)</script>"


@pytest.mark.slow
async def test_files_and_addresses_of_a_notice_are_read_under_its_case(tmp_path: Path) -> None:
    async with opening(tmp_path) as press:
        stage = press.stage
        await stage.writes(queues.prepare)
        original = picture(2000, 1000)
        files = [("files", ("seen.jpg", original, "image/jpeg")), ("files", ("<b>page.html", PAGE, "text/html"))]
        await notifies(press.visitor(), files, where=f"{BASE}/@nobody_there")
        safety = Safety(stage.wrapper, f"{BASE}/")
        floor = Desk(stage.store, stage.clock, blobs=FileStore(tmp_path, stage.clock), safety=safety)
        bob = await floor.at_work("bob", "moderator")
        page = (await bob.get("/cases/1")).text
        assert f"{BASE}/@nobody_there" in page and "Address that leads nowhere known" in page
        assert "seen.jpg" not in page, "nobody reads it by looking at the list"
        page = (await bob.get("/cases/1?read=1")).text
        assert "seen.jpg" in page and "_b_page.html" in page
        drawn = re.search(r'<img src="(/cases/1/files/[0-9a-f]{64})"[^>]* width="1280" height="640"', page)
        assert drawn
        shown = await bob.get(drawn[1])
        assert shown.headers["content-type"] == "image/jpeg" and shown.content[:2] == b"\xff\xd8"
        assert shown.content != original and len(shown.content) == int(shown.headers["content-length"])
        as_they_came = re.findall(r'<a href="(/cases/1/files/[0-9a-f]{64})" download>', page)
        answers = [await bob.get(place) for place in as_they_came]
        assert sorted(answer.content for answer in answers) == sorted([original, PAGE])
        for answer in answers:
            assert answer.headers["content-type"] == "application/octet-stream"
            assert "attachment" in answer.headers["content-disposition"]
        assert len(await journal(floor, "evidence_read")) >= 3
        assert (await bob.get(f"/cases/1/files/{'0' * 64}")).status_code == 404
        stranger = await floor.visitor().get(as_they_came[0])
        assert stranger.status_code == 303 and "/sign-in" in stranger.headers["location"]
