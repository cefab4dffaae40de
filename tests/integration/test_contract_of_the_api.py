"""The merged OpenAPI document is a promise: schemathesis holds every operation of it to its word."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from integration.desk import Desk
from integration.running import running

METHODS = {"get", "put", "post", "delete", "patch"}
STREAMS = {"/v1/events"}
"""Never ends by itself, so a fuzzer cannot read its answer; the journeys do."""
EXAMPLES = os.environ.get("KEFU_FUZZ_EXAMPLES", "15")


@pytest.fixture(scope="module")
def fuzzed(passable_folder: Path) -> Iterator[Desk]:
    """A platform of its own: what a fuzzer leaves behind is nobody's."""
    with running(passable_folder / "fuzzed") as platform:
        desk = Desk(platform)
        # Something for the random ids to have a chance of meeting.
        desk.hire("Fuzz", {"lang:en": 5}, auto_accept=True)
        desk.open("hello")
        yield desk
        desk.close()


def operations(document: dict[str, dict[str, dict[str, object]]]) -> set[str]:
    """`GET /v1/tickets` for every operation the document promises."""
    return {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
        if method in METHODS
    }


def test_every_operation_does_what_the_document_says(fuzzed: Desk, tmp_path: Path) -> None:
    document = httpx.get(f"{fuzzed.platform.url}/openapi.json").json()
    promised = {one for one in operations(document) if one.split(" ")[1] not in STREAMS}
    # A key and not a session: one of the operations is to log out.
    key = fuzzed.program("fuzzer", role="admin").http.headers["authorization"]
    report = tmp_path / "report.ndjson"
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{fuzzed.platform.url}/openapi.json"]
    options = {
        "--header": [f"Authorization: {key}"],
        "--phases": ["examples,coverage,fuzzing"],
        "--max-examples": [EXAMPLES],
        "--seed": ["20261123"],
        "--workers": ["2"],
        "--request-timeout": ["20"],
        "--exclude-path": sorted(STREAMS),
        "--report": ["ndjson"],
        "--report-ndjson-path": [str(report)],
        "--continue-on-failure": [""],
    }
    words = [
        word for name, values in options.items() for value in values for word in ([name, value] if value else [name])
    ]
    run = subprocess.run([*command, *words], capture_output=True, text=True, timeout=900, check=False, cwd=tmp_path)
    assert run.returncode == 0, run.stdout[-12_000:] + run.stderr[-2_000:]
    assert promised - asked_for(report) == set(), "operations that were silently left out"


def asked_for(report: Path) -> set[str]:
    """The operations that the report says were called."""
    found = set()
    for line in report.read_text().splitlines():
        found |= set(re.findall(r'"label":\s*"([A-Z]+ /[^"]*)"', json.dumps(json.loads(line))))
    return found


def test_the_document_names_every_route_of_every_service(fuzzed: Desk) -> None:
    document = httpx.get(f"{fuzzed.platform.url}/openapi.json").json()
    paths = set(document["paths"])
    for wanted in ("/v1/tickets", "/v1/agents", "/v1/search", "/v1/surveys", "/v1/login", "/s/{token}"):
        assert wanted in paths
