"""What a running platform shows of itself: the metrics that rules and dashboards read, and logs that betray nobody."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from integration.desk import Desk
from integration.running import eventually
from observability.promql import unknown

PLANTED = {
    "words": "Zaunkönigin-7431",
    "subject": "Betreff-Q8812",
    "reply": "Antwort-K5520",
    "note": "Vermerk-T9043",
    "comment": "Kommentar-V3377",
    "name": "Olivia Plantagenet",
    "email": "olivia.planted@example.com",
    "phone": "+86 138 0013 8042",
    "password": "correct horse battery planted",
}
"""What people write and who they are: none of it may stand in a log."""
_FEW = 300
"""Series of one metric at most, of a platform that has seen all there is."""


@pytest.fixture(scope="module")
def trod(desk: Desk) -> Desk:
    """A desk on which somebody has gone the main way, and some wrong ones, with words that can be found again."""
    customer = {"name": PLANTED["name"], "email": PLANTED["email"], "phone": PLANTED["phone"]}
    skill = f"planted-{uuid4().hex[:6]}"
    desk.admin.put(f"/v1/skills/{skill}", {"topics": [skill]})
    agent = desk.hire("Planted Agent", {skill: 5, "lang:en": 5}, auto_accept=True)
    ticket = desk.open(PLANTED["words"], subject=PLANTED["subject"], customer=customer, topic=skill, language="en")
    eventually(lambda: desk.ticket(ticket["id"])["agent_id"] == agent.id)
    path = f"/v1/tickets/{ticket['id']}"
    agent.post(f"{path}/notes", {"text": PLANTED["note"]})
    agent.post(f"{path}/replies", {"text": PLANTED["reply"]})
    agent.post(f"{path}/resolve")
    link = eventually(
        lambda: next((one["link"] for one in desk.admin.all("/v1/surveys", ticket_id=ticket["id"]) if one["link"]), 0)
    )
    assert httpx.post(link, data={"score": "1", "comment": PLANTED["comment"]}).is_success
    eventually(lambda: "survey.answered" in desk.trail(ticket["id"]))
    for wrong in ({"customer": {"email": PLANTED["email"]}}, {"text": 5, "customer": PLANTED["name"]}):
        assert desk.channel.http.post("/v1/tickets", json=wrong).status_code in (400, 422)
    login = {"email": PLANTED["email"], "password": PLANTED["password"]}
    assert httpx.post(f"{desk.platform.url}/v1/login", json=login).status_code == 401
    assert httpx.get(f"{desk.platform.url}/v1/tickets?q={PLANTED['email']}").status_code == 401
    return desk


def lines(desk: Desk) -> Iterator[tuple[str, str]]:
    """Every line of every log of a service, with the log's name."""
    for log in sorted((desk.platform.data / "logs").glob("*.log")):
        for line in log.read_text(errors="replace").splitlines():
            yield log.stem, line


def betrayed(said: Iterator[tuple[str, str]]) -> set[str]:
    """What of PLANTED stands in these lines, in any spelling that a log would use."""
    spellings = {
        name: {word, json.dumps(word)[1:-1], word.replace(" ", ""), word.replace("@", "%40")}
        for name, word in PLANTED.items()
    }
    text = "\n".join(line for _, line in said)
    return {name for name, words in spellings.items() if any(word in text for word in words)}


def test_no_log_says_what_somebody_wrote_or_how_to_reach_them(trod: Desk) -> None:
    assert betrayed(lines(trod)) == set()


def test_a_log_that_betrays_somebody_is_caught() -> None:
    said = [("ticket", f'{{"event": "x", "error": "{PLANTED["email"]}"}}'), ("kb", json.dumps(PLANTED["words"]))]
    assert betrayed(iter(said)) == {"email", "words"}


def test_every_line_says_when_and_whose_it_is_and_the_usual_ones_of_which_trace(trod: Desk) -> None:
    found: dict[str, set[str]] = {}
    for name, line in lines(trod):
        if name in ("migrate", "demo"):
            continue
        said = json.loads(line)
        assert said.keys() >= {"ts", "level", "service", "version", "event"}, line
        if said.get("type", "ticket.").startswith("user."):
            continue  # the first people are made by nobody's request
        found.setdefault(said["event"], set(said)).intersection_update(said)
    traced = {"trace_id", "span_id"}
    assert found["request"] >= {*traced, "method", "route", "status", "duration_ms"}
    assert found["event.published"] >= {*traced, "type", "event_id", "subject", "topic"}
    assert found["event.processed"] >= {*traced, "type", "event_id", "topic", "partition", "offset", "duration_ms"}


def scraped(desk: Desk) -> list[Any]:
    """The metrics of every service and of the gateway."""
    ports = desk.platform.kept()["ports"].values()
    texts = [httpx.get(f"http://127.0.0.1:{port}/metrics").text for port in ports]
    return [family for text in texts for family in text_string_to_metric_families(text)]


def names(families: list[Any]) -> set[str]:
    """The names under which Prometheus would find them: with the types that say so, before the first sample too."""
    parts = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("_total",), "summary": ("_sum", "_count")}
    return {one.name + part for one in families for part in parts.get(one.type, ("",))}


def test_rules_and_dashboards_read_only_what_is_exported(trod: Desk) -> None:
    exported = names(scraped(trod))
    assert unknown(exported) == []
    assert unknown(exported - {"sse_connections"}) != []


_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{16}|@|\d{5}")


def unbounded(families: list[Any]) -> set[str]:
    """Metrics with a label that holds an id or an address, or with more series than a store can bear."""
    ours = [one for one in families if not one.name.startswith(("python_", "process_"))]
    ids = {one.name for one in ours for sample in one.samples if any(map(_ID.search, sample.labels.values()))}
    many = {
        one.name
        for one in ours
        if len({frozenset(sample.labels.items() - {("le", sample.labels.get("le"))}) for sample in one.samples}) > _FEW
    }
    return ids | many


def test_no_label_holds_an_id_or_has_no_end_of_values(trod: Desk) -> None:
    assert unbounded(scraped(trod)) == set()


def test_a_label_with_an_id_or_no_end_is_caught() -> None:
    rows = [f'tickets_open{{status="{uuid4()}"}} 1'] + [f'many{{kind="k{n}"}} 1' for n in range(_FEW + 1)]
    text = "# TYPE tickets_open gauge\n" + rows[0] + "\n# TYPE many gauge\n" + "\n".join(rows[1:]) + "\n"
    assert unbounded(list(text_string_to_metric_families(text))) == {"tickets_open", "many"}
