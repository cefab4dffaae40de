"""Saying several events of one change among those of many others."""

from collections.abc import Sequence
from uuid import UUID

from common.contracts.base import Event
from common.outbox import Saying


def in_order(events: Sequence[Event], *, about: UUID, version: int) -> list[Saying]:
    """The events of one change of one aggregate, in order; `version` is the aggregate's after the last of them."""
    first = version - len(events) + 1
    return [Saying(event, about, first + step) for step, event in enumerate(events)]
