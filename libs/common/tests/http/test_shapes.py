"""The words and numbers of bodies: what the document says of them is what is taken."""

import re
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from common.http.shapes import LINES, ONE_LINE, AsInJson, ExternalId, Line, Text, Wanted, Word


class Words(Wanted):
    line: Line = "x"
    word: Word = "x"
    external_id: ExternalId = "x"
    text: Text = "x"


class Numbers(Wanted):
    level: Annotated[int, Field(ge=1, le=5, strict=True), AsInJson]


@pytest.mark.parametrize("name", list(Words.model_fields))
@pytest.mark.parametrize("blank", ["", " ", "\t \n", "\u3000\u00a0", "a\x00b"])
def test_what_is_blank_or_holds_nul_is_refused(name: str, blank: str) -> None:
    with pytest.raises(ValidationError):
        Words.model_validate({name: blank})


def test_what_surrounds_a_word_is_taken_off() -> None:
    assert Words(line="  退款 七天 ").line == "退款 七天"


@given(st.text(max_size=20))
def test_what_fits_the_pattern_is_taken(value: str) -> None:
    fits = [name for name, form in (("line", ONE_LINE), ("text", LINES)) if re.search(form[:-1] + r"\Z", value)]
    taken = [getattr(Words.model_validate({name: value}), name) for name in fits]
    assert all(one and one in value for one in taken)


@pytest.mark.parametrize(("given", "taken"), [(5, 5), (5.0, 5), (1.0, 1)])
def test_a_whole_number_is_one_however_json_writes_it(given: Any, taken: int) -> None:
    assert Numbers(level=given).level == taken


@pytest.mark.parametrize("bad", [0.0, 6.0, 2.5, "5", True, None, float("inf"), float("nan")])
def test_what_is_no_whole_number_within_the_bounds_is_refused(bad: Any) -> None:
    with pytest.raises(ValidationError):
        Numbers(level=bad)


def test_the_bounds_stand_in_the_document() -> None:
    level = Numbers.model_json_schema()["properties"]["level"]
    assert (level["type"], level["minimum"], level["maximum"]) == ("integer", 1, 5)
