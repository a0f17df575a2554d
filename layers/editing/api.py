"""Layers of the console: made, looked at and changed by those who may edit layers."""

import dataclasses
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field as Limit
from ninja import Router, Schema
from ninja.responses import Status

from layers import catalogue, groups
from layers.editing import actions, said
from layers.layer import REFRESH, TYPES, Layer
from layers.models import Registered, State
from layers.rights import ask
from people.may import Rights, require
from people.models import Department, Role
from people.signin import EITHER, rights

router = Router(tags=["layers"], auth=EITHER)

Colour = Annotated[str, Limit(pattern=r"^#[0-9a-f]{6}$")]


class ColumnSaid(Schema):
    """A column: its name, its titles, the type of its values."""

    name: Annotated[str, Limit(max_length=31)]
    zh: Annotated[str, Limit(max_length=60)] = ""
    en: Annotated[str, Limit(max_length=60)] = ""
    type: Literal["text", "int", "float", "bool"] = "text"


class LookSaid(Schema):
    """One colour by day and by night, a size in pixels, an opacity, the column that labels."""

    day: Colour
    night: Colour
    size: Annotated[float, Limit(ge=0.5, le=12)] = 3
    opacity: Annotated[float, Limit(ge=0, le=1)] = 1
    label: Annotated[str, Limit(max_length=31)] = ""


class Given(Schema):
    """All that is said of a layer; `look` null leaves a style that is more than one colour."""

    title_zh: Annotated[str, Limit(max_length=80)] = ""
    title_en: Annotated[str, Limit(max_length=80)] = ""
    group: str = groups.IMPORTED
    owner: Annotated[str, Limit(max_length=40)] = "planning"
    sharing: Literal["open", "staff"] | Annotated[list[str], Limit(min_length=1)] = "staff"
    source: Annotated[str, Limit(max_length=200)] = ""
    source_date: Annotated[str, Limit(pattern=r"^(\d{4}-[01]\d-[0-3]\d)?$")] = ""
    refresh: Literal["once", "daily", "weekly", "monthly", "yearly", "on change"] = "once"
    fields: Annotated[list[ColumnSaid], Limit(max_length=200)] = []
    look: LookSaid | None = None

    def said(self) -> said.Said:
        """Return it as the action takes it."""
        sharing = tuple(self.sharing) if isinstance(self.sharing, list) else self.sharing
        look = said.Look(**self.look.dict()) if self.look else None
        fields = tuple(said.Field(**one.dict()) for one in self.fields)
        plain = self.dict(exclude={"fields", "look", "sharing", "code", "shape", "version"})
        return said.Said(**plain, sharing=sharing, fields=fields, look=look)


class New(Given):
    """A layer that is to be: its code, and whether it holds points, lines or areas."""

    code: Annotated[str, Limit(max_length=31)]
    shape: Literal["point", "line", "polygon"]


class Changed(Given):
    """A layer as it is to be, and the version that one looked at."""

    version: Annotated[str, Limit(max_length=40)]


@router.get("/layers/new")
def choices(request: HttpRequest) -> dict[str, Any]:
    """Tell what a new layer may be: groups, departments, roles, refreshes, types."""
    _editor(request)
    departments = Department.objects.order_by("code").values("code", "name_zh", "name_en")
    return {
        "groups": groups.told()[:-1],
        "departments": list(departments),
        "roles": [role for role in Role.values if role not in (Role.DEVICE, Role.CITIZEN)],
        "refresh": list(REFRESH),
        "types": list(TYPES),
        "datum": said.DATUM,
    }


@router.post("/layers/new", response={201: dict[str, Any]})
def make(request: HttpRequest, given: New) -> Status[dict[str, Any]]:
    """Register an empty layer to import into."""
    layer = actions.make(given.code, given.shape, given.said(), _editor(request))
    return Status(201, _told(catalogue.layer(layer.code)))


@router.get("/layers/{code}/definition")
def definition(request: HttpRequest, code: str) -> dict[str, Any]:
    """Tell what stands of a layer, whether it may be changed here, and what hangs on it."""
    return _told(_seen(request, code))


@router.put("/layers/{code}/definition")
def change(request: HttpRequest, code: str, given: Changed) -> dict[str, Any]:
    """Change what stands of a registered layer; 409 if it is another version by now."""
    layer = _seen(request, code)
    actions.change(layer.code, given.said(), given.version, rights(request))
    return _told(catalogue.layer(code))


def _editor(request: HttpRequest) -> Rights:
    who = rights(request)
    require(who, "layer.edit")
    return who


def _seen(request: HttpRequest, code: str) -> Layer:
    who = _editor(request)
    found = catalogue.layer(code)
    ask(found, who)
    return found


def _told(layer: Layer) -> dict[str, Any]:
    row = Registered.objects.filter(pk=layer.code).first()
    own = row is not None and layer.code not in catalogue.of_files()
    state = State.objects.filter(pk=layer.code).first()
    look = said.look_of(layer) if layer.is_vector else None
    return {
        "code": layer.code,
        "title_zh": layer.title_zh,
        "title_en": layer.title_en,
        "kind": layer.kind,
        "shape": layer.shape,
        "group": layer.group,
        "owner": layer.owner,
        "datum": layer.datum,
        "sharing": layer.sharing,
        "source": layer.source,
        "source_date": str((state and state.source_date) or layer.source_date),
        "refresh": layer.refresh,
        "fields": [
            {"name": name, "zh": one.zh, "en": one.en, "type": one.type}
            for name, one in layer.columns.items()
        ],
        "look": dataclasses.asdict(look) if look else None,
        "registered": own,
        "file": "" if own else f"{layer.code}.toml",
        "version": actions.version_of(row) if own and row else "",
        "made_by": row.made_by if own and row else "",
        "count": state.count if state else 0,
        "hangs": actions.hangs(layer),
    }
