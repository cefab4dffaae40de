"""Free ports of the loopback interface."""

from __future__ import annotations

import random
import socket
from pathlib import Path

_LOWEST, _HIGHEST = 10_000, 32_767
# Not the generator that tests seed: two of them would draw the same port.
_draw = random.SystemRandom().randint
_DEALT_BY_THE_KERNEL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:`port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port nobody listens on now; somebody else may take it before you do.

    Not one of those that the kernel deals out to outgoing connections: a server that is down for a minute would find
    its port taken by one, even by a client that was trying to reach that very port.
    """
    lowest, highest = _LOWEST, min(_HIGHEST, _first_dealt() - 1)
    for _ in range(200 if lowest < highest else 0):
        port = _draw(lowest, highest)
        if is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _first_dealt() -> int:
    """The lowest port that an outgoing connection may get; where the kernel does not say, what Linux begins with."""
    try:
        return int(_DEALT_BY_THE_KERNEL.read_text().split()[0])
    except (OSError, ValueError):
        return 32_768
