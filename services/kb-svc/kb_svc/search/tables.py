"""The search index: the live text of every article, its terms and where they occur.

One row set per live article. `TOKENS_VERSION` says which cutting of text made a row; older ones are made anew.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from kb_svc.schema import metadata

document = sa.Table(
    "document",
    metadata,
    sa.Column("doc", sa.Integer, sa.Identity(always=True), primary_key=True, comment="Short, for posting's sake."),
    sa.Column("article_id", UUID(as_uuid=True), nullable=False, unique=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("locale", sa.Text, nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("keywords", ARRAY(sa.Text), nullable=False),
    sa.Column("length", sa.Integer, nullable=False, comment="Tokens of the body, and thrice of the title."),
    sa.Column("terms", ARRAY(sa.Integer), nullable=False, comment="Every term, so that its postings can be found."),
    sa.Column("title_terms", ARRAY(sa.Integer), nullable=False),
    sa.Column("tokens_version", sa.SmallInteger, nullable=False, index=True),
)

term = sa.Table(
    "term",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
    sa.Column("term", sa.Text(collation="C"), nullable=False, unique=True, comment="C: a range finds beginnings."),
    sa.Column("df", sa.Integer, nullable=False, comment="In how many documents it occurs; 0 when no longer in any."),
    sa.Column("tail", sa.Text, comment="The second character of a pair, for one-character queries."),
    sa.Index("ix_term_tail", "tail", postgresql_where=sa.text("tail IS NOT NULL")),
    # df changes with every publication: room in the page keeps those updates off the indexes.
    postgresql_with={"fillfactor": 70},
)

posting = sa.Table(
    "posting",
    metadata,
    sa.Column("term_id", sa.Integer, nullable=False),
    sa.Column("doc", sa.Integer, nullable=False),
    sa.Column("impact", sa.REAL, nullable=False, comment="The term's weight in the document, without idf."),
    sa.Column("visibility", sa.SmallInteger, nullable=False, comment="Bits of locale and audience: visibility.py."),
    # Also the primary key in all but name; a search is answered from this index alone.
    sa.Index("ux_posting", "term_id", "doc", unique=True, postgresql_include=["impact", "visibility"]),
)

corpus = sa.Table(
    "corpus",
    metadata,
    sa.Column("slot", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("articles", sa.BigInteger, nullable=False),
    sa.Column("length", sa.BigInteger, nullable=False),
    comment="How many documents there are and how long together; in slots, so that publishers need not queue.",
)
