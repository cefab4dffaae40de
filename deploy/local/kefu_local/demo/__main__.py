"""`python -m kefu_local.demo`: act until told to stop. KEFU_DEMO_URL and KEFU_DEMO_LOGINS say where and as whom."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from pathlib import Path

from common.embedded.kept import Kept
from kefu_local.demo.act import act


async def _until_told() -> None:
    loop = asyncio.get_running_loop()
    acting = asyncio.create_task(
        act(os.environ["KEFU_DEMO_URL"], Kept(Path(os.environ["KEFU_DEMO_LOGINS"])), random.Random())
    )
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, acting.cancel)
    try:
        await acting
    except asyncio.CancelledError:
        return


if __name__ == "__main__":
    asyncio.run(_until_told())
