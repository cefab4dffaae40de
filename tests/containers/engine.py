"""A Docker engine for the length of a test run, and the base images that a machine without an image registry lacks.

Debian's engine is started as root on a socket and a data folder of its own. The three base images are made of Debian
packages and tagged as the Dockerfile and docker-compose.yml name them, so both run unchanged. What that does not show:
that the official images behave as their stand-ins do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.embedded.kafka_jars import CannotRunKafka, ensure_jars
from kefu_local.place import ROOT

STAND_INS = Path(__file__).parent / "stand_ins"
DOCKER, COMPOSE = "/usr/bin/docker", "/usr/bin/docker-compose"
BASE = "python:3.11-slim-bookworm"
IMAGES = {BASE: "python", "postgres:17": "postgres", "apache/kafka:4.3.1": "kafka"}
SERVICES = ("ticket-svc", "routing-svc", "kb-svc", "feedback-svc", "gateway")
VERSION = "0.1.0-tested"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")


class Unable(Exception):
    """This machine cannot run containers, or lacks what the base images are made of; the message says what it lacks."""


class Engine:
    """A running engine."""

    def __init__(self, home: Path, address: str) -> None:
        self.home = home
        # The client of Debian's package: it has BuildKit in it.
        own = {"DOCKER_HOST": address, "DOCKER_BUILDKIT": "1", "COMPOSE_DOCKER_CLI_BUILD": "1"}
        self.environment = {**os.environ, **own}

    @property
    def answers(self) -> bool:
        """Whether it is there."""
        return not subprocess.run([DOCKER, "info"], env=self.environment, capture_output=True, check=False).returncode

    def docker(self, *words: str, within: float = 900, given: str = "") -> str:
        """What the command says, `given` on its standard input; it must succeed."""
        return self.run([DOCKER, *words], within=within, given=given)

    def run(self, command: list[str], *, within: float, given: str = "", **more: str) -> str:
        """Run something that speaks to this engine; `more` are environment variables."""
        done = subprocess.run(
            command,
            env={**self.environment, **more},
            cwd=ROOT,
            input=given,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-3000:]}{done.stderr[-5000:]}"
        return done.stdout


@contextmanager
def engine(home: Path) -> Iterator[Engine]:
    """An engine for the length of a block; the one at KEFU_TEST_ENGINE, which keeps its layers, where that is set.

    An engine changes how this machine forwards packets, which is put back.
    """
    if there := os.environ.get("KEFU_TEST_ENGINE"):
        yield Engine(home, there)
        return
    if os.geteuid() != 0:
        raise Unable("starting an engine takes root")
    lacking = [name for name in ("dockerd", "iptables", "debootstrap", "docker-compose") if not shutil.which(name)]
    if lacking:
        raise Unable(f"not installed: {', '.join(lacking)}")
    forwards = _FORWARDING.read_text()
    policy = subprocess.run(["iptables", "-S", "FORWARD"], capture_output=True, text=True, check=False).stdout
    started = Engine(home, f"unix://{home}/docker.sock")
    words = ["--data-root", f"{home}/data", "--exec-root", f"{home}/exec", "--pidfile", f"{home}/docker.pid"]
    log = home / "dockerd.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["dockerd", *words, "-H", started.environment["DOCKER_HOST"]], stdout=output, stderr=output
        )
    try:
        until = time.monotonic() + 60
        while not started.answers:
            if process.poll() is not None or time.monotonic() > until:
                raise Unable(f"dockerd did not start: {log.read_text()[-2000:]}")
            time.sleep(0.2)
        yield started
    finally:
        process.terminate()
        process.wait(60)
        _FORWARDING.write_text(forwards)
        if "-P FORWARD ACCEPT" in policy:
            subprocess.run(["iptables", "-P", "FORWARD", "ACCEPT"], check=True)


def base_images(on: Engine) -> None:
    """Make the base images where they cannot be fetched: Debian, and on it what each of the three is for."""
    there = on.docker("images", "--format", "{{.Repository}}:{{.Tag}}").split()
    if set(IMAGES) <= set(there):
        return
    root = on.home / "debian"
    command = ["debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", str(root)]
    made = subprocess.run(command, check=False, capture_output=True, text=True, timeout=900)
    if made.returncode:
        raise Unable(f"debootstrap made no Debian: {made.stdout[-1000:]}{made.stderr[-1000:]}")
    for package in (root / "var/cache/apt/archives").glob("*.deb"):
        package.unlink()
    with subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE) as packed:
        words = [DOCKER, "import", "-", "local/debian:bookworm"]
        subprocess.run(words, stdin=packed.stdout, env=on.environment, check=True, capture_output=True)
    shutil.rmtree(root)
    try:
        jars = ensure_jars()
    except CannotRunKafka as error:
        raise Unable(str(error)) from error
    for tag, name in IMAGES.items():
        context = on.home / name
        shutil.copytree(STAND_INS / name, context)
        if name == "kafka":
            shutil.copytree(jars, context / "libs")
        if name == "python":
            shutil.copy(CERTIFICATES, context / "ca.crt")
        _made(on, "build", "-t", tag, str(context))
    # The product's images are built inside of containers, too: one that reaches no package registry cannot.
    _made(on, "run", "--rm", BASE, "python3", "-m", "pip", "download", "-q", "--no-deps", "-d", "/tmp", "wheel")


def _made(on: Engine, *words: str) -> None:
    # What stands here is the machine's part, not the product's: its engine, its way out, Debian's packages.
    try:
        on.docker(*words)
    except (AssertionError, subprocess.TimeoutExpired) as why:
        raise Unable(f"its base images could not be made: {why}") from why


def service_images(on: Engine) -> None:
    """Build the product's own images, from deploy/Dockerfile as it stands, one after the other."""
    for service in SERVICES:
        words = ["--build-arg", f"SERVICE={service}", "--build-arg", f"VERSION={VERSION}"]
        on.docker("build", "-f", "deploy/Dockerfile", *words, "-t", image_of(service), ".")


def image_of(service: str) -> str:
    """The tag that docker-compose.yml asks for."""
    return f"kefu/{service}:{VERSION}"
