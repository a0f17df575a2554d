"""The catalogue's pages for people, and the whole of it for programs as DCAT."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import Problem
from layers.metadata import dcat, entry, records, wording
from layers.metadata.entry import Entry, Search
from layers.ogc.views import answers, who
from layers.raster import TILE

_WMS = "/service?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetMap&STYLES=&SRS=EPSG:4326&FORMAT=image/png"
_PREVIEW = 480  # pixels


@answers()
def catalogue(request: HttpRequest) -> HttpResponse:
    """Answer with all layers that one may see as DCAT in JSON-LD."""
    found = dcat.catalogue(_site(request), entry.every(who(request)))
    return HttpResponse(json.dumps(found, ensure_ascii=False), content_type=dcat.TYPE)


def pages(request: HttpRequest) -> HttpResponse:
    """List the layers that one may see, or those that a search finds."""
    asked = request.GET.get("q", "").replace("\x00", "")
    search = Search(entry.terms(asked))
    try:
        found = [one for one in entry.every(who(request)) if search.finds(one)]
    except Problem as problem:
        return _refused(request, problem)
    return render(request, "catalog.html", {"entries": found, "asked": asked})


def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is known of one layer."""
    try:
        found = entry.one(code, who(request))
    except Problem as problem:
        return _refused(request, problem)
    return render(request, "record.html", _told(request, found))


def _refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    return render(request, "catalog.html", {"problem": problem}, status=problem.status)


def _told(request: HttpRequest, found: Entry) -> dict[str, Any]:
    root = f"{_site(request)}/ogc"
    fields = [
        {
            "name": name,
            "zh": one.zh,
            "en": one.en,
            "type": entry.TYPES[one.type],
            "codes": one.values,
        }
        for name, one in found.layer.columns.items()
    ]
    return {
        "entry": found,
        "layer": found.layer,
        "refresh": entry.REFRESH[found.layer.refresh],
        "fields": fields,
        "datum": wording.datum(found.layer.datum),
        "extent": wording.extent(found.bounds),
        "links": [one | {"words": wording.LINKS[one["rel"]]} for one in records.links(root, found)],
        "preview": _preview(found),
    }


def _preview(found: Entry) -> str:
    """Return the address of a small map of the layer, or nothing.

    What is drawn at near zooms only is shown in part: the middle, as near as it needs.
    """
    if found.bounds is None or not found.layer.tiled:
        return ""
    west, south, east, north = found.bounds
    wide, high = max(east - west, 1e-4), max(north - south, 1e-4)
    shape = min(max(high / wide, 0.25), 1.5)
    widest = 0.9 * 360 * _PREVIEW / TILE / 2**found.layer.min_zoom  # degrees
    if wide > widest:
        middle = ((west + east) / 2, (south + north) / 2)
        wide, high = widest, widest * shape
        west, south = middle[0] - wide / 2, middle[1] - high / 2
    box = ",".join(f"{edge:.6f}" for edge in (west, south, west + wide, south + high))
    size = f"&WIDTH={_PREVIEW}&HEIGHT={round(_PREVIEW * shape)}"
    return f"{_WMS}&LAYERS={found.layer.code}&BBOX={box}{size}&TRANSPARENT=TRUE"


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
