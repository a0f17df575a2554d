"""The generated GeoServer directory: up to date, complete, consistent, and without secrets."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection
from django.db.backends.utils import CursorWrapper
from lxml import etree

from layers import catalogue
from tiles.geoserver import checks, files, sld
from tiles.geoserver import reader as role

COMMITTED = Path(settings.ROOT) / "geoserver_conf"


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return files.make(files.published(catalogue.of_files()))


def test_what_is_committed_is_up_to_date() -> None:
    call_command("publish", check=True)


def test_an_old_or_odd_file_is_noticed(tmp_path: Path) -> None:
    call_command("publish", to=tmp_path)
    call_command("publish", to=tmp_path, check=True)
    (tmp_path / "wms.xml").write_text("<wms/>")
    with pytest.raises(CommandError, match=r"wms\.xml"):
        call_command("publish", to=tmp_path, check=True)
    (tmp_path / "security").mkdir()
    (tmp_path / "security" / "users.xml").write_text("<users/>")
    with pytest.raises(CommandError, match=r"users\.xml"):
        call_command("publish", to=tmp_path, check=True)
    old = tmp_path / "workspaces" / "zhihui" / "postgis" / "gone" / "layer.xml"
    old.parent.mkdir()
    old.write_text("<layer/>")
    call_command("publish", to=tmp_path)
    assert not old.exists()
    assert (tmp_path / "security" / "users.xml").exists()  # GeoServer's own


def test_nothing_is_missing_and_every_reference_leads_somewhere(made: dict[str, bytes]) -> None:
    assert checks.complaints(made) == []


def test_only_open_layers_go_out(made: dict[str, bytes]) -> None:
    names = {path.split("/")[3] for path in made if path.endswith("featuretype.xml")}
    every = catalogue.of_files().values()
    assert names == {one.code for one in every if one.is_vector and one.sharing == "open"}
    assert "parts" not in names and not any(path.startswith("security") for path in made)


@pytest.mark.parametrize(
    ("path", "old", "new", "complaint"),
    [
        ("waters/featuretype.xml", "projectionPolicy", "policy", "<projectionPolicy> is missing"),
        ("waters/featuretype.xml", "latLonBoundingBox", "box", "<latLonBoundingBox> is missing"),
        ("waters/layer.xml", "<id>style-", "<id>style-x", "leads nowhere"),
        ("styles/waters.xml", "waters.sld", "rivers.sld", "rivers.sld is missing"),
        ("global.xml", "charset", "letters", "<charset> is missing"),
        ("wms.xml", "<srs>", "<srs", "wms.xml"),
        ("datastore.xml", "${PG_PASSWORD}", "geoserver", "a password stands here"),
    ],
)
def test_what_geoserver_would_stumble_over_is_found(
    made: dict[str, bytes], path: str, old: str, new: str, complaint: str
) -> None:
    name = next(one for one in made if one.endswith(path))
    spoilt = made | {name: made[name].replace(old.encode(), new.encode())}
    assert any(complaint in one for one in checks.complaints(spoilt))


# what may stand in an element of SLD 1.0 (OGC 02-070), in the order that its schema asks for
CONTENT = {
    "StyledLayerDescriptor": "Name Title Abstract NamedLayer",
    "NamedLayer": "Name LayerFeatureConstraints UserStyle",
    "UserStyle": "Name Title Abstract IsDefault FeatureTypeStyle",
    "FeatureTypeStyle": "Name Title Abstract FeatureTypeName SemanticTypeIdentifier Rule",
    "Rule": "Name Title Abstract LegendGraphic Filter ElseFilter MinScaleDenominator"
    " MaxScaleDenominator PolygonSymbolizer LineSymbolizer PointSymbolizer TextSymbolizer"
    " RasterSymbolizer",
    "PolygonSymbolizer": "Geometry Fill Stroke",
    "LineSymbolizer": "Geometry Stroke",
    "PointSymbolizer": "Geometry Graphic",
    "TextSymbolizer": "Geometry Label Font LabelPlacement Halo Fill",
    "RasterSymbolizer": "Geometry Opacity ChannelSelection OverlapBehavior ColorMap",
    "Graphic": "Mark Opacity Size Rotation",
    "Mark": "WellKnownName Fill Stroke",
    "Halo": "Radius Fill",
    "LabelPlacement": "PointPlacement LinePlacement",
    "PointPlacement": "AnchorPoint Displacement Rotation",
    "AnchorPoint": "AnchorPointX AnchorPointY",
    "LinePlacement": "PerpendicularOffset",
    "Fill": "GraphicFill CssParameter",
    "Stroke": "GraphicFill GraphicStroke CssParameter",
    "Font": "CssParameter",
    "Label": "PropertyName",
    "CssParameter": "PropertyName",
    "Filter": "And Or PropertyIsEqualTo",
    "PropertyIsEqualTo": "PropertyName Literal",
}
CHOICES = {"And", "Or"}  # of conditions, in any order


def test_styles_keep_the_order_of_the_schema() -> None:
    for layer in catalogue.of_files().values():
        tree = etree.fromstring(sld.document(layer))
        for element in tree.iter():
            name = etree.QName(element).localname
            held = [etree.QName(one).localname for one in element]
            if name not in CHOICES:
                places = [CONTENT.get(name, "").split().index(one) for one in held]
                assert places == sorted(places), (layer.code, name, held)
        rules = list(tree.iter(f"{{{sld.SLD}}}Rule"))
        assert all(etree.QName(rule[-1]).localname.endswith("Symbolizer") for rule in rules)
        assert len(rules) == max(1, len(layer.style))


def test_this_citys_layers_come_with_their_extents(fill: Any, tmp_path: Path) -> None:
    fill("waters", [(shapely.box(113.6, 34.7, 113.7, 34.8), {})])
    call_command("publish", to=tmp_path, live=True)
    path = tmp_path / "workspaces/zhihui/postgis/waters/featuretype.xml"
    assert float(etree.parse(path).findtext("latLonBoundingBox/minx")) == pytest.approx(113.6)


@pytest.fixture
def reader(real: None, fill: Any, settings: Any) -> Iterator[CursorWrapper]:
    """What the role of a GeoServer may do; one open layer is filled, one closed."""
    fill("waters", [(shapely.box(113.6, 34.7, 113.7, 34.8), {"name_zh": "如意湖"})])
    fill("parts", [(shapely.Point(113.61, 34.71), {"name_zh": "井盖"})])
    with connection.cursor() as cursor:
        cursor.execute("SELECT true FROM pg_roles WHERE rolname = %s", [role.ROLE])
        if cursor.fetchone() is None:  # a server that our launcher has not made
            cursor.execute(f"CREATE ROLE {role.ROLE} NOLOGIN")
        call_command("publish", let_in=True, to=Path(settings.DATA) / "geoserver")
        cursor.execute(f"SET ROLE {role.ROLE}")
        yield cursor
        cursor.execute("RESET ROLE")
        cursor.execute(f"DROP SCHEMA {role.SCHEMA} CASCADE")


def test_every_published_layer_answers_its_own_question(reader: CursorWrapper) -> None:
    for layer in files.published(catalogue.of_files()):
        asked = files._view(layer)["sql"]
        reader.execute(str(asked))
        assert len(reader.fetchall()) == (layer.code == "waters"), layer.code
    reader.execute("SELECT name_zh, ST_SRID(geom) FROM published.waters")
    assert reader.fetchall() == [("如意湖", 4326)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM published.parts",
        "SELECT * FROM layers_feature",
        "SELECT * FROM people_user",
        "SELECT * FROM feed_entry",
        "CREATE TABLE public.mine ()",
        "UPDATE published.waters SET fid = 2",
        "DELETE FROM published.waters",
    ],
)
def test_the_reader_reads_nothing_else(reader: CursorWrapper, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|does not exist"):
        reader.execute(statement)


def test_a_layer_that_is_no_longer_open_is_gone_from_the_views(reader: CursorWrapper) -> None:
    reader.execute("RESET ROLE")
    role.admit([one for one in files.published(catalogue.layers()) if one.code != "waters"])
    reader.execute(f"SET ROLE {role.ROLE}")
    with pytest.raises(ProgrammingError, match="does not exist"):
        reader.execute("SELECT * FROM published.waters")


def test_a_server_without_the_role_says_what_to_run(
    real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(role, "ROLE", "zhihui_nobody")
    with pytest.raises(CommandError, match="CREATE ROLE zhihui_nobody"):
        call_command("publish", let_in=True)


def test_a_features_own_colour_is_taken_from_its_column() -> None:
    text = sld.document(catalogue.of_files()["metro_lines"]).decode()
    assert "<ogc:PropertyName>colour</ogc:PropertyName></sld:CssParameter>" in re.sub(
        r"\s*\n\s*", "", text
    )
    assert not any("$" in sld.document(one).decode() for one in catalogue.of_files().values())
