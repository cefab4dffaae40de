"""The routes of ticket types and custom fields."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Response

from common.http import etag
from common.http.cursors import Page
from common.http.etag import IfMatch
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from ticket_svc.fields import read
from ticket_svc.fields.change_field import change_field
from ticket_svc.fields.change_type import change_type
from ticket_svc.fields.define_field import define_field
from ticket_svc.fields.define_type import define_type
from ticket_svc.fields.definitions import KEY
from ticket_svc.fields.schemas import FieldChange, FieldView, Form, NewField, NewType, TypeChange, TypeView
from ticket_svc.fields.write_form import write_form

router = Router(prefix="/v1", tags=["fields"])

InPath = Annotated[str, Path(pattern=KEY)]
_TAKEN: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "The key is taken"}}
_VERSIONED: dict[int | str, dict[str, Any]] = {
    412: {"model": ProblemDocument, "description": "Changed meanwhile"},
    428: {"model": ProblemDocument, "description": "If-Match is missing"},
}


def tell_type(response: Response, view: TypeView) -> TypeView:
    """Say the version of what is answered, and where it stands."""
    response.headers["Location"] = f"/v1/ticket-types/{view.key}"
    etag.tag(response, view.version)
    return view


def tell_field(response: Response, view: FieldView) -> FieldView:
    """Say the version of what is answered, and where it stands."""
    response.headers["Location"] = f"/v1/fields/{view.key}"
    etag.tag(response, view.version)
    return view


@router.get("/ticket-types", dependencies=[needs("tickets:read")])
async def types(db: Reads) -> Page[TypeView]:
    """All ticket types with their forms."""
    return await read.list_types(db)


@router.post("/ticket-types", status_code=201, responses=_TAKEN, dependencies=[needs("fields:write"), once])
async def new_type(wanted: NewType, db: Tx, now: Now, response: Response) -> TypeView:
    """Define a ticket type."""
    return tell_type(response, await define_type(db, wanted, now=now))


@router.get("/ticket-types/{key}", dependencies=[needs("tickets:read")])
async def one_type(key: InPath, db: Reads, response: Response) -> TypeView:
    """One ticket type with its form."""
    return tell_type(response, await read.one_type(db, key))


@router.patch("/ticket-types/{key}", responses=_VERSIONED, dependencies=[needs("fields:write")])
async def patch_type(key: InPath, wanted: TypeChange, seen: IfMatch, db: Tx, now: Now, response: Response) -> TypeView:
    """Change a ticket type's label, position, or whether it is used."""
    return tell_type(response, await change_type(db, key, wanted=wanted, seen=seen, now=now))


@router.put("/ticket-types/{key}/form", responses=_VERSIONED, dependencies=[needs("fields:write")])
async def put_form(key: InPath, wanted: Form, seen: IfMatch, db: Tx, now: Now, response: Response) -> TypeView:
    """Replace the form of a ticket type; values that stand on tickets stay."""
    return tell_type(response, await write_form(db, key, wanted=wanted, seen=seen, now=now))


@router.get("/fields", dependencies=[needs("tickets:read")])
async def fields(db: Reads) -> Page[FieldView]:
    """All custom fields, the inactive ones too."""
    return await read.list_fields(db)


@router.post("/fields", status_code=201, responses=_TAKEN, dependencies=[needs("fields:write"), once])
async def new_field(wanted: NewField, db: Tx, now: Now, response: Response) -> FieldView:
    """Define a custom field."""
    return tell_field(response, await define_field(db, wanted, now=now))


@router.get("/fields/{key}", dependencies=[needs("tickets:read")])
async def one_field(key: InPath, db: Reads, response: Response) -> FieldView:
    """One custom field."""
    return tell_field(response, await read.one_field(db, key))


@router.patch("/fields/{key}", responses=_VERSIONED, dependencies=[needs("fields:write")])
async def patch_field(
    key: InPath, wanted: FieldChange, seen: IfMatch, db: Tx, now: Now, response: Response
) -> FieldView:
    """Change a custom field's label, choices, position, or whether it is used. Key and kind never change."""
    return tell_field(response, await change_field(db, key, wanted=wanted, seen=seen, now=now))
