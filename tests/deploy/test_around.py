"""What deploy/k8s says about the code is true of it: paths, topics, groups, flows, the tables of its page."""

import importlib
import re
from functools import cache
from typing import Any

import yaml

from common.made_of import Service
from common.testing.stage import SECRET, keys
from k8s.checks.network import flow_table, senders_and_receivers
from k8s.checks.reading import Document, called, name_of, of_kind
from k8s.checks.workloads import secret_table
from k8s.kustomize import K8S, build
from kefu_local.drawn.secrets import secret_of
from kefu_local.plan import MEMBERS, module_of

HEALTH = {"/livez", "/readyz", "/metrics"}
README = (K8S / "README.md").read_text(encoding="utf-8")


@cache
def production() -> list[Document]:
    return build(K8S / "overlays" / "production")


def service_of(member: str) -> Service:
    service: Service = importlib.import_module(f"{module_of(member)}.made_of").SERVICE
    given: dict[str, Any] = {
        "database_url": "postgresql://x", "bus": "kafka://x:1", "identity_public_key": keys()[1],
        "signing_secret": SECRET, "identity_private_key": keys()[0],
    }  # fmt: skip
    return service.under(service.settings(**given))


def test_workers_are_scaled_by_exactly_what_they_listen_to() -> None:
    scaled = {
        trigger["metadata"]["consumerGroup"]: sorted(each["metadata"]["topic"] for each in one["spec"]["triggers"])
        for one in of_kind(production(), "ScaledObject")
        for trigger in one["spec"]["triggers"]
    }
    services = [service_of(member) for member in MEMBERS]
    heard = {one.name: sorted({each.event.TOPIC for each in one.listens}) for one in services if one.listens}
    assert scaled == heard


@cache
def outside_paths() -> list[tuple[str, str]]:
    (ingress,) = of_kind(production(), "Ingress")
    return [(one["pathType"], one["path"]) for one in ingress["spec"]["rules"][0]["http"]["paths"]]


def reached(path: str) -> bool:
    return any(
        path == one if kind == "Exact" else path == one or path.startswith(f"{one}/") for kind, one in outside_paths()
    )


def test_every_path_of_the_gateway_is_reached_from_outside_but_its_health() -> None:
    app = importlib.import_module("gateway.app")
    prefixes = importlib.import_module("gateway.forwarding.prefixes")
    own = {"/", "/docs", "/assets/board.js", "/openapi.json"} | {
        route.path for room in (app.people, app.keys, app.live, app.forwarding) for route in room.router.routes
    }
    forwarded = {way.path for way in (*prefixes._WAYS.values(), *prefixes._LINKS.values())}
    assert len(own) > 10
    assert len(forwarded) > 10
    assert [path for path in sorted(own | {f"{one}/x" for one in forwarded}) if not reached(path)] == []
    assert [path for path in HEALTH if reached(path)] == []


def test_the_route_of_the_gateway_api_is_that_of_the_ingress() -> None:
    route = yaml.safe_load((K8S / "components" / "gateway-api" / "route.yaml").read_text(encoding="utf-8"))
    paths = [
        (one["path"]["type"].removeprefix("Path"), one["path"]["value"]) for one in route["spec"]["rules"][0]["matches"]
    ]
    assert paths == outside_paths()


def test_the_flows_name_every_pod_and_no_other() -> None:
    table = flow_table()
    ours = senders_and_receivers(production())
    named = {flow[side] for flow in table["flows"] for side in ("from", "to")} - table["outside"].keys()
    assert {one for one in named if "*" not in one} <= ours
    assert {one.split()[0] for one in ours} == set(map(secret_of, MEMBERS))


def test_the_page_has_the_table_of_secrets() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (`[A-Z].*?) \|", README, flags=re.MULTILINE))
    said = {name: re.findall(r"`(\w+)`", keys_) for name, keys_ in rows.items()}
    assert said == {name: list(held) for name, held in secret_table().items()}


def test_the_page_names_every_component() -> None:
    components = {path.name for path in (K8S / "components").iterdir()}
    assert set(re.findall(r"^\| `components/([a-z-]+)` \|", README, flags=re.MULTILINE)) == components


def test_the_quickstart_finds_its_database_and_its_bus_where_the_drawn_secrets_say() -> None:
    services = {
        f"{name_of(one)}:{port['port']}"
        for one in of_kind(build(K8S / "overlays" / "quickstart"), "Service")
        for port in one["spec"]["ports"]
    }
    table = secret_table()
    addresses = {
        held["KEFU_DATABASE_URL"].split("@")[1].split("/")[0] for held in table.values() if "KEFU_DATABASE_URL" in held
    }
    assert addresses | {table["kefu-shared"]["KEFU_BUS"].removeprefix("kafka://")} <= services


def test_the_quickstart_makes_a_database_for_each_member_with_the_drawn_password() -> None:
    documents = build(K8S / "overlays" / "quickstart")
    (script,) = (one["data"]["databases.sh"] for one in documents if called(one) == "ConfigMap/postgres-init")
    members = re.search(r"for member in (.*); do", script)
    assert members is not None
    assert set(members[1].split()) == set(MEMBERS)
    assert {f"PASSWORD_{member}" for member in MEMBERS} <= secret_table()["postgres"].keys()


def test_events_are_said_on_one_topic_for_each_member() -> None:
    assert {f"kefu.{service_of(member).owner}" for member in MEMBERS} == {f"kefu.{member}" for member in MEMBERS}
