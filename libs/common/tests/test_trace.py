"""W3C Trace Context: what is continued, what begins anew, and who decides whether a trace is recorded."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import trace

TRACE, SPAN = "ab" * 16, "12" * 8
GOOD = f"00-{TRACE}-{SPAN}-01"


@pytest.fixture
def entered() -> Iterator[None]:
    token = trace.enter()
    yield
    trace.leave(token)


def in_trace(traceparent: str, tracestate: str = "") -> tuple[str, str]:
    token = trace.enter(traceparent, tracestate)
    try:
        return trace.traceparent(), trace.tracestate()
    finally:
        trace.leave(token)


def test_a_trace_goes_on_with_a_span_of_its_own() -> None:
    own, _ = in_trace(GOOD)
    assert own[3:35] == TRACE
    assert own[36:52] != SPAN
    assert trace.is_traceparent(own)


@pytest.mark.parametrize(
    "wrong",
    ["", "no", GOOD.upper(), GOOD + "0", GOOD + "-more", f"ff{GOOD[2:]}", f"00-{'0' * 32}-{SPAN}-01",
     f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE}-{SPAN}", GOOD + "\n"],
)  # fmt: skip
def test_what_is_malformed_begins_a_new_trace_without_its_state(wrong: str) -> None:
    own, state = in_trace(wrong, "vendor=1")
    assert trace.is_traceparent(own)
    assert own[3:35] != TRACE
    assert state == ""


@pytest.mark.parametrize("later", [f"01{GOOD[2:]}", f"cc{GOOD[2:]}-what.the-future.holds"])
def test_a_later_version_is_continued_as_ours(later: str) -> None:
    own, _ = in_trace(later)
    assert own[:35] == GOOD[:35]


@pytest.mark.parametrize(("flags", "ours"), [("00", "00"), ("01", "01"), ("02", "00"), ("03", "01"), ("ff", "01")])
def test_whoever_began_the_trace_decided_whether_it_is_recorded(flags: str, ours: str) -> None:
    own, _ = in_trace(f"{GOOD[:53]}{flags}")
    assert own[53:] == ours
    assert trace.is_sampled(own) == (ours == "01")


def test_what_other_systems_want_to_go_along_goes_along() -> None:
    own, state = in_trace(GOOD, "congo=t61rcWkgMzE,rojo=00f067")
    assert (own[:36], len(own), state) == (GOOD[:36], len(GOOD), "congo=t61rcWkgMzE,rojo=00f067")


@pytest.mark.usefixtures("entered")
def test_leaving_goes_back() -> None:
    before = trace.traceparent()
    in_trace(GOOD)
    assert trace.traceparent() == before
    assert (trace.trace_id(), trace.span_id()) == (before[3:35], before[36:52])


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_so_many_of_our_own_traces_are_recorded(share: float) -> None:
    trace.sample(share)
    try:
        found = [trace.is_sampled(in_trace("")[0]) for _ in range(400)]
    finally:
        trace.sample(0.0)
    assert abs(sum(found) / 400 - share) <= (0.12 if 0 < share < 1 else 0)


@given(st.text(max_size=70))
def test_whatever_a_client_sends_we_are_in_a_trace(header: str) -> None:
    own, _ = in_trace(header)
    assert trace.is_traceparent(own)
