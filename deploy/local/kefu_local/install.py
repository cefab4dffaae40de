"""Bring `.venv` in step with `requirements.lock`. Run by `./kefu` with the system's Python: standard library only.

A marker stands in the folder while packages are installed, so a run that was interrupted is started over from nothing;
the copy of the lock that `./kefu` compares with is written last. One run at a time, by a lock the kernel lifts when
its holder dies.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_MEMBERS = ("libs/common", "gateway", "deploy/local", "services/*")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_INSTALLED = """
import importlib.metadata, re
for found in importlib.metadata.distributions():
    print(re.sub(r"[-_.]+", "-", found.name).lower() + "==" + found.version)
"""


class CannotInstall(Exception):
    """The packages cannot be installed here; the message says what to do."""


def bring_in_step(root: Path) -> None:
    """Make or update `root/.venv` unless it already fits the lock. Raises CannotInstall; safe to repeat."""
    lock = root / "requirements.lock"
    venv = root / ".venv"
    with lock.open("rb") as guard:
        if not _locked(guard.fileno(), wait=False):
            _say("Another ./kefu is installing the packages; waiting for it.")
            _locked(guard.fileno(), wait=True)
        if not _same(lock, venv / "kefu.lock"):
            _update(root, lock, venv)


def pinned(lock_text: str) -> set[str]:
    """The `name==version` of every line of a lock that applies everywhere (lines with a marker are left out)."""
    lines = [line for line in lock_text.splitlines() if ";" not in line]
    found = [match for line in lines if (match := _PINNED.match(line))]
    return {f"{re.sub(r'[-_.]+', '-', match[1]).lower()}=={match[2]}" for match in found}


def workspace(root: Path) -> list[str]:
    """The folders whose packages must be importable: every member of the workspace."""
    return [str(folder) for pattern in _MEMBERS for folder in sorted(root.glob(pattern)) if folder.is_dir()]


def _update(root: Path, lock: Path, venv: Path) -> None:
    marker = venv / "kefu.installing"
    python = venv / "bin" / "python"
    if marker.exists() or not _answers(python):
        shutil.rmtree(venv, ignore_errors=True)
        _make(venv)
    if not pinned(lock.read_text()) <= _installed(python):
        marker.touch()
        _install(python, lock)
    site = Path(_output(python, "import sysconfig; print(sysconfig.get_paths()['purelib'])"))
    (site / "kefu-workspace.pth").write_text("\n".join(workspace(root)) + "\n")
    marker.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile(dir=venv, delete=False) as copy:
        copy.write(lock.read_bytes())
    Path(copy.name).chmod(0o644)  # another user may run what this one installed
    Path(copy.name).replace(venv / "kefu.lock")


def _make(venv: Path) -> None:
    if subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise CannotInstall(
            f"{sys.executable} lacks the venv module. Debian and Ubuntu: apt install python{version}-venv"
        )
    _say(f"Making {venv} with Python {sys.version.split()[0]} (once; a few minutes on a slow line).")
    made = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
    if made.returncode:
        raise CannotInstall(f"python -m venv failed: {(made.stderr or made.stdout).strip()}")


def _install(python: Path, lock: Path) -> None:
    if not _answers(python, "import pip") and not _answers(python, "import ensurepip; ensurepip.bootstrap()"):
        raise CannotInstall(
            f"{python} has no pip, and none could be added. Remove {python.parent.parent} and try again."
        )
    command = [str(python), "-m", "pip", "install", "--require-hashes", "--no-deps", "--disable-pip-version-check"]
    command += ["--no-input", "--progress-bar", "off", "-r", str(lock)]
    total = len(re.findall(r"^[A-Za-z0-9].*==", lock.read_text(), re.MULTILINE))
    said: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            said.append(line)
            _progress(sum(one.startswith("Collecting ") for one in said), total, line)
    if pip.returncode:
        raise CannotInstall("The packages could not be installed:\n" + "".join(said[-15:]))


def _progress(done: int, total: int, line: str) -> None:
    """One line that counts up on a terminal; elsewhere a line for every tenth package."""
    if line.startswith("Installing collected"):
        _say(f"\rUnpacking {total} packages." + " " * 30)
    elif line.startswith("Collecting "):
        name = line.split()[1].partition("=")[0]
        if sys.stderr.isatty():
            sys.stderr.write(f"\rFetching packages: {done}/{total} {name:<32}")
            sys.stderr.flush()
        elif done % 10 == 0:
            _say(f"Fetching packages: {done}/{total}")


def _installed(python: Path) -> set[str]:
    return set(_output(python, _INSTALLED).split())


def _output(python: Path, code: str) -> str:
    return subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def _answers(python: Path, code: str = "import sys; sys.exit(sys.version_info < (3, 11))") -> bool:
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.read_bytes() == other.read_bytes()


def _locked(file: int, *, wait: bool) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    # Only the platform's own packages count; a path of the caller's would hide what is missing in .venv.
    os.environ.pop("PYTHONPATH", None)
    try:
        bring_in_step(Path(sys.argv[1]))
    except CannotInstall as reason:
        _say(str(reason))
        sys.exit(2)
    except PermissionError as refused:
        _say(f"The packages cannot be installed here: {refused}")
        sys.exit(2)
    except KeyboardInterrupt:
        _say("\nStopped. The next ./kefu starts the installation over.")
        sys.exit(130)
