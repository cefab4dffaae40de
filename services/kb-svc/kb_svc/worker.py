"""Door 2: what runs without being asked, by events (`listens.py`) and by timers."""

from collections.abc import Mapping

from common.timers import TimerOperation
from kb_svc.listens import LISTENS
from kb_svc.search import rebuild

TIMERS: Mapping[str, TimerOperation] = {rebuild.KIND: rebuild.rebuild_some}

__all__ = ["LISTENS", "TIMERS"]
