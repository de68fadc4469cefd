"""The document that says what the interface takes and gives, made of the shapes themselves.

Source: openapi/3.1
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from chappe.web.flaggers.shapes import GivenNotice, Listed, Me, Problem, ShownNotice

BASE = "/api/flaggers/v1"
KEY_MOST = 128
_JSON, _PROBLEM = "application/json", "application/problem+json"
PROBLEMS: Mapping[str, tuple[int, str]] = {
    "key": (401, "The key is missing or works no more"),
    "category": (403, "The flagger is not trusted with this category"),
    "unknown": (404, "There is no such notice of this flagger's"),
    "address": (404, "There is nothing at this address"),
    "method": (405, "The address does not take this method"),
    "large": (413, "The body is too large"),
    "form": (415, "The body must be application/json"),
    "idempotency": (422, "The idempotency key came with another notice before"),
    "invalid": (422, "The notice cannot be taken as it is"),
    "wait": (429, "Too much at once"),
    "busy": (503, "The server cannot take it now"),
}
"""Name → (status, title)."""


def document(server: str, name: str) -> dict[str, Any]:
    """The document. Shape: server is where the pages are; name that of the server."""
    _, schemas = msgspec.json.schema_components(
        (GivenNotice, ShownNotice, Listed, Me, Problem), ref_template="#/components/schemas/{name}"
    )
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": f"Notices of trusted flaggers: {name}", "version": "1",
            "description": "For organisations with the status of Article 22 of Regulation (EU) 2022/2065. Keys are "
            "given by those who run the server. A request that may be repeated bears an Idempotency-Key; repeated "
            "with the same key it changes nothing and gives the same notice.",
        },
        "servers": [{"url": f"{server}{BASE}"}],
        "security": [{"key": []}],
        "paths": {
            "/notices": {"post": _create(), "get": _list()},
            "/notices/{id}": {"get": _read()},
            "/flagger": {"get": _operation(
                "whoami", "Whose key this is", _answer("Me", "The flagger."), "key", "wait", "busy")},
            "/openapi.json": {"get": _operation(
                "openapi", "This document", {"description": "The document.", "content": {_JSON: {"schema": {
                    "type": "object"}}}}) | {"security": []}},
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "responses": {name: _problem(*said) for name, said in PROBLEMS.items()},
        },
    }  # fmt: skip


def _create() -> dict[str, Any]:
    key = {
        "name": "Idempotency-Key", "in": "header", "required": True,
        "description": "Fresh for each notice, the same when its request is repeated.",
        "schema": {"type": "string", "minLength": 1, "maxLength": KEY_MOST},
    }  # fmt: skip
    made = _operation(
        "createNotice", "Give notice of one thing or of many", _answer("ShownNotice", "The notice was given before."),
        "key", "category", "large", "form", "invalid", "wait", "busy",
    )  # fmt: skip
    created = _answer("ShownNotice", "The notice is there.")
    created["headers"] = {"Location": {"schema": {"type": "string", "format": "uri"}}}
    made["responses"]["201"] = created
    body = {"required": True, "content": {_JSON: {"schema": {"$ref": "#/components/schemas/GivenNotice"}}}}
    return made | {"parameters": [key], "requestBody": body}


def _list() -> dict[str, Any]:
    before = {"name": "before", "in": "query", "schema": {"type": "integer", "minimum": 1},
              "description": "Notices with a lower number alone."}  # fmt: skip
    said = _operation("listNotices", "The flagger's own notices", _answer("Listed", "A page of them."),
                      "key", "invalid", "wait", "busy")  # fmt: skip
    return said | {"parameters": [before]}


def _read() -> dict[str, Any]:
    number = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    said = _operation("readNotice", "How a notice stands", _answer("ShownNotice", "The notice."),
                      "key", "unknown", "wait", "busy")  # fmt: skip
    return said | {"parameters": [number]}


def _operation(name: str, summary: str, answer: dict[str, Any], *problems: str) -> dict[str, Any]:
    """Problems of one status share a place: the document names the first."""
    answers: dict[str, Any] = {"200": answer}
    for problem in problems:
        answers.setdefault(str(PROBLEMS[problem][0]), {"$ref": f"#/components/responses/{problem}"})
    return {"operationId": name, "summary": summary, "responses": answers}


def _answer(schema: str, said: str) -> dict[str, Any]:
    return {"description": said, "content": {_JSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


def _problem(status: int, title: str) -> dict[str, Any]:
    content = {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    out: dict[str, Any] = {"description": title, "content": content}
    if status == 429:
        out["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    if status == 401:
        out["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return out
