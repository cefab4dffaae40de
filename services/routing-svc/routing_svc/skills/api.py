"""The routes of skills."""

from typing import Annotated, Any

from fastapi import Path

from common.http.cursors import Page, Pages
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs
from routing_svc.skills import read
from routing_svc.skills.map_topics import map_topics
from routing_svc.skills.schemas import SkillView, Topics

router = Router(prefix="/v1/skills", tags=["skills"])
_TAKEN: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "A topic is taken"}}
SkillName = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f/]+$")]


@router.get("", dependencies=[needs("agents:read")])
async def list_(db: Reads, paging: Pages) -> Page[SkillView]:
    """The skills by name."""
    return await read.list_skills(db, paging)


@router.get("/{skill}", dependencies=[needs("agents:read")])
async def one(skill: SkillName, db: Reads) -> SkillView:
    """One skill."""
    return await read.one_skill(db, skill)


@router.put("/{skill}", dependencies=[needs("agents:write")], responses=_TAKEN)
async def put(skill: SkillName, wanted: Topics, db: Tx, now: Now) -> SkillView:
    """Say which topics need the skill. Tickets opened or reopened from now on are routed by it."""
    return await map_topics(db, skill, wanted.topics, now=now)
