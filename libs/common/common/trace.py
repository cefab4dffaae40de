"""One trace id from the first request to the last effect: W3C Trace Context, kept in a context variable."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar, Token

_FORM = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
_current: ContextVar[str] = ContextVar("traceparent", default="")


def enter(traceparent: str = "") -> Token[str]:
    """Continue `traceparent` with a new span, or begin a new trace when it is missing or malformed."""
    if _FORM.match(traceparent) and traceparent[3:35] != "0" * 32:
        return _current.set(f"{traceparent[:36]}{secrets.token_hex(8)}{traceparent[52:]}")
    return _current.set(f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01")


def leave(token: Token[str]) -> None:
    """Go back to what was current before `enter`."""
    _current.reset(token)


def traceparent() -> str:
    """The current traceparent; empty outside a trace."""
    return _current.get()


def trace_id() -> str:
    """The current trace id (32 hex digits); empty outside a trace."""
    return _current.get()[3:35]
