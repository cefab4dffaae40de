"""The brokers of one machine: one that stands alone, or three that hold every record thrice.

cluster = Cluster(home, size=3)
cluster.start()                # does not wait: a broker of three answers once two of them are there
cluster.wait_ready()
bus = await open_bus(cluster.url)
cluster.stop()
"""

from __future__ import annotations

import time
from pathlib import Path

from common.embedded.kafka import Broker, CannotRunKafka, Node, new_cluster_id
from common.embedded.kept import Kept
from common.embedded.ports import free_port

SIZES = (1, 3)
"""One broker for a newcomer; three are the fewest of which one may die without holding anybody up."""
_HEAP_OF_SEVERAL = 256


class WrongSize(CannotRunKafka):
    """So many brokers make no sense, or the folder holds the records of another number of them."""


def refuse_size(home: Path, size: int) -> None:
    """Raise WrongSize unless `size` brokers can work on `home`. Changes nothing."""
    if size not in SIZES:
        raise WrongSize(f"{size} brokers: choose {' or '.join(map(str, SIZES))}.")
    alone, together = (home / "data").exists(), (home / "cluster.json").exists()
    if (size > 1 and alone) or (size == 1 and together):
        raise WrongSize(
            f"{home} holds the records of {'one broker' if alone else 'a cluster of three brokers'}, and events in them"
            " may not have been heard yet: start with as many brokers as before, or on another data folder."
        )


class Cluster:
    """One or three brokers under `home`. As with Broker, `start` belongs in a thread that lives on."""

    def __init__(self, home: Path, *, size: int = 1) -> None:
        """Choose the cluster's id and its controllers' ports where that was not done yet. Raises WrongSize."""
        refuse_size(home, size)
        self.brokers = [Broker(home)] if size == 1 else _several(home, size)

    @property
    def url(self) -> str:
        """The bus address: every broker of the cluster, and how many hold a record. Known after `start`."""
        servers = ",".join(f"127.0.0.1:{broker.port}" for broker in self.brokers)
        return f"kafka://{servers}" + (f"?replication={len(self.brokers)}" if len(self.brokers) > 1 else "")

    def start(self) -> None:
        """Start every broker, without waiting for any. Raises CannotRunKafka."""
        for broker in self.brokers:
            broker.start(wait=0)

    def wait_ready(self, seconds: float = 120.0) -> None:
        """Wait until every broker answers, `seconds` at most for all. Raises StartFailed."""
        until = time.monotonic() + seconds
        for broker in self.brokers:
            broker.wait_ready(max(0.0, until - time.monotonic()))

    def stop(self) -> None:
        """Stop cleanly; a broker that waits for others which are gone already is killed after 10 s. The data stay.

        What such a broker acknowledged stands in the others' logs as well, and in its own, which it recovers.
        """
        for broker in self.brokers:
            broker.terminate()
        for broker in self.brokers:
            broker.stop(patience=30.0 if len(self.brokers) == 1 else 10.0)


def _several(home: Path, size: int) -> list[Broker]:
    kept = Kept(home / "cluster.json")
    home.mkdir(parents=True, exist_ok=True)
    known = kept.read()
    if not known:
        # Written in the cluster's own log as the voters' addresses: chosen once for ever.
        known = {"id": new_cluster_id(), "controllers": {str(node): free_port() for node in range(1, size + 1)}}
        kept.update(**known)
    voters = {int(node): int(port) for node, port in known["controllers"].items()}
    return [
        Broker(
            home / f"broker-{node}", node=Node(node, voters, replicas=size, min_in_sync=2),
            # Several on one machine are there to be killed and to come back soon, not for their peak.
            cluster_id=known["id"], heap_mb=_HEAP_OF_SEVERAL, brisk=True,
        )
        for node in voters
    ]  # fmt: skip
