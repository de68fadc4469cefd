"""The page that shows the whole design system, in either light and either direction."""

import re
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chappe.web.page import Pages

THEMES = ("", "light", "dark")
DIRECTIONS = ("ltr", "rtl")
_COLOUR = re.compile(rb"--color-([a-z0-9-]+):")
_ICON = re.compile(rb'<symbol id="([a-z-]+)"')


def design_routes(pages: Pages) -> list[Route]:
    """The page `/design`."""
    files = pages.assets.files
    colours = list(dict.fromkeys(name.decode() for name in _COLOUR.findall(files["design/tokens.css"].body)))
    icons = [name.decode() for name in _ICON.findall(files["design/icons.svg"].body)]

    async def design(request: Request) -> Response:
        theme = _one_of(THEMES, request.query_params.get("theme"))
        direction = _one_of(DIRECTIONS, request.query_params.get("dir"))

        def facts() -> dict[str, object]:
            return {
                "theme": theme, "direction": direction, "robots": "noindex", "colours": colours, "icons": icons,
                "choices": _choices(pages, request, theme, direction), "rows": _rows(pages, request),
            }  # fmt: skip

        return pages.show_to_all(request, "design.html", facts, {"theme": theme, "dir": direction})

    return [Route("/design", design)]


def _one_of(known: tuple[str, ...], said: str | None) -> str:
    return said if said in known else known[0]


def _choices(pages: Pages, request: Request, theme: str, direction: str) -> list[tuple[str, str, bool]]:
    """(name, address, chosen) of the ways to look at the page."""
    out = []
    for said in THEMES:
        address = "?" + urlencode({"theme": said, "dir": direction})
        out.append((pages.say(request, f"design_{said or 'system'}"), address, said == theme))
    for way in DIRECTIONS:
        address = "?" + urlencode({"theme": theme, "dir": way})
        out.append((pages.say(request, f"design_{way}"), address, way == direction))
    return out


def _rows(pages: Pages, request: Request) -> list[tuple[int, str, str, str, str, int, bool]]:
    """(hue, initials, name, what was said, hour, unread, chosen) of the shown chats."""
    return [
        (1, "A", "Alice", pages.say(request, "design_hello"), "09:12", 2, False),
        (4, "LT", "Les télégraphistes", pages.say(request, "design_empty_text"), "08:40", 0, True),
        (5, "خ", "خالد", "صباح الخير! وصلت الإشارة الأولى.", "08:02", 17, False),
        (7, "B", "Bob", pages.say(request, "design_toast"), "07:55", 0, False),
    ]
