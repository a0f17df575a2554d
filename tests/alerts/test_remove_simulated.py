"""What a demo has raised goes with the demo, told to the log; what is real stays."""

import datetime

import pytest

from alerts import actions, ingest
from alerts.models import Alert, Standing
from core.errors import Conflict
from feed import state
from sensors import registry
from sensors.actions import register, remove
from sensors.models import Thing
from sensors.thing import StreamSpec, ThingSpec


def gauge(code: str, simulated: bool) -> Thing:
    (thing,) = register(
        [
            ThingSpec(
                code, code, code, "rain", 113.6, 34.7, "410105", (StreamSpec("rain", 300),),
                simulated=simulated,
            )
        ]
    )  # fmt: skip
    registry.forget()
    return thing


def test_simulated_things_go_with_their_alerts(shelf_rules: None, noon: datetime.datetime) -> None:
    shown, real = gauge("S1", True), gauge("R1", False)
    for thing in (shown, real):
        ingest.commit([ingest.Row.of(thing.datastreams.get().pk, noon, 120.0)])
    assert Alert.objects.count() == 2
    with pytest.raises(Conflict, match="part of the record"):
        remove([shown])
    assert actions.remove_simulated("demo_city") == 1
    assert remove([shown]) == 1
    assert [alert.thing_id for alert in Alert.objects.all()] == [real.pk]
    assert {each.subject for each in Standing.objects.all()} == {f"d:{real.datastreams.get().pk}"}
    _, fold = state.known_at(datetime.datetime.now(datetime.UTC), frozenset({"alert", "thing"}))
    assert {(each.topic, each.id) for each in fold.values()} == {
        ("thing", str(real.pk)),
        ("alert", str(Alert.objects.get().pk)),
    }
