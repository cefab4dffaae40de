"""What schemathesis is told beside the document; it loads this file as its hooks, in a process of its own.

A document cannot say which ids there are, which version a thing has by now, or that an Idempotency-Key is good for one
request only. Without that nearly every well-formed request would be refused at the threshold, and nothing behind met.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from itertools import count
from threading import Lock
from typing import Any
from uuid import uuid4

import httpx
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData

TOLD = "KEFU_FUZZ"
"""The environment variable with what is told, as JSON: url, token, paths, bodies (see preparing/)."""

DRAWN = 4
"""Of so many requests to an operation one keeps what was drawn, so that unknown ids, stale versions and used keys are
met too."""

MINE = {
    ("DELETE", "/v1/keys/{key_id}"),
    ("PUT", "/v1/agents/{agent_id}"),
    ("PATCH", "/v1/users/{user_id}"),
    ("POST", "/v1/rules"),
    ("PATCH", "/v1/rules/{rule_id}"),
}
"""Always with what stands ready: another id could be the fuzzer's own key, or the agent with the offers; and a rule
that was drawn could resolve every ticket that the other operations are tried on."""

STATE = {404, 409, 412}
"""Refusals that follow from what there is, and not from the request alone."""

KINDS = {
    "bad-cursor": "whether a list gave the cursor out is known to that list",
    "key-reused": "whether the Idempotency-Key was used is known to its record",
    "wrong-login": "whether the password is right is known to the account",
    "too-many-attempts": "a login that failed often has to wait",
}
CODES = {
    "out_of_order": "that one time is before another is beyond JSON Schema",
    "out_of_years": "and so are the first and the last time",
    "in_the_past": "and so is the time of day",
    "without_effect": "and so is which scopes a role has",
    "wrong_password": "and whose password it is",
    "past": "and what time it is",
    "team_or_none": "and that a team is named with one word of three",
    "no_such_colleague": "and who can log in",
    "never_ends": "that one member needs another to be more than null is beyond what is generated from",
    "itself": "that two ids differ is beyond JSON Schema",
    **dict.fromkeys(("no_such_team", "team_inactive"), "which teams take tickets is known to their table"),
    **dict.fromkeys(("no_such_status", "status_retired", "category"), "and so are the custom statuses of a category"),
    **dict.fromkeys(("no_such_message", "first_message"), "and so are a ticket's messages"),
    **dict.fromkeys(("circle", "too_deep"), "and so are its ancestors"),
    "no_report": "and so is what can report an incident",
    "unknown_type": "and which ticket types there are",
    "inactive_type": "and which of them are used",
    "default_type": "and which of them always is",
    "unknown_field": "and which fields there are",
    "inactive_field": "and which of them are used",
    "not_in_form": "and by which form",
    "missing_field": "and what it requires",
    "wrong_kind": "and of which kind they are",
    "wrong_text": "and what a text of theirs is",
    "unknown_choice": "and what may be chosen",
    "no_choices": "and that only some have choices",
    "twice": "and that the same stands in two places",
    "too_deep": "and how deep something goes",
    "too_many": "and how many there are already",
    "not_a_term": "and what a condition is made of",
    "not_a_group": "and how",
    "unknown_subject": "and what can be asked about",
    "unknown_operator": "and which operator fits which property",
    "wrong_value": "and which value fits both",
    "unknown_column": "and which columns there are",
    "unknown_variable": "and which variables",
    "variable_in_tag": "and where in HTML they may stand",
    "either": "and that one of two is given",
    "status_or_not": "and that only one moment needs a status",
    "not_before": "and what lies ahead",
    "score_or_not": "and that only an answer has a score",
    "no_such_score": "and that one bound is below the other",
    "unknown_place": "and which places a text has",
    "answers_a_program": "and who would be answered",
    "no_such_rule": "and which rules there are",
    "not_a_tag": "and how long a tag is in its one spelling",
    "nothing_to_read": "what is left of HTML once it is harmless is beyond JSON Schema too",
    "not_there": "what a message says is known to the message",
    "no_such_attachment": "which files wait for a message is known to this desk",
    "no_such_agent": "and so is who may be mentioned",
    "not_of_kind": "and what an identity of each kind looks like",
    "unknown_attribute": "and which attributes were declared",
    "wrong_type": "and for what",
    "not_a_choice": "and with which choices",
    "choices_do_not_fit": "and that a choice has some, and each once",
    "no_such_organisation": "and which organisations there are",
    "public_domain": "and where anybody may have an address",
    "not_the_survivors": "and whose a ticket is",
    "not_confirmed": "and whether an id is the one in the path",
}

WHOLE = {"conditions", "trigger"}
"""Members that are put in as a whole: half of what was drawn and half of ours would be no condition."""

Case = schemathesis.Case[Any]

_told: dict[str, Any] = json.loads(os.environ.get(TOLD, "{}"))
_turns: dict[str, Iterator[int]] = {}
_lock = Lock()


def _turn(label: str) -> int:
    with _lock:
        return next(_turns.setdefault(label, count()))


LONG = 5_000
"""Characters: to draw texts as long as this takes seconds each, and whichever place it is in, the same line refuses
what is longer."""
LENGTH_TRIED = "NewTicket"
"""The body whose long texts are drawn up to their last character and beyond it."""


@schemathesis.hook
def before_load_schema(_context: schemathesis.HookContext, document: dict[str, Any]) -> None:
    """Leave out of the other bodies how long a long text may be: drawn are those of a usual length."""
    for name, shape in document["components"]["schemas"].items():
        if name != LENGTH_TRIED:
            _forget_length(shape)


def _forget_length(shape: Any) -> None:
    if isinstance(shape, list):
        for part in shape:
            _forget_length(part)
    elif isinstance(shape, dict):
        if isinstance(shape.get("maxLength"), int) and shape["maxLength"] >= LONG:
            del shape["maxLength"]
        for part in shape.values():
            _forget_length(part)


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: Case, _kwargs: dict[str, Any]) -> None:
    """Put in what only this desk knows, wherever the place for it was drawn as valid."""
    method, path = case.operation.method.upper(), case.operation.path
    turn = _turn(case.operation.label)
    drawn = turn % DRAWN == DRAWN - 1
    if not drawn or (method, path) in MINE:
        _put_in(case, ParameterLocation.PATH, case.path_parameters, _pick(_told["paths"], path, turn))
    if not drawn or (method, path) in MINE:
        _put_in(case, ParameterLocation.BODY, case.body, _pick(_told["bodies"], path, turn))
    if not drawn:
        _leave_out_cursor(case)
    _put_headers(case, drawn=drawn)


def _pick(ready: dict[str, list[dict[str, Any]]], path: str, turn: int) -> dict[str, Any]:
    values = ready.get(path)
    return values[turn % len(values)] if values else {}


def _put_in(case: Case, where: ParameterLocation, target: Any, values: dict[str, Any]) -> None:
    if isinstance(target, dict) and not _is_bad(case, where):
        _merge(target, values)


def _merge(target: dict[str, Any], values: dict[str, Any]) -> None:
    for name, value in values.items():
        if name not in WHOLE and isinstance(value, dict) and isinstance(target.get(name), dict):
            _merge(target[name], value)
        else:
            target[name] = value


def _leave_out_cursor(case: Case) -> None:
    # A cursor that was made up hides what the list does with its filters.
    if isinstance(case.query, dict) and not _is_bad(case, ParameterLocation.QUERY):
        case.query.pop("cursor", None)


def _put_headers(case: Case, *, drawn: bool) -> None:
    if not case.headers:
        return
    # With a key that was used the first answer is the answer, and what is bad in another header is not looked at.
    if "idempotency-key" in case.headers and not drawn and not _is_bad_header(case, "idempotency-key"):
        case.headers["idempotency-key"] = uuid4().hex
    if _is_bad(case, ParameterLocation.HEADER):
        return
    # The coverage phase takes the quotes of an entity tag for JSON's, and sends it without them.
    if "if-match" in case.headers and not (drawn and re.fullmatch(r'"\d+"', case.headers["if-match"])):
        case.headers["if-match"] = _version_of(case)


def _version_of(case: Case) -> str:
    path = "/".join(case.formatted_path.split("/")[:4])
    answer = _client().get(path)
    version: str = answer.headers.get("etag", '"1"')
    return version


@cache
def _client() -> httpx.Client:
    # None is kept: one that the server closes just now must not be used again.
    limits = httpx.Limits(max_keepalive_connections=0)
    headers = {"authorization": f"Bearer {_told['token']}"}
    return httpx.Client(base_url=_told["url"], headers=headers, timeout=20, limits=limits)


def _is_bad(case: Case, where: ParameterLocation) -> bool:
    if case.meta is None or case.meta.generation.mode.is_positive:
        return False
    # The coverage phase spoils one place; what else is called negative there is the entity tag without its quotes.
    spoilt = case.meta.phase.data
    if isinstance(spoilt, CoveragePhaseData) and spoilt.parameter_location is not None:
        return spoilt.parameter_location == where
    return case.meta.is_negative_at(where)


def _is_bad_header(case: Case, name: str) -> bool:
    spoilt = case.meta.phase.data if case.meta else None
    named = spoilt.parameter if isinstance(spoilt, CoveragePhaseData) else None
    return _is_bad(case, ParameterLocation.HEADER) and named in (None, name)


@schemathesis.check
def well_formed_is_served_or_refused_for_a_reason_beyond_the_document(
    _context: schemathesis.CheckContext, response: schemathesis.Response, case: Case
) -> None:
    """Stricter than schemathesis' own positive_data_acceptance: a refusal must be for the present state, or of a kind
    that is named above with its reason; 401 and 403 are none, as the fuzzer's key is good."""
    if case.meta is None or case.meta.generation.mode.is_negative or response.status_code < 400:
        return
    problem = response.json()
    kind = problem["type"].removeprefix("urn:kefu:problem:")
    codes = {error["code"] for error in problem["errors"]}
    known = kind in KINDS or bool(codes and codes <= CODES.keys())
    assert known or response.status_code in STATE, f"A well-formed request was refused: {problem}"
