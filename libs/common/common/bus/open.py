"""Which adapter serves a bus address."""

from common.bus import Bus
from common.bus.kafka import KafkaBus
from common.bus.kafka_access import SCHEMES, WrongAddress
from common.bus.postgres import PostgresBus


class UnknownBus(ValueError):
    """The address names no bus that Kefu speaks."""


async def open_bus(url: str) -> Bus:
    """Open `kafka://host:port[,…]`, `kafka+ssl://…` or `postgresql://user:password@host:port/database` (the embedded).

    Raises UnknownBus, also for an address that Kafka cannot be reached by as it is written.
    """
    scheme = url.partition("://")[0]
    if scheme in SCHEMES:
        try:
            return await KafkaBus.open(url)
        except WrongAddress as error:
            raise UnknownBus(f"KEFU_BUS: {error}") from error
    if scheme in ("postgres", "postgresql"):
        return await PostgresBus.open(url)
    raise UnknownBus(
        f"KEFU_BUS: {scheme!r} is no bus that Kefu speaks; use kafka://host:port, kafka+ssl://… or postgresql://…"
    )
