"""A customer's name as whoever asks may see it: one that is an address or a number is masked, wherever it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import PlainSerializer

from common.http.asking import asking
from ticket_svc.customers.mask import PERSONAL, mask_name

_NAMES = frozenset({"author_name", "customer_name", "merged_name", "survivor_name"})
"""The members of a ticket's trail that name a customer."""


def shown_name(name: str) -> str:
    """The name for the caller of this request; outside of a request nobody is shown anything, and it stays."""
    who = asking()
    return name if who is None or who.can(PERSONAL) else mask_name(name)


def shown_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a step of a ticket's trail says, for the caller of this request."""
    return {name: shown_name(told) if name in _NAMES else told for name, told in data.items()}


CustomerName = Annotated[str, PlainSerializer(shown_name, return_type=str)]
"""A customer's name in an answer."""
