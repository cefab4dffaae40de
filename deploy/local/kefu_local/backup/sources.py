"""Which databases make a platform: those of this machine, running or stopped, or those of another by addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from common.bus.kafka_access import is_kafka
from common.embedded.postgres import Server, StartFailed
from kefu_local.place import Place
from kefu_local.plan import BUS, DATABASES, MEMBERS
from kefu_local.refused import Refused


@dataclass(frozen=True, slots=True)
class Sources:
    """The address of each member's database by its name, and of the bus: `kafka://…`, `postgresql://…`.

    `answers` says whether the broker can be asked: that of a platform that is down cannot. `embedded` is the database
    that a platform on this machine keeps for the embedded bus, whatever bus it runs on now.
    """

    databases: Mapping[str, str]
    bus: str
    answers: bool = True
    embedded: str = ""

    @property
    def on_kafka(self) -> bool:
        """Whether the bus is a broker, whose log is no database of ours."""
        return is_kafka(self.bus)

    @property
    def dumped(self) -> dict[str, str]:
        """Every database that a backup holds, the embedded bus first."""
        return dict(self.databases) if self.on_kafka else {BUS: self.bus, **self.databases}


@contextmanager
def here(place: Place) -> Iterator[Sources]:
    """The databases of a platform on this machine; its Postgres is started for so long when nothing runs.

    Raises Refused.
    """
    server = Server(place.postgres)
    running = place.taken()
    if not running:
        place.take()
        _start(server)
    try:
        urls = {name: server.ensure_database(name, name) for name in DATABASES}
        bus = str(place.kept.read().get("bus") or urls[BUS])
        # The port of our own Postgres may be another than at the last start.
        bus = bus if is_kafka(bus) else urls[BUS]
        yield Sources({name: urls[name] for name in MEMBERS}, bus, answers=running, embedded=urls[BUS])
    finally:
        if not running:
            server.stop()


def elsewhere(text: str) -> Sources:
    """The databases of another deployment: JSON like `{"ticket": "postgresql://…", …, "bus": "kafka://…"}`.

    Raises Refused, which names what is missing and never shows an address: passwords are in them.
    """
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise Refused('The addresses must be JSON like {"ticket": "postgresql://…", …, "bus": "kafka://…"}.')
    if set(given) != set(DATABASES):
        missing, unknown = sorted(set(DATABASES) - set(given)), sorted(set(given) - set(DATABASES))
        raise Refused(
            f"The addresses lack {', '.join(missing) or 'none'} and have unknown {', '.join(unknown) or 'none'}."
        )
    wrong = [name for name, url in given.items() if not url.startswith(("postgresql://", "postgres://"))]
    if wrong not in ([], [BUS]) or (wrong and not is_kafka(given[BUS])):
        raise Refused(f"The addresses of {', '.join(wrong)} are none of postgresql:// (the bus: or kafka://).")
    return Sources({name: given[name] for name in MEMBERS}, given[BUS])


@contextmanager
def sources(place: Place, addresses: Path | None, *, may_be_new: bool = False) -> Iterator[Sources]:
    """The databases that are meant: of the file `addresses` where one is named, else those of `place`. Raises Refused.

    With `may_be_new` a platform that was never started is made.
    """
    if addresses is not None:
        try:
            text = addresses.read_text()
        except OSError as error:
            raise Refused(f"The file with the addresses cannot be read: {error.strerror}.") from error
        yield elsewhere(text)
        return
    if not place.exists and not may_be_new:
        raise Refused(f"No platform was ever started on {place.folder}: there is nothing to back up.")
    place.create()
    with here(place) as found:
        yield found


def _start(server: Server) -> None:
    try:
        server.start()
    except StartFailed as error:
        raise Refused(str(error)) from error
