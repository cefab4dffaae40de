"""Finding one's way in rendered documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Document = dict[str, Any]
NAME, COMPONENT, PART_OF = (f"app.kubernetes.io/{word}" for word in ("name", "component", "part-of"))


def of_kind(documents: Iterable[Document], *kinds: str) -> list[Document]:
    return [one for one in documents if one["kind"] in kinds]


def name_of(document: Document) -> str:
    return str(document["metadata"]["name"])


def called(document: Document) -> str:
    """How a mistake names a document."""
    return f"{document['kind']}/{name_of(document)}"


def with_pods(documents: Iterable[Document]) -> list[Document]:
    return of_kind(documents, "Deployment", "StatefulSet", "Job")


def template_of(document: Document) -> Document:
    template: Document = document["spec"]["template"]
    return template


def labels_of_pods(document: Document) -> dict[str, str]:
    labels: dict[str, str] = template_of(document)["metadata"].get("labels", {})
    return labels


def containers(document: Document) -> Iterator[tuple[str, Document]]:
    """Every container with what mistakes call it."""
    spec = template_of(document)["spec"]
    for container in [*spec.get("initContainers", ()), *spec["containers"]]:
        yield f"{called(document)}, {container['name']}", container


def main_container(document: Document) -> Document:
    container: Document = template_of(document)["spec"]["containers"][0]
    return container


def is_ours(document: Document) -> bool:
    """Whether its pods run Kefu itself."""
    return labels_of_pods(document).get(COMPONENT) in ("api", "worker", "migrate")


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a label selector matches; an empty one matches everything."""
    if unknown := selector.keys() - {"matchLabels", "matchExpressions"}:
        raise ValueError(f"no label selector: {unknown}")
    return all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items()) and all(
        _holds(expression, labels) for expression in selector.get("matchExpressions", ())
    )


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    there = labels.get(expression["key"])
    match expression["operator"]:
        case "In":
            return there in expression["values"]
        case "Exists":
            return there is not None
    raise ValueError(f"not used here: {expression['operator']}")


def mebibytes(quantity: str) -> int:
    """A quantity of memory, 320Mi or 1Gi."""
    return int(quantity[:-2]) * {"Mi": 1, "Gi": 1024}[quantity[-2:]]
