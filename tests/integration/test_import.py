"""Real input: complaints, reviews and articles are imported while agents of different skills are on duty."""

import csv
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from common.testing import shared_data
from integration.desk import Desk, Json
from integration.running import eventually

PRODUCTS = ["Credit card", "Debt collection", "Mortgage", "Student loan"]
ENGLISH, CHINESE, ARTICLES = 60, 60, 250


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Samples of the shared data, under names of their own so that every bus imports them anew."""
    folder, data = tmp_path_factory.mktemp("import"), shared_data()
    with (data / "feedback" / "cfpb_narratives_en.csv").open(encoding="utf-8", newline="") as source:
        rows = [row for row in csv.DictReader(source) if row["product"] in PRODUCTS][:ENGLISH]
    english = folder / f"complaints-{uuid4().hex[:6]}.csv"
    with english.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, ["id", "product", "narrative"])
        writer.writeheader()
        writer.writerows(rows)
    chinese = folder / f"reviews-{uuid4().hex[:6]}.jsonl"
    lines = (data / "feedback" / "reviews_sentiment_zh.jsonl").read_text(encoding="utf-8").splitlines()
    chinese.write_text("\n".join(lines[:CHINESE]), encoding="utf-8")
    corpus = (data / "kb" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    articles = folder / f"articles-{uuid4().hex[:6]}.jsonl"
    titled = [line for line in corpus if json.loads(line)["title"]]
    articles.write_text("\n".join(titled[:ARTICLES]), encoding="utf-8")
    return {"english": english, "chinese": chinese, "articles": articles}


def bring_in(desk: Desk, file: Path, kind: str, *mapping: str) -> subprocess.Popen[str]:
    """`kefu import` of a file, started."""
    maps = [word for pair in mapping for word in ("--map", pair)]
    command = [sys.executable, "-m", "kefu_local", "import", str(file), "--as", kind, *maps]
    return subprocess.Popen(
        [*command, "--data", str(desk.platform.data)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def done(run: subprocess.Popen[str]) -> str:
    """What a run printed that must have succeeded."""
    printed, _ = run.communicate(timeout=300)
    assert run.returncode == 0, printed
    return printed


def tickets_of(desk: Desk, file: Path) -> list[Json]:
    return [ticket for ticket in desk.admin.all("/v1/tickets") if str(ticket["external_id"]).startswith(file.stem)]


def settled(desk: Desk, file: Path, count: int) -> Callable[[], list[Json]]:
    """The file's tickets, once each was opened, queued or assigned, and has its suggestions."""

    def look() -> list[Json]:
        tickets = tickets_of(desk, file)
        known = {item["ticket_id"] for item in desk.admin.all("/v1/work-items")}
        answers = [desk.admin.http.get(f"/v1/suggestions/{ticket['id']}").status_code for ticket in tickets]
        whole = len(tickets) == count and all(t["id"] in known for t in tickets) and set(answers) == {200}
        return tickets if whole else []

    return look


def test_a_file_is_imported_once_however_often_it_is_interrupted(desk: Desk, files: dict[str, Path]) -> None:
    skills = {}
    for product in PRODUCTS[:3]:
        skill = f"{product.lower().replace(' ', '-')}-{uuid4().hex[:4]}"
        skills[product] = skill
        desk.admin.put(f"/v1/skills/{skill}", {"topics": [product]})
    experts = {
        desk.hire(f"Expert {product}", {skill: 4, "lang:en": 5}, capacity=100, auto_accept=True).id: product
        for product, skill in skills.items()
    }
    chinese_agent = desk.hire("中文客服", {"lang:zh": 5}, capacity=100, auto_accept=True)
    done(bring_in(desk, files["articles"], "articles"))

    interrupted = bring_in(desk, files["english"], "tickets", "narrative=text", "product=topic")
    eventually(lambda: tickets_of(desk, files["english"]))
    interrupted.send_signal(signal.SIGKILL)
    interrupted.communicate()
    done(bring_in(desk, files["english"], "tickets", "narrative=text", "product=topic"))
    again = done(bring_in(desk, files["english"], "tickets", "narrative=text", "product=topic"))
    assert "0 new" in again
    done(bring_in(desk, files["chinese"], "tickets"))

    english = eventually(settled(desk, files["english"], ENGLISH), within=120)
    chinese = eventually(settled(desk, files["chinese"], CHINESE), within=120)
    assert max(Counter(ticket["external_id"] for ticket in english + chinese).values()) == 1
    for ticket in english + chinese:
        assert ticket["response_due_at"] < ticket["resolution_due_at"]
    for ticket in english:
        item = desk.admin.get(f"/v1/work-items/{ticket['id']}")
        # Agents of other journeys are still on duty; they accept by hand.
        assert item["state"] in ("queued", "offered", "assigned")
        if ticket["topic"] in skills:
            assert (item["state"], experts[item["agent_id"]]) == ("assigned", ticket["topic"])
    assert all(desk.suggestions(ticket["id"]) for ticket in english), "articles near every complaint"
    routed = [desk.admin.get(f"/v1/work-items/{t['id']}")["agent_id"] for t in chinese if t["language"] == "zh"]
    assert chinese_agent.id in routed
    speaking_chinese = {agent["id"] for agent in desk.admin.all("/v1/agents", skill="lang:zh")}
    assert set(routed) - {None} <= speaking_chinese


def test_a_bad_row_is_named_and_stops_nothing(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / f"mixed-{uuid4().hex[:6]}.csv"
    file.write_text("id,narrative,product\n1,good text,Mortgage\n2,,Mortgage\n3,more text,Mortgage\n")
    run = bring_in(desk, file, "tickets", "narrative=text", "product=topic")
    printed, _ = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "line 3" in printed
    assert len(tickets_of(desk, file)) == 2


def test_an_import_that_is_run_again_opens_nothing_twice(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / f"kept-{uuid4().hex[:6]}.csv"
    file.write_text("id,narrative\n" + "\n".join(f"{n},text {n}" for n in range(20)))
    done(bring_in(desk, file, "tickets", "narrative=text"))
    assert "0 new, 20 there already" in done(bring_in(desk, file, "tickets", "narrative=text"))
    assert len(tickets_of(desk, file)) == 20
