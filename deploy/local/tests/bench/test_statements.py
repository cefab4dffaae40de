"""Counting statements in Postgres's log."""

from pathlib import Path

from kefu_local.bench.statements import Log, count

LOG = """\
kefu-bench ticket LOG:  statement: BEGIN;
kefu-bench ticket LOG:  execute __asyncpg_stmt_5__:
\tWITH known AS (SELECT 1)
kefu-bench ticket LOG:  execute <unnamed>: INSERT INTO outbox
kefu-bench ticket LOG:  statement: COMMIT;
kefu-bench kefu LOG:  execute __asyncpg_stmt_1__: SELECT count(*) FROM outbox
kefu-bench routing LOG:  execute __asyncpg_stmt_9__: SELECT 1
kefu-bench  LOG:  checkpoint starting: time
kefu-bench routing ERROR:  duplicate key value
"""


def test_statements_are_counted_by_database_without_the_watchers_own() -> None:
    counted = count(LOG.splitlines())
    assert dict(counted.by_database) == {"ticket": 4, "routing": 1}
    assert (counted.total, counted.control) == (5, 2)


def test_only_what_was_logged_since_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "postgres.log"
    path.write_text(LOG)
    log = Log(path)
    with path.open("a") as more:
        more.write(LOG)
    assert log.count().total == 5
