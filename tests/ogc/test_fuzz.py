"""Schemathesis over our own definitions: what the schema allows, and what it does not.

A server error is a fault of ours, whoever asks and whatever was sent. The number of examples is
bounded, and always the same ones.
"""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from alerts import ingest, rulebook
from alerts.models import Alert
from emergency.actions import incidents, orders, units
from emergency.actions.units import UnitSpec
from people import actions, may
from people.models import Role
from sensors.actions import register
from sensors.thing import StreamSpec, ThingSpec
from urban import actions as cases
from urban import kind
from urban.intake import Filing, Spot
from urban.models import Source

EXAMPLES = 5  # of each sort, for each operation
PLACE = (113.6, 34.7)
TRIED_LATER = (503, 507)  # said on purpose: a model or a map that is not there


@pytest.fixture(scope="module")
def scene(city: None) -> dict[str, Any]:
    """Make one of each thing that an address may name; return them by their parameter."""
    rulebook.sync_shelf()
    who = actions.enrol("fuzz", Role.ADMIN, password=None, areas=["4101"])
    rights = may.of_user(who)
    spec = ThingSpec("W0", "站", "W0", "water", *PLACE, "410105", (StreamSpec("water_depth", 0),))
    (thing,) = register([spec])
    stream = thing.datastreams.get().pk
    now = datetime.datetime.now(datetime.UTC)
    for minutes in (60, 59):
        moment = now - datetime.timedelta(minutes=minutes)
        ingest.commit([ingest.Row.of(stream, moment, 20.0)])
    case, _ = cases.report(
        Filing(kind.find("matter", "06010"), Spot(*PLACE, "410105001", ""), Source.SENSOR, now)
    )
    (unit,) = units.found([UnitSpec("D1", "泵", "Pump", "pump", *PLACE, "", thing.pk, ("fuzz",))])
    incident, _ = incidents.report(incidents.Call("积水"), rights)
    orders.dispatch(incident.pk, [orders.Order(unit.pk)], rights)
    return {
        "token": actions.issue_token(who)[0], "code": "places", "fid": 1, "featureId": 1,
        "thing_id": thing.pk, "stream_id": stream, "alert_id": Alert.objects.get().pk,
        "case_id": case.pk, "unit_id": unit.pk, "incident_id": incident.pk,
        "key": "road_flooding", "model": "gas_plume", "step": "accept",
    }  # fmt: skip


Ask = Callable[[Any], None]


def operations(path: str) -> Iterator[Any]:
    """Return every operation of a definition; what takes things away comes last."""
    schema = schemathesis.openapi.from_wsgi(path, get_wsgi_application())
    found = [one.ok() for one in schema.get_all_operations()]
    yield from sorted(found, key=lambda one: one.method == "delete")


def each_example(operation: Any, mode: GenerationMode, ask: Ask) -> None:
    """Ask with the same few examples at every run; an operation may have none that is wrong."""
    limits = settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @seed(1)
    @limits
    @given(operation.as_strategy(generation_mode=mode))
    def every(case: Any) -> None:
        ask(case)

    try:
        every()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, operation.label


@pytest.mark.parametrize("mode", GenerationMode, ids=["as allowed", "not as allowed"])
@pytest.mark.parametrize("path", ["/ogc/api", "/api/v1/openapi.json"])
def test_no_server_error(scene: dict[str, Any], path: str, mode: GenerationMode) -> None:
    headers = {"Authorization": f"Bearer {scene['token']}"}
    faults, asked = [], []

    def ask(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            known = {name: scene[name] for name in case.path_parameters or {} if name in scene}
            case.path_parameters |= known
        answer = case.call(headers=headers)
        asked.append(answer.status_code)
        if answer.status_code >= 500 and answer.status_code not in TRIED_LATER:
            faults.append(case.as_curl_command())

    for operation in operations(path):
        each_example(operation, mode, ask)
    assert not faults, faults
    assert len(asked) > 100
