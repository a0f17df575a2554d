"""A hazard model run for an incident: kept with all that went into it."""

import dataclasses
from collections.abc import Mapping

from django.contrib.gis.geos import Point
from django.db import transaction

from core import clock
from core.errors import Invalid, Unknown
from emergency import place, public
from emergency.actions.log import keep, locked_incident
from emergency.hazard import Unfit, hazards
from emergency.models import HazardRun, Incident
from people import may


def run(
    incident_id: int,
    model: str,
    given: Mapping[str, float],
    rights: may.Rights,
    at: tuple[float, float] | None = None,
) -> HazardRun:
    """Run a model at the incident's place, or at another; raises Invalid for what cannot be."""
    hazard = hazards().get(model)
    if hazard is None:
        raise Unknown(f"there is no hazard model {model!r}", zh=f"没有灾害模型 {model!r}")
    with transaction.atomic():
        incident = locked_incident(incident_id, rights, "hazard.run")
        spot = _spot(incident, at)
        try:
            values = hazard.checked(given)
            outcome = hazard.run(spot.x, spot.y, values)
        except Unfit as unfit:
            raise Invalid(str(unfit), zh=unfit.zh, field=unfit.field) from unfit
        before = public.incident(incident)
        found = HazardRun.objects.create(
            incident=incident,
            model=model,
            point=spot,
            given=values,
            figures={name: dataclasses.asdict(each) for name, each in outcome.figures.items()},
            zones=[dataclasses.asdict(zone) for zone in outcome.zones],
            assumptions=[{"zh": zh, "en": en} for zh, en in outcome.assumptions],
            by_id=rights.user_id or None,
            made_at=clock.now(),
        )
        did = {"run": found.pk, "model": model}
        keep(incident, before, "hazard_run", rights.actor, did=did)
        return found


def _spot(incident: Incident, at: tuple[float, float] | None) -> Point:
    if at is not None and (spot := place.at(*at).point) is not None:
        return spot
    if incident.point is None:
        raise Invalid(
            "the incident has no place yet",
            zh="事件尚无位置，请先定位",
            field="lon",
            remedy="give the incident a place, or send lon and lat of the release",
        )
    return incident.point
