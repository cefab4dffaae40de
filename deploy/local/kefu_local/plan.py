"""Which processes make the platform, and what each is told. Values in, value out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from kefu_local.keys import Keys

SERVICES = ("ticket", "routing", "kb", "feedback")
GATEWAY = "gateway"
MEMBERS = (*SERVICES, GATEWAY)
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
    """What was asked for, found or drawn. `given` is the environment of the caller, which wins where it may."""

    ports: Mapping[str, int]
    databases: Mapping[str, str]
    bus: str
    keys: Keys
    admin: tuple[str, str]
    demo: bool = False
    given: Mapping[str, str] = field(default_factory=dict)


def module_of(member: str) -> str:
    """The Python package of a member."""
    return member if member == GATEWAY else f"{member}_svc"


def public_url(wanted: Wanted) -> str:
    """How customers reach the gateway."""
    return wanted.given.get("KEFU_PUBLIC_URL") or f"http://127.0.0.1:{wanted.ports[GATEWAY]}"


def services(wanted: Wanted) -> list[Process]:
    """The services, each with both of its roles in one process."""
    return [Process(name, module_of(name), ("all",), _shared(wanted, name), wanted.ports[name]) for name in SERVICES]


def gateway(wanted: Wanted) -> Process:
    """The one door. It alone holds the key that identities are signed with."""
    upstreams = {name: f"http://127.0.0.1:{wanted.ports[name]}" for name in SERVICES}
    own = {
        "KEFU_IDENTITY_PRIVATE_KEY": wanted.keys.private,
        "KEFU_UPSTREAMS": json.dumps(upstreams),
        "KEFU_BOOTSTRAP_ADMIN_EMAIL": wanted.admin[0],
        "KEFU_BOOTSTRAP_ADMIN_PASSWORD": wanted.admin[1],
    }
    return Process(GATEWAY, GATEWAY, ("all",), _shared(wanted, GATEWAY) | own, wanted.ports[GATEWAY])


def demo(wanted: Wanted, logins: str) -> Process:
    """Customers and agents who act by themselves; `logins` is the file with everybody's password."""
    told = {"KEFU_DEMO_URL": f"http://127.0.0.1:{wanted.ports[GATEWAY]}", "KEFU_DEMO_LOGINS": logins}
    return Process("demo", "kefu_local.demo", (), told, 0)


def _shared(wanted: Wanted, name: str) -> dict[str, str]:
    settings = {
        "KEFU_DATABASE_URL": wanted.databases[name],
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
