"""Which processes make the platform, and what each is told. Values in, value out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kefu_local.keys import Keys
from kefu_local.refused import Refused

SERVICES = ("ticket", "routing", "kb", "feedback")
GATEWAY = "gateway"
MEMBERS = (*SERVICES, GATEWAY)
API, WORKER = "api", "worker"
ROLES = (API, WORKER)
"""A service's roles where they do not share a process. The gateway has one process and one address always."""
BUS = "bus"
DATABASES = (*MEMBERS, BUS)
"""Each has a role of the same name that alone may open it."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process to start: `python -m <module> <words>`, its own environment, and the port it answers on (0: none)."""

    name: str
    module: str
    words: tuple[str, ...]
    environment: Mapping[str, str]
    port: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, found or drawn. `given` is the environment of the caller, which wins where it may.

    `copies` says how many processes each role of each service has (`ticket-worker`: 2); empty means one process per
    service with both roles in it. `ports` are the members' and, by the name of its process, each worker's own.
    """

    ports: Mapping[str, int]
    databases: Mapping[str, str]
    bus: str
    keys: Keys
    admin: tuple[str, str]
    demo: bool = False
    copies: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)


def module_of(member: str) -> str:
    """The Python package of a member."""
    return member if member == GATEWAY else f"{member}_svc"


def public_url(wanted: Wanted) -> str:
    """How customers reach the gateway."""
    return wanted.given.get("KEFU_PUBLIC_URL") or f"http://127.0.0.1:{wanted.ports[GATEWAY]}"


def member_of(process: str) -> str:
    """Whose a process is by its name: `ticket` of `ticket-worker-2`."""
    return process.partition("-")[0]


def copies_of_each(count: int) -> dict[str, int]:
    """So many processes for each role of each service, as Wanted takes them."""
    return {f"{service}-{role}": count for service in SERVICES for role in ROLES}


def process_names(copies: Mapping[str, int]) -> list[str]:
    """The names of all processes with these copies, the gateway's last."""
    if not copies:
        return [*MEMBERS]
    return [*(name for role, count in copies.items() for name in _numbered(role, count)), GATEWAY]


def names_with_ports(copies: Mapping[str, int]) -> list[str]:
    """Who needs a port: every member, and every worker one for its health and metrics."""
    return [*MEMBERS, *(name for name in process_names(copies) if f"-{WORKER}-" in name)]


def services(wanted: Wanted) -> list[Process]:
    """The services: each with both of its roles in one process, or so many processes for each role."""
    return [_service(wanted, name) for name in process_names(wanted.copies) if name != GATEWAY]


def gateway(wanted: Wanted) -> Process:
    """The one door. It alone holds the key that identities are signed with."""
    upstreams = {name: f"http://127.0.0.1:{wanted.ports[name]}" for name in SERVICES}
    upstreams |= _given_by_name(wanted, "KEFU_UPSTREAMS")
    own = {
        "KEFU_IDENTITY_PRIVATE_KEY": wanted.keys.private,
        "KEFU_UPSTREAMS": json.dumps(upstreams),
        "KEFU_BOOTSTRAP_ADMIN_EMAIL": wanted.admin[0],
        "KEFU_BOOTSTRAP_ADMIN_PASSWORD": wanted.admin[1],
        # Nobody takes over from it here, so Ctrl-C waits for no idle browser. The services stop after it.
        "KEFU_LINGER_SECONDS": wanted.given.get("KEFU_LINGER_SECONDS", "0"),
    }
    return Process(GATEWAY, GATEWAY, ("all",), _shared(wanted, GATEWAY) | own, wanted.ports[GATEWAY])


def demo(wanted: Wanted, logins: str) -> Process:
    """Customers and agents who act by themselves; `logins` is the file with everybody's password."""
    told = {"KEFU_DEMO_URL": f"http://127.0.0.1:{wanted.ports[GATEWAY]}", "KEFU_DEMO_LOGINS": logins}
    return Process("demo", "kefu_local.demo", (), told, 0)


def _numbered(role: str, count: int) -> list[str]:
    return [f"{role}-{number}" for number in range(1, count + 1)]


def _service(wanted: Wanted, name: str) -> Process:
    """The process of this name: `ticket` (both roles), `ticket-api-1`, `ticket-worker-2`."""
    service, _, numbered = name.partition("-")
    role = numbered.partition("-")[0] or "all"
    port = wanted.ports[name if role == WORKER else service]
    own = {"KEFU_PORT": str(port)} | ({"KEFU_SHARE_PORT": "1"} if role == API else {})
    return Process(name, module_of(service), (role,), _shared(wanted, service) | own, port)


def _database(wanted: Wanted, name: str) -> str:
    """A member's own database; where KEFU_DATABASES_AT names one for it, through that host:port (a pooler, a proxy)."""
    places = _given_by_name(wanted, "KEFU_DATABASES_AT")
    url = urlsplit(wanted.databases[name])
    if name not in places:
        return url.geturl()
    return url._replace(netloc=f"{url.netloc.rpartition('@')[0]}@{places[name]}").geturl()


def _given_by_name(wanted: Wanted, setting: str) -> dict[str, str]:
    """A setting of the caller's that says something for some members. Raises Refused."""
    try:
        given = json.loads(wanted.given.get(setting) or "{}")
    except ValueError:
        given = None
    if not isinstance(given, dict) or not given.keys() <= set(MEMBERS):
        raise Refused(f'{setting} must be JSON like {{"ticket": "…"}}, with names of {", ".join(MEMBERS)}.')
    return {str(name): str(value) for name, value in given.items()}


def _shared(wanted: Wanted, name: str) -> dict[str, str]:
    settings = {
        "KEFU_DATABASE_URL": _database(wanted, name),
        "KEFU_BUS": wanted.bus,
        "KEFU_HOST": "127.0.0.1",
        "KEFU_PORT": str(wanted.ports[name]),
        "KEFU_IDENTITY_PUBLIC_KEY": wanted.keys.public,
        "KEFU_SIGNING_SECRET": wanted.keys.signing[name],
        "KEFU_PUBLIC_URL": public_url(wanted),
        "KEFU_LOG_LEVEL": wanted.given.get("KEFU_LOG_LEVEL", "INFO"),
        # Every open connection is a Postgres process of some 6 MB; more of them make two cores no faster.
        "KEFU_DATABASE_POOL": wanted.given.get("KEFU_DATABASE_POOL", "6"),
        # glibc keeps an arena per thread: with two, a Python server needs markedly less memory.
        "MALLOC_ARENA_MAX": wanted.given.get("MALLOC_ARENA_MAX", "2"),
    }
    if wanted.demo:
        # The demo's customers are few and impatient: asked at once, and about every ticket.
        eager = {"FEEDBACK_SURVEY_DELAY_SECONDS": "0", "FEEDBACK_SURVEY_EVERY_DAYS": "0"}
        settings |= {"KEFU_DEMO": "1"} | {name: wanted.given.get(name, value) for name, value in eager.items()}
    return settings
