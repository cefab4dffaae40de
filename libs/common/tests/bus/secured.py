"""A broker that speaks TLS and asks who comes, and the certificates for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from common.embedded.kafka import Broker
from common.embedded.ports import free_port

USER, PASSWORD = "kefu", "p@ss:w/rd"


def authority(path: Path, *, days: int = 1) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
    """An authority, its certificate in the file at `path`; with negative `days` one that has expired."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    made = _certificate(name, name, key, key, days).add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
    certificate = made.sign(key, hashes.SHA256())
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    return certificate, key


def keystore(path: Path, issuer: x509.Certificate, issuer_key: EllipticCurvePrivateKey) -> None:
    """A key and a certificate for 127.0.0.1 in one file, as Kafka reads it."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    made = _certificate(name, issuer.subject, key, issuer_key, 1).add_extension(address, False)
    certificate = made.sign(issuer_key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM) + issuer.public_bytes(Encoding.PEM))


def _certificate(
    name: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, _issuer_key: EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(days=30)).not_valid_after(now + timedelta(days=days))


class Secured(Broker):
    """One more listener than the others have: TLS, and a user."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, brisk=True)
        self.secured_port = free_port()
        self.ca = home / "ca.pem"
        keystore(home / "keystore.pem", *authority(self.ca))

    def address(self, options: str, user: str = "kefu:p%40ss%3Aw%2Frd") -> str:
        """Its bus address."""
        return f"kafka+ssl://{user}@127.0.0.1:{self.secured_port}?{options}"

    def _configure(self) -> Path:
        properties = super()._configure()
        told = dict(line.split("=", 1) for line in properties.read_text().splitlines())
        own, modules = f",SECURED://127.0.0.1:{self.secured_port}", "org.apache.kafka.common.security"
        scram = f"{modules}.scram.ScramLoginModule required;"
        told |= {
            "listeners": told["listeners"] + own,
            "advertised.listeners": told["advertised.listeners"] + own,
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURED:SASL_SSL",
            "listener.name.secured.ssl.keystore.type": "PEM",
            "listener.name.secured.ssl.keystore.location": str(self.home / "keystore.pem"),
            "listener.name.secured.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
            "listener.name.secured.scram-sha-256.sasl.jaas.config": scram,
            "listener.name.secured.scram-sha-512.sasl.jaas.config": scram,
            "listener.name.secured.plain.sasl.jaas.config":
                f'{modules}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";',
        }  # fmt: skip
        properties.write_text("".join(f"{name}={value}\n" for name, value in told.items()))
        return properties

    def _format_words(self) -> list[str]:
        words = [f"SCRAM-SHA-{bits}=[name={USER},password={PASSWORD}]" for bits in (256, 512)]
        return [part for word in words for part in ("--add-scram", word)]
