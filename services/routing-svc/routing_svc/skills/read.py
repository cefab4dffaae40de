"""Reading skills, and finding the skill of a topic."""

from collections.abc import Iterable

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import NotFound
from routing_svc.schema import skill, skill_topic
from routing_svc.skills.schemas import SkillView

_OF_TOPICS = sa.select(skill_topic.c.topic, skill_topic.c.skill).where(
    skill_topic.c.topic == sa.any_(sa.bindparam("topics", type_=sa.ARRAY(sa.Text)))
)
_topics = sa.func.array_remove(sa.func.array_agg(skill_topic.c.topic.distinct()), None)
_VIEW = (
    sa.select(skill.c.name.label("skill"), _topics.label("topics"))
    .outerjoin(skill_topic, skill_topic.c.skill == skill.c.name)
    .group_by(skill.c.name)
)


async def skills_of_topics(db: Db, topics: Iterable[str | None]) -> dict[str, str]:
    """The skill that each of the topics needs; those that need none are left out."""
    asked = sorted({topic for topic in topics if topic})
    if not asked:
        return {}
    return {row.topic: row.skill for row in await db.execute(_OF_TOPICS, {"topics": asked})}


async def one_skill(db: ReadDb, name: str) -> SkillView:
    """The skill. Raises NotFound."""
    row = (await db.execute(_VIEW.where(skill.c.name == name))).one_or_none()
    if row is None:
        raise NotFound("There is no such skill.")
    return SkillView.model_validate(row)


async def list_skills(db: ReadDb, paging: Paging) -> Page[SkillView]:
    """The skills by name."""
    wanted = _VIEW.order_by(skill.c.name).limit(paging.limit + 1)
    after = paging.after("skills")
    if after:
        wanted = wanted.where(skill.c.name > after[0])
    views = [SkillView.model_validate(row) for row in await db.execute(wanted)]
    page = views[: paging.limit]
    return Page(items=page, next_cursor=paging.next("skills", [page[-1].skill]) if len(views) > len(page) else None)
