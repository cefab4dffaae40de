"""What `kustomize build` makes of a folder: exactly the part of kustomize that deploy/k8s uses; the rest is refused.

So the manifests are tested where there is no kustomize. Where there is one, test_rendered.py holds the two equal.
`python tests/k8s/kustomize.py` writes deploy/k8s/rendered/quickstart.yaml.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
K8S = ROOT / "deploy" / "k8s"
RENDERED = K8S / "rendered" / "quickstart.yaml"
_HEAD = (
    "# kubectl apply -f this: overlays/quickstart, rendered by tests/k8s/kustomize.py. Change the sources, not this.\n"
)

Document = dict[str, Any]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times as fast where PyYAML was built with libyaml."""

_FIELDS = frozenset({"apiVersion", "kind", "resources", "components", "configMapGenerator", "patches"}) | frozenset(
    {"namespace", "nameSuffix", "labels", "images"}
)
_MERGED_BY = {
    "containers": "name",
    "initContainers": "name",
    "volumes": "name",
    "env": "name",
    "ports": "containerPort",
    "volumeMounts": "mountPath",
    "topologySpreadConstraints": "topologyKey",
}
_CLUSTER_WIDE = frozenset({"Namespace"})
_ORDER = ("Namespace", "ServiceAccount", "ConfigMap", "Secret", "Service")
_TO_HASH = "is hashed at the end"


class NotKnown(Exception):
    """A part of kustomize that this file does not do."""


def build(folder: Path) -> list[Document]:
    """The documents of the kustomization in `folder`, sorted. Raises NotKnown."""
    documents = _kustomized(folder, [])
    _name_by_content(documents)
    return sorted(documents, key=_place)


def as_text(documents: list[Document]) -> str:
    """The documents as one YAML file, the same text for the same documents."""
    text: str = yaml.safe_dump_all(documents, sort_keys=True, allow_unicode=True, width=120, explicit_start=True)
    return text


def pod_of(document: Document) -> Document | None:
    """The pod template of what runs pods; None for anything else."""
    template = document.get("spec", {}).get("template") if document["kind"] in _RUNS_PODS else None
    return template if isinstance(template, dict) else None


_RUNS_PODS = frozenset({"Deployment", "StatefulSet", "Job"})


def _place(document: Document) -> tuple[int, str, str]:
    kind = document["kind"]
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), kind, document["metadata"]["name"])


def _kustomized(folder: Path, given: list[Document]) -> list[Document]:
    """What a kustomization makes of what it is given (a component: everything so far) and its own resources."""
    wanted = yaml.load((folder / "kustomization.yaml").read_text(encoding="utf-8"), _LOADER)
    unknown = wanted.keys() - _FIELDS
    if unknown:
        raise NotKnown(f"{folder}: {', '.join(sorted(unknown))}")
    documents = [*given]
    for path in wanted.get("resources", ()):
        documents += _resource(folder / path)
    for path in wanted.get("components", ()):
        documents = _kustomized(folder / path, documents)
    for generated in wanted.get("configMapGenerator", ()):
        _generate(documents, generated)
    for patch in wanted.get("patches", ()):
        _patch(documents, patch, folder)
    for document in documents:
        _transform(document, wanted)
    return documents


def _resource(path: Path) -> list[Document]:
    if path.is_dir():
        return _kustomized(path, [])
    return [one for one in yaml.load_all(path.read_text(encoding="utf-8"), _LOADER) if one]


def _transform(document: Document, wanted: Mapping[str, Any]) -> None:
    metadata, template = document["metadata"], pod_of(document)
    if "namespace" in wanted and document["kind"] not in _CLUSTER_WIDE:
        metadata["namespace"] = wanted["namespace"]
    metadata["name"] += wanted.get("nameSuffix", "")
    for labels in wanted.get("labels", ()):
        metadata.setdefault("labels", {}).update(labels["pairs"])
        if template and labels.get("includeTemplates"):
            template["metadata"]["labels"].update(labels["pairs"])
    for container in _containers(template):
        for image in wanted.get("images", ()):
            container["image"] = _image(container["image"], image)


def _containers(template: Document | None) -> Iterator[Document]:
    if template:
        yield from template["spec"].get("initContainers", ())
        yield from template["spec"]["containers"]


def _image(now: str, wanted: Mapping[str, str]) -> str:
    name, _, tag = now.partition(":")
    if name != wanted["name"]:
        return now
    name = wanted.get("newName", name)
    if "digest" in wanted:
        return f"{name}@{wanted['digest']}"
    tag = wanted.get("newTag", tag)
    return f"{name}:{tag}" if tag else name


def _generate(documents: list[Document], wanted: Mapping[str, Any]) -> None:
    data = dict(literal.split("=", 1) for literal in wanted["literals"])
    if wanted.get("behavior") == "merge":
        (made,) = (one for one in documents if one["kind"] == "ConfigMap" and one["metadata"]["name"] == wanted["name"])
        made["data"] |= data
        return
    documents.append(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": wanted["name"]}, "data": data, _TO_HASH: True}
    )


def _name_by_content(documents: list[Document]) -> None:
    """Give generated ConfigMaps their hash, and every pod the new names."""
    names = {}
    for document in documents:
        if document.pop(_TO_HASH, False):
            name = document["metadata"]["name"]
            document["metadata"]["name"] = names[name] = f"{name}-{_hash(document['data'])}"
    for document in documents:
        for reference in _config_maps(pod_of(document)):
            reference["name"] = names.get(reference["name"], reference["name"])


def _config_maps(template: Document | None) -> Iterator[Document]:
    for container in _containers(template):
        yield from (one["configMapRef"] for one in container.get("envFrom", ()) if "configMapRef" in one)
    if template:
        yield from (one["configMap"] for one in template["spec"].get("volumes", ()) if "configMap" in one)


def _hash(data: Mapping[str, str]) -> str:
    # kustomize looks the name up in the wrong place and hashes an empty one.
    named = {"data": data, "kind": "ConfigMap", "name": ""}
    text = json.dumps(named, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for letter in "<>&":  # Go's encoder writes these so
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return hashlib.sha256(text.encode()).hexdigest()[:10].translate(str.maketrans("013ae", "ghkmt"))


def _patch(documents: list[Document], wanted: Mapping[str, Any], folder: Path) -> None:
    text = (folder / wanted["path"]).read_text(encoding="utf-8") if "path" in wanted else wanted["patch"]
    patch = yaml.safe_load(text)
    for document in documents:
        if not _aimed_at(document, wanted["target"]):
            continue
        if isinstance(patch, list):
            for operation in patch:
                _operate(document, operation)
        else:
            change = copy.deepcopy(patch)
            change["metadata"].pop("name")
            _merge(document, change)


def _aimed_at(document: Document, target: Mapping[str, str]) -> bool:
    if target.keys() - {"kind", "name", "labelSelector"}:
        raise NotKnown(f"a patch's target with {', '.join(target)}")
    label, _, value = target.get("labelSelector", "").partition("=")
    metadata = document["metadata"]
    return (
        document["kind"] == target.get("kind", document["kind"])
        and re.fullmatch(target.get("name", ".*"), metadata["name"]) is not None
        and (not label or metadata.get("labels", {}).get(label) == value)
    )


def _operate(document: Document, operation: Mapping[str, Any]) -> None:
    """One operation of a JSON patch."""
    *way, last = operation["path"].strip("/").split("/")
    place: Any = document
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    key = int(last) if isinstance(place, list) else last
    there = isinstance(place, list) or key in place
    match operation["op"]:
        case "remove":
            del place[key]
        case "replace" if there:
            place[key] = operation["value"]
        case "add" if not there:
            place[key] = operation["value"]
        case _:
            raise NotKnown(f"{operation['op']} {operation['path']}")


def _merge(onto: Document, change: Mapping[str, Any]) -> None:
    """A strategic merge: maps into one another, the lists of _MERGED_BY by their key, other lists as a whole."""
    for name, value in change.items():
        if value is None:
            onto.pop(name, None)
        elif isinstance(value, dict) and isinstance(onto.get(name), dict):
            _merge(onto[name], value)
        elif isinstance(value, list) and name in _MERGED_BY and name in onto:
            _merge_list(onto[name], value, _MERGED_BY[name])
        else:
            onto[name] = value


def _merge_list(onto: list[Document], change: list[Document], key: str) -> None:
    there = {one[key]: one for one in onto}
    for one in change:
        if one[key] in there:
            _merge(there[one[key]], one)
    onto[:0] = [one for one in change if one[key] not in there]


if __name__ == "__main__":
    RENDERED.parent.mkdir(exist_ok=True)
    RENDERED.write_text(_HEAD + as_text(build(K8S / "overlays" / "quickstart")), encoding="utf-8")
