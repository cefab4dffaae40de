"""What every service is told from outside: environment variables, each also as NAME_FILE for a mounted secret."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Shared settings (prefix KEFU_); a service adds its own in its `settings.py`."""

    model_config = SettingsConfigDict(env_prefix="KEFU_", extra="ignore")

    database_url: str = Field(
        description="This service's own database, postgresql://role:password@host:port/name; to one that is reached"
        " over a network add ?sslmode=verify-full&sslrootcert=/path."
    )
    bus: str = Field(
        description="kafka://host:port[,…], kafka+ssl://user:password@host:port?sasl=SCRAM-SHA-512&ca=/path, or postgresql://…"
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, description="The port to listen on.")
    share_port: bool = Field(
        default=False, description="Let other processes of this service listen on the same port (SO_REUSEPORT)."
    )
    identity_public_key: str = Field(description="PEM of the Ed25519 key that identities are checked with.")
    signing_secret: SecretStr = Field(
        description="Signs this service's cursors and links; at least 32 characters.", min_length=32
    )
    public_url: str = Field(default="http://127.0.0.1:8080", description="How customers reach the gateway.")
    profile: Path | None = Field(
        default=None, description="A folder for samples of where the CPU goes; measuring only."
    )
    telemetry: Literal["on", "untraced", "off"] = Field(
        default="on",
        description="untraced: without trace ids; off: without metrics and most log lines too; measuring only.",
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    database_pool: int = Field(default=10, ge=2, le=100, description="Connections to the database at most.")
    keep_alive_seconds: int = Field(
        default=5, ge=1, description="How long an idle connection stays open; longer than its clients keep theirs."
    )
    linger_seconds: float = Field(
        default=5.0,
        ge=0,
        le=20,
        description="Seconds after SIGTERM for which open connections are served on, each until its next answer.",
    )
    max_body_bytes: int = Field(default=1_048_576, description="Larger request bodies are refused with 413.")
    max_upload_bytes: int = Field(default=20_971_520, description="The same for a file that is uploaded.")
    max_in_work: int = Field(default=64, ge=1, description="Requests in work at once; beyond a short queue, 503.")

    @model_validator(mode="before")
    @classmethod
    def _from_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Read NAME_FILE where NAME is not set, as Docker and Kubernetes mount secrets."""
        prefix, unread = str(cls.model_config.get("env_prefix", "")), []
        for name in cls.model_fields:
            variable = f"{prefix}{name}_FILE".upper()
            path = os.environ.get(variable)
            if name not in values and path:
                try:
                    values[name] = Path(path).read_text().strip()
                except OSError as error:
                    unread.append(f"{variable}={path}: {error.strerror}")
        if unread:
            raise ValueError("; ".join(unread))
        return values
