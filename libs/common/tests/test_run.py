"""The program: roles, and configuration errors named all at once."""

import os
import socket
import subprocess
import sys

import pytest
from pydantic import Field

from common.embedded.ports import free_port
from common.made_of import Service
from common.run import main, shared_listener
from common.settings import Settings
from common.testing.stage import SECRET, keys


class ToySettings(Settings):
    """With one setting of its own name."""

    speed: int = Field(default=1, validation_alias="TOY_SPEED")


SERVICE = Service("toy-svc", "toy", "common", ToySettings, lambda _platform: pytest.fail("not built"), [], {})


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is set but what the test sets."""
    for name in [name for name in os.environ if name.startswith("KEFU_")]:
        monkeypatch.delenv(name)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(SERVICE, words)
    assert stopped.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["dance"], ["api", "worker"], ["api", "--wait"], ["--wait"]])
def test_an_unknown_role_is_refused_with_the_usage(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert refused(capsys, *words) == "usage: toy-svc api | worker | all | migrate [--wait]\n"


@pytest.mark.usefixtures("unset")
def test_every_configuration_error_is_named_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEFU_PORT", "eighty")
    monkeypatch.setenv("TOY_SPEED", "fast")
    monkeypatch.setenv("KEFU_SIGNING_SECRET", "short")
    said = refused(capsys, "api")
    for name in ("KEFU_DATABASE_URL:", "KEFU_BUS:", "KEFU_PORT:", "TOY_SPEED:", "KEFU_SIGNING_SECRET:"):
        assert f"\n{name}" in f"\n{said}", said
    assert "short" not in said


def test_a_secret_may_come_from_a_file(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = f"{tmp_path}/secret"
    with open(secret, "w") as file:
        file.write(SECRET + "\n")
    monkeypatch.setenv("KEFU_SIGNING_SECRET_FILE", secret)
    given = Settings(database_url="postgresql://x", bus="kafka://x:1", identity_public_key=keys()[1])
    assert given.signing_secret.get_secret_value() == SECRET


@pytest.mark.usefixtures("unset")
def test_files_that_cannot_be_read_are_named_all_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEFU_SIGNING_SECRET_FILE", "/nowhere/secret")
    monkeypatch.setenv("KEFU_BUS_FILE", "/nowhere/bus")
    said = refused(capsys, "api")
    assert "KEFU_SIGNING_SECRET_FILE=/nowhere/secret: No such file or directory" in said
    assert "KEFU_BUS_FILE=/nowhere/bus: No such file or directory" in said
    assert "Traceback" not in said


def told(**settings: object) -> Settings:
    given: dict[str, object] = {
        "database_url": "postgresql://x", "bus": "kafka://x:1", "identity_public_key": keys()[1],
        "signing_secret": SECRET,
    }  # fmt: skip
    return Settings(**given | settings)  # type: ignore[arg-type]  # the fields are spelt above


def test_processes_that_share_a_port_listen_together_and_what_one_leaves_the_others_take() -> None:
    port = free_port()
    first, second = (shared_listener(told(port=port)) for _ in range(2))
    with second:
        with first:
            first.listen()
            second.listen()
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", port), timeout=5) as calling:
                accepted, address = second.accept()
                accepted.close()
                assert address == calling.getsockname()


def test_a_port_that_others_do_not_share_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit):
            shared_listener(told(port=port))
    assert capsys.readouterr().err.startswith(f"KEFU_PORT={port}: ")


def test_an_unknown_bus_is_a_sentence_and_not_a_trace() -> None:
    code = (
        "from common.run import main; from common.made_of import Service; from common.settings import Settings;"
        "main(Service('toy-svc', 'toy', 'common', Settings, None, [], {}), ['all'])"
    )
    environment = {
        **os.environ,
        "KEFU_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "KEFU_BUS": "amqp://localhost",
        "KEFU_IDENTITY_PUBLIC_KEY": keys()[1],
        "KEFU_SIGNING_SECRET": SECRET,
    }
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 2
    assert "amqp" in run.stderr
    assert "Traceback" not in run.stderr
