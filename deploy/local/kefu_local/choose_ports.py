"""Which port everybody gets: the one it had, where that is free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from common.embedded.ports import free_port, is_free


def choose_ports(names: Iterable[str], *, kept: Mapping[str, int], fixed: Mapping[str, int]) -> dict[str, int]:
    """A port for each name: a `fixed` one; else the kept one; else, or where somebody has taken that, a free one."""
    ports = dict(fixed)
    for name in names:
        port = ports.get(name) or int(kept.get(name, 0))
        while name not in ports:
            if port and port not in ports.values() and is_free(port):
                ports[name] = port
            port = free_port()
    return ports
