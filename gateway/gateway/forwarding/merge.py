"""One OpenAPI document out of those of all services. Pure.

Names of schemas and operations get their service's name in front, so that two services may use one name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.forwarding.prefixes import way_of

Document = dict[str, Any]

_REF = "#/components/schemas/"
_METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})
_SECURITY = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "kefu_session",
        "description": "Made by POST /v1/login. Changes also need the header `x-kefu-csrf: 1`, or to come from one of"
        " our own pages (`Sec-Fetch-Site: same-origin`).",
    },
    "key": {"type": "http", "scheme": "bearer", "description": "An API key: `kefu_<id>_<secret>`."},
}
_FROM_THE_DOOR = {
    "403": "Not allowed, or a session's change that does not come from one of our pages",
    "413": "The body is too large",
    "503": "The service is away; ask again after Retry-After seconds",
    "504": "The service did not answer in time; whether a change was made is unknown",
}


def merge(own: Document, others: Mapping[str, Document | None]) -> Document:
    """The gateway's document `own` with those of the services; a None is listed under `x-missing`."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for service, document in {"gateway": own, **others}.items():
        if document is None:
            continue
        named = _renamed(document, service)
        schemas |= named.get("components", {}).get("schemas", {})
        for path, item in named.get("paths", {}).items():
            if _is_theirs(path, service):
                paths[path] = _completed(item, service, forwarded=service != "gateway")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kefu",
            "version": "1",
            "description": "Customer service, API first. Every change answers with what it made; errors are problem"
            " documents (RFC 9457) with the trace id that the logs of all services share.",
        },
        "servers": [{"url": "/"}],
        "security": [{name: []} for name in _SECURITY],
        "tags": [{"name": tag} for tag in _tags(paths)],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": _SECURITY},
        "x-missing": sorted(service for service, document in others.items() if document is None),
    }


def _is_theirs(path: str, service: str) -> bool:
    way = way_of(path)
    return (way.service if way else "gateway") == service


def _renamed(value: Any, service: str, *, key: str = "") -> Any:
    if isinstance(value, dict):
        prefix = f"{service.capitalize()}_" if key == "schemas" else ""
        return {prefix + name: _renamed(one, service, key=name) for name, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, service) for one in value]
    if isinstance(value, str) and value.startswith(_REF):
        return f"{_REF}{service.capitalize()}_{value.removeprefix(_REF)}"
    return value


def _completed(item: dict[str, Any], service: str, *, forwarded: bool) -> dict[str, Any]:
    return {
        method: _operation(one, service, forwarded=forwarded) if method in _METHODS else one
        for method, one in item.items()
    }


def _operation(operation: dict[str, Any], service: str, *, forwarded: bool) -> dict[str, Any]:
    done = {**operation, "operationId": f"{service}_{operation.get('operationId', '')}"}
    if operation.get("x-permission") == "public":
        done["security"] = []
    if forwarded:
        problem = {"application/problem+json": {"schema": {"$ref": f"{_REF}Gateway_ProblemDocument"}}}
        added = {status: {"description": text, "content": problem} for status, text in _FROM_THE_DOOR.items()}
        done["responses"] = {**added, **operation.get("responses", {})}
    return done


def _tags(paths: Mapping[str, Any]) -> list[str]:
    found = [tag for item in paths.values() for one in item.values() for tag in one.get("tags", ())]
    return list(dict.fromkeys(found))
