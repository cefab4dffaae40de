"""What is drawn once, at the first start, and kept private: signing keys and the first passwords."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from common.embedded.kept import Kept

# Without the letters that look alike: these are read off a screen and typed.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Keys:
    """The gateway's identity key pair (PEM, Ed25519) and a signing secret for each service by name."""

    private: str
    public: str
    signing: Mapping[str, str]


def keys(kept: Kept, services: tuple[str, ...]) -> Keys:
    """The kept keys; what is missing is drawn and kept first."""
    values = kept.read()
    signing = {name: values.get("signing", {}).get(name) or secrets.token_urlsafe(32) for name in services}
    if "identity_private" not in values:
        values["identity_private"], values["identity_public"] = identity_pair()
    if kept.read() != values | {"signing": signing}:
        kept.update(**values | {"signing": signing})
    return Keys(values["identity_private"], values["identity_public"], signing)


def login(kept: Kept, name: str, email: str) -> tuple[str, str]:
    """The kept e-mail address and password of a first login; drawn and kept when new."""
    values = kept.read()
    if name not in values:
        password = "".join(secrets.choice(_ALPHABET) for _ in range(16))
        values[name] = {"email": email, "password": password}
        kept.update(**values)
    return values[name]["email"], values[name]["password"]


def identity_pair() -> tuple[str, str]:
    """A new private and public key of identities, as PEM."""
    private = Ed25519PrivateKey.generate()
    private_pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public_pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private_pem.decode(), public_pem.decode()
