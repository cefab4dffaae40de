"""The five images: what is in them, what is not, and that each mistake one could make would be seen."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from containers.engine import DOCKER, SERVICES, Engine, image_of
from containers.inside import faults, strangers
from kefu_local.place import ROOT

pytestmark = pytest.mark.containers

HOME = "/root"

MISTAKES = {
    "USER root": "runs as root",
    "USER nobody": "runs as nobody",
    "HEALTHCHECK NONE": "no health check",
    f"RUN mkdir -p {HOME}/.cache/pip/http": f"left in a cache: {HOME}/.cache/pip",
    "RUN touch /var/lib/apt/lists/of-packages": "left in a cache: /var/lib/apt/lists/of-packages",
    "RUN printf '#!/bin/sh' > /usr/bin/gcc && chmod 755 /usr/bin/gcc": "holds gcc",
    "RUN touch /opt/kefu/bin/pip3": "holds /opt/kefu/bin/pip3",
    "RUN chmod 777 /opt/kefu/lib": "can write /opt/kefu/lib",
    "RUN rm /opt/kefu/sbom.cdx.json": "bill of materials and image differ: fastapi",
    "RUN head -c 170000000 /dev/urandom > /opt/large": "MiB more than its base",
}


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_may_be_delivered(on: Engine, service: str) -> None:
    assert faults(on, image_of(service)) == []
    assert strangers(on, image_of(service), service) == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_seen(on: Engine, mistake: str) -> None:
    user = "" if mistake.startswith("USER") else "USER 10001"
    text = f"FROM {image_of('kb-svc')}\nUSER 0\n{mistake}\n{user}\n"
    on.docker("build", "-t", "kefu/mistaken", "-", given=text)
    found = faults(on, "kefu/mistaken")
    on.docker("image", "rm", "-f", "kefu/mistaken")
    assert any(MISTAKES[mistake] in one for one in found), found


def test_what_was_not_locked_gets_in_no_image(on: Engine, tmp_path: Path) -> None:
    for name in ("requirements.lock", "deploy/image/needs.py", "deploy/image/sbom.lock", "deploy/Dockerfile"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    lock = tmp_path / "requirements.lock"
    # The file of one package is another than when it was locked.
    before, name, block = lock.read_text().partition("\nnh3==")
    hashes, via, after = block.partition("# via")
    lock.write_text(before + name + re.sub("sha256:[0-9a-f]{8}", "sha256:00000000", hashes) + via + after)
    words = ["build", "--target", "needs", "--build-arg", "SERVICE=ticket-svc", "-f", "deploy/Dockerfile", "."]
    done = subprocess.run(
        [DOCKER, *words], cwd=tmp_path, env=on.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode
    assert "DO NOT MATCH THE HASHES" in done.stderr, done.stderr[-2000:]


@pytest.mark.parametrize("role", ["api", "worker", "migrate"])
def test_a_container_that_was_told_nothing_says_what_it_lacks(on: Engine, role: str) -> None:
    run = ["run", "--rm", "--read-only", "--user", "4242:4242", "--cap-drop", "ALL", "--network", "none"]
    start = f"/opt/kefu/bin/python -P /opt/kefu/start.py {role} 2>&1; echo $?"
    said = on.docker(*run, "--entrypoint", "sh", image_of("ticket-svc"), "-c", start)
    assert "KEFU_DATABASE_URL" in said
    assert said.split()[-1] == "2"
