"""The mutants: each takes away one of the things that keep the promise, so that the checker can be seen to notice.

A mutant says in which package it is planted, which texts of which modules change, and under which fault it shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from kefu_local.verify.finding import Fault as FaultFound


@dataclass(frozen=True, slots=True)
class Change:
    """In `module`, `old` (which stands there exactly once) becomes `new`."""

    module: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a database does while the load flows: statements that begin it, and one that ends it."""

    database: str
    begin: tuple[str, ...]
    end: str


SLOW_COMMITS = Fault(
    # A tenth of the commits takes a fifth of a second: others that began later are through before them.
    "ticket",
    (
        "CREATE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN IF random() < 0.1 THEN PERFORM pg_sleep(0.2); END IF; RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION slow_commit()",
    ),
    "DROP FUNCTION IF EXISTS slow_commit CASCADE",
)

SLOW_SENDS = Fault(
    # Before it takes any lock, a send waits up to a twentieth of a second.
    "bus",
    (
        "CREATE FUNCTION kefu_bus.slow_send() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_sleep(random() * 0.05); RETURN NULL; END $$",
        "CREATE TRIGGER slow_send BEFORE INSERT ON kefu_bus.log EXECUTE FUNCTION kefu_bus.slow_send()",
    ),
    "DROP FUNCTION IF EXISTS kefu_bus.slow_send CASCADE",
)

REFUSED_SUGGESTIONS = Fault(
    # The listener of some tickets fails, whoever tries.
    "kb",
    (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$",
        "CREATE TRIGGER refuse BEFORE INSERT ON suggestion FOR EACH ROW"
        " WHEN (NEW.ticket_id::text ~ '[0-7]$') EXECUTE FUNCTION refuse()",
    ),
    "DROP FUNCTION IF EXISTS refuse CASCADE",
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One weakness, and what brings it out."""

    name: str
    package: str
    changes: tuple[Change, ...]
    fault: FaultFound
    """What the verdict must find."""
    dies: str = ""
    """`package point:N`: who dies where while the load flows."""
    deaths: int = 1
    """How often: a client that does not ask again after one notices nothing."""
    faults: tuple[Fault, ...] = ()
    """What else happens meanwhile."""
    creates: int = 24
    clients: int = 8


INBOX_REMOVED = Mutant(
    "inbox removed",
    "ticket_svc",
    (
        Change(
            "common.inbox",
            "ON CONFLICT DO NOTHING RETURNING listener, event_id)",
            "ON CONFLICT (listener, event_id) DO UPDATE SET heard_at = excluded.heard_at RETURNING listener, event_id)",
        ),
    ),
    "doubled",
    dies="kb_svc relay.sent_not_marked:2",
)

OFFSET_FIRST = Mutant(
    "offset committed first",
    "kb_svc",
    (
        Change(
            "common.runtime",
            "            await hearing.hear(messages)\n",
            "            await consumer.acknowledge()\n            await hearing.hear(messages)\n",
        ),
    ),
    "lost",
    dies="kb_svc listener.before_commit:2",
)

ID_CURSOR = Mutant(
    "id cursor",
    "ticket_svc",
    (
        Change(
            "common.relay",
            "WHERE published_at IS NULL AND shard",
            "WHERE id > coalesce((SELECT max(o.id) FROM outbox o WHERE o.published_at IS NOT NULL), 0) AND shard",
        ),
    ),
    "lost",
    faults=(SLOW_COMMITS,),
    creates=40,
    clients=16,
)

SKIP_LOCKED = Mutant(
    "SKIP LOCKED between relays",
    "ticket_svc",
    (
        Change("common.relay", "pg_try_advisory_lock($1::int, s)", "(pg_try_advisory_lock($1::int, s) OR TRUE)"),
        Change("common.relay", "ORDER BY id LIMIT $2", "ORDER BY id LIMIT least($2, 2) FOR UPDATE SKIP LOCKED"),
        Change(
            "common.relay",
            "    async def carry(self) -> int:\n",
            "    async def carry(self) -> int:\n"
            "        async with (await self._claim()).transaction():\n"
            "            return await self._carry()\n\n"
            "    async def _carry(self) -> int:\n",
        ),
        Change(
            "common.runtime",
            "        loops = [",
            "        others = [Relay(self._database.url, self._bus, self._clock, name=self._name) for _ in range(3)]\n"
            "        for one in others:\n"
            "            self._database.after_commit(one.nudge)\n"
            "        loops = [*[(lambda one=one: one.run(self._stopping)) for one in others], ",
        ),
    ),
    "out of order",
    faults=(SLOW_SENDS,),
    clients=16,
)

PUBLISHED_BEFORE_COMMIT = Mutant(
    "published before commit",
    "ticket_svc",
    (
        Change(
            "common.outbox",
            "        db.put_aside(_SAID, _row(saying, now))\n",
            "        row = _row(saying, now)\n"
            "        db.put_aside(_SAID, row)\n"
            "        import os\n"
            "        from common.bus import Record\n"
            "        from common.bus.open import open_bus\n"
            "        bus = await open_bus(os.environ['KEFU_BUS'])\n"
            "        await (await bus.producer('early')).send([Record(row[1], str(row[2]), row[5])])\n"
            "        await bus.close()\n",
        ),
    ),
    "ghost",
    dies="ticket_svc idempotency.kept:5",
)

RECORD_OUTSIDE = Mutant(
    "idempotency record outside the transaction",
    "ticket_svc",
    (
        Change(
            "common.http.idempotency",
            '*answer))\n    crash_point("idempotency.kept")\n',
            "*answer))\n",
        ),
        Change(
            "common.http.route",
            "                    idempotency.keep(claim, response, work.writes)\n",
            "                    async with database.transaction() as own:\n"
            "                        idempotency.keep(claim, response, own)\n"
            "                    idempotency.crash_point('idempotency.kept')\n",
        ),
    ),
    "lost",
    dies="ticket_svc idempotency.kept:5",
    deaths=4,
    creates=40,
    clients=4,  # each request holds two connections
)

GUARD_REMOVED = Mutant(
    "version guard removed",
    "ticket_svc",
    (
        Change(
            "ticket_svc.tickets.meanwhile",
            '    if seen is None or row["version"] == seen:\n',
            '    if seen is None or row["version"] >= seen:\n',
        ),
    ),
    "lost",
    creates=60,  # an eighth of the tickets is changed by two at once
)

REDIRECT_REMOVED = Mutant(
    "redirect of a merged ticket removed",
    "ticket_svc",
    (
        Change(
            "ticket_svc.tickets.change",
            'sa.bindparam("wanted_id"), ticket.c.merged_into_id.is_(None)).with_for_update(',
            'sa.bindparam("wanted_id")).with_for_update(',
        ),
    ),
    "lost",
    creates=100,  # one ticket in eighteen is merged and written to as its customer afterwards
)

MARKED_FIRST = Mutant(
    "marked before the acknowledgement",
    "ticket_svc",
    (
        Change(
            "common.relay",
            '        crash_point("relay.before_send")\n',
            '        await connection.execute(_MARK, [row["id"] for row in rows], self._clock.now())\n'
            '        crash_point("relay.before_send")\n',
        ),
    ),
    "lost",
    dies="ticket_svc relay.before_send:3",
)

MUTANTS = (
    INBOX_REMOVED,
    OFFSET_FIRST,
    ID_CURSOR,
    SKIP_LOCKED,
    PUBLISHED_BEFORE_COMMIT,
    RECORD_OUTSIDE,
    GUARD_REMOVED,
    REDIRECT_REMOVED,
    MARKED_FIRST,
)
