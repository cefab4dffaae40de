"""The tables of the embedded bus, in a schema of their own in whatever database it is given."""

from __future__ import annotations

from typing import Any

import asyncpg

VERSION = 1
_LOCK = 0x6B656675_00627573  # "kefu bus": one process at a time makes the tables

_TABLES = """
CREATE SCHEMA IF NOT EXISTS kefu_bus;

-- The end of each partition. A producer locks its row until commit: so the order of offsets is the order of commits,
-- and no reader ever sees a gap that is filled later. Rows are small and hot: room is left for updates in place.
CREATE TABLE IF NOT EXISTS kefu_bus.partition (
    id serial PRIMARY KEY,
    topic text NOT NULL,
    n int NOT NULL,
    next_offset bigint NOT NULL DEFAULT 0,
    UNIQUE (topic, n)
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Keys, values and headers are bytes: text columns would refuse a zero byte that Kafka takes.
CREATE TABLE IF NOT EXISTS kefu_bus.log (
    partition_id int NOT NULL,
    "offset" bigint NOT NULL,
    key bytea NOT NULL,
    value bytea NOT NULL,
    headers bytea,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (partition_id, "offset")
);

-- Living members of each group. `pid` is the server process of the member's session: gone with it.
CREATE TABLE IF NOT EXISTS kefu_bus.member (
    group_name text NOT NULL,
    id uuid NOT NULL,
    topics text[] NOT NULL,
    pid int NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (group_name, id)
) WITH (fillfactor = 20);

-- How far each group is, who works on a partition, and since when another member waits for it.
CREATE TABLE IF NOT EXISTS kefu_bus.claim (
    group_name text NOT NULL,
    partition_id int NOT NULL REFERENCES kefu_bus.partition,
    committed bigint NOT NULL DEFAULT 0,
    owner uuid,
    wanted_at timestamptz,
    PRIMARY KEY (group_name, partition_id)
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- When each group was last seen: a group that is gone for good must not keep the log for ever.
CREATE TABLE IF NOT EXISTS kefu_bus.consumer_group (
    name text PRIMARY KEY,
    seen_at timestamptz NOT NULL
) WITH (fillfactor = 20);

CREATE TABLE IF NOT EXISTS kefu_bus.about (version int NOT NULL);
"""


async def ensure_schema(connection: asyncpg.Connection[Any]) -> None:
    """Make the tables unless they are there. Any number of processes may call it at once."""
    if await connection.fetchval("SELECT to_regclass('kefu_bus.about') IS NOT NULL"):
        return
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute(_TABLES)
        await connection.execute(
            "INSERT INTO kefu_bus.about SELECT $1 WHERE NOT EXISTS (SELECT FROM kefu_bus.about)", VERSION
        )
