"""One standing that cannot be judged never keeps the clock, or a reading, from the others."""

import datetime
import json
from collections.abc import Callable
from typing import Any

from alerts import ingest, ticks
from alerts.models import Alert, RuleFault, Standing
from core import clock

Gauge = Callable[..., tuple[Any, Any]]


def test_the_clock_goes_on_behind_what_it_cannot_decide(
    shelf_rules: None, station: Gauge, noon: datetime.datetime
) -> None:
    streams = [station(f"D{n}", "water_depth")[1] for n in range(3)]
    with clock.fixed(noon):
        ingest.commit([ingest.Row.of(each.pk, noon, 30.0) for each in streams])
    bad, odd, good = (Standing.objects.get(subject=f"d:{each.pk}") for each in streams)
    Standing.objects.filter(pk=bad.pk).update(memory={"grade": 99})
    Standing.objects.filter(pk=odd.pk).update(subject="d:999999")
    Standing.objects.filter(pk__in=[bad.pk, odd.pk]).update(due_at=noon)
    with clock.fixed(noon + datetime.timedelta(seconds=61)):
        ticks.look()
    assert [alert.datastream_id for alert in Alert.objects.all()] == [streams[2].pk]
    assert list(Standing.objects.filter(due_at__isnull=False)) == []
    assert RuleFault.objects.filter(subject=bad.subject).exists()
    assert good.alert_id is None


def test_a_reading_is_stored_and_judged_whatever_its_standing_has_become(
    shelf_rules: None, station: Gauge, noon: datetime.datetime
) -> None:
    _, stream = station("P1", "pm25")
    ingest.commit([ingest.Row.of(stream.pk, noon, 500.0)])
    (alert,) = Alert.objects.all()
    Standing.objects.update(memory=json.loads('{"since": {"x": 1}}'))
    later = noon + datetime.timedelta(hours=1)
    ingest.commit([ingest.Row.of(stream.pk, later, 20.0)])
    ingest.commit([ingest.Row.of(stream.pk, later + datetime.timedelta(hours=1), 500.0)])
    again = Alert.objects.get()
    assert again.pk == alert.pk and again.cleared_at is None
