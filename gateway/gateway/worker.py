"""Door 2: what the gateway does without being asked. Only the common parts: relaying its outbox and retention."""

from common.timers import TimerOperation
from gateway.listens import LISTENS

TIMERS: dict[str, TimerOperation] = {}

__all__ = ["LISTENS", "TIMERS"]
