"""The plume against the field's worked values; the model's zones, limits and refusals."""

import json
import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from emergency.hazard import Unfit, hazards
from emergency.plume import CLASSES, Plume, sigma_y, sigma_z, stability

GIVEN = {
    "rate_g_s": 1000.0,
    "wind_m_s": 3.0,
    "wind_from_deg": 270.0,
    "danger_mg_m3": 87.0,
    "caution_mg_m3": 8.7,
}
PLACE = (113.65, 34.75)
MODEL = hazards()["gas_plume"]


def run(**more: float):
    return MODEL.run(*PLACE, GIVEN | more)


def said(outcome) -> str:
    return " ".join(en for _, en in outcome.assumptions)


def test_briggs_spreads(vectors) -> None:
    for row in vectors["dispersion"]["briggs_sigmas"]:
        urban = row["terrain"] == "urban"
        x, stable = row["x_m"], row["class"]
        assert sigma_y(x, stable, urban) == pytest.approx(row["sigma_y"], rel=1e-4)
        assert sigma_z(x, stable, urban) == pytest.approx(row["sigma_z"], rel=1e-4)


def test_worked_examples(vectors) -> None:
    for row in vectors["dispersion"]["examples"]:
        plume = Plume(
            row["Q_g_s"], row["u_m_s"], row["H_m"], row["class"], row["terrain"] == "urban"
        )
        for point in row["points"]:
            found = plume.at(point["x"], point["y"], point["z"])
            assert found == pytest.approx(point["c_g_m3"], rel=1e-5)
        reach = plume.reach(row["threshold_g_m3"])
        assert reach == pytest.approx(row["max_downwind_m"], abs=0.06)
        width = plume.half_width(reach / 2, row["threshold_g_m3"])
        assert width == pytest.approx(row["half_width_at_half_reach_m"], abs=0.06)


def test_pasquills_table(vectors) -> None:
    table = vectors["dispersion"]["pasquill"]
    rows = ("day_strong", "day_moderate", "day_slight", "", "night_overcast_ge_4_8", "night_le_3_8")
    for sky, name in enumerate(rows, start=1):
        for wind, cell in zip((1.0, 2.5, 4.0, 5.5, 8.0), table.get(name, [None] * 5), strict=True):
            found = stability(sky, wind)
            if cell is not None:
                assert found == cell.split("-")[-1], (name, wind)  # the stabler of two
            elif not name:
                assert found == "D"


def test_the_textbooks_maximum_stands_where_sigma_z_is_h_over_root_two(vectors) -> None:
    for row in vectors["dispersion"]["textbook"]["rows"]:
        sy, sz = row["recomputed"]["sigma_y"], row["recomputed"]["sigma_z"]
        chi = 0.37 / (math.pi * 2 * sy * sz) * math.exp(-(40**2) / (2 * sz**2))
        assert chi == pytest.approx(row["published"]["chi_g_m3"], rel=0.01)


def test_wind_from_the_west_carries_it_east() -> None:
    outcome = run()
    worst = shapely.from_geojson(json.dumps(outcome.zones[0].geometry))
    assert outcome.zones[0].severity == 1 and worst.is_valid
    assert worst.centroid.x > PLACE[0] and worst.centroid.y == pytest.approx(PLACE[1], abs=1e-4)
    metres = (worst.bounds[2] - PLACE[0]) * 111_320 * math.cos(math.radians(PLACE[1]))
    assert metres == pytest.approx(float(outcome.figures["danger_reach"].value), rel=0.001)
    north = run(wind_from_deg=180.0).zones[0].geometry
    assert shapely.from_geojson(json.dumps(north)).centroid.y > PLACE[1]


def test_calm_is_clamped_and_said() -> None:
    calm = run(wind_m_s=0.0)
    assert calm.figures["wind"].value == 1.0 and "unreliable" in said(calm)
    assert calm.figures["danger_reach"].value == run(wind_m_s=0.99).figures["danger_reach"].value
    assert "Calm" not in said(run(wind_m_s=1.0))


def test_the_guidebook_stands_beside_it_where_it_is_known() -> None:
    chlorine = run(un=1017, large=1, sky=1)
    assert chlorine.figures["isolate"].value == 500
    titles = [zone.title_en for zone in chlorine.zones]
    assert "Initial isolation (guidebook)" in titles
    square = next(z for z in chlorine.zones if z.severity == 4)
    west = shapely.from_geojson(json.dumps(square.geometry)).bounds[0]
    assert west == pytest.approx(PLACE[0], abs=1e-5)  # its upwind edge goes through the spill
    assert "edition not stated" in said(chlorine) and "denser than air" in said(chlorine)
    assert "is not loaded" in said(run(un=1017, large=1, sky=6))
    assert "guide 125" in said(run(un=1005))


def test_every_sentence_is_there_in_both_languages() -> None:
    for zh, en in run(wind_m_s=0.2, un=1005, rate_g_s=1e6).assumptions:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)
        assert en.replace("°", "").isascii()


def test_what_stays_below_both_limits_draws_nothing() -> None:
    weak = run(rate_g_s=0.001, height_m=200.0)
    assert not weak.zones and "below both limits" in said(weak)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"rate_g_s": 0.0}, "rate_g_s"),
        ({"rate_g_s": float("nan")}, "rate_g_s"),
        ({"wind_m_s": -1.0}, "wind_m_s"),
        ({"wind_from_deg": 361.0}, "wind_from_deg"),
        ({"sky": 7.0}, "sky"),
        ({"sky": 1.5}, "sky"),
        ({"un": 4.0}, "un"),
        ({"colour": 1.0}, "colour"),
    ],
)
def test_numbers_that_cannot_be_are_refused(bad: dict[str, float], field: str) -> None:
    with pytest.raises(Unfit) as refused:
        run(**bad)
    assert refused.value.field == field and refused.value.zh
    with pytest.raises(Unfit, match="missing"):
        MODEL.run(*PLACE, {"wind_m_s": 2.0})


@given(
    rate=st.floats(0.01, 1e5),
    wind=st.floats(1.0, 30.0),
    height=st.floats(0.0, 200.0),
    stable=st.sampled_from(CLASSES),
    urban=st.booleans(),
    threshold=st.floats(1e-6, 10.0),
)
def test_the_edge_is_the_edge(rate, wind, height, stable, urban, threshold) -> None:
    plume = Plume(rate, wind, height, stable, urban)
    reach = plume.reach(threshold)
    if reach is None:
        assert plume.at(500.0) < threshold
    elif reach < 9_999:
        assert plume.at(reach) == pytest.approx(threshold, rel=0.01)
        assert plume.at(min(reach * 1.05, 10_000)) <= threshold
    ring = plume.outline(threshold)
    assert not ring or ring[0] == ring[-1]
