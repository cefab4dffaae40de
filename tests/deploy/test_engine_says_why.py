"""Where no container can be run, the reason is said instead of nothing."""

from pathlib import Path

import pytest

from containers.engine import Unable, engine


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KEFU_TEST_ENGINE", raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unable, match="not installed: dockerd, iptables, debootstrap, docker-compose"), engine(tmp_path):
        pass


def test_who_may_not_start_an_engine_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KEFU_TEST_ENGINE", raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(Unable, match="takes root"), engine(tmp_path):
        pass
