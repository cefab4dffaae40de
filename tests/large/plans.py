"""What a plan of Postgres must not do on a large database, and how the statements that the service runs are caught."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

LARGE = {"ticket", "message", "ticket_event", "ticket_words", "customer"}
"""Tables that grow with the work: none of them is read as a whole."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one statement may read; the defaults are for a list of one page (50 rows and one more)."""

    rows: int = 51
    """Rows that a Sort may take in."""
    buffers: int = 1_500
    """Pages of 8 kB that it may look at, in memory or not."""


def nodes(plan: Json) -> Iterator[Json]:
    """The plan's nodes, from the top."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def buffers(plan: Json) -> int:
    """The pages that the statement looked at."""
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


def faults(plan: Json, bounds: Bounds) -> list[str]:
    """What is wrong with the plan: tables read as a whole, more sorted or looked at than is allowed."""
    found = []
    for node in nodes(plan):
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE and node["Actual Loops"]:
            found.append(f"reads the whole of {node['Relation Name']}")
        if "Sort" in node["Node Type"] and sum(one["Actual Rows"] for one in node["Plans"]) > bounds.rows:
            found.append(f"sorts {node['Plans'][0]['Actual Rows']:g} rows")
        if "Index" in node["Node Type"] and node.get("Rows Removed by Filter", 0) > bounds.rows * 20:
            found.append(f"reads {node['Rows Removed by Filter']} rows too many by {node.get('Index Name')}")
    if buffers(plan) > bounds.buffers:
        found.append(f"looks at {buffers(plan)} pages")
    return found
