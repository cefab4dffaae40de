"""The search index: one row per ticket, with every term of its subject and its messages."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR, UUID

from ticket_svc.schema import metadata

ticket_words = sa.Table(
    "ticket_words",
    metadata,
    sa.Column("ticket_id", UUID(as_uuid=True), sa.ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False, comment="The ticket's: results come in its order."),
    sa.Column("version", sa.BigInteger, nullable=False, comment="Of the ticket when its texts were read."),
    sa.Column("tokens_version", sa.SmallInteger, nullable=False, comment="Which cutting of text made the row."),
    sa.Column("words", TSVECTOR, nullable=False, comment="Terms and marks without positions: terms.py."),
    # What waits to be sorted in is read by every search: little of it, and an insert still costs no 300 descents.
    sa.Index(
        "ix_ticket_words_words", "words", postgresql_using="gin", postgresql_with={"gin_pending_list_limit": "256"}
    ),
    # A long vector stands beside the row, so that a thousand hits are not a thousand pages.
    postgresql_with={"toast_tuple_target": 128},
)
