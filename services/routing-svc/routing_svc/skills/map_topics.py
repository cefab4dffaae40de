"""Mapping topics to a skill. It counts for tickets that are opened or reopened from then on."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.db import Db
from common.http.problems import Conflict
from routing_svc.schema import skill, skill_topic
from routing_svc.skills.schemas import SkillView


class TopicTaken(Conflict):
    """A topic needs one skill at most, and this one has it already."""

    title = "The topic belongs to another skill"


async def map_topics(db: Db, name: str, topics: Sequence[str], *, now: datetime) -> SkillView:
    """Let exactly `topics` need the skill `name`, which is made when it is new. Raises TopicTaken."""
    wanted = sorted(set(topics))
    made = insert(skill).values(name=name, updated_at=now)
    # The row's lock lets two who map the same skill do so one after the other.
    await db.execute(made.on_conflict_do_update(index_elements=["name"], set_={"updated_at": now}))
    await db.execute(sa.delete(skill_topic).where(skill_topic.c.skill == name, skill_topic.c.topic.not_in(wanted)))
    if wanted:
        await _claim(db, name, wanted)
    return SkillView(skill=name, topics=wanted)


async def _claim(db: Db, name: str, topics: list[str]) -> None:
    rows = [{"topic": topic, "skill": name} for topic in topics]
    await db.execute(insert(skill_topic).values(rows).on_conflict_do_nothing())
    others = sa.select(skill_topic).where(skill_topic.c.topic.in_(topics), skill_topic.c.skill != name)
    taken = (await db.execute(others.order_by(skill_topic.c.topic).limit(1))).one_or_none()
    if taken:
        raise TopicTaken(f"The topic {taken.topic} needs the skill {taken.skill} already.", skill=taken.skill)
