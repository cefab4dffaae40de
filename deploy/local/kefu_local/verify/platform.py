"""Finding what a run needs of a platform on this machine: its gateway, an administrator, its bus."""

from __future__ import annotations

from kefu_local.place import Place
from kefu_local.refused import Refused
from kefu_local.verify.run import Target


def target(place: Place, bus: str | None = None) -> Target:
    """The platform that runs on a data folder; `bus` where it is reached by another address. Raises Refused."""
    url = str(place.kept.read().get("url") or "") if place.taken() else ""
    if not url:
        raise Refused(f"Kefu does not run on {place.folder}: start it with `kefu up` first.")
    admin = place.logins.read().get("admin")
    if admin is None:
        raise Refused(f"{place.logins.path} has no first logins.")
    return Target(url, (admin["email"], admin["password"]), bus or str(place.kept.read()["bus"]))
