"""The pictures of an orthophoto layer by day: what each is made of; one day is taken away."""

import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from layers import catalogue
from layers.models import Picture
from layers.pictures import actions
from layers.rights import ask
from people import may
from people.signin import EITHER, rights

router = Router(tags=["layers"], auth=EITHER)


@router.get("/layers/{code}/pictures")
def every(request: HttpRequest, code: str) -> dict[str, Any]:
    """List the days that a layer has a picture of, oldest first, each with its pieces."""
    may.require(rights(request), "layer.see")
    ask(catalogue.layer(code), rights(request))
    return {"items": [_told(one) for one in Picture.objects.filter(layer=code)]}


def _told(one: Picture) -> dict[str, Any]:
    return {
        "date": one.date.isoformat(),
        "source": one.source,
        "bounds": [round(edge, 6) for edge in one.extent.extent],
        "raster": one.raster,
        "pieces": one.pieces,
        "changed_at": one.changed_at.isoformat(),
    }


@router.delete("/layers/{code}/pictures/{date}", response={204: None})
def remove(request: HttpRequest, code: str, date: datetime.date) -> Status[None]:
    """Take one day's picture away; the files that it was made of stay as the record."""
    may.require(rights(request), "layer.edit")
    actions.remove(code, date, rights(request).actor)
    return Status(204, None)
