"""The generated GeoServer directory: up to date, complete, consistent, and without secrets."""

from pathlib import Path
from typing import Any

import pytest
import shapely
from django.conf import settings
from django.core.management import CommandError, call_command
from lxml import etree

from layers import catalogue
from tiles.geoserver import checks, files, sld

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
    call_command("publish", to=tmp_path)
    assert not (tmp_path / "security" / "users.xml").exists()


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


def test_styles_keep_the_order_of_the_schema() -> None:
    order = ["Name", "Title", "Filter", "MinScaleDenominator", "MaxScaleDenominator"]
    for layer in catalogue.of_files().values():
        tree = etree.fromstring(sld.document(layer))
        for rule in tree.iter(f"{{{sld.SLD}}}Rule"):
            names = [etree.QName(one).localname for one in rule]
            known = [order.index(name) for name in names if name in order]
            assert known == sorted(known) and names[-1].endswith("Symbolizer"), layer.code
        assert len(list(tree.iter(f"{{{sld.SLD}}}Rule"))) == max(1, len(layer.style))


def test_this_citys_layers_come_with_their_extents(fill: Any, tmp_path: Path) -> None:
    fill("waters", [(shapely.box(113.6, 34.7, 113.7, 34.8), {})])
    call_command("publish", to=tmp_path, live=True)
    path = tmp_path / "workspaces/zhihui/postgis/waters/featuretype.xml"
    assert float(etree.parse(path).findtext("latLonBoundingBox/minx")) == pytest.approx(113.6)
