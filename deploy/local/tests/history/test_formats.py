"""Records of other systems as the API takes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kefu_local.bring_in.rows import Row
from kefu_local.history import freshdesk, sheet, zendesk
from kefu_local.history.past import BadRecord, Elsewhere, Person
from kefu_local.history.read import format_of, records

ZENDESK: dict[str, Any] = {
    "id": 35436,
    "subject": "Refund",
    "description": "Where is my refund?",
    "status": "hold",
    "priority": None,
    "type": "question",
    "via": {"channel": "email"},
    "requester_id": 20978392,
    "assignee_id": 235323,
    "group_id": 98738,
    "tags": ["money"],
    "custom_fields": [{"id": 27642, "value": "A-7"}, {"id": 27648, "value": None}, {"id": 27649, "value": "x"}],
    "created_at": "2024-07-20T22:55:29Z",
    "updated_at": "2024-07-21T10:00:00Z",
    "comments": [
        {"id": 2, "author_id": 235323, "body": "We look.", "public": False, "created_at": "2024-07-20T23:10:00Z"},
        {"id": 1, "author_id": 20978392, "body": "Where is it?", "public": True, "created_at": "2024-07-20T22:55:28Z"},
    ],
}
FRESHDESK: dict[str, Any] = {
    "id": 18,
    "subject": "退款",
    "description": "<p>退款还没到账</p>",
    "description_text": "退款还没到账",
    "status": 5,
    "priority": 4,
    "source": 1,
    "requester_id": 7,
    "responder_id": 9,
    "tags": [],
    "custom_fields": {"cf_order": "A-7"},
    "created_at": "2024-07-20T22:55:29+08:00",
    "updated_at": "2024-07-22T00:00:00Z",
    "stats": {"resolved_at": "2024-07-21T00:00:00Z"},
    "spam": False,
    "conversations": [
        {"body_text": "已查到", "private": False, "user_id": 9, "created_at": "2024-07-20T16:00:00Z"},
        {"body_text": "谢谢", "incoming": True, "user_id": 7, "created_at": "2024-07-20T17:00:00Z"},
    ],
}


def there(**fields: str) -> Elsewhere:
    """The other system: a customer, and an agent who works here too."""
    people = {
        "20978392": Person("Wang Fang", "wang@x.cn", None, is_staff=False),
        "235323": Person("Xiao Wang", "Xiao@Desk.cn", None, is_staff=True),
        "9": Person("小李", "li@desk.cn", None, is_staff=True),
    }
    return Elsewhere("zendesk", people, {"xiao@desk.cn": "id-of-xiao"}, dict(fields))


def test_a_ticket_of_zendesk_is_taken_whole_and_what_has_no_place_is_named() -> None:
    elsewhere = there(**{"27642": "fields.order_no"})
    told = zendesk.past(ZENDESK, elsewhere)
    assert told == {
        "external_id": "zendesk:35436",
        "customer": {"external_id": "zendesk:user:20978392", "name": "Wang Fang", "email": "wang@x.cn"},
        "subject": "Refund",
        "status": "on_hold",
        "channel": "email",
        "priority": "normal",
        "tags": ["money", "question"],
        "fields": {"order_no": "A-7"},
        "agent": {"id": "id-of-xiao"},
        "opened_at": "2024-07-20T22:55:28Z",
        "messages": [
            {"text": "Where is it?", "author": "customer", "is_public": True, "created_at": "2024-07-20T22:55:28Z"},
            {
                "text": "We look.",
                "author": "agent",
                "author_id": "id-of-xiao",
                "is_public": False,
                "created_at": "2024-07-20T23:10:00Z",
            },
        ],
    }
    assert elsewhere.left == {"group_id": 1, "custom field 27649": 1}


@pytest.mark.parametrize(("status", "means"), zendesk.STATUS.items())
def test_each_status_of_zendesk_means_one_of_ours(status: str, means: str) -> None:
    told = zendesk.past({**ZENDESK, "status": status}, there())
    assert told["status"] == means
    assert told.get("resolved_at") == (ZENDESK["updated_at"] if means in ("resolved", "closed") else None)


def test_a_ticket_without_comments_says_its_description() -> None:
    [message] = zendesk.past({**ZENDESK, "comments": []}, there())["messages"]
    assert (message["text"], message["created_at"]) == (ZENDESK["description"], ZENDESK["created_at"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "deleted"},
        {"status": None},
        {"id": None},
        {"requester_id": None},
        {"priority": "asap"},
        {"created_at": "yesterday"},
        {"created_at": "2024-07-20T22:55:29"},
        {"comments": [], "description": " "},
    ],
)
def test_what_cannot_be_taken_says_why(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadRecord, match=r"\w+"):
        zendesk.past({**ZENDESK, **wrong}, there())


def test_a_ticket_of_freshdesk_is_taken_whole() -> None:
    elsewhere = there()
    told = freshdesk.past(FRESHDESK, elsewhere)
    assert (told["status"], told["priority"], told["channel"]) == ("closed", "urgent", "email")
    assert (told["opened_at"], told["resolved_at"]) == ("2024-07-20T22:55:29+08:00", "2024-07-21T00:00:00Z")
    assert told["agent"] == {"name": "小李"}, "nobody here has that address"
    assert [(one["author"], one.get("author_name"), one.get("is_public", True)) for one in told["messages"]] == [
        ("customer", None, True),
        ("agent", "小李", True),
        ("customer", None, True),
    ]
    assert told["messages"][0]["html"] == "<p>退款还没到账</p>"
    assert elsewhere.left == {"custom field cf_order": 1}


def test_rows_of_a_table_are_messages_of_a_ticket() -> None:
    first = {"id": "7", "text": "hello", "at": "2024-05-06 09:00:00", "tags": "a, b", "fields.order_no": "A-7"}
    answer = {"id": "7", "text": "yes", "at": "2024-05-06T02:00:00Z", "author": "agent", "author_name": "Xiao@desk.cn"}
    note = {
        "id": "7",
        "text": "vip",
        "at": "2024-05-06T02:00:00Z",
        "author": "agent",
        "public": "no",
        "resolved_at": "2024-05-07",
    }
    rows = [Row(2, first), Row(3, answer), Row(4, note), Row(5, {"id": "8", "text": "x", "at": "2024-05-06"})]
    found = list(sheet.records(rows, {}))
    assert [(one.line, len(one.value["rows"])) for one in found] == [(2, 3), (5, 1)]
    told = sheet.past(found[0].value["rows"], there(), ZoneInfo("Asia/Shanghai"))
    assert (told["opened_at"], told["resolved_at"]) == ("2024-05-06T09:00:00+08:00", "2024-05-07T00:00:00+08:00")
    assert (told["tags"], told["fields"]) == (["a", "b"], {"order_no": "A-7"})
    assert [one["is_public"] for one in told["messages"]] == [True, True, False]
    assert told["messages"][1]["author_id"] == "id-of-xiao"


def test_columns_that_mean_nothing_are_found_unless_they_are_left_out() -> None:
    rows = [Row(2, {"id": "1", "narrative": "x", "colour": "red"})]
    [named] = sheet.records(rows, {"narrative": "text", "colour": "-"})
    assert sheet.unknown(named.value["rows"][0].values) == []
    assert sheet.unknown(rows[0].values) == ["narrative", "colour"]


@pytest.mark.parametrize("shape", ["lines", "list", "document", "indented"])
def test_files_are_read_in_every_shape(tmp_path: Path, shape: str) -> None:
    user = {"id": 5, "name": "x", "role": "agent"}
    texts = {
        "lines": "\n".join(map(json.dumps, (ZENDESK, user))),
        "list": json.dumps([ZENDESK, user]),
        "document": json.dumps({"tickets": [ZENDESK], "users": [user], "count": 2}),
        "indented": json.dumps({"tickets": [ZENDESK], "users": [user]}, indent=2),
    }
    file = tmp_path / "export.json"
    file.write_text(texts[shape])
    assert format_of(file) == "zendesk"
    assert [(one.kind, one.value["id"]) for one in records(file, "zendesk", {})] == [("ticket", 35436), ("user", 5)]


def test_a_line_that_is_no_json_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    file = tmp_path / "fresh.ndjson"
    file.write_text(f"{json.dumps(FRESHDESK)}\n{{broken\n[]\n{json.dumps({'id': 1, 'name': 'A', 'domains': []})}\n")
    assert format_of(file) == "freshdesk"
    found = list(records(file, "freshdesk", {}))
    assert [(one.line, one.wrong is None) for one in found] == [(1, True), (2, False), (3, False), (4, True)]
    assert found[3].kind == "organisation"
