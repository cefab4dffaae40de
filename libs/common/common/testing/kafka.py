"""pytest fixture: one real Kafka broker for the whole run. Tests that use it carry `@pytest.mark.kafka`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from common.embedded.kafka import Broker, CannotRunKafka


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A running broker with the bus address `kafka_broker.url`; who stops it in a test starts it again.

    It fails rather than skips where Java or Maven is missing: leave these tests out with `-m "not kafka"`.
    """
    broker = Broker(tmp_path_factory.mktemp("kafka"), brisk=True)
    try:
        broker.start()
    except CannotRunKafka as missing:
        pytest.fail(f"No Kafka broker for the tests: {missing}", pytrace=False)
    yield broker
    broker.stop()
