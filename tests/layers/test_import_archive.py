"""Shapefiles in both encodings, and archives that mean harm."""

import io
import zipfile
from pathlib import Path

import pytest

from layers.models import Feature, Registered, Stage
from tests.layers.handed import ONE, bring, shapefile

pytestmark = pytest.mark.usefixtures("own_data")


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize(
    "keep",
    [(".shp", ".shx", ".dbf", ".cpg"), (".shp", ".shx", ".dbf"), (".shp", ".dbf")],
    ids=["whole", "no-cpg", "no-shx"],
)
def test_shapefiles_in_both_encodings(
    real: None, tmp_path: Path, encoding: str, keep: tuple[str, ...]
) -> None:
    done = bring(shapefile(tmp_path, encoding, keep), "行政区.zip")
    assert done.stage == Stage.DONE, done.said
    names = {row.properties["ming_cheng"] for row in Feature.objects.filter(layer=done.layer)}
    assert names == {"金水区", "二七区"}
    assert ("rebuilt" in str(done.report["notes"])) == (".shx" not in keep)


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_json", ".geojson"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"PK\x03\x04 broken", "cannot be opened"),
        (packed(readme=b"nothing"), "holds nothing that can be read"),
        (packed(a_json=ONE, b_json=ONE), "it holds 2: a, b"),
        (packed(x__a_json=ONE, y__a_json=ONE), "two files called a.geojson"),
        (packed(a_json=b" " * (400 << 20)), "grows more than 300 times"),
    ],
)
def test_bad_archives_are_refused(real: None, content: bytes, complaint: str) -> None:
    done = bring(content, "many.zip")
    assert done.stage == Stage.REFUSED and complaint in done.said["en"], done.said
    assert done.said["zh"] and not Registered.objects.exists()


def test_no_member_escapes_its_folder(real: None, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../../escaped.geojson", ONE)
    done = bring(out.getvalue(), "slip.zip")
    assert done.stage == Stage.DONE
    assert not list(tmp_path.parent.glob("**/escaped.geojson"))


def test_one_of_many_may_be_named(real: None) -> None:
    done = bring(packed(a_json=ONE, b_json=ONE), "two.zip", wishes={"member": "b"})
    assert done.stage == Stage.DONE
