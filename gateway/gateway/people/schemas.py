"""What is asked and shown about people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from common.contracts.gateway import Role
from common.http.shapes import Line, View, Wanted

Email = Annotated[
    str,
    StringConstraints(min_length=3, max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$"),
    AfterValidator(str.lower),
]
"""An e-mail address, in lower case: people write their own in many ways."""

# Taken as it is typed: a space at its end is part of a password.
_Typed = StringConstraints(strip_whitespace=False, max_length=200, pattern=r"^[^\x00]*$")
NewPassword = Annotated[str, _Typed, Field(min_length=10)]
Password = Annotated[str, _Typed, Field(min_length=1)]
Language = Literal["zh", "en"]


class LogIn(Wanted):
    """An account and its password."""

    email: Email
    password: Password


class NewPerson(Wanted):
    """A new member of staff, however they will log in."""

    email: Email
    name: Line
    role: Role
    language: Language = "zh"


class AddPerson(NewPerson):
    """A new member of staff who logs in with a password."""

    password: NewPassword


class ChangePerson(Wanted):
    """What may be changed; what is left out stays. A new password, or `active: false`, ends all sessions."""

    name: Line | None = None
    role: Role | None = None
    language: Language | None = None
    active: Annotated[bool | None, Field(strict=True)] = None
    password: NewPassword | None = None


class ChangePassword(Wanted):
    """One's own new password; the current one shows that it is not somebody at an unlocked screen."""

    current: Password
    new: NewPassword


class PersonView(View):
    """A member of staff."""

    id: UUID
    email: str
    name: str
    role: Role
    language: Language
    active: bool
    version: int
    created_at: datetime


class LoggedIn(View):
    """The answer to a login; the session is in the cookie."""

    user: PersonView


class Me(View):
    """The caller, as the platform knows them."""

    id: UUID
    kind: Literal["user", "key", "customer"]
    name: str
    role: str
    permissions: list[str] = Field(description="What the caller may do: the role's permissions within the scopes.")
