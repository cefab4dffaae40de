"""The settings of a Kafka broker on one machine: combined broker and controller, loopback only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.server.name = org.apache.kafka.server
logger.server.level = info
"""


@dataclass(frozen=True, slots=True)
class Node:
    """A broker's place in its cluster. `voters`: controller port by node id; empty means it stands alone."""

    node_id: int = 1
    voters: Mapping[int, int] = field(default_factory=dict)
    replicas: int = 1
    min_in_sync: int = 1


def server_settings(node: Node, *, data: Path, port: int, controller_port: int) -> dict[str, object]:
    """The settings of one combined broker and controller on the loopback interface."""
    listeners = f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}"
    voters = ",".join(f"{node_id}@127.0.0.1:{voter}" for node_id, voter in sorted(node.voters.items()))
    quorum: dict[str, object] = {"controller.quorum.voters": voters} if voters else {
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller_port}"
    }  # fmt: skip
    return (
        quorum
        | _sessions(alone=not voters)
        | {
            "process.roles": "broker,controller",
            "node.id": node.node_id,
            "listeners": listeners,
            "advertised.listeners": listeners,
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "inter.broker.listener.name": "PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": data,
            "auto.create.topics.enable": "false",
            "num.partitions": 6,
            "default.replication.factor": node.replicas,
            "min.insync.replicas": node.min_in_sync,
            "unclean.leader.election.enable": "false",
            "offsets.topic.num.partitions": 8,
            "offsets.topic.replication.factor": node.replicas,
            "transaction.state.log.num.partitions": 8,
            "transaction.state.log.replication.factor": node.replicas,
            "transaction.state.log.min.isr": node.min_in_sync,
            "share.coordinator.state.topic.replication.factor": node.replicas,
            "share.coordinator.state.topic.min.isr": node.min_in_sync,
            "group.initial.rebalance.delay.ms": 0,
            "log.segment.bytes": 67108864,
            "log.cleaner.dedupe.buffer.size": 16777216,
            "num.network.threads": 2,
            "num.io.threads": 4,
        }
    )


def _sessions(*, alone: bool) -> dict[str, object]:
    """How soon a silent broker counts as dead (Kafka: 9 s). So long it cannot come back, and nobody leads for it.

    In a cluster a little longer: three of them on a busy machine are silent at times without being dead.
    """
    milliseconds = 4000 if alone else 6000
    return {"broker.session.timeout.ms": milliseconds, "broker.heartbeat.interval.ms": milliseconds // 4}
