"""What a generated directory must hold, read back from its files: keys, references, styles."""

from collections.abc import Mapping

from lxml import etree

REQUIRED = {
    "featuretype.xml": ("id", "name", "nativeName", "projectionPolicy", "enabled", "srs",
                        "nativeBoundingBox", "latLonBoundingBox", "store", "namespace"),
    "layer.xml": ("id", "name", "type", "defaultStyle", "resource", "enabled"),
    "datastore.xml": ("id", "name", "type", "enabled", "workspace", "connectionParameters"),
    "global.xml": ("settings", "jai", "coverageAccess"),
    "wms.xml": ("srs", "enabled"),
    "wfs.xml": ("serviceLevel", "enabled"),
    "wmts.xml": ("keywords", "enabled"),
}  # fmt: skip
SECRET = ("passwd", "password")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def complaints(files: Mapping[str, bytes]) -> list[str]:
    """Return everything that GeoServer would stumble over, or swallow in silence."""
    trees, found = {}, []
    for path, content in files.items():
        if path.endswith((".xml", ".sld")):
            try:
                trees[path] = etree.fromstring(content, _PARSER)
            except etree.XMLSyntaxError as error:
                found.append(f"{path}: {error}")
    found += _missing(trees) + _references(trees, files) + _secrets(trees)
    return found


def _missing(trees: Mapping[str, etree._Element]) -> list[str]:
    found = []
    for path, tree in trees.items():
        for key in REQUIRED.get(path.rsplit("/", 1)[-1], ()):
            if tree.find(key) is None:
                found.append(f"{path}: <{key}> is missing")
    if trees.get("global.xml") is not None and not trees["global.xml"].findtext("settings/charset"):
        found.append("global.xml: <charset> is missing")
    return found


def _references(trees: Mapping[str, etree._Element], files: Mapping[str, bytes]) -> list[str]:
    """Check that ids are unique and that every reference leads to one."""
    own, found = _ids(trees)
    for path, tree in trees.items():
        for reference in tree.xpath("*[not(self::settings)]/id/text()"):
            if reference not in own:
                found.append(f"{path}: {reference} leads nowhere")
        if path.startswith("gwc-layers/") and tree.findtext("id") not in own:
            found.append(f"{path}: no layer of this id")
        beside = _beside(path, tree)
        if beside and beside not in files:
            found.append(f"{path}: {beside} is missing")
    return found


def _ids(trees: Mapping[str, etree._Element]) -> tuple[dict[str, str], list[str]]:
    found: list[str] = []
    own: dict[str, str] = {}
    for path, tree in trees.items():
        number = tree.findtext("id")
        if number is None or path.startswith("gwc-layers/") or path == "workspaces/default.xml":
            continue
        if number in own:
            found.append(f"{path}: id of {own[number]} again")
        own[number] = path
    return own, found


def _beside(path: str, tree: etree._Element) -> str:
    """Return the file without which this one is worth nothing."""
    if tree.tag == "style":
        return f"{path.rsplit('/', 1)[0]}/{tree.findtext('filename')}"
    if tree.tag == "featureType":
        return path.replace("featuretype", "layer")
    return f"gwc-layers/{tree.findtext('id')}.xml" if tree.tag == "layer" else ""


def _secrets(trees: Mapping[str, etree._Element]) -> list[str]:
    """Check that no password stands in a file, only names of the environment."""
    return [
        f"{path}: a password stands here"
        for path, tree in trees.items()
        for entry in tree.iter("entry")
        if str(entry.get("key", "")).lower() in SECRET
        and not str(entry.text or "").startswith("${")
    ]
