"""Which adapter serves a bus address."""

from common.bus import Bus
from common.bus.kafka import KafkaBus
from common.bus.postgres import PostgresBus


class UnknownBus(ValueError):
    """The address names no bus that Kefu speaks."""


async def open_bus(url: str) -> Bus:
    """Open `kafka://host:port[,host:port…]` or `postgresql://user:password@host:port/database` (the embedded bus)."""
    scheme = url.partition("://")[0]
    if scheme == "kafka":
        return await KafkaBus.open(url)
    if scheme in ("postgres", "postgresql"):
        return await PostgresBus.open(url)
    raise UnknownBus(f"KEFU_BUS={url!r}: use kafka://host:port or postgresql://…")
