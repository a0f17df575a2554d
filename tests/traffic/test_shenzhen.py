"""A real network: Futian in Shenzhen, of OpenStreetMap by OSMnx, beside SciPy's own answers."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from traffic import graphml, roads, routing

FILE = "city_vector/shenzhen_futian_roads.graphml"


@pytest.fixture
def futian(real) -> roads.Roads:
    folder = os.environ.get("ZHIHUI_SHARED_DATA")
    if not folder:
        pytest.skip("shared data not given")
    call_command("roads", str(Path(folder) / FILE), datum="wgs84")
    roads.forget()
    yield roads.current()
    roads.forget()


def test_the_network_is_the_files(futian: roads.Roads) -> None:
    network = futian.graph
    # 4,009 directed edges, a fifth of them footways; the two of a two-way street are one here
    assert len(network) == 2190
    assert int(network.forward.sum() + network.backward.sum()) == 3199
    assert 1400 < network.nodes < 1751 and network.usable.mean() > 0.95
    assert {"深南大道", "红荔路"} <= set(network.names_zh)


def test_every_arrival_equals_a_plain_dijkstra(futian: roads.Roads) -> None:
    """Between junctions, where no edge has to be cut."""
    network, rng = futian.graph, np.random.default_rng(7)
    rows = np.concatenate((network.first[network.forward], network.last[network.backward]))
    columns = np.concatenate((network.last[network.forward], network.first[network.backward]))
    seconds = np.concatenate((network.seconds[network.forward], network.seconds[network.backward]))
    best: dict[tuple[int, int], float] = {}
    for row, column, second in zip(rows.tolist(), columns.tolist(), seconds.tolist(), strict=True):
        best[row, column] = min(best.get((row, column), np.inf), second)
    ends = np.array(list(best))
    plain = coo_array((list(best.values()), (ends[:, 0], ends[:, 1])), (network.nodes,) * 2)
    two_way = np.flatnonzero(network.forward & network.backward & network.usable)
    for edge in rng.choice(two_way, 8).tolist():
        target = int(network.first[edge])
        whole = dijkstra(plain.T.tocsr(), indices=target)
        starts = {int(each): int(network.first[each]) for each in rng.choice(two_way, 40)}
        found = routing.arrivals(_at(network, edge), {e: _at(network, e) for e in starts}, 7200)
        for start, node in starts.items():
            assert found[start].seconds == pytest.approx(whole[node], abs=0.2)


def _at(network: roads.Graph, edge: int) -> tuple[float, float]:
    lon, lat = network.plane.degrees(shapely.get_coordinates(network.lines[edge])[0])
    return float(lon), float(lat)


def test_a_way_across_futian_follows_one_way_streets(futian: roads.Roads) -> None:
    there = routing.route((114.0050, 22.5450), (114.0350, 22.5250))
    back = routing.route((114.0350, 22.5250), (114.0050, 22.5450))
    assert 2500 < there.metres < 8000 and 100 < there.seconds < 1500
    assert there.metres != back.metres and there.streets
    line = shapely.from_geojson(json.dumps(there.geometry))
    assert line.is_valid and len(line.coords) > 10


def test_a_file_that_is_no_network_is_refused(real, tmp_path: Path) -> None:
    wrong = tmp_path / "streets.graphml"
    wrong.write_text("<graphml")
    with pytest.raises(CommandError, match="is no GraphML"):
        call_command("roads", str(wrong), datum="wgs84")
    with pytest.raises(ValueError, match="is no GraphML"):
        list(graphml.read(tmp_path / "nothing.graphml"))
