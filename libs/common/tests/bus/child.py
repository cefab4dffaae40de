"""A group member in a process of its own, for tests that SIGKILL it: child.py URL GROUP TOPIC FILE MODE.

Each effect is a line in FILE. MODE `commit` works on; MODE `hold` stops between the effect and its commit.
"""

import asyncio
import sys
from pathlib import Path
from typing import IO

from common.bus.open import open_bus


async def work(url: str, group: str, topic: str, effects: IO[bytes], mode: str) -> None:
    consumer = await (await open_bus(url)).consumer(group, [topic])
    while True:
        messages = await consumer.fetch(limit=20, wait=0.2)
        for message in messages:
            effects.write(message.value + b"\n")
        if mode == "hold" and messages:
            await asyncio.sleep(3600)
        await consumer.acknowledge()


if __name__ == "__main__":
    with Path(sys.argv[4]).open("ab", buffering=0) as file:
        asyncio.run(work(sys.argv[1], sys.argv[2], sys.argv[3], file, sys.argv[5]))
