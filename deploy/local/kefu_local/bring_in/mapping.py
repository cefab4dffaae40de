"""Which column becomes which field, and a row as the API's body. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kefu_local.bring_in.fields import FIELDS, Kind

_REQUIRED: dict[Kind, tuple[str, ...]] = {"tickets": ("text",), "customers": ("name",), "articles": ("body",)}
_ONE_LINE = {"subject", "topic", "title", "name", "customer.name", "priority", "language", "tier", "locale", "audience"}
_LOWER = {"priority", "tier", "audience"}
_LOCALES = {
    "zh": "zh-CN",
    "zh-cn": "zh-CN",
    "zh-hans": "zh-CN",
    "zh-tw": "zh-TW",
    "zh-hant": "zh-TW",
    "中文": "zh-CN",
    "英文": "en",
}
_TITLE = 120


class CannotMap(Exception):
    """The columns do not give what is needed; the message says which."""


class BadRow(Exception):
    """This row lacks something; the message says what."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is brought in: the kind, the name that stands before every id, and whether articles go live at once."""

    kind: Kind
    name: str
    publish: bool = False


def mapping(kind: Kind, columns: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """The column of each field: as `given` (field by column), the rest guessed. Raises CannotMap."""
    fields = FIELDS[kind]
    unknown = [column for column in given if column not in columns]
    if unknown:
        raise CannotMap(f"There is no column {', '.join(unknown)}; there are: {', '.join(columns)}.")
    strange = [field for field in given.values() if field not in fields]
    if strange:
        raise CannotMap(f"{kind} have no field {', '.join(strange)}; they have: {', '.join(fields)}.")
    found = {field: column for column, field in given.items()}
    for field, names in fields.items():
        if field not in found and (guess := _guess(names, columns, taken=found.values())):
            found[field] = guess
    missing = [field for field in _REQUIRED[kind] if field not in found]
    if missing:
        needed = ", ".join(missing)
        raise CannotMap(
            f"No column looks like {needed}; say which with --map COLUMN={missing[0]}. There are: {', '.join(columns)}."
        )
    return found


def row_id(values: Mapping[str, str], found: Mapping[str, str]) -> str:
    """The row's own id, or a hash of its content where it has none."""
    own = values.get(found["id"], "") if "id" in found else ""
    if own:
        return own
    content = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def external_id(source: Source, own: str) -> str:
    """`<source>:<row id>`, which names this row for ever; an id too long for the API is hashed."""
    whole = f"{source.name}:{own}"
    return whole if len(whole) <= 255 else f"{source.name[:100]}:{hashlib.sha256(own.encode()).hexdigest()}"


def body(source: Source, values: Mapping[str, str], found: Mapping[str, str], own: str) -> dict[str, Any]:
    """The row as the API takes it. Raises BadRow when a needed value is empty; all else the API judges."""
    fields = {field: _tidy(field, values[column]) for field, column in found.items() if values.get(column)}
    for field in _REQUIRED[source.kind]:
        if not fields.get(field):
            raise BadRow(f"{field} (column {found[field]}) is empty")
    fields.pop("id", None)
    made = {"tickets": _ticket, "customers": _customer, "articles": _article}[source.kind](source, fields)
    return made | {"external_id": external_id(source, own)}


def _ticket(source: Source, fields: dict[str, str]) -> dict[str, Any]:
    customer = {name.partition(".")[2]: value for name, value in fields.items() if name.startswith("customer.")}
    if "external_id" in customer:
        customer["external_id"] = external_id(source, customer["external_id"])
    elif not customer.keys() & {"email", "phone"}:
        # Nothing tells two of them apart: one customer stands for all of this source, or for all of this name.
        own = customer.get("name", "unknown")
        customer = {"name": own if "name" in customer else f"{source.name} (unknown)"}
        customer["external_id"] = external_id(source, own)
    plain = {name: value for name, value in fields.items() if not name.startswith("customer.")}
    if "language" in plain:
        plain["language"] = "zh" if _locale(plain["language"]).startswith("zh") else "en"
    return {**plain, "customer": customer, "channel": "import"}


def _customer(_source: Source, fields: dict[str, str]) -> dict[str, Any]:
    if "language" in fields:
        fields["language"] = "zh" if _locale(fields["language"]).startswith("zh") else "en"
    return dict(fields)


def _article(source: Source, fields: dict[str, str]) -> dict[str, Any]:
    article: dict[str, Any] = dict(fields)
    if not fields.get("title"):
        article["title"] = fields["body"].strip().splitlines()[0][:_TITLE].strip()
    if "locale" in fields:
        article["locale"] = _locale(fields["locale"])
    if "keywords" in fields:
        article["keywords"] = [word.strip() for word in re.split(r"[,;，；、|]", fields["keywords"]) if word.strip()]
    return article | {"publish": source.publish}


def _locale(said: str) -> str:
    return _LOCALES.get(said.lower().replace("_", "-"), said)


def _tidy(field: str, value: str) -> str:
    text = " ".join(value.split()) if field in _ONE_LINE else value
    return text.lower() if field in _LOWER else text


def _guess(names: Sequence[str], columns: Sequence[str], *, taken: Any) -> str | None:
    free = {_plain(column): column for column in reversed(columns) if column not in taken}
    return next((free[name] for name in names if name in free), None)


def _plain(column: str) -> str:
    return re.sub(r"[\s_\-]", "", column).lower()
