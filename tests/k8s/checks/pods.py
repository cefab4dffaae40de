"""Each pod: "restricted" and more, its probes, how it stops, what it takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from common.run import GRACE
from k8s.checks.reading import (
    Document,
    called,
    containers,
    is_ours,
    main_container,
    mebibytes,
    of_kind,
    template_of,
    with_pods,
)

_VOLUMES = {"configMap", "emptyDir", "secret", "projected", "persistentVolumeClaim", "name"}
_LAST_WORK = 10
"""Seconds for what comes after the last request: the worker's batch, leaving the group, closing connections."""


def restricted(documents: list[Document]) -> Iterator[str]:
    """The pod security standard "restricted", and beyond it: a number for the user, nothing writable, no token."""
    for document in with_pods(documents):
        spec = template_of(document)["spec"]
        yield from (f"{called(document)}: {what}" for what in _of_pod(spec))
        for where, container in containers(document):
            yield from (f"{where}: {what}" for what in _of_container(container))
            if "/tmp" not in [mount["mountPath"] for mount in container.get("volumeMounts", ())]:
                yield f"{where}: nothing to write to at /tmp"


def _of_pod(spec: Document) -> Iterator[str]:
    context = spec.get("securityContext", {})
    if context.get("runAsNonRoot") is not True:
        yield "runAsNonRoot is not true"
    if not (isinstance(context.get("runAsUser"), int) and context["runAsUser"] > 0):
        yield "runAsUser is no number above 0"
    if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "seccomp is not RuntimeDefault"
    if spec.get("automountServiceAccountToken") is not False:
        yield "the service account's token is mounted"
    if spec.get("enableServiceLinks") is not False:
        yield "enableServiceLinks: the cluster's variables could be taken for settings"
    yield from (f"{name} is set" for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name))
    for volume in spec.get("volumes", ()):
        if volume.keys() - _VOLUMES:
            yield f"volume {volume['name']} is of a kind that restricted forbids"
        if "sizeLimit" not in volume.get("emptyDir", {"sizeLimit": ""}):
            yield f"volume {volume['name']} has no sizeLimit"


def _of_container(container: Document) -> Iterator[str]:
    context = container.get("securityContext", {})
    if context.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if context.get("capabilities", {}) != {"drop": ["ALL"]}:
        yield "capabilities are not dropped"
    if context.get("readOnlyRootFilesystem") is not True:
        yield "the root file system is writable"
    if context.get("privileged"):
        yield "privileged"
    if context.get("runAsUser", 1) == 0 or context.get("runAsNonRoot", True) is not True:
        yield "runs as root"
    if any("hostPort" in port for port in container.get("ports", ())):
        yield "hostPort"


def images(documents: list[Document]) -> Iterator[str]:
    """Each image has a tag that is not `latest`, or a digest."""
    for document in with_pods(documents):
        for where, container in containers(document):
            tag = container["image"].rpartition("/")[2].partition(":")[2]
            if tag in ("", "latest"):
                yield f"{where}: image {container['image']} may change under us"


def resources(documents: list[Document]) -> Iterator[str]:
    """CPU and memory are requested, memory is limited to twice the request, CPU is not limited."""
    for document in with_pods(documents):
        for where, container in containers(document):
            given = container.get("resources", {})
            requests, limits = given.get("requests", {}), given.get("limits", {})
            if requests.keys() != {"cpu", "memory"}:
                yield f"{where}: requests are not CPU and memory"
            elif "memory" not in limits or mebibytes(limits["memory"]) != 2 * mebibytes(requests["memory"]):
                yield f"{where}: the memory limit is not twice the request"
            if "cpu" in limits:
                yield f"{where}: a CPU limit throttles while the node has time left"


def probes(documents: list[Document]) -> Iterator[str]:
    """Three probes each; Kefu's ask /livez (no I/O) whether to restart, and /readyz only whether to send requests."""
    for document in of_kind(documents, "Deployment", "StatefulSet"):
        container = main_container(document)
        ports = {port["name"] for port in container.get("ports", ())}
        for name in ("startupProbe", "livenessProbe", "readinessProbe"):
            probe = container.get(name)
            if probe is None:
                yield f"{called(document)}: no {name}"
                continue
            asked = probe.get("httpGet", probe.get("tcpSocket", {"port": next(iter(ports))}))
            if asked["port"] not in ports:
                yield f"{called(document)}: {name} asks port {asked['port']}, which the container has not"
            wanted = "/readyz" if name == "readinessProbe" else "/livez"
            if is_ours(document) and probe.get("httpGet", {}).get("path") != wanted:
                yield f"{called(document)}: {name} does not ask {wanted}"


def stopping(documents: list[Document]) -> Iterator[str]:
    """A pod leaves the Services first, then has time for what is under way."""
    for document in of_kind(documents, "Deployment"):
        pause = _pre_stop(main_container(document))
        grace = template_of(document)["spec"].get("terminationGracePeriodSeconds", 30)
        if not pause:
            yield f"{called(document)}: no preStop sleep"
        if grace < pause + GRACE + _LAST_WORK:
            yield f"{called(document)}: {grace} s of grace are too few for {pause} + {GRACE} + {_LAST_WORK}"


def _pre_stop(container: Document) -> int:
    action: Any = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {})
    return int(action.get("seconds", 0))


def schema_first(documents: list[Document]) -> Iterator[str]:
    """No pod starts before the schema is there: it waits, with the same image and settings, and does not migrate."""
    for document in of_kind(documents, "Deployment"):
        main = main_container(document)
        first = (template_of(document)["spec"].get("initContainers") or [{}])[0]
        if first.get("args") != ["migrate", "--wait"]:
            yield f"{called(document)}: does not wait for the schema"
        elif any(first.get(name) != main.get(name) for name in ("image", "envFrom", "env")):
            yield f"{called(document)}: waits with another image or other settings than it runs with"
