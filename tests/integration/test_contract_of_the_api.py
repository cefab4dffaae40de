"""The merged OpenAPI document is a promise: schemathesis holds every operation of it to its word."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from integration import fuzzing
from integration.desk import Desk, at_work
from integration.prepared import TICKET, prepare
from integration.running import running

METHODS = {"get", "put", "post", "delete", "patch"}
STREAMS = {"/v1/events"}
"""Never ends by itself, so a fuzzer cannot read its answer; the journeys do."""
EXAMPLES = os.environ.get("KEFU_FUZZ_EXAMPLES", "15")
"""Drawn at random for each operation, beside the 60 or so by which its places are covered one by one. More by hand."""

NEVER_SERVED = {"POST /v1/me/password": "the fuzzer is a program, and programs have no password"}
"""Operations that are called but cannot answer this caller with what they are for."""

CONFIG = """
hooks = {hooks}
[warnings]
# Not validation_mismatch: it counts 409 and 412 as if the document were wrong. Our check in the hooks tells them apart.
display = ["missing_auth", "missing_test_data"]
fail-on = true

[auth.openapi.key]
bearer = {token}

[checks.positive_data_acceptance]
# Replaced by a stricter one of ours, in the hooks: it takes every 4xx of a list for the same.
enabled = false

[checks.negative_data_rejection]
# 413: what is too large is refused before anybody reads what is wrong with it.
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, "5xx"]

[phases.coverage]
# Whichever method a path does not have, the same line refuses it.
unexpected-methods = ["delete", "trace"]

[checks.missing_required_header]
# RFC 6585: a change without If-Match is a 428, which is told from a 412 by its status.
expected-statuses = [400, 401, 403, 406, 415, 422, 428]

[[operations]]
# A 404 is all that it says to a program.
include-name = "POST /v1/me/password"
warnings = false

[[operations]]
# Their body is a rule again, of which POST /v1/rules covers every place; what is drawn at random is tried all the same.
include-name = ["POST /v1/rules/dry-run", "PATCH /v1/rules/{{rule_id}}"]
phases.coverage.enabled = false
"""


@pytest.fixture(scope="module")
def fuzzed(passable_folder: Path) -> Iterator[Desk]:
    """A platform of its own: what a fuzzer leaves behind is nobody's."""
    settings = {"KEFU_DEMO": "1", "ROUTING_OFFER_SECONDS": "3600"}
    with running(passable_folder / "fuzzed", settings=settings) as platform, at_work(platform) as desk:
        yield desk


def operations(document: dict[str, dict[str, dict[str, object]]]) -> set[str]:
    """`GET /v1/tickets` for every operation the document promises."""
    return {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
        if method in METHODS
    }


def test_every_operation_does_what_the_document_says(fuzzed: Desk, tmp_path: Path) -> None:
    document = httpx.get(f"{fuzzed.platform.url}/openapi.json", timeout=60).json()
    promised = {one for one in operations(document) if one.split(" ")[1] not in STREAMS}
    ready = prepare(fuzzed)
    # A key and not a session: one of the operations is to log out.
    fuzzer = fuzzed.program("fuzzer", role="admin")
    for one in ready.paths[f"{TICKET}/draft"]:
        # A draft is its author's alone.
        fuzzer.put(f"/v1/tickets/{one['ticket_id']}/draft", {"text": "begun"})
    token = fuzzer.http.headers["authorization"].removeprefix("Bearer ")
    told = {"url": fuzzed.platform.url, "token": token, "paths": ready.paths, "bodies": ready.bodies}
    config, report = tmp_path / "schemathesis.toml", tmp_path / "report.ndjson"
    config.write_text(CONFIG.format(hooks=json.dumps(fuzzing.__file__), token=json.dumps(token)))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    options = {
        "--phases": ["examples,coverage,fuzzing"],
        "--max-examples": [EXAMPLES],
        "--seed": ["20261123"],
        "--workers": ["2"],
        "--request-timeout": ["20"],
        "--exclude-path": sorted(STREAMS),
        "--report": ["ndjson"],
        "--report-ndjson-path": [str(report)],
        "--continue-on-failure": [""],
        # How fast a busy machine draws says nothing about the API.
        "--suppress-health-check": ["too_slow"],
    }
    words = [
        word for name, values in options.items() for value in values for word in ([name, value] if value else [name])
    ]
    run = subprocess.run(
        [*command, f"{fuzzed.platform.url}/openapi.json", *words],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        cwd=tmp_path,
        env={**os.environ, fuzzing.TOLD: json.dumps(told)},
    )
    assert run.returncode == 0, run.stdout[-12_000:] + run.stderr[-2_000:]
    assert fuzzer.get("/v1/me")["role"] == "admin", "the fuzzer locked itself out, so what it met was a closed door"
    answers = answers_to_the_well_formed(report)
    assert promised - answers.keys() == set(), "operations that were silently left out"
    served = {one for one, statuses in answers.items() if any(200 <= status < 300 for status in statuses)}
    assert promised - served == NEVER_SERVED.keys(), "operations whose own work was not reached"


def answers_to_the_well_formed(report: Path) -> dict[str, set[int]]:
    """By operation: the statuses of the answers to requests that the document allows."""
    found: dict[str, set[int]] = defaultdict(set)
    for line in report.read_text().splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for case_id, exchange in recorder.get("interactions", {}).items():
            meta = recorder["cases"][case_id]["value"].get("meta")
            if meta and meta["generation"]["mode"] == "positive" and exchange["response"]:
                found[recorder["label"]].add(exchange["response"]["status_code"])
    return found


def test_the_document_names_every_route_of_every_service(fuzzed: Desk) -> None:
    document = httpx.get(f"{fuzzed.platform.url}/openapi.json").json()
    paths = set(document["paths"])
    for wanted in ("/v1/tickets", "/v1/agents", "/v1/search", "/v1/surveys", "/v1/login", "/s/{token}"):
        assert wanted in paths
