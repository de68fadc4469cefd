"""Rendering: one template, the visitor's language, the facts of the server."""

from collections.abc import Callable, Mapping
from gzip import compress
from importlib import resources
from types import MappingProxyType
from urllib.parse import urlencode

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from chappe.web import formats
from chappe.web.assets import load_assets
from chappe.web.language import COOKIE, NAMES, load_texts, of_request
from chappe.web.site import Site

EMPTY: Mapping[str, object] = MappingProxyType({})
EMPTY_WORDS: Mapping[str, str] = MappingProxyType({})
MADE = 200
"""Pages for everybody that are kept."""
PACKED_FROM = 1024
YEAR_S = 365 * 86_400
RETRY_S = "60"


class _Compiled(jinja2.BytecodeCache):
    """Templates as they were compiled, for every set of pages in the process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """What was compiled of the same source."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """It was compiled now."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class Pages:
    """All templates, texts and assets of these rooms, read once; of two of one name the later room's counts."""

    def __init__(self, site: Site, rooms: tuple[str, ...] = ("chappe.web",)) -> None:
        self.site = site
        self.texts = load_texts(rooms)
        self.assets = load_assets(rooms)
        self._made: dict[tuple[object, ...], tuple[Response, bytes]] = {}
        folders = [str(resources.files(room) / "templates") for room in reversed(rooms)]
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folders), autoescape=True, undefined=jinja2.StrictUndefined,
            trim_blocks=True, lstrip_blocks=True, bytecode_cache=_COMPILED,
        )  # fmt: skip
        self._templates.globals |= {
            "site": site, "asset": self.assets.link, "languages": NAMES, "theme": "", "direction": "", "robots": "",
        } | formats.ALL  # fmt: skip

    def render(self, request: Request, template: str, facts: Mapping[str, object] = EMPTY) -> str:
        """The template as HTML in the visitor's language."""
        language = of_request(request)
        known: dict[str, object] = {
            "t": self.texts[language], "lang": language, "switch": lambda code: _switched(request, code), **facts
        }  # fmt: skip
        return self._templates.get_template(template).render(known)

    def show(
        self, request: Request, template: str, facts: Mapping[str, object] = EMPTY, status: int = 200
    ) -> HTMLResponse:
        """The template as a page in the visitor's language, which is remembered if they chose it."""
        language = of_request(request)
        headers = {"vary": "accept-language, cookie", "content-language": language}
        if facts.get("robots"):
            headers["x-robots-tag"] = str(facts["robots"])
        answer = HTMLResponse(self.render(request, template, facts), status, headers)
        self.remember(request, answer)
        return answer

    def remember(self, request: Request, answer: Response) -> Response:
        """The visitor's browser keeps the language if its address chose one."""
        language = of_request(request)
        if request.query_params.get("lang") == language:
            answer.set_cookie(COOKIE, language, YEAR_S, secure=request.url.scheme == "https", httponly=True)
        return answer

    def show_to_all(
        self,
        request: Request,
        template: str,
        facts: Callable[[], Mapping[str, object]],
        asked: Mapping[str, str] = EMPTY_WORDS,
    ) -> Response:
        """The same for a page that is nobody's in particular: made once, and packed, since no secret is in it.

        Shape: asked has what of the address the page depends on, besides the place it was asked at.
        """
        key = (template, of_request(request), request.url.scheme, request.url.netloc, *asked.items())
        answer = self._made.get(key)
        if answer is None:
            known: dict[str, object] = {"switch": lambda code: "?" + urlencode({**asked, "lang": code}), **facts()}
            answer = self._made[key] = _both(self.show(request, template, known))
            while len(self._made) > MADE:
                del self._made[next(iter(self._made))]
        plain, small = answer
        packs = "gzip" in request.headers.get("accept-encoding", "")
        headers = dict(plain.headers) | ({"content-encoding": "gzip"} if packs else {})
        del headers["content-length"]
        headers.pop("set-cookie", None)
        return self.remember(request, Response(small if packs else plain.body, 200, headers))

    def notice(self, request: Request, topic: str, status: int) -> HTMLResponse:
        """A short page that says one thing: `gone`, `missing`, `broken` or `refused`."""
        texts = self.texts[of_request(request)]
        title, text = getattr(texts, f"{topic}_title"), getattr(texts, f"{topic}_text")
        return self.show(request, "notice.html", {"title": title, "text": text}, status)

    async def unstored(self, request: Request, error: Exception) -> HTMLResponse:
        """Nothing was stored, or nothing can be read: the visitor is asked to come back."""
        answer = self.notice(request, topic_of(error), 503)
        answer.headers["retry-after"] = RETRY_S
        return answer

    def say(self, request: Request, key: str, **facts: object) -> str:
        """One text in the visitor's language."""
        text = str(getattr(self.texts[of_request(request)], key))
        return text.format(**facts) if facts else text


def topic_of(error: Exception) -> str:
    """Which notice says that the database or the disk gave way."""
    return "full" if getattr(error, "reason", "") == "storage_full" else "away"


def packed(request: Request, answer: Response) -> Response:
    """The answer, made smaller if the visitor takes that; never for a page that holds a secret.

    Source: rfc/9110#12.5.3
    """
    answer.headers.add_vary_header("accept-encoding")
    if "gzip" in request.headers.get("accept-encoding", "") and len(answer.body) >= PACKED_FROM:
        answer.body = compress(answer.body, 6, mtime=0)
        answer.headers["content-encoding"] = "gzip"
        answer.headers["content-length"] = str(len(answer.body))
    return answer


def _both(answer: Response) -> tuple[Response, bytes]:
    answer.headers.add_vary_header("accept-encoding")
    return answer, compress(bytes(answer.body), 9, mtime=0)


def _switched(request: Request, code: str) -> str:
    """This page in another language."""
    rest = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return "?" + urlencode([*rest, ("lang", code)])
