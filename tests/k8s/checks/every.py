"""All checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from k8s.checks import custom, kinds, network, pods, release, variables, workloads
from k8s.checks.reading import Document

CHECKS: tuple[Callable[[list[Document]], Iterable[str]], ...] = (
    kinds.kinds,
    custom.shapes,
    custom.topics,
    custom.databases,
    pods.restricted,
    pods.images,
    pods.resources,
    pods.probes,
    pods.stopping,
    pods.schema_first,
    workloads.rollout,
    workloads.disruption,
    workloads.selectors,
    workloads.backends,
    workloads.scaling,
    workloads.references,
    workloads.external_secrets,
    release.one_version,
    release.migrations,
    release.nothing_twice,
    network.network,
    variables.variables,
    variables.values,
)


def mistakes_in(documents: list[Document]) -> list[str]:
    """Every mistake that any check finds."""
    return [sentence for check in CHECKS for sentence in check(documents)]
