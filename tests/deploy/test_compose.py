"""docker-compose.yml, read as it stands: who gets which settings, what is open to whom, what is kept."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from kefu_local.configuration.mistakes import Told, mistakes
from kefu_local.drawn.secrets import as_env, draw
from kefu_local.place import ROOT
from kefu_local.plan import GATEWAY, MEMBERS, SERVICES

Json = dict[str, Any]
ONCE = [f"{member}-migrate" for member in MEMBERS]
RUNNING = [GATEWAY, *(f"{service}-{role}" for service in SERVICES for role in ("api", "worker"))]


@pytest.fixture(scope="module")
def text() -> str:
    return (ROOT / "docker-compose.yml").read_text()


@pytest.fixture(scope="module")
def containers(text: str) -> dict[str, Json]:
    found: dict[str, Json] = yaml.safe_load(text)["services"]
    return found


def test_it_has_every_process_and_a_database_for_each_service(containers: dict[str, Json]) -> None:
    databases = [f"{member}-db" for member in MEMBERS]
    assert containers.keys() == {"kafka", *databases, *ONCE, *RUNNING}


def test_each_is_told_what_it_reads(containers: dict[str, Json]) -> None:
    told = [
        Told(f"compose, {name}", name.partition("-")[0], containers[name]["environment"]) for name in (*ONCE, *RUNNING)
    ]
    assert mistakes(told) == []
    planted = {**containers["kb-api"]["environment"], "KEFU_UPSTREAMS": "{}"}
    assert "KEFU_UPSTREAMS" in str(mistakes([Told("compose", "kb", planted)]))


def test_each_api_listens_where_the_gateway_asks_and_nobody_else_does(containers: dict[str, Json]) -> None:
    asked = json.loads(containers[GATEWAY]["environment"]["KEFU_UPSTREAMS"])
    ports = {name: containers[name]["environment"].get("KEFU_PORT", "8000") for name in RUNNING}
    assert asked == {service: f"http://{service}-api:{ports[f'{service}-api']}" for service in SERVICES}
    others = {name: port for name, port in ports.items() if not name.endswith("-api")}
    distinct = {ports[f"{service}-api"] for service in SERVICES} - set(others.values())
    assert len(distinct) == len(SERVICES), "whoever gets another's address after a crash would answer in its place"


def test_no_secret_has_a_default_and_all_that_must_be_given_is_drawn(text: str) -> None:
    asked = set(re.findall(r"\$\{(\w+)(?::[^}]*)?\}", text))
    optional = set(re.findall(r"\$\{(\w+):-", text))
    assert optional == {"KEFU_VERSION", "KEFU_LOG_LEVEL", "KEFU_HTTP_PORT", "KEFU_PUBLIC_URL"}
    drawn = set(re.findall(r"^(\w+)=\"", as_env(draw("admin@example.com")), re.MULTILINE))
    # One is for one server with all databases, one for docker-compose.observability.yml.
    assert asked - optional == drawn - {"POSTGRES_PASSWORD", "GRAFANA_ADMIN_PASSWORD"}
    assert asked - optional == set(re.findall(r"\$\{(\w+):\?", text)), "asked for without a word of what it is"


def test_only_the_gateway_is_open_and_a_database_to_its_own_service_alone(
    text: str, containers: dict[str, Json]
) -> None:
    assert [name for name, one in containers.items() if "ports" in one] == [GATEWAY]
    networks = yaml.safe_load(text)["networks"]
    for member in MEMBERS:
        assert networks[member] == {"internal": True}
        there = {name for name, one in containers.items() if member in one["networks"]}
        assert {name.partition("-")[0] for name in there} == {member}
        assert containers[f"{member}-db"]["networks"] == [member]


def test_what_runs_cannot_write_rise_or_grow(containers: dict[str, Json]) -> None:
    for name in (*ONCE, *RUNNING):
        one = containers[name]
        assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"])
        assert one["stop_grace_period"] == "45s"
        assert one["mem_limit"]
        assert one["pids_limit"]
    for name, one in containers.items():
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert one["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert one["restart"] == ("on-failure" if name in ONCE else "unless-stopped"), name


def test_what_is_to_last_is_on_a_volume_and_starts_are_in_order(text: str, containers: dict[str, Json]) -> None:
    volumes = yaml.safe_load(text)["volumes"].keys()
    mounted = [one["volumes"][0].partition(":")[0] for one in containers.values() if "volumes" in one]
    assert sorted(mounted) == sorted(volumes)
    assert containers["kafka"]["environment"]["KAFKA_LOG_DIRS"].startswith("/var/lib/kafka/data/")
    for name in RUNNING:
        after = containers[name]["depends_on"]
        assert after["kafka"] == {"condition": "service_healthy"}
        assert after[f"{name.partition('-')[0]}-migrate"] == {"condition": "service_completed_successfully"}
    for member in MEMBERS:
        assert containers[f"{member}-migrate"]["depends_on"] == {f"{member}-db": {"condition": "service_healthy"}}


def test_both_generations_of_compose_read_it(text: str) -> None:
    document = yaml.safe_load(text)
    # v1.29 refuses a name; v2 takes no note of a version.
    assert not {"name", "version", "include"} & document.keys()
    conditions = [one for each in document["services"].values() for one in each.get("depends_on", {}).values()]
    assert all(one.keys() == {"condition"} for one in conditions)
