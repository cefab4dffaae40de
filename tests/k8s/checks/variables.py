"""What each container is told: only settings it reads, all that it needs, with values that it takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

from k8s.checks.reading import (
    NAME,
    Document,
    containers,
    is_ours,
    labels_of_pods,
    name_of,
    of_kind,
    with_pods,
)
from k8s.checks.workloads import secret_table
from kefu_local.configuration.mistakes import Told, mistakes
from kefu_local.doctor import refused_by
from kefu_local.plan import module_of


def variables(documents: list[Document]) -> Iterator[str]:
    """Nothing unknown, nothing missing, by the settings models."""
    yield from mistakes(Told(where, member, told) for where, member, told in _told(documents))


def values(documents: list[Document]) -> Iterator[str]:
    """The models take the values, those of `kefu gen-secrets` among them; addresses lead to Services of ours."""
    services = {(name_of(one), port["port"]) for one in of_kind(documents, "Service") for port in one["spec"]["ports"]}
    seen = set()
    for where, member, told in _told(documents):
        if (key := (member, tuple(told.items()))) not in seen:
            seen.add(key)
            yield from (f"{where}: {what}" for what in refused_by(module_of(member), told))
        for name, url in json.loads(told.get("KEFU_UPSTREAMS", "{}")).items():
            if (urlsplit(url).hostname, urlsplit(url).port) not in services:
                yield f"{where}: KEFU_UPSTREAMS: {name} is at no Service"


def _told(documents: list[Document]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each container of ours: what mistakes call it, its member, its variables."""
    held = {name_of(one): one["data"] for one in of_kind(documents, "ConfigMap")}
    secrets = secret_table()
    for document in filter(is_ours, with_pods(documents)):
        member = labels_of_pods(document)[NAME].removesuffix("-svc")
        for where, container in containers(document):
            told: dict[str, str] = {}
            for one in container.get("envFrom", ()):
                if "configMapRef" in one:
                    told |= held.get(one["configMapRef"]["name"], {})
                else:
                    told |= secrets.get(one["secretRef"]["name"], {})
            told |= {one["name"]: one.get("value", "postgresql://operator") for one in container.get("env", ())}
            yield where, member, told
