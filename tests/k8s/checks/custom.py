"""What is no kind of Kubernetes itself (KEDA, CloudNativePG, Strimzi, …), by its shape: the fields that we use.

Their own schemas are not at hand, so only this holds: no field is misspelt or of another type than here. Whether an
operator takes them was not tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from common.bus import PARTITIONS
from k8s.checks.reading import Document, called, name_of, of_kind
from kefu_local.drawn.secrets import secret_of
from kefu_local.plan import MEMBERS

_LABELS: dict[str, Any] = {"*": str}
_SELECTOR = {"matchLabels?": _LABELS, "matchExpressions?": [{"key": str, "operator": str, "values": [str]}]}
_SIZES = {"requests": {"cpu": str, "memory": str}, "limits": {"memory": str}}

SHAPES: dict[str, Any] = {
    "keda.sh/v1alpha1 ScaledObject": {
        "scaleTargetRef": {"name": str},
        "minReplicaCount": int,
        "maxReplicaCount": int,
        "cooldownPeriod": int,
        "triggers": [
            {
                "type": str,
                "metadata": {"bootstrapServers": str, "consumerGroup": str, "topic": str, "lagThreshold": str},
            }
        ],
    },
    "monitoring.coreos.com/v1 ServiceMonitor": {
        "selector": _SELECTOR,
        "podTargetLabels": [str],
        "endpoints": [
            {
                "port": str,
                "path": str,
                "interval": str,
                "relabelings": [{"sourceLabels": [str], "targetLabel": str}],
            }
        ],
    },
    "monitoring.coreos.com/v1 PrometheusRule": {
        "groups": [
            {
                "name": str,
                "rules": [
                    {
                        "record?": str,
                        "alert?": str,
                        "expr": str,
                        "for?": str,
                        "labels?": {"*": str},
                        "annotations?": {"summary": str, "summary_zh": str, "runbook_url": str},
                    }
                ],
            }
        ]
    },
    "external-secrets.io/v1 ExternalSecret": {
        "refreshInterval": str,
        "secretStoreRef": {"kind": str, "name": str},
        "target": {"name": str},
        "data": [{"secretKey": str, "remoteRef": {"key": str, "property": str}}],
    },
    "postgresql.cnpg.io/v1 Cluster": {
        "instances": int,
        "inheritedMetadata": {"labels": _LABELS},
        "bootstrap": {"initdb": {"database": str, "owner": str, "dataChecksums": bool}},
        "postgresql": {"parameters": {"*": str}},
        "storage": {"size": str},
        "resources": _SIZES,
    },
    "kafka.strimzi.io/v1 KafkaNodePool": {
        "replicas": int,
        "roles": [str],
        "storage": {"type": str, "volumes": [{"id": int, "type": str, "size": str, "kraftMetadata": str}]},
        "template": {"pod": {"metadata": {"labels": _LABELS}}},
        "resources": _SIZES,
    },
    "kafka.strimzi.io/v1 Kafka": {
        "kafka": {
            "listeners": [
                {
                    "name": str,
                    "port": int,
                    "type": str,
                    "tls": bool,
                    "networkPolicyPeers": [{"podSelector?": _SELECTOR, "namespaceSelector?": _SELECTOR}],
                }
            ],
            "config": {"*": (str, int)},
        },
        "entityOperator": {"topicOperator": {}},
    },
    "kafka.strimzi.io/v1 KafkaTopic": {"partitions": int, "replicas": int, "config": {"*": (str, int)}},
    "gateway.networking.k8s.io/v1 HTTPRoute": {
        "parentRefs": [{"name": str, "namespace": str}],
        "hostnames": [str],
        "rules": [
            {
                "matches": [{"path": {"type": str, "value": str}}],
                "timeouts": {"request": str},
                "backendRefs": [{"name": str, "port": int}],
            }
        ],
    },
}
"""By apiVersion and kind the shape of `spec`: a field with ? may be left out, * stands for any name."""


def shapes(documents: list[Document]) -> Iterator[str]:
    """Custom resources have the fields that we know, and of their types."""
    for document in documents:
        shape = SHAPES.get(f"{document['apiVersion']} {document['kind']}")
        if shape is not None:
            yield from (f"{called(document)}: spec{what}" for what in _differences(document["spec"], shape))


def _differences(value: Any, shape: Any) -> Iterator[str]:
    if isinstance(shape, dict) and isinstance(value, dict):
        yield from _of_fields(value, shape)
    elif isinstance(shape, list) and isinstance(value, list):
        for number, one in enumerate(value):
            yield from (f"[{number}]{what}" for what in _differences(one, shape[0]))
    elif isinstance(shape, dict | list) or not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
        yield f" is {value!r}"


def _of_fields(value: Mapping[str, Any], shape: Mapping[str, Any]) -> Iterator[str]:
    by_name = {name.rstrip("?"): one for name, one in shape.items()}
    for name, one in value.items():
        if name in by_name or "*" in by_name:
            yield from (f".{name}{what}" for what in _differences(one, by_name.get(name, by_name.get("*"))))
        else:
            yield f".{name} is no field that we know"
    for name in shape.keys() - value.keys():
        if not name.endswith("?") and name != "*":
            yield f".{name} is missing"


def topics(documents: list[Document]) -> Iterator[str]:
    """Where topics are made, all are, with the partitions that the code counts on."""
    made = {name_of(one): one for one in of_kind(documents, "KafkaTopic")}
    # Not runtime.all_topics(): other tests of the same run have events of their own.
    wanted = {f"kefu.{member}" for member in MEMBERS}
    for name in sorted(made.keys() ^ wanted) if made else ():
        yield f"KafkaTopic/{name}: {'no topic of the platform' if name in made else 'missing'}"
    for topic in made.values():
        if topic["spec"]["partitions"] != PARTITIONS:
            yield f"{called(topic)}: not {PARTITIONS} partitions: events would change their partition"
    for scaler in of_kind(documents, "ScaledObject"):
        if scaler["spec"]["maxReplicaCount"] > PARTITIONS:
            yield f"{called(scaler)}: more workers than partitions"


def databases(documents: list[Document]) -> Iterator[str]:
    """Where an operator makes the databases, each service has one with its label, which network policies ask for."""
    clusters = {name_of(one): one for one in of_kind(documents, "Cluster")}
    for name in map(secret_of, MEMBERS) if clusters else ():
        cluster = clusters.get(f"{name}-db", {"spec": {}})
        if f"kefu.io/serves-{name}" not in cluster["spec"].get("inheritedMetadata", {}).get("labels", {}):
            yield f"Cluster/{name}-db: missing, or without the label kefu.io/serves-{name}"
