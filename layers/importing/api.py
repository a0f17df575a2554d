"""Imports over HTTP: hand a file in, whole or in pieces, follow it, answer, cancel."""

import dataclasses
import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile
from ninja.responses import Status

from core.errors import Invalid
from layers.importing import actions
from layers.importing.making import Wishes
from layers.models import Import, Stage
from people.may import Rights, require
from people.signin import Bearer, Session, rights


class _PlannersBearer(Bearer):
    """A token of somebody who may edit layers: refused before the body is looked at."""

    def authenticate(self, request: HttpRequest, token: str) -> Rights | None:
        found = super().authenticate(request, token)
        if found is not None:
            require(found, "layer.edit")
        return found


class _PlannersSession(Session):
    """A session of somebody who may edit layers."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Rights | None:
        found = super().authenticate(request, key)
        if found is not None:
            require(found, "layer.edit")
        return found


router = Router(tags=["layers"], auth=[_PlannersBearer(), _PlannersSession()])
SHOWN = 50


class Told(Schema):
    """What is said of a file; all may be left out and answered later."""

    kind: str = ""
    layer: str = ""
    datum: str = ""
    accept_datum: bool = False
    title_zh: Annotated[str, Field(max_length=80)] = ""
    title_en: Annotated[str, Field(max_length=80)] = ""
    sharing: str = "staff"
    owner: Annotated[str, Field(max_length=40)] = ""
    source: Annotated[str, Field(max_length=200)] = ""
    source_date: str = ""
    attribution: Annotated[str, Field(max_length=200)] = ""
    member: Annotated[str, Field(max_length=120)] = ""
    east: Annotated[str, Field(max_length=120)] = ""
    north: Annotated[str, Field(max_length=120)] = ""
    key: Annotated[str, Field(max_length=120)] = ""
    coverage: bool = False
    strict: bool = False
    bands: Annotated[str, Field(max_length=20)] = ""
    nodata: Annotated[str, Field(max_length=3)] = ""
    vertical: Annotated[str, Field(max_length=80)] = ""

    def given(self, file: str) -> actions.Given:
        """Return it as the action takes it."""
        names = {field.name for field in dataclasses.fields(Wishes)}
        wishes = Wishes(**{name: getattr(self, name) for name in names})
        return actions.Given(file, self.kind, self.layer, self.datum, self.accept_datum, wishes)


class Announced(Told):
    """A file that comes in pieces: its name and size in bytes."""

    file: Annotated[str, Field(min_length=1, max_length=200)]
    size: int


@router.post("/layers/imports", response={201: dict[str, Any]})
def hand_in(
    request: HttpRequest, told: Form[Told], file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    """Hand in a small file whole; a larger one is announced and sent in pieces."""
    given = told.given(file.name or "")
    row = actions.hand_in(given, file.chunks(), file.size or 0, rights(request))
    return Status(201, public(row))


@router.post("/layers/imports/announced", response={201: dict[str, Any]})
def announce(request: HttpRequest, told: Announced) -> Status[dict[str, Any]]:
    """Announce a file; its pieces go to `PUT /layers/imports/{id}/content?offset=`."""
    return Status(201, public(actions.begin(told.given(told.file), told.size, rights(request))))


@router.put("/layers/imports/{uuid:number}/content")
def append(request: HttpRequest, number: uuid.UUID, offset: int) -> dict[str, Any]:
    """Take a piece of the file (raw bytes, at most 8 MB); the last one starts the import."""
    if offset < 0 or not request.body:
        raise Invalid("a piece has an offset and bytes", zh="分块须有偏移与内容", field="offset")
    return public(actions.append(number, offset, request.body, rights(request)))


@router.get("/layers/imports")
def imports(request: HttpRequest) -> dict[str, Any]:
    """List the latest imports, newest first; each row stays as the record."""
    return {"items": [public(row) for row in Import.objects.all()[:SHOWN]]}


@router.get("/layers/imports/{uuid:number}")
def one(request: HttpRequest, number: uuid.UUID) -> dict[str, Any]:
    """Tell how far an import is, what it asks, and what it did."""
    return public(actions.queue.one(number, rights(request)))


@router.post("/layers/imports/{uuid:number}/answer")
def answer(request: HttpRequest, number: uuid.UUID, told: Told) -> dict[str, Any]:
    """Answer an import's question; all that was said of the file is said anew."""
    return public(actions.answer(number, told.given(""), rights(request)))


@router.post("/layers/imports/{uuid:number}/cancel")
def cancel(request: HttpRequest, number: uuid.UUID) -> dict[str, Any]:
    """Stop an import; nothing of it stays on the map."""
    return public(actions.queue.cancel(number, rights(request)))


def public(row: Import) -> dict[str, Any]:
    """Return an import as its owner sees it."""
    path = actions.kept(row)
    receiving = row.stage == Stage.RECEIVING and path.exists()
    return {
        "file": row.file,
        "size": row.size,
        "received": path.stat().st_size if receiving else row.size,
        "kind": row.kind or row.report.get("kind", ""),
        "layer": row.layer,
        "datum": row.datum,
        "accepted": row.accepted,
        "wishes": row.wishes,
        **row.told(),
    }
