"""Two colleagues at one ticket see each other, on the live stream and by asking."""

import json
from collections.abc import Iterator
from typing import Any

from integration.desk import Desk


def told(lines: Iterator[str], ticket_id: str) -> list[tuple[str, str]]:
    """Who is at the ticket, by the stream's next word on it."""
    is_presence = False
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "data" and is_presence:
            said: dict[str, Any] = json.loads(value)
            if said["ticket_id"] == ticket_id:
                return [(one["name"], one["doing"]) for one in said["people"]]
        is_presence = (name, value) == ("event", "presence")
    raise AssertionError("the stream ended")


def test_colleagues_see_who_is_at_a_ticket_and_programs_do_not(desk: Desk) -> None:
    first, second = (desk.hire(name, {"lang:xx": 1}) for name in ("小王", "小李"))
    ticket = desk.open("hello")
    url, version = f"/v1/tickets/{ticket['id']}/presence", desk.ticket(ticket["id"])["version"]
    with second.http.stream("GET", "/v1/events", params={"types": "presence"}, timeout=30) as stream:
        lines = stream.iter_lines()
        assert first.put(url, {"doing": "replying"})["people"] == []
        assert told(lines, ticket["id"]) == [("小王", "replying")]
        assert [one["name"] for one in second.put(url, {})["people"]] == ["小王"]
        assert told(lines, ticket["id"]) == [("小王", "replying"), ("小李", "viewing")]
        first.http.delete(url).raise_for_status()
        assert told(lines, ticket["id"]) == [("小李", "viewing")]
    assert [one["name"] for one in first.get(url)["people"]] == ["小李"]
    assert desk.channel.http.get(url).status_code == 403
    trail = [entry for entry in desk.trail(ticket["id"]) if entry.startswith("ticket.")]
    assert desk.ticket(ticket["id"])["version"] >= version
    assert not any("presence" in entry for entry in trail)
