"""Tests that share something costly run in one process."""

import pytest

from common.testing.together import group_of


@pytest.mark.parametrize(
    ("test", "group"),
    [
        ("services/kb-svc/tests/search/test_find.py::test_one[a]", "services/kb-svc/tests/search/test_find.py"),
        ("tests/integration/test_import.py::test_a_file[embedded]", "desk"),
        ("tests/integration/test_bad_input.py::test_a_ticket[embedded-body0-/text]", "desk"),
        ("tests/integration/test_bad_input.py::test_a_ticket[kafka-body0-/text]", "desk on kafka"),
        ("tests/integration/test_something_is_away.py::test_kafka", "tests/integration/test_something_is_away.py"),
        ("libs/common/tests/bus/test_away.py::test_found_again[kafka-stop-0.0]", "broker"),
        (
            "libs/common/tests/bus/test_away.py::test_found_again[postgres-stop-0.0]",
            "libs/common/tests/bus/test_away.py",
        ),
        ("libs/common/tests/embedded/test_kafka.py::test_a_second_broker", "broker"),
    ],
)
def test_a_module_stays_together_and_so_does_what_shares_a_broker_or_a_desk(test: str, group: str) -> None:
    assert group_of(test) == group
