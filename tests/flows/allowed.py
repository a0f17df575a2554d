"""Who may: every address and every topic of the city, and the roles that pass.

A new route without a line here fails the walk: somebody must have thought about its rights.
"""

from feed.topics import EVENT_TOPICS, STATE_TOPICS
from people import may
from people.models import Role

NOBODY = ""
EVERY_ROLE = (*(role.value for role in Role), NOBODY)
STAFF = {"dispatcher", "inspector", "planner", "supervisor", "responder", "admin"}
PERSONS = STAFF | {"citizen"}
SIGNED_IN = PERSONS | {"device"}
COMMAND = {"dispatcher", "supervisor", "admin"}
RULES = {"supervisor", "admin"}
PLANNERS = {"planner", "supervisor", "admin"}
ANYBODY = SIGNED_IN | {NOBODY}
REFUSED = {401, 403, 404}
WRITING = ("submit", "withdraw", "update", "end")

# who passes; lists that are merely filtered pass everybody and are looked into further down
ALLOWED: dict[tuple[str, str], set[str]] = {
    ("GET", "/api/v1/city"): SIGNED_IN,
    ("POST", "/api/v1/auth/token"): ANYBODY,
    ("POST", "/api/v1/auth/ticket"): PERSONS,
    ("GET", "/api/v1/me"): PERSONS,
    ("PATCH", "/api/v1/me"): PERSONS,
    ("GET", "/api/v1/people"): STAFF,
    ("GET", "/api/v1/alerts"): SIGNED_IN,
    ("GET", "/api/v1/alerts/{alert_id}"): STAFF,
    ("POST", "/api/v1/alerts/{alert_id}/acknowledge"): COMMAND,
    ("POST", "/api/v1/alerts/{alert_id}/assign"): COMMAND,
    ("POST", "/api/v1/alerts/{alert_id}/comment"): COMMAND | {"inspector"},
    ("POST", "/api/v1/alerts/{alert_id}/resolve"): COMMAND,
    ("GET", "/api/v1/datastreams/{stream_id}/limits"): STAFF | {"device"},
    ("GET", "/api/v1/datastreams/{stream_id}/series"): STAFF | {"device"},
    ("GET", "/api/v1/rules"): SIGNED_IN,
    ("POST", "/api/v1/rules"): RULES,
    ("GET", "/api/v1/rules/{key}"): STAFF,
    ("PUT", "/api/v1/rules/{key}"): RULES,
    ("POST", "/api/v1/rules/{key}/enable"): RULES,
    ("POST", "/api/v1/rules/{key}/disable"): RULES,
    ("GET", "/api/v1/fences"): SIGNED_IN,
    ("POST", "/api/v1/fences"): COMMAND,
    ("PUT", "/api/v1/fences/{code}"): COMMAND,
    ("DELETE", "/api/v1/fences/{code}"): COMMAND,
    ("GET", "/api/v1/things"): SIGNED_IN,
    ("GET", "/api/v1/state"): STAFF,
    ("GET", "/api/v1/log"): RULES,
    # review
    ("GET", "/api/v1/replay"): STAFF,
    ("GET", "/api/v1/replay/marks"): STAFF,
    ("GET", "/api/v1/review"): STAFF,
    ("GET", "/api/v1/review.csv"): STAFF,
    ("GET", "/api/v1/layers"): ANYBODY,
    ("GET", "/api/v1/layers/identify"): ANYBODY,
    ("GET", "/api/v1/layers/{code}"): STAFF,
    ("GET", "/api/v1/layers/{code}/features/{fid}"): STAFF,
    ("GET", "/api/v1/elevation"): STAFF,
    ("POST", "/api/v1/layers/inside"): SIGNED_IN,
    # layers: imports and layers of the database are the planner's and the supervisor's
    ("GET", "/api/v1/layers/imports"): PLANNERS,
    ("POST", "/api/v1/layers/imports"): PLANNERS,
    ("POST", "/api/v1/layers/imports/announced"): PLANNERS,
    ("GET", "/api/v1/layers/imports/{number}"): PLANNERS,
    ("PUT", "/api/v1/layers/imports/{number}/content"): PLANNERS,
    ("POST", "/api/v1/layers/imports/{number}/answer"): PLANNERS,
    ("POST", "/api/v1/layers/imports/{number}/cancel"): PLANNERS,
    ("DELETE", "/api/v1/layers/{code}"): PLANNERS,
    ("GET", "/api/v1/layers/{code}/features"): STAFF,
    ("GET", "/api/v1/layers/{code}/export"): STAFF,
    ("GET", "/ogc/"): ANYBODY,
    ("GET", "/ogc/collections"): ANYBODY,
    ("GET", "/ogc/collections/grid"): STAFF,
    ("GET", "/ogc/collections/grid/queryables"): STAFF,
    ("GET", "/ogc/collections/grid/items"): STAFF,
    ("GET", "/ogc/collections/waters/items"): ANYBODY,
    # urban
    ("GET", "/api/v1/cases"): SIGNED_IN,
    ("GET", "/api/v1/cases/kinds"): STAFF,
    ("GET", "/api/v1/cases/departments"): STAFF,
    ("GET", "/api/v1/cases/figures"): STAFF,
    ("POST", "/api/v1/cases/reports"): COMMAND | {"inspector", "responder"},
    ("GET", "/api/v1/cases/{case_id}"): STAFF,
    ("GET", "/api/v1/cases/{case_id}/photos/{photo_id}"): STAFF,
    ("POST", "/api/v1/cases/{case_id}/{step}"): COMMAND,
    ("POST", "/api/v1/cases/{case_id}/send_check"): COMMAND,
    ("POST", "/api/v1/cases/{case_id}/dispatch"): COMMAND,
    ("POST", "/api/v1/cases/{case_id}/verify"): RULES | {"inspector"},
    ("POST", "/api/v1/cases/{case_id}/check"): RULES | {"inspector"},
    # a responder only what the own department was given, which this case was not
    ("POST", "/api/v1/cases/{case_id}/handle"): RULES,
    ("POST", "/api/v1/cases/{case_id}/hang"): COMMAND,
    ("GET", "/open311/v2/services.json"): ANYBODY,
    ("GET", "/open311/v2/requests.xml"): ANYBODY,
    ("GET", "/api/v1/public/kinds"): ANYBODY,
    ("POST", "/api/v1/public/reports"): ANYBODY,
    ("GET", "/api/v1/public/reports/{token}"): ANYBODY,
    ("GET", "/api/v1/public/reports/{token}/photos/{photo_id}"): ANYBODY,
    # alerts.warning, alerts.delivery: warnings, their recipients, what went out; CAP's doors
    ("GET", "/api/v1/warnings"): SIGNED_IN,
    **{
        ("GET", f"/api/v1/warnings{end}"): STAFF
        for end in ("/events", "/template", "/{warning_id}", "/{warning_id}/cap")
    },
    **{
        ("POST", f"/api/v1/warnings{end}"): COMMAND
        for end in ("", "/count", *(f"/{{warning_id}}/{step}" for step in WRITING))
    },
    ("GET", "/api/v1/warnings/divisions"): COMMAND,
    ("PUT", "/api/v1/warnings/{warning_id}"): COMMAND,
    ("POST", "/api/v1/warnings/{warning_id}/approve"): RULES,
    ("POST", "/api/v1/warnings/{warning_id}/refuse"): RULES,
    ("GET", "/api/v1/channels"): RULES,
    ("POST", "/api/v1/channels"): RULES,
    ("PUT", "/api/v1/channels/{recipient_id}"): RULES,
    ("DELETE", "/api/v1/channels/{recipient_id}"): RULES,
    ("POST", "/api/v1/channels/{recipient_id}/secret"): RULES,
    ("POST", "/api/v1/channels/{recipient_id}/try"): RULES,
    ("GET", "/api/v1/deliveries"): RULES,
    ("POST", "/api/v1/deliveries/{delivery_id}/resend"): RULES,
    ("GET", "/alerts/cap.atom"): ANYBODY,
    ("POST", "/alerts/cap"): COMMAND,
    # traffic
    ("GET", "/api/v1/closures"): SIGNED_IN,
    ("POST", "/api/v1/closures"): COMMAND,
    ("GET", "/api/v1/closures/{closure_id}"): STAFF,
    ("PUT", "/api/v1/closures/{closure_id}"): COMMAND,
    ("POST", "/api/v1/closures/{closure_id}/confirm"): COMMAND,
    ("POST", "/api/v1/closures/{closure_id}/end"): COMMAND,
    ("GET", "/api/v1/route"): STAFF,
    ("GET", "/api/v1/streets/along"): STAFF,
    ("GET", "/api/v1/nearest"): COMMAND | {"inspector", "responder"},
    ("GET", "/sensorthings/v1.1"): ANYBODY,
    ("GET", "/sensorthings/v1.1/Things"): STAFF | {"device"},
    ("GET", "/sensorthings/v1.1/Datastreams({stream_id})/Observations"): STAFF | {"device"},
    ("POST", "/sensorthings/v1.1/Sensors"): RULES,
    # environment
    ("GET", "/api/v1/environment/stations"): SIGNED_IN,
    ("GET", "/api/v1/environment/stations/{thing_id}"): STAFF,
    ("GET", "/api/v1/environment/refusals"): RULES,
    # thin doors that stand in front of Django
    ("POST", "/sensorthings/v1.1/Datastreams({stream_id})/Observations"): {"device", "admin"},
    ("POST", "/api/v1/positions"): {"device", "admin"},
    ("GET", "/tiles/grid.json"): STAFF,
    # emergency
    ("GET", "/api/v1/incidents"): SIGNED_IN,
    ("POST", "/api/v1/incidents"): COMMAND,
    ("GET", "/api/v1/incidents/natures"): STAFF,
    ("POST", "/api/v1/incidents/proposal"): COMMAND,
    ("GET", "/api/v1/incidents/{incident_id}"): STAFF,
    ("PATCH", "/api/v1/incidents/{incident_id}"): COMMAND,
    ("POST", "/api/v1/incidents/{incident_id}/take"): COMMAND,
    ("POST", "/api/v1/incidents/{incident_id}/notes"): COMMAND | {"responder"},
    ("POST", "/api/v1/incidents/{incident_id}/dispatch"): COMMAND,
    ("GET", "/api/v1/incidents/{incident_id}/recommendation"): COMMAND,
    ("POST", "/api/v1/incidents/{incident_id}/link"): COMMAND,
    ("POST", "/api/v1/incidents/{incident_id}/close"): COMMAND,
    ("POST", "/api/v1/incidents/{incident_id}/reopen"): COMMAND,
    ("GET", "/api/v1/units"): SIGNED_IN,
    ("GET", "/api/v1/units/forces"): STAFF,
    ("GET", "/api/v1/units/mine"): STAFF,
    ("GET", "/api/v1/units/{unit_id}"): STAFF,
    ("POST", "/api/v1/units/{unit_id}/status"): COMMAND | {"responder"},
    ("POST", "/api/v1/units/{unit_id}/withdraw"): COMMAND | {"responder"},
    ("POST", "/api/v1/units/{unit_id}/position"): COMMAND | {"responder"},
    ("PUT", "/api/v1/units/{unit_id}/crew"): RULES,
    ("GET", "/api/v1/tasks"): SIGNED_IN,
    ("POST", "/api/v1/tasks"): COMMAND | {"responder"},
    ("POST", "/api/v1/tasks/{task_id}/done"): COMMAND | {"responder"},
    ("POST", "/api/v1/tasks/{task_id}/cancel"): COMMAND | {"responder"},
    ("GET", "/api/v1/places"): STAFF,
    ("GET", "/api/v1/search"): STAFF,
    ("GET", "/api/v1/plans"): STAFF,
    ("POST", "/api/v1/plans/{code}/start"): COMMAND,
    ("GET", "/api/v1/hazards"): STAFF,
    ("GET", "/api/v1/incidents/{incident_id}/hazards"): STAFF,
    ("GET", "/api/v1/incidents/{incident_id}/hazards/{run_id}"): STAFF,
    ("POST", "/api/v1/incidents/{incident_id}/hazards/{model}"): COMMAND | {"planner"},
    ("GET", "/api/v1/incidents/{incident_id}/reports"): COMMAND,
    ("POST", "/api/v1/incidents/{incident_id}/reports"): COMMAND,
    ("GET", "/api/v1/incidents/{incident_id}/review"): STAFF,
    # pages (a session's business: a token does not open them, so all are sent to sign in)
    ("GET", "/healthz"): ANYBODY,
    ("GET", "/readyz"): ANYBODY,
    ("GET", "/metrics"): ANYBODY,
}
UNANSWERABLE = {  # right, but there is nothing there in an empty city
    "/api/v1/layers/imports/{number}",
    "/api/v1/layers/imports/{number}/content",
    "/api/v1/layers/imports/{number}/answer",
    "/api/v1/layers/imports/{number}/cancel",
    "/api/v1/layers/{code}/features/{fid}",
    "/api/v1/elevation",
    "/api/v1/cases/{case_id}/photos/{photo_id}",
    "/api/v1/public/reports/{token}",
    "/api/v1/public/reports/{token}/photos/{photo_id}",
}
TOPICS = {
    **{topic: set(may.RIGHTS[f"{topic}.see"]) for topic in EVENT_TOPICS},
    **{topic: set(may.RIGHTS[f"{topic}.see"]) for topic in STATE_TOPICS},
}
