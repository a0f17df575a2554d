"""A GeoServer data directory made from the catalogue: the open vector layers, nothing secret.

What must stand in each file, and what happens without it, was tried on a real GeoServer; passwords
and addresses come from the environment (`-DALLOW_ENV_PARAMETRIZATION=true`).
"""

import uuid
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from layers.layer import Layer
from tiles.geoserver import reader, sld

WORKSPACE, STORE, URI = "zhihui", "postgis", "https://zhihui.invalid/ns"
OWN = ("workspaces/", "gwc-layers/")  # folders that hold what is made here only
SERVED = ("EPSG:4326", "EPSG:3857", "EPSG:4490")
Box = tuple[float, float, float, float]
CHINA: Box = (73.0, 3.0, 136.0, 54.0)
_NAMESPACE = uuid.UUID("6b0f5b0e-3b1c-5d3a-9f43-6a1f3a6f0d11")
_JAVA = {"text": "java.lang.String", "int": "java.lang.Long", "float": "java.lang.Double",
         "bool": "java.lang.Boolean"}  # fmt: skip
_GEOMETRY = {"point": "Point", "line": "MultiLineString", "polygon": "MultiPolygon"}
_BOUND = {"line": "org.locationtech.jts.geom.MultiLineString",
          "point": "org.locationtech.jts.geom.Point",
          "polygon": "org.locationtech.jts.geom.MultiPolygon"}  # fmt: skip
Tree = Mapping[str, Any] | list[Any] | str | int | float | bool


def published(layers: Mapping[str, Layer]) -> list[Layer]:
    """Return what goes out: vector layers that everybody may see."""
    return [one for one in layers.values() if one.is_vector and one.sharing == "open"]


def make(layers: list[Layer], bounds: Mapping[str, Box] | None = None) -> dict[str, bytes]:
    """Return every file of the directory by its path; `bounds` in degrees by layer."""
    at = f"workspaces/{WORKSPACE}"
    found = {
        "README.md": _README.encode(),
        "global.xml": _xml("global", _GLOBAL),
        "logging.xml": _xml("logging", {"level": "PRODUCTION_LOGGING", "stdOutLogging": True}),
        "wms.xml": _xml("wms", _service("WMS", "WMS") | {"srs": [
            ("string", code.removeprefix("EPSG:")) for code in SERVED]}),
        "wfs.xml": _xml("wfs", _service("WFS", "WFS") | _WFS),
        "wmts.xml": _xml("wmts", _service("WMTS", "WMTS")),
        "gwc-gs.xml": _xml("GeoServerGWCConfig", _GWC),
        "workspaces/default.xml": _xml("workspace", _workspace()),
        f"{at}/workspace.xml": _xml("workspace", _workspace()),
        f"{at}/namespace.xml": _xml("namespace", _namespace()),
        f"{at}/{STORE}/datastore.xml": _xml("dataStore", _store()),
    }  # fmt: skip
    for layer in layers:
        box = (bounds or {}).get(layer.code, CHINA)
        folder = f"{at}/{STORE}/{layer.code}"
        found |= {
            f"{folder}/featuretype.xml": _xml("featureType", _feature_type(layer, box)),
            f"{folder}/layer.xml": _xml("layer", _layer(layer)),
            f"{at}/styles/{layer.code}.xml": _xml("style", _style(layer)),
            f"{at}/styles/{layer.code}.sld": sld.document(layer),
            f"gwc-layers/{_id('layer', layer.code)}.xml": _xml("GeoServerTileLayer", _tiles(layer)),
        }
    return dict(sorted(found.items()))


def _id(kind: str, name: str) -> str:
    """Return the id of a thing: the same at every making, different for everything else."""
    return f"{kind}-{uuid.uuid5(_NAMESPACE, f'{kind}:{name}')}"


def _xml(root: str, tree: Tree) -> bytes:
    element = ET.Element(root)
    _fill(element, tree)
    ET.indent(element)
    text: bytes = ET.tostring(element, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"


def _fill(element: ET.Element, tree: Tree) -> None:
    """Write a tree: a mapping or (name, tree) pairs; names with @ are attributes."""
    if isinstance(tree, bool):
        element.text = str(tree).lower()
    elif isinstance(tree, str | int | float):
        element.text = str(tree)
    else:
        for name, below in tree.items() if isinstance(tree, Mapping) else tree:
            if name.startswith("@"):
                element.set(name[1:], str(below))
            elif name == "#":
                element.text = str(below)
            else:
                _fill(ET.SubElement(element, name), below)


def _workspace() -> dict[str, Tree]:
    return {"id": _id("workspace", WORKSPACE), "name": WORKSPACE}


def _namespace() -> dict[str, Tree]:
    return {"id": _id("namespace", WORKSPACE), "prefix": WORKSPACE, "uri": URI}


def _store() -> dict[str, Tree]:
    entries = {
        "dbtype": "postgis", "host": "${PG_HOST}", "port": "${PG_PORT}",
        "database": "${PG_DATABASE}", "user": "${PG_USER}", "passwd": "${PG_PASSWORD}",
        "schema": "public", "namespace": URI, "Expose primary keys": "true",
        "Loose bbox": "true", "preparedStatements": "true", "max connections": "10",
        "min connections": "1", "validate connections": "true",
    }  # fmt: skip
    return {
        "id": _id("datastore", STORE),
        "name": STORE,
        "type": "PostGIS",
        "enabled": True,
        "workspace": {"id": _id("workspace", WORKSPACE)},
        "connectionParameters": [
            ("entry", [("@key", key), ("#", value)]) for key, value in entries.items()
        ],
    }


def _feature_type(layer: Layer, box: Box) -> dict[str, Tree]:
    return {
        "id": _id("featuretype", layer.code),
        "name": layer.code,
        "nativeName": layer.code,
        "namespace": {"id": _id("namespace", WORKSPACE)},
        "title": f"{layer.title_zh} {layer.title_en}",
        "abstract": f"{layer.source} · {layer.attribution}",
        "keywords": [("string", layer.title_zh), ("string", layer.title_en)],
        "srs": "EPSG:4326",
        "nativeBoundingBox": _box(box),
        "latLonBoundingBox": _box(box),
        "projectionPolicy": "FORCE_DECLARED",
        "enabled": True,
        "metadata": [("entry", [("@key", "JDBC_VIRTUAL_TABLE"), ("virtualTable", _view(layer))])],
        "store": [("@class", "dataStore"), ("id", _id("datastore", STORE))],
        "maxFeatures": 0,
        "numDecimals": 7,
        "attributes": _attributes(layer),
    }


def _box(box: Box) -> dict[str, Tree]:
    west, south, east, north = box
    return {"minx": west, "maxx": east, "miny": south, "maxy": north, "crs": "EPSG:4326"}


def _view(layer: Layer) -> dict[str, Tree]:
    """Return the SQL view of a layer: its columns by name and type, one row a feature."""
    names = ", ".join(f'"{name}"' for name in ("fid", *layer.columns, "geom"))
    geometry = {"name": "geom", "type": _GEOMETRY[layer.shape], "srid": 4326}
    return {
        "name": layer.code,
        "sql": f'SELECT {names} FROM {reader.SCHEMA}."{layer.code}"',
        "escapeSql": False,
        "keyColumn": "fid",
        "geometry": geometry,
    }


def _attributes(layer: Layer) -> list[tuple[str, Tree]]:
    columns = [("fid", "java.lang.Long")]
    columns += [(name, _JAVA[one.type]) for name, one in layer.columns.items()]
    columns.append(("geom", _BOUND[layer.shape]))
    return [
        ("attribute", {"name": name, "minOccurs": 0, "maxOccurs": 1, "nillable": True,
                       "binding": binding})
        for name, binding in columns
    ]  # fmt: skip


def _layer(layer: Layer) -> dict[str, Tree]:
    return {
        "name": layer.code,
        "id": _id("layer", layer.code),
        "type": "VECTOR",
        "defaultStyle": {"id": _id("style", layer.code)},
        "resource": [("@class", "featureType"), ("id", _id("featuretype", layer.code))],
        "enabled": True,
        "advertised": True,
        "attribution": {"title": layer.attribution, "logoWidth": 0, "logoHeight": 0},
    }


def _style(layer: Layer) -> dict[str, Tree]:
    return {
        "id": _id("style", layer.code),
        "name": layer.code,
        "workspace": {"id": _id("workspace", WORKSPACE)},
        "format": "sld",
        "languageVersion": {"version": "1.0.0"},
        "filename": f"{layer.code}.sld",
    }


def _tiles(layer: Layer) -> dict[str, Tree]:
    grids = ["EPSG:900913", "EPSG:4326"]
    return {
        "id": _id("layer", layer.code),
        "enabled": True,
        "inMemoryCached": True,
        "name": f"{WORKSPACE}:{layer.code}",
        "mimeFormats": [("string", "image/png"),
                        ("string", "application/vnd.mapbox-vector-tile")],
        "gridSubsets": [("gridSubset", {"gridSetName": name}) for name in grids],
        "metaWidthHeight": [("int", 4), ("int", 4)],
        "expireCache": 0,
        "expireClients": 0,
        "parameterFilters": [],
        "gutter": 16,
    }  # fmt: skip


def _service(name: str, title: str) -> dict[str, Any]:
    return {
        "id": _id("service", name),
        "enabled": True,
        "name": name,
        "title": f"Zhihui 指挥 {title}",
        "abstrct": "城市空间框架的公开图层 Open layers of the city's spatial framework",
        "keywords": [("string", "Zhihui")],
        "citeCompliant": False,
        "schemaBaseURL": "http://schemas.opengis.net",
        "verbose": False,
    }


_WFS: dict[str, Any] = {
    "maxFeatures": 100000,
    "serviceLevel": "BASIC",
    "featureBounding": False,
    "canonicalSchemaLocation": False,
    "encodeFeatureMember": False,
}
_GLOBAL: dict[str, Any] = {
    "settings": {
        "id": _id("settings", "global"),
        "contact": {"contactOrganization": "Zhihui"},
        "charset": "UTF-8",
        "numDecimals": 8,
        "onlineResource": "${PROXY_BASE_URL}",
        "proxyBaseUrl": "${PROXY_BASE_URL}",
        "verbose": False,
        "verboseExceptions": False,
        "localWorkspaceIncludesPrefix": True,
    },
    "jai": {
        "allowInterpolation": False,
        "recycling": False,
        "tilePriority": 5,
        "tileThreads": 7,
        "memoryCapacity": 0.5,
        "memoryThreshold": 0.75,
    },
    "coverageAccess": {
        "maxPoolSize": 5,
        "corePoolSize": 5,
        "keepAliveTime": 30000,
        "queueType": "UNBOUNDED",
        "imageIOCacheThreshold": 10240,
    },
    "updateSequence": 1,
    "featureTypeCacheSize": 0,
    "globalServices": True,
    "xmlPostRequestLogBufferSize": 1024,
}
_GWC: dict[str, Any] = {
    "version": "1.1.0",
    "directWMSIntegrationEnabled": False,
    "WMSCEnabled": False,
    "TMSEnabled": False,
    "securityEnabled": False,
    "innerCachingEnabled": False,
    "cacheLayersByDefault": True,
    "cacheNonDefaultStyles": False,
    "metaTilingX": 4,
    "metaTilingY": 4,
    "gutter": 0,
    "defaultCachingGridSetIds": [("string", "EPSG:900913"), ("string", "EPSG:4326")],
    "defaultVectorCacheFormats": [("string", "image/png")],
}
_README = """# A data directory for GeoServer, generated

`./zhihui manage publish` writes it from the catalogue of layers; nothing here is edited or read
back. It holds no password: the store takes `PG_HOST`, `PG_PORT`, `PG_DATABASE`, `PG_USER` and
`PG_PASSWORD` from the environment (Java option `-DALLOW_ENV_PARAMETRIZATION=true`), the
administrator's password is GeoServer's own `GEOSERVER_ADMIN_PASSWORD`. There is no `security/`
here on purpose: a partial one would leave GeoServer's well-known password in force.

The layers are views of the schema `published`, read by the role `zhihui_reader`, which may read
nothing else. The role is made with the database (`ZHIHUI_READER_PASSWORD` lets it sign in), the
views by `./zhihui manage publish --reader`; the services of `docker-compose.yml` do both at each
start, with the layers that the city has imported.
"""
