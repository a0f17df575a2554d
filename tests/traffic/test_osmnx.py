"""A network as OSMnx writes it, beside SciPy's answers: made up here, and Shenzhen's Futian."""

import dataclasses
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.core.management import CommandError, call_command
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from traffic import graphml, roads, routing

Place = tuple[float, float]
WEST, SOUTH, STEP, SIDE = 114.00, 22.52, 0.004, 9  # blocks of some 400 m
HEAD = """<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="x" for="node" attr.name="x" attr.type="string"/>
<key id="y" for="node" attr.name="y" attr.type="string"/>
"""
KEYS = ("osmid", "highway", "name", "oneway", "length", "maxspeed", "geometry")


@dataclasses.dataclass(frozen=True)
class Network:
    """A file, what it holds, and two places that lie far apart in it."""

    path: Path
    streets: int
    ways: int  # driven edges, one for each direction
    nodes: range
    names: set[str]
    ends: tuple[Place, Place]


def _place(i: int, j: int) -> Place:
    """Return a junction; the rows are no straight lines, so that no two ways are alike."""
    return WEST + STEP * i, SOUTH + STEP * j + 0.0003 * ((i * 7 + j * 3) % 5)


def _edge(start: Place, end: Place, told: dict[str, str]) -> str:
    ids = ["_".join(f"{part:.5f}" for part in place) for place in (start, end)]
    data = "".join(f'<data key="{key}">{value}</data>' for key, value in told.items())
    return f'<edge source="{ids[0]}" target="{ids[1]}">{data}</edge>'


def _street(number: int, start: Place, end: Place, along: str, oneway: bool) -> list[str]:
    """Return a street's edges: one, or one for each way with the same number and length."""
    told = {"osmid": str(number), "highway": "tertiary", "name": along, "length": str(400 + number)}
    if number % 5 == 0:  # streets that were merged have several of everything, and bends
        middle = (start[0] + end[0]) / 2 + 0.0002, (start[1] + end[1]) / 2 + 0.0002
        told |= {
            "highway": "['secondary', 'tertiary']",
            "name": f"['{along}', '别名']",
            "maxspeed": "['40', '60']",
            "geometry": shapely.LineString([start, middle, end]).wkt,
        }
    if oneway:
        return [_edge(start, end, told | {"oneway": "True"})]
    back = told | {"oneway": "False"}
    if "geometry" in back:
        back["geometry"] = shapely.LineString(shapely.from_wkt(told["geometry"]).coords[::-1]).wkt
    return [_edge(start, end, told | {"oneway": "False"}), _edge(end, start, back)]


def _made(path: Path) -> Network:
    """Write a town of crossing streets: each third one goes one way only, and paths for feet."""
    edges, streets, ways = [], 0, 0
    for i, j in itertools.product(range(SIDE), repeat=2):
        for far, along in (((i + 1, j), f"横{j}路"), ((i, j + 1), f"纵{i}路")):
            if max(far) < SIDE:
                oneway = (i if far[0] == i else j) % 3 == 2
                pair = (_place(i, j), _place(*far))
                edges += _street(streets, *(pair[::-1] if i % 2 else pair), along, oneway)
                streets, ways = streets + 1, ways + (1 if oneway else 2)
        told = {"osmid": f"9{i}{j}", "highway": "footway", "oneway": "False", "length": "9"}
        edges.append(_edge(_place(i, j), _place((i + 3) % SIDE, j), told))
    nodes = [
        f'<node id="{lon:.5f}_{lat:.5f}"><data key="x">{lon}</data>'
        f'<data key="y">{lat}</data></node>'
        for lon, lat in itertools.starmap(_place, itertools.product(range(SIDE), repeat=2))
    ]
    keys = [f'<key id="{key}" for="edge" attr.name="{key}" attr.type="string"/>' for key in KEYS]
    body = [*keys, '<graph edgedefault="directed">', *nodes, *edges, "</graph></graphml>"]
    path.write_text(HEAD + "\n".join(body), encoding="utf-8")
    ends = _place(1, 1), _place(7, 6)
    return Network(path, streets, ways, range(SIDE**2, SIDE**2 + 1), {"横1路", "纵4路"}, ends)


def _given() -> Network:
    """4,009 directed edges, a fifth of them footways; the two of a two-way street are one here."""
    path = Path(str(settings.SHARED_DATA)) / "city_vector/shenzhen_futian_roads.graphml"
    ends = (114.0050, 22.5450), (114.0350, 22.5250)
    return Network(path, 2190, 3199, range(1401, 1751), {"深南大道", "红荔路"}, ends)


@pytest.fixture(params=["made", *(["given"] if settings.SHARED_DATA else [])])
def network(real: None, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Network]:
    """A network that is the city's streets."""
    made = request.param == "made"
    found = _made(tmp_path / "streets.graphml") if made else _given()
    call_command("roads", str(found.path), datum="wgs84")
    roads.forget()
    yield found
    roads.forget()


def test_the_network_is_the_files(network: Network) -> None:
    graph = roads.current().graph
    assert len(graph) == network.streets
    assert int(graph.forward.sum() + graph.backward.sum()) == network.ways
    assert graph.nodes in network.nodes and graph.usable.mean() > 0.95
    assert network.names <= set(graph.names_zh)


def test_every_arrival_equals_a_plain_dijkstra(network: Network) -> None:
    """Between junctions, where no edge has to be cut."""
    graph, rng = roads.current().graph, np.random.default_rng(7)
    rows = np.concatenate((graph.first[graph.forward], graph.last[graph.backward]))
    columns = np.concatenate((graph.last[graph.forward], graph.first[graph.backward]))
    seconds = np.concatenate((graph.seconds[graph.forward], graph.seconds[graph.backward]))
    best: dict[tuple[int, int], float] = {}
    for row, column, second in zip(rows.tolist(), columns.tolist(), seconds.tolist(), strict=True):
        best[row, column] = min(best.get((row, column), np.inf), second)
    ends = np.array(list(best))
    plain = coo_array((list(best.values()), (ends[:, 0], ends[:, 1])), (graph.nodes,) * 2)
    two_way = np.flatnonzero(graph.forward & graph.backward & graph.usable)
    for edge in rng.choice(two_way, 8).tolist():
        target = int(graph.first[edge])
        whole = dijkstra(plain.T.tocsr(), indices=target)
        starts = {int(each): int(graph.first[each]) for each in rng.choice(two_way, 40)}
        found = routing.arrivals(_at(graph, edge), {e: _at(graph, e) for e in starts}, 7200)
        for start, node in starts.items():
            assert found[start].seconds == pytest.approx(whole[node], abs=0.2)


def _at(graph: roads.Graph, edge: int) -> Place:
    lon, lat = graph.plane.degrees(shapely.get_coordinates(graph.lines[edge])[0])
    return float(lon), float(lat)


def test_a_way_across_follows_one_way_streets(network: Network) -> None:
    there = routing.route(*network.ends)
    back = routing.route(*network.ends[::-1])
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
