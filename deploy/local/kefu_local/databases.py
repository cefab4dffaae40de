"""The addresses of the services' databases on this machine."""

from __future__ import annotations

from common.embedded.postgres import Server
from kefu_local.place import Place
from kefu_local.plan import MEMBERS
from kefu_local.refused import Refused


def running_server(place: Place) -> Server:
    """The Postgres of a platform that runs now. Refused when none does."""
    if not place.taken():
        raise Refused(f"Kefu does not run on {place.folder}: start it with `kefu up` first.")
    return Server(place.postgres)


def addresses(place: Place, service: str | None = None, url: str | None = None) -> dict[str, str]:
    """The url of each member's database by its name; of one `service` only when named.

    With `url` (another deployment, KEFU_DATABASE_URL) that one is meant. Refused when the names fit nothing.
    """
    if service is not None and service not in MEMBERS:
        raise Refused(f"{service} is none of {', '.join(MEMBERS)}.")
    if url:
        return {service or "database": url}
    server = running_server(place)
    return {name: server.url(name, name) for name in ([service] if service else MEMBERS)}
