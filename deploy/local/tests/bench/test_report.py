"""The tables, the page, the comparison with an earlier run, the goals."""

from copy import deepcopy
from typing import Any

from kefu_local.bench.goals import goals
from kefu_local.bench.report import lines, terminal


def a_figure(target: str, rate: float, cpu: float, op: str = "create") -> dict[str, Any]:
    return {
        "target": target, "op": op, "connections": 8, "rounds": 3, "rate": rate, "p50_ms": 10.0, "p95_ms": 20.0,
        "p99_ms": 30.0, "cpu_ms": cpu, "cpu_ms_by_part": {"ticket": cpu - 0.5, "gateway": 0.5}, "client_cpu_ms": 0.2,
        "drained_s": 0.1, "refused": {},
    }  # fmt: skip


def a_result() -> dict[str, Any]:
    figures = [a_figure("kefu", 400, 4.5), a_figure("bare", 1000, 1.0), a_figure("written", 800, 1.5)]
    figures += [a_figure("kefu", 900, 1.0, "get")]
    spread = {"p50_ms": 12.0, "p99_ms": 90.0, "max_ms": 120.0}
    statements = {"per_request": 7.5, "of_which_begin_commit": 2.0, "by_database": {"ticket": 7.5}}
    return {
        "machine": {"cpu": "some", "cores": 2, "memory_gb": 8, "system": "Linux", "python": "3.11", "postgres": "18",
                    "load_average": 0.1, "load_average_at_end": 1.9},
        "wanted": {"seconds": 5.0, "rounds": 3, "long": 15.0},
        "buses": {"embedded": {
            "start": {"first_s": 20.0, "second_s": 6.0},
            "figures": figures, "admitted": figures[:3], "sustained": {"rate": 350.0},
            "steady": {"rate": 50.0, "answer": spread, "commit_to_effect": spread, "event_to_offer": spread,
                       "by_effect": {"articles suggested": spread}},
            "statements": {"create": statements}, "idle_statements": statements,
            "memory_idle": {"ticket": {"pss_mb": 70.0, "rss_mb": 100.0}},
            "memory_after_load": {"ticket": {"pss_mb": 80.0, "rss_mb": 110.0}},
            "profile": {"ticket-svc": {"libraries": {"asyncpg": 40.0}, "at_top": {"a.py:b": 10.0, "c.py:d": 5.0}}},
        }},
    }  # fmt: skip


def test_goals_say_what_was_asked_what_was_reached_and_whether() -> None:
    found = {goal.name: (goal.reached, goal.met) for goal in goals(a_result()["buses"]["embedded"])}
    assert found["create, sustained, of the bare endpoint (all rows in one statement)"] == (40.0, True)
    assert found["create, sustained, of the bare endpoint (a statement for each table)"] == (50.0, True)
    assert found["SQL statements of a create, without BEGIN and COMMIT"] == (5.5, True)
    assert found["CPU of a create, all processes"] == (4.5, True)
    assert found["memory of the whole platform after the load (PSS)"] == (80.0, True)


def test_what_was_not_measured_is_no_goal() -> None:
    result = a_result()["buses"]["embedded"]
    del result["steady"]
    names = [goal.name for goal in goals(result)]
    assert "get, of the bare endpoint" not in names  # there was no bare get
    assert not [name for name in names if "commit to effect" in name]


def test_the_tables_name_every_figure() -> None:
    said = "\n".join(terminal(a_result(), width=300))
    for words in ("40 %", "350/s", "articles suggested", "whole platform", "asyncpg", "c.py:d", "at least 35 %"):
        assert words in said


def test_an_earlier_run_is_shown_as_ratios() -> None:
    earlier = a_result()
    now = deepcopy(earlier)
    now["buses"]["embedded"]["figures"][0]["rate"] = 800.0
    said = "\n".join(terminal(now, earlier, width=300))
    assert "now / then" in said
    assert "2.00" in said


def test_the_tables_in_markdown() -> None:
    assert any(line.startswith("| create | 8 | 400 |") for line in lines(a_result()))
