"""Years of tickets come from other systems: they stand there as they were, and nothing is set going by them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from integration.desk import Desk, Json
from integration.running import eventually

# What is not said needs no second bus.
pytestmark = pytest.mark.parametrize("desk", ["embedded"], indirect=True)


def history(desk: Desk, *words: str | Path, status: int = 0) -> str:
    """What `kefu import --history` printed."""
    command = [sys.executable, "-m", "kefu_local", "import", "--history", *map(str, words)]
    run = subprocess.run(
        [*command, "--data", str(desk.platform.data)], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == status, run.stdout + run.stderr
    return run.stdout + run.stderr


def zendesk_ticket(number: int, status: str, agent: int) -> Json:
    """A ticket as Zendesk exports it."""
    day = f"2024-05-{number % 27 + 1:02}"
    comments = [
        {"author_id": 1, "body": "我的退款到哪里了", "public": True, "created_at": f"{day}T01:00:00Z"},
        {"author_id": agent, "body": "已退回原卡", "public": True, "created_at": f"{day}T02:00:00Z"},
        {"author_id": agent, "body": "财务已确认", "public": False, "created_at": f"{day}T02:01:00Z"},
    ]
    told = {"id": number, "subject": "退款", "status": status, "priority": "high", "group_id": 3, "requester_id": 1}
    dates = {"created_at": f"{day}T01:00:00Z", "updated_at": f"{day}T03:00:00Z"}
    return {**told, **dates, "assignee_id": agent, "tags": ["refund"], "comments": comments}


def test_history_stands_as_it_was_and_nothing_comes_of_it(desk: Desk, tmp_path: Path) -> None:
    name = f"zd{uuid4().hex[:6]}"
    agent = desk.hire("老员工", {"lang:zh": 5}, capacity=50, auto_accept=True)
    email = next(one["email"] for one in desk.admin.all("/v1/users") if one["id"] == agent.id)
    eventually(lambda: desk.admin.http.get(f"/v1/agents/{agent.id}").is_success)
    people = [
        {"id": 1, "name": "王芳", "email": f"{name}@example.com", "role": "end-user", "organization_id": 9},
        {"id": 2, "name": "老员工", "email": email, "role": "agent"},
    ]
    statuses = ["closed"] * 20 + ["solved", "open", "deleted"]
    tickets = [zendesk_ticket(number, status, 2) for number, status in enumerate(statuses, start=1)]
    companies = [{"id": 9, "name": "晨光", "domain_names": []}]
    (tmp_path / "people.json").write_text(json.dumps({"users": people, "organizations": companies}, indent=1))
    (tmp_path / "tickets.ndjson").write_text("\n".join(map(json.dumps, tickets)))
    files = [tmp_path / "people.json", tmp_path / "tickets.ndjson"]
    cursor = desk.admin.get("/v1/changes", kinds="ticket")["next_cursor"]

    half = tmp_path / "half.ndjson"
    half.write_text("\n".join(map(json.dumps, tickets[:10])))
    history(desk, files[0], half, "--source", name)
    printed = history(desk, *files, "--source", name, status=1)
    assert "As history" in printed
    assert "12 brought in, 10 there already, 1 bad" in printed
    assert "a minute" in printed
    assert "line 23: status 'deleted'" in printed
    assert "group_id (" in printed

    found = {one["external_id"]: one for one in desk.admin.all("/v1/tickets", tag="refund")}
    brought = [found[f"{name}:{number}"] for number in range(1, 23)]
    assert [one["status"] for one in brought] == ["closed"] * 20 + ["resolved", "open"]
    assert {one["agent_id"] for one in brought} == {agent.id}
    first = brought[0]
    assert (first["opened_at"], first["resolved_at"]) == ("2024-05-02T01:00:00Z", "2024-05-02T03:00:00Z")
    customer = desk.admin.get(f"/v1/customers/{first['customer']['id']}")
    assert desk.admin.get(f"/v1/organisations/{customer['organisation_id']}")["name"] == "晨光"
    ids = {one["id"] for one in brought}

    def changed() -> set[str]:
        page = desk.admin.get("/v1/changes", kinds="ticket", cursor=cursor, limit=200)
        return {one["id"] for one in page["items"] if one["type"] == "ticket.imported"}

    eventually(lambda: ids <= changed())
    eventually(lambda: desk.admin.get("/v1/ticket-search", q="退回原卡", customer_id=customer["id"])["items"])

    # A new ticket has been through routing and suggestions by now: what was brought in before it has not.
    new = desk.open("new question", customer={"id": customer["id"]})["id"]
    eventually(lambda: desk.admin.http.get(f"/v1/work-items/{new}").is_success)
    eventually(lambda: desk.admin.http.get(f"/v1/suggestions/{new}").is_success)
    for one in (brought[0], brought[20], brought[21]):
        assert desk.admin.http.get(f"/v1/work-items/{one['id']}").status_code == 404
        assert desk.admin.http.get(f"/v1/suggestions/{one['id']}").status_code == 404
        assert desk.trail(one["id"]) == ["ticket.imported"]
        assert desk.admin.all("/v1/surveys", ticket_id=one["id"]) == []
        assert not one["response_breached"]
        assert not one["resolution_breached"]
    assert not ids & {offer["ticket_id"] for offer in agent.all("/v1/offers", agent_id=agent.id)}

    # Life goes on: who writes to a ticket that is over has a new one.
    again = desk.channel.post(f"/v1/tickets/{first['id']}/replies", {"text": "又没到账，请查", "author": "customer"})
    assert again["ticket_id"] != first["id"]
    eventually(lambda: desk.admin.http.get(f"/v1/work-items/{again['ticket_id']}").is_success)


def test_a_table_says_its_columns_and_a_strange_one_is_refused(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / f"past{uuid4().hex[:6]}.csv"
    rows = ["1,hello,2024-05-06 09:00,customer,x", "1,yes,2024-05-06 10:00,agent,x", "2,late,2100-01-01 00:00,,x"]
    file.write_text("\n".join(["id,text,at,author,colour", *rows]))
    assert "nothing is known of colour" in history(desk, file, status=2)
    printed = history(desk, file, "--map", "colour=-", "--zone", "Asia/Shanghai", status=1)
    assert "1 brought in, 0 there already, 1 bad" in printed
    assert "line 4: /opened_at: This is in the future." in printed
    [ticket] = desk.admin.all("/v1/tickets", external_id=f"{file.stem}:1")
    assert (ticket["opened_at"], ticket["status"]) == ("2024-05-06T01:00:00Z", "closed")
