"""The shapes of customers on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from common.contracts.tickets import Language, Tier
from common.http.shapes import ExternalId, Line, View, Wanted, Word
from ticket_svc.attributes.schemas import Values
from ticket_svc.customers.identity import EMAIL, PHONE, HandleKind, Kind, fits
from ticket_svc.customers.mask import mask_identity, mask_row
from ticket_svc.customers.provenance import ActorKind, Source

__all__ = ["Tier"]

Email = Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=EMAIL)]
Phone = Annotated[str, StringConstraints(min_length=5, max_length=60, pattern=PHONE)]
HANDLE = r"^@?[^@\x00-\x1f\s][^\x00-\x1f]*$"


class WeChat(Wanted):
    """Somebody at WeChat: each official account or mini program knows them by an openid of its own."""

    appid: Word
    openid: ExternalId
    unionid: ExternalId | None = Field(default=None, description="The same at all accounts of one open platform.")


class Handle(Wanted):
    """Somebody's name at a network."""

    network: HandleKind
    name: Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=HANDLE)]

    @field_validator("name")
    @classmethod
    def _fits(cls, name: str, info: ValidationInfo) -> str:
        return _must_fit(str(info.data.get("network", "")), name)


class Contact(Wanted):
    """What somebody can be recognised by, strongest first: external_id, wechat, email, phone, handle."""

    external_id: ExternalId | None = None
    wechat: WeChat | None = None
    email: Email | None = None
    phone: Phone | None = None
    handle: Handle | None = None

    def told(self) -> dict[str, Any]:
        """The same, flat: `wechat_openid`, `handle_kind` and so on."""
        wechat, handle = self.wechat, self.handle
        return {
            "external_id": self.external_id,
            "email": self.email,
            "phone": self.phone,
            "wechat_appid": wechat.appid if wechat else None,
            "wechat_openid": wechat.openid if wechat else None,
            "wechat_unionid": wechat.unionid if wechat else None,
            "handle_kind": handle.network if handle else None,
            "handle": handle.name if handle else None,
        }


class NewCustomer(Contact):
    """A customer to make known."""

    name: Line
    tier: Tier = "standard"
    language: Language = "zh"
    organisation_id: UUID | None = Field(
        default=None, description="When missing: the one whose domain the e-mail address is at, if there is one."
    )
    attributes: Values = Field(default_factory=dict, description="Of those declared for customers.")


class CustomerChange(Wanted):
    """What to change; what is left out stays.

    `name`, `tier`, `language` and `attributes` cannot be empty: null leaves them too.
    """

    name: Line | None = None
    email: Email | None = Field(default=None, description="null takes it away; the next one they have is shown then.")
    phone: Phone | None = Field(default=None, description="As email.")
    external_id: ExternalId | None = Field(default=None, description="As email.")
    tier: Tier | None = None
    tier_reason: Line | None = Field(default=None, description="Why they have another tier now.")
    language: Language | None = None
    organisation_id: UUID | None = Field(default=None, description="null takes it away.")
    attributes: Values | None = Field(default=None, description="Those named; null takes one away.")


class TierSet(View):
    """Who gave a customer the tier they have, when, and why."""

    at: datetime
    by: str
    reason: str | None


class CustomerView(View):
    """A customer. How they can be reached is masked for those without the permission customers:personal."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    external_id: str | None
    tier: Tier
    tier_set: TierSet | None = Field(description="null while the tier is the first one.")
    language: Language
    organisation_id: UUID | None
    attributes: dict[str, Any]
    merged_into: UUID | None = Field(
        description="Who has by now what was theirs; what is asked of one is done to them."
    )
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Mapping[Any, Any], *, masked: bool) -> CustomerView:
        """The view of a customer's row."""
        shown = mask_row(row) if masked else row
        set_at = row["tier_set_at"]
        tier_set = TierSet(at=set_at, by=row["tier_set_by"], reason=row["tier_reason"]) if set_at else None
        return cls(**{name: shown[name] for name in _PLAIN}, tier_set=tier_set)


_PLAIN = tuple(CustomerView.model_fields.keys() - {"tier_set"})


class NewIdentity(Wanted):
    """Something more that a customer can be recognised by."""

    kind: Kind
    value: ExternalId
    scope: Word | None = Field(default=None, validate_default=True, description="The appid, of a wechat_openid only.")
    verified: bool = Field(default=False, description="Whether it was made sure that it is theirs.")

    @field_validator("value")
    @classmethod
    def _value_fits(cls, value: str, info: ValidationInfo) -> str:
        return _must_fit(str(info.data.get("kind", "")), value)

    @field_validator("scope")
    @classmethod
    def _scope_fits(cls, scope: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("kind") and (info.data["kind"] == "wechat_openid") != bool(scope):
            raise PydanticCustomError("not_of_kind", "A wechat_openid has an appid as its scope, and nothing else has.")
        return scope


class AddedBy(View):
    """Who brought an identity."""

    kind: ActorKind
    id: UUID | None
    name: str


class IdentityView(View):
    """Something that a customer is recognised by, and where it came from."""

    id: UUID
    kind: Kind
    value: str
    scope: str | None
    source: Source
    verified_at: datetime | None
    added_at: datetime
    added_by: AddedBy

    @classmethod
    def of(cls, row: Mapping[Any, Any], *, masked: bool) -> IdentityView:
        """The view of an identity's row."""
        value = mask_identity(row["kind"], row["value"]) if masked else row["value"]
        by = AddedBy(kind=row["added_by_kind"], id=row["added_by_id"], name=row["added_by_name"])
        plain = {name: row[name] for name in ("id", "kind", "source", "verified_at", "added_at")}
        return cls(**plain, value=value, scope=row["scope"] or None, added_by=by)


def _must_fit(kind: str, value: str) -> str:
    if kind and not fits(kind, value):
        raise PydanticCustomError("not_of_kind", "This does not look like one of its kind.")
    return value
