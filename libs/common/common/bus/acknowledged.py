"""Which records of a send count as acknowledged, and which are too large to be sent at all."""

from __future__ import annotations

from collections.abc import Sequence

from common.bus import Record

MAX_RECORD_BYTES = 1_000_000
"""Key, value and headers together: a little below the limit that Kafka brokers have by default."""


def too_large(record: Record) -> bool:
    """Whether no broker would take the record; it then is never acknowledged, and only its own key waits."""
    headers = sum(len(name.encode()) + len(text.encode()) for name, text in record.headers.items())
    return len(record.key.encode()) + len(record.value) + headers > MAX_RECORD_BYTES


def after_first_failure(records: Sequence[Record], arrived: Sequence[bool]) -> list[bool]:
    """What to answer the sender: after the first False of a key, every later record of that key is False too."""
    failed: set[tuple[str, str]] = set()
    answer: list[bool] = []
    for record, yes in zip(records, arrived, strict=True):
        key = (record.topic, record.key)
        if not yes:
            failed.add(key)
        answer.append(key not in failed)
    return answer
