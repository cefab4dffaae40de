"""What the gateway says. `subject` is the user's id."""

from typing import Literal
from uuid import UUID

from common.contracts.base import Event

Role = Literal["admin", "supervisor", "agent", "light_agent"]


class UserCreated(Event, type="user.created", owner="gateway"):
    """A member of staff can log in."""

    user_id: UUID
    name: str
    role: Role
    language: Literal["zh", "en"]


class UserUpdated(Event, type="user.updated", owner="gateway"):
    """A member of staff changed, or was disabled."""

    user_id: UUID
    name: str
    role: Role
    language: Literal["zh", "en"]
    active: bool
