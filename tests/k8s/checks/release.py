"""One version everywhere, a migration for each service and version, and nothing twice."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator

from k8s.checks.reading import Document, called, containers, is_ours, name_of, of_kind, template_of, with_pods
from k8s.kustomize import ROOT
from kefu_local.drawn.secrets import secret_of
from kefu_local.plan import MEMBERS


def version() -> str:
    """The version of the source."""
    said: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return said


def one_version(documents: list[Document]) -> Iterator[str]:
    """Our images have the version of the source, or a digest, which cannot be compared."""
    for document in filter(is_ours, with_pods(documents)):
        for where, container in containers(document):
            image = container["image"]
            if "@" not in image and image.rpartition("/")[2].partition(":")[2] != version():
                yield f"{where}: {container['image']} is not version {version()}"


def migrations(documents: list[Document]) -> Iterator[str]:
    """A Job for each service, named by the version, which nobody but a new version makes again."""
    jobs = {name_of(one): one for one in of_kind(documents, "Job")}
    wanted = {f"{secret_of(member)}-migrate-{version().replace('.', '-')}" for member in MEMBERS}
    for name in sorted(wanted ^ jobs.keys()):
        yield f"Job/{name}: {'missing' if name in wanted else 'not named after a service and this version'}"
    for job in jobs.values():
        spec = template_of(job)["spec"]
        (container,) = spec["containers"]
        if container.get("args") != ["migrate"]:
            yield f"{called(job)}: does not migrate"
        if "ttlSecondsAfterFinished" in job["spec"]:
            yield f"{called(job)}: once gone it would run again at each sync"
        if any("configMapRef" in one for one in container["envFrom"]):
            yield f"{called(job)}: refers to a ConfigMap, whose name changes: a Job cannot be changed"


def nothing_twice(documents: list[Document]) -> Iterator[str]:
    """A second document of the same name would silently replace the first."""
    for (kind, name), count in Counter((one["kind"], name_of(one)) for one in documents).items():
        if count > 1:
            yield f"{kind}/{name}: {count} times"
