"""Agents' names."""

from __future__ import annotations

import pytest

from common.contracts.routing import AgentJoined, AgentUpdated
from common.ids import new_id
from common.testing.stage import Stage


@pytest.mark.asyncio
async def test_agents_are_known_by_their_latest_name(stage: Stage) -> None:
    agent_id = new_id()
    joined = AgentJoined(agent_id=agent_id, name="小李", skills={}, capacity=5)
    renamed = AgentUpdated(agent_id=agent_id, name="李组长", skills={}, capacity=5)
    await stage.hear(joined, about=agent_id, sequence=1, times=2)
    await stage.hear(renamed, about=agent_id, sequence=3, times=2)
    assert [(row.id, row.name, row.version) for row in await stage.rows("agent")] == [(agent_id, "李组长", 3)]


@pytest.mark.asyncio
async def test_older_event_does_not_bring_an_old_name_back(stage: Stage) -> None:
    agent_id = new_id()
    for name, sequence in (("new", 5), ("old", 4)):
        event = AgentUpdated(agent_id=agent_id, name=name, skills={}, capacity=5)
        await stage.hear(event, about=agent_id, sequence=sequence)
    assert [row.name for row in await stage.rows("agent")] == ["new"]
