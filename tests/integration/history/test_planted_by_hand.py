"""A hand that takes one row away is noticed: the verdict names the ticket."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from integration.history.stage import PATIENCE, Stage
from kefu_local.databases import running_server
from kefu_local.place import Place
from kefu_local.verify.platform import target
from kefu_local.verify.run import again, verify

CREATES, CLIENTS = 40, 4
AT_REST = 6.0

# The one row of the outbox that tells of the seventh opening goes before the relay can see it.
PLANT = """
CREATE SEQUENCE hand_count;
CREATE TABLE hand_took (ticket uuid);
CREATE FUNCTION hand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF convert_from(NEW.envelope, 'UTF8') LIKE '%"type":"ticket.opened"%' AND nextval('hand_count') = 7 THEN
    DELETE FROM outbox WHERE id = NEW.id;
    INSERT INTO hand_took VALUES (NEW.aggregate_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER hand AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION hand();
"""
UPROOT = """
DROP TRIGGER IF EXISTS hand ON outbox;
DROP FUNCTION IF EXISTS hand;
DROP TABLE IF EXISTS hand_took;
DROP SEQUENCE IF EXISTS hand_count
"""
# Of a ticket by itself: what is lost of one that was merged or split is told of those that it was said to as well.
NEWEST = """
DELETE FROM message WHERE id = (
  SELECT id FROM message WHERE ticket_id NOT IN (
    SELECT merged_into_id FROM ticket WHERE merged_into_id IS NOT NULL
    UNION SELECT from_id FROM ticket_link WHERE kind = 'split' UNION SELECT to_id FROM ticket_link WHERE kind = 'split')
  ORDER BY created_at DESC LIMIT 1) RETURNING ticket_id
"""
HEARD = "suggestion.made>on_suggestions_made"


async def ask(stage: Stage, database: str, question: str, *values: Any) -> Any:
    """One value out of a database."""
    connection = await asyncpg.connect(running_server(Place(stage.platform.data)).url(database, database))
    try:
        return await connection.fetchval(question, *values)
    finally:
        await connection.close()


@pytest.mark.asyncio
async def test_a_row_taken_from_the_outbox_is_a_lost_event_of_that_ticket(stage: Stage) -> None:
    await stage.uproot()
    place = Place(stage.platform.data)
    await stage.sql("ticket", UPROOT, PLANT)
    try:
        verdict = await verify(target(place), creates=CREATES, clients=CLIENTS, patience=AT_REST)
        taken = str(await ask(stage, "ticket", "SELECT ticket FROM hand_took"))
    finally:
        await stage.sql("ticket", UPROOT)
    assert {one.ticket for one in verdict.findings} == {taken}, verdict.tell()
    assert any("no event for version 1" in one.words and one.trace for one in verdict.lost), verdict.tell()
    assert any("knowledge base" in one.words for one in verdict.lost), verdict.tell()


@pytest.mark.asyncio
async def test_a_row_taken_from_the_inbox_is_a_doubled_effect_once_its_event_comes_again(
    stage: Stage, tmp_path: Path
) -> None:
    await stage.uproot()
    place, history = Place(stage.platform.data), tmp_path / "history.jsonl"
    before = await verify(target(place), creates=CREATES, clients=CLIENTS, history=history, patience=PATIENCE)
    assert before.whole, before.tell()
    newest = "SELECT event_id FROM inbox WHERE listener = $1 ORDER BY heard_at DESC LIMIT 1"
    event = await ask(stage, "ticket", newest, HEARD)
    await ask(stage, "ticket", "DELETE FROM inbox WHERE listener = $1 AND event_id = $2", HEARD, event)
    # Every event that ticket-svc ever heard comes again; only this one has an effect.
    await ask(stage, "bus", "UPDATE kefu_bus.claim SET committed = 0 WHERE group_name LIKE 'ticket%'")
    heard_again = "SELECT count(*) FROM inbox WHERE listener = $1 AND event_id = $2"
    until = time.monotonic() + PATIENCE
    while not await ask(stage, "ticket", heard_again, HEARD, event):
        assert time.monotonic() < until, "the event did not come again"
        await asyncio.sleep(0.2)
    verdict = await again(target(place), history, patience=AT_REST)
    key = await ask(stage, "kb", "SELECT aggregate_id FROM outbox WHERE event_id = $1", event)
    assert [(one.fault, one.ticket) for one in verdict.findings] == [("doubled", str(key))], verdict.tell()


@pytest.mark.asyncio
async def test_a_message_taken_from_the_table_is_lost(stage: Stage, tmp_path: Path) -> None:
    await stage.uproot()
    place, history = Place(stage.platform.data), tmp_path / "history.jsonl"
    assert (await verify(target(place), creates=8, clients=CLIENTS, history=history, patience=PATIENCE)).whole
    ticket = await ask(stage, "ticket", NEWEST)
    verdict = await again(target(place), history, patience=AT_REST)
    assert {one.ticket for one in verdict.lost} == {str(ticket)}, verdict.tell()
