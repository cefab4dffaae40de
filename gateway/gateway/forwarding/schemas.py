"""What is shown about the services."""

from pydantic import Field

from common.http.shapes import View


class ServiceStatus(View):
    """One service."""

    name: str
    up: bool = Field(description="Whether it is ready to serve.")


class Status(View):
    """What is running."""

    services: list[ServiceStatus]
    demo: bool = Field(description="Whether the demo login is offered.")
