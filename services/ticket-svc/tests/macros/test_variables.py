"""What may stand in a macro's text."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.fields.definitions import Definitions, Field
from ticket_svc.macros.variables import OWN, faults_in, faults_in_html, fill, fill_html, names_in
from ticket_svc.writing.html import harmless
from ticket_svc.writing.text import readable

KNOWN = Definitions(UUID(int=1), {}, {"order_no": Field("order_no", "text"), "old": Field("old", "text", active=False)})


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("您好", []),
        ("{{customer.name}}您好，{{ ticket.number }}：{{field.order_no}}，{{agent.name}}", []),
        ("{{field.old}}", []),
        ('{"a": {"b": 1}} {x}', []),
        ("{{customer.email}}", ["unknown_variable"]),
        ("{{customer.name.__class__}}", ["unknown_variable"]),
        ("{{ 7 * 7 }}", ["unknown_variable"]),
        ("{{}}", ["unknown_variable"]),
        ("{{field.nothing}}", ["unknown_field"]),
        ("{{field.}}", ["unknown_field"]),
        ("{% for x in y %}", []),
        ("{{customer.name", ["unknown_variable"]),
        ("{{customer.{{agent.name}}}}", ["unknown_variable"]),
        ("{{a}} {{b}}", ["unknown_variable", "unknown_variable"]),
    ],
)
def test_only_what_is_on_the_list_is_a_variable(text: str, codes: list[str]) -> None:
    found = list(faults_in(text, "/message/zh/text", KNOWN))
    assert [fault.code for fault in found] == codes
    assert {fault.pointer for fault in found} <= {"/message/zh/text"}


@pytest.mark.parametrize(
    ("html", "codes"),
    [
        ("<p>{{customer.name}}</p>", []),
        ("<p>{{customer.<b>name</b>}}</p>", ["unknown_variable"]),
        ('<a href="https://shop.example/{{ticket.number}}">x</a>', ["variable_in_tag"]),
        ('<p title="{{customer.name}}">x</p>', ["variable_in_tag"]),
        ("<p>{{customer.phone}}</p>", ["unknown_variable"]),
    ],
)
def test_in_html_a_variable_stands_in_the_text(html: str, codes: list[str]) -> None:
    assert [fault.code for fault in faults_in_html(harmless(html), "/message/zh/html", KNOWN)] == codes


def test_a_value_is_never_read_for_variables_and_what_has_none_is_left_out() -> None:
    values = {"customer.name": "{{agent.name}}", "agent.name": r"\1 \g<0>"}
    assert fill("{{customer.name}}|{{ agent.name }}|{{field.x}}|", values) == r"{{agent.name}}|\1 \g<0>||"
    assert fill("{{field.x}}", {}, missing="—") == "—"
    assert names_in("{{ a }} {{b}} {{a}}") == {"a", "b"}


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"))))
def test_a_value_in_html_is_text_whatever_it_says(value: str) -> None:
    html = harmless("<p>您好 <b>{{customer.name}}</b></p>")
    filled = fill_html(html, {"customer.name": f"-{value}-"})
    plain = fill_html(html, {"customer.name": "x"})
    assert filled.count("<") == plain.count("<")
    assert harmless(filled) == filled


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", '<img src=x onerror="x">', "&lt;b&gt;", "a & b < c"])
def test_markup_in_a_name_is_shown_as_it_is(value: str) -> None:
    filled = fill_html("<p>{{customer.name}}</p>", {"customer.name": value})
    assert readable(filled) == value
    assert harmless(filled) == filled


@given(st.text(alphabet="{}ab. ", max_size=40), st.sampled_from(OWN))
def test_what_was_accepted_is_filled_in_completely(text: str, name: str) -> None:
    whole = f"{text}{{{{{name}}}}}"
    if not list(faults_in(whole, "", KNOWN)):
        filled = fill(whole, dict.fromkeys(OWN, "x"))
        assert name not in filled
