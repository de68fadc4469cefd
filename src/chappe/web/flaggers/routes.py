"""The addresses of the interface.

Source: dsa/22, rfc/6750#2.1, rfc/9457
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any, Literal, cast

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from chappe.base import Conflict, Invalid, NotAllowed, NotFound, Refusal, TooMany
from chappe.safety import flaggers, locations, notices
from chappe.safety.flaggers import Asked, Flagger, Taken
from chappe.safety.locations import Found
from chappe.store import Reader, StoreUnavailable, Tx
from chappe.web import formats
from chappe.web.flaggers.openapi import BASE, KEY_MOST, PROBLEMS, document
from chappe.web.flaggers.shapes import (
    Fault,
    GivenNotice,
    Listed,
    Me,
    Outcome,
    Problem,
    ShownItem,
    ShownNotice,
    State,
)
from chappe.web.notice.desk import NoticeDesk, Standing, standing
from chappe.web.notice.form import plain
from chappe.web.notice.routes import address, hosts
from chappe.web.page import Pages

BODY_BYTES = 1024 * 1024
FLAGGER_BODIES = {f"{BASE}/notices": BODY_BYTES}
"""Paths that take more than others."""
BUSY_S = 5
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_WHERE = re.compile(r" - at `\$(.*)`$")
_STATES: Mapping[str, State] = {"in_review": "in_review", "reopened": "reopened"}
_OUTCOMES: Mapping[str, Literal["acted", "gone"]] = {"measure": "acted", "gone": "gone"}
Door = Callable[[Request, Flagger], Awaitable[Response]]
_decode = msgspec.json.Decoder(GivenNotice).decode


class Wrong(Refusal):
    """What a request is answered with instead. Shape: topic is one of PROBLEMS."""

    def __init__(self, topic: str, detail: str = "", errors: list[Fault] | None = None, wait_s: int = 0) -> None:
        super().__init__(topic)
        self.topic = topic
        self.detail = detail
        self.errors = errors
        self.wait_s = wait_s


def flagger_routes(pages: Pages, desk: NoticeDesk) -> list[Route]:
    """Every address of the interface; what is none of them is a problem too."""
    doors = _Doors(pages, desk)
    return [
        Route(f"{BASE}/openapi.json", doors.openapi, methods=["GET"]),
        Route(f"{BASE}/notices", doors.notices, methods=list(_METHODS)),
        Route(f"{BASE}/notices/{{id}}", doors.keyed(doors.read, "GET"), methods=list(_METHODS)),
        Route(f"{BASE}/flagger", doors.keyed(doors.me, "GET"), methods=list(_METHODS)),
        Route(f"{BASE}/{{rest:path}}", doors.nothing, methods=list(_METHODS)),
    ]


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class _Doors:
    def __init__(self, pages: Pages, desk: NoticeDesk) -> None:
        self.pages = pages
        self.desk = desk
        self.document = msgspec.json.encode(document(pages.site.base, pages.site.name))
        self.post = self.keyed(self.create, "POST")
        self.get = self.keyed(self.list, "GET")

    def keyed(self, door: Door, *methods: str) -> Callable[[Request], Awaitable[Response]]:
        """The door for who has a key; every refusal is a problem document."""

        async def answer(request: Request) -> Response:
            try:
                if request.method not in (*methods, "HEAD"):
                    raise Wrong("method")
                return await door(request, await self._flagger(request))
            except Wrong as wrong:
                return problem(wrong)
            except TooMany as refusal:
                return problem(Wrong("wait", wait_s=refusal.wait_s))
            except StoreUnavailable:
                return problem(Wrong("busy", wait_s=BUSY_S))

        return answer

    async def openapi(self, request: Request) -> Response:
        """What the interface takes and gives, for everybody."""
        return Response(self.document, media_type="application/json", headers={"cache-control": "no-cache"})

    async def nothing(self, request: Request) -> Response:
        """No address of the interface."""
        return problem(Wrong("address"))

    async def notices(self, request: Request) -> Response:
        """A notice is given, or the flagger's own are listed."""
        return await (self.post if request.method == "POST" else self.get)(request)

    async def create(self, request: Request, flagger: Flagger) -> Response:
        """A notice is given."""
        given, body = await _given(request)
        key = request.headers.get("idempotency-key", "")
        if not _KEY.fullmatch(key):
            said = f"1 to {KEY_MOST} visible characters are needed in the header Idempotency-Key."
            raise Wrong("invalid", said, [Fault(said, "#")])
        token = notices.token(self.desk.entropy)
        names = hosts(self.pages.site, request)
        digest = sha256(body).digest()

        def act(tx: Tx) -> tuple[ShownNotice, bool]:
            taken = flaggers.again(tx, flagger, key, digest)
            if taken is None:
                items = tuple((one.address, one.item) for one in _found(tx, given, names))
                asked = Asked(
                    given.category, given.keyword, plain(given.explanation), items, plain(given.reference), key, digest,
                    given.language,
                )  # fmt: skip
                taken = flaggers.file(tx, self.desk.desk, flagger, asked, token)
            return _shown(tx, taken), taken.again

        try:
            shown, again = await self.desk.store.write(act)
        except (Conflict, NotAllowed, Invalid) as refusal:
            raise _wrong(refusal) from None
        place = f"{self.pages.site.base}{BASE}/notices/{shown.id}"
        return _json(shown, 200 if again else 201, {"location": place})

    async def list(self, request: Request, flagger: Flagger) -> Response:
        """The flagger's own notices, the newest first."""
        said = request.query_params.get("before", "")
        if said and not (said.isascii() and said.isdecimal() and 0 < len(said) < 18):
            raise Wrong("invalid", "`before` is a number.", [Fault("`before` is a number.", "#")])
        below = int(said) if said else 2**62

        def query(rx: Reader) -> list[ShownNotice]:
            return [_shown(rx, taken) for taken in flaggers.own(rx, flagger, below)]

        found = await self.desk.store.read(query)
        return _json(Listed(found, found[-1].id if len(found) == flaggers.PAGE else None))

    async def read(self, request: Request, flagger: Flagger) -> Response:
        """How a notice of the flagger's stands."""
        said = request.path_params["id"]
        number = int(said) if said.isascii() and said.isdecimal() and len(said) < 18 else 0
        try:
            shown = await self.desk.store.read(lambda rx: _shown(rx, flaggers.notice(rx, flagger, number)))
        except NotFound:
            raise Wrong("unknown") from None
        return _json(shown)

    async def me(self, request: Request, flagger: Flagger) -> Response:
        """Whose key it is."""
        until = formats.stamp(flagger.until) if flagger.until else None
        return _json(Me(flagger.name, flagger.country, list(flagger.categories), until))

    async def _flagger(self, request: Request) -> Flagger:
        """Who asks. Errors: Wrong key; TooMany flood_wait_x."""
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        limited, place = self.desk.desk.limited, address(request)
        try:
            if kind.lower() != "bearer":
                raise Wrong("key")
            return await self.desk.store.write(lambda tx: flaggers.enter(tx, key.strip(), limited=limited))
        except NotAllowed:
            if limited:
                await self.desk.store.write(lambda tx: flaggers.count_wrong(tx, place))
            raise Wrong("key") from None


async def _given(request: Request) -> tuple[GivenNotice, bytes]:
    """The notice that was sent, and its bytes. Errors: Wrong form, large, invalid."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Wrong("form")
    try:
        body = await request.body()
    except ClientDisconnect:
        raise Wrong("large") from None
    try:
        return _decode(body), body
    except msgspec.ValidationError as error:
        said = str(error)
        place = _WHERE.search(said)
        detail = _WHERE.sub("", said)
        raise Wrong("invalid", detail, [Fault(detail, _pointer(place[1] if place else ""))]) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Wrong("invalid", "The body is no JSON.", [Fault("The body is no JSON.", "#")]) from None


def _pointer(place: str) -> str:
    """`.items[0].location` as a pointer."""
    return "#" + "".join(f"/{word}" for word in re.findall(r"\w+", place))


def _found(rx: Reader, given: GivenNotice, names: frozenset[str]) -> list[Found]:
    """What the addresses mean. Errors: Wrong invalid that names each which cannot be followed."""
    said = {
        "location_malformed": "This is no address that can be followed.",
        "location_elsewhere": "This is not on this server.",
    }
    found: list[Found] = []
    faults: list[Fault] = []
    for no, one in enumerate(given.items):
        try:
            found.append(locations.look(rx, one.location, locations.read(one.location, names)))
        except Refusal as refusal:
            text = said.get(refusal.reason, "This leads to nothing: there is no such message here, or not any more.")
            faults.append(Fault(text, f"#/items/{no}/location"))
    if faults:
        raise Wrong("invalid", "Some locations cannot be followed; nothing was stored.", faults)
    return found


def _wrong(refusal: Refusal) -> Wrong:
    match refusal.reason:
        case "flagger_category" | "notices_limited":
            return Wrong("category")
        case "flagger_key_used":
            return Wrong("idempotency")
        case "option_invalid":
            said = "The category has no such keyword."
            return Wrong("invalid", said, [Fault(said, "#/keyword")])
        case _:
            return Wrong("invalid")


def _shown(rx: Reader, taken: Taken) -> ShownNotice:
    stands = standing(rx, taken.notice)
    notice = taken.notice
    shown = ShownNotice(
        notice.notice_id, taken.reference, notice.category, notice.keyword, formats.stamp(notice.received_at),
        cast(State, stands.state), _items(stands), taken.link,
    )  # fmt: skip
    if stands.outcome:
        shown.outcome, shown.decided = cast(Outcome, stands.outcome), formats.stamp(notice.decided_at)
    return shown


def _items(stands: Standing) -> list[ShownItem]:
    out = []
    for one in stands.places:
        item = ShownItem(one.address, cast(State, stands.state))
        if one.case is not None and not one.case.is_open and one.case.outcome:
            item.state, item.outcome = "decided", _OUTCOMES.get(one.case.outcome, "refused")
        elif one.case is not None:
            item.state = _STATES.get(one.case.state, "received")
        out.append(item)
    return out


def problem(wrong: Wrong) -> Response:
    """The problem document. Source: rfc/9457"""
    status, title = PROBLEMS[wrong.topic]
    said = Problem(f"urn:chappe:problem:{wrong.topic}", title, status)
    if wrong.detail:
        said.detail = wrong.detail
    if wrong.errors:
        said.errors = wrong.errors
    headers = {}
    if wrong.wait_s:
        said.wait_s = wrong.wait_s
        headers["retry-after"] = str(wrong.wait_s)
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(msgspec.json.encode(said), status, headers, "application/problem+json")


def _json(shown: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(shown), status, headers, "application/json")
