"""What the gateway is told from outside, beyond what every service is."""

from pydantic import Field, SecretStr

from common.settings import Settings


class GatewaySettings(Settings):
    """Settings of the gateway (prefix KEFU_)."""

    identity_private_key: SecretStr = Field(description="PEM of the Ed25519 key that identities are signed with.")
    upstreams: dict[str, str] = Field(
        default_factory=dict, description='Where the services are: {"ticket": "http://127.0.0.1:8001", …}.'
    )
    bootstrap_admin_email: str | None = Field(
        default=None,
        max_length=254,
        pattern=r"^[^@\s]+@[^@\s]+$",
        description="The first admin, made when nobody exists.",
    )
    bootstrap_admin_password: SecretStr | None = Field(
        default=None, min_length=10, description="The first admin's password."
    )
    # Half of what a service takes: what is too much is refused here, before anybody else has work with it.
    max_in_work: int = Field(default=32, ge=1, description="Requests in work at once; beyond a short queue, 503.")
    # Proxies before it keep theirs for a minute: what the gateway closed first would meet requests on the way.
    keep_alive_seconds: int = Field(
        default=75, ge=1, description="How long an idle connection stays open; longer than its clients keep theirs."
    )
    demo: bool = Field(default=False, description="Offer the demo login, to this machine only.")
