"""What was measured on a large database, as tables: for a terminal, and for a Markdown page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kefu_local.bench.markers import Markers

MARKERS = Markers("kefu bench --large")
LIMIT_MS = 25.0
"""What the 95th percentile at the service shall stay below."""

Json = Mapping[str, Any]


def lines(result: Json) -> Iterator[str]:
    """Everything in Markdown, line by line."""
    machine, size, made = result["machine"], result["size"], result["made"]
    yield (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, Postgres {machine['postgres']};"
        f" load average {machine['load_average']}. {size['tickets']:,} tickets, {size['messages']:,} messages,"
        f" {size['customers']:,} customers, {size['agents']:,} agents, made in {made['seconds']} s: "
        + ", ".join(f"{name} {mb:,} MB" for name, (_, mb) in sorted(made["tables"].items()))
        + "."
    )
    yield ""
    yield from _table(_requests(result["requests"]))
    yield ""
    yield from _table(_creating(result["creating"]))


def _requests(found: Iterable[Json]) -> list[list[str]]:
    by_name: dict[str, dict[str, Json]] = {}
    for one in found:
        by_name.setdefault(one["name"], {})[one["way"]] = one
    heads = [
        "request",
        "rows",
        "CPU ms",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "through the gateway p50 ms",
        "p95 ms",
        "p99 ms",
        "",
    ]
    rows = [heads]
    for name, ways in by_name.items():
        direct, gateway = ways["direct"], ways["gateway"]
        each = [f"{one[key]:.1f}" for one in (direct, gateway) for key in ("p50_ms", "p95_ms", "p99_ms")]
        cpu = f"{direct['cpu_ms']:.1f}" if "cpu_ms" in direct else ""
        rows.append([name, f"{direct['rows']:g}", cpu, *each, "yes" if direct["p95_ms"] < LIMIT_MS else "NO"])
    return rows


def _creating(found: Json) -> list[list[str]]:
    rows = [["creates a second, 8 connections, in turn", "median", "windows"]]
    rows += [
        [name, f"{one['rate']:g}", ", ".join(f"{rate:g}" for rate in one["windows"])] for name, one in found.items()
    ]
    rows.append(["large as a share of empty", f"{100 * found['large']['rate'] / found['empty']['rate']:.0f} %", ""])
    return rows


def _table(rows: list[list[str]]) -> Iterator[str]:
    yield _line(rows[0])
    yield _line(["---", *(["---:"] * (len(rows[0]) - 1))])
    yield from map(_line, rows[1:])


def _line(words: Iterable[str]) -> str:
    return "| " + " | ".join(words) + " |"
