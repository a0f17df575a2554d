"""OGC API - Records: the catalogue's records, searched and paged."""

from django.http import HttpRequest, HttpResponse

from core import clock
from layers import box, selection
from layers.metadata import entry, records
from layers.metadata.entry import Search
from layers.ogc import page, question
from layers.ogc.documents import GEOJSON, HTML, JSON, link
from layers.ogc.views import answer, answers, root, who

PARAMETERS = ("q", "type", "ids", "bbox", "datetime", "limit", "after", "f")


@answers()
def collection(request: HttpRequest) -> HttpResponse:
    """Describe the collection of records."""
    return answer(request, records.collection(root(request)))


@answers(*PARAMETERS)
def items(request: HttpRequest) -> HttpResponse:
    """Answer with a page of records, by code."""
    search, given = _search(request), request.GET
    found = [one for one in entry.every(who(request)) if search.finds(one)]
    after, most = given.get("after", ""), question.limit(given.get("limit"))
    rest = [one for one in found if one.layer.code > after]
    shown = rest[:most]
    asked = page.Asked(request.build_absolute_uri(request.path), request.META["QUERY_STRING"])
    links = [
        link(asked.to(), "self", GEOJSON),
        link(asked.to(f="html"), "alternate", HTML),
        link(asked.url.rsplit("/", 1)[0], "collection", JSON),
    ]
    if len(rest) > most:
        links.append(link(asked.to(after=shown[-1].layer.code), "next", GEOJSON))
    body = {
        "type": "FeatureCollection",
        "timeStamp": clock.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberMatched": len(found),
        "numberReturned": len(shown),
        "links": links,
        "features": [records.record(root(request), one) for one in shown],
    }
    return answer(request, body, GEOJSON, "图层目录 Catalogue")


@answers()
def item(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with one record."""
    found = entry.one(code, who(request))
    body = records.record(root(request), found)
    return answer(request, body, GEOJSON, body["properties"]["title"])


def _search(request: HttpRequest) -> Search:
    """Return what is asked; raises Invalid."""
    given = request.GET
    first, last = selection.span(given.get("datetime", ""))
    kinds = tuple(filter(None, given.get("type", "").split(",")))
    return Search(
        terms=entry.terms(given.get("q", "")),
        kinds=kinds,
        codes=tuple(filter(None, given.get("ids", "").split(","))),
        box=box.degrees(given["bbox"]) if given.get("bbox") else None,
        first=first,
        last=last,
    )
