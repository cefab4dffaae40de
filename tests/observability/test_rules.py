"""The alert rules: promtool takes them, each fires and stays silent in a test of its own, each has a page to help."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8s.alerts import KEPT, as_document
from observability.promql import ROOT, RULES, dashboards, expressions, rules

HERE = Path(__file__).parent
TESTS = sorted(HERE.glob("*.yml"))
ALERTS = [rule for rule in rules() if "alert" in rule]
_CASE = re.compile(r'count\(ALERTS\{alertname="(\w+)",alertstate="firing"\}\)')


def promtool(*words: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(["promtool", *words], capture_output=True, text=True, timeout=120, check=False, cwd=cwd)
    return "" if done.returncode == 0 else done.stdout + done.stderr or "failed"


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A copy of the rules and their tests, for mistakes to be planted in."""
    for folder in (RULES, HERE):
        there = tmp_path / folder.relative_to(ROOT)
        there.mkdir(parents=True)
        for path in folder.glob("*.yml"):
            (there / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.promtool
def test_promtool_takes_the_rules() -> None:
    assert promtool("check", "rules", *map(str, sorted(RULES.glob("*.yml")))) == ""


@pytest.mark.promtool
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_each_alert_does_what_its_test_says(path: Path) -> None:
    assert promtool("test", "rules", str(path)) == ""


@pytest.mark.promtool
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("outbox_oldest_unpublished_seconds) > 60", "outbox_oldest_unpublished_seconds) > 6000"),
        ("outbox_oldest_unpublished_seconds) > 60", "outbox_oldest_unpublished_seconds) >= 0"),
        ("unless on (job, topic)", "and on (job, topic)"),
        ("offset 1h) or 0", "offset 1d) or 0"),
    ],
)
def test_a_planted_broken_rule_is_caught(planted: Path, old: str, new: str) -> None:
    change(planted / RULES.relative_to(ROOT) / "events.yml", old, new)
    assert promtool("test", "rules", "tests/observability/events.yml", cwd=planted) != ""


@pytest.mark.promtool
def test_a_planted_expression_that_is_none_is_caught(planted: Path) -> None:
    change(planted / RULES.relative_to(ROOT) / "platform.yml", "time() - max(", "time() - max((")
    assert promtool("check", "rules", "deploy/observability/rules/platform.yml", cwd=planted) != ""


@pytest.mark.promtool
def test_promtool_takes_every_expression_of_the_dashboards(tmp_path: Path) -> None:
    panels = [{"record": f"panel:{n}", "expr": text} for n, (of, text) in enumerate(expressions()) if ".json: " in of]
    assert len(panels) > 40
    (tmp_path / "panels.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": panels}]}))
    assert promtool("check", "rules", str(tmp_path / "panels.yml")) == ""
    panels[7]["expr"] += ")"
    (tmp_path / "panels.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": panels}]}))
    assert promtool("check", "rules", str(tmp_path / "panels.yml")) != ""


def cases() -> Iterator[tuple[str, bool]]:
    """Each alert that a test asks for, and whether it is to fire."""
    for path in TESTS:
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
            for one in test["promql_expr_test"]:
                found = _CASE.fullmatch(one["expr"])
                if found:
                    yield found[1], bool(one["exp_samples"])


def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent() -> None:
    assert set(cases()) == {(alert["alert"], fires) for alert in ALERTS for fires in (True, False)}


def faults(alert: dict[str, Any]) -> Iterator[str]:
    """What an alert lacks, but for its runbook."""
    if alert.get("labels", {}).get("severity") not in ("page", "ticket"):
        yield "severity is page or ticket"
    said = alert.get("annotations", {})
    if not said.get("summary", "").isascii() or not said.get("summary"):
        yield "summary in English"
    if not re.search(r"[\u4e00-\u9fff]", said.get("summary_zh", "")):
        yield "summary_zh in Chinese"
    if not re.fullmatch(r"docs/runbooks/[a-z-]+\.md", said.get("runbook_url", "")):
        yield "runbook_url"


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_says_how_bad_it_is_in_both_languages_and_what_to_do(alert: dict[str, Any]) -> None:
    assert list(faults(alert)) == []


def test_an_alert_that_says_nothing_is_caught() -> None:
    assert len(list(faults({"alert": "X", "expr": "1"}))) == 4


def without_page(alerts: list[dict[str, Any]]) -> list[str]:
    """Alerts whose runbook does not exist, or says nothing."""
    pages = {alert["alert"]: ROOT / alert["annotations"]["runbook_url"] for alert in alerts}
    return [f"{name}: {page.name}" for name, page in pages.items() if not page.exists() or page.stat().st_size < 300]


def test_each_alert_has_a_runbook() -> None:
    assert without_page(ALERTS) == []


def test_a_runbook_that_is_not_there_is_caught() -> None:
    assert without_page([{"alert": "X", "annotations": {"runbook_url": "docs/runbooks/no-such.md"}}]) == [
        "X: no-such.md"
    ]


def test_the_manifest_has_the_same_rules() -> None:
    kept = yaml.safe_load(KEPT.read_text(encoding="utf-8"))
    assert kept == as_document(), "run: .venv/bin/python tests/k8s/alerts.py"


def test_a_rule_that_was_changed_in_one_place_only_is_caught() -> None:
    kept = yaml.safe_load(KEPT.read_text(encoding="utf-8"))
    kept["spec"]["groups"][0]["rules"][0]["expr"] += " + 1"
    assert kept != as_document()


def wrong_in(dashboard: dict[str, Any]) -> Iterator[str]:
    """What a dashboard lacks."""
    ids = [panel["id"] for panel in dashboard["panels"]]
    if len(ids) != len(set(ids)):
        yield "two panels with one id"
    for title in (dashboard["title"], *(panel["title"] for panel in dashboard["panels"])):
        if not re.search(r"[\u4e00-\u9fff].*·.*[A-Za-z]|[\u4e00-\u9fff]$", title):
            yield f"{title}: in both languages"
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        if place["x"] + place["w"] > 24:
            yield f"{panel['title']}: beyond the edge"


def test_dashboards_are_in_both_languages_and_fit() -> None:
    assert dashboards().keys() == {"platform.json", "services.json", "events.json", "service-desk.json"}
    assert len({one["uid"] for one in dashboards().values()}) == 4
    assert {name: list(wrong_in(one)) for name, one in dashboards().items()} == {name: [] for name in dashboards()}


def test_a_dashboard_with_mistakes_is_caught() -> None:
    panel = {"id": 1, "title": "Requests", "gridPos": {"x": 20, "y": 0, "w": 8, "h": 8}}
    assert len(list(wrong_in({"title": "服务 · Services", "panels": [panel, panel]}))) == 5
