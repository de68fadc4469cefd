"""The daily figures for people: pages of days, months and years, sheets and a feed; and the page that checks them.

Source: dsa/15
The same figures as data, and what they are counted from, stand under `/log/`.
"""

import csv
import io
import json
import logging
from datetime import date, timedelta
from email.utils import formatdate
from xml.sax.saxutils import escape, quoteattr

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from chappe.base.errors import Refusal
from chappe.domain import announcing
from chappe.store import Tx
from chappe.transparency import Ledger
from chappe.transparency.reports import Announce, DayReport
from chappe.web.language import Texts, load_texts, of_request
from chappe.web.log.reports import asked_for
from chappe.web.page import Pages
from chappe.web.reports import orders, shown
from chappe.web.reports.recipients import recipient_routes
from chappe.web.site import Site

log = logging.getLogger("chappe.web")

SHOWN_DAYS = 42
FEED_DAYS = 30
HEADERS = {"cache-control": "public, max-age=60"}
SAID = "verify_said_"
EPOCH = date(1970, 1, 1)


def page_routes(pages: Pages, log: Ledger) -> list[Route]:
    """The newest day with the list of all, each day, month and year, and the feed."""
    desk = _Desk(pages, log)
    return [
        Route("/reports", desk.newest),
        Route("/reports/feed.xml", desk.feed),
        *recipient_routes(pages, log),
        Route("/reports/{name}.csv", desk.sheet),
        Route("/reports/{name}", desk.one),
        Route("/log/verify", desk.verify),
    ]


class _Desk:
    def __init__(self, pages: Pages, log: Ledger) -> None:
        self.pages = pages
        self.log = log

    async def newest(self, request: Request) -> Response:
        """What the last day with a report says, and every other day; a day without one is a gap that shows."""
        days = await self.log.reports.days()
        return await self._page(request, days[-1][0] if days else "")

    async def one(self, request: Request) -> Response:
        """A day, in the version asked for, a month or a year."""
        return await self._page(request, request.path_params["name"])

    async def sheet(self, request: Request) -> Response:
        """The figures as CSV: their names and values. Shape: RFC 4180."""
        found = await asked_for(self.log, request)
        if found is None:
            return self.pages.notice(request, "missing", 404)
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["figure", "value"])
        writer.writerows(shown.flat(found.figures))
        name = f'attachment; filename="{self.pages.site.public_host}-{request.path_params["name"]}.csv"'
        headers = HEADERS | {"content-disposition": name, "access-control-allow-origin": "*"}
        return PlainTextResponse(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)

    async def verify(self, request: Request) -> Response:
        """The page on which the visitor's browser checks the log. Source: tlog/tiles"""
        texts = self._texts(request).all
        said = {key.removeprefix(SAID): text for key, text in texts.items() if key.startswith(SAID)}
        return self.pages.show(request, "reports/verify.html", {"said": json.dumps(said, ensure_ascii=False)})

    async def feed(self, request: Request) -> Response:
        """The newest days as RSS 2.0. Source: rss/2.0"""
        t, base = self._texts(request), self.pages.site.base
        title = escape(f"{t.daily_title} · {self.pages.site.name}")
        lines = [
            '<?xml version="1.0" encoding="utf-8"?>',
            '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>',
            f"<title>{title}</title><link>{escape(base)}/reports</link>",
            f"<description>{escape(t.daily_lead)}</description>",
            f'<atom:link href={quoteattr(f"{base}/reports/feed.xml")} rel="self" type="application/rss+xml"/>',
        ]
        listed = await self.log.reports.days()
        end = _number(listed[-1][0]) + 1 if listed else 0
        for one in reversed(await self.log.reports.newest(end - FEED_DAYS, end)):
            link = escape(f"{base}/reports/{one.day}")
            lines.append(
                f"<item><title>{escape(summary(t, one.day, one.figures))}</title><link>{link}</link>"
                f'<guid isPermaLink="false">{link}#{one.version}</guid>'
                f"<pubDate>{formatdate(one.date, usegmt=True)}</pubDate></item>"
            )
        body = "\n".join([*lines, "</channel></rss>\n"])
        return Response(body, media_type="application/rss+xml; charset=utf-8", headers=HEADERS)

    def _texts(self, request: Request) -> Texts:
        return self.pages.texts[of_request(request)]

    async def _page(self, request: Request, name: str) -> Response:
        t = self._texts(request)
        found = await asked_for(self.log, request, name) if name else None
        if name and found is None:
            return self.pages.notice(request, "missing", 404)
        listed, missing = await self.log.reports.days(), await self.log.reports.missing()
        trend = await self._trend(listed)
        facts: dict[str, object] = {
            "name": name, "found": found, "day": found if isinstance(found, DayReport) else None, "missing": missing,
            "calendar": months(listed, missing), "trend": trend, "title": _title(t, name),
            "highest": max((n for _, n, _ in trend), default=0),
        }  # fmt: skip
        if found is not None:
            figures = found.figures
            facts |= {
                "firsts": shown.firsts(t, figures), "tables": shown.tables(t, figures),
                "leaves": figures["leaves"], "sealed": figures["sealed"],
                "totals": [
                    *(
                        (t[f"daily_total_{kind}"], shown.total(figures, kind))
                        for kind in ("decision", "notice", "complaint", "undo")
                    ),
                    (t.daily_total_order, orders.received(figures)),
                ],
                "overdue": shown.instrument(figures, "overdue"),
                "orders": orders.shown(t, figures),
                "orders_overdue": shown.instrument(figures, "orders_overdue"),
                "recipients": shown.instrument(figures, "recipients"),
            }  # fmt: skip
        return self.pages.show(request, "reports/report.html", facts)

    async def _trend(self, listed: list[tuple[str, int]]) -> list[tuple[str, int, bool]]:
        """(day, decisions, whether it has a report) of the last days, gaps included."""
        if not listed:
            return []
        end = _number(listed[-1][0]) + 1
        first = max(end - SHOWN_DAYS, _number(listed[0][0]))
        found = {one.day: shown.total(one.figures, "decision") for one in await self.log.reports.newest(first, end)}
        days = [str(EPOCH + timedelta(days=number)) for number in range(first, end)]
        return [(day, found.get(day, 0), day in found) for day in days]


def announcer(site: Site, channel: str, language: str) -> Announce:
    """Posts each report in the public channel of this name, in one language; a channel that is not there is logged."""
    t = load_texts()[language]

    def tells(tx: Tx, report: DayReport) -> None:
        text = summary(t, report.day, report.figures)
        if report.version > 1:
            text = f"{text} ({t.daily_version.format(n=report.version)})"
        try:
            announcing.announce(tx, channel, text, f"{site.base}/reports/{report.day}")
        except Refusal as refusal:
            log.warning("the report of %s is not in the channel %s: %s", report.day, channel, refusal.reason)

    return tells


def summary(t: Texts, day: str, figures: shown.Figures) -> str:
    """A day in a sentence, for a feed and a channel."""
    child, terror = (one.rooms + one.accounts + one.items for one in shown.firsts(t, figures))
    return t.daily_summary.format(
        day=day, decisions=shown.total(figures, "decision"), child=child, terror=terror,
        notices=shown.total(figures, "notice"), complaints=shown.total(figures, "complaint"),
        undone=shown.total(figures, "undo"),
    )  # fmt: skip


def months(listed: list[tuple[str, int]], missing: list[str]) -> list[tuple[str, list[tuple[str, int]]]]:
    """(month, its days with their version; 0 for a gap), the newest month first."""
    if not listed:
        return []
    have = dict(listed)
    first, last = _number(listed[0][0]), max(map(_number, [*have, *missing]))
    out: dict[str, list[tuple[str, int]]] = {}
    for number in range(first, last + 1):
        day = str(EPOCH + timedelta(days=number))
        out.setdefault(day[:7], []).append((day, have.get(day, 0)))
    return sorted(out.items(), reverse=True)


def _title(t: Texts, name: str) -> str:
    """21 November 2026, November 2026, 2026."""
    parts = [int(part) for part in name.split("-") if part]
    words = [str(parts[0])] if parts else []
    if len(parts) > 1:
        words.append(t.months.split(",")[parts[1] - 1])
    if len(parts) > 2:
        words.append(str(parts[2]))
    return " ".join(reversed(words))


def _number(day: str) -> int:
    return (date.fromisoformat(day) - EPOCH).days


