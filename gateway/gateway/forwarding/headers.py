"""Which headers go on with a request, and come back with its answer. Pure.

Source: RFC 9110 section 7.6.1 for what belongs to one connection only.
"""

from __future__ import annotations

from collections.abc import Iterable

Headers = list[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding"
    b" upgrade".split()
)
# Credentials end here: a service learns who asks from kefu-identity, and what was said about the way is said anew.
_NOT_ON = _HOP_BY_HOP | frozenset(
    b"host expect cookie authorization kefu-identity traceparent forwarded x-forwarded-for x-forwarded-proto"
    b" x-forwarded-host x-forwarded-port x-real-ip x-kefu-csrf".split()
)
# The gateway's server says date and server itself; no service sets cookies; the trace id is the same one.
_NOT_BACK = _HOP_BY_HOP | frozenset(b"date server set-cookie trace-id kefu-identity".split())


def onward(
    headers: Iterable[tuple[bytes, bytes]], *, identity: str | None, traceparent: str, client: str, scheme: str
) -> Headers:
    """The headers for the service, from those of the client (lower-case names)."""
    given = list(headers)
    host = next((value for name, value in given if name == b"host"), b"")
    sent = _without(given, _NOT_ON)
    sent += [
        (b"traceparent", traceparent.encode()),
        (b"x-forwarded-for", client.encode()),
        (b"x-forwarded-proto", scheme.encode()),
        (b"x-forwarded-host", host),
    ]
    if identity:
        sent.append((b"kefu-identity", identity.encode()))
    return sent


def back(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers for the client, from those of the service."""
    return _without([(name.lower(), value) for name, value in headers], _NOT_BACK)


def _without(headers: Headers, left_out: frozenset[bytes]) -> Headers:
    named = {one.strip().lower() for name, value in headers if name == b"connection" for one in value.split(b",")}
    return [(name, value) for name, value in headers if name not in left_out and name not in named]
