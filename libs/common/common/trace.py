"""One trace id from the first request to the last effect: W3C Trace Context, kept in a context variable."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar, Token

_FORM = re.compile(
    r"(?:00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
    # A later version begins as this one does, and may go on.
    r"|(?!00|ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?)"
)
_WHOLE = 55
_current: ContextVar[str] = ContextVar("trace", default="")
"""`traceparent`, and behind a blank `tracestate` where there is one."""
_SAMPLED, _NOT = "01", "00"
_share, _stopped = 0.0, False


def sample(share: float) -> None:
    """From now on so many (0..1) of the traces that begin here are recorded; by itself none is."""
    global _share  # said once, at the start of a process
    _share = share


def stop() -> None:
    """Have no trace ids at all from now on: to measure what they cost."""
    global _stopped
    _stopped = True


def is_traceparent(given: str) -> bool:
    """Whether a trace can be continued from this."""
    return _FORM.fullmatch(given) is not None


def enter(traceparent: str = "", tracestate: str = "") -> Token[str]:
    """Continue `traceparent` with a new span, or begin a new trace when it is missing or malformed.

    Whoever began a trace decided whether it is recorded: the flag goes on as it came.
    """
    if _stopped:
        return _current.set("")
    if not traceparent or not is_traceparent(traceparent):
        trace_id = secrets.token_hex(16)
        flags = _SAMPLED if int(trace_id[16:], 16) < _share * 2**64 else _NOT
        return _current.set(f"00-{trace_id}-{secrets.token_hex(8)}-{flags}")
    flags = _SAMPLED if is_sampled(traceparent) else _NOT
    state = f" {tracestate}" if tracestate else ""
    return _current.set(f"00-{traceparent[3:36]}{secrets.token_hex(8)}-{flags}{state}")


def leave(token: Token[str]) -> None:
    """Go back to what was current before `enter`."""
    _current.reset(token)


def is_sampled(traceparent: str) -> bool:
    """Whether this trace is recorded."""
    return traceparent[53:_WHOLE] in _ODD


_ODD = frozenset(f"{flags:02x}" for flags in range(1, 256, 2))


def traceparent() -> str:
    """The current traceparent; empty outside a trace."""
    return _current.get()[:_WHOLE]


def tracestate() -> str:
    """What the systems before us want to go along with the trace; mostly empty."""
    return _current.get()[_WHOLE + 1 :]


def trace_id() -> str:
    """The current trace id (32 hex digits); empty outside a trace."""
    return _current.get()[3:35]


def span_id() -> str:
    """The current span id (16 hex digits); empty outside a trace."""
    return _current.get()[36:52]
