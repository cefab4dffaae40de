"""A TCP proxy that misbehaves on demand: slow, half-open, stranded, cut. It runs in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from common.embedded.ports import free_port

_PIECE = 65536
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no seconds: closing sends RST instead of FIN."""


class Proxy:
    """Between a client and a server of this machine. It passes everything on until it is told otherwise."""

    def __init__(self, target: Callable[[], int]) -> None:
        """`target` tells the server's port, and is asked for every connection."""
        self.port = free_port()
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._flows = asyncio.Event()
        self._flows.set()
        self._rate: float | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        """Where its clients connect to."""
        return f"127.0.0.1:{self.port}"

    def pass_on(self) -> None:
        """Everything flows, what was held back first."""
        self._do(lambda: self._set(flows=True, rate=None))

    def slow(self, bytes_per_second: float) -> None:
        """Every connection carries so many bytes a second in each direction."""
        self._do(lambda: self._set(flows=True, rate=bytes_per_second))

    def half_open(self) -> None:
        """Connections are accepted and stay open, but nothing flows any more, in no direction."""
        self._do(lambda: self._set(flows=False, rate=None))

    def strand(self) -> None:
        """Nothing flows ever again on the connections that there are, though they stay open; new ones are well."""
        self._do(self._strand)

    def cut(self) -> None:
        """Reset every connection that there is now."""
        self._do(self._reset_all)

    def _do(self, what: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(what)

    def _set(self, *, flows: bool, rate: float | None) -> None:
        self._rate = rate
        if flows:
            self._flows.set()
        else:
            self._flows.clear()

    def _strand(self) -> None:
        self._flows.clear()
        self._flows = asyncio.Event()
        self._flows.set()

    def _reset_all(self) -> None:
        for writer in list(self._writers):
            with contextlib.suppress(OSError):  # closed already, and only about to be forgotten
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._connected, "127.0.0.1", self.port))
        started.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        self._reset_all()
        connected = asyncio.all_tasks() - {asyncio.current_task()}
        for task in connected:
            task.cancel()
        await asyncio.gather(*connected, return_exceptions=True)
        await asyncio.sleep(0.05)  # asyncio tells a transport that it is closed in a later turn of the loop

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target())
        except OSError:
            writer.close()
            return
        both, flows = {writer, back}, self._flows
        self._writers |= both
        try:
            await asyncio.gather(self._carry(reader, back, flows), self._carry(there, writer, flows))
        finally:
            self._writers -= both
            for one in both:
                one.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flows: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(int(min(_PIECE, max(1.0, (self._rate or _PIECE) / 10)))):
                await flows.wait()
                if self._rate:
                    await asyncio.sleep(len(piece) / self._rate)
                writer.write(piece)
                await writer.drain()
        writer.close()


@contextmanager
def proxy(target: Callable[[], int]) -> Iterator[Proxy]:
    """A proxy for the length of a block; afterwards every connection through it is reset."""
    made = Proxy(target)
    started = threading.Event()
    thread = threading.Thread(target=made._run, args=(started,), name=f"proxy-{made.port}", daemon=True)
    thread.start()
    assert started.wait(30), "the proxy did not start"
    try:
        yield made
    finally:
        made._loop.call_soon_threadsafe(made._loop.stop)
        thread.join(30)
