"""What a deployment keeps secret, and under which names. Drawn with the system's random source; nothing is written."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from uuid import uuid4

from kefu_local.keys import identity_pair
from kefu_local.plan import GATEWAY, MEMBERS

SHARED = "kefu-shared"
POSTGRES = "postgres"


@dataclass(frozen=True, slots=True)
class Drawn:
    """The identity key pair (PEM), the first admin, and by member a signing secret and the database's password."""

    private: str
    public: str
    admin: tuple[str, str]
    signing: Mapping[str, str]
    passwords: Mapping[str, str]
    postgres: str
    """The superuser's password, where one server has all databases."""
    cluster: str
    """The id of a Kafka cluster of one's own: no secret, but drawn once and kept as these are."""
    grafana: str
    """The password of Grafana's admin, where that is run beside the platform."""


def draw(admin_email: str, *, token: Callable[[int], str] = token_urlsafe) -> Drawn:
    """New secrets. Passwords hold letters, digits, - and _ only: they stand in addresses."""
    private, public = identity_pair()
    return Drawn(
        private=private,
        public=public,
        admin=(admin_email, token(18)),
        signing={member: token(32) for member in MEMBERS},
        passwords={member: token(24) for member in MEMBERS},
        postgres=token(24),
        cluster=urlsafe_b64encode(uuid4().bytes).rstrip(b"=").decode(),
        grafana=token(24),
    )


def as_env(drawn: Drawn) -> str:
    """Lines NAME="value", as a shell, docker compose and its older sister read them; a PEM goes over several lines."""
    values = {
        "KEFU_IDENTITY_PRIVATE_KEY": drawn.private,
        "KEFU_IDENTITY_PUBLIC_KEY": drawn.public,
        "KEFU_BOOTSTRAP_ADMIN_EMAIL": drawn.admin[0],
        "KEFU_BOOTSTRAP_ADMIN_PASSWORD": drawn.admin[1],
        "POSTGRES_PASSWORD": drawn.postgres,
        "KAFKA_CLUSTER_ID": drawn.cluster,
        "GRAFANA_ADMIN_PASSWORD": drawn.grafana,
    }
    for member in MEMBERS:
        values[f"{member.upper()}_SIGNING_SECRET"] = drawn.signing[member]
        values[f"{member.upper()}_DATABASE_PASSWORD"] = drawn.passwords[member]
    return "".join(f'{name}="{value.strip()}"\n' for name, value in values.items())


def by_secret(drawn: Drawn, *, bus: str, database_host: str) -> dict[str, dict[str, str]]:
    """The table of Kubernetes Secrets: what each holds, by its name. `database_host` may have a port (db:5433)."""
    table = {SHARED: {"KEFU_BUS": bus, "KEFU_IDENTITY_PUBLIC_KEY": drawn.public}}
    for member in MEMBERS:
        table[secret_of(member)] = {
            "KEFU_DATABASE_URL": f"postgresql://{member}:{drawn.passwords[member]}@{database_host}/{member}",
            "KEFU_SIGNING_SECRET": drawn.signing[member],
        }
    table[GATEWAY] |= {
        "KEFU_IDENTITY_PRIVATE_KEY": drawn.private,
        "KEFU_BOOTSTRAP_ADMIN_EMAIL": drawn.admin[0],
        "KEFU_BOOTSTRAP_ADMIN_PASSWORD": drawn.admin[1],
    }
    own = {f"PASSWORD_{member}": password for member, password in drawn.passwords.items()}
    table[POSTGRES] = {"POSTGRES_PASSWORD": drawn.postgres} | own
    return table


def secret_of(member: str) -> str:
    """The name of a member's own Secret, which is that of its program."""
    return member if member == GATEWAY else f"{member}-svc"


def as_manifests(table: Mapping[str, Mapping[str, str]], namespace: str) -> str:
    """The Secrets as YAML (a JSON string is one of YAML's)."""
    return "---\n".join(
        f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: {namespace}\n"
        "  labels:\n    app.kubernetes.io/part-of: kefu\nstringData:\n"
        + "".join(f"  {key}: {json.dumps(value)}\n" for key, value in values.items())
        for name, values in table.items()
    )
