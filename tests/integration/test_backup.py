"""Backup, wipe, restore: the same answers for a thousand tickets, and the main way goes on."""

from __future__ import annotations

import asyncio
import shutil
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from integration.desk import Desk, Json, Person, at_work
from integration.running import Running, eventually

HISTORY, LIVE, MEANWHILE = 980, 20, 60
_AT_ONCE = 16


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Tickets of another system, with a question and an answer each."""
    rows = ["id,text,at,author,customer_email,status,subject"]
    for number in range(HISTORY):
        at = f"2026-0{number % 9 + 1}-{number % 27 + 1:02}T0{number % 9}"
        who, status = f"c{number % 300}@example.com", ("closed", "resolved")[number % 2]
        rows.append(f"{number},退款 {number} 到哪里了,{at}:00:00Z,customer,{who},{status},退款 {number}")
        rows.append(f"{number},已退回原卡 {number},{at}:30:00Z,agent,{who},{status},退款 {number}")
    path = tmp_path / "history.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


async def _answers(desk: Desk, paths: list[str]) -> dict[str, tuple[int, bytes, str]]:
    """Status, body and version of each GET."""
    turn = asyncio.Semaphore(_AT_ONCE)
    async with httpx.AsyncClient(
        base_url=desk.platform.url, cookies=desk.admin.http.cookies, timeout=60, headers={"x-kefu-csrf": "1"}
    ) as client:

        async def one(path: str) -> tuple[int, bytes, str]:
            async with turn:
                answer = await client.get(path)
                return answer.status_code, answer.content, answer.headers.get("etag", "")

        return dict(zip(paths, await asyncio.gather(*map(one, paths)), strict=True))


def all_answers(desk: Desk, tickets: list[Json]) -> dict[str, tuple[int, bytes, str]]:
    """What the API says of these tickets, their messages, their trails and their customers."""
    paths = {f"/v1/customers/{ticket['customer']['id']}" for ticket in tickets}
    for ticket in tickets:
        paths |= {f"/v1/tickets/{ticket['id']}{part}" for part in ("", "/messages", "/events")}
    return asyncio.run(_answers(desk, sorted(paths)))


def differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The addresses whose answers are not the same."""
    return [path for path in before if before[path] != after.get(path)]


def open_many(platform: Running, token: str, until: threading.Event) -> None:
    """Customers who do not stop writing."""
    channel = Person(platform.url, headers={"authorization": token})
    number = 0
    while number < MEANWHILE and not until.is_set():
        number += 1
        customer = {"name": "李雷", "email": f"during{number}@example.com"}
        channel.post("/v1/tickets", {"text": f"我的包裹 {number} 没有到", "customer": customer})
    channel.http.close()


def settled(desk: Desk) -> list[Json]:
    """All open tickets, once each is known as work, and no other is."""
    tickets = [one for one in desk.admin.all("/v1/tickets") if one["status"] in ("new", "open")]
    work = [one["ticket_id"] for one in desk.admin.all("/v1/work-items")]
    return tickets if sorted(work) == sorted(one["id"] for one in tickets) else []


def test_after_backup_wipe_and_restore_the_answers_are_the_same_and_work_goes_on(
    passable_folder: Path, tmp_path: Path, table: Path
) -> None:
    platform, archive = Running(passable_folder / "backup"), tmp_path / "all.zip"
    try:
        platform.start()
        with at_work(platform) as desk:
            session = dict(desk.admin.http.cookies)
            desk.hire("老员工", {"lang:zh": 5}, capacity=LIVE // 2, auto_accept=True)
            platform.command("import", "--history", str(table), "--source", "old")
            for number in range(LIVE):
                desk.open(f"我的订单 {number} 没有到", language="zh")
            eventually(lambda: len(settled(desk)) == LIVE)
            tickets = desk.admin.all("/v1/tickets")
            assert len(tickets) == HISTORY + LIVE
            before = all_answers(desk, tickets)
            assert {status for status, *_ in before.values()} == {200}
            until = threading.Event()
            token = desk.channel.http.headers["authorization"]
            writing = threading.Thread(target=open_many, args=(platform, token, until))
            writing.start()
            try:
                platform.command("backup", "--into", str(archive))
            finally:
                until.set()
                writing.join()
        platform.stop()
        platform.command("backup", "--into", str(tmp_path / "stopped.zip"), "--no-verify")
        assert (tmp_path / "stopped.zip").stat().st_mode & 0o777 == 0o600
        shutil.rmtree(platform.data)

        platform.command("restore", "--from", str(archive))
        platform.start()
        with at_work(platform) as desk:
            # What was under way at the instant comes to its end; nobody works on a ticket that is not there.
            eventually(lambda: len(settled(desk)) >= LIVE)
            after = all_answers(desk, tickets)
            assert differing(before, after) == []
            path = next(iter(after))
            assert differing(before, {**after, path: (200, b"{}", "")}) == [path]
            # The keys came too: who was logged in still is.
            assert httpx.get(f"{platform.url}/v1/me", cookies=session).status_code == 200
            newcomer = desk.hire("新员工", {"lang:zh": 5}, capacity=100, auto_accept=True)
            ticket = desk.open("恢复之后的新问题", language="zh")
            item = eventually(lambda: desk.work_item(ticket["id"], "assigned"))
            assert item["agent_id"] == newcomer.id
            assert desk.trail(ticket["id"]).count("ticket.opened") == 1
    finally:
        if platform.process:
            platform.stop()
