import base64
import socket
import uuid
from pathlib import Path

import pytest

from common.embedded.kafka import AlreadyRunning, Broker, JavaMissing, MavenMissing, Node, PortInUse, new_cluster_id
from common.embedded.kafka_cluster import Cluster, WrongSize
from common.embedded.kafka_jars import ensure_jars, find_java
from common.embedded.kafka_settings import server_settings


def test_without_java_the_message_says_what_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nothing"))
    with pytest.raises(JavaMissing, match="Java 17 or newer"):
        find_java()


def test_an_old_java_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(JavaMissing, match="is version 11"):
        find_java()


def test_without_jars_and_maven_the_message_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MavenMissing, match="mvn"):
        ensure_jars(tmp_path / "libs")


def test_everything_listens_on_the_loopback_interface_only() -> None:
    settings = server_settings(Node(), data=Path("data"), port=1, controller_port=2)
    assert settings["listeners"] == "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2"
    assert settings["auto.create.topics.enable"] == "false"


def test_nodes_of_a_cluster_name_all_voters_and_replicate() -> None:
    node = Node(2, {1: 11, 2: 12, 3: 13}, replicas=3, min_in_sync=2)
    settings = server_settings(node, data=Path("data"), port=1, controller_port=12)
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:11,2@127.0.0.1:12,3@127.0.0.1:13"
    assert (settings["offsets.topic.replication.factor"], settings["min.insync.replicas"]) == (3, 2)


def test_a_cluster_id_is_never_taken_for_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([uuid.UUID(int=0xF8 << 120), uuid.UUID(int=1)])
    assert base64.urlsafe_b64encode(uuid.UUID(int=0xF8 << 120).bytes).startswith(b"-")
    monkeypatch.setattr(uuid, "uuid4", lambda: next(drawn))
    assert new_cluster_id() == "AAAAAAAAAAAAAAAAAAAAAQ"


def test_the_brokers_of_a_cluster_know_each_other_by_ports_that_stay(tmp_path: Path) -> None:
    def voters() -> list[str]:
        kept = (tmp_path / "cluster.json").read_text()
        return [kept, *(str(broker.home) for broker in Cluster(tmp_path, size=3).brokers)]

    Cluster(tmp_path, size=3)
    assert voters() == voters()


def test_records_of_one_broker_are_not_left_behind_by_a_cluster_nor_the_other_way_round(tmp_path: Path) -> None:
    (tmp_path / "alone" / "data").mkdir(parents=True)
    Cluster(tmp_path / "together", size=3)
    for folder, size in (("alone", 3), ("together", 1), ("new", 2)):
        with pytest.raises(WrongSize):
            Cluster(tmp_path / folder, size=size)


@pytest.mark.kafka
def test_a_port_of_somebody_else_is_refused_by_name(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortInUse, match=str(port)):
            Broker(tmp_path, port=port).start()


@pytest.mark.kafka
def test_a_second_broker_on_the_same_home_is_refused(kafka_broker: Broker) -> None:
    with pytest.raises(AlreadyRunning):
        Broker(kafka_broker.home).start()
