"""Who gets what, for a whole queue: each ticket in its turn gets the best agent who is left.

Greedy in the queue's order, so first come is first served among equal needs; and it leaves no ticket waiting that an
agent with room could take.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from routing_svc.choosing.choose_agent import Choice, choose_agent
from routing_svc.choosing.eligible import Candidate, Waiting, has_room, has_skills


def match(items: Sequence[Waiting], agents: Iterable[Candidate], now: datetime) -> list[Choice]:
    """The choices for `items`, which are given in the order of their turn; an agent may be chosen several times."""
    free = {agent.id: agent for agent in agents if has_room(agent)}
    skilled: dict[tuple[str, ...], list[UUID]] = {}
    choices = []
    for item in items:
        if not free:
            break
        if item.required_skills not in skilled:
            skilled[item.required_skills] = [
                agent.id for agent in free.values() if has_skills(agent.skills, item.required_skills)
            ]
        choice = choose_agent(item, _left(free, skilled[item.required_skills], item.preferred), now)
        if choice:
            choices.append(choice)
            _occupy(free, choice.agent, now)
    return choices


def _left(free: dict[UUID, Candidate], skilled: Iterable[UUID], preferred: UUID | None) -> list[Candidate]:
    if preferred in free:
        skilled = {*skilled, preferred}
    return [free[agent_id] for agent_id in skilled if agent_id in free]


def _occupy(free: dict[UUID, Candidate], agent: Candidate, now: datetime) -> None:
    busier = replace(agent, used=agent.used + 1, idle_since=now)
    if has_room(busier):
        free[agent.id] = busier
    else:
        del free[agent.id]
