"""A deployment of small databases: each with the plumbing's outbox and inbox, its revisions, and a table of its own."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from common.embedded.postgres import Server
from common.migrate import history, version_table
from kefu_local.backup.sources import Sources, elsewhere
from kefu_local.backup.take import take
from kefu_local.plan import BUS, DATABASES, MEMBERS, module_of

_numbers = count(1)

_MEMBER = """
CREATE TABLE outbox (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, event_id uuid DEFAULT gen_random_uuid(),
 published_at timestamptz);
CREATE TABLE inbox (event_id uuid PRIMARY KEY);
CREATE TABLE note (id int PRIMARY KEY, text text, data bytea, at timestamptz DEFAULT now());
INSERT INTO note (id, text, data) SELECT n, '退款 ' || n, sha256(n::text::bytea) FROM generate_series(1, 20) n;
INSERT INTO outbox (published_at) SELECT now() FROM generate_series(1, 3);
"""
_BUS = """
CREATE SCHEMA kefu_bus;
CREATE TABLE kefu_bus.log (n int);
CREATE TABLE kefu_bus.claim (owner uuid, wanted_at timestamptz);
INSERT INTO kefu_bus.log SELECT generate_series(1, 5);
"""


@dataclass
class Deployment:
    """Six databases of the run's server, and the file with their addresses."""

    server: Server
    prefix: str
    addresses: Path
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def sources(self) -> Sources:
        return elsewhere(json.dumps(self.urls))

    def make(self) -> None:
        for name in DATABASES:
            database = f"{self.prefix}_{name}"
            self.urls[name] = self.server.ensure_database(database, database)
        self.addresses.write_text(json.dumps(self.urls))

    def fill(self) -> None:
        for member in MEMBERS:
            owners = {one: history(one)[-1] for one in ("common", module_of(member))}
            tables = [
                f"CREATE TABLE {version_table(one)} AS SELECT '{head}'::text AS version_num"
                for one, head in owners.items()
            ]
            self.run(member, ";".join(tables) + ";" + _MEMBER)
        self.run(BUS, _BUS)

    def run(self, name: str, script: str) -> str:
        """Statements as the database's own role, who owns what they make."""
        database = f"{self.prefix}_{name}"
        return self.server.execute(f"SET ROLE {database}; {script}", database=database).strip()

    def drop(self) -> None:
        for name in DATABASES:
            self.server.execute(f"DROP DATABASE IF EXISTS {self.prefix}_{name} WITH (FORCE)")


@pytest.fixture
def deployment(postgres_server: Server, tmp_path: Path) -> Iterator[Callable[..., Deployment]]:
    """`deployment()` makes an empty one; `deployment(filled=True)` one with something in it."""
    made: list[Deployment] = []

    def make(*, filled: bool = False) -> Deployment:
        number = next(_numbers)
        one = Deployment(postgres_server, f"backup{number}", tmp_path / f"addresses{number}.json")
        made.append(one)
        one.make()
        if filled:
            one.fill()
        return one

    yield make
    for one in made:
        one.drop()


@pytest.fixture(scope="session")
def archive(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole archive, for those who change only copies of it."""
    folder = tmp_path_factory.mktemp("archive")
    source = Deployment(postgres_server, "backup0", folder / "addresses.json")
    source.make()
    source.fill()
    take(source.sources, folder / "whole.zip", {})
    source.drop()
    return folder / "whole.zip"
