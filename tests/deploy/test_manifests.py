"""deploy/k8s: every check of every overlay, each component, and mistakes planted to be found by name."""

import copy
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8s.checks import custom, kinds, network, pods, release, variables, workloads
from k8s.checks.every import CHECKS, mistakes_in
from k8s.checks.reading import Document, called, main_container, of_kind, template_of
from k8s.kustomize import K8S, build

OVERLAYS = sorted(path.name for path in (K8S / "overlays").iterdir())
COMPONENTS = sorted(path.name for path in (K8S / "components").iterdir())
Check = Callable[[list[Document]], Iterable[str]]
Plant = Callable[[list[Document]], None]


@pytest.fixture(scope="module")
def rendered() -> dict[str, list[Document]]:
    return {name: build(K8S / "overlays" / name) for name in OVERLAYS}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_has_no_mistake(rendered: dict[str, list[Document]], overlay: str) -> None:
    assert len(rendered[overlay]) > 50
    assert mistakes_in(rendered[overlay]) == []


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_alone_on_the_base_has_no_mistake(tmp_path: Path, component: str) -> None:
    """Each can be left out, and each can be the only one."""
    alone = {"resources": [str(K8S / "base")], "components": [str(K8S / "components" / component)]}
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(alone | {"namespace": "kefu"}))
    base, documents = build(K8S / "base"), build(tmp_path)
    added = [one for one in documents if called(one) not in map(called, base)]
    assert added
    apart = (network.network, kinds.kinds)  # of a whole; of what is new
    assert [one for check in CHECKS if check not in apart for one in check(documents)] == []
    assert list(kinds.kinds(added)) == []


def test_an_overlay_with_a_registry_digests_and_a_database_outside_passes_too(tmp_path: Path) -> None:
    """What overlays/production/kustomization.yaml shows in its comments."""
    at, digest = "192.0.2.10/32", "sha256:" + "ab" * 32
    outside = [{"op": "replace", "path": "/spec/egress/0/to", "value": [{"ipBlock": {"cidr": at}}]}]
    own = {
        "resources": [str(K8S / "overlays" / "production")],
        "images": [{"name": "kefu/kb-svc", "newName": "registry.example.com:5000/kefu/kb-svc", "digest": digest}],
        "patches": [
            {"target": {"kind": "NetworkPolicy", "name": "kb-svc-to-database"}, "patch": yaml.safe_dump(outside)}
        ],
    }
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(own))
    documents = build(tmp_path)
    assert main(documents, "Deployment/kb-svc-api")["image"] == f"registry.example.com:5000/kefu/kb-svc@{digest}"
    assert [one for check in CHECKS if check is not network.network for one in check(documents)] == []
    table = network.flow_table()
    table["outside"]["database of kb-svc"]["cidr"] = at
    assert list(network.network(documents, table)) == []
    assert list(network.network(documents)) != [], "an address that flows.yaml does not name"


def document(documents: list[Document], name: str) -> Document:
    return next(one for one in documents if called(one) == name)


def pod(documents: list[Document], name: str = "Deployment/ticket-svc-api") -> Document:
    spec: Document = template_of(document(documents, name))["spec"]
    return spec


def main(documents: list[Document], name: str = "Deployment/ticket-svc-api") -> Document:
    return main_container(document(documents, name))


def config(documents: list[Document], prefix: str) -> dict[str, str]:
    maps = of_kind(documents, "ConfigMap")
    data: dict[str, str] = next(one for one in maps if one["metadata"]["name"].startswith(prefix))["data"]
    return data


def policy(documents: list[Document], name: str) -> Any:
    return document(documents, f"NetworkPolicy/{name}")["spec"]


def renamed(documents: list[Document], name: str, new: str) -> None:
    document(documents, name)["metadata"]["name"] = new


def removed(documents: list[Document], name: str) -> None:
    documents.remove(document(documents, name))


PLANTED: list[tuple[str, Check, Plant, str]] = [
    ("no liveness probe", pods.probes, lambda d: main(d).pop("livenessProbe"), "ticket-svc-api: no livenessProbe"),
    ("liveness asks the database", pods.probes, lambda d: main(d)["livenessProbe"]["httpGet"].update(path="/readyz"),
     "livenessProbe does not ask /livez"),
    ("probe of a port that is not there", pods.probes,
     lambda d: main(d)["readinessProbe"]["httpGet"].update(port="web"), "asks port web"),
    ("root", pods.restricted, lambda d: pod(d)["securityContext"].update(runAsUser=0), "runAsUser is no number above"),
    ("root in a container", pods.restricted, lambda d: main(d)["securityContext"].update(runAsUser=0), "runs as root"),
    ("user by the image only", pods.restricted, lambda d: pod(d)["securityContext"].pop("runAsUser"),
     "runAsUser is no number"),
    ("privilege escalation", pods.restricted, lambda d: main(d)["securityContext"].pop("allowPrivilegeEscalation"),
     "allowPrivilegeEscalation is not false"),
    ("a capability back", pods.restricted, lambda d: main(d)["securityContext"]["capabilities"].update(add=["NET_RAW"]),
     "capabilities are not dropped"),
    ("no seccomp", pods.restricted, lambda d: pod(d)["securityContext"].pop("seccompProfile"), "seccomp"),
    ("writable root", pods.restricted, lambda d: main(d)["securityContext"].update(readOnlyRootFilesystem=False),
     "the root file system is writable"),
    ("a writable root in an init container", pods.restricted,
     lambda d: pod(d)["initContainers"][0]["securityContext"].update(readOnlyRootFilesystem=False),
     "ticket-svc-api, schema: the root file system is writable"),
    ("nowhere to write", pods.restricted, lambda d: main(d).pop("volumeMounts"), "nothing to write to at /tmp"),
    ("endless /tmp", pods.restricted, lambda d: pod(d)["volumes"][0].update(emptyDir={}), "tmp has no sizeLimit"),
    ("a folder of the host", pods.restricted,
     lambda d: pod(d)["volumes"].append({"name": "x", "hostPath": {"path": "/"}}), "volume x is of a kind"),
    ("a token", pods.restricted, lambda d: pod(d).update(automountServiceAccountToken=True), "token is mounted"),
    ("service links", pods.restricted, lambda d: pod(d).pop("enableServiceLinks"), "enableServiceLinks"),
    ("host network", pods.restricted, lambda d: pod(d).update(hostNetwork=True), "hostNetwork is set"),
    ("latest", pods.images, lambda d: main(d).update(image="kefu/ticket-svc:latest"), "may change under us"),
    ("no tag, a registry with a port", pods.images, lambda d: main(d).update(image="registry:5000/kefu/ticket-svc"),
     "may change under us"),
    ("a CPU limit", pods.resources, lambda d: main(d)["resources"]["limits"].update(cpu="1"), "a CPU limit"),
    ("no memory limit", pods.resources, lambda d: main(d)["resources"]["limits"].pop("memory"), "not twice"),
    ("no pause", pods.stopping, lambda d: main(d).pop("lifecycle"), "no preStop sleep"),
    ("too little grace", pods.stopping, lambda d: pod(d).update(terminationGracePeriodSeconds=30), "30 s of grace"),
    ("not waiting", pods.schema_first, lambda d: pod(d).pop("initContainers"), "does not wait for the schema"),
    ("migrating in every pod", pods.schema_first, lambda d: pod(d)["initContainers"][0].update(args=["migrate"]),
     "does not wait for the schema"),
    ("waiting with the old image", pods.schema_first,
     lambda d: pod(d)["initContainers"][0].update(image="kefu/ticket-svc:0.0.9"), "waits with another image"),
    ("one less before one more", workloads.rollout,
     lambda d: document(d, "Deployment/kb-svc-api")["spec"]["strategy"]["rollingUpdate"].update(maxUnavailable=1),
     "kb-svc-api: maxUnavailable is not 0"),
    ("all on one host", workloads.rollout, lambda d: pod(d)["topologySpreadConstraints"].pop(), "not spread"),
    ("a budget that blocks", workloads.disruption,
     lambda d: document(d, "PodDisruptionBudget/kb-svc-api")["spec"].update(maxUnavailable=0),
     "a node might never be drained"),
    ("a budget with minAvailable", workloads.disruption,
     lambda d: document(d, "PodDisruptionBudget/kb-svc-api")["spec"].update(minAvailable=2), "never be drained"),
    ("no budget", workloads.disruption, lambda d: removed(d, "PodDisruptionBudget/kb-svc-api"),
     "Deployment/kb-svc-api: 0 PodDisruptionBudgets"),
    ("a budget for two", workloads.disruption,
     lambda d: document(d, "PodDisruptionBudget/kb-svc-api")["spec"]["selector"]["matchLabels"].pop(
         "app.kubernetes.io/component"), "Deployment/kb-svc-worker: 2 PodDisruptionBudgets"),
    ("a selector of others' pods too", workloads.selectors,
     lambda d: document(d, "Deployment/ticket-svc-api")["spec"]["selector"]["matchLabels"].pop(
         "app.kubernetes.io/component"), "selects the pods of"),
    ("a wrong selector of a Service", workloads.selectors,
     lambda d: document(d, "Service/kb-svc")["spec"]["selector"].update({"app.kubernetes.io/name": "kb"}),
     "Service/kb-svc: selects nobody"),
    ("a Service that finds workers too", workloads.selectors,
     lambda d: document(d, "Service/kb-svc")["spec"]["ports"][0].update(targetPort="web"), "has no port web"),
    ("pods outside the policies", workloads.selectors,
     lambda d: template_of(document(d, "Deployment/kb-svc-api"))["metadata"]["labels"].pop("app.kubernetes.io/part-of"),
     "no network policy holds them"),
    ("a wrong port name", workloads.backends,
     lambda d: document(d, "Service/gateway")["spec"]["ports"][0].update(name="web"), "no port http of a Service"),
    ("a monitor that sees no workers", workloads.backends, lambda d: removed(d, "Service/workers"),
     "does not see Deployment/ticket-svc-worker"),
    ("an autoscaler of nothing", workloads.scaling, lambda d: renamed(d, "Deployment/kb-svc-api", "kb-api"),
     "HorizontalPodAutoscaler/kb-svc-api: there is no Deployment kb-svc-api"),
    ("replicas under an autoscaler", workloads.scaling,
     lambda d: document(d, "Deployment/kb-svc-api")["spec"].update(replicas=2), "set the replicas of kb-svc-api back"),
    ("nobody says how many", workloads.scaling, lambda d: removed(d, "ScaledObject/kb-svc-worker"),
     "Deployment/kb-svc-worker: nobody says how many"),
    ("a missing Secret", workloads.references,
     lambda d: main(d)["envFrom"][-1]["secretRef"].update(name="ticket"), "no Secret ticket is in the table"),
    ("a missing key of a Secret", workloads.references,
     lambda d: main(d)["env"][0]["valueFrom"]["secretKeyRef"].update(key="url"), "ticket-svc-db-app with url"),
    ("a ConfigMap that is gone", workloads.references,
     lambda d: main(d)["envFrom"][0]["configMapRef"].update(name="kefu"), "there is no ConfigMap kefu"),
    ("no account", workloads.references, lambda d: removed(d, "ServiceAccount/kb-svc"), "no ServiceAccount kb-svc"),
    ("a store without a key", workloads.external_secrets,
     lambda d: document(d, "ExternalSecret/gateway")["spec"]["data"].pop(), "ExternalSecret/gateway: its keys"),
    ("another version in one place", release.one_version, lambda d: main(d).update(image="kefu/ticket-svc:0.0.9"),
     "is not version"),
    ("a Job without its version", release.migrations,
     lambda d: renamed(d, "Job/kb-svc-migrate-0-1-0", "kb-svc-migrate"), "Job/kb-svc-migrate: not named after"),
    ("a Job with a ttl", release.migrations,
     lambda d: document(d, "Job/kb-svc-migrate-0-1-0")["spec"].update(ttlSecondsAfterFinished=60), "once gone"),
    ("two of a name", release.nothing_twice, lambda d: d.append(d[-1]), ": 2 times"),
    ("a rule without a flow", network.network,
     lambda d: policy(d, "workers-to-bus")["egress"].append(
         {"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "elsewhere"}}}],
          "ports": [{"port": 443, "protocol": "TCP"}]}), "workers-to-bus: a rule of Egress without a flow"),
    ("a rule for too many", network.network,
     lambda d: policy(d, "gateway-to-bus")["podSelector"]["matchLabels"].pop("app.kubernetes.io/name"),
     "allows ticket-svc api -> bus:9092/TCP, which is no flow"),
    ("a service that calls another", network.network,
     lambda d: policy(d, "services-from-gateway")["ingress"][0]["from"].append(
         {"podSelector": {"matchLabels": {"app.kubernetes.io/component": "api"}}}),
     "allows kb-svc api -> ticket-svc api:8000/TCP, which is no flow"),
    ("a flow without a rule", network.network, lambda d: removed(d, "NetworkPolicy/kb-svc-to-database"),
     "flow kb-svc api -> database of kb-svc:5432/TCP: no rule of Egress"),
    ("somebody else's database", network.network,
     lambda d: policy(d, "kb-svc-to-database")["egress"][0]["to"][0]["podSelector"].update(
         matchLabels={"kefu.io/serves-ticket-svc": "true"}), "kb-svc api -> database of ticket-svc:5432/TCP"),
    ("an open door", network.network, lambda d: removed(d, "NetworkPolicy/kefu-nothing-else"),
     "ticket-svc migrate: no policy holds its Ingress") ,
    ("everybody may come", network.network,
     lambda d: policy(d, "services-from-gateway")["ingress"][0].pop("from"), "which is no flow"),
    ("a rule for every port", network.network,
     lambda d: policy(d, "services-from-gateway")["ingress"][0].pop("ports"), "a rule of Ingress for every port"),
    ("a setting that nobody knows", variables.variables, lambda d: config(d, "kefu-").update(KEFU_LOGLEVEL="INFO"),
     "KEFU_LOGLEVEL is no setting of ticket"),
    ("another service's setting", variables.variables,
     lambda d: config(d, "routing-svc-").update(TICKET_AUTO_CLOSE_DAYS="4"),
     "TICKET_AUTO_CLOSE_DAYS is no setting of routing"),
    ("a required setting that is not given", variables.variables,
     lambda d: main(d, "Deployment/gateway-worker")["envFrom"].pop(), "KEFU_IDENTITY_PRIVATE_KEY is required"),
    ("a value that is refused", variables.values, lambda d: config(d, "ticket-svc-").update(TICKET_AUTO_CLOSE_DAYS="0"),
     "TICKET_AUTO_CLOSE_DAYS"),
    ("a service at another place", variables.values, lambda d: removed(d, "Service/kb-svc"), "kb is at no Service"),
    ("a misspelt field", kinds.kinds, lambda d: main(d).update(readyProbe={}), "'readyProbe' was unexpected"),
    ("a kind that is gone", kinds.kinds,
     lambda d: document(d, "PodDisruptionBudget/kb-svc-api").update(apiVersion="policy/v1beta1"), "knows no policy/v1"),
    ("a misspelt field of an operator", custom.shapes,
     lambda d: document(d, "Cluster/kb-svc-db")["spec"].update(instance=3), "spec.instance is no field"),
    ("a number that is text", custom.shapes,
     lambda d: document(d, "ScaledObject/kb-svc-worker")["spec"].update(maxReplicaCount="6"), "ReplicaCount is '6'"),
    ("more partitions", custom.topics,
     lambda d: document(d, "KafkaTopic/kefu.kb")["spec"].update(partitions=12), "events would change their partition"),
    ("a missing topic", custom.topics, lambda d: removed(d, "KafkaTopic/kefu.kb"), "KafkaTopic/kefu.kb: missing"),
    ("idle workers", custom.topics,
     lambda d: document(d, "ScaledObject/kb-svc-worker")["spec"].update(maxReplicaCount=9), "more workers than"),
    ("a database nobody may reach", custom.databases,
     lambda d: document(d, "Cluster/kb-svc-db")["spec"].pop("inheritedMetadata"), "kb-svc-db: missing, or without"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "plant", "sentence"), [one[1:] for one in PLANTED], ids=[one[0] for one in PLANTED])
def test_a_planted_mistake_is_found_by_name(
    rendered: dict[str, list[Document]], check: Check, plant: Plant, sentence: str
) -> None:
    documents = copy.deepcopy(rendered["production"])
    plant(documents)
    found = list(check(documents))
    assert any(sentence in one for one in found), found


def test_each_check_has_a_mistake_planted_for_it() -> None:
    assert {one[1] for one in PLANTED} == set(CHECKS)


def test_the_data_of_the_quickstart_is_closed_to_whoever_has_no_business_with_it(
    rendered: dict[str, list[Document]],
) -> None:
    documents = copy.deepcopy(rendered["quickstart"])
    del policy(documents, "kafka-from-services")["ingress"][0]["from"][1]["podSelector"]["matchLabels"][
        "app.kubernetes.io/name"
    ]
    assert "allows kb-svc api -> kafka data:9092/TCP, which is no flow" in " ".join(network.network(documents))
