"""Kafka for operators: topics that are missing are made, groups are moved past what is not any more."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from common.bus import PARTITIONS, Record
from common.bus.kafka_groups import GroupAtWork, heard_since, move_to_end
from common.bus.kafka_topics import differences, settings, sync_topics
from common.bus.open import open_bus
from common.embedded.kafka import Broker

AS_WANTED = [{"replicas": [1, 2, 3]}] * PARTITIONS


def test_what_differs_of_a_topic_is_said() -> None:
    assert list(differences("t", AS_WANTED, settings(3), 3)) == []
    said = list(differences("t", [{"replicas": [1]}] * 2, {"min.insync.replicas": "1", "cleanup.policy": "compact"}, 3))
    assert [one.split(",")[0] for one in said] == [
        "t has 2 partitions", "t has 1 replicas", "t has min.insync.replicas=1", "t has cleanup.policy=compact",
    ]  # fmt: skip


@pytest.mark.kafka
@pytest.mark.asyncio
async def test_missing_topics_are_made_once_and_the_others_left_alone(kafka_broker: Broker) -> None:
    one, two = f"kefu.{uuid4().hex}", f"kefu.{uuid4().hex}"
    assert list((await sync_topics(kafka_broker.url, [one], dry_run=True)).missing) == [one]
    assert list((await sync_topics(kafka_broker.url, [one], dry_run=False)).missing) == [one]
    compared = await sync_topics(kafka_broker.url, [one, two], dry_run=True)
    assert (list(compared.missing), list(compared.different)) == ([two], [])
    more = await sync_topics(f"{kafka_broker.url}?replication=3", [one], dry_run=True)
    assert any("1 replicas, not 3" in said for said in more.different)


@pytest.mark.kafka
@pytest.mark.asyncio
async def test_a_group_goes_on_behind_what_is_not_any_more(kafka_broker: Broker) -> None:
    group, topic = uuid4().hex, f"kefu.{uuid4().hex}"
    bus = await open_bus(kafka_broker.url)
    await bus.ensure_topics([topic])
    producer = await bus.producer("test")
    await producer.send([Record(topic, str(n), b"before") for n in range(20)])
    consumer = await bus.consumer(group, [topic])
    heard = 0
    while heard < 20:
        heard += len(await consumer.fetch(wait=0.2))
        await consumer.acknowledge()
    with pytest.raises(GroupAtWork):
        await move_to_end(kafka_broker.url, [group], [topic])
    await consumer.close()
    since = await heard_since(kafka_broker.url, [group], [topic])
    assert since is not None
    assert timedelta(minutes=59) < datetime.now(UTC) - since < timedelta(minutes=61)

    await producer.send([Record(topic, str(n), b"a ghost") for n in range(20)])
    await move_to_end(kafka_broker.url, [group], [topic])
    await producer.send([Record(topic, "1", b"after")])
    consumer = await bus.consumer(group, [topic])
    messages = []
    while not messages:
        messages = await consumer.fetch(wait=0.2)
    assert [one.value for one in messages] == [b"after"]
    await bus.close()
