"""Which process is told what."""

import json

from kefu_local.keys import Keys
from kefu_local.plan import MEMBERS, SERVICES, Wanted, gateway, public_url, services


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
