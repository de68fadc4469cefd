"""Runs in the preview worker alone: a web page is fetched without ever connecting to an address not vetted.

Names are resolved here, every address found is vetted, and the socket is connected to the vetted address itself, at
each redirect anew: a name that answers differently a moment later gains nothing.
"""

import codecs
import http.client
import signal
import socket
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any, BinaryIO
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import certifi

from chappe.base.errors import Invalid
from chappe.media.addresses import Network, may_reach, networks
from chappe.media.limits import Reach
from chappe.media.pages import described, read_page
from chappe.media.results import Preview

REDIRECTS = (301, 302, 303, 307, 308)
HTML = ("text/html", "application/xhtml+xml")
TRIES = 3


class Late(Exception):
    """The deadline passed; not an OSError, so that nobody takes it for one more failed connection."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A final answer: where it came from, its bare content type, its charset if given, its decoded body."""

    url: str
    content_type: str
    charset: str
    body: bytes


def acts(reach: Reach) -> Mapping[str, Any]:
    """The acts of the preview worker; certificates and codecs are loaded."""
    fetcher = Fetcher(reach)
    for name in ("utf-8", "utf-16", "latin-1", "cp1251", "cp1252", "koi8-r", "shift_jis", "gbk", "euc-kr", "idna"):
        codecs.lookup(name)

    def preview(_file: BinaryIO | None, url: str) -> Preview:
        signal.signal(signal.SIGALRM, _ring)
        signal.setitimer(signal.ITIMER_REAL, reach.deadline_s)
        try:
            return preview_of(fetcher, url)
        except Late:
            raise Invalid("webpage_curl_failed", cause="time") from None
        except (OSError, http.client.HTTPException, zlib.error):
            raise Invalid("webpage_curl_failed", cause="network") from None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    return {"preview": preview}


def _ring(_number: int, _frame: FrameType | None) -> None:
    """The deadline has come."""
    raise Late


def preview_of(fetcher: "Fetcher", url: str) -> Preview:
    """What the page says of itself, with the picture it names if that can be had in time.

    Errors: webpage_url_invalid, webpage_curl_failed, webpage_media_empty.
    """
    page = fetcher.get(url, fetcher.reach.page_bytes, whole=False)
    if page.content_type.startswith("image/"):
        return described(page.url, {}, "", picture=page.body)
    if page.content_type not in HTML:
        raise Invalid("webpage_media_empty", cause="format")
    facts, title = read_page(page.body, page.charset)
    preview = described(page.url, facts, title, picture=None)
    picture_url = facts.get("og:image") or facts.get("og:image:url") or facts.get("twitter:image")
    picture = _picture(fetcher, page.url, picture_url) if picture_url else None
    if not (preview.title or preview.description or picture):
        raise Invalid("webpage_media_empty", cause="format")
    return described(page.url, facts, title, picture)


def _picture(fetcher: "Fetcher", page_url: str, url: str) -> bytes | None:
    """The picture's bytes; None when it cannot be had: a preview without a picture is still one."""
    try:
        answer = fetcher.get(_joined(page_url, url), fetcher.reach.picture_bytes, whole=True)
    except (Invalid, Late, OSError, http.client.HTTPException, zlib.error):
        return None
    return answer.body if answer.content_type.startswith("image/") and answer.body else None


class Fetcher:
    """GET over sockets that were connected to vetted addresses."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self._allowed: tuple[Network, ...] = networks(reach.allowed)
        self._tls = ssl.create_default_context(cafile=certifi.where())

    def get(self, url: str, limit: int, whole: bool) -> Fetched:
        """The answer at the end of the redirects; `whole` refuses a body above the limit, else it is cut.

        Errors: webpage_url_invalid, webpage_curl_failed; OSError, HTTPException.
        """
        for _hop in range(self.reach.redirects + 1):
            parts = self._checked(url)
            connection = self._connected(parts)
            try:
                connection.request("GET", _path(parts), headers=self._headers(parts))
                answer = connection.getresponse()
                if answer.status not in REDIRECTS or not answer.headers.get("Location"):
                    return _fetched(url, answer, limit, whole)
                url = _joined(url, answer.headers["Location"])
            finally:
                connection.close()
        raise Invalid("webpage_curl_failed", cause="redirects")

    def _checked(self, url: str) -> SplitResult:
        """The address in its parts.

        Errors: webpage_url_invalid when it is not plain http(s) to an open port.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port or _default_port(parts)
        except ValueError:
            raise Invalid("webpage_url_invalid", cause="format") from None
        if parts.scheme not in ("http", "https") or not host or parts.username or port not in self.reach.ports:
            raise Invalid("webpage_url_invalid", cause="refused")
        return parts

    def _connected(self, parts: SplitResult) -> http.client.HTTPConnection:
        """An HTTP connection over a socket connected to a vetted address, TLS checked against the name.

        Errors: webpage_url_invalid when the name has an address that is not public.
        """
        host, port = _ascii_host(parts), parts.port or _default_port(parts)
        sock = self._socket(host, port)
        if parts.scheme == "https":
            try:
                sock = self._tls.wrap_socket(sock, server_hostname=host)
            except BaseException:
                sock.close()
                raise
        connection = http.client.HTTPConnection(host, port)
        connection.auto_open = 0
        connection.sock = sock
        return connection

    def _socket(self, host: str, port: int) -> socket.socket:
        """A socket connected to one of the name's addresses; a name with a single closed one is refused."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if not found or not all(may_reach(str(entry[4][0]), self._allowed) for entry in found):
            raise Invalid("webpage_url_invalid", cause="refused")
        failure: OSError | None = None
        for family, kind, protocol, _name, address in found[:TRIES]:
            sock = socket.socket(family, kind, protocol)
            sock.settimeout(self.reach.deadline_s)
            try:
                sock.connect(address)
            except OSError as error:
                failure = error
                sock.close()
            else:
                return sock
        raise failure or OSError("no address")

    def _headers(self, parts: SplitResult) -> dict[str, str]:
        """The request's headers."""
        host = _ascii_host(parts)
        name = f"[{host}]" if ":" in host else host
        port = f":{parts.port}" if parts.port and parts.port != _default_port(parts) else ""
        return {
            "Host": name + port,
            "User-Agent": self.reach.agent,
            "Accept": "text/html,application/xhtml+xml,image/*;q=0.8,*/*;q=0.1",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }


def _joined(base: str, url: str) -> str:
    """The address a page at `base` means by this one.

    Errors: webpage_url_invalid.
    """
    try:
        return urljoin(base, url)
    except ValueError:
        raise Invalid("webpage_url_invalid", cause="format") from None


def _default_port(parts: SplitResult) -> int:
    """The scheme's own port."""
    return 443 if parts.scheme == "https" else 80


def _ascii_host(parts: SplitResult) -> str:
    """The host as it goes to the resolver and into headers.

    Errors: webpage_url_invalid for a name that is none.
    """
    host = parts.hostname or ""
    try:
        return host if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise Invalid("webpage_url_invalid", cause="format") from None


def _path(parts: SplitResult) -> str:
    """Path and query with everything escaped that must not stand in a request line."""
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(parts.query, safe='/?%:@!$&()*+,;=~-._')}" if parts.query else path


def _fetched(url: str, answer: http.client.HTTPResponse, limit: int, whole: bool) -> Fetched:
    """The answer with its body.

    Errors: webpage_curl_failed for a status other than 200 or a body above the limit.
    """
    if answer.status != 200:
        raise Invalid("webpage_curl_failed", cause="status")
    body = _unpacked(answer.read(limit + 1), answer.headers.get("Content-Encoding", ""), limit + 1)
    if whole and len(body) > limit:
        raise Invalid("webpage_curl_failed", cause="size")
    charset = answer.headers.get_content_charset() or ""
    return Fetched(url, answer.headers.get_content_type(), charset, body[:limit])


def _unpacked(body: bytes, encoding: str, limit: int) -> bytes:
    """The body without its compression, never longer than the limit."""
    if encoding.lower() not in ("gzip", "x-gzip", "deflate"):
        return body
    return zlib.decompressobj(47).decompress(body, limit)
