"""Which of the agents who may take a ticket gets it: the one who had it before, else the best score.

The score weighs how well the skills fit, how much capacity is spare, and how long the agent has been idle. Among equals
the agent with fewer skills goes first: whoever can do little else should not wait while the all-rounder is used up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from routing_svc.choosing.eligible import Candidate, Waiting, may_take
from routing_svc.choosing.requirements import LANGUAGE

FIT, SPARE, IDLE = 0.5, 0.3, 0.2
_TOP_LEVEL = 5
_HALF_IDLE = 300.0
"""Seconds of idleness that are worth half of what idleness can be worth."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets which ticket, and why."""

    ticket_id: UUID
    agent: Candidate
    """As they were when chosen, before this ticket."""
    why: list[str]
    """Codes: `returning`, `skill:billing:4`, `language:zh`, `load:0/3`, `idle:120` (seconds)."""


def choose_agent(item: Waiting, agents: Sequence[Candidate], now: datetime) -> Choice | None:
    """The agent for `item`, or None when nobody may take it; the same whatever the order of `agents`."""
    able = [agent for agent in agents if may_take(agent, item)]
    if not able:
        return None
    best = max(able, key=lambda agent: (agent.id == item.preferred, *_standing(agent, item, now)))
    return Choice(item.ticket_id, best, _why(best, item, now))


def score(agent: Candidate, item: Waiting, now: datetime) -> float:
    """How good a choice the agent is: 0 (poor) to 1."""
    levels = [agent.skills.get(skill, 0) for skill in item.required_skills]
    fit = sum(levels) / (_TOP_LEVEL * len(levels)) if levels else 1.0
    spare = (agent.capacity - agent.used) / agent.capacity
    idle = _idle_seconds(agent, now)
    return FIT * fit + SPARE * spare + IDLE * idle / (idle + _HALF_IDLE)


def _standing(agent: Candidate, item: Waiting, now: datetime) -> tuple[float, int, float, int]:
    return score(agent, item, now), -len(agent.skills), -agent.idle_since.timestamp(), -agent.id.int


def _idle_seconds(agent: Candidate, now: datetime) -> float:
    # A clock that was set back must not make an agent's idleness negative.
    return max(0.0, (now - agent.idle_since).total_seconds())


def _why(agent: Candidate, item: Waiting, now: datetime) -> list[str]:
    returning = ["returning"] if agent.id == item.preferred else []
    skills = [_skill_code(skill, agent.skills[skill]) for skill in item.required_skills if skill in agent.skills]
    return [*returning, *skills, f"load:{agent.used}/{agent.capacity}", f"idle:{int(_idle_seconds(agent, now))}"]


def _skill_code(skill: str, level: int) -> str:
    if skill.startswith(LANGUAGE):
        return f"language:{skill.removeprefix(LANGUAGE)}"
    return f"skill:{skill}:{level}"
