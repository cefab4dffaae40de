"""A copy of this process that runs a module: what it takes along and what it leaves behind."""

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from kefu_local.forked import Forked, fork

Start = Callable[[str], tuple[Forked, Path]]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Run code as a module of its own in a copy; the copy and its log."""
    monkeypatch.syspath_prepend(tmp_path)

    def run(code: str) -> tuple[Forked, Path]:
        name = f"copied_{len(list(tmp_path.iterdir()))}"
        (tmp_path / f"{name}.py").write_text(code)
        log = tmp_path / f"{name}.log"
        return fork("test", name, ("all",), environment={"KEFU_TEST": "told"}, log=log), log

    return run


def test_it_runs_the_module_as_a_program_with_words_and_environment(start: Start) -> None:
    copy, log = start("import os, sys; print(__name__, sys.argv[1:], os.environ['KEFU_TEST'])")
    assert copy.wait() == 0
    assert log.read_text() == "__main__ ['all'] told\n"
    assert "KEFU_TEST" not in os.environ


@pytest.mark.parametrize(
    ("code", "expected", "said"),
    [
        ("raise SystemExit(3)", 3, ""),
        ("raise SystemExit('bad setting')", 1, "bad setting"),
        ("raise ValueError('unforeseen')", 1, "ValueError: unforeseen"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -9, ""),
    ],
)
def test_its_end_is_told_like_that_of_any_process(start: Start, code: str, expected: int, said: str) -> None:
    copy, log = start(code)
    assert copy.wait() == expected
    assert said in log.read_text()


def test_it_has_none_of_our_files_so_that_no_lock_or_port_outlives_us(start: Start) -> None:
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        copy, log = start("import os; print(sorted(int(fd) for fd in os.listdir('/proc/self/fd'))[:4])")
        assert copy.wait() == 0
    assert log.read_text() == "[0, 1, 2, 3]\n"  # 3 is the listing itself


def test_its_signals_and_session_are_its_own(start: Start) -> None:
    code = "import os, signal; print(os.getsid(0) == os.getpid(), signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)"
    copy, log = start(code)
    assert copy.wait() == 0
    assert log.read_text() == "True True\n"


def test_it_ends_on_sigterm(start: Start) -> None:
    copy, _ = start("import time; time.sleep(60)")
    assert copy.poll() is None
    copy.terminate()
    assert copy.wait() == -signal.SIGTERM
    copy.kill()  # of no effect, and no error


def test_two_copies_never_make_the_same_id(start: Start) -> None:
    code = "from common.ids import new_id; print(*(new_id() for _ in range(500)))"
    copies = [start(code) for _ in range(2)]
    assert [copy.wait() for copy, _ in copies] == [0, 0]
    ids = [one for _, log in copies for one in log.read_text().split()]
    assert len(set(ids)) == 1000
