"""What kb-svc says. `subject` is the article's id, or the ticket's for `suggestion.*`."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from common.contracts.base import Event
from common.contracts.copies import CopiesErased


class ArticlePublished(Event, type="article.published", owner="kb"):
    """An article, or a new revision of it, is live."""

    article_id: UUID
    revision: int
    locale: str
    title: str
    published_at: datetime


class ArticleArchived(Event, type="article.archived", owner="kb"):
    """An article is no longer found."""

    article_id: UUID


class SuggestedArticle(BaseModel):
    """One suggestion, best first."""

    article_id: UUID
    revision: int
    title: str
    score: float
    """Comparable within one suggestion only; no probability."""
    likely: bool = True
    """False: nothing fits well, this is only the nearest there is."""


class SuggestionMade(Event, type="suggestion.made", owner="kb"):
    """Articles that may answer a ticket; an empty list says that none was found."""

    ticket_id: UUID
    articles: list[SuggestedArticle]
    made_at: datetime


class KbCopiesErased(CopiesErased, Event, type="kb.copies_erased", owner="kb"):
    """kb-svc has erased what it held of an erased customer, of their tickets, or of deleted tickets."""
