"""docker-compose.observability.yml and what it mounts: every process is scraped, alerts and dashboards are found."""

from __future__ import annotations

import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from kefu_local.place import ROOT
from kefu_local.plan import GATEWAY, SERVICES

Json = dict[str, Any]
PLATFORM = ROOT / "docker-compose.yml"
OVERLAY = ROOT / "docker-compose.observability.yml"
OBSERVABILITY = ROOT / "deploy/observability"


def read(path: Path) -> Json:
    found: Json = yaml.safe_load(path.read_text())
    return found


def unscraped(scraping: Json, containers: Json) -> dict[str, str]:
    """What is wrong, by process: those that nobody asks, those asked under another name, and those that are not."""
    expected = {GATEWAY: GATEWAY}
    expected |= {f"{name}-{role}": f"{name}-svc" for name in SERVICES for role in ("api", "worker")}
    asked: dict[str, str] = {}
    for job in scraping["scrape_configs"]:
        fixed = [target for each in job.get("static_configs", []) for target in each["targets"]]
        found = [f"{name}:{each['port']}" for each in job.get("dns_sd_configs", []) for name in each["names"]]
        asked |= dict.fromkeys((*fixed, *found), job["job_name"])
    at = {name: f"{name}:{containers[name]['environment'].get('KEFU_PORT', '8000')}" for name in expected}
    wrong = {at[name]: job for name, job in expected.items() if asked.get(at[name]) != job}
    wrong |= {target: "is no process" for target in asked if target.partition(":")[0] not in containers}
    return wrong


def test_every_api_and_worker_is_scraped_under_its_service_s_name() -> None:
    containers = read(PLATFORM)["services"]
    scraping = read(OBSERVABILITY / "prometheus.yml")
    assert unscraped(scraping, containers) == {}
    assert all("platform" in containers[name]["networks"] for name in containers if name.endswith(("-api", "-worker")))

    forgotten, misnamed = deepcopy(scraping), deepcopy(scraping)
    del forgotten["scrape_configs"][2]["dns_sd_configs"]
    assert unscraped(forgotten, containers) == {"routing-worker:8000": "routing-svc"}
    misnamed["scrape_configs"][0]["static_configs"][0]["targets"] = ["gateway-api:8000"]
    assert unscraped(misnamed, containers) == {"gateway:8000": "gateway", "gateway-api:8000": "is no process"}


def test_what_is_mounted_is_there_and_meets_where_it_is_looked_for() -> None:
    containers = read(OVERLAY)["services"]
    mounts = [volume.split(":") for one in containers.values() for volume in one["volumes"] if volume.startswith(".")]
    assert len(mounts) == 4
    for here, _, mode in mounts:
        assert (ROOT / here).exists(), here
        assert mode == "ro"
    places = {there: here for here, there, _ in mounts}
    scraping = read(OBSERVABILITY / "prometheus.yml")
    assert scraping["rule_files"] == ["/etc/kefu/rules/*.yml"]
    assert "/etc/kefu/rules" in places
    [provider] = read(OBSERVABILITY / "grafana/dashboards/kefu.yml")["providers"]
    assert places[provider["options"]["path"]] == "./deploy/observability/dashboards"
    [source] = read(OBSERVABILITY / "grafana/datasources/prometheus.yml")["datasources"]
    assert source["url"] == "http://prometheus:9090"


def test_they_are_open_to_this_machine_only_and_held_as_the_platform_is() -> None:
    document = read(OVERLAY)
    for one in document["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in one["ports"])
        assert (one["read_only"], one["cap_drop"], one["restart"]) == (True, ["ALL"], "unless-stopped")
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert one["logging"]["options"].keys() == {"max-size", "max-file"}
        assert one["mem_limit"]
        assert one["healthcheck"]["test"]
    kept = [volume.partition(":")[0] for one in document["services"].values() for volume in one["volumes"]]
    assert {name for name in kept if not name.startswith(".")} == document["volumes"].keys()
    # Without a default: whoever has not drawn a password gets no Grafana with a known one.
    assert "${GRAFANA_ADMIN_PASSWORD:?" in OVERLAY.read_text()
    assert not {"name", "version", "include"} & document.keys()


@pytest.mark.promtool
def test_prometheus_takes_its_configuration(tmp_path: Path) -> None:
    text = (OBSERVABILITY / "prometheus.yml").read_text().replace("/etc/kefu/rules", str(OBSERVABILITY / "rules"))
    config = tmp_path / "prometheus.yml"
    config.write_text(text)
    check = ["promtool", "check", "config", str(config)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    config.write_text(text.replace("scrape_interval", "scrape_intervall"))
    assert subprocess.run(check, capture_output=True, check=False).returncode != 0
