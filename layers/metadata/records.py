"""The catalogue as OGC API - Records (OGC 20-004r1): a collection whose items are layers."""

from typing import Any

from layers.metadata.entry import Entry
from layers.ogc.documents import GEOJSON, HTML, JSON, link

CODE = "catalogue"
CONFORMS = "http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core"
_UTC = "%Y-%m-%dT%H:%M:%SZ"


def collection(root: str) -> dict[str, Any]:
    """Return the description of the record collection."""
    path = f"{root}/collections/{CODE}"
    return {
        "id": CODE,
        "title": "图层目录 Catalogue of layers",
        "description": "可见图层的元数据 Metadata of the layers that one may see",
        "itemType": "record",
        "links": [
            link(f"{path}?f=json", "self", JSON),
            link(f"{path}?f=html", "alternate", HTML),
            link(f"{path}/items?f=json", "items", GEOJSON, "记录 Records"),
            link(f"{path}/items?f=html", "items", HTML, "记录 Records"),
        ],
    }


def record(root: str, entry: Entry) -> dict[str, Any]:
    """Return a layer's record; `root` is the address of /ogc."""
    layer = entry.layer
    told: dict[str, Any] = {
        "type": entry.kind,
        "title": f"{layer.title_zh} {layer.title_en}",
        "description": entry.source,
        "keywords": [layer.group, layer.kind, *([layer.shape] if layer.shape else [])],
        "language": {"code": "zh-CN", "name": "中文"},
        "resourceLanguages": [{"code": "zh-CN"}, {"code": "en"}],
        "contacts": [{"organization": f"{entry.owner[0]} {entry.owner[1]}", "roles": ["owner"]}],
        "license": "other",
        "rights": f"{' '.join(entry.sharing)} · {entry.attribution}",
        "formats": _formats(entry),
        "datum": layer.datum,
        "refresh": layer.refresh,
        "simulated": entry.simulated,
    }
    if entry.updated is not None:
        told["updated"] = entry.updated.strftime(_UTC)
    return {
        "id": layer.code,
        "type": "Feature",
        "conformsTo": [CONFORMS],
        "time": {"date": entry.date.isoformat()} if entry.date else None,
        "geometry": _area(entry.bounds),
        "properties": told,
        "links": links(root, entry),
    }


def links(root: str, entry: Entry) -> list[dict[str, str]]:
    """Return where a layer's record, page, data and maps are."""
    code, site = entry.layer.code, root.removesuffix("/ogc")
    at = f"{root}/collections/{CODE}"
    found = [
        link(f"{at}/items/{code}", "self", GEOJSON),
        link(f"{site}/catalog/{code}", "alternate", HTML, "元数据页 Metadata page"),
        link(at, "collection", JSON),
    ]
    if entry.layer.is_vector:
        data = f"{root}/collections/{code}"
        found += [
            link(data, "describes", JSON, "OGC API - Features"),
            link(f"{data}/items", "item", GEOJSON, "要素 Features"),
        ]
    if entry.layer.has_tiles:
        found.append(link(f"{site}/tiles/{code}.json", "tiles", JSON, "TileJSON"))
    if entry.layer.tiled:
        wms = f"{site}/service?SERVICE=WMS&REQUEST=GetCapabilities"
        found.append(link(wms, "service", "text/xml", "WMS 1.3.0"))
    return found


def _formats(entry: Entry) -> list[dict[str, str]]:
    if entry.layer.is_vector:
        return [{"name": "GeoJSON", "mediaType": GEOJSON}]
    return [{"name": "Map tiles", "mediaType": "image/png"}] if entry.layer.has_tiles else []


def _area(bounds: list[float] | None) -> dict[str, Any] | None:
    if bounds is None:
        return None
    west, south, east, north = bounds
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
