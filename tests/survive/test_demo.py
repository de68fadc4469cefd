"""Source: requirements/demo. A month is lived through the real doors, and stands when the server starts over it."""

import asyncio
import html
import io
import re
import sys
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pyrage
import pytest
from tests.kit.server_process import serving

from chappe.demo.world import DAYS
from chappe.web.demo import COURT_KEY, STAFF
from chappe_verify.__main__ import main as verify

pytestmark = pytest.mark.slow


async def made(folder: Path) -> tuple[int, str]:
    """The month is made in the folder; the exit code and what was said."""
    quietly = ["--only-make", "--set", "tls=off", "--set", "host=127.0.0.1"]
    words = ["-m", "chappe", "demo", "--data", str(folder), *quietly]
    running = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await running.communicate()
    return running.returncode or 0, said.decode()


async def opened_by_the_court(portal: str) -> set[str]:
    """What the court was given, fetched in the portal and opened with its key."""
    async with httpx.AsyncClient(base_url=portal, headers={"origin": portal}, follow_redirects=True) as court:
        listed = (await court.post("/play")).text
        pages = [(await court.get(link)).text for link in re.findall(r'href="(/orders/L-[^"]+)"', listed)]
        [link] = re.findall(r'href="(/orders/[^"]+/packages/\d+)"', "".join(pages))
        sealed = (await court.get(link)).content
    plain = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(COURT_KEY)])
    return set(zipfile.ZipFile(io.BytesIO(plain)).namelist())


async def dead_links(browser: httpx.AsyncClient, first: str, most: int) -> list[str]:
    """What is linked from the page on, on the same origin, and is not there or not for who looks. One of each shape."""
    here, seen, waiting, dead = urlsplit(first).netloc, set[str](), [first], []
    while waiting and len(seen) < most:
        place = waiting.pop(0)
        shape = re.sub(r"\d+", "0", place.partition("?")[0])
        if shape in seen:
            continue
        seen.add(shape)
        answer = await browser.get(place, follow_redirects=True)
        if answer.status_code >= 400:
            dead.append(f"{place}: {answer.status_code}")
        for link in re.findall(r'href="([^"#]+)', answer.text if "html" in answer.headers["content-type"] else ""):
            to = urljoin(place, html.unescape(link)).replace("localhost", "127.0.0.1")
            if urlsplit(to).netloc == here and "/log/tile" not in to and "lang=" not in to:
                waiting.append(to)
    return dead


async def test_a_month_stands_and_can_be_checked(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    code, said = await made(folder)
    assert code == 0, said
    async with serving(folder, demo=True, portal_port=0, console_port=0) as server, httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{server.port}", timeout=30
    ) as visitor:

        async def facts(path: str) -> Any:
            answer = await visitor.get(path)
            assert answer.status_code == 200, path
            return answer.json()

        listed = await facts("/log/report/days.json")
        assert (len(listed["days"]), listed["missing"]) == (DAYS, [])
        whole = {}
        for one in listed["days"]:
            found = (await facts(f"/log/report/{one['day']}.json"))["figures"]["instruments"]
            for name, counted in found.items():
                whole[name] = whole.get(name, 0) + counted["total"]
        assert found["overdue"]["count"] == 1
        assert found["recipients"]["count"] >= 5
        assert found["orders_overdue"]["total"] == 1 and "count" not in found["orders_overdue"]
        orders: dict[str, dict[str, int]] = {}
        for one in listed["days"]:
            told = (await facts(f"/log/report/{one['day']}.json"))["figures"].get("orders", {})
            for name, counted in told.items():
                for outcome, cell in counted["outcomes"].items():
                    known = orders.setdefault(name, {})
                    known[outcome] = known.get(outcome, 0) + cell["total"]
        assert orders["dsa_order10"] == {"received": 3, "receipt": 3, "effect": 1, "executed": 1, "refused": 1}
        assert orders["tco_removal"] == {"received": 1, "receipt": 1, "effect": 1, "executed": 1}
        assert orders["cryptology_requisition"] == {"received": 1, "receipt": 1, "impossible": 1}
        assert whole["oncall_drill"] >= 1 and whole["territory"] >= 6
        drills = await facts("/hotline.json")
        assert {drill["seconds"] for drill in drills["drills"]} == {47}, "one was not answered"
        safe = await facts("/continuity.json")
        assert safe["kits"][:2] == [2, 3] and [one["passed"] for one in safe["drills"]] == [True]
        example = await facts("/territories/XX.json")
        assert example["status"] == "open" and len(example["history"]) >= 5
        assert {name: whole[name] for name in ("decision", "undo", "complaint", "growth_guard", "notice")} == {
            "decision": 13, "undo": 1, "complaint": 4, "growth_guard": 2, "notice": 14
        }  # fmt: skip
        paths = ("/@bob_draws", "/@night_pharmacy", "/demo", "/@demo_figures")
        pages = {path: await visitor.get(path) for path in paths}
        assert "the mayor as a seagull" in pages["/@bob_draws"].text
        assert pages["/@night_pharmacy"].status_code == 404
        assert "A demonstration" in pages["/demo"].text
        assert listed["days"][-1]["day"] in pages["/@demo_figures"].text
        assert COURT_KEY in pages["/demo"].text
        [key] = set(re.findall(r"Bearer ([\w-]{43})", pages["/demo"].text))
        theirs = await visitor.get("/api/flaggers/v1/notices", headers={"authorization": f"Bearer {key}"})
        assert [(one["reference"], one["state"]) for one in theirs.json()["notices"]] == [
            ("VE-2077", "received"), ("VE-2031", "decided")
        ]  # fmt: skip
        assert await opened_by_the_court(server.ready["links"]["portal"].rstrip("/")) == {
            "README.txt", "data/001-subscriber.jsonl", "summary.pdf", "manifest.json", "manifest.sig"
        }  # fmt: skip
        links = {name: to.replace("localhost", "127.0.0.1") for name, to in server.ready["links"].items()}
        assert await dead_links(visitor, f"{links['start']}demo", 150) == []
        for part in STAFF:
            async with httpx.AsyncClient(timeout=30) as staff:
                await staff.get(f"{links['console']}play/{part}")
                assert await dead_links(staff, links["console"], 60) == [], part
                told = [(await staff.get(f"{links['console']}orders/{n}")).text for n in range(1, 6)]
                acts = "".join(re.findall(r'<ol class="acts">.*?</ol>', "".join(told), re.DOTALL))
                codes = re.findall(r"\b[a-z]+_[a-z_]+\b(?!@)", re.sub(r"<[^>]+>", " ", acts))
                assert codes == [], "codes stand where words belong"
        assert await asyncio.to_thread(verify, [f"http://127.0.0.1:{server.port}/log/", "--json"]) == 0


async def test_another_servers_data_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "chappe.sqlite").write_text("somebody's")
    code, said = await made(tmp_path)
    assert code == 1
    assert "needs a folder of its own" in said
    assert (tmp_path / "chappe.sqlite").read_text() == "somebody's"
