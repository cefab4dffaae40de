"""Which process is told what."""

import json

import pytest

from kefu_local.keys import Keys
from kefu_local.plan import (
    MEMBERS,
    SERVICES,
    Wanted,
    copies_of_each,
    gateway,
    member_of,
    names_with_ports,
    process_names,
    public_url,
    services,
)
from kefu_local.refused import Refused


def wanted(**changes: object) -> Wanted:
    values: dict[str, object] = {
        "ports": {name: 9000 + index for index, name in enumerate(MEMBERS)},
        "databases": {name: f"postgresql://{name}:pw@127.0.0.1:1/{name}" for name in MEMBERS},
        "bus": "postgresql://bus:pw@127.0.0.1:1/bus",
        "keys": Keys("private", "public", {name: f"secret of {name}" for name in MEMBERS}),
        "admin": ("admin@example.com", "pw"),
    }
    return Wanted(**values | changes)  # type: ignore[arg-type]  # the fields are spelt above


def test_each_service_gets_its_own_database_port_and_secret() -> None:
    told = {process.name: process.environment for process in services(wanted())}
    assert tuple(told) == SERVICES
    for index, name in enumerate(SERVICES):
        assert told[name]["KEFU_DATABASE_URL"].endswith(f"/{name}")
        assert told[name]["KEFU_SIGNING_SECRET"] == f"secret of {name}"
        assert told[name]["KEFU_PORT"] == str(9000 + index)


def test_everything_listens_on_loopback_only() -> None:
    assert {process.environment["KEFU_HOST"] for process in (*services(wanted()), gateway(wanted()))} == {"127.0.0.1"}


def test_only_the_gateway_holds_the_private_key_and_the_first_password() -> None:
    for process in services(wanted()):
        assert "private" not in process.environment.values()
        assert not any(name.startswith("KEFU_BOOTSTRAP") for name in process.environment)
    assert gateway(wanted()).environment["KEFU_IDENTITY_PRIVATE_KEY"] == "private"


def test_the_gateway_knows_where_the_services_are() -> None:
    upstreams = json.loads(gateway(wanted()).environment["KEFU_UPSTREAMS"])
    assert upstreams["ticket"] == "http://127.0.0.1:9000"
    assert tuple(upstreams) == SERVICES


def test_the_demo_asks_customers_at_once_unless_told_otherwise() -> None:
    feedback = {process.name: process.environment for process in services(wanted(demo=True))}["feedback"]
    assert (feedback["KEFU_DEMO"], feedback["FEEDBACK_SURVEY_DELAY_SECONDS"]) == ("1", "0")
    given = wanted(demo=True, given={"FEEDBACK_SURVEY_DELAY_SECONDS": "60"})
    assert services(given)[3].environment["FEEDBACK_SURVEY_DELAY_SECONDS"] == "60"
    assert "KEFU_DEMO" not in services(wanted())[0].environment


def test_the_callers_public_address_wins() -> None:
    assert public_url(wanted()) == "http://127.0.0.1:9004"
    assert public_url(wanted(given={"KEFU_PUBLIC_URL": "https://help.example.com"})) == "https://help.example.com"


def copied(**copies: int) -> Wanted:
    of_each = copies_of_each(2) | copies
    ports = {name: 9000 + index for index, name in enumerate(names_with_ports(of_each))}
    return wanted(copies=of_each, ports=ports)


def test_with_copies_each_role_of_a_service_has_processes_of_its_own() -> None:
    processes = {process.name: process for process in services(copied())}
    assert len(processes) == len(SERVICES) * 2 * 2
    assert processes["ticket-worker-2"].words == ("worker",)
    assert (processes["kb-api-1"].module, processes["kb-api-1"].words) == ("kb_svc", ("api",))
    for process in processes.values():
        assert process.environment["KEFU_DATABASE_URL"].endswith(f"/{member_of(process.name)}")
        assert process.environment["KEFU_PORT"] == str(process.port)


def test_api_copies_share_the_services_port_and_every_worker_has_its_own() -> None:
    asked = copied()
    processes = {process.name: process for process in services(asked)}
    apis = [processes[name] for name in ("ticket-api-1", "ticket-api-2")]
    assert {process.port for process in apis} == {asked.ports["ticket"]}
    assert {process.environment["KEFU_SHARE_PORT"] for process in apis} == {"1"}
    workers = [process for name, process in processes.items() if "-worker-" in name]
    assert len({process.port for process in workers} | {asked.ports[name] for name in MEMBERS}) == 8 + len(MEMBERS)
    assert not any("KEFU_SHARE_PORT" in process.environment for process in workers)


def test_the_gateway_has_one_process_and_one_address_per_service_whatever_the_copies() -> None:
    asked = copied()
    assert gateway(asked).name == "gateway"
    upstreams = json.loads(gateway(asked).environment["KEFU_UPSTREAMS"])
    assert upstreams == {name: f"http://127.0.0.1:{asked.ports[name]}" for name in SERVICES}
    assert process_names(asked.copies)[-1] == "gateway"


def test_one_more_copy_of_a_role_leaves_all_others_as_they_are() -> None:
    before, after = copied(), copied(**{"ticket-worker": 3})
    names = {process.name for process in services(after)} - {process.name for process in services(before)}
    assert names == {"ticket-worker-3"}


def test_without_copies_a_service_is_one_process_that_shares_nothing() -> None:
    for process in services(wanted()):
        assert process.words == ("all",)
        assert "KEFU_SHARE_PORT" not in process.environment


def test_the_caller_may_put_something_between_a_member_and_its_service_or_database() -> None:
    given = {"KEFU_UPSTREAMS": '{"ticket": "http://127.0.0.1:7"}', "KEFU_DATABASES_AT": '{"kb": "127.0.0.1:8"}'}
    asked = wanted(given=given)
    upstreams = json.loads(gateway(asked).environment["KEFU_UPSTREAMS"])
    assert (upstreams["ticket"], upstreams["kb"]) == ("http://127.0.0.1:7", "http://127.0.0.1:9002")
    told = {process.name: process.environment["KEFU_DATABASE_URL"] for process in services(asked)}
    assert told["kb"] == "postgresql://kb:pw@127.0.0.1:8/kb"
    assert told["ticket"] == "postgresql://ticket:pw@127.0.0.1:1/ticket"


@pytest.mark.parametrize("value", ["nonsense", "[]", '{"tickets": "127.0.0.1:1"}'])
def test_what_the_caller_puts_between_is_refused_by_name_when_it_makes_no_sense(value: str) -> None:
    with pytest.raises(Refused, match="KEFU_DATABASES_AT"):
        services(wanted(given={"KEFU_DATABASES_AT": value}))
