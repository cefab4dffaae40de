"""What was measured, as tables: for a terminal, for a Markdown page, and beside an earlier run. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from kefu_local.bench.goals import goals
from kefu_local.bench.markers import Markers
from kefu_local.bench.measure import BARE, DIRECT, GATEWAY, STATEMENT, WRITTEN

MARKERS = Markers("kefu bench")

Json = Mapping[str, Any]
Rows = list[list[str]]

_OURS = ("rate", "p50_ms", "p95_ms", "p99_ms", "cpu_ms")


def terminal(result: Json, earlier: Json | None = None, *, width: int = 160) -> list[str]:
    """Every table as lines of text; with an earlier run its ratios behind the figures."""
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False)
    console.print(_machine_line(result))
    for title, rows in _tables(result, earlier):
        table = Table(title=title, title_justify="left")
        for index, name in enumerate(rows[0]):
            table.add_column(name, justify="left" if index == 0 else "right")
        for row in rows[1:]:
            table.add_row(*row)
        console.print(table)
    return out.getvalue().splitlines()


def lines(result: Json) -> Iterator[str]:
    """Every table in Markdown, line by line."""
    yield _machine_line(result)
    for title, rows in _tables(result, None):
        yield from ("", f"**{title}**", "", _line(rows[0]), _line(["---", *(["---:"] * (len(rows[0]) - 1))]))
        yield from map(_line, rows[1:])


def _line(words: Iterable[str]) -> str:
    return "| " + " | ".join(words) + " |"


def _machine_line(result: Json) -> str:
    machine, wanted = result["machine"], result["wanted"]
    return (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']},"
        f" Python {machine['python']}, Postgres {machine['postgres']}; load average at the start"
        f" {machine['load_average']}, at the end {machine['load_average_at_end']};"
        f" windows of {wanted['seconds']:g} s, medians of {wanted['rounds']}."
    )


def _tables(result: Json, earlier: Json | None) -> Iterator[tuple[str, Rows]]:
    for bus, found in result["buses"].items():
        before = (earlier or {}).get("buses", {}).get(bus, {})
        yield f"{bus}: goals", goal_rows(found)
        yield f"{bus}: requests", figure_rows(found["figures"], before.get("figures", []))
        yield f"{bus}: CPU of a request by process (ms)", cpu_rows(found["figures"])
        if "steady" in found:
            rows = figure_rows(found["admitted"], before.get("admitted", []))
            yield f"{bus}: creates at 8 connections, sustained", rows
            yield f"{bus}: effects", effect_rows(found)
            yield f"{bus}: SQL statements of a request, at 8 connections", statement_rows(found)
        yield f"{bus}: memory and start", memory_rows(found)
        for name, profile in found.get("profile", {}).items():
            yield f"{bus}: where {name} spends its CPU in a create", profile_rows(profile)


def goal_rows(found: Json) -> Rows:
    """What was asked for, beside what was reached."""
    rows = [["goal", "asked", "reached", ""]]
    for goal in goals(found):
        asked = f"{'at least' if goal.at_least else 'at most'} {goal.bound:g} {goal.unit}".strip()
        rows.append([goal.name, asked, f"{goal.reached:.3g} {goal.unit}".strip(), "yes" if goal.met else "NO"])
    return rows


def by_figure(figures: Sequence[Json]) -> dict[tuple[str, int], dict[str, Json]]:
    """Figures by operation and connections, then by target."""
    found: dict[tuple[str, int], dict[str, Json]] = {}
    for one in figures:
        found.setdefault((one["op"], one["connections"]), {})[one["target"]] = one
    return found


def figure_rows(figures: Sequence[Json], earlier: Sequence[Json] = ()) -> Rows:
    """One row per operation and connections: ours beside the bounds, and as a share of the bare endpoint."""
    before = by_figure(earlier)
    heads = [
        "operation", "conn.", "req/s", "p50 ms", "p95 ms", "p99 ms", "CPU ms", "refused", "bare req/s", "of bare",
        "written req/s", "of written", "bare p99 ms", "bare CPU ms", "direct req/s", "direct CPU ms", "statement/s",
    ]  # fmt: skip
    rows = [heads + (["req/s, now / then", "CPU, now / then"] if earlier else [])]
    for (op, connections), targets in by_figure(figures).items():
        ours = targets[GATEWAY]
        bare, written, direct, statement = (targets.get(name, {}) for name in (BARE, WRITTEN, DIRECT, STATEMENT))
        row = [
            op,
            str(connections),
            *(_number(ours, name) for name in ("rate", "p50_ms", "p95_ms", "p99_ms", "cpu_ms")),
        ]
        row += [str(sum(ours["refused"].values())), _number(bare, "rate"), _share(ours, bare, "rate")]
        row += [_number(written, "rate"), _share(ours, written, "rate")]
        row += [_number(bare, "p99_ms"), _number(bare, "cpu_ms"), _number(direct, "rate"), _number(direct, "cpu_ms")]
        row.append(_number(statement, "rate"))
        then = before.get((op, connections), {}).get(GATEWAY, {})
        rows.append(row + ([_times(ours, then, "rate"), _times(ours, then, "cpu_ms")] if earlier else []))
    return rows


def cpu_rows(figures: Sequence[Json]) -> Rows:
    """One row per operation and connections: what each process spends on a request of ours."""
    ours = [one for one in figures if one["target"] == GATEWAY]
    parts = list(dict.fromkeys(part for one in ours for part in one["cpu_ms_by_part"]))
    rows = [["operation", "conn.", "all", *parts, "(load)"]]
    for one in ours:
        each = [f"{one['cpu_ms_by_part'].get(part, 0):.2f}" for part in parts]
        rows.append([one["op"], str(one["connections"]), f"{one['cpu_ms']:.2f}", *each, f"{one['client_cpu_ms']:.2f}"])
    return rows


def effect_rows(found: Json) -> Rows:
    """How far effects are behind, and how much is sustained."""
    steady, sustained = found["steady"], found["sustained"]
    rows = [[f"at {steady['rate']:g} tickets/s", "p50 ms", "p99 ms", "max ms"]]
    named = {"the answer to the client": steady["answer"], "commit to first effects": steady["commit_to_effect"]}
    named |= {"event to offer": steady["event_to_offer"]} | {
        f"  {name}": one for name, one in steady["by_effect"].items()
    }
    rows += [[name, *(f"{one[key]:.1f}" for key in ("p50_ms", "p99_ms", "max_ms"))] for name, one in named.items()]
    rows.append([f"sustained with every effect under 1 s behind: {sustained['rate']:g}/s", "", "", ""])
    return rows


def statement_rows(found: Json) -> Rows:
    """Statements by operation, and what an idle platform asks for in a second."""
    statements, idle = found["statements"], found["idle_statements"]
    databases = list(dict.fromkeys(name for one in (*statements.values(), idle) for name in one["by_database"]))
    rows = [["operation", "all", "of which BEGIN, COMMIT", *databases]]
    for op, one in [*statements.items(), ("(a second of an idle platform)", idle)]:
        each = [f"{one['by_database'].get(name, 0):.2f}" for name in databases]
        rows.append([op, f"{one['per_request']:.2f}", f"{one['of_which_begin_commit']:.2f}", *each])
    return rows


def memory_rows(found: Json) -> Rows:
    """Memory of each part, idle and after the load, and the starts."""
    idle, after = found["memory_idle"], found["memory_after_load"]
    rows = [["part", "PSS MB idle", "PSS MB after", "RSS MB after"]]
    for part, one in after.items():
        rows.append(
            [part, f"{idle.get(part, {}).get('pss_mb', 0):.0f}", f"{one['pss_mb']:.0f}", f"{one['rss_mb']:.0f}"]
        )
    sums = [sum(one["pss_mb"] for one in memory.values()) for memory in (idle, after)]
    rows.append(["whole platform", *(f"{value:.0f}" for value in sums), ""])
    start = found["start"]
    rows.append([f"ready after {start['first_s']} s the first time, {start['second_s']} s the second", "", "", ""])
    return rows


def profile_rows(profile: Json, most: int = 12) -> Rows:
    """The libraries and the functions with the largest shares."""
    libraries, functions = list(profile["libraries"].items())[:most], list(profile["at_top"].items())[:most]
    rows = [["library", "%", "function at the top of the stack", "%"]]
    for index in range(max(len(libraries), len(functions))):
        left = libraries[index] if index < len(libraries) else ("", "")
        right = functions[index] if index < len(functions) else ("", "")
        rows.append([left[0], str(left[1]), right[0], str(right[1])])
    return rows


def _number(figure: Json, name: str) -> str:
    if name not in figure:
        return ""
    return f"{figure[name]:,.0f}" if name == "rate" else f"{figure[name]:.2f}"


def _share(ours: Json, other: Json, name: str) -> str:
    return f"{100 * ours[name] / other[name]:.0f} %" if other.get(name) else ""


def _times(now: Json, then: Json, name: str) -> str:
    return f"{now[name] / then[name]:.2f}" if then.get(name) else ""
