"""Incidents, units, tasks, hazards over HTTP: parse, ask for the right, call an action, answer."""

from ninja import Router

from emergency.api import answers, incidents, places, tasks, units
from people.signin import EITHER

router = Router(tags=["emergency"], auth=EITHER)
for part in (incidents, units, tasks, answers, places):
    router.add_router("", part.router)
