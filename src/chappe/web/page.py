"""Rendering: one template, the visitor's language, the facts of the server."""

from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse

from chappe.web.language import choose, load_texts
from chappe.web.site import Site

EMPTY: Mapping[str, object] = MappingProxyType({})


class Pages:
    """All templates, compiled once."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.texts = load_texts()
        folder = resources.files("chappe.web") / "templates"
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(str(folder)), autoescape=True, undefined=jinja2.StrictUndefined
        )

    def show(
        self, request: Request, template: str, facts: Mapping[str, object] = EMPTY, status: int = 200
    ) -> HTMLResponse:
        """The template as a page in the visitor's language."""
        language = choose(request.headers.get("accept-language", ""))
        html = self._templates.get_template(template).render(
            site=self.site, t=self.texts[language], lang=language, **facts
        )
        return HTMLResponse(html, status, {"vary": "accept-language", "content-language": language})

    def notice(self, request: Request, topic: str, status: int) -> HTMLResponse:
        """A short page that says one thing: `gone`, `missing`, `broken` or `refused`."""
        texts = self.texts[choose(request.headers.get("accept-language", ""))]
        title, text = getattr(texts, f"{topic}_title"), getattr(texts, f"{topic}_text")
        return self.show(request, "notice.html", {"title": title, "text": text}, status)

    def say(self, request: Request, key: str, **facts: object) -> str:
        """One text in the visitor's language."""
        text = str(getattr(self.texts[choose(request.headers.get("accept-language", ""))], key))
        return text.format(**facts) if facts else text
