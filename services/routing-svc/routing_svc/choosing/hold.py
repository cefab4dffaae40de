"""Why a queued ticket still waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from routing_svc.choosing.eligible import Candidate, Waiting, has_room, has_skills

Code = Literal["no_agent_with_skill", "nobody_online", "refused_by_all", "all_at_capacity", "next_in_turn"]


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason to wait, and the skills it is about."""

    code: Code
    skills: tuple[str, ...] = ()
    """Those that nobody has; or all that are needed, when only nobody has all of them."""


@dataclass(frozen=True, slots=True)
class Staffed:
    """An agent who works here, online or not."""

    agent: Candidate
    online: bool


def why_waiting(item: Waiting, staff: Sequence[Staffed]) -> Hold:
    """The first reason that holds, from the one hardest to mend to the one that mends itself."""
    skilled = [one for one in staff if _knows(one, item)]
    if not skilled:
        return Hold("no_agent_with_skill", _missing(item, [one.agent for one in staff]))
    online = [one.agent for one in skilled if one.online]
    if not online:
        return Hold("nobody_online", item.required_skills)
    willing = [agent for agent in online if agent.id not in item.refused_by]
    if not willing:
        return Hold("refused_by_all")
    if not any(has_room(agent) for agent in willing):
        return Hold("all_at_capacity", item.required_skills)
    return Hold("next_in_turn")


def _knows(one: Staffed, item: Waiting) -> bool:
    return one.agent.id == item.preferred or has_skills(one.agent.skills, item.required_skills)


def _missing(item: Waiting, agents: Iterable[Candidate]) -> tuple[str, ...]:
    present = {skill for agent in agents for skill in agent.skills}
    return tuple(skill for skill in item.required_skills if skill not in present) or item.required_skills
