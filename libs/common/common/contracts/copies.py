"""What a service says when it has erased its copies: each says it under its own name, in the same words."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel


class CopiesErased(BaseModel):
    """What was erased because of some `ticket.erased`, or of `customer.erased`, of one erasure; or of deletions."""

    erasure_id: UUID
    """Of the erasure, or of the deletion."""
    tickets: int
    """Of how many tickets: each is answered for once, also when nothing of it was held."""
    customer: bool
    """Whether it answers for what was held of the customer; it comes after all that was known of them."""
    counts: dict[str, int]
    """How many rows of which kind, where any were."""
    erased_at: datetime
