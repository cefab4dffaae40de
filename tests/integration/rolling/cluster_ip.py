"""The cluster IP of a Kubernetes Service: one address for its clients, behind which each connection goes to some pod.

As with kube-proxy, a pod that is taken away gets no new connections, and those that it has stay with it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import count

_PIECE = 65536


class Service:
    """One address of this machine over the ports in `endpoints`, which may be changed at any time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.endpoints: list[int] = []
        self.refused = 0
        """Connections that found no pod, or one that did not take them."""
        self._turn = count()
        self._server: asyncio.Server | None = None
        self._carrying: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where clients come to."""
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Take connections."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def close(self) -> None:
        """End, and all connections with it."""
        assert self._server is not None
        self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)
        try:
            port = self.endpoints[next(self._turn) % len(self.endpoints)]
            there, back = await asyncio.open_connection("127.0.0.1", port)
        except (OSError, ZeroDivisionError):
            self.refused += 1
            writer.close()
            return
        try:
            with suppress(asyncio.CancelledError):  # the end of all; nobody waits for this task
                await asyncio.gather(_carry(reader, back), _carry(there, writer))
        finally:
            back.close()
            writer.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()
