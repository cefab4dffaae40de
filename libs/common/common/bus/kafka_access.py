"""How a Kafka cluster is reached, out of its address. Nothing is connected to here.

    kafka://host:port[,host:port…][?replication=3]
    kafka+ssl://user:password@host:port?sasl=SCRAM-SHA-512&ca=/etc/kafka/ca.crt
    kafka+ssl://host:port?ca=/etc/kafka/ca.crt&cert=/etc/kafka/user.crt&key=/etc/kafka/user.key

User and password are percent-encoded. Without `ca` the machine's authorities are believed, without `sasl` a user means
SCRAM-SHA-512.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography import x509

SCHEMES = ("kafka", "kafka+ssl")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
_OPTIONS = frozenset({"replication", "sasl", "ca", "cert", "key"})
_FILES = frozenset({"ca", "cert", "key"})


class WrongAddress(ValueError):
    """The address cannot be used; the message never holds the password."""


@dataclass(frozen=True, slots=True)
class Access:
    """What every client of the cluster is given."""

    arguments: Mapping[str, Any]
    replication: int = 1


def is_kafka(url: str) -> bool:
    """Whether the address is of a Kafka cluster, encrypted or not."""
    return urlsplit(url).scheme in SCHEMES


def read_access(url: str, *, now: datetime | None = None) -> Access:
    """The access that an address gives. Raises WrongAddress: an unknown option, or a file that is of no use."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := options.keys() - _OPTIONS:
        raise WrongAddress(f"{', '.join(sorted(unknown))}: unknown option; known are {', '.join(sorted(_OPTIONS))}.")
    who, _, servers = parts.netloc.rpartition("@")
    if not servers:
        raise WrongAddress("It names no host:port.")
    if not options.get("replication", "1").isdigit():
        raise WrongAddress("replication is no number.")
    encrypted = parts.scheme == "kafka+ssl"
    if not encrypted and (files := options.keys() & _FILES):
        raise WrongAddress(f"{', '.join(sorted(files))} need kafka+ssl://.")
    protocol = ("SASL_" if who else "") + ("SSL" if encrypted else "PLAINTEXT")
    arguments: dict[str, Any] = {"bootstrap_servers": servers, "security_protocol": protocol}
    if encrypted:
        arguments["ssl_context"] = _context(options, now or datetime.now(UTC))
    return Access(arguments | _user(who, options.get("sasl")), int(options.get("replication", "1")))


def _user(who: str, mechanism: str | None) -> dict[str, str]:
    if mechanism and mechanism not in MECHANISMS:
        raise WrongAddress(f"sasl={mechanism} is none of {', '.join(MECHANISMS)}.")
    if not who:
        if mechanism:
            raise WrongAddress("sasl needs a user and a password: kafka+ssl://user:password@host:port.")
        return {}
    name, _, password = who.partition(":")
    if not name or not password:
        raise WrongAddress("The user or the password is missing: user:password@host:port.")
    return {
        "sasl_mechanism": mechanism or MECHANISMS[-1],
        "sasl_plain_username": unquote(name),
        "sasl_plain_password": unquote(password),
    }


def _context(options: Mapping[str, str], now: datetime) -> ssl.SSLContext:
    for name in ("ca", "cert"):
        if name in options:
            _valid(name, Path(options[name]), now)
    if ("cert" in options) != ("key" in options):
        raise WrongAddress("cert and key belong together.")
    context = ssl.create_default_context(cafile=options.get("ca"))
    if "cert" in options:
        try:
            context.load_cert_chain(options["cert"], options["key"])
        except OSError as error:
            raise WrongAddress(f"key={options['key']}: {error.strerror or error}.") from error
    return context


def _valid(name: str, path: Path, now: datetime) -> None:
    """That the file holds certificates of which one at least is good now."""
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise WrongAddress(f"{name}={path}: {error.strerror}.") from error
    except ValueError as error:
        raise WrongAddress(f"{name}={path} holds no PEM certificate.") from error
    until = max(one.not_valid_after_utc for one in found)
    if until <= now:
        raise WrongAddress(f"{name}={path} expired on {until:%Y-%m-%d}.")
