"""Door 2: what routing-svc does without being asked."""

from common.timers import TimerOperation
from routing_svc.listens import LISTENS
from routing_svc.offers.expire import expire
from routing_svc.offers.make import EXPIRE
from routing_svc.work.sweep import SWEEP, sweep_queue

__all__ = ["LISTENS", "TIMERS"]

TIMERS: dict[str, TimerOperation] = {EXPIRE: expire, SWEEP: sweep_queue}
