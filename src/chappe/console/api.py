"""The console for programs: every deed as JSON, for who bears an operator's token, and the document that describes it.

Source: rfc/6750#2.1
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chappe.base import Conflict, Invalid, NotAllowed, NotFound, Refusal, TooMany
from chappe.console.cases import FileBytes
from chappe.console.deeds import Deed, Nothing
from chappe.console.inside import Inside
from chappe.domain import operator_tokens
from chappe.domain.operators import Operator
from chappe.store import StoreUnavailable
from chappe.web import safe_media

JSON = "application/json"
STATUS = {NotFound: 404, NotAllowed: 403, Conflict: 409, TooMany: 429, Invalid: 400, StoreUnavailable: 503}
USED_EVERY_S = 60


class Refused(msgspec.Struct, frozen=True):
    """Why a deed was not done. Shape: error is a code; what says more where there is more to say."""

    error: str
    what: str = ""
    wait_s: int = 0


class Api:
    """The routes under `/api/`."""

    def __init__(self, inside: Inside, deeds: Sequence[Deed]) -> None:
        self._inside = inside
        self._deeds = deeds

    @cached_property
    def _document(self) -> bytes:
        """Made when it is first asked for: that takes a good part of a start."""
        return msgspec.json.format(msgspec.json.encode(document(self._deeds)))

    def routes(self) -> list[Route]:
        """One a deed, and the document."""
        made = [Route(one.path, self._doing(one), methods=[one.method], name=one.name) for one in self._deeds]
        return [Route("/api/openapi.json", self._described), *made]

    async def _described(self, request: Request) -> Response:
        return Response(self._document, media_type=JSON)

    def _doing(self, deed: Deed) -> Callable[[Request], Awaitable[Response]]:
        async def doing(request: Request) -> Response:
            me = await self._bearer(request)
            if me is None:
                headers = {"www-authenticate": 'Bearer realm="console"'}
                return Response(msgspec.json.encode(Refused("token_needed")), 401, headers, JSON)
            try:
                facts = await _facts(request, deed)
                answer = await deed.do(self._inside, me, facts)
            except Refusal as refusal:
                return refused(refusal)
            if isinstance(answer, FileBytes):
                return file_answer(request, self._inside, answer)
            return Response(msgspec.json.encode(answer), media_type=JSON)

        return doing

    async def _bearer(self, request: Request) -> Operator | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return None
        digest, now = token.strip().encode(), self._inside.now
        found = await self._inside.read(lambda rx: operator_tokens.holder(rx, digest, now))
        if found is None:
            return None
        operator, token_id, used = found
        if now - used >= USED_EVERY_S:
            await self._inside.write(lambda tx: operator_tokens.used(tx, token_id))
        return operator


def file_answer(request: Request, inside: Inside, found: FileBytes) -> Response:
    """The bytes, to nobody else: no copy is kept between here and the browser."""
    if inside.blobs is None:
        return refused(NotFound("operator_file_unknown"))
    shows = found.mime_type in safe_media.STILL | safe_media.PLAYABLE
    kept = safe_media.Bytes(
        bytes.fromhex(found.sha256), found.size_bytes, found.mime_type, "" if shows else f"{found.sha256[:16]}.bin"
    )
    answer = safe_media.answer(request, inside.blobs, kept)
    answer.headers["cache-control"] = "private, no-store"
    answer.headers["cross-origin-resource-policy"] = "same-origin"
    return answer


def refused(refusal: Refusal) -> Response:
    """What a refusal is in HTTP and JSON."""
    status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 400)
    wait_s = refusal.wait_s if isinstance(refusal, TooMany) else 0
    body = Refused(refusal.reason, str(refusal.facts.get("what", "")), wait_s)
    return Response(msgspec.json.encode(body), status, {"retry-after": str(wait_s)} if wait_s else None, JSON)


async def _facts(request: Request, deed: Deed) -> dict[str, Any]:
    """What was asked: the address, and the query or the JSON body."""
    facts: dict[str, Any] = {}
    if deed.method == "POST":
        body = await request.body()
        try:
            facts = msgspec.json.decode(body, type=dict[str, Any]) if body else {}
        except msgspec.DecodeError as error:
            raise Invalid("asked_wrongly", what=str(error)) from error
    else:
        for name, value in request.query_params.multi_items():
            facts[name] = [*facts[name], value] if isinstance(facts.get(name), list) else value
    return facts | request.path_params


def document(deeds: Sequence[Deed]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the deeds. Source: openapi/3.1"""
    kinds = [kind for deed in deeds for kind in (deed.asks, deed.gives) if kind is not Nothing]
    unlike = list(dict.fromkeys([*kinds, Nothing, Refused]))
    schemas, parts = msgspec.json.schema_components(unlike, ref_template="#/components/schemas/{name}")
    known = dict(zip(unlike, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for deed in deeds:
        paths.setdefault(deed.path, {})[deed.method.lower()] = _operation(deed, known, parts)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Chappe console",
            "version": "1",
            "description": "All that the console does, for programs that bear an operator's token.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": parts, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _operation(deed: Deed, known: dict[Any, Any], parts: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"operationId": deed.name, "summary": deed.summary}
    fields: dict[str, Any] = parts[deed.asks.__name__].get("properties", {})
    needed = set(parts[deed.asks.__name__].get("required", ()))
    asked = [_parameter(name, schema, deed, name in needed) for name, schema in fields.items()]
    said["parameters"] = [one for one in asked if one["in"] == "path" or deed.method != "POST"]
    rest = {name: schema for name, schema in fields.items() if f"{{{name}}}" not in deed.path}
    if deed.method == "POST" and rest:
        body = {"type": "object", "properties": rest, "required": sorted(needed & set(rest))}
        said["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
    kind, schema = (JSON, known[deed.gives]) if deed.gives is not FileBytes else ("application/octet-stream", {})
    said["responses"] = {
        "200": {"description": "Done.", "content": {kind: {"schema": schema}}},
        "default": {"description": "Refused.", "content": {JSON: {"schema": known[Refused]}}},
    }
    return said


def _parameter(name: str, schema: Any, deed: Deed, needed: bool) -> dict[str, Any]:
    in_path = f"{{{name}}}" in deed.path
    return {"name": name, "in": "path" if in_path else "query", "required": in_path or needed, "schema": schema}
