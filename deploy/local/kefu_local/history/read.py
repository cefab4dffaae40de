"""Reading the files of another system: a JSON document, an object a line, or a table; each record with its line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from kefu_local.bring_in.encoding import encoding_of
from kefu_local.bring_in.rows import Unreadable, rows
from kefu_local.history import freshdesk, sheet, zendesk
from kefu_local.history.past import Kind, Record

Format = Literal["zendesk", "freshdesk", "csv"]
FORMATS = get_args(Format)

_CHUNK = 1 << 20
_JSON = {"zendesk": zendesk, "freshdesk": freshdesk}


def format_of(file: Path) -> Format:
    """Which system wrote the file: a table by its name, else by what its first record looks like. Raises Unreadable."""
    if file.suffix.lower() in (".csv", ".tsv", ".txt"):
        return "csv"
    for _, value in _values(file):
        if isinstance(value, Mapping):
            return _by_looks(value)
    raise Unreadable(f"{file.name} has no record to tell by whose it is; say so with --from.")


def _by_looks(value: Mapping[str, Any]) -> Format:
    for name in ("contacts", "companies", "agents"):
        if name in value:
            return "freshdesk"
    inner = next((one[0] for name in ("tickets",) if isinstance(one := value.get(name), list) and one), value)
    marks = {"conversations", "responder_id", "company_id", "domains", "contact", "description_text"}
    return "freshdesk" if isinstance(inner.get("status"), int) or marks & inner.keys() else "zendesk"


def records(file: Path, by: Format, names: Mapping[str, str]) -> Iterator[Record]:
    """The records of a file, in its order; `names` are other names of a table's columns. Raises Unreadable."""
    if by == "csv":
        yield from _table(file, names)
        return
    system = _JSON[by]
    for line, value in _values(file):
        if not isinstance(value, Mapping):
            yield Record(line, "ticket", {}, value if isinstance(value, str) else "is no JSON object")
            continue
        lists = {name: kind for name, kind in system.LISTS.items() if isinstance(value.get(name), list)}
        if not lists:
            inner = value.get("helpdesk_ticket", value)
            yield Record(line, system.kind_of(inner), inner)
        for name, kind in lists.items():
            yield from _listed(line, kind, value[name])
        strange = sorted(value.keys() - lists.keys() - _AROUND) if lists else []
        if strange:
            raise Unreadable(f"{file.name}: nothing is known of {', '.join(strange)} beside {', '.join(lists)}.")


_AROUND = {"count", "next_page", "previous_page", "meta", "links", "end_time", "end_of_stream", "after_url"}


def _listed(line: int, kind: Kind, values: list[Any]) -> Iterator[Record]:
    for place, one in enumerate(values):
        wrong = None if isinstance(one, Mapping) else f"record {place + 1} is no JSON object"
        yield Record(line + place, kind, one if wrong is None else {}, wrong)


def _values(file: Path) -> Iterator[tuple[int, Any]]:
    """Each JSON value with its line (of a list: its place); of a line that cannot be read the reason, as a string."""
    try:
        yield from _decoded(file)
    except UnicodeDecodeError as error:
        raise Unreadable(f"{file.name} is not UTF-8, as JSON must be: {error.reason}") from error


def _decoded(file: Path) -> Iterator[tuple[int, Any]]:
    with file.open(encoding="utf-8-sig") as text:
        begins = text.read(1 << 16).lstrip()[:1]
        text.seek(0)
        first = text.readline()
        text.seek(0)
        if begins == "[" or not _is_whole(first):
            yield from _document(file, text.read())
            return
        for number, line in enumerate(text, start=1):
            if line.strip():
                yield number, _parsed(line)


def _is_whole(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _document(file: Path, text: str) -> Iterator[tuple[int, Any]]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Unreadable(f"{file.name} is not readable as JSON: {error}") from error
    yield from enumerate(value, start=1) if isinstance(value, list) else [(1, value)]


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        return f"not readable as JSON: {error}"


def _table(file: Path, names: Mapping[str, str]) -> Iterator[Record]:
    with file.open("rb") as raw:
        encoding = encoding_of(iter(lambda: raw.read(_CHUNK), b""))
    with file.open(encoding=encoding, errors="surrogateescape", newline="") as text:
        yield from sheet.records(rows(text, "csv"), names)
