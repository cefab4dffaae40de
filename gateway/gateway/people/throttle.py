"""How long somebody who failed to log in has to wait. Pure.

The first few failures cost nothing, since people mistype. Each further one doubles the wait, up to a quarter of an
hour; an hour without a failure forgets everything. An address as a whole has more room, since an office shares one.
"""

from datetime import timedelta

FREE_PER_ACCOUNT = 5
FREE_PER_ADDRESS = 30
LONGEST = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)


def wait_left(failures: int, since_last: timedelta, *, free: int) -> timedelta:
    """How much longer to wait after `failures`, the last of which was `since_last` ago; zero or more."""
    if failures < free or since_last >= FORGOTTEN_AFTER:
        return timedelta(0)
    # 2 ** 10 s is beyond LONGEST already.
    wait = min(timedelta(seconds=2 ** min(failures - free, 10)), LONGEST)
    return max(timedelta(0), wait - since_last)


def failures_now(failures: int, since_last: timedelta) -> int:
    """How many failures still count."""
    return 0 if since_last >= FORGOTTEN_AFTER else failures
