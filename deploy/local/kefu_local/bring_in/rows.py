"""Reading rows out of CSV and JSON lines: every row comes with its line, a row that cannot be read with the reason."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Shape = Literal["csv", "jsonl"]

csv.field_size_limit(16 * 1024 * 1024)  # Python's own 128 KiB is less than a long e-mail thread


class Unreadable(Exception):
    """The file as a whole cannot be taken for rows; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file: the line it begins on, its non-empty values by column, or what is wrong with it."""

    line: int
    values: Mapping[str, str] = field(default_factory=dict)
    wrong: str | None = None


def shape_of(name: str, head: str) -> Shape:
    """CSV or JSON lines, by the file's name, else by its first character. `head` is the beginning of the text."""
    lowered = name.lower()
    if lowered.endswith((".jsonl", ".ndjson", ".json")):
        return "jsonl"
    if lowered.endswith((".csv", ".tsv", ".txt")):
        return "csv"
    return "jsonl" if head.lstrip().startswith("{") else "csv"


def rows(lines: Iterable[str], shape: Shape) -> Iterator[Row]:
    """The rows of a text given line by line (with line ends). Raises Unreadable when there is no usable header."""
    yield from _csv(lines) if shape == "csv" else _json_lines(lines)


def delimiter_of(header: str) -> str:
    """The separator that cuts the header line into most parts: comma, semicolon, tab or bar."""
    return max(",;\t|", key=header.count)


def _csv(lines: Iterable[str]) -> Iterator[Row]:
    feed = iter(lines)
    first = next(feed, "")
    if not first.strip():
        raise Unreadable("The file is empty, or its first line, the header, is.")
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter_of(first)))]
    doubled = {name for name in header if header.count(name) > 1}
    if doubled:
        raise Unreadable(f"The header names a column twice: {', '.join(sorted(doubled))}.")
    reader = csv.reader(feed, delimiter=delimiter_of(first))
    while True:
        line = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, wrong=f"not readable as CSV: {error}")
            continue
        if cells:
            yield _row(line, header, cells)


def _row(line: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) != len(header):
        return Row(line, wrong=f"has {len(cells)} columns, the header has {len(header)}")
    return _checked(line, {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()})


def _json_lines(lines: Iterable[str]) -> Iterator[Row]:
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except ValueError as error:
            yield Row(number, wrong=f"not readable as JSON: {error}")
            continue
        if isinstance(value, dict):
            yield _checked(number, dict(_flat("", value)))
        else:
            yield Row(number, wrong=f"is {type(value).__name__}, not a JSON object")


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    """Nested objects as `outer.inner`; a list as its members with commas between; null and empty left out."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{prefix}.{name}" if prefix else str(name), inner)
        return
    text = _text(value)
    if text:
        yield prefix, text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_text(member) for member in value)
    return str(value).strip()


def _checked(line: int, values: Mapping[str, str]) -> Row:
    """Refuse what cannot be sent: bytes that were no text (read as lone surrogates) and NUL."""
    for name, value in values.items():
        if any("\ud800" <= character <= "\udfff" for character in value):
            return Row(line, wrong=f"column {name} holds bytes that are not text in the file's encoding")
        if "\0" in value:
            return Row(line, wrong=f"column {name} holds a NUL character")
    return Row(line, values)
