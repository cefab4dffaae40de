"""Kafka with TLS and users: on a real broker, and what an address may not say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from common.bus import BusUnavailable, Record
from common.bus.kafka_access import WrongAddress, read_access
from common.bus.open import UnknownBus, open_bus
from common.testing.bus import collect, fetch_some

from .secured import Secured, authority


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    broker = Secured(tmp_path_factory.mktemp("secured"))
    broker.start()
    yield broker
    broker.stop()


@pytest.mark.kafka
@pytest.mark.asyncio
@pytest.mark.parametrize("sasl", ["", "&sasl=PLAIN", "&sasl=SCRAM-SHA-256", "&sasl=SCRAM-SHA-512"])
async def test_every_client_of_the_bus_comes_in_encrypted_and_by_name(secured: Secured, sasl: str) -> None:
    topic, bus = f"test.{uuid4().hex}", await open_bus(secured.address(f"ca={secured.ca}{sasl}"))
    await bus.ensure_topics([topic])
    await bus.ping()
    tail, producer = await bus.tail([topic]), await bus.producer("test")
    assert await producer.send([Record(topic, "a", b"1")]) == [True]
    assert [m.value for m in await collect(await bus.consumer(f"g-{topic}", [topic]), 1)] == [b"1"]
    assert [m.value for m in await fetch_some(tail)] == [b"1"]
    await bus.close()


@pytest.mark.kafka
@pytest.mark.asyncio
async def test_a_wrong_password_and_a_broker_of_another_authority_are_an_unavailable_bus(
    secured: Secured, tmp_path: Path
) -> None:
    authority(tmp_path / "other.pem")
    for address in (
        secured.address(f"ca={secured.ca}", user="kefu:wrong"),
        secured.address(f"ca={tmp_path / 'other.pem'}"),
    ):
        bus = await open_bus(address)
        with pytest.raises(BusUnavailable):
            await bus.ping()
        await bus.close()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("kafka+ssl://u:secret@h:1?sasl=GSSAPI", "sasl=GSSAPI is none of PLAIN"),
        ("kafka+ssl://u:secret@h:1?ca=/nowhere/ca.pem", "ca=/nowhere/ca.pem: No such file"),
        ("kafka+ssl://u:secret@h:1?ca={empty}", "holds no PEM certificate"),
        ("kafka+ssl://u:secret@h:1?ca={expired}", "expired on "),
        ("kafka+ssl://h:1?sasl=PLAIN", "sasl needs a user"),
        ("kafka+ssl://secret@h:1", "the password is missing"),
        ("kafka+ssl://h:1?cert={good}", "cert and key belong together"),
        ("kafka+ssl://h:1?cert={good}&key={good}", "key="),
        ("kafka://h:1?ca={good}", "ca need kafka+ssl"),
        ("kafka://h:1?tls=1", "tls: unknown option"),
        ("kafka://h:1?replication=many", "replication is no number"),
        ("kafka://", "names no host:port"),
    ],
)
@pytest.mark.asyncio
async def test_what_an_address_may_not_say_is_named_without_its_password(
    tmp_path: Path, address: str, words: str
) -> None:
    files = {name: tmp_path / f"{name}.pem" for name in ("good", "empty", "expired")}
    authority(files["good"])
    authority(files["expired"], days=-1)
    files["empty"].touch()
    with pytest.raises(UnknownBus, match=r"^KEFU_BUS: ") as refused:
        await open_bus(address.format_map(files))
    assert words in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_plain_address_is_as_it_was() -> None:
    access = read_access("kafka://a:1,b:2?replication=3")
    assert access.arguments == {"bootstrap_servers": "a:1,b:2", "security_protocol": "PLAINTEXT"}
    assert access.replication == 3
    with pytest.raises(WrongAddress):
        read_access("kafka://:@a:1")
