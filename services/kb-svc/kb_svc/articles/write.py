"""Writing a new article, as a draft or published at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.db import Db
from common.http.identity import Caller
from common.http.route import NotAllowed
from common.ids import new_id
from kb_svc.articles.publish import go_live
from kb_svc.articles.read import one_article
from kb_svc.articles.schemas import ArticleView, ArticleWanted
from kb_svc.articles.tables import article, revision

PUBLISH = "articles:publish"


def _write() -> sa.Insert:
    columns = ("id", "external_id", "locale", "state", "live_revision", "created_at", "updated_at", "published_at")
    made = (
        insert(article)
        .values({name: sa.bindparam(name) for name in columns} | {"revision": 1, "version": 1})
        .on_conflict_do_nothing(index_elements=["external_id"])
        .returning(article.c.id, article.c.created_at)
        .cte("made")
    )
    texts = ("audience", "title", "body", "keywords", "made_by")
    given = [sa.bindparam(f"text_{name}", type_=revision.c[name].type) for name in texts]
    source = sa.select(made.c.id, sa.literal(1), made.c.created_at, *given)
    return sa.insert(revision).from_select(["article_id", "number", "made_at", *texts], source)


_WRITE = _write()


async def write_article(db: Db, who: Caller, wanted: ArticleWanted, *, now: datetime) -> tuple[ArticleView, bool]:
    """The new article, and whether it is new: an external id that is known gives the article which has it, unchanged.

    Raises NotAllowed when it shall be published by somebody who may only write.
    """
    if wanted.publish and not who.can(PUBLISH):
        raise NotAllowed(f"To publish needs the permission {PUBLISH}; leave `publish` out.", permission=PUBLISH)
    made = _new(wanted, now)
    # The revision's row is counted, so 0 says that the external id is known.
    texts = {f"text_{name}": getattr(wanted, name) for name in ("audience", "title", "body", "keywords")}
    given = {**made.model_dump(exclude={"audience", "title", "body", "keywords"}), **texts, "text_made_by": who.id}
    if (await db.execute(_WRITE, given)).rowcount == 0:
        return await one_article(db, who, await _known(db, str(wanted.external_id))), False
    if wanted.publish:
        await go_live(db, made, now=now)
    return made, True


def _new(wanted: ArticleWanted, now: datetime) -> ArticleView:
    return ArticleView(
        **wanted.model_dump(exclude={"publish"}),
        id=new_id(),
        state="published" if wanted.publish else "draft",
        revision=1,
        live_revision=1 if wanted.publish else None,
        version=1,
        created_at=now,
        updated_at=now,
        published_at=now if wanted.publish else None,
    )


async def _known(db: Db, external_id: str) -> UUID:
    found: UUID = (await db.execute(sa.select(article.c.id).where(article.c.external_id == external_id))).scalar_one()
    return found
