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
    b"host expect cookie authorization kefu-identity traceparent tracestate forwarded x-forwarded-for x-forwarded-proto"
    b" x-forwarded-host x-forwarded-port x-real-ip x-kefu-csrf".split()
)
# The gateway's server says date and server itself; no service sets cookies; the trace id is the same one.
_NOT_BACK = _HOP_BY_HOP | frozenset(b"date server set-cookie trace-id kefu-identity".split())


def onward(
    headers: Iterable[tuple[bytes, bytes]],
    *,
    identity: str | None,
    traceparent: str,
    client: str,
    scheme: str,
    tracestate: str = "",
) -> Headers:
    """The headers for the service, from those of the client (lower-case names)."""
    given = list(headers)
    sent = _without(given, _NOT_ON)
    sent += [
        (b"traceparent", traceparent.encode()),
        (b"x-forwarded-for", client.encode()),
        (b"x-forwarded-proto", scheme.encode()),
        (b"x-forwarded-host", next((value for name, value in given if name == b"host"), b"")),
    ]
    if tracestate:
        sent.append((b"tracestate", tracestate.encode("latin-1")))
    if identity:
        sent.append((b"kefu-identity", identity.encode()))
    return sent


def back(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers for the client, from those of the service."""
    return _without([(name.lower(), value) for name, value in headers], _NOT_BACK)


def _without(headers: Headers, left_out: frozenset[bytes]) -> Headers:
    kept, named = [], b""
    for header in headers:
        if header[0] not in left_out:
            kept.append(header)
        elif header[0] == b"connection":
            named += b"," + header[1]
    if not named:
        return kept
    # What a Connection header names belongs to that connection too.
    of_this_connection = {one.strip().lower() for one in named.split(b",")}
    return [header for header in kept if header[0] not in of_this_connection]
