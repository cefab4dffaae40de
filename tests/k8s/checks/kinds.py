"""Kubernetes' own schemas, strictly: of the oldest version that we support, one in between, and the newest known."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema.validators import Draft202012Validator
from kubernetes_validate.utils import SchemaNotFoundError, schema_contents
from referencing import Registry, Resource

from k8s.checks.custom import SHAPES
from k8s.checks.reading import Document, called

VERSIONS = ("1.30.0", "1.34.0", "1.37.0")


def kinds(documents: list[Document]) -> Iterator[str]:
    """Each document is what its apiVersion and kind say, without any other field."""
    for version in VERSIONS:
        for document in documents:
            kind = f"{document['apiVersion']} {document['kind']}"
            if kind in SHAPES:
                continue
            try:
                error = next(_validator(version, kind).iter_errors(document), None)
            except SchemaNotFoundError:
                yield f"{called(document)}: Kubernetes {version} knows no {kind}"
                continue
            if error is not None:
                yield f"{called(document)}: Kubernetes {version}: {error.json_path}: {error.message[:200]}"


@cache
def _validator(version: str, kind: str) -> Draft202012Validator:
    """kubernetes_validate.validate without reading some megabytes anew for each document."""
    api, _, name = kind.partition(" ")
    group, _, number = api.rpartition("/")
    file = f"{name.lower()}-{f'{group.partition(chr(46))[0]}-' if group else ''}{number}.json"
    try:
        schema = schema_contents(f"{_folder(version)}/{file}", version)
    except FileNotFoundError:
        raise SchemaNotFoundError(version=version, kind=name, api_version=api) from None
    return Draft202012Validator(schema, registry=_definitions(version))


@cache
def _definitions(version: str) -> Any:
    return Resource.from_contents(schema_contents(f"{_folder(version)}/_definitions.json", version)) @ Registry()


def _folder(version: str) -> str:
    return f"kubernetes-json-schema/v{version}-local-strict"
