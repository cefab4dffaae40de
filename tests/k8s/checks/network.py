"""The matrix: what the network policies allow is what flows.yaml says, no more and no less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import yaml

from k8s.checks.reading import (
    COMPONENT,
    NAME,
    Document,
    called,
    is_ours,
    labels_of_pods,
    of_kind,
    selects,
    with_pods,
)
from k8s.kustomize import K8S

_EVERYBODY: dict[str, Any] = {"podSelector": {}, "namespaceSelector": {}}
"""What a rule means that names nobody."""
_WAYS = (("Egress", "egress", "to"), ("Ingress", "ingress", "from"))


@dataclass(frozen=True)
class End:
    """One end of a flow: pods of ours, of the data, or outside."""

    name: str
    namespace: str
    labels: frozenset[tuple[str, str]]
    rendered: bool
    cidr: str = ""
    """Where it has no pods in this cluster."""

    def within(self, peer: Mapping[str, Any]) -> bool:
        """Whether a peer of a rule means it. No namespaceSelector means the policy's own namespace."""
        if "ipBlock" in peer:
            return bool(peer["ipBlock"] == {"cidr": self.cidr})
        namespace = {"kubernetes.io/metadata.name": self.namespace}
        if "namespaceSelector" in peer:
            here = selects(peer["namespaceSelector"], namespace)
        else:
            here = self.namespace == "kefu" and "podSelector" in peer
        return here and selects(peer.get("podSelector", {}), dict(self.labels))


Flow = tuple[str, str, int, str]
"""From whom, to whom, port, protocol."""


def network(documents: list[Document], table: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Each flow has its rules on both sides, each rule a flow, every pod of ours is held; nothing without policies."""
    policies = of_kind(documents, "NetworkPolicy")
    if not policies:
        return
    table = table or flow_table()
    ends = list(_ends(documents, table["outside"]))
    flows = {flow for one in table["flows"] for flow in _expanded(one, ends, table["outside"])}
    for way, rules, side in _WAYS:
        allowed: set[Flow] = set()
        for policy in policies:
            yield from _of_policy(policy, way, rules, side, ends, flows, allowed)
        held = {end.name for end in ends for one in policies if _holds(one, way, end)}
        for end in ends:
            if end.rendered and end.name not in held:
                yield f"{end.name}: no policy holds its {way}"
        mine = 0 if way == "Egress" else 1
        rendered = {end.name for end in ends if end.rendered}
        for flow in sorted(flow for flow in flows - allowed if flow[mine] in rendered):
            yield f"flow {_words(flow)}: no rule of {way} allows it"


def flow_table() -> dict[str, Any]:
    """flows.yaml."""
    table: dict[str, Any] = yaml.safe_load((K8S / "flows.yaml").read_text(encoding="utf-8"))
    return table


def _of_policy(
    policy: Document, way: str, rules: str, side: str, ends: list[End], flows: set[Flow], allowed: set[Flow]
) -> Iterator[str]:
    own = [end for end in ends if _selected(policy, end)]
    if not own:
        yield f"{called(policy)}: selects nobody"
    for rule in policy["spec"].get(rules, ()):
        ports = [(port["port"], port["protocol"]) for port in rule.get("ports", ())]
        if not ports:
            yield f"{called(policy)}: a rule of {way} for every port"
        for peer in rule.get(side) or (_EVERYBODY,):
            others = [end for end in ends if end.within(peer)]
            pairs = [(one, other) if way == "Egress" else (other, one) for one in own for other in others]
            opened = {(a.name, b.name, *port) for a, b in pairs for port in ports if a != b}
            allowed |= opened
            if not opened & flows:
                yield f"{called(policy)}: a rule of {way} without a flow"
            for flow in sorted(opened - flows):
                yield f"{called(policy)}: allows {_words(flow)}, which is no flow"


def _selected(policy: Document, end: End) -> bool:
    return end.rendered and selects(policy["spec"]["podSelector"], dict(end.labels))


def _holds(policy: Document, way: str, end: End) -> bool:
    return way in policy["spec"]["policyTypes"] and _selected(policy, end)


def _words(flow: Flow) -> str:
    return f"{flow[0]} -> {flow[1]}:{flow[2]}/{flow[3]}"


def _ends(documents: list[Document], outside: Mapping[str, Any]) -> Iterator[End]:
    rendered = [labels_of_pods(one) for one in with_pods(documents)]
    for labels in rendered:
        yield End(f"{labels.get(NAME)} {labels.get(COMPONENT)}", "kefu", frozenset(labels.items()), True)
    for name, one in outside.items():
        # Pods that carry a label of the data are that data's end themselves.
        if not any(one["labels"].items() <= labels.items() for labels in rendered):
            yield End(name, one.get("namespace", "kefu"), frozenset(one["labels"].items()), False, one.get("cidr", ""))


def _expanded(flow: Mapping[str, Any], ends: list[End], outside: Mapping[str, Any]) -> Iterator[Flow]:
    for sender in _meant(flow["from"], ends, outside):
        for receiver in _meant(flow["to"], ends, outside):
            for protocol in flow.get("protocols", ("TCP",)):
                yield sender, receiver, flow["port"], protocol


def _meant(name: str, ends: Iterable[End], outside: Mapping[str, Any]) -> Iterator[str]:
    if name in outside:
        wanted = frozenset(outside[name]["labels"].items())
        yield from (end.name for end in ends if wanted <= end.labels)
    else:
        ours = (end.name for end in ends if end.rendered and not end.name.endswith(" data"))
        yield from (one for one in ours if fnmatchcase(one, name))


def senders_and_receivers(documents: list[Document]) -> set[str]:
    """Every pod of ours, as flows name it."""
    labels = [labels_of_pods(one) for one in with_pods(documents) if is_ours(one)]
    return {f"{one[NAME]} {one[COMPONENT]}" for one in labels}
