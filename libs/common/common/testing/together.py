"""pytest plugin: which tests stay together when several processes share a run (`-n 2`).

A module's tests stay together, for the sake of what it sets up once; so do those that share something costly of the
whole run: the broker, or one of the journeys' platforms.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

_DESKS = {"embedded": "desk", "kafka": "desk on kafka"}
_WAITING_FIRST = ("tests", "deploy", "libs")
"""What waits more than it computes goes first: many short tests at the end let both processes finish together."""


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Hands out whole groups of tests."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    """Whatever `--dist` says: these groups."""
    return Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the long ones in front when a run is shared."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _turn(item.nodeid))


def group_of(nodeid: str) -> str:
    """The group of a test: what it shares with others, or its module."""
    module, _, test = nodeid.partition("::")
    words = test.partition("[")[2].rstrip("]").split("-")
    if module.startswith("tests/integration/") and words[0] in _DESKS:
        return _DESKS[words[0]]
    if module.startswith("libs/common/tests/") and ("kafka" in words or module.endswith("/test_kafka.py")):
        return "broker"
    return module


def _turn(nodeid: str) -> int:
    top = nodeid.split("/")[0]
    return _WAITING_FIRST.index(top) if top in _WAITING_FIRST else len(_WAITING_FIRST)
