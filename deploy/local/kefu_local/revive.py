"""A server the platform stands on (Postgres, a broker) is started again when it has died."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from common.embedded.kafka import Broker, CannotRunKafka
from common.embedded.postgres import Server, StartFailed
from kefu_local.children import counted, pause_before
from kefu_local.say import complain


@dataclass(slots=True)
class Standing:
    """One server and its fate so far."""

    name: str
    part: Server | Broker
    since: float = field(default_factory=time.monotonic)
    deaths: int = 0
    due: float | None = None
    """When to start it again; None while it runs."""

    def look(self) -> None:
        """Start it again if it is dead: at once after a first death, after a pause when it dies again and again.

        A broker is not waited for: what happens to the others meanwhile must be seen too.
        """
        now = time.monotonic()
        if self.due is None and not self.part.alive:
            self.deaths = counted(self.deaths, up=now - self.since)
            self.due = now if self.deaths == 1 else now + pause_before(self.deaths)
            complain(f"{self.name} ended; its log: {self.part.log}")
        if self.due is not None and now >= self.due:
            self._start()

    def _start(self) -> None:
        try:
            self.part.kill()  # lets go of what the dead one held
            if isinstance(self.part, Broker):
                self.part.start(wait=0)
            else:
                self.part.start()
        except (StartFailed, CannotRunKafka) as error:
            complain(str(error))
            self.deaths += 1
            self.due = time.monotonic() + pause_before(self.deaths)
            return
        self.since, self.due = time.monotonic(), None
        complain(f"{self.name} runs again.")
