"""The catalogue as DCAT (W3C, version 3) in JSON-LD."""

from typing import Any

from layers.metadata.entry import Entry

TYPE = "application/ld+json"
_EU = "http://publications.europa.eu/resource/authority/"
_FREQUENCY = {
    "daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "yearly": "ANNUAL",
    "once": "NEVER", "on change": "IRREG",
}  # fmt: skip
_MEDIA = "https://www.iana.org/assignments/media-types/"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Node = dict[str, Any]


def catalogue(site: str, entries: list[Entry]) -> Node:
    """Return the whole catalogue; `site` is the address of this installation."""
    return {
        "@context": CONTEXT,
        "@id": f"{site}/catalog/",
        "@type": "dcat:Catalog",
        "dct:title": _both("空间框架图层目录", "Catalogue of the spatial framework's layers"),
        "dct:description": _both(
            "本系统中可见图层的元数据", "Metadata of the layers that one may see here"
        ),
        "foaf:homepage": {"@id": f"{site}/catalog/"},
        "dct:language": [{"@id": f"{_EU}language/ZHO"}, {"@id": f"{_EU}language/ENG"}],
        "dcat:service": [_service(site)],
        "dcat:dataset": [dataset(site, entry) for entry in entries],
    }


def dataset(site: str, entry: Entry) -> Node:
    """Return one layer."""
    layer = entry.layer
    page = f"{site}/catalog/{layer.code}"
    found: Node = {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": layer.code,
        "dct:title": _both(layer.title_zh, layer.title_en),
        "dct:description": entry.source,
        "dcat:keyword": [layer.group, layer.kind],
        "dct:publisher": {
            "@type": "foaf:Organization",
            "foaf:name": _both(*entry.owner),
        },
        "dct:accessRights": {"@id": f"{_EU}access-right/{_right(entry)}"},
        "dct:rights": {"@type": "dct:RightsStatement", "dct:description": entry.attribution},
        "dct:accrualPeriodicity": {"@id": f"{_EU}frequency/{_FREQUENCY[layer.refresh]}"},
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": _distributions(site, entry),
    }
    if layer.datum.startswith("EPSG:"):
        code = layer.datum.removeprefix("EPSG:")
        found["dct:conformsTo"] = {"@id": f"http://www.opengis.net/def/crs/EPSG/0/{code}"}
    return found | _dates(entry) | _place(entry)


def _right(entry: Entry) -> str:
    sharing = entry.layer.sharing
    return {"open": "PUBLIC", "staff": "RESTRICTED"}.get(str(sharing), "NON_PUBLIC")


def _dates(entry: Entry) -> Node:
    found = {}
    if entry.date is not None:
        found["dct:issued"] = {"@type": "xsd:date", "@value": entry.date.isoformat()}
    if entry.updated is not None:
        found["dct:modified"] = {"@type": "xsd:dateTime", "@value": entry.updated.isoformat()}
    return found


def _place(entry: Entry) -> Node:
    if entry.bounds is None:
        return {}
    west, south, east, north = entry.bounds
    ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
    box = {"@type": "geosparql:wktLiteral", "@value": f"POLYGON(({ring}))"}
    return {"dct:spatial": {"@type": "dct:Location", "dcat:bbox": box}}


def _distributions(site: str, entry: Entry) -> list[Node]:
    code, found = entry.layer.code, []
    if entry.layer.is_vector:
        at = f"{site}/ogc/collections/{code}/items"
        found.append(_distribution(at, "GeoJSON, OGC API - Features", "application/geo+json"))
    if entry.layer.has_tiles:
        found.append(_distribution(f"{site}/tiles/{code}.json", "TileJSON", "application/json"))
    if entry.layer.tiled:
        found.append(_distribution(f"{site}/service", "WMS, WMTS", "image/png"))
    return found


def _distribution(url: str, title: str, media: str) -> Node:
    return {
        "@type": "dcat:Distribution",
        "dct:title": title,
        "dcat:accessURL": {"@id": url},
        "dcat:mediaType": {"@id": f"{_MEDIA}{media}"},
    }


def _service(site: str) -> Node:
    return {
        "@id": f"{site}/ogc",
        "@type": "dcat:DataService",
        "dct:title": "OGC API - Features",
        "dcat:endpointURL": {"@id": f"{site}/ogc"},
        "dcat:endpointDescription": {"@id": f"{site}/ogc/api"},
    }


def _both(zh: str, en: str) -> list[Node]:
    return [{"@language": "zh-CN", "@value": zh}, {"@language": "en", "@value": en}]
