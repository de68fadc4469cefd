"""The web client is served from its own folder: right kinds, packed, lasting, and nothing else of the disk.

Source: rfc/9111#5.2.2, csp/directives
"""

import gzip
import os
import shutil
import zipfile
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from tests.web.conftest import Opened

from chappe.web.messenger import messenger_routes

SCRIPT = b"export const hello = 1\n" * 40


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A small client, as the build leaves it."""
    folder = tmp_path / "client"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(b"<!doctype html><title>Chappe</title>")
    (folder / "assets" / "index-1234.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-1234.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "assets" / "index-1234.js.br").write_bytes(b"packed")
    (folder / "assets" / "crypto-1234.wasm").write_bytes(b"\0asm")
    (tmp_path / "secret.html").write_text("not for anybody")
    return folder


def visit(folder: Path) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=Starlette(routes=messenger_routes(folder)))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8443")


async def test_each_file_has_its_kind_and_its_packed_form(built: Path) -> None:
    async with visit(built) as alice:
        page = await alice.get("/app/")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["cache-control"] == "no-cache"
        script = await alice.get("/app/assets/index-1234.js", headers={"accept-encoding": "gzip"})
        assert (script.headers["content-encoding"], script.content) == ("gzip", SCRIPT)
        assert script.headers["content-type"].startswith("text/javascript")
        assert "immutable" in script.headers["cache-control"]
        plain = await alice.get("/app/assets/index-1234.js", headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers and plain.content == SCRIPT
        wasm = await alice.get("/app/assets/crypto-1234.wasm")
        assert wasm.headers["content-type"] == "application/wasm"
        async with alice.stream("GET", "/app/assets/index-1234.js", headers={"accept-encoding": "br, gzip"}) as best:
            assert best.headers["content-encoding"] == "br"
            assert b"".join([part async for part in best.aiter_raw()]) == b"packed"


async def test_a_file_that_did_not_change_is_not_sent_again(built: Path) -> None:
    async with visit(built) as alice:
        etag = (await alice.get("/app/")).headers["etag"]
        again = await alice.get("/app/", headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")


ELSEWHERE = (
    "../secret.html", "%2e%2e/secret.html", "..%2fsecret.html", "assets/../../secret.html", "/etc/passwd", "assets",
    "assets/", "index-1234.js", "assets/index-1234.js.gz",
)  # fmt: skip


@pytest.mark.parametrize("name", ELSEWHERE)
async def test_nothing_else_is_found(built: Path, name: str) -> None:
    async with visit(built) as alice:
        answer = await alice.get(f"http://localhost:8443/app/{name}")
        assert answer.status_code == 404
        assert "not for anybody" not in answer.text


async def test_it_runs_only_what_this_server_sends(built: Path) -> None:
    async with visit(built) as alice:
        policy = (await alice.get("/app/")).headers["content-security-policy"]
        rules = {name: values for name, *values in (part.split() for part in policy.split(";"))}
        assert rules["default-src"] == ["'none'"]
        assert rules["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
        assert rules["connect-src"] == ["'self'"]
        assert rules["style-src"] == ["'self'"]
        assert not [value for values in rules.values() for value in values if "://" in value or "*" in value]


async def test_a_server_without_the_client_says_so(tmp_path: Path) -> None:
    async with visit(tmp_path / "nothing") as alice:
        answer = await alice.get("/app/")
        assert answer.status_code == 503
        assert "make client" in answer.text


async def test_the_pages_have_the_client_among_them(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        answer = await alice.get("/app")
        assert (answer.status_code, answer.headers["location"]) == (308, "/app/")


async def test_a_client_built_anew_is_served_without_a_restart(built: Path) -> None:
    async with visit(built) as alice:
        before = (await alice.get("/app/")).text
        fresh = built.with_name("fresh")
        (fresh / "assets").mkdir(parents=True)
        (fresh / "index.html").write_text("<!doctype html><title>Newer</title>")
        (fresh / "assets" / "index-5678.js").write_bytes(SCRIPT)
        os.utime(fresh / "index.html", ns=(1, 1))
        shutil.rmtree(built)
        assert (await alice.get("/app/")).text == before
        fresh.rename(built)
        assert "Newer" in (await alice.get("/app/")).text
        for script in ("index-5678.js", "index-1234.js"):
            assert (await alice.get(f"/app/assets/{script}")).status_code == 200


async def test_a_server_without_a_client_finds_one_that_is_built(tmp_path: Path) -> None:
    async with visit(tmp_path / "client") as alice:
        assert (await alice.get("/app/")).status_code == 503
        (tmp_path / "client").mkdir()
        (tmp_path / "client" / "index.html").write_text("<!doctype html>")
        assert (await alice.get("/app/")).status_code == 200


async def test_it_is_served_out_of_an_archive_too(built: Path, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "client"), "zip", built)
    transport = httpx.ASGITransport(app=Starlette(routes=messenger_routes(zipfile.Path(packed))))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8443") as alice:
        assert (await alice.get("/app/")).status_code == 200
        assert (await alice.get("/app/assets/index-1234.js")).content == SCRIPT
