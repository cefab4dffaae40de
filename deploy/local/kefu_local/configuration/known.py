"""Every setting of a member, out of its settings model: the one place where settings are declared."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from common.settings import Settings
from kefu_local.plan import module_of

OF_THE_RUNTIME = {
    "MALLOC_ARENA_MAX": "glibc's arenas: with 2, a Python server needs markedly less memory. The images set it.",
    "FORWARDED_ALLOW_IPS": (
        "The gateway only: addresses and networks of proxies whose X-Forwarded-For tells who the client is"
        " (uvicorn's own setting; this machine only unless told otherwise)."
    ),
    "OTEL_EXPORTER_OTLP_ENDPOINT": (
        "Where traces go: a collector's address for OTLP over HTTP, such as http://collector:4318. Without it none are"
        " made. The exporter's other variables (OTEL_EXPORTER_OTLP_HEADERS, …) hold as well."
    ),
    "OTEL_EXPORTER_OTLP_HEADERS": "What the collector asks for, as name=value,…: often a secret.",
    "OTEL_TRACES_SAMPLER_ARG": (
        "The share (0 to 1; 1) of the traces beginning here that are recorded; of others it is their beginner's say."
    ),
    "OTEL_RESOURCE_ATTRIBUTES": "More to say of the process in every span, as name=value,…",
    "PYTHONUNBUFFERED": "Python's own: a log line is written when it is said. The images set it.",
    "PYTHONDONTWRITEBYTECODE": "Python's own: nothing is written beside the code. The images set it.",
}
"""Variables that no model has and that a process may be told all the same, with their meaning."""

_HOLDS_A_PASSWORD = frozenset({"KEFU_DATABASE_URL", "KEFU_BUS"})


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable. `default` is None where it is required; a file variant is NAME_FILE."""

    name: str
    meaning: str
    default: str | None
    secret: bool
    has_file_variant: bool
    shared: bool
    """Whether every member reads it."""


def settings_of(member: str) -> dict[str, Setting]:
    """What a member (`ticket`, `gateway`, …) reads, by the variable's name."""
    module = importlib.import_module(f"{module_of(member)}.settings")
    models = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, BaseSettings)]
    found = [setting for model in models if model not in (BaseSettings, Settings) for setting in _settings(model)]
    return {setting.name: setting for setting in found}


def _settings(model: type[BaseSettings]) -> Iterator[Setting]:
    for name, field in model.model_fields.items():
        if not _is_a_model(field.annotation):
            yield _setting(model, name, field)


def _is_a_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseSettings)


def _setting(model: type[BaseSettings], name: str, field: FieldInfo) -> Setting:
    own = field.validation_alias
    variable = own if isinstance(own, str) else f"{model.model_config.get('env_prefix', '')}{name}".upper()
    return Setting(
        name=variable,
        meaning=field.description or "",
        default=None if field.is_required() else _words(field),
        secret=variable in _HOLDS_A_PASSWORD or SecretStr in (field.annotation, *get_args(field.annotation)),
        # What is JSON in a variable would have to be JSON in a file, which common.settings does not read.
        has_file_variant=own is None and issubclass(model, Settings) and get_origin(field.annotation) is not dict,
        shared=name in Settings.model_fields,
    )


def _words(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None:
        return ""
    return ("0", "1")[value] if isinstance(value, bool) else str(value)
