"""`kefu dead-letters`: events that a service could not take, and what to do with them."""

from __future__ import annotations

import asyncio
import getpass
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer

from common import dead_letters
from common.db import Database, Db
from kefu_local.databases import addresses
from kefu_local.place import Place
from kefu_local.plan import MEMBERS
from kefu_local.refused import Refused
from kefu_local.say import columns, say

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Events that could not be taken.")

Data = Annotated[Path | None, typer.Option(help="The data folder of the platform.")]
Service = Annotated[str | None, typer.Option(help=f"Only this one of {', '.join(MEMBERS)}.")]
Url = Annotated[str | None, typer.Option(envvar="KEFU_DATABASE_URL", help="A service's database elsewhere.")]
Letter = Annotated[UUID, typer.Argument(help="The letter's id, as `list` shows it.")]
Result = TypeVar("Result")


@app.command("list")
def list_letters(service: Service = None, data: Data = None, database_url: Url = None) -> None:
    """The letters nobody has settled, oldest first."""
    rows = [("service", "id", "died", "tries", "listener", "key", "error")]
    waiting = 0
    for name, url in addresses(Place(data), service, database_url).items():
        for letter in asyncio.run(_in(url, dead_letters.open_letters)):
            died = f"{letter.died_at:%Y-%m-%d %H:%M:%S}"
            listener = letter.listener or "(undecodable)"
            rows.append((name, str(letter.id), died, str(letter.attempts), listener, letter.key, letter.error[:80]))
        waiting += asyncio.run(_in(url, dead_letters.count_open))
    if len(rows) > 1:
        say(columns(rows))
    oldest = f", of which the oldest {len(rows) - 1} are shown" if waiting > len(rows) - 1 else ""
    say(f"{waiting} dead letters{oldest}.")


@app.command()
def show(letter: Letter, service: Service = None, data: Data = None, database_url: Url = None) -> None:
    """One letter with its original bytes and the error it died of."""

    async def look(db: Db) -> Any:
        return await dead_letters.show(db, letter)  # type: ignore[arg-type]  # a writer may read

    name, row = _find(look, addresses(Place(data), service, database_url), letter)
    say(f"service   {name}\nlistener  {row.listener}\ntopic     {row.topic}\nkey       {row.key}")
    say(f"died      {row.died_at} after {row.attempts} tries")
    say(f"settled   {row.settled_as or 'no'} {row.settled_by or ''} {row.reason or ''}")
    say(f"error     {row.error}\n{_readable(bytes(row.envelope))}")


@app.command()
def replay(letter: Letter, service: Service = None, data: Data = None, database_url: Url = None) -> None:
    """Let the listener try the letter again, from its first attempt."""

    async def again(db: Db) -> None:
        await dead_letters.replay(db, letter, by=_who(), now=datetime.now(UTC))

    name, _ = _find(again, addresses(Place(data), service, database_url), letter)
    say(f"{name} tries it again now.")


@app.command("replay-all")
def replay_all(
    listener: Annotated[str, typer.Option(help="The listener whose mistake is mended, as `list` shows it.")],
    service: Service = None,
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Let a listener try all of its letters again, in the order in which they came."""
    for name, url in addresses(Place(data), service, database_url).items():
        again, cannot = asyncio.run(_replay_all(url, listener))
        if again or cannot:
            say(f"{name} tries {again} again now" + (f"; {cannot} cannot be replayed." if cannot else "."))


async def _replay_all(url: str, listener: str) -> tuple[int, int]:
    """How many are tried again, and how many cannot be. Each in a transaction of its own, so that nobody waits."""
    database = Database(url, pool_size=2)
    again, cannot, at = 0, 0, None
    try:
        while True:
            async with database.transaction() as db:
                at = await dead_letters.next_open(db, listener, after=at)
            if at is None:
                return again, cannot
            try:
                async with database.transaction() as db:
                    await dead_letters.replay(db, at, by=_who(), now=datetime.now(UTC))
                again += 1
            except (dead_letters.CannotReplay, dead_letters.NoSuchDeadLetter):
                cannot += 1
    finally:
        await database.close()


@app.command()
def skip(
    letter: Letter,
    reason: Annotated[str, typer.Option(help="Why it is given up; kept with the letter.")],
    service: Service = None,
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Give the letter up for good."""

    async def give_up(db: Db) -> None:
        await dead_letters.skip(db, letter, by=_who(), reason=reason, now=datetime.now(UTC))

    name, _ = _find(give_up, addresses(Place(data), service, database_url), letter)
    say(f"{name} will not see it again.")


def _find(work: Callable[[Db], Awaitable[Result]], urls: dict[str, str], letter: UUID) -> tuple[str, Result]:
    """Do the work in the database that has the letter. Refused when none has, or the letter cannot be replayed."""
    for name, url in urls.items():
        try:
            return name, asyncio.run(_in(url, work))
        except dead_letters.NoSuchDeadLetter:
            continue
        except dead_letters.CannotReplay as error:
            raise Refused(f"It cannot be replayed: {error}. `skip` gives it up.") from error
    raise Refused(f"No open dead letter {letter} in {', '.join(urls)}.")


async def _in(url: str, work: Callable[[Any], Awaitable[Result]]) -> Result:
    database = Database(url, pool_size=2)
    try:
        async with database.transaction() as db:
            return await work(db)
    finally:
        await database.close()


def _who() -> str:
    return f"{getpass.getuser()} (kefu dead-letters)"


def _readable(envelope: bytes) -> str:
    try:
        return json.dumps(json.loads(envelope), indent=2, ensure_ascii=False)
    except ValueError:
        return repr(envelope)
