"""How pods are rolled out, kept, found and scaled, and that what is referred to is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from k8s.checks.reading import (
    PART_OF,
    Document,
    called,
    containers,
    is_ours,
    labels_of_pods,
    name_of,
    of_kind,
    selects,
    template_of,
    with_pods,
)
from kefu_local.drawn.secrets import by_secret, draw


def rollout(documents: list[Document]) -> Iterator[str]:
    """One more before one less, a short history, spread over zones and hosts."""
    for document in of_kind(documents, "Deployment"):
        spec = document["spec"]
        if spec.get("strategy", {}).get("rollingUpdate", {}).get("maxUnavailable") != 0:
            yield f"{called(document)}: maxUnavailable is not 0"
        if spec.get("revisionHistoryLimit") != 3:
            yield f"{called(document)}: revisionHistoryLimit is not 3"
        over = {one["topologyKey"] for one in template_of(document)["spec"].get("topologySpreadConstraints", ())}
        if over != {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}:
            yield f"{called(document)}: not spread over zones and hosts"


def disruption(documents: list[Document]) -> Iterator[str]:
    """Each Deployment has a PodDisruptionBudget of its own, which lets one pod at a time go, even the only one."""
    budgets = of_kind(documents, "PodDisruptionBudget")
    for budget in budgets:
        if budget["spec"].get("maxUnavailable") != 1 or "minAvailable" in budget["spec"]:
            yield f"{called(budget)}: not maxUnavailable 1: a node might never be drained"
    for document in of_kind(documents, "Deployment"):
        found = [one for one in budgets if selects(one["spec"]["selector"], labels_of_pods(document))]
        if len(found) != 1:
            yield f"{called(document)}: {len(found)} PodDisruptionBudgets"


def selectors(documents: list[Document]) -> Iterator[str]:
    """A Deployment selects its own pods and nobody else's; a Service finds pods that have the port."""
    running = with_pods(documents)
    for document in of_kind(documents, "Deployment", "StatefulSet"):
        found = [one for one in running if selects(document["spec"]["selector"], labels_of_pods(one))]
        if found != [document]:
            yield f"{called(document)}: selects the pods of {', '.join(map(called, found)) or 'nobody'}"
    for service in of_kind(documents, "Service"):
        found = [one for one in running if selects({"matchLabels": service["spec"]["selector"]}, labels_of_pods(one))]
        if not found:
            yield f"{called(service)}: selects nobody"
        for port in service["spec"]["ports"]:
            for one in found:
                if port["targetPort"] not in _ports(one):
                    yield f"{called(service)}: {called(one)} has no port {port['targetPort']}"
    for document in running:
        if labels_of_pods(document).get(PART_OF) != "kefu":
            yield f"{called(document)}: its pods are not part of kefu: no network policy holds them"


def _ports(document: Document) -> set[str]:
    return {port["name"] for _, container in containers(document) for port in container.get("ports", ())}


def backends(documents: list[Document]) -> Iterator[str]:
    """What an Ingress, a route or a monitor names is a port of a Service that exists."""
    services = {name_of(one): one["spec"]["ports"] for one in of_kind(documents, "Service")}
    for where, service, port in _backends(documents):
        known = [value for one in services.get(service, ()) for value in (one["name"], one["port"])]
        if port not in known:
            yield f"{where}: there is no port {port} of a Service {service}"
    for monitor in of_kind(documents, "ServiceMonitor"):
        found = [one for one in of_kind(documents, "Service") if selects(monitor["spec"]["selector"], _labels(one))]
        watched = [one for one in with_pods(documents) if one["kind"] == "Deployment" and not _seen(one, found)]
        yield from (f"{called(monitor)}: does not see {called(one)}" for one in watched)
        for port in (endpoint["port"] for endpoint in monitor["spec"]["endpoints"]):
            yield from (
                f"{called(monitor)}: {called(one)} has no port {port}"
                for one in found
                if port not in [each["name"] for each in one["spec"]["ports"]]
            )


def _seen(document: Document, services: list[Document]) -> bool:
    return any(selects({"matchLabels": one["spec"]["selector"]}, labels_of_pods(document)) for one in services)


def _labels(document: Document) -> dict[str, str]:
    labels: dict[str, str] = document["metadata"].get("labels", {})
    return labels


def _backends(documents: list[Document]) -> Iterator[tuple[str, str, str | int]]:
    for ingress in of_kind(documents, "Ingress"):
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                service = path["backend"]["service"]
                yield called(ingress), service["name"], service["port"].get("name", service["port"].get("number"))
    for route in of_kind(documents, "HTTPRoute"):
        for rule in route["spec"]["rules"]:
            yield from ((called(route), one["name"], one["port"]) for one in rule["backendRefs"])


def scaling(documents: list[Document]) -> Iterator[str]:
    """An autoscaler has its Deployment, and the Deployment then says no number itself."""
    deployments = {name_of(one): one for one in of_kind(documents, "Deployment")}
    scaled = Counter[str]()
    for scaler in of_kind(documents, "HorizontalPodAutoscaler", "ScaledObject"):
        target = scaler["spec"]["scaleTargetRef"]["name"]
        scaled[target] += 1
        if target not in deployments:
            yield f"{called(scaler)}: there is no Deployment {target}"
        elif "replicas" in deployments[target]["spec"]:
            yield f"{called(scaler)}: each apply would set the replicas of {target} back"
        if scaled[target] > 1:
            yield f"{called(scaler)}: {target} has two autoscalers"
    for name, document in deployments.items():
        if name not in scaled and "replicas" not in document["spec"]:
            yield f"{called(document)}: nobody says how many"


def references(documents: list[Document]) -> Iterator[str]:
    """Accounts, ConfigMaps and Secrets that pods name exist, Secrets by the table of `kefu gen-secrets`."""
    there = {(one["kind"], name_of(one)) for one in documents}
    keys = {name: set(held) for name, held in secret_table().items()}
    keys |= {f"{name_of(one)}-app": {"uri"} for one in of_kind(documents, "Cluster")}
    for document in with_pods(documents):
        account = template_of(document)["spec"].get("serviceAccountName")
        if is_ours(document) and ("ServiceAccount", account) not in there:
            yield f"{called(document)}: there is no ServiceAccount {account}"
        for kind, name, key in _named(document):
            if kind == "ConfigMap" and (kind, name) not in there:
                yield f"{called(document)}: there is no ConfigMap {name}"
            if kind == "Secret" and (name not in keys or (key and key not in keys[name])):
                yield f"{called(document)}: no Secret {name}{f' with {key}' if key else ''} is in the table"


def _named(document: Document) -> Iterator[tuple[str, str, str]]:
    for _, container in containers(document):
        for one in container.get("envFrom", ()):
            kind = "ConfigMap" if "configMapRef" in one else "Secret"
            yield kind, one["configMapRef" if kind == "ConfigMap" else "secretRef"]["name"], ""
        for one in container.get("env", ()):
            if "secretKeyRef" in one.get("valueFrom", {}):
                yield "Secret", one["valueFrom"]["secretKeyRef"]["name"], one["valueFrom"]["secretKeyRef"]["key"]
    for volume in template_of(document)["spec"].get("volumes", ()):
        if "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"], ""


def secret_table() -> dict[str, dict[str, str]]:
    """What `kefu gen-secrets --as kubernetes` makes unless told otherwise."""
    return by_secret(draw("admin@example.com"), bus="kafka://kafka:9092", database_host="postgres:5432")


def external_secrets(documents: list[Document]) -> Iterator[str]:
    """Where a store gives the Secrets, it gives all that the pods use, with all keys."""
    given = {
        one["spec"]["target"]["name"]: {each["secretKey"] for each in one["spec"]["data"]}
        for one in of_kind(documents, "ExternalSecret")
    }
    used = {name for one in with_pods(documents) for kind, name, key in _named(one) if kind == "Secret" and not key}
    for name in sorted(used) if given else ():
        if given.get(name, set()) != set(secret_table()[name]):
            yield f"ExternalSecret/{name}: its keys are not those of the table"
