"""`GET /openapi.json`: the store's operations in OpenAPI 3.1, made from the messages' own types and error codes."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.protocol import blobs, codec

_REF = "#/components/schemas/{name}"


def describe(statuses: dict[str, int]) -> dict[str, Any]:
    """The description; `statuses` gives each error code its HTTP status."""
    kinds = (codec.JoinRequest, codec.JoinAnswer, codec.SyncRequest, codec.SyncAnswer, codec.ErrorAnswer)
    _, schemas = msgspec.json.schema_components(kinds, ref_template=_REF)
    schemas["ErrorBody"]["properties"]["code"]["enum"] = list(codec.ERRORS)
    operations = {
        codec.JOIN_PATH: {"post": _join()},
        codec.SYNC_PATH: {"post": _sync()},
        blobs.PATH: _blob(),
        codec.HEALTH_PATH: {"get": _plain("Whether the store can read its database.", {"type": "object"})},
        codec.DESCRIPTION_PATH: {"get": _plain("This description.", {"type": "object"})},
    }
    for path in operations.values():
        for operation in path.values():
            operation["responses"] |= _refusals(statuses)
    return {
        "openapi": "3.1.0",
        "info": {"title": "central-store", "version": str(codec.PROTOCOL)},
        "paths": operations,
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _answer(media: str, schema: dict[str, Any], said: str) -> dict[str, Any]:
    return {"description": said, "content": {media: {"schema": schema}}}


def _named(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {"$ref": _REF.format(name=kind.__name__)}


def _join() -> dict[str, Any]:
    body = {"application/json": {"schema": _named(codec.JoinRequest)}}
    return {
        "summary": "Enrol a laptop with a one-time code, or as the successor of one that met a fork.",
        "requestBody": {"required": True, "content": body},
        "responses": {"200": _answer("application/json", _named(codec.JoinAnswer), "The laptop is enrolled.")},
    }


def _sync() -> dict[str, Any]:
    """Lines of JSON have no schema of their own in OpenAPI: the body is text, its first line the named header."""
    lines = {"type": "string", "description": "A header line, then entries, one a line: head, tab, body."}
    return {
        "summary": "Exchange entries, both directions in one round trip.",
        "description": "The body may be compressed (Content-Encoding: zstd or gzip); the answer is zstd. The header "
        "lines are SyncRequest and SyncAnswer.",
        "security": [{"token": []}],
        "requestBody": {"required": True, "content": {codec.CONTENT_TYPE: {"schema": lines}}},
        "responses": {"200": _answer(codec.CONTENT_TYPE, lines, "What the store took, and what the laptop lacks.")},
    }


def _blob() -> dict[str, Any]:
    """A HEAD has no body and a PUT answers with none: both say in their headers how far the blob is held."""
    count = {"type": "integer", "minimum": 0, "maximum": blobs.MAX_BLOB_BYTES}
    name = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    progress = {header: {"schema": count} for header in (blobs.OFFSET, blobs.LENGTH)}
    held = {"description": "How much is held; the length once it is complete.", "headers": progress}
    media = "application/octet-stream"
    part = {media: {"schema": {"type": "string", "format": "binary", "maxLength": blobs.PART_BYTES}}}
    asked = [{"in": "header", "name": header, "required": True, "schema": count} for header in progress]
    which = {"in": "path", "name": "sha256", "required": True, "schema": name}
    secured: dict[str, Any] = {"security": [{"token": []}]}
    return {
        "head": secured
        | {"parameters": [which], "summary": "How much of an attachment is held.", "responses": {"200": held}},
        "get": secured
        | {
            "summary": "A part of an attachment that an entry in scope names, from `offset` on.",
            "parameters": [which, {"in": "query", "name": "offset", "schema": count}],
            "responses": {"200": {"description": "The part.", "headers": progress, "content": part}},
        },
        "put": secured
        | {
            "summary": "The next part of an attachment; with the last the whole is checked against its name.",
            "parameters": [which, *asked],
            "requestBody": {"required": True, "content": part},
            "responses": {"200": held},
        },
        "post": secured
        | {
            "summary": "The same as PUT, without an offset as HEAD: for ways that pass GET and POST alone.",
            "parameters": [which, *({**each, "required": False} for each in asked)],
            "requestBody": {"required": False, "content": part},
            "responses": {"200": held},
        },
    }


def _plain(summary: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"summary": summary, "responses": {"200": _answer("application/json", schema, summary)}}


def _refusals(statuses: dict[str, int]) -> dict[str, Any]:
    """One answer for each status, naming the codes that come with it."""
    by_status: dict[str, list[str]] = {}
    for code, status in statuses.items():
        by_status.setdefault(str(status), []).append(code)
    by_status.setdefault("405", ["bad_request"])
    error = _named(codec.ErrorAnswer)
    return {status: _answer("application/json", error, ", ".join(codes)) for status, codes in by_status.items()}
