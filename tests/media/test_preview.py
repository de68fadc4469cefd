"""Source: constructor/webPage"""

import asyncio
import gzip
import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
from tests.media import samples

from chappe.base import Invalid
from chappe.media import Limits, Previewer, Reach
from chappe.media.addresses import is_public, may_reach, networks
from chappe.media.fetch import Fetcher
from chappe.media.pages import described, read_page

pytestmark = pytest.mark.slow

PAGE = b"""<!DOCTYPE html><html><head><title>Plain
title</title><meta property="og:title" content="Bob&#39;s  page"><meta property="og:site_name" content="Bobsite">
<meta name="description" content="second"><meta property="og:description" content="first">
<meta property="og:image" content="/picture.jpg"><meta property="og:title" content="not this"></head></html>"""


class Site(BaseHTTPRequestHandler):
    """A small web: each path is a case."""

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        path, _, rest = self.path.partition("?")
        if path.startswith("/to"):
            self.send_response(302)
            self.send_header("Location", unquote(rest))
            self.end_headers()
            return
        if path == "/slow":
            self.server.stopped.wait(10)  # type: ignore[attr-defined]
        bodies = {
            "/page": ("text/html; charset=utf-8", PAGE),
            "/picture.jpg": ("image/jpeg", samples.jpeg(60, 40)),
            "/latin": ("text/html", '<meta charset="iso-8859-1"><title>grün</title>'.encode("latin-1")),
            "/gzip": ("text/html", gzip.compress(PAGE)),
            "/bomb": ("text/html", gzip.compress(b"<title>big</title>" + b" " * 50_000_000)),
            "/huge": ("text/html", b"<title>huge</title>" + b"x" * 3_000_000),
            "/nothing": ("text/html", b"<p>hello</p>"),
            "/file": ("application/zip", b"PK"),
            "/slow": ("text/html", PAGE),
        }
        if path not in bodies:
            self.send_error(404)
            return
        kind, body = bodies[path]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if path in ("/gzip", "/bomb"):
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.stopped = threading.Event()  # type: ignore[attr-defined]
    server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.stopped.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def port() -> Iterator[int]:
    with serving() as number:
        yield number


def reach(*ports: int, deadline_s: float = 5.0) -> Reach:
    return Reach(allowed=("127.0.0.1/32",), ports=ports, deadline_s=deadline_s)


@pytest.mark.slow
async def test_a_page_tells_what_it_is(tmp_path: Path, port: int) -> None:
    async with Previewer(tmp_path, reach(port)) as previews:
        result = await previews.preview(f"http://127.0.0.1:{port}/page#part")
        assert (result.title, result.description, result.site_name) == ("Bob's page", "first", "Bobsite")
        assert (result.type, result.display_url) == ("article", f"127.0.0.1:{port}/page#part")
        assert result.picture == samples.jpeg(60, 40)
        assert (await previews.preview(f"http://127.0.0.1:{port}/gzip")).title == "Bob's page"
        assert (await previews.preview(f"http://127.0.0.1:{port}/latin")).title == "grün"
        assert (await previews.preview(f"http://127.0.0.1:{port}/bomb")).title == "big"
        assert (await previews.preview(f"http://127.0.0.1:{port}/huge")).title == "huge"
        photo = await previews.preview(f"http://127.0.0.1:{port}/picture.jpg")
        assert (photo.type, photo.picture) == ("photo", samples.jpeg(60, 40))
        moved = await previews.preview(f"http://127.0.0.1:{port}/to?/to?/page")
        assert moved.url == f"http://127.0.0.1:{port}/page"
        assert len(previews.pids) == 1
        held = await previews.confinement()
        assert held["no_new_privileges"]
        assert held["no_capabilities"]


@pytest.mark.slow
async def test_pages_that_give_nothing_are_refused(tmp_path: Path, port: int) -> None:
    base = f"http://127.0.0.1:{port}"
    async with Previewer(tmp_path, reach(port)) as previews:
        for path, reason in (
            ("/nothing", "webpage_media_empty"),
            ("/file", "webpage_media_empty"),
            ("/missing", "webpage_curl_failed"),
            ("/to?/to?/to?/to?/to?/to?/to?/page", "webpage_curl_failed"),
        ):
            with pytest.raises(Invalid, match=reason):
                await previews.preview(base + path)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/",
        "http://0/",
        "http://2130706434/",
        "http://0x7f.2/",
        "http://127.0.0.1:22/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://user:word@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://[zz]/",
        "http://a..b/",
    ],
)
async def test_closed_places_are_refused_at_once_and_behind_a_redirect(tmp_path: Path, port: int, target: str) -> None:
    async with Previewer(tmp_path, reach(port, 80, 443)) as previews:
        for url in (target, f"http://127.0.0.1:{port}/to?{target}"):
            with pytest.raises(Invalid) as failure:
                await previews.preview(url)
            assert failure.value.reason == "webpage_url_invalid"


async def test_nothing_local_is_reached_without_leave(tmp_path: Path, port: int) -> None:
    async with Previewer(tmp_path, Reach(ports=(port,))) as previews:
        with pytest.raises(Invalid, match="webpage_url_invalid"):
            await previews.preview(f"http://127.0.0.1:{port}/page")


@pytest.mark.slow
async def test_a_slow_page_is_left_at_the_deadline(tmp_path: Path, port: int) -> None:
    async with Previewer(tmp_path, reach(port, deadline_s=3.0), Limits(wall_s=9)) as previews:
        with pytest.raises(Invalid, match="webpage_curl_failed") as failure:
            await previews.preview(f"http://127.0.0.1:{port}/slow")
        assert failure.value.facts == {"cause": "time"}
        assert (await previews.preview(f"http://127.0.0.1:{port}/page")).title
        assert len(previews.pids) == 1


async def test_bytes_that_are_no_http(tmp_path: Path) -> None:
    async def shout(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\xff\r\n" * 100)
        writer.close()

    server = await asyncio.start_server(shout, "127.0.0.1", 0)
    number = server.sockets[0].getsockname()[1]
    async with server, Previewer(tmp_path, reach(number)) as previews:
        for scheme in ("http", "https"):
            with pytest.raises(Invalid, match="webpage_curl_failed") as failure:
                await previews.preview(f"{scheme}://127.0.0.1:{number}/")
            assert failure.value.facts == {"cause": "network"}


def test_a_name_is_resolved_once_and_the_vetted_address_used(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    answers = iter(["127.0.0.1", "10.0.0.1"])

    def resolve(host: str, number: int, **_options: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), number))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    fetched = Fetcher(reach(port)).get(f"http://rebinding.example:{port}/page", 1 << 20, whole=False)
    assert fetched.body == PAGE
    assert asked == ["rebinding.example"]
    with pytest.raises(Invalid, match="webpage_url_invalid"):
        Fetcher(reach(port)).get(f"http://rebinding.example:{port}/page", 1 << 20, whole=False)


def test_a_name_with_one_closed_address_is_refused(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, port)) for text in ("127.0.0.1", "192.168.1.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: found)
    with pytest.raises(Invalid, match="webpage_url_invalid"):
        Fetcher(reach(port)).get(f"http://both.example:{port}/page", 1 << 20, whole=False)


CLOSED = """
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 168.63.129.16 169.254.169.254 172.16.0.1 192.0.0.1 192.0.2.1 192.88.99.1
192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::7f00:1 ::ffff:8.8.8.8 ::ffff:127.0.0.1 64:ff9b::7f00:1 100::1 2001::1 2001:db8::1 2002:7f00:1::
fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1
"""


@pytest.mark.parametrize("text", CLOSED.split())
def test_no_address_inside_is_public(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))
    assert not may_reach(text, ())
    assert not may_reach(f"{text}%eth0", ())


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "1.1.1.1", "149.154.167.50", "2606:4700::1111", "2a00:1450:4001:82b::200e"]
)
def test_the_open_internet_is_public(text: str) -> None:
    assert may_reach(text, ())


def test_allowed_networks_are_reached() -> None:
    assert may_reach("127.0.0.1", networks(["127.0.0.1/32"]))
    assert not may_reach("127.0.0.2", networks(["127.0.0.1/32"]))
    assert not may_reach("name", networks(["0.0.0.0/0"]))


def test_texts_are_cut_and_single_spaced() -> None:
    facts, title = read_page(b"<title>" + b"a b\n" * 500 + b"</title><meta name=description content='x\x00y'>", "utf-8")
    result = described("https://www.example.org/a/", facts, title, None)
    assert len(result.title) == 256
    assert result.title.endswith("…")
    assert result.display_url == "example.org/a"
    assert result.site_name == "example.org"


@pytest.mark.parametrize("charset", ["", "nonsense", "idna", "punycode", "base64", "rot13", "utf-16"])
def test_any_charset_is_survived(charset: str) -> None:
    facts, _title = read_page(PAGE, charset)
    assert charset == "utf-16" or facts["og:title"] == "Bob's  page"
